from pathlib import Path

import pytest

from lossary.pages.atomic_write import check_writable, write_atomically
from lossary.validation import LossaryError


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")
    assert write_atomically(path, "new ▲") == path
    assert path.read_text(encoding="utf-8") == "new ▲"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_alone(tmp_path, monkeypatch, error):
    path = tmp_path / "page.html"
    path.write_text("old")

    def half(self, text, encoding):
        self.write_bytes(text[:2].encode(encoding))
        raise error

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises((LossaryError, KeyboardInterrupt)):
        write_atomically(path, "new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_keeps_pointing(tmp_path):
    (tmp_path / "real.html").write_text("old")
    (tmp_path / "link.html").symlink_to("real.html")
    write_atomically(tmp_path / "link.html", "new")
    assert (tmp_path / "real.html").read_text() == "new"
    assert (tmp_path / "link.html").is_symlink()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "it is a directory"),
        ("absent/page.html", "there is no directory"),
        ("/dev/null", "it is not a regular file"),
    ],
)
def test_a_place_that_takes_no_file_is_said(tmp_path, name, words):
    with pytest.raises(LossaryError, match="cannot write") as error:
        check_writable(tmp_path / name)
    assert words in str(error.value)

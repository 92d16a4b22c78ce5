"""Files of text, read."""

from lossary.frames import TextFormat
from lossary.frames.reading import open_table

__all__ = ["column", "opened"]


def opened(tmp_path, content, name="t.csv", **options):
    """The columns of text, and the kinds of what is said."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = open_table(path, TextFormat(**options))
    return found.frame.collect(), [note.kind for note in found.notes]


def column(*values):
    """Text of one column, which a second keeps apart from blank lines."""
    return "x|k\n" + "".join(f"{value}|a\n" for value in values)

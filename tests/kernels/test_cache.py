"""The cache of compiled kernels: a second process needs no compiler, and no damage reaches a loss.

Compiled: one kernel for the tests of a process, and one in each process with an empty cache.
"""

import os
import pwd
import stat
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lossary.formulas import catalogue
from lossary.kernels.cpu import compilation, template
from lossary.kernels.cpu import disk_cache as cache
from lossary.kernels.cpu.pointwise import TEMPLATE, PointwiseCall
from lossary.kernels.pointwise import PointwiseOptions
from support.processes import ended, printed, started

LOSS = catalogue.get("squared_error")
USE = """
import sys, time, warnings
warnings.simplefilter("always")
import torch
import lossary as ls

s, y = torch.tensor([3.0, -1.0, 2.0], requires_grad=True), torch.zeros(3)
with warnings.catch_warnings(record=True) as caught:
    before = time.process_time()
    loss = ls.squared_error(s, y, reduction="sum")
    took = time.process_time() - before
    loss.backward()
print(loss.item(), s.grad.tolist(), ls.explain("squared_error", s, y).path)
print([w.category.__name__ for w in caught])
print("numba" in sys.modules, took < 1)
"""
RIGHT = "14.0 [6.0, -2.0, 4.0] kernel"
NO_WARNING = "[]"
COMPILED, LOADED = "True", "False True"


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "kernels"


def used(place: Path, **environment: str) -> list[str]:
    """What a process prints that computes a loss with such a cache."""
    return printed(USE, LOSSARY_CACHE_DIR=str(place), **environment).splitlines()


def file(place: Path) -> Path:
    (found,) = place.glob("*.kernel")
    return found


def linked() -> float:
    """The loss of one score, by a kernel that is looked for in the cache, not in memory."""
    compilation._kernels.clear()
    call = PointwiseCall(PointwiseOptions(LOSS, (), reduction="sum"))
    s, y = torch.tensor([3.0]), torch.zeros(1)
    return call.forward((s, y, None), torch.float32, slopes=False).value.item()


@pytest.fixture(scope="module")
def made() -> tuple[str, bytes, cache.Code]:
    """What the compiler makes of the kernel."""
    return compilation._compiled("squared_error", template.source(TEMPLATE, 32, LOSS))


@pytest.fixture
def texts(made, monkeypatch) -> list[str]:
    """What has been compiled: the compiler is asked once for all tests."""
    found: list[str] = []

    def compiled(_name: str, text: str) -> tuple[str, bytes, cache.Code]:
        found.append(text)
        return made

    monkeypatch.setattr(compilation, "_compiled", compiled)
    monkeypatch.setattr(cache, "_warned", set())
    return found


@pytest.fixture
def filled(place, texts, monkeypatch) -> Path:
    """A cache with one kernel."""
    monkeypatch.setenv("LOSSARY_CACHE_DIR", str(place))
    assert linked() == 9
    assert len(texts) == 1
    texts.clear()
    return place


def test_a_second_process_needs_no_compiler(place):
    first, second = used(place), used(place)
    assert first[:2] == second[:2] == [RIGHT, NO_WARNING]
    assert first[2].startswith(COMPILED)
    assert second[2] == LOADED


def test_two_processes_at_once_on_an_empty_cache(place):
    pair = [started(USE, LOSSARY_CACHE_DIR=str(place)) for _ in range(2)]
    assert [ended(process).splitlines()[:2] for process in pair] == [[RIGHT, NO_WARNING]] * 2
    assert list(place.iterdir()) == [file(place)]
    assert used(place)[2] == LOADED


@pytest.mark.usefixtures("filled")
def test_a_kernel_in_the_cache_is_not_compiled(texts):
    assert linked() == linked() == 9
    assert texts == []


DAMAGES = {
    "empty": lambda _: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "a digest alone": lambda content: content[:32],
    "a byte of the code": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "a byte of the digest": lambda content: bytes([content[0] ^ 128]) + content[1:],
    "something else": lambda _: b"\x7fELF" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(filled, damage, texts):
    whole = file(filled).read_bytes()
    file(filled).write_bytes(DAMAGES[damage](whole))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert linked() == linked() == 9
    assert [w.category for w in caught] == [cache.CacheWarning]
    assert file(filled).read_bytes() == whole
    assert len(texts) == 1


def test_what_is_said_of_damage_is_said_once(filled):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            file(filled).write_bytes(b"damaged")
            assert linked() == 9
    (warning,) = caught
    assert "was damaged or copied over, and is compiled anew" in str(warning.message)


def test_what_is_kept_is_the_user_s_alone(filled):
    assert stat.S_IMODE(filled.stat().st_mode) == 0o700
    assert stat.S_IMODE(file(filled).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_where_others_may_write_nothing_is_loaded(filled, mode):
    filled.chmod(mode)
    damaged = file(filled)
    damaged.write_bytes(b"from somebody else")
    with pytest.warns(cache.CacheWarning, match="writable by, somebody else"):
        assert linked() == 9
    assert damaged.read_bytes() == b"from somebody else"


def test_what_belongs_to_somebody_else_is_not_loaded(filled, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: filled.stat().st_uid + 1)
    with pytest.warns(cache.CacheWarning, match="belongs to"):
        assert linked() == 9


def test_a_place_that_is_no_directory_is_passed_by(place, texts, monkeypatch):
    place.write_text("a file")
    monkeypatch.setenv("LOSSARY_CACHE_DIR", str(place / "below"))
    with pytest.warns(cache.CacheWarning, match="compiled anew in every process") as caught:
        assert linked() == linked() == 9
    assert len(caught) == 1
    assert len(texts) == 2


FAILURES = {
    "a folder that cannot be made": (Path, "mkdir"),
    "a folder that cannot be read": (Path, "exists"),
    "a folder that is read-only": (cache.tempfile, "mkstemp"),
    "a disk that is full": (cache.os, "fdopen"),
    "a name that cannot be taken": (Path, "replace"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_where_nothing_can_be_kept_all_is_compiled_once(filled, texts, failure, monkeypatch):
    file(filled).unlink()

    def failing(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*FAILURES[failure], failing)
        with pytest.warns(cache.CacheWarning, match="No space left"):
            assert linked() == 9
        assert len(texts) == 1
        compilation.kernel(TEMPLATE, 64, LOSS)  # one warning, however many kernels
        assert len(texts) == 2
    assert list(filled.iterdir()) == [], "nothing is left behind"


def test_a_file_under_another_s_name_is_not_taken_for_it(filled, texts, made):
    own = file(filled)
    whole = own.read_bytes()
    cache.restored("another", "0" * 64, lambda: made)
    (other,) = set(filled.iterdir()) - {own}
    own.write_bytes(other.read_bytes())
    with pytest.warns(cache.CacheWarning, match="damaged or copied over") as caught:
        assert linked() == linked() == 9
    assert len(caught) == len(texts) == 1
    assert own.read_bytes() == whole


@pytest.fixture
def homeless(monkeypatch) -> None:
    """A user that the machine does not know, without HOME."""

    def unknown(*_: object) -> None:
        raise KeyError

    for name in ("HOME", "XDG_CACHE_HOME", "LOSSARY_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("getpwuid", "getpwnam"):
        monkeypatch.setattr(pwd, name, unknown)


HOMELESS = {
    "nothing said": {},
    "the cache in a home": {"LOSSARY_CACHE_DIR": "~/kernels"},
    "the cache in a stranger's home": {"LOSSARY_CACHE_DIR": "~stranger/kernels"},
    "caches in a home": {"XDG_CACHE_HOME": "~/caches"},
}


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("said", HOMELESS)
def test_without_a_home_kernels_are_compiled_for_the_process(texts, said, monkeypatch):
    for name, value in HOMELESS[said].items():
        monkeypatch.setenv(name, value)
    with pytest.warns(cache.CacheWarning, match="no home directory; LOSSARY_CACHE_DIR") as caught:
        assert linked() == linked() == 9
    assert len(caught) == 1
    assert len(texts) == 2


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("name", ["LOSSARY_CACHE_DIR", "XDG_CACHE_HOME"])
def test_who_has_no_home_can_name_a_place(place, texts, name, monkeypatch):
    monkeypatch.setenv(name, str(place))
    assert linked() == linked() == 9
    assert len(texts) == 1
    assert len(list(place.rglob("*.kernel"))) == 1


UNKNOWN_USER = """
import os, warnings
from lossary.kernels.cpu import disk_cache as cache

def unknown(_):
    raise KeyError

os.environ.pop("HOME", None)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(54321)
    os.setuid(54321)
else:
    import pwd
    pwd.getpwuid = unknown
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print([cache.restored(name, "0" * 64, lambda: (name, b"", name)) for name in ("a", "b")])
print([str(w.message) for w in caught])
"""


def test_a_user_that_the_machine_does_not_know():
    made, said = printed(UNKNOWN_USER, LOSSARY_CACHE_DIR="", XDG_CACHE_HOME="").splitlines()
    assert made == "['a', 'b']"
    assert said.count("compiled anew in every process: the user has no home directory") == 1


FORKED = """
import os, threading
import torch
import lossary as ls
from lossary.kernels.cpu import compilation
from lossary.kernels.cpu import disk_cache as cache
from numba.core.compiler_lock import global_compiler_lock

s, y = torch.tensor([3.0, -1.0, 2.0]), torch.zeros(3)
compiled, started = compilation._compiled, threading.Event()

def announced(*given):
    started.set()
    return compiled(*given)

compilation._compiled = announced
work = threading.Thread(target=ls.squared_error, args=(s, y))
work.start()
started.wait()
child = os.fork()
if child == 0:
    compilation._kernels.clear()
    with global_compiler_lock:
        print(ls.squared_error(s, y, reduction="sum").item(), flush=True)
    os._exit(0)
work.join()
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_fork_waits_for_a_kernel_that_is_being_made(place):
    assert printed(FORKED, LOSSARY_CACHE_DIR=str(place)) == "14.0\n"


def test_a_changed_record_is_not_served_by_the_code_of_the_old(filled, texts):
    changed = replace(LOSS, value=lambda m, y, s: 2 * (s - y) ** 2 + 0 * m.exp(s))
    compilation.kernel(TEMPLATE, 32, changed)
    assert texts == [template.source(TEMPLATE, 32, changed)]
    names = [path.name.split("-")[0] for path in filled.glob("*.kernel")]
    assert names == ["squared_error_pointwise32"] * 2
    assert linked() == 9
    assert len(texts) == 1


OTHERS = {
    "processor": (cache, "machine", lambda: "another"),
    "compiler": (compilation, "version", lambda _: "0.0"),
    "functions": (template, "_FUNCTIONS", template._FUNCTIONS[1:]),
}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("other", OTHERS)
def test_another_machine_or_version_has_another_file(texts, other, monkeypatch):
    monkeypatch.setattr(*OTHERS[other])
    assert linked() == 9
    assert len(texts) == 1


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("LOSSARY_CACHE_DIR", str(tmp_path / "chosen"))
    assert cache.directory() == tmp_path / "chosen"
    monkeypatch.delenv("LOSSARY_CACHE_DIR")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOSSARY_CACHE_DIR", "~/chosen")
    assert cache.directory() == tmp_path / "chosen"
    monkeypatch.delenv("LOSSARY_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "~/base")
    assert cache.directory() == tmp_path / "base" / "lossary"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "base"))
    assert cache.directory() == tmp_path / "base" / "lossary"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.directory() == Path.home() / ".cache" / "lossary"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache.directory() == Path.home() / "Library" / "Caches" / "lossary"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache.directory() == tmp_path / "local" / "lossary"


def test_a_kernel_that_could_raise_is_refused():
    text = """
from numba import carray, cfunc, int64, types

@cfunc(types.void(types.CPointer(int64)), error_model="numpy")
def run(p):
    slots = carray(p, 4)
    for i in range(0, slots[0], slots[1]):
        slots[2] += i
"""
    with pytest.raises(TypeError, match=r"the kernel loose can raise: a step of range"):
        compilation._compiled("loose", text)

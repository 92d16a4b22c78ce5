"""Commands that refuse: one line on stderr, exit code 2, and nothing left behind."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lossary.cli import main


def refused(arguments: Sequence[str], place: Path, capsys) -> str:
    """The one line that a command ends with."""
    before = sorted(place.iterdir())
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert printed.err.startswith("lossary")
    assert printed.err.count("\n") == 1
    assert sorted(place.iterdir()) == before
    return printed.err


def refused_without(module: str, arguments: Sequence[str], place: Path) -> str:
    """The one line that a command ends with where a package is not installed."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from lossary.cli import main\n"
        f"sys.exit(main({list(arguments)!r}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True, cwd=place
    )
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert module in run.stderr
    return run.stderr

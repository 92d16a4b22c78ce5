"""Output of the commands: tables, JSON, errors and a progress bar."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any

from lossary.pages.number_text import OBEYED, printable
from lossary.validation import LossaryError, need

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = [
    "Progress",
    "add_row",
    "discard",
    "print_error",
    "progress_bar",
    "quiet_libraries",
    "show",
    "show_json",
    "table",
    "write",
]

PIPED_WIDTH = 120
_LAYOUT = r"(\n|\x1b\[[\d;]*m)"
"""Line ends and colours, which Rich writes between texts."""

Progress = Callable[[int, int, str], None]
"""Called with the steps done, their total, and the name of the next step."""


@contextlib.contextmanager
def progress_bar(extra: str = "study") -> Iterator[Progress | None]:
    """Draw a progress bar with the remaining time if stderr is a terminal."""
    console = need("rich.console", extra).Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    # Only stderr is known to be a terminal, and its width may be unknown.
    console.width = os.get_terminal_size(console.file.fileno()).columns or console.width
    progress = need("rich.progress", extra)
    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}", markup=False),
    )
    with progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def update(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=printable(what))

        yield update


def table(*columns: str) -> Any:
    """Return an empty table with a header."""
    made = need("rich.table", "study").Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column)
    return made


def add_row(rows: Any, *cells: str, style: str = "") -> None:
    """Add a row of plain texts, in which brackets are not markup."""
    text = need("rich.text", "study").Text
    rows.add_row(*(text(cell, style) for cell in cells))


def show(text: "RenderableType") -> None:
    """Write a Rich renderable to stdout, in colour if stdout is a terminal."""
    console = need("rich.console", "study").Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, PIPED_WIDTH)
    with console.capture() as captured:
        console.print(text)
    _write(captured.get(), _LAYOUT)


def show_json(value: Any) -> None:
    """Write JSON to stdout, with control characters escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    lines = (OBEYED.sub(lambda c: f"\\u{ord(c[0]):04x}", line) for line in text.split("\n"))
    write("\n".join(lines) + "\n")


def write(text: str) -> None:
    """Write plain text to stdout and flush it, with control characters escaped."""
    _write(text, "(\n)")


def _write(text: str, layout: str) -> None:
    try:
        parts = enumerate(re.split(layout, text))
        sys.stdout.write("".join(part if i % 2 else printable(part) for i, part in parts))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard(sys.stdout)
        message = f"cannot write to standard output: {error.strerror}"
        raise LossaryError(message) from error


def print_error(text: str, program: str = "lossary") -> None:
    """Write one line to stderr, if it is open."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{program}: {printable(' '.join(text.split()))}\n")
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Discard what libraries write to file descriptor 2, such as Polars' panics.

    Python's own ``sys.stderr`` is kept, and ``-X dev`` keeps everything.
    """
    try:
        shared = not sys.flags.dev_mode and sys.stderr is not None and sys.stderr.fileno() == 2
    except (OSError, ValueError):
        shared = False
    if not shared:
        yield
        return
    before, kept, null = sys.stderr, os.dup(2), os.open(os.devnull, os.O_WRONLY)
    sys.stderr = os.fdopen(kept, "w", 1, before.encoding, "replace", closefd=False)
    os.dup2(null, 2)
    try:
        yield
    finally:
        sys.stderr = before
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


def discard(stream: IO[str]) -> None:
    """Discard the rest of a stream's buffer, which Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

"""What the commands print, and the bar that is drawn while they work."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from lossary.checks import need

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Progress", "add_row", "progress_bar", "show", "show_json", "table"]

PIPED_WIDTH = 120

Progress = Callable[[int, int, str], None]
"""Called with what is done, what there is to do, and what comes next."""


@contextlib.contextmanager
def progress_bar(extra: str = "study") -> Iterator[Progress | None]:
    """Draw a bar with the time left where a person looks on, else nothing."""
    console = need("rich.console", extra).Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    progress = need("rich.progress", extra)
    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}"),
    )
    with progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def update(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield update


def table(*columns: str) -> Any:
    """Return an empty table with a head."""
    made = need("rich.table", "study").Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column)
    return made


def add_row(rows: Any, *cells: str, style: str = "") -> None:
    """Add texts as they are: brackets in them are no markup."""
    text = need("rich.text", "study").Text
    rows.add_row(*(text(cell, style) for cell in cells))


def show(text: "RenderableType") -> None:
    """Write to stdout what Rich makes of it: without colour where none is wanted."""
    console = need("rich.console", "study").Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, PIPED_WIDTH)
    with console.capture() as captured:
        console.print(text)
    sys.stdout.write(captured.get())


def show_json(value: Any) -> None:
    """Write JSON to stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))

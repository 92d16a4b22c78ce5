"""Texts and tables on a terminal: control characters are escaped, and no number is cut."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from lossary.pages.number_text import printable

__all__ = ["Column", "FoldedTable", "line"]

_GAP = 2
_NAME = 12


def line(text: str, style: str = "") -> Text:
    """Return a text for the terminal, on one line, with control characters escaped."""
    return Text(printable(text), style)


@dataclass
class Column:
    """A column of a table.

    Only ``words`` may wrap. A column that ``keeps`` to the one before it stays beside it, and has
    the heading ``alone`` where there is no room for both.
    """

    head: str
    cells: list[Text] = field(default_factory=list)
    words: bool = False
    keeps: bool = False
    alone: str = ""

    def width(self, console: Console) -> int:
        """Return the least width in characters."""
        head = console.measure(Text(self.head)).minimum
        sizes = [console.measure(cell) for cell in self.cells]
        return max([head, *(s.minimum if self.words else s.maximum for s in sizes)])


@dataclass
class FoldedTable:
    """A table split into pieces that fit a narrow terminal.

    The first column, of names, is repeated in each and wraps where necessary.
    """

    columns: Sequence[Column]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the pieces, separated by empty lines."""

        def needed(block: Sequence[Column]) -> int:
            return sum(c.width(console) + _GAP for c in block)

        names, *columns = self.columns
        room = options.max_width - _GAP
        full = max(console.measure(text).maximum for text in (Text(names.head), *names.cells))
        blocks: list[list[Column]] = []
        for block in _kept(columns):
            fits = needed(block) <= room - min(full, _NAME)
            blocks += [block] if fits else [[replace(c, head=c.alone or c.head)] for c in block]
        first = min(full, max(room - max(map(needed, blocks)), 1))
        pieces: list[list[Column]] = [[]]
        for block in blocks:
            if pieces[-1] and needed([*pieces[-1], *block]) > room - first:
                pieces.append([])
            pieces[-1] += block
        for i, piece in enumerate(pieces):
            if i:
                yield Text()
            yield _table(names, first, piece, console)


def _kept(columns: Sequence[Column]) -> list[list[Column]]:
    """Return columns grouped with those that keep to them."""
    blocks: list[list[Column]] = []
    for column in columns:
        if column.keeps:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    return blocks


def _table(names: Column, first: int, columns: Sequence[Column], console: Console) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    tallest = max(c.head.count("\n") for c in (names, *columns))
    table.add_column(
        "\n" * (tallest - names.head.count("\n")) + names.head, max_width=first, overflow="fold"
    )
    for column in columns:
        table.add_column(
            Text("\n" * (tallest - column.head.count("\n")) + column.head),
            justify="left" if column.words else "right",
            min_width=column.width(console),
        )
    for cells in zip(*(c.cells for c in (names, *columns)), strict=True):
        table.add_row(*cells)
    return table

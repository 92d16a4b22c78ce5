"""Texts and tables on a terminal: whole at every width, and nothing in them obeyed."""

from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from lossary.pages.number_text import printable
from lossary.pages.terminal import Column, FoldedTable, line

NUMBERS = [[f"{i}.{j}234567" for j in range(4)] for i in range(9)]


def table():
    names = Column("name", [line("a" * (12 * i + 3)) for i in range(4)], words=True)
    return FoldedTable(
        [
            names,
            *(
                Column(f"the {i}th number", [line(x) for x in NUMBERS[i]], keeps=i % 3 == 2)
                for i in range(9)
            ),
        ]
    )


def printed(renderable, width):
    console = Console(width=width, file=StringIO())
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 400])
def test_every_number_is_whole_at_every_width(width):
    text = printed(table(), width)
    assert all(text.count(x) == 1 for column in NUMBERS for x in column)
    assert max(map(len, text.splitlines())) <= width
    pieces = text.count("name")
    assert sum(line.replace(" ", "").count("a") for line in text.splitlines()) == pieces * 85


def test_a_table_that_fits_is_in_one_piece():
    assert printed(table(), 400).count("name") == 1
    assert printed(table(), 80).count("name") > 1


def test_columns_that_keep_together_are_parted_only_where_both_do_not_fit():
    columns = [
        Column("name", [line("x")], words=True),
        Column("first", [line("1" * 12)]),
        Column("second", [line("2" * 12)], keeps=True, alone="alone"),
    ]
    assert "second" in printed(FoldedTable(columns), 36)
    apart = printed(FoldedTable(columns), 24)
    assert "alone" in apart
    assert "second" not in apart
    assert "second" in printed(FoldedTable(columns), 36)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ▲ 中文 é", "plain ▲ 中文 é"),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b2J\x7f", "\\x9b2J\\x7f"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("\u2028\ud800", "\\u2028\\ud800"),
        ("a\\nb", "a\\nb"),
    ],
)
def test_control_characters_are_shown(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown
    assert line(text) == Text(shown)

"""Reports on the terminal: no number is cut, and nothing in the data is obeyed."""

import re
from io import StringIO

import polars as pl
import pytest
from rich.console import Console

from lossary import report
from lossary.report.console import drift_text, information_text
from support.reports import customers, moved

NUMBER = re.compile(r"\d+\.\d{3,4}|\d+\.\d%|\de-\d+|\[[\d.]+, [\d.]+\]")
HOSTILE = "\x1b[31mx\nNo drift in 9 columns compared.\x9b\u202e"


@pytest.fixture(scope="module")
def texts():
    frame = customers()
    return [
        information_text(report.measure(frame, "churn")),
        information_text(report.measure(frame)),
        drift_text(report.drift(customers(3000), moved())),
    ]


def printed(text, width=400):
    console = Console(width=width, file=StringIO())
    console.print(text)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_number_is_cut_on_a_narrow_terminal(texts, width):
    for text in texts:
        narrow = printed(text, width)
        assert sorted(NUMBER.findall(narrow)) == sorted(NUMBER.findall(printed(text)))
        assert max(map(len, narrow.splitlines())) <= width


def test_what_the_data_says_is_not_obeyed():
    frame = pl.DataFrame({HOSTILE: ["a\x1b[5m", "b\r"] * 40, "y": ["\u2066u", "v"] * 40})
    other = frame.with_columns(pl.lit("a\x1b[5m").alias(HOSTILE))
    found = (
        information_text(report.measure(frame, "y", source=HOSTILE)),
        information_text(report.measure(frame)),
        drift_text(report.drift(frame, other, sources=(HOSTILE, HOSTILE))),
    )
    for text in map(printed, found):
        assert "\\x1b[31mx\\nNo drift in 9 columns compared.\\x9b\\u202e" in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", text)
        assert not re.search("^No drift in 9", text, re.MULTILINE)

"""The types of columns of text: what is read as what, and said."""

import datetime as dt
import logging
import math

import pytest

from lossary import frames
from lossary.frames.reading_notes import SENTENCES
from support.files import column, opened

DAY = dt.date(2024, 1, 31)
NOON = dt.datetime.fromisoformat("2024-01-31 12:00")

TYPES = {
    "integers": (["1", "-2", "+3", ""], [1, -2, 3, None], []),
    "fractions": (["1", "-.5", "2.", "1e-3"], [1.0, -0.5, 2.0, 0.001], []),
    "leading zeros of fractions": (["05.5", "12.1"], [5.5, 12.1], []),
    "infinities": (["Infinity", "-inf", "−∞", "1.5"], [math.inf, -math.inf, -math.inf, 1.5], []),
    "blanks": (["1", " ", "\t", ""], [1, None, None, None], []),
    "placeholders": (["n/a", "NA", "#N/A", "None", "null", "-", ".", "?", "2"],
                     [*[None] * 8, 2], ["placeholders"]),
    "dates with placeholders": (["2024-01-31", "NaT", "-"], [DAY, None, None], ["placeholders"]),
    "labels of that name": (["NA", "EU", "-"], ["NA", "EU", "-"], []),
    "one label of that name": (["NA", "NA", ""], ["NA", "NA", None], []),
    "codes": (["01", "1", "1"], ["01", "1", "1"], ["codes"]),
    "zero alone is no code": (["0", "10", "-0"], [0, 10, 0], []),
    "64 bits": (["18446744073709551615", "1"], [2**64 - 1, 1], []),
    "more bits": (["18446744073709551616", "1"], [2.0**64, 1.0], ["big_integers"]),
    "more bits, merged": (["18446744073709551616", "18446744073709551617"],
                          ["18446744073709551616", "18446744073709551617"], ["big_labels"]),
    "beyond all numbers": (["1e400", "1"], ["1e400", "1"], []),
    "thousands": (["1,234.50", "12,000", "3"], [1234.5, 12000.0, 3.0], ["thousands"]),
    "thousands by apostrophes": (["1'234.5", "1’000"], [1234.5, 1000.0], ["thousands"]),
    "thousands by spaces": (["1 234", "1\u00a0000", "2\u202f000 000"], [1234, 1000, 2000000],
                            ["thousands"]),
    "lakhs": (["12,34,567", "1"], [1234567, 1], ["thousands"]),
    "currencies": (["$5", "-€ 1.5", "7 USD", "CHF -2", "R$ 1", "8 kr", "9元"],
                   [5.0, -1.5, 7.0, -2.0, 1.0, 8.0, 9.0], ["currency", "currencies"]),
    "one currency": (["$5", "-$ 1.5", " $ -   "], [5.0, -1.5, 0.0], ["currency"]),
    "losses": (["(12.5)", "3"], [-12.5, 3.0], []),
    "per cent": (["5 %", "12.5%", "100%", "(4%)", "3\uff05"], [0.05, 0.125, 1.0, -0.04, 0.03],
                 ["per_cent"]),
    "per cent in part": (["5 %", "5"], ["5 %", "5"], ["some_per_cent"]),
    "digits of other scripts": (["1", "\uff13"], ["1", "\uff13"], []),
    "zeros are no thousands": (["0,125", "0,250"], ["0,125", "0,250"], ["mostly_commas"]),
    "codes with points": (["01.10", "01.1"], ["01.10", "01.1"], ["codes"]),
    "long numbers among fractions": (["9007199254740993", "9007199254740992", "0.5"],
                                     ["9007199254740993", "9007199254740992", "0.5"],
                                     ["big_labels"]),
    "other placeholders": (["(null)", "\\N", "#NAME?", "#WERT!", "1.#IND", "—", "3"],
                           [*[None] * 6, 3], ["placeholders"]),
    "flags": (["True", "FALSE", "false", ""], [True, False, False, None], []),
    "flags with placeholders": (["True", "NA"], [True, None], ["placeholders"]),
    "days first": (["31/01/2024"], [DAY], []),
    "months first": (["01/31/2024"], [DAY], ["month_first"]),
    "either first": (["01/02/2024"], [dt.date(2024, 2, 1)], ["ambiguous_dates"]),
    "years of two digits": (["31/01/24", "01/12/99"], [DAY, dt.date(1999, 12, 1)], []),
    "years of two digits among others": (["01/02/2024", "05/03/24"],
                                         ["01/02/2024", "05/03/24"], []),
    "months by name": (["31-Jan-2024", "01-Feb-2024"], [DAY, dt.date(2024, 2, 1)], []),
    "months by name first": (["Jan 31, 2024", "February 1, 2024"], [DAY, dt.date(2024, 2, 1)], []),
    "months alone": (["2024-01", "2024-12"], [dt.date(2024, 1, 1), dt.date(2024, 12, 1)], []),
    "dates in Chinese": (["2024年1月31日"], [DAY], []),
    "dates but for one": (["2024-01-31"] * 19 + ["0000-00-00"],
                          ["2024-01-31"] * 19 + ["0000-00-00"], ["mostly_dates"]),
    "days with points": (["31.01.2024"], [DAY], []),
    "instants": (["2024-01-31", "2024-01-31 10:00", "2024-01-31T10:00:00.5"],
                 [NOON.replace(hour=0), NOON.replace(hour=10),
                  NOON.replace(hour=10, microsecond=500000)], []),
    "halves of a day": (["01/31/2024 1:05 PM", "01/31/2024 10:00:00 am"],
                        [NOON.replace(hour=13, minute=5), NOON.replace(hour=10)],
                        ["month_first"]),
    "offsets": (["2024-01-31T10:00:00Z", "2024-01-31 10:00:00+02:00", "2024-01-31T10:00Z",
                 "2024-01-31 10:00:00 UTC"],
                [NOON.replace(hour=h, tzinfo=dt.UTC) for h in (10, 8, 10, 10)], []),
    "times": (["10:00:00", "23:59:59,5", "08:30"],
              [dt.time(10), dt.time(23, 59, 59, 500000), dt.time(8, 30)], []),
    "numbers but for one": (["1.5"] * 19 + ["oops"], ["1.5"] * 19 + ["oops"], ["mostly_numbers"]),
    "decimal commas with bars": (["1,5"] * 20, ["1,5"] * 20, ["mostly_commas"]),
    "ranges": (["1-2", "3-4"], ["1-2", "3-4"], []),
    "versions": (["1.2.3", "1.2"], ["1.2.3", "1.2"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_types_of_columns(tmp_path, name):
    written, values, kinds = TYPES[name]
    found, said = opened(tmp_path, column(*written), separator="|")
    assert found["x"].to_list() == values
    assert list(map(type, found["x"])) == list(map(type, values))
    assert said == kinds


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ((["1,5", "2"],), ([1.5, 2.0],)),
        ((["1.234,50", "12.000"],), ([1234.5, 12000.0],)),
        ((["1.234", "12.000"], ["1,5", "2,5"]), ([1234, 12000], [1.5, 2.5])),
        ((["1,234", "12,000"], ["1.5", "2.5"]), ([1234, 12000], [1.5, 2.5])),
        ((["1,234", "12,001"],), ([1.234, 12.001],)),
        ((["1.234", "12.001"],), ([1.234, 12.001],)),
        ((["1.25", "2.5"],), ([1.25, 2.5],)),
        ((["7,5 %", "(100 %)"], ["1.000,00 €", "2"]), ([0.075, -1.0], [1000.0, 2.0])),
        ((["0.125", "0.250"], ["1,5", "2,5"]), ([0.125, 0.25], [1.5, 2.5])),
    ],
)
def test_commas_are_decimal_where_the_separator_leaves_them(tmp_path, columns, values, separator):
    rows = zip(*columns, strict=True)
    head = separator.join(["k", *"xy"[: len(columns)]])
    content = "\n".join([head, *(separator.join(["a", *row]) for row in rows)])
    found, kinds = opened(tmp_path, content)
    assert [found[name].to_list() for name in "xy"[: len(columns)]] == list(values)
    assert ("decimal_comma" in kinds) <= any("," in v for part in columns for v in part)


def test_points_that_may_separate_thousands_are_said(tmp_path):
    found, kinds = opened(tmp_path, "k;x\na;1.500\nb;850\nc;22.255\n")
    assert found["x"].to_list() == [1.5, 850.0, 22.255]
    assert kinds == ["separator", "points"]
    assert opened(tmp_path, "k;x\na;1.500\nb;850\n", decimal=",")[0]["x"].to_list() == [1500, 850]


@pytest.mark.parametrize("other", ["01/31/2024", "31/01/2024", None])
@pytest.mark.parametrize("option", [True, False, None])
def test_another_column_or_an_option_tells_which_of_day_and_month_is_first(tmp_path, other, option):
    content = f"x,k\n01/02/2024,{other or 'a'}\n"
    found, kinds = opened(tmp_path, content, month_first=option)
    month = option if option is not None else other == "01/31/2024"
    assert found["x"].to_list() == [dt.date(2024, 1, 2) if month else dt.date(2024, 2, 1)]
    assert ("ambiguous_dates" in kinds) == (option is None and other is None)


def test_options_say_what_text_leaves_open(tmp_path):
    commas = column("1,5", "2,25")
    assert opened(tmp_path, commas, decimal=",")[0]["x"].to_list() == [1.5, 2.25]
    mixed = column("1.5", "oops", "01")
    found, kinds = opened(tmp_path, mixed, numeric=("x",))
    assert found["x"].to_list() == [1.5, None, 1.0]
    assert kinds == ["separator", "forced"]
    listed, kinds = opened(tmp_path, column("1", "-9", "NA"), null_values=("-9", "NA", "a"))
    assert listed.to_dict(as_series=False) == {"x": [1, None, None], "k": [None] * 3}


def test_what_was_decided_is_said_in_words(tmp_path, caplog):
    path = tmp_path / "t.csv"
    path.write_text("x;k\n1,5;a\nn/a;b\n;\n")
    with caplog.at_level(logging.WARNING, "lossary"):
        assert frames.read(path).collect()["x"].to_list() == [1.5, None]
    said = [record.getMessage().removeprefix(f"{path}: ") for record in caplog.records]
    assert said == [
        "blank rows left out: 1",
        "'x': numbers with decimal commas",
        "'x': 'n/a' read as missing",
    ]
    caplog.clear()
    frames.read(path, decimal=",", null_values=["n/a"])
    assert [r.getMessage() for r in caplog.records] == [f"{path}: blank rows left out: 1"]


def test_every_kind_of_note_occurs_here():
    kinds = {kind for _, _, own in TYPES.values() for kind in own}
    kinds |= {"blank_rows", "decimal_comma", "duplicates", "encoding", "forced", "header"}
    assert kinds | {"points", "separator"} == set(SENTENCES)

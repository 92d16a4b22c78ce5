"""The part of the page on the data: sentences in both languages, tables, and charts' numbers."""

import re
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from lossary.pages.localization import Message, language
from lossary.study.columns import classify_columns, tidy
from lossary.study.information import information_of
from lossary.study.page.data import data_part
from lossary.study.page.data_charts import MOST_DRAWN
from lossary.study.task import infer_task

ROWS = 400
NAMES = {"Miller", "Madow", "Kraskov", "Stögbauer", "Grassberger", "Ross"} | {
    *("amount", "noise", "hole", "chargeback", "fraud", "fine")
}
ENGLISH, CHINESE = language("en"), language("zh")


@pytest.fixture
def random():
    return np.random.default_rng(0)


def studied(frame, y, kind=None):
    """Return what a part of the page reads of a study, without training."""
    raw = pl.DataFrame(frame)
    columns = classify_columns(raw)
    task = infer_task(pl.Series("y", y), kind)
    clean = tidy(raw.select(columns.used))
    return SimpleNamespace(
        target="y",
        config=SimpleNamespace(task=task, columns=columns, frame=clean),
        information=information_of(clean, columns, task),
        notes=columns.notes,
    )


def text_of(part, key, say=ENGLISH):
    """Return the sentences of a value of a part."""
    value = part.values[key]
    return " ".join(say(m) for m in (value if isinstance(value, list) else [value]))


@pytest.fixture
def fraud(random):
    y = random.random(ROWS) < 0.1
    frame = {
        "amount": random.normal(size=ROWS) + 2 * y,
        "noise": random.normal(size=ROWS),
        "hole": np.where(random.random(ROWS) < 0.25, None, "a"),
        "chargeback": np.where(y, "yes", "no"),
    }
    return studied(frame, np.where(y, "fraud", "fine"))


def test_the_facts_are_those_of_the_data(fraud):
    part = data_part(fraud, ENGLISH)
    missing = fraud.config.frame["hole"].null_count()
    assert text_of(part, "facts") == (
        "400 rows 4 columns 2 classes missing values in 1 column, most in hole: "
        f"{missing / 4:.1f} %"
    )
    assert text_of(part, "kind") == "Read as binary: the target has two values."
    (fine, n, share, part_of_most), (rare, m, _, less) = part.values["classes"]
    assert (fine, rare, n + m) == ("fine", "fraud", ROWS)
    assert share == n / ROWS
    assert (part_of_most, less) == (1, m / n)
    assert part.values["positive"] == "fraud"


def test_the_entropy_is_said_in_words(fraud):
    found = fraud.information
    text = text_of(data_part(fraud, ENGLISH), "uncertain")
    fewest, most = sorted(fraud.config.task.counts)
    assert f"Imbalance {most / fewest:.1f} : 1 between the most frequent class, fine" in text
    assert f"the rarest, fraud, which has {fewest} rows." in text
    assert f"Entropy {found.entropy.value:.4f} bits, 95 % interval [0." in text
    assert f"as uncertain as {2**found.entropy.value:.2f} equally frequent classes, of 2." in text
    assert f"(plug-in) value is {found.plug_in:.4f} bits" in text


def test_a_balance_is_called_one(random):
    part = data_part(studied({"x": random.normal(size=60)}, [0, 1] * 30), ENGLISH)
    text = text_of(part, "uncertain")
    assert text.startswith("The classes are balanced: the most frequent")
    assert "interval" not in text
    assert "Entropy 1.0000 bits: as uncertain as 2.00 equally" in text


def test_a_leak_is_warned_of(fraud):
    part = data_part(fraud, ENGLISH)
    assert text_of(part, "leak").startswith("chargeback determines y almost completely.")
    assert "every result on this page is too good" in text_of(part, "leak")
    assert CHINESE(part.values["leak"]).startswith("chargeback 几乎包含了 y 的全部信息")


def test_several_leaks_are_named(random):
    y = np.array(["a", "b"] * 100)
    part = data_part(studied({"one": y, "two": y, "x": random.normal(size=200)}, y), ENGLISH)
    assert text_of(part, "leak").startswith("one and two determine y almost completely.")
    clean = data_part(studied({"x": random.normal(size=200)}, y), ENGLISH)
    assert clean.values["leak"] is None


def test_the_findings_say_what_tells_and_what_does_not(fraud):
    best, _, *silent = fraud.information.columns
    first, second = (t.column for t in silent)
    assert text_of(data_part(fraud, ENGLISH), "findings") == (
        f"chargeback is the most informative about y: {best.bits:.4f} bits, 100 % of its entropy. "
        "2 of 4 columns have more information than chance. "
        f"No more than chance: {first} and {second}."
    )


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (1, "Its only column has no more information about y than chance."),
        (3, "None of the 3 columns by itself has more information about y than chance; "),
    ],
)
def test_nothing_found_is_said(random, columns, text):
    frame = {f"x{i}": random.normal(size=80) for i in range(columns)}
    assert text in text_of(data_part(studied(frame, [0, 1] * 40), ENGLISH), "findings")


def test_all_columns_may_tell(random):
    y = np.array([0, 1] * 200)
    frame = {f"x{i}": y + 0.5 * random.normal(size=400) for i in range(2)}
    text = text_of(data_part(studied(frame, y), ENGLISH), "findings")
    assert text.endswith("All 2 columns have more information than chance.")


def test_many_silent_columns_are_counted(random):
    frame = {f"x{i}": random.normal(size=200) for i in range(12)} | {"y_too": [0, 1] * 100}
    text = text_of(data_part(studied(frame, [0, 1] * 100), ENGLISH), "findings")
    assert re.search(r"No more than chance: (x\d+, ){7}x\d+ and 4 more\.$", text)


def test_the_chart_has_the_numbers_of_its_table(fraud):
    (figure,) = data_part(fraud, ENGLISH).figures
    limit, bars = (layer["data"]["values"] for layer in figure.specification["layer"][:2])
    assert limit == [{"value": fraud.information.entropy.value}]
    assert len(bars) == len(figure.rows) == len(fraud.information.columns)
    for told, drawn, row in zip(fraud.information.columns, bars, figure.rows, strict=True):
        assert drawn["column"] == row[0] == told.column
        assert drawn["value"] == max(told.bits, 0)
        assert row[1] == f"{max(told.bits, 0):.4f}"
        assert row[2] == f"[{drawn['low']:.4f}, {drawn['high']:.4f}]"
        assert row[3] == f"{told.chance:.4f}"
        assert drawn["mark"] == ("beyond" if fraud.information.beyond_chance(told) else "chance")
    (hole,) = (bar for bar in bars if bar["column"] == "hole")
    assert re.fullmatch(r"hole · 2\d\.\d % missing", hole["name"])
    assert figure.head[3] == "by chance alone"


def test_the_columns_that_tell_the_most_are_drawn_and_all_are_listed(random):
    y = np.array([0, 1] * 100)
    frame = {f"x{i}": random.normal(size=200) + 0.1 * i * y for i in range(40)}
    study = studied(frame, y)
    (figure,) = data_part(study, ENGLISH).figures
    bars = figure.specification["layer"][1]["data"]["values"]
    assert [b["column"] for b in bars] == [t.column for t in study.information.columns[:MOST_DRAWN]]
    assert len(figure.rows) == 40
    assert figure.caption.endswith("The chart has the 30 most informative columns, the table all.")


def test_many_classes_are_told_apart_as_far_as_they_go(random):
    y = np.repeat([f"c{i}" for i in range(30)], np.arange(5, 35))
    part = data_part(studied({"x": random.normal(size=len(y))}, y), ENGLISH)
    classes = part.values["classes"]
    assert len(classes) == 20
    assert classes[0][:2] == ("c29", 34)
    assert ENGLISH(classes[-1][0]) == "11 other classes"
    assert sum(n for _, n, *_ in classes) == len(y)


def test_a_target_of_numbers_has_its_spread(random):
    x = random.normal(size=ROWS)
    y = 20 + x + random.normal(size=ROWS)
    study = studied({"x": x, "empty": [1.0] * 3 + [None] * (ROWS - 3)}, y)
    part = data_part(study, ENGLISH)
    spread, information = part.figures
    bars = spread.specification["data"]["values"]
    assert sum(bar["rows"] for bar in bars) == ROWS
    assert (bars[0]["low"], bars[-1]["high"]) == (y.min(), y.max())
    assert [row[2] for row in spread.rows] == [f"{bar['rows']:,}" for bar in bars]
    assert f"with median {np.median(y):.6g}" in spread.caption
    assert "as much as a correlation of 0." in text_of(part, "findings")
    assert "a uniform distribution over a width of" in text_of(part, "uncertain")
    assert part.values["classes"] == []
    assert information.head[3] == "as a correlation"
    assert information.rows[1][1:2] + information.rows[1][-1:] == ("–", "too few rows")
    assert "dashed" not in information.caption


def test_a_heaped_target_has_no_density(random):
    y = np.where(random.random(ROWS) < 0.5, 0.0, random.normal(size=ROWS))
    part = data_part(studied({"x": random.normal(size=ROWS)}, y), ENGLISH)
    assert "no differential entropy" in text_of(part, "uncertain")


def test_a_regression_on_few_values_speaks_of_values(random):
    study = studied({"x": random.normal(size=90)}, [1.0, 2.0, 5.0] * 30, "regression")
    text = text_of(data_part(study, ENGLISH), "uncertain")
    assert text.startswith("Its 3 values have an entropy of 1.5850 bits")


def test_rows_that_were_drawn_are_counted(random, monkeypatch):
    monkeypatch.setattr("lossary.study.information.MOST_ROWS", 100)
    x = random.normal(size=ROWS)
    part = data_part(studied({"x": x}, x + random.normal(size=ROWS)), ENGLISH)
    assert "among 100 of 400 rows, drawn at random" in text_of(part, "how")


@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_in_chinese_no_sentence_is_english(random, fraud, kind):
    x = random.normal(size=ROWS)
    study = fraud if kind == "classes" else studied({"x": x}, x + random.normal(size=ROWS))
    part = data_part(study, CHINESE)
    texts = [
        CHINESE(m)
        for value in part.values.values()
        for m in (value if isinstance(value, list | tuple) else [value])
        if isinstance(m, Message)
    ]
    for figure in part.figures:
        texts += [figure.title, figure.caption, figure.specification["description"], *figure.head]
        texts += re.findall(r'"title": "([^"]*)"', str(figure.specification).replace("'", '"'))
    assert len(texts) > 15
    assert {w for text in texts for w in re.findall(r"[A-Z][a-zö]+|[a-z]{2,}", text)} <= NAMES

"""Every number of a report is one that there can be, and says the same as those beside it."""

import json
import re
from io import StringIO
from math import inf, log

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from lossary import frames, report
from lossary.estimate import Estimate
from lossary.report.console import drift_text, information_text
from lossary.report.drift_page import page as drift_page
from lossary.report.information_page import page as information_page
from lossary.study.columns import classify_columns, tidy
from lossary.study.information import information_of
from lossary.study.information import plain as plain_information
from lossary.study.task import infer_task
from lossary.validation import LossaryError

ROUNDING = 1e-12
SPAN = re.compile(r"\[([^],]+), ([^],]+)\]")
KINDS = {
    "boolean": st.booleans(),
    "few": st.integers(0, 2),
    "ties": st.sampled_from([0.0, 0.0, 0.0, 1.5, -2.25]),
    "whole": st.integers(-40, 40),
    "number": st.floats(-5, 5, allow_subnormal=False),
    "text": st.sampled_from(["a", "b", "", "-", "é"]),
    "holes": st.sampled_from([None, "a", "b"]),
    "constant": st.just("same"),
}


@st.composite
def tables(draw, least=4, most=60):
    """Tables of a few columns of every kind, of few rows, with copies of one another."""
    rows = draw(st.integers(least, most))
    columns = {}
    for name in draw(st.lists(st.sampled_from(list(KINDS)), min_size=2, max_size=4, unique=True)):
        columns[name] = draw(st.lists(KINDS[name], min_size=rows, max_size=rows))
    columns["label"] = draw(
        st.one_of(
            st.lists(st.booleans(), min_size=rows, max_size=rows),
            st.lists(st.sampled_from("xyz"), min_size=rows, max_size=rows),
            st.sampled_from(list(columns.values())),
        )
    )
    return pl.DataFrame(columns, strict=False)


def printed(text):
    console = Console(width=300, file=StringIO())
    console.print(text)
    return console.file.getvalue()


def require_interval(interval, value, most=inf):
    if interval is not None:
        low, high = interval
        assert 0 <= low <= value <= high <= most + ROUNDING


def require_text(text):
    """No minus sign of another kind, no negative nothing, no interval turned round."""
    for low, high in SPAN.findall(text):
        ends = [float(v.replace("−", "-").replace("∞", "inf")) for v in (low, high)]
        assert ends[0] <= ends[1], text
    assert not re.search(r"[-−]0\.0+(?!\d)", text), text
    # What the data says stays as it is.
    ours = re.sub(r"(?m)^Label .*$", "", text)
    assert not re.search(r"(?<![\w.])-\d", ours), text


def require_information(found):
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for column in data["columns"]:
        if column["entropy"]:
            assert 0 <= column["entropy"]["value"] <= np.log2(column["labels"]) + ROUNDING
    entropy = data["target"]["entropy"]["value"] if data["target"] else None
    if data["target"]:
        labels = len(data["target"]["counts"])
        assert 0 <= entropy <= np.log2(labels) + ROUNDING
        assert 1 <= data["target"]["effective_labels"] <= labels + ROUNDING
    for told in data["information"]:
        assert 0 <= told["value"] <= (inf if entropy is None else entropy + ROUNDING)
        require_interval(told["interval"], told["value"], inf if entropy is None else entropy)
        if entropy is None:
            assert told["share"] is None
        else:
            assert 0 <= told["share"] <= 1
            assert told["share"] * entropy == pytest.approx(told["value"], abs=ROUNDING)
        assert told["p_value"] is None or 0 <= told["p_value"] <= 1
    if data["redundancy"] and data["redundancy"]["unit"] == "no unit":
        values = np.array(data["redundancy"]["values"], dtype=float)
        assert ((values >= 0) & (values <= 1)).all()
    require_text(printed(information_text(found)))


NOTHING_TOLD = pl.DataFrame(
    {
        "whole": [0, 1, -1, 2, -2, 3, -3, 4, -4],
        "ties": [0.0] * 8 + [1.5],
        "label": [False] * 7 + [True] * 2,
    }
)
"""A table of which a difference that rounds to nothing is below it."""


@settings(max_examples=60, deadline=None)
@example(frame=NOTHING_TOLD, continuous="ksg")
@given(frame=tables(), continuous=st.sampled_from(["bins", "bins", "ksg"]))
def test_information_is_possible(frame, continuous):
    for target in ("label", None):
        try:
            found = report.measure(frame, target, continuous=continuous)
        except LossaryError:  # a label that holds one value, and columns without rows
            continue
        require_information(found)


@settings(max_examples=60, deadline=None)
@given(pair=st.tuples(tables(), tables()), smoothing=st.sampled_from([0.5, 0.0]))
def test_drift_is_possible(pair, smoothing):
    before, after = pair
    found = report.drift(before, after, smoothing=smoothing)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for column in data["columns"]:
        assert 0 <= column["js_share"] <= 1
        for name, measured in column["measures"].items():
            most = log(2) if name == "js" else inf
            if measured["value"] is not None:
                assert 0 <= measured["value"] <= most + ROUNDING
                require_interval(measured["interval"], measured["value"], most)
        assert 0 <= column["p_value"] <= 1
    require_text(printed(drift_text(found)))


@settings(max_examples=40, deadline=None)
@given(frame=tables(least=20))
def test_the_information_of_a_study_is_possible(frame):
    features = frame.drop("label")
    columns = classify_columns(features)
    try:
        task = infer_task(frame["label"].cast(pl.String).fill_null("none"))
    except LossaryError:
        return
    if not columns.used:
        return
    found = plain_information(information_of(tidy(features.select(columns.used)), columns, task))
    entropy = found["entropy"]["value"]
    assert 0 <= entropy <= np.log2(len(task.classes)) + ROUNDING
    require_interval(found["entropy"]["interval"], entropy, np.log2(len(task.classes)))
    for column in found["columns"]:
        assert 0 <= column["information"] <= entropy
        assert 0 <= column["share"] <= 1
        assert column["chance"] >= 0
        require_interval(column["interval"], column["information"], entropy)


@settings(max_examples=40, deadline=None)
@given(frame=tables(), level=st.sampled_from([0.5, 0.95, 0.999]))
def test_intervals_of_frames_hold_their_estimates(frame, level):
    for gain in frames.information_gain(frame, "label", base=2):
        interval = gain.interval(level)
        if interval is not None:
            assert interval[0] <= gain.information.value <= interval[1]
            assert min(gain.information.value, 0) <= interval[0]
            assert interval[1] <= max(gain.most, gain.information.value)
    for column in frames.drift(frame, frame.head(3)):
        for measure in ("js", "psi", "kl"):
            interval = column.interval(measure, level)
            if interval is not None:
                assert interval[0] <= column.measured(measure) <= interval[1]


def test_an_interval_ends_where_its_measure_does():
    found = Estimate(0.1, method="plug_in", n=9, standard_error=1.0)
    assert found.interval_within(0, 0.5, 0.95) == (0, 0.5)
    assert Estimate(-0.1, "plug_in", 9, 0.01).interval_within(0, 1, 0.95) == (-0.1, 0)
    assert Estimate(1.1, "plug_in", 9, 0.01).interval_within(0, 1, 0.95) == (1, 1.1)


def test_bits_and_shares_of_a_page_agree():
    random = np.random.default_rng(0)
    churn = random.random(400) < 0.3
    frame = pl.DataFrame({"churn": churn, "same": churn, "noise": random.random(400) < 0.5})
    found = report.measure(frame, "churn")
    text = printed(information_text(found))
    entropy = re.search(r"Entropy (\S+) bits", text)[1]
    assert (
        f"same has the most information about churn: {entropy} bits, 100.0% of its entropy." in text
    )
    assert re.search(r"noise +boolean +0\.0000 +\[0\.0000, 0\.\d+\] +0\.0% ", text)
    for page in (information_page(found), drift_page(report.drift(frame, frame.head(60)))):
        for cell in re.findall(r"<td>([^<]*)</td>", page):
            require_text(cell)
    rows = re.findall(
        r"<tr><th scope=\"row\">(\w+)</th><td>([\d.]+)</td><td>\[", information_page(found)
    )
    assert dict(rows) == {"same": entropy, "noise": "0.0000"}


def test_two_labels_have_one_bit_at_most():
    frame = pl.DataFrame({"x": [False, True] * 40, "y": ["a", "b", "b", "a"] * 20})
    found = report.measure(frame)
    assert {n: e.value for n, e in found.entropies.items()} == {"x": 1, "y": 1}
    assert frames.entropy(frame, method="miller_madow", base=2)["x"].value > 1

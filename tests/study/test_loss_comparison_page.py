from dataclasses import replace

import polars as pl
import pytest

from lossary import study
from lossary.pages.localization import language
from lossary.study.comparison import ConfidenceInterval
from lossary.study.learning_and_calibration_curves import curve_points, reliability_points
from lossary.study.page.loss_comparison import loss_comparison_part


@pytest.fixture(scope="module")
def part(binary):
    return loss_comparison_part(binary, language("en"))


def test_every_metric_of_every_loss_is_in_the_table(binary, part):
    metrics = [m.name for m in part.values["metrics"]]
    assert sorted(metrics) == sorted(m.name for m in binary.metrics)
    assert [label for label, _ in part.values["results"]] == [
        r.candidate.label for r in binary.results
    ]
    for label, comparisons in part.values["results"]:
        assert [(s.loss, s.metric) for s in comparisons] == [(label, name) for name in metrics]


def test_metrics_stand_under_the_question_that_they_answer(part):
    questions = [str(question) for question, _ in part.values["groups"]]
    assert len(set(questions)) == len(questions)
    for question, metrics in part.values["groups"]:
        assert all(m.question == question for m in metrics)


def test_charts_and_tables_hold_the_same_numbers(binary, part):
    for figure, metric in zip(part.values["figures"], part.values["metrics"], strict=True):
        comparisons = [s for s in binary.comparisons if s.metric == metric.name]
        assert [row[0] for row in figure.rows] == [s.loss for s in comparisons]
        rows = figure.specification["data"]["values"]
        assert [r["mean"] for r in rows] == [s.value.mean for s in comparisons]
        assert len(figure.head) == len(figure.rows[0]) == 5


def test_where_all_losses_are_the_same_none_is_marked_as_best(binary):
    same = tuple(
        replace(s, difference=ConfidenceInterval(0.0, 0.0, 0.0)) for s in binary.comparisons
    )
    values = loss_comparison_part(replace(binary, comparisons=same), language("en")).values
    assert {s.verdict for _, found in values["results"] for s in found} <= {"level", "worse"}


def test_there_is_a_curve_and_a_calibration_of_each_loss(binary, part):
    keys = [f.key for f in part.figures]
    assert len(keys) == len(set(keys)) == 10 + 3 + 3
    assert [f.title for f in part.values["learning"]] == [r.candidate.label for r in binary.results]
    assert all(len(f.rows) > 5 for f in part.values["learning"])


@pytest.mark.usefixtures("without_claims")
def test_a_regression_has_no_calibration_and_its_error_is_in_the_target_s_unit():
    outcome = study.run("diabetes", losses=["squared_error"], folds=2, seeds=1, steps=5)
    part = loss_comparison_part(outcome, language("zh"))
    assert part.values["reliability"] == []
    assert language("zh")(part.values["measure"]) == "均方根误差"
    assert part.values["unknown"]


def test_curves_and_calibration_are_those_of_the_folds(binary):
    points = [p for p in curve_points(binary.results, binary.config) if p.loss == "hinge"]
    hinge = binary.results[1]
    assert [p.step for p in points] == list(binary.config.budget(0).checkpoints()[1:])
    assert points[-1].mean == pytest.approx(hinge.curves[:, -1].mean())
    reliability = reliability_points(hinge, seeds=2)
    assert sum(p.share for p in reliability) == pytest.approx(1)
    assert hinge.reliability[:, 0].sum() == 2 * 569
    assert all(p.low <= p.observed <= p.high for p in reliability)


def test_a_wilson_interval_by_hand():
    class Result:
        reliability = pl.DataFrame({"n": [20.0], "s": [4.0], "h": [5.0]}).to_numpy()

    (point,) = reliability_points(Result, seeds=2)
    # 2.5 of 10: (0.25 + 0.1921) / 1.3841 = 0.3194, give or take 0.2384.
    assert (point.stated, point.observed) == (0.2, 0.25)
    assert (point.low, point.high) == pytest.approx((0.0809, 0.5578), abs=1e-3)


@pytest.mark.browser
@pytest.mark.usefixtures("without_claims")
def test_a_diverged_training_is_shown_as_such(tmp_path, page, monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    outcome = study.run("wine", losses=["kl", "js"], folds=2, seeds=1, steps=9)
    complaints = []
    page.on("console", lambda m: complaints.append(m.text))
    page.goto(outcome.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert complaints == []
    assert page.locator(".results td.failed").count() == 2 * 8
    assert page.locator("#metric-0 text", has_text="kl: diverged").count() == 1


@pytest.mark.browser
@pytest.mark.usefixtures("without_claims")
def test_charts_show_the_numbers_of_the_study(tmp_path, page):
    outcome = study.run("diabetes", losses=["squared_error", "huber"], folds=2, seeds=1, steps=20)
    page.goto(outcome.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    dots = page.locator("#metric-0 .mark-symbol path").evaluate_all(
        "all => all.map(e => e.__data__.datum.mean)"
    )
    expected = outcome.table.filter(metric="RMSE")["mean"].to_list()
    assert dots == pytest.approx(expected)
    narrow = page.locator("#metric-0 svg").bounding_box()["width"]
    page.locator("#metric-0 ~ details summary").click()
    assert page.get_by_role("region", name="Numbers of RMSE").is_visible()
    page.wait_for_function(f"document.querySelector('#metric-0 svg').clientWidth > {2 * narrow}")

"""A study as one HTML page: text, tables and charts, complete in itself."""

from pathlib import Path

import numpy as np

from lossary.pages.layout import Figure, render
from lossary.pages.words import capital, listed
from lossary.study import charts
from lossary.study.compare import Interval, Standing
from lossary.study.forms import Link
from lossary.study.numbers import curve_points, reliability_points
from lossary.study.race import BATCH, Result
from lossary.study.splits import MANY_ROWS
from lossary.study.study import Study
from lossary.study.train import RATES
from lossary.study.verdict import digits

__all__ = ["page"]

WORDS = {"best": "best", "level": "no difference beyond noise", "worse": "worse beyond noise"}
READING: dict[Link, str] = {
    "sigmoid": "probability: sigmoid of the score",
    "softmax": "probabilities: softmax of the scores",
    "platt": "margins; probabilities by a fitted scale*",
    "identity": "prediction: the score",
    "exp": "prediction: exp of the score",
}


def page(study: Study) -> str:
    """Return the text of the page; its scripts are inside, once for all charts."""
    metrics, learning, reliability = _metrics(study), _learning(study), _reliability(study)
    return render(
        Path(__file__).with_name("study.html"),
        [*metrics, *learning, *reliability],
        study=study,
        batch=BATCH,
        many=MANY_ROWS,
        rates=listed([f"{rate:g}" for rate in RATES]),
        course=study.course,
        task=study.course.task,
        classes=_classes(study),
        range=_range(study),
        results=_results(study),
        losses=[_loss(r) for r in study.results],
        metrics=metrics,
        shown=[m for m in study.metrics if not m.default],
        thresholds=_thresholds(study),
        learning=learning,
        error=_error_name(study),
        reliability=reliability,
        margins=[r.contender.label for r in study.results if r.contender.link == "platt"],
    )


def _metrics(study: Study) -> list[Figure]:
    figures = []
    for i, metric in enumerate(m for m in study.metrics if not m.default):
        standings = [s for s in study.standings if s.metric == metric.name]
        figures.append(
            Figure(
                key=f"metric-{i}",
                title=metric.name,
                caption=f"{capital(metric.meaning)}; {metric.better} is better.",
                specification=charts.metric_chart(metric, standings),
                head=("loss", "mean", "95 % interval", "difference from the best", "finding"),
                rows=[_standing_row(s) for s in standings],
            )
        )
    return figures


def _standing_row(s: Standing) -> tuple[str, ...]:
    if s.verdict == "failed":
        return (s.loss, "diverged", "", "", "training diverged")
    gap = "" if s.verdict == "best" else f"{digits(s.difference.mean)} {_span(s.difference)}"
    return (s.loss, digits(s.value.mean), _span(s.value), gap, WORDS[s.verdict])


def _span(interval: Interval) -> str:
    return f"[{digits(interval.low)}, {digits(interval.high)}]"


def _learning(study: Study) -> list[Figure]:
    points = curve_points(study.results, study.course)
    return [
        Figure(
            key=f"learning-{i}",
            title=label,
            caption="",
            specification=charts.learning_chart(points, label, _error_name(study)),
            head=("step", _error_name(study), "95 % interval"),
            rows=[
                (str(p.step), digits(p.mean), f"[{digits(p.low)}, {digits(p.high)}]")
                for p in points
                if p.loss == label
            ],
        )
        for i, label in enumerate(r.contender.label for r in study.results)
    ]


def _error_name(study: Study) -> str:
    return "RMSE" if study.course.task.kind == "regression" else "wrong decisions"


def _reliability(study: Study) -> list[Figure]:
    if study.course.task.kind == "regression":
        return []
    figures = []
    for i, result in enumerate(study.results):
        points = reliability_points(result, study.course.seeds)
        label = result.contender.label
        figures.append(
            Figure(
                key=f"reliability-{i}",
                title=label,
                caption="",
                specification=charts.reliability_chart(points, label),
                head=("stated", "observed", "95 % interval", "share of rows"),
                rows=[
                    (
                        f"{p.stated:.3f}",
                        f"{p.observed:.3f}",
                        f"[{p.low:.3f}, {p.high:.3f}]",
                        f"{p.share:.1%}",
                    )
                    for p in points
                ],
            )
        )
    return figures


def _classes(study: Study) -> list[tuple[str, int, float]]:
    task = study.course.task
    return [(c, n, n / len(task.y)) for c, n in zip(task.classes, task.counts, strict=True)]


def _range(study: Study) -> list[str]:
    """Return the least, middle and largest target of a regression."""
    task = study.course.task
    quantiles = np.quantile(task.y, [0, 0.5, 1]) if task.kind == "regression" else []
    return [f"{q:.6g}" for q in quantiles]


def _results(study: Study) -> list[tuple[str, list[Standing]]]:
    labels = [r.contender.label for r in study.results]
    names = {m.name for m in study.metrics if not m.default}
    shown = [s for s in study.standings if s.metric in names]
    return [(label, [s for s in shown if s.loss == label]) for label in labels]


def _thresholds(study: Study) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Return for each decision metric what the best threshold adds to each loss."""
    names = dict.fromkeys(e.metric for e in study.thresholds)
    return [
        (
            name,
            [
                (e.loss, digits(e.default), digits(e.best), f"{e.gain.mean:+.4f} {_span(e.gain)}")
                for e in study.thresholds
                if e.metric == name
            ],
        )
        for name in names
    ]


def _loss(result: Result) -> dict[str, str]:
    contender = result.contender
    low, middle, high = np.quantile(result.rates, [0, 0.5, 1], method="lower")
    return {
        "label": contender.label,
        "summary": contender.summary,
        "reading": READING[contender.link],
        "rate": f"{middle:g}" + ("" if low == high else f" ({low:g} … {high:g})"),
    }

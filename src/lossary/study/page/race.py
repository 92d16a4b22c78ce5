"""The third part of the page: the race."""

from lossary.pages.language import Language
from lossary.pages.layout import Figure
from lossary.pages.words import capital
from lossary.study.compare import Interval, Standing
from lossary.study.numbers import curve_points, reliability_points
from lossary.study.outcome import Study
from lossary.study.page import race_charts as charts
from lossary.study.page.part import Part
from lossary.study.verdict import digits

__all__ = ["race_part"]

WORDS = {"best": "best", "level": "no difference beyond noise", "worse": "worse beyond noise"}


def race_part(study: Study, say: Language) -> Part:  # noqa: ARG001 - as every part
    """Return the metrics of every loss, its learning and its calibration."""
    metrics, learning, reliability = _metrics(study), _learning(study), _reliability(study)
    return Part(
        {
            "results": _results(study),
            "metrics": metrics,
            "shown": [m for m in study.metrics if not m.default],
            "thresholds": _thresholds(study),
            "learning": learning,
            "error": _error_name(study),
            "reliability": reliability,
            "margins": [r.contender.label for r in study.results if r.contender.link == "platt"],
        },
        [*metrics, *learning, *reliability],
    )


def _metrics(study: Study) -> list[Figure]:
    figures = []
    for i, metric in enumerate(m for m in study.metrics if not m.default):
        standings = [s for s in study.standings if s.metric == metric.name]
        figures.append(
            Figure(
                key=f"metric-{i}",
                title=metric.name,
                caption=f"{capital(str(metric.meaning))}; {metric.better} is better.",
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

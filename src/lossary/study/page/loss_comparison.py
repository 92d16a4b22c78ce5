"""The third part of the page: the comparison of the losses."""

from math import isfinite

from lossary.pages.layout import Figure
from lossary.pages.localization import Language, Message
from lossary.pages.number_text import digits
from lossary.study.comparison import Comparison, ConfidenceInterval, marked
from lossary.study.interval_text import size_of
from lossary.study.learning_and_calibration_curves import curve_points, reliability_points
from lossary.study.metrics import Metric
from lossary.study.page import loss_comparison_charts as charts
from lossary.study.page.page_part import Part
from lossary.study.result import StudyResult

__all__ = ["loss_comparison_part"]


def loss_comparison_part(study: StudyResult, say: Language) -> Part:
    """Return the metrics of every loss, its learning and its calibration."""
    groups = _groups(study)
    metrics = [m for _, own in groups for m in own]
    drawn = [_metric(study, m, i, say) for i, m in enumerate(metrics)]
    learning, reliability = _learning(study, say), _reliability(study, say)
    labels = [r.candidate.label for r in study.results]
    return Part(
        {
            "groups": groups,
            "metrics": metrics,
            "like": {m.name: _largest(study, m) for m in metrics},
            "results": [(label, _comparisons(study, label, metrics)) for label in labels],
            "unknown": any(not s.value.known for s in study.comparisons),
            "margins": [r.candidate.label for r in study.results if r.candidate.link == "platt"],
            "trainings": study.config.folds * study.config.seeds,
            "figures": drawn,
            "learning": learning,
            "measure": _measure(study),
            "reliability": reliability,
        },
        [*drawn, *learning, *reliability],
    )


def _groups(study: StudyResult) -> list[tuple[Message, list[Metric]]]:
    """Return the metrics by the question that they answer, in the order of the questions."""
    groups: dict[str, tuple[Message, list[Metric]]] = {}
    for metric in study.metrics:
        groups.setdefault(metric.purpose, (metric.question, []))[1].append(metric)
    return list(groups.values())


def _comparisons(study: StudyResult, label: str, metrics: list[Metric]) -> list[Comparison]:
    return [s for m in metrics for s in _on(study, m) if s.loss == label]


def _on(study: StudyResult, metric: Metric) -> list[Comparison]:
    return marked(s for s in study.comparisons if s.metric == metric.name)


def _largest(study: StudyResult, metric: Metric) -> float | None:
    """Return the largest mean by a metric, which sets the decimals of its column."""
    means = [abs(s.value.mean) for s in study.comparisons if s.metric == metric.name]
    return max(filter(isfinite, means), default=None)


def _metric(study: StudyResult, metric: Metric, number: int, say: Language) -> Figure:
    comparisons = _on(study, metric)
    better = say(f"loss_comparison.{metric.better}")
    return Figure(
        key=f"metric-{number}",
        title=say(metric.title),
        caption=say("loss_comparison.metrics.caption", meaning=metric.meaning, better=better),
        specification=charts.metric_chart(metric, comparisons, say),
        head=(
            say("loss_comparison.loss"),
            *(
                say(f"loss_comparison.metrics.{key}")
                for key in ("mean", "interval", "difference", "finding")
            ),
        ),
        rows=[_row(s, say) for s in comparisons],
    )


def _row(s: Comparison, say: Language) -> tuple[str, ...]:
    if s.verdict == "failed":
        return (
            s.loss,
            say("loss_comparison.diverged"),
            "",
            "",
            say("loss_comparison.all_diverged"),
        )
    gap = "" if s.verdict == "best" else _with_span(s.difference)
    mean = digits(s.value.mean, size_of(s.value))
    return (s.loss, mean, _span(s.value), gap, say(f"loss_comparison.{s.verdict}"))


def _span(interval: ConfidenceInterval) -> str:
    if not interval.known:
        return "–"
    like = size_of(interval)
    return f"[{digits(interval.low, like)}, {digits(interval.high, like)}]"


def _with_span(interval: ConfidenceInterval) -> str:
    return f"{digits(interval.mean, size_of(interval))} {_span(interval)}"


def _measure(study: StudyResult) -> Message:
    regression = study.config.task.kind == "regression"
    return Message(
        "loss_comparison.learning.rmse" if regression else "loss_comparison.learning.wrong"
    )


def _learning(study: StudyResult, say: Language) -> list[Figure]:
    points = curve_points(study.results, study.config)
    measure = say(_measure(study))
    return [
        Figure(
            key=f"learning-{i}",
            title=label,
            caption=_failure(study, label, say),
            specification=charts.learning_chart(points, label, measure, say),
            head=(
                say("loss_comparison.learning.step"),
                measure,
                say("loss_comparison.metrics.interval"),
            ),
            rows=[
                (str(p.step), digits(p.mean), _span(ConfidenceInterval(p.mean, p.low, p.high)))
                for p in points
                if p.loss == label
            ],
        )
        for i, label in enumerate(r.candidate.label for r in study.results)
    ]


def _failure(study: StudyResult, label: str, say: Language) -> str:
    failed = any(s.loss == label and s.verdict == "failed" for s in study.comparisons)
    return say("loss_comparison.all_diverged") if failed else ""


def _reliability(study: StudyResult, say: Language) -> list[Figure]:
    if study.config.task.kind == "regression":
        return []
    figures = []
    for i, result in enumerate(study.results):
        points = reliability_points(result, study.config.seeds)
        label = result.candidate.label
        figures.append(
            Figure(
                key=f"reliability-{i}",
                title=label,
                caption=_failure(study, label, say),
                specification=charts.reliability_chart(points, label, say),
                head=(
                    say("loss_comparison.calibration.stated"),
                    say("loss_comparison.calibration.observed"),
                    say("loss_comparison.metrics.interval"),
                    say("loss_comparison.calibration.share"),
                ),
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

"""The first part of the page: the verdict, by purpose, and the threshold beside the loss."""

from lossary.pages.layout import Figure
from lossary.pages.localization import Language, Message
from lossary.pages.number_text import digits, signed
from lossary.study.interval_text import span
from lossary.study.metrics import Metric
from lossary.study.page.page_part import Part
from lossary.study.page.verdict_charts import threshold_chart
from lossary.study.result import StudyResult
from lossary.study.threshold import ThresholdEffect
from lossary.study.verdict import Advice

__all__ = ["verdict_part"]


def verdict_part(study: StudyResult, say: Language) -> Part:
    """Return the headline, advice on each purpose, and the gain of the best threshold."""
    verdict = study.verdict
    thresholds = [
        _threshold_figure(study, metric, i, say)
        for i, metric in enumerate(m for m in study.metrics if m.name in _decisions(study))
    ]
    return Part(
        {
            "headline": verdict.headline,
            "purposes": [(advice, _rank_text(study, advice)) for advice in verdict.purposes],
            "details": [f for advice in verdict.purposes for f in advice.details],
            "thresholds": thresholds,
        },
        thresholds,
    )


def _decisions(study: StudyResult) -> set[str]:
    return {e.metric for e in study.thresholds}


def _rank_text(study: StudyResult, advice: Advice) -> Message | None:
    """Return whether the loss leads alone, in words; None where that is not known."""
    total = len({s.loss for s in study.comparisons if s.verdict != "failed"})
    level = len(advice.unbeaten)
    if advice.loss is None or total < 2 or study.verdict.provisional:
        return None
    if level == 1:
        return Message("purposes.alone")
    return Message("purposes.level", {"level": level, "total": total})


def _threshold_figure(study: StudyResult, metric: Metric, place: int, say: Language) -> Figure:
    effects = [e for e in study.thresholds if e.metric == metric.name]
    found = next((f for f in study.verdict.thresholds if f.metric == metric.name), None)
    return Figure(
        key=f"threshold-{place}",
        title=say("purposes.title", title=metric.title),
        caption=say(found.text) if found else "",
        specification=threshold_chart(effects, metric.title, say),
        head=tuple(say(f"thresholds.{key}") for key in ("loss", "default", "best", "gain", "span")),
        rows=[_threshold_row(e, say) for e in effects],
    )


def _threshold_row(effect: ThresholdEffect, say: Language) -> tuple[str, ...]:
    gain = signed(effect.gain.mean)
    return (
        effect.loss,
        digits(effect.default),
        digits(effect.best),
        gain,
        say(span(effect.gain)),
    )

"""Sentences on the best loss by a metric and its lead over the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from lossary.pages.localization import Message, say
from lossary.study.comparison import Comparison, all_same
from lossary.study.interval_text import enumeration, gap_of, number, sentences, size_of, span
from lossary.study.metrics import Metric
from lossary.study.ranking import PurposeRanking, best_of

__all__ = ["Finding", "metric_finding", "purpose_finding"]

MOST = 3
"""The largest number of losses that a sentence names."""


@dataclass(frozen=True)
class Finding:
    """A sentence on one metric, with its name and the question it answers."""

    question: Message
    metric: str
    title: Message
    text: Message


def purpose_finding(ranking: PurposeRanking, *, few: bool = False) -> Message:
    """Return the finding of the leading metric, and of each deciding metric that contradicts it."""
    lead, *rest = ranking.deciding
    found = [metric_finding(lead, ranking.on(lead), few=few, brief=True)]
    best = ranking.best
    for metric in rest:
        own = {s.loss: s for s in ranking.on(metric)}
        better = best_of(ranking.on(metric))
        if best and better and own[best.loss].verdict == "worse":
            gap = gap_of(own[best.loss].difference)
            found.append(
                say("finding.but", metric=metric.title, better=better.loss, loss=best.loss, **gap)
            )
    return sentences(found)


def metric_finding(
    metric: Metric, comparisons: Sequence[Comparison], *, few: bool = False, brief: bool = False
) -> Message:
    """Return a sentence on the best loss by a metric, the losses level with it, and the worse ones.

    With ``few`` results no difference is called significant; ``brief`` limits the losses named.
    """
    best = best_of(comparisons)
    if best is None:
        return say("finding.diverged")
    values = {
        "loss": best.loss,
        "metric": metric.title,
        "value": number(best.value.mean, size_of(best.value)),
        "span": span(best.value) if best.value.known else "",
    }
    rest = [s for s in comparisons if s.verdict in {"level", "worse"}]
    if not rest:
        return say("finding.alone", **values)
    if all_same(comparisons):
        return say("finding.same", count=len(rest) + 1, metric=metric.title, value=values["value"])
    start = say("finding.best", lowest=metric.better == "lower", **values)
    if few:
        return say("finding.few", best=start)
    most = MOST if brief else len(rest)
    worse = sorted((s for s in rest if s.verdict == "worse"), key=_behind)
    level = [s for s in rest if s.verdict == "level"]
    if not worse:
        last = max(level, key=_behind)
        behind = gap_of(last.difference)
        return say("finding.alike", best=start, loss=last.loss, only=len(level) == 1, **behind)
    return say(
        "finding.apart",
        best=start,
        level=enumeration([s.loss for s in level], most),
        worse=_worse(worse, most),
    )


def _worse(worse: Sequence[Comparison], most: int) -> list[Message | str]:
    """Return the difference of each worse loss; of many, only the smallest and the largest."""
    if len(worse) <= most:
        return [_by(s) for s in worse]
    return [say("finding.from_to", count=len(worse), near=_by(worse[0]), far=_by(worse[-1]))]


def _behind(comparison: Comparison) -> float:
    return abs(comparison.difference.mean)


def _by(comparison: Comparison) -> Message:
    return say("finding.by", loss=comparison.loss, **gap_of(comparison.difference))

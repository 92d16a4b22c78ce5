"""Which loss is best by a metric, and by how much, in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from lossary.pages.messages import Message, say
from lossary.study.comparison import Comparison, all_same
from lossary.study.interval_text import enumeration, gap_of, number, sentences, size_of, span
from lossary.study.metrics import Metric
from lossary.study.ranking import PurposeRanking, best_of

__all__ = ["Finding", "on_metric", "on_purpose"]

MOST = 3
"""The losses that a sentence names at once."""


@dataclass(frozen=True)
class Finding:
    """What one metric says."""

    question: Message
    metric: str
    title: Message
    text: Message


def on_purpose(ranking: PurposeRanking, *, few: bool = False) -> Message:
    """Return what the leading metric says, and where another that decides contradicts it."""
    lead, *rest = ranking.deciding
    found = [on_metric(lead, ranking.on(lead), few=few, brief=True)]
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


def on_metric(
    metric: Metric, comparisons: Sequence[Comparison], *, few: bool = False, brief: bool = False
) -> Message:
    """Return which loss is best by a metric, which are level, and by how much others are worse.

    With ``few`` results nothing is told from noise; a ``brief`` sentence names few losses.
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
    """Return by how much each is worse; of many the nearest and the last."""
    if len(worse) <= most:
        return [_by(s) for s in worse]
    return [say("finding.from_to", count=len(worse), near=_by(worse[0]), far=_by(worse[-1]))]


def _behind(comparison: Comparison) -> float:
    return abs(comparison.difference.mean)


def _by(comparison: Comparison) -> Message:
    return say("finding.by", loss=comparison.loss, **gap_of(comparison.difference))

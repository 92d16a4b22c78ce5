"""Advice for each purpose, derived from the measured metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossary.pages.localization import Message, say
from lossary.study.interval_text import gap_of, number, sentences
from lossary.study.ranking import PurposeRanking, best_of
from lossary.study.threshold import ThresholdEffect

__all__ = ["VerdictContext", "advice", "threshold_advice"]

MOST_NAMED = 4
FEW_ROWS = 20
"""Below this number of rows of the rare class per test fold, most differences are noise."""


@dataclass(frozen=True)
class VerdictContext:
    """Facts that the verdict uses besides the comparisons."""

    results: int
    """The number of results per loss: one for each fold of each repetition."""
    margins: frozenset[str] = frozenset()
    """The losses whose scores are converted to probabilities by a fitted scale."""
    rare_rows: int | None = None
    """The rows of the rarest class in a test fold."""
    effects: tuple[ThresholdEffect, ...] = ()
    """The gain from the best threshold for each loss."""


def advice(ranking: PurposeRanking, loss: str | None, context: VerdictContext) -> Message:
    """Return advice for a purpose.

    ``loss`` is the recommended one, None if there are too few results or none at all.
    """
    if not ranking.finished:
        return say("next.diverged")
    if loss is None:
        return say("next.few")
    if ranking.purpose == "rare" and _few_rows(ranking, context):
        several = len(ranking.finished) > 2
        return say("next.rare_rows", loss=loss, rows=context.rare_rows, several=several)
    parts = [_training(ranking, loss)]
    if ranking.purpose == "probabilities":
        parts += _calibration(ranking, loss, context)
    elif ranking.purpose == "ranking" and loss in context.margins:
        parts.append(say("next.ranks_only"))
    else:
        parts += _threshold(ranking, loss, context)
    return sentences(parts)


def threshold_advice(
    found: Sequence[PurposeRanking], chosen: Mapping[str, str], context: VerdictContext
) -> list[Message]:
    """Return a sentence for the headline if the threshold matters more than the loss."""
    for ranking in found:
        effect = _effect(ranking, chosen.get(ranking.purpose), context)
        if effect and _outweighs(effect, context.effects):
            title = next(m.title for m in ranking.metrics if m.name == effect.metric)
            return [say("verdict.threshold", metric=title, gain=f"{effect.gain.mean:.2g}")]
    return []


def _training(ranking: PurposeRanking, loss: str) -> Message:
    unbeaten = ranking.unbeaten
    if len(ranking.finished) == 1:
        return say("next.alone", loss=loss)
    if unbeaten == (loss,):
        return say("next.train", loss=loss)
    if len(unbeaten) == len(ranking.finished):
        return say("next.any", count=len(unbeaten), loss=loss)
    if len(unbeaten) <= MOST_NAMED:
        return say("next.any_of", losses=list(unbeaten), loss=loss)
    beaten = [name for name in ranking.finished if name not in unbeaten]
    return say("next.any_but", losses=beaten, count=len(unbeaten), loss=loss)


def _calibration(ranking: PurposeRanking, loss: str, context: VerdictContext) -> list[Message]:
    """Advise to keep the fitted scale of a margin, or to calibrate the probabilities of a loss."""
    if loss in context.margins:
        return [say("next.platt")]
    for metric in (m for m in ranking.metrics if not m.decides):
        comparisons = ranking.on(metric)
        own = next(s for s in comparisons if s.loss == loss)
        best = best_of(comparisons)
        if best and own.verdict == "worse":
            return [
                say(
                    "next.calibrate",
                    error=number(own.value.mean),
                    best=best.loss,
                    **gap_of(own.difference),
                )
            ]
    return []


def _few_rows(ranking: PurposeRanking, context: VerdictContext) -> bool:
    """Return whether no loss is worse, and the rare class has too few rows to show a difference."""
    rows = context.rare_rows
    level = len(ranking.unbeaten) == len(ranking.finished) > 1
    return rows is not None and rows < FEW_ROWS and level


def _threshold(ranking: PurposeRanking, loss: str, context: VerdictContext) -> list[Message]:
    effect = _effect(ranking, loss, context)
    if effect is None:
        return []
    if effect.gain.low > 0:
        outweighs = _outweighs(effect, context.effects)
        return [say("next.threshold", outweighs=outweighs, **gap_of(effect.gain))]
    if effect.gain.mean > 0:
        return [say("next.uncertain_threshold", **gap_of(effect.gain))]
    return [say("next.default_threshold")]


def _effect(
    ranking: PurposeRanking, loss: str | None, context: VerdictContext
) -> ThresholdEffect | None:
    """Return the threshold's effect on a loss by the deciding metric of the purpose."""
    name = ranking.deciding[0].default
    return next((e for e in context.effects if (e.loss, e.metric) == (loss, name)), None)


def _outweighs(effect: ThresholdEffect, effects: Sequence[ThresholdEffect]) -> bool:
    """Return whether a threshold gains more than the losses differ, at the default and the best."""
    same = [e for e in effects if e.metric == effect.metric]
    spreads = [float(np.ptp(v)) for v in ([e.default for e in same], [e.best for e in same])]
    return len(same) > 1 and effect.gain.low > 0 and effect.gain.mean > max(spreads)

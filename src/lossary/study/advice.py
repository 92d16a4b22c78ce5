"""What to do next, from what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossary.pages.messages import Message, say
from lossary.study.interval_text import gap_of, number, sentences
from lossary.study.ranking import Contest, best_of
from lossary.study.threshold import Effect

__all__ = ["Circumstances", "advice", "threshold_advice"]

MOST_NAMED = 4
FEW_ROWS = 20
"""Fewer rows of the rare class in a test fold than this leave most differences in the noise."""


@dataclass(frozen=True)
class Circumstances:
    """What the verdict rests on besides the standings."""

    results: int
    """Of each loss: one for each fold of each repetition."""
    margins: frozenset[str] = frozenset()
    """The losses whose scores became probabilities by a fitted scale."""
    rare_rows: int | None = None
    """The rows of the rarest class in a test fold."""
    effects: tuple[Effect, ...] = ()
    """What the best threshold adds to each loss."""


def advice(contest: Contest, loss: str | None, circumstances: Circumstances) -> Message:
    """Return what to do next for a purpose.

    ``loss`` is the one to take, none where there are too few results or none at all.
    """
    if not contest.finished:
        return say("next.diverged")
    if loss is None:
        return say("next.few")
    if contest.purpose == "rare" and _few_rows(contest, circumstances):
        several = len(contest.finished) > 2
        return say("next.rare_rows", loss=loss, rows=circumstances.rare_rows, several=several)
    parts = [_training(contest, loss)]
    if contest.purpose == "probabilities":
        parts += _calibration(contest, loss, circumstances)
    elif contest.purpose == "ranking" and loss in circumstances.margins:
        parts.append(say("next.ranks_only"))
    else:
        parts += _threshold(contest, loss, circumstances)
    return sentences(parts)


def threshold_advice(
    found: Sequence[Contest], chosen: Mapping[str, str], circumstances: Circumstances
) -> list[Message]:
    """Return one sentence for the headline where the threshold matters more than the loss."""
    for contest in found:
        effect = _effect(contest, chosen.get(contest.purpose), circumstances)
        if effect and _outweighs(effect, circumstances.effects):
            title = next(m.title for m in contest.metrics if m.name == effect.metric)
            return [say("verdict.threshold", metric=title, gain=f"{effect.gain.mean:.2g}")]
    return []


def _training(contest: Contest, loss: str) -> Message:
    unbeaten = contest.unbeaten
    if len(contest.finished) == 1:
        return say("next.alone", loss=loss)
    if unbeaten == (loss,):
        return say("next.train", loss=loss)
    if len(unbeaten) == len(contest.finished):
        return say("next.any", count=len(unbeaten), loss=loss)
    if len(unbeaten) <= MOST_NAMED:
        return say("next.any_of", losses=list(unbeaten), loss=loss)
    beaten = [name for name in contest.finished if name not in unbeaten]
    return say("next.any_but", losses=beaten, count=len(unbeaten), loss=loss)


def _calibration(contest: Contest, loss: str, circumstances: Circumstances) -> list[Message]:
    """Tell to keep a margin's fitted scale, or to calibrate what states its own probabilities."""
    if loss in circumstances.margins:
        return [say("next.platt")]
    for metric in (m for m in contest.metrics if not m.decides):
        standings = contest.on(metric)
        own = next(s for s in standings if s.loss == loss)
        best = best_of(standings)
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


def _few_rows(contest: Contest, circumstances: Circumstances) -> bool:
    """Tell whether too few rows of the rare class leave all losses level."""
    rows = circumstances.rare_rows
    level = len(contest.unbeaten) == len(contest.finished) > 1
    return rows is not None and rows < FEW_ROWS and level


def _threshold(contest: Contest, loss: str, circumstances: Circumstances) -> list[Message]:
    effect = _effect(contest, loss, circumstances)
    if effect is None:
        return []
    if effect.gain.low > 0:
        outweighs = _outweighs(effect, circumstances.effects)
        return [say("next.threshold", outweighs=outweighs, **gap_of(effect.gain))]
    if effect.gain.mean > 0:
        return [say("next.uncertain_threshold", **gap_of(effect.gain))]
    return [say("next.default_threshold")]


def _effect(contest: Contest, loss: str | None, circumstances: Circumstances) -> Effect | None:
    """Return what the threshold adds to a loss, by the metric that decides on the purpose."""
    name = contest.deciding[0].default
    return next((e for e in circumstances.effects if (e.loss, e.metric) == (loss, name)), None)


def _outweighs(effect: Effect, effects: Sequence[Effect]) -> bool:
    """Tell whether a threshold adds more than the losses differ, at the default and at the best."""
    same = [e for e in effects if e.metric == effect.metric]
    spreads = [float(np.ptp(v)) for v in ([e.default for e in same], [e.best for e in same])]
    return len(same) > 1 and effect.gain.low > 0 and effect.gain.mean > max(spreads)

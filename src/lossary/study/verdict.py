"""What the comparison means: which loss for which purpose, by how much, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossary.pages.messages import Message, say
from lossary.study.advice import Circumstances, advice, threshold_advice
from lossary.study.best_by_metric import Finding, on_metric, on_purpose
from lossary.study.comparison import FEWEST, Standing
from lossary.study.interval_text import enumeration, sentences
from lossary.study.metrics import Metric
from lossary.study.ranking import Contest, choices, contests
from lossary.study.threshold import threshold_findings

__all__ = ["Advice", "Circumstances", "Finding", "Verdict", "judge"]

MOST_CHOICES = 4


@dataclass(frozen=True)
class Advice:
    """What a purpose calls for: the loss to take, why, and what to do next."""

    purpose: str
    title: Message
    loss: str | None
    unbeaten: tuple[str, ...]
    finding: Message
    next: Message
    details: tuple[Finding, ...]


@dataclass(frozen=True)
class Verdict:
    """One or two sentences on the whole, advice on each purpose, threshold beside loss."""

    headline: Message
    purposes: tuple[Advice, ...]
    thresholds: tuple[Finding, ...]
    provisional: bool = False
    """Whether there are too few results to tell noise from difference."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each metric says, and the threshold beside the loss."""
        return (*(f for a in self.purposes for f in a.details), *self.thresholds)

    def __str__(self) -> str:
        lines = (f"{a.title}: {a.finding} {a.next}" for a in self.purposes)
        return "\n".join((str(self.headline), *lines, *(str(f.text) for f in self.thresholds)))


def judge(
    metrics: Sequence[Metric],
    standings: Sequence[Standing],
    circumstances: Circumstances,
) -> Verdict:
    """Return the verdict on each purpose and on all of them together."""
    found = contests(metrics, standings)
    few = circumstances.results < FEWEST
    chosen = {} if few else choices(found, circumstances.margins)
    return Verdict(
        headline=_headline(found, chosen, circumstances),
        purposes=tuple(_advised(c, chosen.get(c.purpose), circumstances) for c in found),
        thresholds=threshold_findings(metrics, standings, circumstances.effects),
        provisional=few,
    )


def _advised(contest: Contest, loss: str | None, circumstances: Circumstances) -> Advice:
    few = circumstances.results < FEWEST
    return Advice(
        purpose=contest.purpose,
        title=contest.metrics[0].question,
        loss=loss,
        unbeaten=contest.unbeaten,
        finding=on_purpose(contest, few=few),
        next=advice(contest, loss, circumstances),
        details=tuple(
            Finding(m.question, m.name, m.title, on_metric(m, contest.on(m), few=few))
            for m in contest.metrics
        ),
    )


def _headline(
    found: Sequence[Contest], chosen: Mapping[str, str], circumstances: Circumstances
) -> Message:
    if not _finished(found):
        return say("verdict.diverged")
    failed = [loss for loss in _raced(found) if any(loss not in c.finished for c in found)]
    parts = [
        _recommendation(found, chosen, circumstances.results),
        *threshold_advice(found, chosen, circumstances),
    ]
    if failed:
        parts.append(say("verdict.diverged_under", losses=enumeration(failed, 3)))
    return sentences(parts)


def _recommendation(found: Sequence[Contest], chosen: Mapping[str, str], results: int) -> Message:
    losses, finished = list(dict.fromkeys(chosen.values())), _finished(found)
    if results < FEWEST:
        return say("verdict.few", results=results, needed=FEWEST)
    if len(finished) == 1:
        return say("verdict.alone", loss=finished[0])
    beaten = [loss for loss in finished if any(loss not in c.unbeaten for c in found)]
    if not beaten:
        return say("verdict.alike", loss=losses[0], count=len(finished))
    if len(losses) == 1 and all(c.settled for c in found if c.finished):
        return say("verdict.one", loss=losses[0], beaten=enumeration(beaten, 3))
    by_loss = [
        say(
            "verdict.choice",
            loss=loss,
            purposes=[c.metrics[0].noun for c in found if chosen.get(c.purpose) == loss],
        )
        for loss in losses
    ]
    return say("verdict.several", choices=enumeration(by_loss, MOST_CHOICES))


def _raced(found: Sequence[Contest]) -> list[str]:
    return list(dict.fromkeys(s.loss for c in found for s in c.standings))


def _finished(found: Sequence[Contest]) -> list[str]:
    """Return the losses that have numbers for some purpose."""
    return [loss for loss in _raced(found) if any(loss in c.finished for c in found)]

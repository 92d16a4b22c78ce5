"""The verdict of a study: a headline, and a recommended loss with advice for each purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossary.pages.localization import Message, say
from lossary.study.advice import VerdictContext, advice, threshold_advice
from lossary.study.best_loss_sentences import Finding, metric_finding, purpose_finding
from lossary.study.comparison import FEWEST, Comparison
from lossary.study.interval_text import enumeration, sentences
from lossary.study.metrics import Metric
from lossary.study.ranking import PurposeRanking, choose_losses, rank_by_purpose
from lossary.study.threshold import threshold_findings

__all__ = ["Advice", "Finding", "Verdict", "VerdictContext", "derive_verdict"]

MOST_CHOICES = 4


@dataclass(frozen=True)
class Advice:
    """The recommended loss for a purpose, the finding behind it, and the next step."""

    purpose: str
    title: Message
    loss: str | None
    unbeaten: tuple[str, ...]
    finding: Message
    next: Message
    details: tuple[Finding, ...]


@dataclass(frozen=True)
class Verdict:
    """A headline, advice on each purpose, and findings on threshold and loss."""

    headline: Message
    purposes: tuple[Advice, ...]
    thresholds: tuple[Finding, ...]
    provisional: bool = False
    """True if there are too few results to assess differences."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings on each metric and on the threshold."""
        return (*(f for a in self.purposes for f in a.details), *self.thresholds)

    def __str__(self) -> str:
        lines = (f"{a.title}: {a.finding} {a.next}" for a in self.purposes)
        return "\n".join((str(self.headline), *lines, *(str(f.text) for f in self.thresholds)))


def derive_verdict(
    metrics: Sequence[Metric],
    comparisons: Sequence[Comparison],
    context: VerdictContext,
) -> Verdict:
    """Return the verdict on each purpose and overall."""
    found = rank_by_purpose(metrics, comparisons)
    few = context.results < FEWEST
    chosen = {} if few else choose_losses(found, context.margins)
    return Verdict(
        headline=_headline(found, chosen, context),
        purposes=tuple(_advised(c, chosen.get(c.purpose), context) for c in found),
        thresholds=threshold_findings(metrics, comparisons, context.effects),
        provisional=few,
    )


def _advised(ranking: PurposeRanking, loss: str | None, context: VerdictContext) -> Advice:
    few = context.results < FEWEST
    return Advice(
        purpose=ranking.purpose,
        title=ranking.metrics[0].question,
        loss=loss,
        unbeaten=ranking.unbeaten,
        finding=purpose_finding(ranking, few=few),
        next=advice(ranking, loss, context),
        details=tuple(
            Finding(m.question, m.name, m.title, metric_finding(m, ranking.on(m), few=few))
            for m in ranking.metrics
        ),
    )


def _headline(
    found: Sequence[PurposeRanking], chosen: Mapping[str, str], context: VerdictContext
) -> Message:
    if not _finished(found):
        return say("verdict.diverged")
    failed = [loss for loss in _losses(found) if any(loss not in c.finished for c in found)]
    parts = [
        _recommendation(found, chosen, context.results),
        *threshold_advice(found, chosen, context),
    ]
    if failed:
        parts.append(say("verdict.diverged_under", losses=enumeration(failed, 3)))
    return sentences(parts)


def _recommendation(
    found: Sequence[PurposeRanking], chosen: Mapping[str, str], results: int
) -> Message:
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


def _losses(found: Sequence[PurposeRanking]) -> list[str]:
    return list(dict.fromkeys(s.loss for c in found for s in c.comparisons))


def _finished(found: Sequence[PurposeRanking]) -> list[str]:
    """Return the losses with results for at least one purpose."""
    return [loss for loss in _losses(found) if any(loss in c.finished for c in found)]

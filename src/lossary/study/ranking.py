"""Ranking of losses for each purpose, and the choice of losses to recommend."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lossary.study.comparison import Comparison
from lossary.study.metrics import Metric

__all__ = ["PurposeRanking", "best_of", "choose_losses", "rank_by_purpose"]

ORDER = ("probabilities", "ranking", "decisions", "rare")
"""The order of purposes for classes; others follow in the order of the metrics."""


@dataclass(frozen=True)
class PurposeRanking:
    """A purpose with its metrics and the comparisons by these."""

    purpose: str
    metrics: tuple[Metric, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def deciding(self) -> tuple[Metric, ...]:
        """The metrics that the verdict depends on; the first leads."""
        return tuple(m for m in self.metrics if m.decides)

    def on(self, metric: Metric) -> tuple[Comparison, ...]:
        """Return the comparisons by one metric, in the order of the candidates."""
        return tuple(s for s in self.comparisons if s.metric == metric.name)

    @property
    def best(self) -> Comparison | None:
        """The best by the leading metric; None if training diverged with every loss."""
        return best_of(self.on(self.deciding[0]))

    @property
    def finished(self) -> tuple[str, ...]:
        """The losses whose training did not diverge."""
        failed = {s.loss for s in self.comparisons if s.verdict == "failed"}
        return tuple(s.loss for s in self.on(self.deciding[0]) if s.loss not in failed)

    @property
    def settled(self) -> bool:
        """True if some loss is not worse than the best by any deciding metric."""
        return bool(self._unbeaten(self.deciding))

    @property
    def unbeaten(self) -> tuple[str, ...]:
        """The losses that are not significantly worse than the best by any deciding metric.

        If the metrics contradict each other so that none is left, the leading one decides.
        """
        return self._unbeaten(self.deciding) or self._unbeaten(self.deciding[:1])

    def _unbeaten(self, metrics: Sequence[Metric]) -> tuple[str, ...]:
        worse = {s.loss for m in metrics for s in self.on(m) if s.verdict == "worse"}
        return tuple(loss for loss in self.finished if loss not in worse)


def best_of(comparisons: Sequence[Comparison]) -> Comparison | None:
    """Return the comparison of the best loss; None if there is none."""
    return next((s for s in comparisons if s.verdict == "best"), None)


def rank_by_purpose(
    metrics: Sequence[Metric], comparisons: Sequence[Comparison]
) -> tuple[PurposeRanking, ...]:
    """Return a ranking for each purpose that has a deciding metric."""
    found = []
    for purpose in dict.fromkeys((*ORDER, *(m.purpose for m in metrics))):
        own = tuple(m for m in metrics if m.purpose == purpose)
        names = {m.name for m in own}
        theirs = tuple(s for s in comparisons if s.metric in names)
        if any(m.decides for m in own):
            found.append(PurposeRanking(purpose, own, theirs))
    return tuple(found)


def choose_losses(found: Sequence[PurposeRanking], margins: Collection[str]) -> dict[str, str]:
    """Return the recommended loss for each purpose: as few losses as possible, all unbeaten.

    Of equals, losses with probabilities come before margins, then in the order of the candidates.
    """
    chosen: dict[str, str] = {}
    left = [c for c in found if c.unbeaten]
    while left:
        served = {
            loss: [c for c in left if loss in c.unbeaten] for c in left for loss in c.finished
        }
        order = {loss: i for i, loss in enumerate(_in_order(found))}
        loss = min(served, key=lambda name: (-len(served[name]), name in margins, order[name]))
        chosen |= {c.purpose: loss for c in served[loss]}
        left = [c for c in left if c.purpose not in chosen]
    return chosen


def _in_order(found: Sequence[PurposeRanking]) -> list[str]:
    return list(dict.fromkeys(s.loss for c in found for s in c.comparisons))

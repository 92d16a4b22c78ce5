"""What the comparison means, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from lossary.pages import words
from lossary.pages.words import listed
from lossary.study.compare import Standing
from lossary.study.metrics import Metric

__all__ = ["Verdict", "digits", "judge"]


@dataclass(frozen=True)
class Verdict:
    """One sentence on the whole, and one for each metric."""

    headline: str
    lines: tuple[tuple[str, str, str], ...]
    """Question, metric, finding."""

    def __str__(self) -> str:
        return "\n".join((self.headline, *(f"{q}, by {m}: {text}" for q, m, text in self.lines)))


def judge(metrics: Sequence[Metric], standings: Sequence[Standing]) -> Verdict:
    """Return the verdict on every metric and on all of them together."""
    lines = tuple(
        (m.question, m.name, _finding(m, [s for s in standings if s.metric == m.name]))
        for m in metrics
    )
    return Verdict(_headline(standings), lines)


def _headline(standings: Sequence[Standing]) -> str:
    losses = list(dict.fromkeys(s.loss for s in standings))
    failed = {s.loss for s in standings if s.verdict == "failed"}
    beaten = {
        loss: [s.metric for s in standings if s.loss == loss and s.verdict == "worse"]
        for loss in losses
        if loss not in failed
    }
    end = f" Training diverged under {listed(sorted(failed))}." if failed else ""
    if not beaten:
        return f"No verdict: training diverged under every loss.{end}"
    safe = [loss for loss, metrics in beaten.items() if not metrics]
    if len(beaten) == 1:
        return f"Only {safe[0]} was trained: nothing to compare it with.{end}"
    if len(safe) == len(beaten):
        return (
            f"No difference beyond noise between these losses on any metric: this data cannot tell "
            f"them apart. {losses[0]} is as good as any.{end}"
        )
    if safe:
        worse = [f"{loss} ({listed(m)})" for loss, m in beaten.items() if m]
        alike = f" The same holds for {listed(safe[1:])}." if safe[1:] else ""
        return (
            f"Train with {safe[0]}: no other loss beats it beyond noise on any metric.{alike} "
            f"Worse beyond noise: {listed(worse)}.{end}"
        )
    return f"No loss serves every purpose: {_champions(standings)}.{end}"


def _champions(standings: Sequence[Standing]) -> str:
    best: dict[str, list[str]] = {}
    for standing in standings:
        if standing.verdict == "best":
            best.setdefault(standing.loss, []).append(standing.metric)
    return "; ".join(f"best by {listed(metrics)} is {loss}" for loss, metrics in best.items())


def _finding(metric: Metric, standings: Sequence[Standing]) -> str:
    best = next((s for s in standings if s.verdict == "best"), None)
    if best is None:
        return "training diverged under every loss."
    worse = sorted(
        (s for s in standings if s.verdict == "worse"), key=lambda s: abs(s.difference.mean)
    )
    extreme = "lowest" if metric.better == "lower" else "highest"
    start = f"{best.loss} is {extreme} ({digits(best.value.mean)})"
    level = [s.loss for s in standings if s.verdict == "level"]
    if not worse:
        others = "; no difference beyond noise from any other" if level else ""
        return f"{start}{others}."
    middle = f"; no difference beyond noise from {listed(level)}" if level else ""
    return f"{start}{middle}; worse beyond noise: {listed([_by(s) for s in worse])}."


def _by(standing: Standing) -> str:
    gap = standing.difference
    near, far = sorted((abs(gap.low), abs(gap.high)))
    return f"{standing.loss} by {digits(abs(gap.mean))} ({digits(near)} to {digits(far)})"


def digits(x: float, like: float | None = None) -> str:
    """Return a number as tables show it; what is none comes from a training that diverged."""
    return "diverged" if isnan(x) else words.digits(x, like)

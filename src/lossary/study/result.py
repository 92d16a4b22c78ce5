"""The result of a study as data."""

import platform
import shlex
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from lossary.pages.localization import Message
from lossary.study.comparison import Comparison
from lossary.study.config import Config
from lossary.study.cross_validation import LossResult
from lossary.study.information import TargetInformation
from lossary.study.loading import IN_MEMORY
from lossary.study.metrics import Metric
from lossary.study.threshold import ThresholdEffect, threshold_effects
from lossary.study.verdict import Verdict
from lossary.study.why import Claim

__all__ = ["SETTINGS", "StudyResult"]

SETTINGS = ("folds", "seeds", "steps")
PACKAGES = ("lossary", "torch", "numpy", "scipy", "scikit-learn", "polars", "altair")


@dataclass(frozen=True)
class StudyResult:
    """The results of all candidates, their comparison, and the verdict."""

    source: str
    target: str
    config: Config
    metrics: tuple[Metric, ...]
    results: tuple[LossResult, ...]
    comparisons: tuple[Comparison, ...]
    verdict: Verdict
    notes: tuple[Message, ...]
    claims: tuple[Claim, ...]
    information: TargetInformation

    @property
    def name(self) -> str:
        """The name of the data: the last part of its path."""
        return Path(self.source).name

    @property
    def table(self) -> pl.DataFrame:
        """One row for each loss and metric, with means, intervals and verdicts."""
        return pl.DataFrame([_flat(s) for s in self.comparisons])

    @property
    def command(self) -> str:
        """The shell command, or the call, that repeats the study."""
        config = self.config
        if self.source == IN_MEMORY:
            return self._call()
        words = ["lossary", "study", self.source, "--target", self.target]
        for result in self.results:
            words += ["--loss", result.candidate.label]
        words += ["--task", config.task.kind, "--model", config.model]
        if config.task.kind == "binary":
            words += ["--positive", config.task.classes[1]]
        for name in SETTINGS:
            words += [f"--{name}", str(getattr(config, name))]
        return shlex.join(words)

    def _call(self) -> str:
        losses = [r.candidate.label for r in self.results]
        settings = ", ".join(f"{name}={getattr(self.config, name)}" for name in SETTINGS)
        return (
            f"lossary.study.run(frame, target={self.target!r}, losses={losses!r}, "
            f"task={self.config.task.kind!r}, model={self.config.model!r}, {settings})"
        )

    @property
    def thresholds(self) -> tuple[ThresholdEffect, ...]:
        """The gain from the best threshold for each loss; empty unless there are two classes."""
        values = {r.candidate.label: r.values for r in self.results}
        return threshold_effects(self.metrics, values, 1 / (self.config.folds - 1))

    @property
    def seconds(self) -> dict[str, float]:
        """The mean processor time of a training with each loss, including the learning rate search.

        Unlike all other results it differs between runs.
        """
        return {r.candidate.label: float(r.seconds.mean()) for r in self.results}

    @property
    def versions(self) -> dict[str, str]:
        """The versions of Python and of the packages used."""
        ours = {"python": platform.python_version()}
        return ours | {p: version(p) for p in PACKAGES}


def _flat(comparison: Comparison) -> dict[str, Any]:
    value, gap = comparison.value, comparison.difference
    return {
        "loss": comparison.loss,
        "metric": comparison.metric,
        "mean": value.mean,
        "low": value.low,
        "high": value.high,
        "difference": gap.mean,
        "difference_low": gap.low,
        "difference_high": gap.high,
        "verdict": comparison.verdict,
    }

"""From samples to counts; the estimators from counts stand on these."""

from lossary.estimate.counts import contingency, frequencies

__all__ = ["contingency", "frequencies"]

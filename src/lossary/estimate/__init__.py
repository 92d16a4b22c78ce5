"""From samples to counts, and from both to measures: estimates with errors and notes."""

from lossary.estimate.counts import contingency, frequencies
from lossary.estimate.result import Estimate, Test

__all__ = ["Estimate", "Test", "contingency", "frequencies"]

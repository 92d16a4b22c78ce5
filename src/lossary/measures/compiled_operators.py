"""Operators of PyTorch that torch.compile records for measures with kernels."""

from lossary.kernels.distributions import REPRESENTATIONS
from lossary.kernels.torch.operators import MeasureOperator
from lossary.measures.plain_sums import PLAIN_SUMS

__all__ = ["OPERATORS"]

OPERATORS = {
    suffix: MeasureOperator(shape, PLAIN_SUMS[suffix]) for suffix, shape in REPRESENTATIONS.items()
}
"""The operators by the suffixes of the functions' names."""

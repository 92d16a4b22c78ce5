"""Losses that the library does not have."""

from lossary.formulas.record import Pointwise
from lossary.formulas.residual import distance


def fourth_power() -> Pointwise:
    """The residual to the fourth: a loss for regression."""
    return distance(
        "fourth_power",
        summary="the residual to the fourth",
        source="a test, 2026",
        definition=lambda _, r: r**4,
        psi=lambda _, r: r * r * r * r,
        slope=lambda _, r: 4 * r * r * r,
        bend=lambda _, r: 12 * r * r,
    )

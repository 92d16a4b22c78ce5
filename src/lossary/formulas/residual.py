"""Losses of the residual ``r = s - y``, written once as ``psi(r)``; and Poisson's."""

from fractions import Fraction
from math import comb, factorial
from typing import Any

from lossary.formulas.record import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    Formula,
    Interval,
    Parameter,
    Pointwise,
)
from lossary.formulas.vocabulary import Value, Vocabulary, constant, horner

__all__ = [
    "absolute_error",
    "distance",
    "huber",
    "log_cosh",
    "poisson",
    "quantile",
    "squared_error",
]


def distance(
    name: str,
    *,
    definition: Formula,
    psi: Formula,
    slope: Formula,
    bend: Formula,
    kink: Formula | None = None,
    **rest: Any,
) -> Pointwise:
    """Return the record of ``psi(s - y)``; the two derivatives are those of psi."""

    def of_residual(f: Formula, sign: int = 1) -> Formula:
        def formula(m: Vocabulary, y: Value, s: Value, **parameters: Value) -> Value:
            return sign * f(m, s - y, **parameters) if sign < 0 else f(m, s - y, **parameters)

        return formula

    return Pointwise(
        name=name,
        target=REAL,
        definition=of_residual(definition),
        value=of_residual(psi),
        gradient=of_residual(slope),
        hessian=of_residual(bend),
        target_gradient=of_residual(slope, -1),
        mixed=of_residual(bend, -1),
        kink=of_residual(kink) if kink else None,
        **rest,
    )


_FAR = (0.0, 1e-9, -1e-9, 1.0, -1.0, 36.0, -36.0, 1e8, -1e8)

squared_error = distance(
    "squared_error",
    summary="squared residual; the constant that minimises it is the mean",
    source="Gauss, Theoria motus corporum coelestium, 1809",
    definition=lambda m, r: r**2,
    psi=lambda m, r: r * r,
    slope=lambda m, r: 2 * r,
    bend=lambda m, r: constant(m, 2, r),
    hard=_FAR,
)

absolute_error = distance(
    "absolute_error",
    summary="absolute residual; the constant that minimises it is the median",
    source="Laplace, Mémoire sur la probabilité des causes par les événements, 1774",
    definition=lambda m, r: m.abs(r),
    psi=lambda m, r: m.abs(r),
    slope=lambda m, r: m.sign(r),
    bend=lambda m, r: constant(m, 0, r),
    kink=lambda m, r: r,
    hard=_FAR,
)

huber = distance(
    "huber",
    summary="squared for small residuals, linear for large ones: the pull of an outlier is bounded",
    source="Huber, Robust Estimation of a Location Parameter, 1964",
    parameters=(
        Parameter("delta", 1.0, POSITIVE, "residual beyond which the loss is linear", r"\delta"),
    ),
    definition=lambda m, r, delta: m.where(
        m.abs(r) <= delta, r**2 / 2, delta * m.abs(r) - delta**2 / 2
    ),
    psi=lambda m, r, delta: (
        m.minimum(m.abs(r), delta) * (m.abs(r) - m.minimum(m.abs(r), delta) / 2)
    ),
    slope=lambda m, r, delta: m.minimum(m.maximum(r, -delta), delta),
    bend=lambda m, r, delta: m.where(m.abs(r) <= delta, 1, constant(m, 0, r)),
    kink=lambda m, r, delta: m.abs(r) - delta,
    hard=_FAR,
)


def _bernoulli(n: int) -> list[Fraction]:
    numbers = [Fraction(1)]
    for k in range(1, n + 1):
        numbers.append(-sum(comb(k + 1, j) * b for j, b in enumerate(numbers)) / Fraction(k + 1))
    return numbers


_TERMS = 28
_B = _bernoulli(2 * _TERMS)
_LOG_COSH = [
    float(4**k * (4**k - 1) * _B[2 * k] / (2 * k * factorial(2 * k))) for k in range(1, _TERMS + 1)
]
_TANH = [2 * (k + 1) * c for k, c in enumerate(_LOG_COSH)]
# The series is used below this; the closed forms cancel near 0.
_NEAR = 0.75
# log 2 in two parts: a single rounded constant costs 0.9 eps at log cosh(1/2).
_LOG2_HIGH, _LOG2_LOW = 0.693359375, -2.1219444005469058e-4


def _log_cosh(m: Vocabulary, r: Value) -> Value:
    a = m.abs(r)
    far = (a - _LOG2_HIGH) + (m.log1p(m.exp(-2 * a)) - _LOG2_LOW)
    near = m.minimum(a, _NEAR)
    return m.where(a < _NEAR, near * near * horner(near * near, _LOG_COSH), far)


def _tanh(m: Vocabulary, r: Value) -> Value:
    a = m.abs(r)
    near, e = m.minimum(a, _NEAR), m.exp(-2 * a)
    return m.sign(r) * m.where(a < _NEAR, near * horner(near * near, _TANH), 1 - 2 * (e / (1 + e)))


log_cosh = distance(
    "log_cosh",
    summary="log-cosh of the residual: quadratic at 0, linear far away, smooth everywhere",
    source="Green, Bayesian Reconstructions from Emission Tomography Data, 1990",
    definition=lambda m, r: m.log((m.exp(r) + m.exp(-r)) / 2),
    psi=_log_cosh,
    slope=_tanh,
    bend=lambda m, r: 4 * m.exp(-2 * m.abs(r)) / (1 + m.exp(-2 * m.abs(r))) ** 2,
    hard=(0.0, 1e-9, -1e-9, 0.5, -0.75, 1.0, 36.0, -36.0, 300.0),
    # The tail exp(-2r) multiplies the rounding error of r = s - y by 2r.
    crossing=("hessian", "mixed"),
)

quantile = distance(
    "quantile",
    summary="pinball loss; the constant that minimises it is the quantile of the level",
    source="Koenker and Bassett, Regression Quantiles, 1978",
    parameters=(
        Parameter(
            "level",
            0.5,
            Interval(0, 1, closed_low=False, closed_high=False),
            "level of the quantile",
            r"\tau",
        ),
    ),
    definition=lambda m, r, level: m.maximum((1 - level) * r, -level * r),
    psi=lambda m, r, level: m.where(r >= 0, 1 - level, -level) * r,
    slope=lambda m, r, level: m.where(r > 0, 1 - level, m.where(r < 0, -level, constant(m, 0, r))),
    bend=lambda m, r, level: constant(m, 0, r),
    kink=lambda m, r, level: r,
    hard=_FAR,
)

poisson = Pointwise(
    name="poisson",
    summary="negative log-likelihood of a Poisson count with mean exp(s), without the constant",
    source="Nelder and Wedderburn, Generalized Linear Models, 1972",
    target=NONNEGATIVE,
    definition=lambda m, y, s: m.exp(s) - y * s,
    value=lambda m, y, s: m.exp(s) - y * s,
    gradient=lambda m, y, s: m.exp(s) - y,
    hessian=lambda m, y, s: m.exp(s),
    target_gradient=lambda m, y, s: -s,
    mixed=lambda m, y, s: constant(m, -1, s),
    hard=(0.0, 1e-9, -36.0, 36.0, -700.0, 80.0),
    crossing=("value", "gradient"),
)

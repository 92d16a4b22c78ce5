"""Results: an estimate with its standard error and bias, and a test with its p-value."""

from dataclasses import dataclass, replace
from math import isnan
from statistics import NormalDist

from lossary import validation
from lossary.formulas.record import Interval
from lossary.measures.representations import in_base

__all__ = ["Estimate", "Test"]

_LEVEL = Interval(0, 1, closed_low=False, closed_high=False)


@dataclass(frozen=True)
class Estimate:
    """A measure estimated from data, with its standard error and its remaining bias.

    Attributes
    ----------
    value
        The estimate, in ``unit``; ``float(estimate)`` gives it too.
    method
        The name of the estimator.
    n
        The number of rows.
    standard_error
        The standard deviation of the estimate, None where no formula is known.
    unit
        ``"nats"``, ``"bits"``, ``"base 10"``, or ``"no unit"``.
    bias
        One sentence on the bias that was corrected and the bias that remains.
    notes
        Sentences on the data: kinds of columns, ties, values out of range.

    Examples
    --------
    >>> from lossary import estimate
    >>> e = estimate.Estimate(0.69, method="plug_in", n=100, standard_error=0.01)
    >>> float(e)
    0.69
    >>> low, high = e.interval(0.95)
    >>> round(low, 4), round(high, 4)
    (0.6704, 0.7096)

    References
    ----------
    Basharin, On a Statistical Estimate for the Entropy of a Sequence of Independent Random
    Variables, 1959

    """

    value: float
    method: str
    n: int
    standard_error: float | None = None
    unit: str = "nats"
    bias: str = ""
    notes: tuple[str, ...] = ()

    def __float__(self) -> float:
        return self.value

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the confidence interval of a normally distributed error."""
        validation.number("level", level, _LEVEL)
        if self.standard_error is None:
            message = (
                f"method={self.method!r} has no standard error, so that there is no interval: call "
                "estimate.bootstrap(), or pass a method with a standard error"
            )
            raise validation.LossaryError(message)
        half = NormalDist().inv_cdf((1 + level) / 2) * self.standard_error
        return self.value - half, self.value + half

    def interval_within(self, least: float, most: float, level: float) -> tuple[float, float]:
        """Return the interval clipped to the range of the measure; it contains the value."""
        low, high = (min(max(end, least), most) for end in self.interval(level))
        return min(self.value, low), max(self.value, high)

    def in_base(self, base: float | None) -> "Estimate":
        """Return an estimate in nats converted to a base: 2 for bits, None for nats."""
        if base is None:
            return self
        error = self.standard_error
        return replace(
            self,
            value=float(in_base(self.value, base)),
            standard_error=None if error is None else abs(float(in_base(error, base))),
            unit="bits" if base == 2 else f"base {base:g}",
        )

    def noted(self, *notes: str) -> "Estimate":
        """Return the estimate with further notes, without empty and repeated ones."""
        return replace(self, notes=tuple(dict.fromkeys(n for n in (*self.notes, *notes) if n)))

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f" ± {self.standard_error:.2g}"
        unit = "" if self.unit == "no unit" else f" {self.unit}"
        head = f"{self.value:.6g}{error}{unit} ({self.method}, n = {self.n})"
        return "\n".join([head, *(f"  {line}" for line in (self.bias, *self.notes) if line)])


@dataclass(frozen=True)
class Test:
    """A test of independence, or of equal distributions.

    Attributes
    ----------
    statistic
        The value computed from the data.
    p_value
        The probability of a statistic at least as large under the null hypothesis.
    method
        The name of the test.
    degrees
        The degrees of freedom, None where the test has none.

    Examples
    --------
    >>> from lossary import estimate
    >>> print(estimate.Test(6.4, 0.0114, method="g_test", degrees=1))
    statistic 6.4, p = 0.0114 (g_test, 1 degree of freedom)

    References
    ----------
    Wilks, The Large-Sample Distribution of the Likelihood Ratio, 1938

    """

    statistic: float
    p_value: float
    method: str
    degrees: int | None = None
    notes: tuple[str, ...] = ()

    # Keeps pytest from collecting the class.
    __test__ = False

    def __str__(self) -> str:
        degrees = ""
        if self.degrees is not None:
            degrees = f", {self.degrees} degree{'s' * (self.degrees != 1)} of freedom"
        p = "NaN" if isnan(self.p_value) else f"{self.p_value:.3g}"
        head = f"statistic {self.statistic:.6g}, p = {p} ({self.method}{degrees})"
        return "\n".join([head, *(f"  {note}" for note in self.notes)])

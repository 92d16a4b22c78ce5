"""The three kinds of record: a loss of one score, a loss of one row of logits, a measure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar

from lossary.formulas.vocabulary import Value, Vocabulary, log_ratio, surprise

__all__ = [
    "NONNEGATIVE",
    "POSITIVE",
    "REAL",
    "SIGNS",
    "UNIT_INTERVAL",
    "Domain",
    "Formula",
    "Interval",
    "Joint",
    "Measure",
    "Pair",
    "Parameter",
    "Pointwise",
    "Record",
    "Rowwise",
    "Shorthand",
    "Term",
    "Values",
    "error_limits",
]

Formula = Callable[..., Value]
"""A function ``(m, *arguments, **parameters)`` written in the vocabulary ``m``."""


@dataclass(frozen=True)
class Interval:
    """The real numbers from low to high; an end belongs to it where it is closed."""

    low: float = -inf
    high: float = inf
    closed_low: bool = True
    closed_high: bool = True

    def outside(self, x: Value) -> Value:
        """Say, element by element, what lies outside; NaN does not."""
        below = x < self.low if self.closed_low else x <= self.low
        above = x > self.high if self.closed_high else x >= self.high
        return below | above

    def __str__(self) -> str:
        left = "[" if self.closed_low and self.low > -inf else "("
        right = "]" if self.closed_high and self.high < inf else ")"
        return f"{left}{self.low:g}, {self.high:g}{right}"


@dataclass(frozen=True)
class Values:
    """A few allowed numbers."""

    allowed: tuple[float, ...]

    def outside(self, x: Value) -> Value:
        """Say, element by element, what is none of the allowed numbers; NaN is not told."""
        wrong = x == x
        for v in self.allowed:
            wrong = wrong & (x != v)
        return wrong

    def __str__(self) -> str:
        return "{" + ", ".join(f"{v:g}" for v in self.allowed) + "}"


Domain = Interval | Values

REAL = Interval()
UNIT_INTERVAL = Interval(0, 1)
NONNEGATIVE = Interval(0, inf, closed_high=False)
POSITIVE = Interval(0, inf, closed_low=False, closed_high=False)
SIGNS = Values((-1.0, 1.0))


@dataclass(frozen=True)
class Parameter:
    """A number that shapes a formula, and where it may lie."""

    name: str
    default: float
    interval: Interval
    summary: str
    symbol: str = ""


@dataclass(frozen=True)
class Shorthand:
    """One keyword that stands for several parameters, such as focal loss's alpha."""

    name: str
    interval: Interval
    summary: str
    expand: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every formula says of itself."""

    name: str
    summary: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    shorthands: tuple[Shorthand, ...] = ()
    kind: ClassVar[str]

    @property
    def defaults(self) -> Mapping[str, float]:
        """The parameters as they are unless told otherwise."""
        return MappingProxyType({p.name: p.default for p in self.parameters})


@dataclass(frozen=True, kw_only=True)
class Pointwise(Record):
    """A function of a target ``y`` and a score ``s``.

    ``definition`` is the textbook formula: what the loss is. ``value``, ``gradient`` and
    ``hessian`` (with respect to ``s``) are how to compute it. ``kink`` is zero where the
    derivative jumps; there ``gradient`` holds the chosen sub-derivative. ``curvature`` says
    what the hessian is: exact, a bound (never negative), or Fisher's. ``crossing`` names the
    parts that pass through zero, where no float form can be relatively exact. ``within`` is
    the error allowed to value, gradient and hessian, in eps of the exact value; ``growing``, a
    parameter from whose value on it grows in proportion.
    """

    definition: Formula
    value: Formula
    gradient: Formula
    hessian: Formula
    target: Domain
    score: Domain = REAL
    target_gradient: Formula | None = None
    mixed: Formula | None = None
    kink: Formula | None = None
    curvature: str = "exact"
    hard: tuple[float, ...] = ()
    crossing: tuple[str, ...] = ()
    within: tuple[float, float, float] = (2, 2, 4)
    growing: tuple[str, float] | None = None
    kind: ClassVar[str] = "pointwise"


@dataclass(frozen=True, kw_only=True)
class Rowwise(Record):
    """A function of a target distribution ``t`` and a row of logits ``z``: ``Σ term(t, l)``.

    ``l`` is ``log_softmax(z)``. ``definition`` is ``term(m, t, l)`` as in a textbook. The others
    take ``(m, t, l, p, r)`` with ``p = exp(l)`` and ``r = 1 - p`` known to their last digits:
    ``term``, its derivatives ``slope`` and ``bend`` (first and second, by ``l``), and
    ``target_slope`` (by ``t``). ``excess`` times ``Σt - 1`` is added to the sum of the stable
    terms; it is not zero where the stable term is a generalised divergence. ``sparse``: classes
    without target mass add nothing, so a class index needs no one-hot. ``within`` and ``growing``
    are as for a loss of a score.
    """

    definition: Formula
    term: Formula
    slope: Formula
    bend: Formula
    target_slope: Formula
    excess: int = 0
    sparse: bool = False
    within: tuple[float, float, float] = (8, 8, 16)
    growing: tuple[str, float] | None = None
    kind: ClassVar[str] = "rowwise"


def error_limits(
    record: Pointwise | Rowwise, parameters: Mapping[str, float]
) -> tuple[float, float, float]:
    """Return the error allowed to value, gradient and Hessian for some parameters, in eps."""
    value, gradient, hessian = record.within
    name, start = record.growing or ("", 1.0)
    factor = max(1.0, parameters.get(name, start) / start)
    return factor * value, factor * gradient, factor * hessian


class Pair:
    """Two masses ``p`` and ``q``, their difference, log ratio, and the surprise ``-log q``.

    All follow from ``p`` and ``q``, but a caller who knows them better (integer counts, logits)
    hands them in, and every divergence becomes exact for near-equal masses. ``log_shares``, the
    logarithms of p and of q over their mean, are for who has them cheaper than from the masses.
    """

    def __init__(
        self,
        m: Vocabulary,
        p: Value,
        q: Value,
        difference: Value = None,
        log_ratio: Value = None,
        surprise: Value = None,
        log_shares: tuple[Value, Value] | None = None,
    ) -> None:
        self._m, self.p, self.q, self.log_shares = m, p, q, log_shares
        self._difference, self._log_ratio, self._surprise = difference, log_ratio, surprise

    @property
    def difference(self) -> Value:
        """Return p - q."""
        return self.p - self.q if self._difference is None else self._difference

    @property
    def log_ratio(self) -> Value:
        """Return log(p / q)."""
        if self._log_ratio is None:
            return log_ratio(self._m, self.p, self.q)
        return self._log_ratio

    @property
    def contrast(self) -> Value:
        """Return (p - q) / (p + q), within [-1, 1], and 0 where both masses are 0."""
        m, total, difference = self._m, self.p + self.q, self.difference
        small = m.abs(difference) < total / 2
        return m.where(total == 0, 0, m.where(small, difference, self.p - self.q) / total)

    @property
    def surprise(self) -> Value:
        """Return -log q, a plain zero at q = 1."""
        return surprise(self._m, self.q) if self._surprise is None else self._surprise

    def swap(self) -> "Pair":
        """Return the pair with p and q exchanged."""
        ratio = None if self._log_ratio is None else -self._log_ratio
        shares = self.log_shares and self.log_shares[::-1]
        return Pair(self._m, self.q, self.p, -self.difference, ratio, log_shares=shares)


@dataclass(frozen=True)
class Term:
    """What a measure sums, and its derivatives by each mass.

    Of one distribution: ``value(m, p, i)``, with the mass and its surprise ``i = -log p``. Of two:
    ``value(m, pair)``. ``partials`` are the derivatives by each mass, ``logit_partials`` those by
    the logarithm of each mass where that is not simply mass times partial. ``excess``: the
    value leaves out so many times ``p - q``, whose sum is taken exactly and added. ``surprised``:
    the term takes the surprise of ``q``.
    """

    value: Formula
    partials: tuple[Formula, ...]
    logit_partials: tuple[Formula, ...] | None = None
    excess: int = 0
    surprised: bool = False


def _same(m: Vocabulary, total: Value, **_: Value) -> Value:
    return total


@dataclass(frozen=True, kw_only=True)
class Measure(Record):
    """Terms summed along an axis, and a ``finish`` that turns the sums into the measure.

    ``definition`` is the textbook term, of ``(m, p)`` or ``(m, p, q)``, and ``definition_finish``
    what the textbook does with its sum. ``terms`` and ``finish`` are how to compute it.
    ``generator`` is the convex function of an f-divergence ``Σ q f(p / q)``. ``shares``: the
    definition is meant of masses over their sum, even where that is 1 but for rounding.
    ``ceiling``: the largest value, which no rounding exceeds.
    """

    arity: int
    definition: Formula
    terms: tuple[Term, ...]
    definition_finish: Formula = _same
    finish: Formula = _same
    generator: Formula | None = None
    summed: bool = True
    shares: bool = False
    ceiling: float = inf
    unit: str = "nats"
    within: float = 8
    kind: ClassVar[str] = "measure"


@dataclass(frozen=True, kw_only=True)
class Joint(Record):
    """A measure of a joint table: terms of its cells and marginals, summed over all cells.

    ``definitions`` take the masses that ``marginals`` name, such as ``("xy", "x", "y")``: cell,
    row total, column total. A table with more axes than named has them for "each": the last
    marginal is then the product over all axes. How it is computed is in ``lossary.measures``.
    """

    marginals: tuple[str, ...]
    definitions: tuple[Formula, ...]
    finish: Formula = _same
    summed: bool = True
    unit: str = "nats"
    within: float = 8
    kind: ClassVar[str] = "joint"

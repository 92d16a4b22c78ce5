"""Record types: losses of a score, losses of a row of logits, measures of distributions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from lossary.formulas.vocabulary import Value, Vocabulary, log_ratio, self_information

__all__ = [
    "NONNEGATIVE",
    "POSITIVE",
    "REAL",
    "SIGNS",
    "UNIT_INTERVAL",
    "Axes",
    "Choice",
    "Domain",
    "Formula",
    "Interval",
    "Joint",
    "MarginalOperations",
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

Axes = tuple[int, ...]


@dataclass(frozen=True)
class Interval:
    """Real numbers from low to high, each end included where it is closed."""

    low: float = -inf
    high: float = inf
    closed_low: bool = True
    closed_high: bool = True

    def outside(self, x: Value) -> Value:
        """Return the mask of the elements outside the interval; NaN counts as inside."""
        below = x < self.low if self.closed_low else x <= self.low
        above = x > self.high if self.closed_high else x >= self.high
        return below | above

    def __str__(self) -> str:
        left = "[" if self.closed_low and self.low > -inf else "("
        right = "]" if self.closed_high and self.high < inf else ")"
        return f"{left}{self.low:g}, {self.high:g}{right}"


@dataclass(frozen=True)
class Values:
    """A finite set of allowed numbers."""

    allowed: tuple[float, ...]

    def outside(self, x: Value) -> Value:
        """Return the mask of the elements that are not allowed; NaN counts as allowed."""
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
    """A numeric parameter of a formula: its default and its allowed interval."""

    name: str
    default: float
    interval: Interval
    summary: str
    symbol: str = ""


@dataclass(frozen=True)
class Shorthand:
    """A keyword that sets several parameters, such as focal loss's alpha."""

    name: str
    interval: Interval
    summary: str
    expand: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Choice:
    """A keyword that takes one of a few strings, such as the kind of a mean."""

    name: str
    default: str
    allowed: tuple[str, ...]
    summary: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """Base of all records: name, one-sentence summary, source with its year, parameters."""

    name: str
    summary: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    shorthands: tuple[Shorthand, ...] = ()
    kind: ClassVar[str]

    @property
    def defaults(self) -> Mapping[str, float]:
        """Default value of each parameter."""
        return MappingProxyType({p.name: p.default for p in self.parameters})


@dataclass(frozen=True, kw_only=True)
class Pointwise(Record):
    """A function of a target ``y`` and a score ``s``.

    ``definition`` is the textbook formula; ``value``, ``gradient`` and ``hessian`` (with respect
    to ``s``) are its stable forms. ``kink`` is zero where the derivative jumps; there ``gradient``
    holds the chosen sub-derivative. ``curvature`` is the kind of the hessian: exact, a bound (never
    negative), or Fisher's. ``hard`` lists scores that are hard to compute. ``crossing`` names the
    parts that pass through zero, where no float form can be relatively exact. ``within`` is the
    error limit of value, gradient and hessian, in eps of the exact value; ``growing`` names a
    parameter and the value above which the limit grows in proportion to it.
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

    ``l`` is ``log_softmax(z)``. ``definition`` is the textbook ``term(m, t, l)``. The stable forms
    take ``(m, t, l, p, r)`` with ``p = exp(l)`` and ``r = 1 - p``, each computed without
    cancellation: ``term``, its first and second derivative by ``l`` (``slope``, ``bend``), and its
    derivative by ``t`` (``target_slope``). ``excess`` times ``Σt - 1`` is added to the sum of the
    stable terms; it is not zero where the stable term is a generalised divergence. ``sparse``:
    classes without target mass add nothing, so a class index needs no one-hot. ``within`` and
    ``growing`` are those of :class:`Pointwise`.
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
    """Return the error limits of value, gradient and Hessian for given parameters, in eps."""
    value, gradient, hessian = record.within
    name, start = record.growing or ("", 1.0)
    factor = max(1.0, parameters.get(name, start) / start)
    return factor * value, factor * gradient, factor * hessian


class Pair:
    """Two masses ``p`` and ``q``, their difference, log ratio, and ``-log q``.

    All follow from ``p`` and ``q``, but a caller that has them more accurately (from integer
    counts, from logits) passes them, and every divergence is then exact for near-equal masses.
    ``log_shares``, the logarithms of p and of q over their mean, may be passed where they cost
    less than from the masses.
    """

    def __init__(
        self,
        m: Vocabulary,
        p: Value,
        q: Value,
        difference: Value = None,
        log_ratio: Value = None,
        information: Value = None,
        log_shares: tuple[Value, Value] | None = None,
    ) -> None:
        self._m, self.p, self.q, self.log_shares = m, p, q, log_shares
        self._difference, self._log_ratio, self._information = difference, log_ratio, information

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
    def self_information(self) -> Value:
        """Return -log q, with +0 at q = 1."""
        known = self._information
        return self_information(self._m, self.q) if known is None else known

    def swap(self) -> "Pair":
        """Return the pair with p and q exchanged."""
        ratio = None if self._log_ratio is None else -self._log_ratio
        shares = self.log_shares and self.log_shares[::-1]
        return Pair(self._m, self.q, self.p, -self.difference, ratio, log_shares=shares)


@dataclass(frozen=True)
class Term:
    """Summand of a measure, with its derivatives by each mass.

    Of one distribution: ``value(m, p, i)``, with the mass and its self-information ``i = -log p``.
    Of two: ``value(m, pair)``. ``partials`` are the derivatives by each mass, ``logit_partials``
    those by the logarithm of each mass where they are not simply mass times partial. ``excess``:
    the multiple of ``p - q`` that the value leaves out; its sum is computed exactly and added.
    ``uses_self_information``: the term uses ``-log q``.
    """

    value: Formula
    partials: tuple[Formula, ...]
    logit_partials: tuple[Formula, ...] | None = None
    excess: int = 0
    uses_self_information: bool = False


def _same(m: Vocabulary, total: Value, **_: Value) -> Value:
    return total


@dataclass(frozen=True, kw_only=True)
class Measure(Record):
    """Terms summed along an axis, and a ``finish`` that turns the sums into the measure.

    ``definition`` is the textbook term, of ``(m, p)`` or ``(m, p, q)``, and ``definition_finish``
    the textbook function of its sum; ``terms`` and ``finish`` are the stable forms. ``generator``
    is the convex function of an f-divergence ``Σ q f(p / q)``. ``shares``: masses are divided by
    their sum first, even where it differs from 1 by rounding alone. ``ceiling``: the largest
    value; a result that rounding puts above it is lowered to it.
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


class MarginalOperations(Protocol):
    """Operations on a joint table, of which a joint measure's stable form is composed.

    Axes are numbered from 0. Results are in nats, one for each table of a batch.
    """

    axes: int

    def entropy(self, *kept: int) -> Value:
        """Return the entropy of the marginal of the given axes."""

    def conditional_entropy(self, target: int) -> Value:
        """Return the entropy of one of two axes given the other."""

    def divergence(self, parts: Sequence[Axes], given: Axes = ()) -> Value:
        """Return KL from the table to the product of marginals, conditional on other axes."""

    def total(self, terms: Value) -> Value:
        """Return the sum of terms over all cells."""

    def shares(self, parts: Sequence[Axes], given: Axes = ()) -> tuple[Value, Value, Value]:
        """Return the cells, the product of marginals and their difference, as shares of 1."""


@dataclass(frozen=True, kw_only=True)
class Joint(Record):
    """A measure of a joint table: terms of its cells and marginals, summed over all cells.

    ``definitions`` take the masses that ``marginals`` names, such as ``("xy", "x", "y")``: cell,
    row total, column total; ``finish`` takes their sums. ``stable(m, table, **choices)`` is the
    form that is computed, in the operations of :class:`MarginalOperations`. ``any_axes``: every
    axis of an array belongs to the table, however many there are, and none is a batch.
    """

    marginals: tuple[str, ...]
    definitions: tuple[Formula, ...]
    finish: Formula = _same
    stable: Formula
    choices: tuple[Choice, ...] = ()
    any_axes: bool = False
    summed: bool = True
    unit: str = "nats"
    within: float = 8
    kind: ClassVar[str] = "joint"

    @property
    def axes(self) -> int | None:
        """Number of a table's axes; None where every axis of an array belongs to it."""
        return None if self.any_axes else len(self.letters)

    @property
    def letters(self) -> list[str]:
        """Letters of the variables, in the order of the axes."""
        return sorted({letter for name in self.marginals for letter in name})

"""Results of the measures of frames: matrices, gains and divergences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.result import Estimate, Test
from lossary.frames.column_types import Field

__all__ = ["Divergence", "Gain", "Gains", "Matrix", "as_frame", "plural", "unit_of"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Matrix:
    """A measure of every pair of columns.

    Attributes
    ----------
    names
        The columns, in the order of rows and columns of the arrays.
    values
        The measure, a symmetric array of shape ``(columns, columns)``; its diagonal holds the
        entropies, or 1 if normalised.
    p_values
        The p-values of the G-test of each pair, NaN if a pair is not tested.
    method
        The estimator.
    unit
        ``"nats"``, ``"bits"``, ``"base 10"``, or ``"no unit"``.
    n
        The number of rows counted.
    notes
        The treatment of the columns, and warnings.
    backend
        The library of the frame that ``to_frame`` returns.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame({"a": [0, 0, 1, 1], "b": ["x", "x", "y", "y"]})
    >>> found = frames.mutual_information_matrix(frame, normalized=True)
    >>> found["a", "b"]
    1.0
    >>> found.to_frame().columns
    ['column', 'a', 'b']

    References
    ----------
    Cover and Thomas, Elements of Information Theory, 2006

    """

    names: tuple[str, ...]
    values: Array
    p_values: Array
    method: str
    unit: str
    n: int
    notes: tuple[str, ...] = ()
    backend: str = "pyarrow"

    def __getitem__(self, pair: tuple[str, str]) -> float:
        a, b = (self._index(name) for name in pair)
        return float(self.values[a, b])

    def _index(self, name: str) -> int:
        if name not in self.names:
            raise validation.unknown_name(name, self.names, "column")
        return self.names.index(name)

    def to_frame(self) -> Any:
        """Return the values as a frame of the input's library, its first column the names."""
        columns = {name: self.values[:, i].tolist() for i, name in enumerate(self.names)}
        return as_frame({_head(self.names): list(self.names)} | columns, self.backend)

    def __str__(self) -> str:
        head = f"{plural(len(self.names), 'column')}, {self.unit} ({self.method}, n = {self.n})"
        width = max(8, *map(len, self.names))
        lines = [" " * width + "".join(f" {name:>{max(8, len(name))}}" for name in self.names)]
        for name, row in zip(self.names, self.values.tolist(), strict=True):
            cells = (f" {v:{max(8, len(n))}.4f}" for n, v in zip(self.names, row, strict=True))
            lines.append(f"{name:<{width}}" + "".join(cells))
        return "\n".join([head, *lines, *(f"  {note}" for note in self.notes)])


@dataclass(frozen=True)
class Gain:
    """Mutual information of a column with the target.

    ``share`` is the information divided by the target's entropy, both corrected for chance if the
    method is ``"adjusted"``: 1 for a column that determines the target. Weighted rows and columns
    measured by nearest neighbours have no ``test`` of independence. ``most`` is the upper bound of
    the information: that entropy, or infinity for a target measured by nearest neighbours.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame({"x": ["a", "a", "b", "b"] * 9, "y": [0, 0, 1, 1] * 9})
    >>> gain = frames.information_gain(frame, "y")[0]
    >>> gain.column.name, round(gain.share, 3), gain.p_value < 0.001
    ('x', 1.0, True)

    References
    ----------
    Quinlan, Induction of Decision Trees, 1986

    """

    column: Field
    information: Estimate
    test: Test | None
    share: float
    most: float = inf

    @property
    def p_value(self) -> float | None:
        """The p-value of the test of independence, None without a test."""
        return None if self.test is None else self.test.p_value

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Return the confidence interval of the information, None without a standard error.

        It is clipped to the possible range, 0 to ``most``, but always contains the estimate.
        """
        if self.information.standard_error is None:
            return None
        return self.information.interval_within(0.0, self.most, level)


@dataclass(frozen=True)
class Gains:
    """Mutual information of every column with the target, largest first.

    Attributes
    ----------
    target
        The target column.
    entropy
        The target's entropy.
    gains
        One :class:`Gain` for each other column; ``len``, iteration and indexing apply to them.
    notes
        The treatment of the columns.
    backend
        The library of the frame that ``to_frame`` returns.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame(
    ...     {"a": [0, 0, 1, 1] * 9, "b": [0, 1] * 18, "y": ["n", "n", "y", "y"] * 9}
    ... )
    >>> [gain.column.name for gain in frames.information_gain(frame, "y")]
    ['a', 'b']

    References
    ----------
    Quinlan, Induction of Decision Trees, 1986

    """

    target: Field
    entropy: Estimate
    gains: tuple[Gain, ...]
    notes: tuple[str, ...] = ()
    backend: str = "pyarrow"

    def __len__(self) -> int:
        return len(self.gains)

    def __iter__(self) -> Iterator[Gain]:
        return iter(self.gains)

    def __getitem__(self, index: int) -> Gain:
        return self.gains[index]

    def to_frame(self, level: float = 0.95) -> Any:
        """Return the gains as a frame of the input's library, with confidence intervals."""
        rows = [_row(gain, level) for gain in self.gains]
        return as_frame({key: [row[key] for row in rows] for key in _GAIN_COLUMNS}, self.backend)

    def __str__(self) -> str:
        width = max([8, *(len(g.column.name) for g in self.gains)])
        unit = self.entropy.unit
        lines = [f"target {self.target}; entropy {self.entropy.value:.6g} {unit}"]
        lines.append(f"{'column':<{width}}  {unit:>10} {'share':>8} {'p':>9}  taken as")
        for g in self.gains:
            p = "" if g.p_value is None else f"{g.p_value:.3g}"
            lines.append(
                f"{g.column.name:<{width}}  {g.information.value:10.6f} {g.share:8.2%} {p:>9}  "
                f"{g.column.taken_as}"
            )
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


_GAIN_COLUMNS = (
    "column", "kind", "information", "standard_error", "low", "high", "p_value", "share"
)  # fmt: skip


def _row(gain: Gain, level: float) -> dict[str, Any]:
    low, high = gain.interval(level) or (None, None)
    found = gain.information
    values = (gain.column.name, gain.column.kind, found.value, found.standard_error, low, high)
    return dict(zip(_GAIN_COLUMNS, (*values, gain.p_value, gain.share), strict=True))


@dataclass(frozen=True)
class Divergence:
    """Divergence of a column's distribution from the reference's.

    ``js`` is the Jensen-Shannon divergence, ``kl`` the Kullback-Leibler divergence of the current
    distribution from the reference. ``labels`` are the labels of both, bins as intervals, missing
    values as None; ``reference`` and ``current`` are their counts, or sums of weights.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> before, after = pl.DataFrame({"x": ["a", "b"] * 9}), pl.DataFrame({"x": ["a"] * 18})
    >>> found = frames.divergence(before, after)["x"]
    >>> found.labels, found.reference.tolist(), found.current.tolist()
    (('a', 'b'), [9, 9], [18, 0])

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991

    """

    column: Field
    js: Estimate
    kl: Estimate
    labels: tuple[Any, ...]
    reference: Array
    current: Array


def _head(names: Sequence[str]) -> str:
    head = "column"
    while head in names:
        head += "_"
    return head


def unit_of(base: float | None) -> str:
    """Return the name of the unit of a logarithm's base; None is for nats."""
    return "nats" if base is None else "bits" if base == 2 else f"base {base:g}"


def plural(n: int, noun: str) -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``."""
    return f"{n} {noun}{'s' * (n != 1)}"


def as_frame(columns: Mapping[str, list[Any]], backend: str) -> Any:
    """Return columns as a small frame of a library."""
    library: Any = backend
    return nw.from_dict(dict(columns), backend=library).to_native()

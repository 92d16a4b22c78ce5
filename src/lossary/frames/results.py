"""What the measures of frames give: matrices, gains and divergences, as small frames too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.result import Estimate, Test
from lossary.frames.column_types import Field

__all__ = ["Divergence", "Gain", "Gains", "Matrix", "as_frame"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Matrix:
    """A measure of every pair of columns.

    Attributes
    ----------
    names
        The columns, in the order of rows and columns of the arrays.
    values
        The measure, of shape ``(columns, columns)``, symmetric; on the diagonal the entropies, or
        1 where normalised.
    p_values
        Those of the G-test of each pair, NaN where there is none.
    method
        The estimator.
    unit
        ``"nats"``, ``"bits"``, ``"base 10"``, or ``"no unit"``.
    n
        How many rows were counted.
    notes
        What the columns were taken for, and what else is to be said.
    backend
        What ``to_frame`` makes.

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
        a, b = (self._place(name) for name in pair)
        return float(self.values[a, b])

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise validation.unknown_name(name, self.names, "column")
        return self.names.index(name)

    def to_frame(self) -> Any:
        """Return the values as a frame of the kind that came, the names in its first column."""
        columns = {name: self.values[:, i].tolist() for i, name in enumerate(self.names)}
        return as_frame({_head(self.names): list(self.names)} | columns, self.backend)

    def __str__(self) -> str:
        head = f"{len(self.names)} columns, {self.unit} ({self.method}, n = {self.n})"
        width = max(8, *map(len, self.names))
        lines = [" " * width + "".join(f" {name:>{max(8, len(name))}}" for name in self.names)]
        for name, row in zip(self.names, self.values.tolist(), strict=True):
            cells = (f" {v:{max(8, len(n))}.4f}" for n, v in zip(self.names, row, strict=True))
            lines.append(f"{name:<{width}}" + "".join(cells))
        return "\n".join([head, *lines, *(f"  {note}" for note in self.notes)])


@dataclass(frozen=True)
class Gain:
    """What a column tells about the target.

    ``share`` is the information over the target's entropy, both beyond chance where the method is
    ``"adjusted"``: 1 for a column that tells the target entirely. There is no ``test`` of
    independence for weighted rows and columns measured by their neighbours. ``most`` is what the
    information is at most: that entropy, and for a target measured by its neighbours infinite.

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
        """How often chance alone would give so much, None where there is no test."""
        return None if self.test is None else self.test.p_value

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Return the interval of the information at a level, None where no error is known.

        It ends where information does, at 0 and at ``most``, but holds the estimate always.
        """
        if self.information.standard_error is None:
            return None
        return self.information.interval_within(0.0, self.most, level)


@dataclass(frozen=True)
class Gains:
    """What every column tells about the target, the most first.

    Attributes
    ----------
    target
        The column that is to be told.
    entropy
        The target's entropy.
    gains
        One :class:`Gain` for each other column; ``len``, iteration and an index go over them.
    notes
        What the target was taken for.
    backend
        What ``to_frame`` makes.

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

    def __getitem__(self, place: int) -> Gain:
        return self.gains[place]

    def to_frame(self, level: float = 0.95) -> Any:
        """Return the gains as a frame of the kind that came, with intervals at a level."""
        rows = [_row(gain, level) for gain in self.gains]
        return as_frame({key: [row[key] for row in rows] for key in _GAIN}, self.backend)

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


_GAIN = (
    "column", "kind", "information", "standard_error", "low", "high", "p_value", "share"
)  # fmt: skip


def _row(gain: Gain, level: float) -> dict[str, Any]:
    low, high = gain.interval(level) or (None, None)
    found = gain.information
    values = (gain.column.name, gain.column.kind, found.value, found.standard_error, low, high)
    return dict(zip(_GAIN, (*values, gain.p_value, gain.share), strict=True))


@dataclass(frozen=True)
class Divergence:
    """How far a column's distribution is from the reference's.

    ``js`` is the Jensen-Shannon divergence, ``kl`` Kullback-Leibler's from the current to the
    reference: of the current rows' surprise at the reference. ``labels`` are those of either, bins
    in words, None for missing; ``reference`` and ``current`` are their counts, or masses.

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


def as_frame(columns: Mapping[str, list[Any]], backend: str) -> Any:
    """Return columns as a small frame of a library."""
    library: Any = backend
    return nw.from_dict(dict(columns), backend=library).to_native()

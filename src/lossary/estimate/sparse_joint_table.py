"""Joint tables of counts, stored by their occupied cells or as dense arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.factorize import Factorized
from lossary.estimate.validated_counts import ClassCounts
from lossary.kernels.coded_columns import Codes
from lossary.kernels.contingency_counts import count_pairs
from lossary.measures.representations import as_counts

__all__ = [
    "MAX_DENSE_CELLS",
    "CountTable",
    "SparseJointTable",
    "as_sparse",
    "dense_counts",
    "sparse_from_codes",
    "sparse_from_counts",
]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

MAX_DENSE_CELLS = 1 << 22
"""The most cells of a dense table."""
_MAX_EXACT_ROWS = 3_000_000_000


@dataclass(frozen=True)
class SparseJointTable:
    """The occupied cells of a joint table: their counts, and their index along each axis.

    Counts are int64; sums of row weights are float64. ``alphabet_given`` is True where the axes
    list every possible class, and False where they list the labels that occur.
    """

    counts: Array
    index: tuple[Array, ...]
    shape: tuple[int, ...]
    alphabet_given: bool = False

    @cached_property
    def n(self) -> Any:
        """The number of rows, or the sum of their weights."""
        return np.asarray(self.counts.sum()).item()

    @property
    def axes(self) -> Axes:
        """All axes of the table."""
        return tuple(range(len(self.shape)))

    @property
    def weighted(self) -> bool:
        """Whether the cells hold sums of row weights."""
        return bool(self.counts.dtype.kind == "f")

    @property
    def overflow_safe_counts(self) -> Array:
        """The counts in a dtype in which the product of two of them does not overflow."""
        fits = self.weighted or self.n < _MAX_EXACT_ROWS
        return self.counts if fits else self.counts.astype(object)

    def marginal(self, axes: Axes) -> tuple[Array, Array]:
        """Return the counts of the occupied classes along some axes, and each cell's class."""
        if axes not in self._marginals:
            self._marginals[axes] = self._marginal(axes)
        return self._marginals[axes]

    @cached_property
    def _marginals(self) -> dict[Axes, tuple[Array, Array]]:
        return {}

    def _marginal(self, axes: Axes) -> tuple[Array, Array]:
        if not axes:
            zeros = np.zeros(len(self.counts), dtype=np.intp)
            return np.asarray([self.n], self.counts.dtype), zeros
        if len(axes) == len(self.shape):
            return self.counts, np.arange(len(self.counts))
        codes = _flat_index([self.index[a] for a in axes], [self.shape[a] for a in axes])
        _, place = np.unique(codes, return_inverse=True)
        sums = np.zeros(int(place.max()) + 1, dtype=self.counts.dtype)
        np.add.at(sums, place, self.counts)
        return sums, place

    def class_counts(self, axes: Axes) -> ClassCounts:
        """Return the counts of the classes along some axes."""
        counts, _ = self.marginal(axes)
        classes = prod(self.shape[a] for a in axes)
        return ClassCounts(counts, classes, alphabet_given=self.alphabet_given)

    def occupied(self, axis: int) -> int:
        """Return the number of classes of an axis that occur."""
        return len(self.marginal((axis,))[0])

    def transposed(self, *axes: int) -> "SparseJointTable":
        """Return the table with its axes in another order."""
        index, shape = tuple(self.index[a] for a in axes), tuple(self.shape[a] for a in axes)
        return SparseJointTable(self.counts, index, shape, self.alphabet_given)

    def with_counts(self, counts: Array) -> "SparseJointTable":
        """Return the table with other counts of its cells, without those of count 0."""
        kept = counts > 0
        index = tuple(i[kept] for i in self.index)
        return SparseJointTable(counts[kept], index, self.shape, self.alphabet_given)

    def to_dense(self) -> Array:
        """Return the table as a dense array."""
        size = prod(self.shape)
        if size > MAX_DENSE_CELLS:
            sides = " × ".join(map(str, self.shape))
            message = (
                f"the joint table has {sides} = {size} cells, too many for a method that fills "
                f"every one of them (at most {MAX_DENSE_CELLS}): pass method='miller_madow' or "
                "method='grassberger'"
            )
            raise validation.LossaryError(message)
        table = np.zeros(self.shape, dtype=self.counts.dtype)
        table[self.index] = self.counts
        return table


CountTable = Array | SparseJointTable
"""A table of counts, dense or by its occupied cells."""


def as_sparse(table: CountTable, *, alphabet_given: bool = False) -> SparseJointTable:
    """Return the occupied cells of a table of counts."""
    if isinstance(table, SparseJointTable):
        return table
    index = np.nonzero(table)
    return SparseJointTable(table[index], index, table.shape, alphabet_given)


def sparse_from_counts(name: str, table: Any, axes: int) -> SparseJointTable:
    """Return the occupied cells of a table of counts of a user, which is validated."""
    x = validation.to_numpy(as_counts(name, table))
    if x.ndim != axes or x.size == 0:
        message = (
            f"{name} must be a table of counts with {axes} axes and at least one cell, "
            f"got shape {x.shape}"
        )
        raise validation.LossaryError(message)
    found = as_sparse(x.astype(np.int64, copy=False), alphabet_given=True)
    if not len(found.counts):
        message = f"{name} must hold at least one observation, got {x.size} zeros"
        raise validation.LossaryError(message)
    return found


def sparse_from_codes(*columns: Factorized, weight: Array | None = None) -> SparseJointTable:
    """Return the joint table of factorized columns, without the rows that are to be dropped."""
    codes = [c.codes for c in columns]
    kept = _rows_with_labels(columns)
    if kept is not None:
        codes = [c[kept] for c in codes]
        weight = None if weight is None else weight[kept]
    if not len(codes[0]):
        message = (
            "no row has a label in every column: missing='drop' drops all rows; pass "
            "missing='category'"
        )
        raise validation.LossaryError(message)
    shape = tuple(c.kept_levels for c in columns)
    if prod(shape) <= max(MAX_DENSE_CELLS, 4 * len(codes[0])):
        flat = dense_counts(codes, shape, weight).ravel()
        (cells,) = np.nonzero(flat)
        counts = flat[cells]
    else:
        cells, place, counts = np.unique(
            _flat_index(codes, shape), return_inverse=True, return_counts=True
        )
        if weight is not None:
            counts = np.bincount(place, weights=weight)
            cells, counts = cells[counts > 0], counts[counts > 0]
    return SparseJointTable(counts, np.unravel_index(cells, shape), shape)


def dense_counts(
    codes: Sequence[Array], shape: Sequence[int], weight: Array | None = None
) -> Array:
    """Return the dense joint table of columns of codes: counts, or sums of weights."""
    if len(codes) == 2 and weight is None:
        columns = [Codes(c, n) for c, n in zip(codes, shape, strict=True)]
        return count_pairs(columns, [(0, 1)])[0]
    flat = _flat_index(codes, shape)
    return np.bincount(flat, weights=weight, minlength=prod(shape)).reshape(shape)


def _rows_with_labels(columns: Sequence[Factorized]) -> Array | None:
    """Return which rows have a label in every column, None where all have."""
    lossy = [c for c in columns if c.drop_missing and c.missing]
    if not lossy:
        return None
    return reduce(np.logical_and, (c.codes < len(c.labels) for c in lossy))


def _flat_index(codes: Sequence[Array], shape: Sequence[int]) -> Array:
    """Return the flat indices of cells in C order."""
    if prod(shape) >= 1 << 62:
        sides = " × ".join(map(str, shape))
        message = (
            f"the joint table has {sides} cells, more than an int64 can index: leave out a column"
        )
        raise validation.LossaryError(message)
    wide = np.uint16 if prod(shape) <= 1 << 16 else np.int64
    flat: Array = codes[0].astype(wide)
    for code, size in zip(codes[1:], shape[1:], strict=True):
        flat = np.multiply(flat, size % (1 << 16) if wide is np.uint16 else size, dtype=wide)
        np.add(flat, code, out=flat, casting="unsafe")
    return flat

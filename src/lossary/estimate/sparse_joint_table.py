"""Joint tables by the cells that are occupied: small whatever the alphabets are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.factorize import Factorized
from lossary.estimate.validated_counts import ClassCounts
from lossary.kernels.counts_cpu import Codes, count_pairs
from lossary.measures.representations import as_counts

__all__ = ["MAX_DENSE_CELLS", "SparseJointTable", "sparse_from_codes", "sparse_from_counts"]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

#: The most cells that a table is filled for.
MAX_DENSE_CELLS = 1 << 22
_EXACT = 3_000_000_000


@dataclass(frozen=True)
class SparseJointTable:
    """The occupied cells of a joint table: their counts, and their place along each axis.

    Counts are int64; masses of weighted rows are float64. ``alphabet_given`` is True where the
    axes list every possible class, and False where they list the labels that occur.
    """

    counts: Array
    index: tuple[Array, ...]
    shape: tuple[int, ...]
    alphabet_given: bool = False

    @cached_property
    def n(self) -> Any:
        """The number of rows, or their mass."""
        return np.asarray(self.counts.sum()).item()

    @property
    def weighted(self) -> bool:
        """Tell whether the cells hold masses of weighted rows."""
        return bool(self.counts.dtype.kind == "f")

    @property
    def exact(self) -> Array:
        """The counts in a dtype whose products of two do not overflow."""
        return self.counts if self.weighted or self.n < _EXACT else self.counts.astype(object)

    def marginal(self, axes: Axes) -> tuple[Array, Array]:
        """Return the occupied classes' counts over some axes, and every cell's class among them."""
        if axes not in self._marginals:
            self._marginals[axes] = self._marginal(axes)
        return self._marginals[axes]

    @cached_property
    def _marginals(self) -> dict[Axes, tuple[Array, Array]]:
        return {}

    def _marginal(self, axes: Axes) -> tuple[Array, Array]:
        if not axes:
            return np.asarray([self.n], self.counts.dtype), np.zeros(
                len(self.counts), dtype=np.intp
            )
        if len(axes) == len(self.shape):
            return self.counts, np.arange(len(self.counts))
        codes = _combined([self.index[a] for a in axes], [self.shape[a] for a in axes])
        _, place = np.unique(codes, return_inverse=True)
        sums = np.zeros(int(place.max()) + 1, dtype=self.counts.dtype)
        np.add.at(sums, place, self.counts)
        return sums, place

    def class_counts(self, axes: Axes) -> ClassCounts:
        """Return the counts over some axes as a tally."""
        counts, _ = self.marginal(axes)
        return ClassCounts(
            counts, prod(self.shape[a] for a in axes), alphabet_given=self.alphabet_given
        )

    def occupied(self, axis: int) -> int:
        """Return how many classes of an axis occur."""
        return len(self.marginal((axis,))[0])

    def table(self) -> Array:
        """Return the table with its empty cells."""
        size = prod(self.shape)
        if size > MAX_DENSE_CELLS:
            sides = " × ".join(map(str, self.shape))
            message = (
                f"the joint table has {sides} = {size} cells, and this fills every one of them, "
                f"of which {MAX_DENSE_CELLS} are allowed: take the method 'miller_madow' or "
                "'grassberger'"
            )
            raise validation.LossaryError(message)
        table = np.zeros(self.shape, dtype=self.counts.dtype)
        table[self.index] = self.counts
        return table


def sparse_from_counts(name: str, table: Any, axes: int) -> SparseJointTable:
    """Return the occupied cells of a table of counts."""
    x = validation.to_numpy(as_counts(name, table))
    if x.ndim != axes or x.size == 0:
        message = (
            f"{name} must be a table of {axes} axes with at least one cell, got shape {x.shape}"
        )
        raise validation.LossaryError(message)
    index = np.nonzero(x)
    if not len(index[0]):
        message = f"{name} must hold at least one observation, got only zeros"
        raise validation.LossaryError(message)
    return SparseJointTable(x[index].astype(np.int64), index, x.shape, alphabet_given=True)


def sparse_from_codes(*columns: Factorized, weight: Array | None = None) -> SparseJointTable:
    """Count how often the codes of columns meet; rows that are to be dropped are left out."""
    codes = [c.codes for c in columns]
    kept = _kept(columns)
    if kept is not None:
        codes = [c[kept] for c in codes]
        weight = None if weight is None else weight[kept]
    if not len(codes[0]):
        message = "no row has a label in every column: all of them would be dropped"
        raise validation.LossaryError(message)
    shape = tuple(c.kept_levels for c in columns)
    counts, flat = _counted(codes, shape, weight)
    return SparseJointTable(counts, np.unravel_index(flat, shape), shape)


def _kept(columns: Sequence[Factorized]) -> Array | None:
    """Return which rows have a label in every column, None where all have."""
    lossy = [c for c in columns if c.drop_missing and c.missing]
    if not lossy:
        return None
    return reduce(np.logical_and, (c.codes < len(c.labels) for c in lossy))


def _counted(
    codes: Sequence[Array], shape: Sequence[int], weight: Array | None
) -> tuple[Array, Array]:
    """Return the counts, or masses, of occupied cells, and their flat places."""
    size, rows = prod(shape), len(codes[0])
    is_dense = size <= max(MAX_DENSE_CELLS, 4 * rows)
    if is_dense and weight is None and len(codes) == 2:
        columns = [Codes(c, n) for c, n in zip(codes, shape, strict=True)]
        return _occupied(count_pairs(columns, [(0, 1)])[0].ravel())
    flat = _combined(codes, shape)
    if is_dense:
        return _occupied(np.bincount(flat, weights=weight, minlength=size))
    cells, place, counts = np.unique(flat, return_inverse=True, return_counts=True)
    if weight is not None:
        masses = np.bincount(place, weights=weight)
        return masses[masses > 0], cells[masses > 0]
    return counts, cells


def _occupied(dense: Array) -> tuple[Array, Array]:
    (cells,) = np.nonzero(dense)
    return dense[cells], cells


def _combined(codes: Sequence[Array], shape: Sequence[int]) -> Array:
    """Return the flat places of cells, the last axis running fastest."""
    if prod(shape) >= 1 << 62:
        message = f"a joint table of {' × '.join(map(str, shape))} cells has too many to number"
        raise validation.LossaryError(message)
    wide = np.uint16 if prod(shape) <= 1 << 16 else np.int64
    flat: Array = codes[0].astype(wide)
    for code, size in zip(codes[1:], shape[1:], strict=True):
        flat = np.multiply(flat, size % (1 << 16) if wide is np.uint16 else size, dtype=wide)
        np.add(flat, code, out=flat, casting="unsafe")
    return flat

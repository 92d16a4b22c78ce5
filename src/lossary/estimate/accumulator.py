"""Counts of a stream: batches in any order, merged in any way, equal one pass exactly."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate import accumulator_io
from lossary.estimate.accumulator_config import (
    MAX_CELLS,
    ColumnPair,
    accumulator_config,
    column_pair,
    require_known,
)
from lossary.estimate.batch_columns import named_columns
from lossary.estimate.discrete_measures import TABLE_MEASURES
from lossary.estimate.factorize import factorize_unchecked, require_repeats
from lossary.estimate.mergeable_counts import MergeableCounts, add_counts, count_labels
from lossary.estimate.pairwise_information import MATRIX_METHODS, CountTable, pair_information
from lossary.estimate.result import Estimate, Test
from lossary.estimate.significance import g_test_of_table
from lossary.estimate.sparse_joint_table import MAX_DENSE_CELLS, SparseJointTable
from lossary.measures.representations import in_base

__all__ = ["Accumulator"]

Array = np.ndarray[Any, Any]


class Accumulator:
    """Counts of columns of labels, and of pairs of them, that batches are added to.

    ``n(x, y) = Σ over batches``: whatever the order of batches and merges, the counts are those of
    one pass over all rows. What is kept are the labels, their counts, and a table for each pair, 8
    bytes a cell: ``max_cells`` at most, 2^26 by default, which take 512 MiB. A table of
    more than 2^22 cells is stored sparsely, by its occupied cells.

    Parameters
    ----------
    pairs
        Which pairs to count: ``"all"``, None for none, or a list of pairs of names.
    target
        The name of a column to count against every other, in place of ``pairs``.
    missing
        What to do with None, NaN, NaT, NA and null: ``"error"``, ``"category"`` for a label of
        their own, the last, or ``"drop"``, from each pair its own.
    max_cells
        The largest number of counts to keep.

    Attributes
    ----------
    columns
        The names of the columns, in the order of the first batch.
    counted
        The counts so far, of all labels.
    config
        The pairs to count, the policy for missing labels, and ``max_cells``.

    Raises
    ------
    LossaryError
        For columns that differ from those before, unequal lengths, missing labels unless allowed,
        labels of several types, more than ``max_cells`` counts. A batch that raises adds nothing.

    Examples
    --------
    >>> from lossary import estimate
    >>> acc = estimate.Accumulator()
    >>> acc.update({"colour": ["red", "blue"], "size": [1, 2]})
    >>> other = estimate.Accumulator()
    >>> other.update({"colour": ["red", "red", "blue"] * 9, "size": [1, 2, 2] * 9})
    >>> acc.merge(other)
    >>> acc.labels("colour"), acc.counts("colour", "size").tolist()
    (['blue', 'red'], [[0, 10], [10, 9]])
    >>> round(float(acc.mutual_information("colour", "size", method="plug_in", base=2)), 6)
    0.275501

    References
    ----------
    Gray et al., Data Cube: A Relational Aggregation Operator, 1997

    """

    def __init__(
        self,
        *,
        pairs: str | Iterable[tuple[str, str]] | None = "all",
        target: str | None = None,
        missing: str = "error",
        max_cells: int = MAX_CELLS,
    ) -> None:
        self.config = accumulator_config(pairs, target, missing, max_cells)
        self.counted = MergeableCounts()
        self.columns: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Accumulator of {self.rows} rows of {len(self.columns)} columns, "
            f"{len(self.pairs)} pairs"
        )

    @property
    def rows(self) -> int:
        """How many rows have been counted."""
        return self.counted.rows

    @property
    def pairs(self) -> tuple[ColumnPair, ...]:
        """The pairs that are counted, each in alphabetical order."""
        return self.config.wanted(self.columns) if self.columns else ()

    def update(self, batch: Any, y: Any = None) -> None:
        """Add a batch: a mapping or a frame of columns, or two columns, named x and y."""
        given = named_columns({"x": batch, "y": y} if y is not None else batch)
        self._require_columns(tuple(given), "the batch")
        wanted = self.config.wanted(self.columns or tuple(given))
        if all(len(column) for column in given.values()):
            policy = "error" if self.config.missing == "error" else "category"
            coded = {name: factorize_unchecked(name, c, policy) for name, c in given.items()}
            _require_one_length({name: len(c.codes) for name, c in coded.items()})
            self._keep(add_counts(self.counted, count_labels(coded, wanted)))
        else:
            _require_one_length({name: len(column) for name, column in given.items()})
        self.columns = self.columns or tuple(given)

    def merge(self, *others: "Accumulator") -> None:
        """Add what others have counted, of the same columns and pairs; they are not changed."""
        for other in others:
            if not self.config.counts_the_same(other.config):
                message = (
                    "accumulators are merged that count the same, but this one has "
                    f"{self.config}, the other {other.config}"
                )
                raise validation.LossaryError(message)
        columns = next((a.columns for a in (self, *others) if a.columns), ())
        for other in others:
            if other.columns and set(other.columns) != set(columns):
                raise _other_columns(columns, other.columns, "one of the accumulators")
        self._keep(reduce(add_counts, (a.counted for a in others), self.counted))
        self.columns = columns

    def _keep(self, found: MergeableCounts) -> None:
        if found.cells > self.config.max_cells:
            most = max(found.labels, key=lambda name: len(found.labels[name]))
            labels = len(found.labels[most])
            message = (
                f"max_cells={self.config.max_cells} limits the counts kept, but this batch takes "
                f"them to {found.cells}; column {most!r} has the most labels, {labels}: leave it "
                "out, count fewer pairs, or raise max_cells"
            )
            raise validation.LossaryError(message)
        self.counted = found

    def _require_columns(self, names: tuple[str, ...], whose: str) -> None:
        if self.columns and set(names) != set(self.columns):
            raise _other_columns(self.columns, names, whose)

    # --- reading ------------------------------------------------------------------------------

    def labels(self, column: str) -> list[Any]:
        """Return the labels of a column in order; None, the last, stands for missing ones."""
        self._require_read(column)
        own = list(self.counted.labels[column])
        return [*own, None] if self._shown(column) > len(own) else own

    def counts(self, column: str, other: str | None = None) -> Array:
        """Return how often each label of a column occurs, or meets each label of another."""
        if other is None:
            self._require_read(column)
            return self.counted.counts[column][: self._shown(column)].copy()
        cells = self._cells(column, other)
        if prod(cells.shape) > MAX_DENSE_CELLS:
            message = (
                f"the table of {column!r} and {other!r} has {cells.shape[0]} × {cells.shape[1]} "
                f"cells, too many for a dense array (at most {MAX_DENSE_CELLS}): call "
                "mutual_information() or g_test(), which need none"
            )
            raise validation.LossaryError(message)
        return cells.table()

    def entropy(
        self, column: str, *, method: str = "grassberger", base: float | None = None
    ) -> Estimate:
        """Return the entropy of a column, by a method of ``entropy_from_counts``."""
        counts = self.counts(column)
        (index,) = np.nonzero(counts)
        cells = SparseJointTable(counts[index], (index,), counts.shape)
        return TABLE_MEASURES["entropy"](cells, method=method, base=base)

    def mutual_information(
        self,
        column: str | None = None,
        other: str | None = None,
        *,
        method: str = "miller_madow",
        base: float | None = None,
    ) -> Estimate:
        """Return what two columns share, by a method of ``mutual_information_from_counts``.

        The columns need no names where one pair only is counted.
        """
        cells = self._cells(*self._pair(column, other))
        return TABLE_MEASURES["mutual_information"](cells, method=method, base=base)

    def g_test(self, column: str | None = None, other: str | None = None) -> Test:
        """Test whether two columns are independent."""
        return g_test_of_table(self._cells(*self._pair(column, other)))

    def mutual_information_matrix(
        self, *, method: str = "miller_madow", base: float | None = None
    ) -> Array:
        """Return all pairs' mutual information, with the columns' entropies on the diagonal.

        It is symmetric, its order is that of :attr:`columns`, and the method is ``"plug_in"`` or
        ``"miller_madow"``.
        """
        validation.choice("method", method, MATRIX_METHODS)
        if self.config.pairs != "all" or self.config.target is not None:
            message = f"a matrix needs all pairs, and this accumulator has {self.config}"
            raise validation.LossaryError(message)
        pairs = self.pairs
        found = pair_information([self._shown_table(a, b) for a, b in pairs])
        values = found.value if method == "plug_in" else found.corrected
        place = {name: i for i, name in enumerate(self.columns)}
        matrix = np.diag([float(self.entropy(name, method=method)) for name in self.columns])
        for (a, b), value in zip(pairs, values, strict=True):
            matrix[place[a], place[b]] = matrix[place[b], place[a]] = value
        scaled: Array = in_base(matrix, base)
        return scaled

    def _shown(self, column: str) -> int:
        """Return how many labels of a column are counted, the missing one with them if it is."""
        own = len(self.counted.labels[column])
        lost = self.config.missing == "category" and self.counted.counts[column][-1] > 0
        return own + int(lost)

    def _require_read(self, column: str) -> None:
        if not self.rows:
            message = "no rows have been counted yet: update() the accumulator first"
            raise validation.LossaryError(message)
        require_known(column, self.columns)
        counts = self.counted.counts[column]
        present = int(counts[:-1].sum())
        require_repeats(column, self.counted.labels[column], present)
        if not present and self.config.missing == "drop":
            message = f"{column} holds nothing but missing labels, which are dropped"
            raise validation.LossaryError(message)

    def _pair(self, column: str | None, other: str | None) -> tuple[str, str]:
        if column is not None and other is not None:
            return column, other
        if column is None and other is None and len(self.pairs) == 1:
            return self.pairs[0]
        message = (
            f"name two columns: {len(self.pairs)} pairs are counted; mutual_information_matrix() "
            "gives all of them"
        )
        raise validation.LossaryError(message)

    def _shown_table(self, first: str, second: str) -> CountTable:
        """Return the table of a pair in alphabetical order, without what is dropped."""
        table = self.counted.tables[first, second]
        r, c = self._shown(first), self._shown(second)
        if not isinstance(table, SparseJointTable):
            return table[:r, :c]
        kept = (table.index[0] < r) & (table.index[1] < c)
        return SparseJointTable(table.counts[kept], tuple(i[kept] for i in table.index), (r, c))

    def _cells(self, column: str, other: str) -> SparseJointTable:
        """Return the occupied cells of a pair's table, in the order of the names given."""
        self._require_read(column)
        self._require_read(other)
        pair = column_pair(column, other)
        if pair not in self.counted.tables:
            message = (
                f"the pair {column!r}, {other!r} is not counted: this accumulator has {self.config}"
            )
            raise validation.LossaryError(message)
        table = self._shown_table(*pair)
        if not isinstance(table, SparseJointTable):
            index = np.nonzero(table)
            table = SparseJointTable(table[index], index, table.shape)
        if not len(table.counts):
            message = f"no row has a label in both {column!r} and {other!r}"
            raise validation.LossaryError(message)
        if pair == (column, other):
            return table
        return SparseJointTable(table.counts, table.index[::-1], table.shape[::-1])

    # --- files --------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write everything counted into one file, whole or not at all."""
        accumulator_io.write(
            path, accumulator_io.SavedState(self.counted, self.columns, self.config)
        )

    @classmethod
    def load(cls, path: str | Path) -> "Accumulator":
        """Return what :meth:`save` wrote; a file that is damaged is an error."""
        found, made = accumulator_io.read(path), cls()
        made.counted, made.columns, made.config = found.counted, found.columns, found.config
        return made


def _require_one_length(lengths: Mapping[str, int]) -> None:
    if len(set(lengths.values())) > 1:
        came = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        message = f"columns must have one length, row by row, but {came} rows"
        raise validation.LossaryError(message)


def _other_columns(
    known: Sequence[str], came: Sequence[str], whose: str
) -> validation.LossaryError:
    lacking = [repr(name) for name in known if name not in came]
    more = [repr(name) for name in came if name not in known]
    parts = [
        *([f"lacks {', '.join(lacking)}"] if lacking else []),
        *([f"has {', '.join(more)} besides"] if more else []),
    ]
    return validation.LossaryError(
        f"all batches must have the same columns, but {whose} {' and '.join(parts)}"
    )

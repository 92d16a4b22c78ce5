"""Accumulation of counts over batches, in any order, with the exact result of one pass."""

from collections.abc import Iterable, Sequence
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
from lossary.estimate.column_kinds import require_one_length
from lossary.estimate.factorize import factorize_unchecked, require_repeats
from lossary.estimate.joint_table_measures import TABLE_MEASURES
from lossary.estimate.mergeable_counts import MergeableCounts, add_counts, count_labels
from lossary.estimate.pairwise_information import (
    MATRIX_METHODS,
    pair_information,
    symmetric_matrix,
)
from lossary.estimate.result import Estimate, Test
from lossary.estimate.significance import g_test_of_table
from lossary.estimate.sparse_joint_table import (
    MAX_DENSE_CELLS,
    CountTable,
    SparseJointTable,
    as_sparse,
)
from lossary.measures.representations import in_base

__all__ = ["Accumulator"]

Array = np.ndarray[Any, Any]


class Accumulator:
    """Counts of discrete columns and of pairs of them, accumulated over batches.

    ``n(x, y) = Σ over batches``: for any order of batches and merges, the counts are those of one
    pass over all rows. The labels, their counts and a table for each pair are stored, 8 bytes a
    cell: ``max_cells`` at most, 2^26 by default, which take 512 MiB. A table of
    more than 2^22 cells is stored sparsely, by its occupied cells.

    Parameters
    ----------
    pairs
        The pairs to count: ``"all"``, None for none, or a list of pairs of names.
    target
        The name of a column to count against every other, in place of ``pairs``.
    missing
        The policy for missing labels (None, NaN, NaT, NA, null): ``"error"``, ``"category"`` for a
        label of their own, the last, or ``"drop"``, pair by pair.
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
        """The number of rows counted."""
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
            require_one_length({name: len(c.codes) for name, c in coded.items()})
            self._keep(add_counts(self.counted, count_labels(coded, wanted)))
        else:
            require_one_length({name: len(column) for name, column in given.items()})
        self.columns = self.columns or tuple(given)

    def merge(self, *others: "Accumulator") -> None:
        """Add the counts of other accumulators of the same columns and pairs."""
        for other in others:
            if not self.config.counts_the_same(other.config):
                message = (
                    "merge needs accumulators with the same configuration, but this one has "
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
        """Return the counts of a column's labels, or its joint table with another column."""
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
        return cells.to_dense()

    def entropy(
        self, column: str, *, method: str = "grassberger", base: float | None = None
    ) -> Estimate:
        """Return the entropy of a column, by a method of ``entropy_from_counts``."""
        table = as_sparse(self.counts(column))
        return TABLE_MEASURES["entropy"](table, method=method, base=base)

    def mutual_information(
        self,
        column: str | None = None,
        other: str | None = None,
        *,
        method: str = "miller_madow",
        base: float | None = None,
    ) -> Estimate:
        """Return the mutual information of two columns, by a method of its ``_from_counts``.

        The columns may be left out where only one pair is counted.
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
            message = (
                "mutual_information_matrix needs an accumulator of pairs='all', but this one has "
                f"{self.config}"
            )
            raise validation.LossaryError(message)
        pairs = self.pairs
        found = pair_information([self._shown_table(a, b) for a, b in pairs])
        values: dict[tuple[str, ...], float] = {
            (name,): float(self.entropy(name, method=method)) for name in self.columns
        }
        values |= zip(pairs, found.by_method(method), strict=True)
        scaled: Array = in_base(symmetric_matrix(self.columns, values), base)
        return scaled

    def _shown(self, column: str) -> int:
        """Return the number of labels of a column, missing labels included if they are counted."""
        own = len(self.counted.labels[column])
        lost = self.config.missing == "category" and self.counted.counts[column][-1] > 0
        return own + int(lost)

    def _require_read(self, column: str) -> None:
        if not self.rows:
            message = "the accumulator is empty: call update() with a batch first"
            raise validation.LossaryError(message)
        require_known(column, self.columns)
        counts = self.counted.counts[column]
        present = int(counts[:-1].sum())
        require_repeats(column, self.counted.labels[column], present)
        if not present and self.config.missing == "drop":
            message = f"column {column!r} holds only missing labels, which missing='drop' drops"
            raise validation.LossaryError(message)

    def _pair(self, column: str | None, other: str | None) -> tuple[str, str]:
        if column is not None and other is not None:
            return column, other
        if column is None and other is None and len(self.pairs) == 1:
            return self.pairs[0]
        message = (
            f"pass the names of two columns, got {column!r} and {other!r}; for all pairs, call "
            "mutual_information_matrix()"
        )
        raise validation.LossaryError(message)

    def _shown_table(self, first: str, second: str) -> CountTable:
        """Return the table of a pair in alphabetical order, without dropped labels."""
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
        table = as_sparse(self._shown_table(*pair))
        if not len(table.counts):
            message = f"no row has a label in both {column!r} and {other!r}: all rows are dropped"
            raise validation.LossaryError(message)
        return table if pair == (column, other) else table.transposed(1, 0)

    # --- files --------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write the counts into one file, atomically."""
        accumulator_io.write(
            path, accumulator_io.SavedState(self.counted, self.columns, self.config)
        )

    @classmethod
    def load(cls, path: str | Path) -> "Accumulator":
        """Return the accumulator that :meth:`save` wrote; a damaged file is an error."""
        found, made = accumulator_io.read(path), cls()
        made.counted, made.columns, made.config = found.counted, found.columns, found.config
        return made


def _other_columns(
    known: Sequence[str], came: Sequence[str], whose: str
) -> validation.LossaryError:
    lacking = [repr(name) for name in known if name not in came]
    more = [repr(name) for name in came if name not in known]
    parts = [
        *([f"lacks {', '.join(lacking)}"] if lacking else []),
        *([f"has the additional {', '.join(more)}"] if more else []),
    ]
    return validation.LossaryError(
        f"all batches must have the same columns, but {whose} {' and '.join(parts)}"
    )

"""Encoding of columns as a matrix, with statistics of the training rows alone."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lossary.study.columns import Columns

__all__ = ["Encoder"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Encoder:
    """Imputation and scaling of numbers, indicators of missing values, one-hot categories."""

    columns: Columns
    median: Array
    mean: Array
    scale: Array
    holes: NDArray[np.bool_]
    levels: tuple[tuple[str, ...], ...]

    @classmethod
    def fit(cls, columns: Columns, rows: pl.DataFrame) -> "Encoder":
        """Compute every statistic from the given rows."""
        found = [_statistics(_number(rows[c])) for c in (*columns.numbers, *columns.flags)]
        median, mean, scale, holes = np.array(found).reshape(-1, 4).T
        flags = np.arange(len(found)) >= len(columns.numbers)
        levels = tuple(
            tuple(sorted(rows[c].drop_nulls().unique().to_list())) for c in columns.categories
        )
        return cls(
            columns=columns,
            median=median,
            mean=np.where(flags, 0.0, mean),
            scale=np.where(flags | (scale == 0), 1.0, scale),
            holes=holes.astype(bool),
            levels=levels,
        )

    def transform(self, rows: pl.DataFrame) -> NDArray[np.float32]:
        """Return the matrix (rows, features)."""
        names = (*self.columns.numbers, *self.columns.flags)
        hot = [
            _one_hot(rows[c], v) for c, v in zip(self.columns.categories, self.levels, strict=True)
        ]
        holes = np.flatnonzero(self.holes)
        width = len(names) + len(holes)
        matrix = np.empty((rows.height, width + sum(h.shape[1] for h in hot)), dtype=np.float32)
        for i, name in enumerate(names):
            x = _number(rows[name])
            filled = np.where(np.isnan(x), self.median[i], x)
            matrix[:, i] = (filled - self.mean[i]) / self.scale[i]
        for j, hole in enumerate(holes, start=len(names)):
            matrix[:, j] = np.isnan(_number(rows[names[hole]]))
        if hot:
            matrix[:, width:] = np.hstack(hot)
        return matrix


def _number(column: pl.Series) -> Array:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _statistics(x: Array) -> tuple[float, float, float, float]:
    """Return the median, mean and scale after imputation, and 1 if a value is missing."""
    missing = np.isnan(x)
    present = x[~missing]
    median = float(np.median(present)) if present.size else 0.0
    filled = np.where(missing, median, x)
    return median, float(filled.mean()), float(filled.std()), float(missing.any())


def _one_hot(column: pl.Series, levels: tuple[str, ...]) -> NDArray[np.float32]:
    values = np.asarray(column.to_list(), dtype=object)
    missing = np.asarray(column.is_null().to_list(), dtype=np.float32)
    hot = [(values == level).astype(np.float32) for level in levels]
    return np.stack([*hot, missing], axis=1)

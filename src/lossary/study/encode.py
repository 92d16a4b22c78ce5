"""Columns as a matrix: medians, means, scales and categories come from the training rows alone."""

import warnings
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lossary.study.columns import Columns

__all__ = ["Encoder"]

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Encoder:
    """Numbers imputed and standardised, indicators of what was missing, categories one-hot."""

    columns: Columns
    median: Matrix
    mean: Matrix
    scale: Matrix
    holes: NDArray[np.bool_]
    levels: tuple[tuple[str, ...], ...]

    @classmethod
    def fit(cls, columns: Columns, rows: pl.DataFrame) -> "Encoder":
        """Take every statistic from the given rows."""
        x = _numbers(columns, rows)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
            median = np.nan_to_num(np.nanmedian(x, axis=0)) if x.size else np.zeros(x.shape[1])
        filled = np.where(np.isnan(x), median, x)
        mean, scale = filled.mean(axis=0), filled.std(axis=0)
        flags = np.arange(x.shape[1]) >= len(columns.numbers)
        levels = tuple(
            tuple(sorted(rows[c].drop_nulls().unique().to_list())) for c in columns.categories
        )
        return cls(
            columns=columns,
            median=median,
            mean=np.where(flags, 0.0, mean),
            scale=np.where(flags | (scale == 0), 1.0, scale),
            holes=np.asarray(np.isnan(x).any(axis=0)),
            levels=levels,
        )

    def transform(self, rows: pl.DataFrame) -> NDArray[np.float32]:
        """Return the matrix of the rows, one line each."""
        x = _numbers(self.columns, rows)
        missing = np.isnan(x)
        standard = (np.where(missing, self.median, x) - self.mean) / self.scale
        hot = [
            _one_hot(rows[c], v) for c, v in zip(self.columns.categories, self.levels, strict=True)
        ]
        return np.hstack([standard, missing[:, self.holes], *hot]).astype(np.float32)


def _numbers(columns: Columns, rows: pl.DataFrame) -> Matrix:
    names = (*columns.numbers, *columns.flags)
    casts = [pl.col(n).cast(pl.Float64).fill_null(float("nan")) for n in names]
    return rows.select(casts).to_numpy().astype(np.float64).reshape(rows.height, len(names))


def _one_hot(column: pl.Series, levels: tuple[str, ...]) -> Matrix:
    values = np.asarray(column.to_list(), dtype=object)
    missing = np.asarray(column.is_null().to_list(), dtype=np.float64)
    hot = [(values == level).astype(np.float64) for level in levels]
    return np.stack([*hot, missing], axis=1)

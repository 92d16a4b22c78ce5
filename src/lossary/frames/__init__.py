"""Measures over the columns of any data frame or engine, through Narwhals.

>>> import polars as pl
>>> from lossary import frames
>>> frame = pl.DataFrame({"x": ["a", "a", "b", "b"] * 9, "y": [0, 1] * 18})
>>> frames.mutual_information(frame, "x", "y", method="plug_in").value
0.0

:mod:`lossary.frames.information` has the options that all measures share.
"""

from lossary import validation

try:
    from lossary.frames.column_divergence import divergence
    from lossary.frames.column_drift import drift
    from lossary.frames.delimited_text import TextFormat
    from lossary.frames.drift_results import ColumnDrift, Drift, NearlyUnique, Retyped
    from lossary.frames.information import (
        conditional_mutual_information,
        entropy,
        information_gain,
        mutual_information,
    )
    from lossary.frames.information_matrix import mutual_information_matrix
    from lossary.frames.reading import read
    from lossary.frames.results import Divergence, Gain, Gains, Matrix
except ModuleNotFoundError as error:
    if error.name != "narwhals":
        raise
    validation.need("narwhals", "frames")

__all__ = [
    "ColumnDrift",
    "Divergence",
    "Drift",
    "Gain",
    "Gains",
    "Matrix",
    "NearlyUnique",
    "Retyped",
    "TextFormat",
    "conditional_mutual_information",
    "divergence",
    "drift",
    "entropy",
    "information_gain",
    "mutual_information",
    "mutual_information_matrix",
    "read",
]

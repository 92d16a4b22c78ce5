"""Columns of unsigned integer codes, and pairs of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

__all__ = ["Array", "Codes", "Pair", "cells"]

Array = np.ndarray[Any, Any]
Pair = tuple[int, int]
"""The indices of two columns."""


@dataclass(frozen=True)
class Codes:
    """A column of unsigned codes, each below ``levels``."""

    codes: Array
    levels: int


def cells(columns: Sequence[Codes], pair: Pair) -> int:
    """Return the number of cells of the table of two columns."""
    return prod(columns[i].levels for i in pair)

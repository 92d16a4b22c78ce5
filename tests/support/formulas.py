"""Numbers for the symbols of printed formulas, and formulas that are wrong."""

import re

import numpy as np
from mpmath import mp

from support.tex import Each


def numbers(values):
    """Numbers by their index, from 1."""
    found = np.asarray(values, dtype=float)
    return {
        (index[0] + 1 if found.ndim == 1 else tuple(i + 1 for i in index)): mp.mpf(float(x))
        for index, x in np.ndenumerate(found)
    }


def each(indices, values):
    """A symbol with these letters as its indices."""
    found = numbers(values)
    return Each(tuple(indices), {k if isinstance(k, tuple) else (k,): x for k, x in found.items()})


def column(values):
    """A vector."""
    return mp.matrix([mp.mpf(float(x)) for x in values])


def mutants(formula):
    """The formula with one sign, number or relation of its right-hand side changed."""
    swaps = {"+": "-", "-": "+", "2": "3", r"\le": r"\ge", r"\ge": r"\le", r"\min": r"\max"}
    swaps |= {r"\max": r"\min", r"\frac{1}{4}": r"\frac{1}{5}", "<": ">", r"\sum": r"\prod"}
    right = formula.index(" = ") if " = " in formula else -1
    for old, new in swaps.items():
        for found in re.finditer(re.escape(old) + r"(?![a-z])", formula):
            if found.start() > right:
                yield formula[: found.start()] + new + formula[found.end() :]

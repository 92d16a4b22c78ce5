"""Formulas that try one word each, or any few, at hard places: for interpreters to agree on."""

import math
from typing import Any

from hypothesis import strategies as st

from lossary.formulas.record import REAL, Formula, Pointwise
from lossary.formulas.vocabulary import constant

INF = math.inf

#: The hard places.
GRID = [-INF, -2.0, -1.0, 0.0, 1.0, 2.0, 1e-300, INF]

WORDS = {
    "log": lambda m, _, s: m.log(m.abs(s)),
    "log of anything": lambda m, _, s: m.where(s < 0, 0, m.log(m.maximum(s, 0))),
    "sqrt": lambda m, _, s: m.sqrt(m.abs(s)),
    "sign": lambda m, y, s: m.sign(s - y),
    "abs": lambda m, y, s: m.abs(s - y),
    "maximum": lambda m, y, s: m.maximum(s - y, 1),
    "minimum": lambda m, y, s: m.minimum(s - y, 1),
    "minimum, turned": lambda m, y, s: m.minimum(1, s - y),
    "<": lambda m, y, s: m.where(s - y < 1, 1, 2),
    "<, turned": lambda m, y, s: m.where(1 < (s - y), 1, 2),  # noqa: SIM300
    ">": lambda m, y, s: m.where(s - y > 1, 1, 2),
    "<=": lambda m, y, s: m.where(s - y <= 1, 1, 2),
    ">=": lambda m, y, s: m.where(s - y >= 1, 1, 2),
    "==": lambda m, y, s: m.where(s - y == s - y, 1, 2),
    "!=": lambda m, y, s: m.where(s - y != 2 * (s - y), 1, 2),
    "and": lambda m, y, s: m.where((s - y > 0) & (s > 0), 1, 2),
    "or": lambda m, y, s: m.where((s - y > 0) | (s > 0), 1, 2),
    "0 / 0": lambda m, y, s: m.abs(s) / m.abs(y),
    "0 ** 0": lambda m, y, s: m.abs(s) ** m.abs(y),
    "order": lambda _, y, s: s + (1 - s) - (y - (s - y)),
}


def loss_of(value: Formula) -> Pointwise:
    """A record whose every formula is the given one."""
    return Pointwise(
        **dict.fromkeys(("definition", "value", "gradient", "hessian"), value),
        **dict.fromkeys(("name", "summary", "source"), "word"),
        target=REAL,
    )


def same(a: float | None, b: float | None) -> bool:
    """Whether two numbers are equal, NaN to NaN and nothing to nothing."""
    return a == b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))


EXACT = st.sampled_from(
    [
        lambda _, a, b: a + b,
        lambda _, a, b: a - b,
        lambda _, a, b: a * b,
        lambda m, a, b: a / (1 + m.abs(b)),
        lambda _, a, __: -a,
        lambda m, a, _: m.abs(a),
        lambda m, a, _: m.sqrt(m.abs(a)),
        lambda m, a, _: m.sign(a),
        lambda m, a, b: m.maximum(a, b),
        lambda m, a, b: m.minimum(a, b),
        lambda m, a, b: m.where(a < b, a, b + 1),
        lambda m, a, b: m.where((a >= b) | (a == b), a, 2),
        lambda m, a, b: m.where((a != b) & (b <= a), b, a),
    ]
)
TREES = st.recursive(
    st.sampled_from(["y", "s", 1, -2, 0.5]), lambda t: st.tuples(EXACT, t, t), max_leaves=12
)


def grown(tree: Any) -> Formula:
    """A formula from a random tree of exact operations."""

    def branch(m, part, y, s):
        if not isinstance(part, tuple):
            return {"y": y, "s": s}[part] if isinstance(part, str) else constant(m, part, y)
        make, left, right = part
        return make(m, branch(m, left, y, s), branch(m, right, y, s))

    return lambda m, y, s: branch(m, tree, y, s)

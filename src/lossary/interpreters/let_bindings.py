"""Let bindings: an expression as levels of named parts, each computed from the levels before it."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lossary.interpreters.trace import Expression, postorder

__all__ = ["Steps", "staged", "tree_size"]

_LEAVES = ("constant", "variable")
_REDUCTIONS = ("total", "largest")


@dataclass(frozen=True)
class Steps:
    """Named parts, level by level, and the expression of them."""

    levels: list[dict[str, Expression]]
    result: Expression


def _inner(node: Expression) -> tuple[Expression, ...]:
    return () if node.operation in _LEAVES else node.arguments


def tree_size(root: Expression) -> int:
    """Return the number of operations of an expression without shared parts."""
    sizes: dict[int, int] = {}
    for node in postorder(root):
        sizes[id(node)] = 1 + sum(sizes[id(a)] for a in _inner(node))
    return sizes[id(root)]


def _reduces(root: Expression) -> bool:
    return any(part.operation in _REDUCTIONS for part in postorder(root))


def _outside(order: list[Expression], names: Collection[str]) -> dict[int, bool]:
    """Return for each part whether it is constant over a reduction, and not a number."""
    outside: dict[int, bool] = {}
    element: dict[int, bool] = {}
    for node in order:
        inner = _inner(node)
        reduced = node.operation in _REDUCTIONS
        named = node.operation == "variable" and node.arguments[0] in names
        element[id(node)] = not reduced and (named or any(element[id(a)] for a in inner))
        varies = node.operation == "variable" or reduced or any(outside[id(a)] for a in inner)
        outside[id(node)] = varies and not element[id(node)]
    return outside


def staged(
    root: Expression, names: Iterator[str], *, least: int, within: Collection[str] = ()
) -> Steps:
    """Name every part that is used more than once and has at least ``least`` operations.

    ``within`` are the variables of an element of a reduction. Parts that contain them stay in
    place; the constant parts that they use are named, so that they are computed once.
    """
    order = list(postorder(root))
    outside = _outside(order, within)
    uses = Counter(id(a) for node in order for a in _inner(node))
    hoisted = {id(a) for node in order if not outside[id(node)] for a in _inner(node)}
    levels: list[dict[str, Expression]] = []
    depth: dict[int, int] = {}
    done: dict[int, Expression] = {}
    for node in order:
        level = max((depth[id(a)] for a in _inner(node)), default=0)
        part = node
        if node.operation not in _LEAVES:
            part = root.tracer.apply(node.operation, *(done[id(a)] for a in node.arguments))
        shared = uses[id(node)] > 1 or id(node) in hoisted
        large = tree_size(part) >= least or _reduces(part)
        if shared and large and outside[id(node)] and part.operation not in _LEAVES:
            levels.extend({} for _ in range(level + 1 - len(levels)))
            name = next(names)
            levels[level][name] = part
            part, level = root.tracer.variable(name), level + 1
        depth[id(node)], done[id(node)] = level, part
    return Steps(levels, done[id(root)])

"""Numba source of formulas: assignments in which every shared part is computed once.

The functions are those of ``lossary.kernels.cpu.kernel_namespace``, which the generated module
imports; ``F`` is its floating-point type.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf, isnan

from lossary.interpreters.trace import Expression, postorder
from lossary.interpreters.value_ranges import Ranges

__all__ = ["function"]

_INFIX = ("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=")
_NARROWER = {"exp": ("exp_nonpositive", -inf, 0), "log1p": ("log1p_unit", 0, 1)}
_NAMED = {"abs": "absolute", "and": "both", "or": "either", "**": "power"}


def function(
    name: str,
    arguments: Sequence[str],
    results: Sequence[Expression],
    parameters: Mapping[str, str] | None = None,
) -> str:
    """Return the source of an elementwise function that returns a number, or a tuple of them.

    ``parameters`` maps the variables that are not arguments to the source of their values.
    """
    printer = _Printer()
    taken = [f"{symbol} = {source}" for symbol, source in (parameters or {}).items()]
    lines = [*taken, *printer.lines(results)]
    returned = ", ".join(printer.name(r) for r in results)
    body = "\n    ".join([*lines, f"return {returned}"])
    return f"@inlined\ndef {name}({', '.join(arguments)}):\n    {body}\n"


class _Printer:
    """Names of the parts of expressions."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._ranges = Ranges()

    def name(self, node: Expression) -> str:
        """Return the text of a part: its name, or the constant itself."""
        return self._names[id(node)]

    def lines(self, roots: Sequence[Expression]) -> Iterator[str]:
        """Yield one assignment for each part other than a leaf."""
        for root in roots:
            for node in postorder(root):
                if id(node) in self._names:
                    continue
                if node.operation == "variable":
                    self._names[id(node)] = node.arguments[0]
                elif node.operation == "constant":
                    self._names[id(node)] = _constant(node.arguments[0])
                else:
                    text = self._text(node)
                    self._names[id(node)] = f"t{len(self._names)}"
                    yield f"{self._names[id(node)]} = {text}"

    def _text(self, node: Expression) -> str:
        operation, parts = node.operation, [self.name(a) for a in node.arguments]
        if operation in _INFIX:
            return f"{parts[0]} {operation} {parts[1]}"
        if operation == "neg":
            return f"-{parts[0]}"
        if operation == "**" and _whole(node.arguments[1]):
            return " * ".join([parts[0]] * int(node.arguments[1].arguments[0]))
        if operation in _NARROWER:
            narrower, low, high = _NARROWER[operation]
            found = self._ranges(node.arguments[0])
            operation = narrower if low <= found.low and found.high <= high else operation
        return f"{_NAMED.get(operation, operation)}({', '.join(parts)})"


def _whole(node: Expression) -> bool:
    """Return whether a power is computed by a few multiplications."""
    return node.operation == "constant" and node.arguments[0] in (2, 3, 4)


def _constant(x: float) -> str:
    if isinstance(x, bool):
        return str(x)
    if isnan(x):
        return "NAN"
    if abs(x) == inf:
        return "INFINITY" if x > 0 else "-INFINITY"
    return f"F({float(x)!r})"

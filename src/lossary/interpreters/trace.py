"""Tracer of formulas into expressions whose equal sub-expressions are one object."""

from collections.abc import Callable, Iterator
from typing import Any

from lossary.formulas.record import Formula
from lossary.formulas.vocabulary import WORDS

__all__ = ["Expression", "Tracer", "postorder", "trace"]

_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


_NEUTRAL_RIGHT = {"+": 0, "-": 0, "*": 1, "/": 1, "**": 1}
_NEUTRAL_LEFT = {"+": 0, "*": 1}


class Expression:
    """Operation on arguments; ``constant`` and ``variable`` hold their content instead.

    Operators build new expressions. Comparisons do too, so expressions are compared by
    identity: their tracer keeps one object for each distinct expression.
    """

    __slots__ = ("arguments", "operation", "tracer")

    def __init__(self, tracer: "Tracer", operation: str, arguments: tuple[Any, ...]) -> None:
        self.tracer, self.operation, self.arguments = tracer, operation, arguments

    def __bool__(self) -> bool:
        message = "a formula may not branch on a value: write m.where instead of if"
        raise TypeError(message)

    def __add__(self, other: Any) -> "Expression":
        return self.tracer.apply("+", self, other)

    def __radd__(self, other: Any) -> "Expression":
        return self.tracer.apply("+", other, self)

    def __sub__(self, other: Any) -> "Expression":
        return self.tracer.apply("-", self, other)

    def __rsub__(self, other: Any) -> "Expression":
        return self.tracer.apply("-", other, self)

    def __mul__(self, other: Any) -> "Expression":
        return self.tracer.apply("*", self, other)

    def __rmul__(self, other: Any) -> "Expression":
        return self.tracer.apply("*", other, self)

    def __truediv__(self, other: Any) -> "Expression":
        return self.tracer.apply("/", self, other)

    def __rtruediv__(self, other: Any) -> "Expression":
        return self.tracer.apply("/", other, self)

    def __pow__(self, other: Any) -> "Expression":
        return self.tracer.apply("**", self, other)

    def __rpow__(self, other: Any) -> "Expression":
        return self.tracer.apply("**", other, self)

    def __neg__(self) -> "Expression":
        return self.tracer.apply("neg", self)

    def __lt__(self, other: Any) -> "Expression":
        return self.tracer.apply("<", self, other)

    def __le__(self, other: Any) -> "Expression":
        return self.tracer.apply("<=", self, other)

    def __gt__(self, other: Any) -> "Expression":
        return self.tracer.apply(">", self, other)

    def __ge__(self, other: Any) -> "Expression":
        return self.tracer.apply(">=", self, other)

    def __eq__(self, other: object) -> "Expression":  # type: ignore[override]
        return self.tracer.apply("==", self, other)

    def __ne__(self, other: object) -> "Expression":  # type: ignore[override]
        return self.tracer.apply("!=", self, other)

    def __and__(self, other: Any) -> "Expression":
        return self.tracer.apply("and", self, other)

    def __or__(self, other: Any) -> "Expression":
        return self.tracer.apply("or", self, other)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{self.operation}({', '.join(map(repr, self.arguments))})"


def _number(x: Expression) -> Any:
    """Return the content of a constant, None for everything else."""
    return x.arguments[0] if x.operation == "constant" else None


class Tracer:
    """Vocabulary of symbols; equal operations on equal arguments give one shared object."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Expression] = {}

    def variable(self, name: str) -> Expression:
        """Return the variable of a name."""
        return self._intern("variable", (name,))

    def lift(self, x: Any) -> Expression:
        """Return x as an expression; True and False become conditions."""
        return x if isinstance(x, Expression) else self._intern("constant", (x,))

    def apply(self, operation: str, *arguments: Any) -> Expression:
        """Return the operation on the arguments, simplified where the result is exactly equal."""
        lifted = tuple(self.lift(a) for a in arguments)
        simple = self._simplify(operation, lifted)
        return self._intern(operation, lifted) if simple is None else simple

    def _intern(self, operation: str, arguments: tuple[Any, ...]) -> Expression:
        # 1, 1.0 and True are equal keys but not the same constant.
        key = (
            operation,
            *((id(a) if isinstance(a, Expression) else (type(a), a)) for a in arguments),
        )
        if key not in self._known:
            self._known[key] = Expression(self, operation, arguments)
        return self._known[key]

    def _simplify(self, operation: str, arguments: tuple[Expression, ...]) -> Expression | None:
        match operation, arguments:
            case "where", (condition, a, b) if isinstance(_number(condition), bool):
                return a if _number(condition) else b
            case "neg", (a,) if _number(a) is not None:
                return self.lift(-_number(a))
            case "abs", (a,) if a.operation == "neg":
                return self.apply("abs", *a.arguments)
            case _, (a, b):
                return self._fold(operation, a, b)
        return None

    def _fold(self, operation: str, a: Expression, b: Expression) -> Expression | None:
        x, y = _number(a), _number(b)
        if operation in _FOLD and None not in (x, y) and (operation, y) != ("/", 0):
            return self.lift(_FOLD[operation](x, y))
        if y is not None and y == _NEUTRAL_RIGHT.get(operation):
            return a
        if x is not None and x == _NEUTRAL_LEFT.get(operation):
            return b
        return None

    def __getattr__(self, word: str) -> Callable[..., Expression]:
        if word not in WORDS:
            message = f"{word!r} is not in the vocabulary; its words are {', '.join(WORDS)}"
            raise AttributeError(message)
        return lambda *arguments: self.apply(word, *arguments)


def trace(formula: Formula, *arguments: str, **parameters: Any) -> Expression:
    """Return the formula as an expression of the named variables.

    A parameter given as text becomes a variable of that name; a number stays a constant.
    """
    m = Tracer()
    symbols = [m.variable(a) for a in arguments]
    bound = {k: m.variable(v) if isinstance(v, str) else v for k, v in parameters.items()}
    return m.lift(formula(m, *symbols, **bound))


def postorder(root: Expression) -> Iterator[Expression]:
    """Yield every sub-expression once, arguments before operations on them."""
    seen: set[int] = set()
    stack: list[tuple[Expression, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            if node.operation not in ("constant", "variable"):
                stack.extend((a, False) for a in reversed(node.arguments))

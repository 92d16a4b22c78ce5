"""The tracer: a formula becomes an expression whose equal sub-expressions are one object."""

from collections.abc import Callable, Iterator
from typing import Any

from lossary.formulas.record import Formula
from lossary.formulas.vocabulary import WORDS

__all__ = ["Expression", "Tracer", "postorder", "trace"]

Number = int | float

_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


class Expression:
    """An operation on arguments; ``constant`` and ``variable`` hold their content instead.

    Operators build new expressions. Comparisons do too, so expressions are told apart by
    identity: the tracer that made them keeps one object for each meaning.
    """

    __slots__ = ("arguments", "operation", "tracer")

    def __init__(self, tracer: "Tracer", operation: str, arguments: tuple[Any, ...]) -> None:
        self.tracer, self.operation, self.arguments = tracer, operation, arguments

    def __bool__(self) -> bool:
        raise TypeError("a formula may not branch on a value: write m.where instead of if")

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


class Tracer:
    """A vocabulary of symbols. Equal operations on equal arguments give one shared object."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Expression] = {}

    def variable(self, name: str) -> Expression:
        """Return the symbol of that name."""
        return self._intern("variable", (name,))

    def lift(self, x: Any) -> Expression:
        """Return x as an expression; True and False stay what they are as conditions."""
        return x if isinstance(x, Expression) else self._intern("constant", (x,))

    def apply(self, operation: str, *arguments: Any) -> Expression:
        """Return the operation on the arguments, simplified where nothing can change."""
        lifted = tuple(self.lift(a) for a in arguments)
        simple = self._simplify(operation, lifted)
        return self._intern(operation, lifted) if simple is None else simple

    def _intern(self, operation: str, arguments: tuple[Any, ...]) -> Expression:
        # 1, 1.0 and True are equal keys but not the same constant.
        key = (operation, *((id(a) if isinstance(a, Expression) else (type(a), a)) for a in arguments))
        if key not in self._known:
            self._known[key] = Expression(self, operation, arguments)
        return self._known[key]

    def _simplify(self, operation: str, arguments: tuple[Expression, ...]) -> Expression | None:
        constants = [a.arguments[0] if a.operation == "constant" else None for a in arguments]
        if operation == "where" and isinstance(constants[0], bool):
            return arguments[1] if constants[0] else arguments[2]
        if operation == "neg":
            return self.lift(-constants[0]) if constants[0] is not None else None
        if len(arguments) != 2:
            return None
        a, b = constants
        if operation in _FOLD and a is not None and b is not None and not (operation == "/" and b == 0):
            return self.lift(_FOLD[operation](a, b))
        if (operation in ("*", "/", "**") and b == 1) or (operation in ("+", "-") and b == 0):
            return arguments[0]
        if (operation == "*" and a == 1) or (operation == "+" and a == 0):
            return arguments[1]
        return None

    def __getattr__(self, word: str) -> Callable[..., Expression]:
        if word not in WORDS:
            raise AttributeError(f"{word!r} is not in the vocabulary; its words are {', '.join(WORDS)}")
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
    """Yield every sub-expression once, arguments before what is made of them."""
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

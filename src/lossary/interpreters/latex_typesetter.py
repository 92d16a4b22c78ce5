"""LaTeX of an expression, with a minimum of parentheses and signs."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from lossary.interpreters.textbook_form import factors, negative, summands
from lossary.interpreters.trace import Expression, postorder

__all__ = ["Typesetter", "cases", "script"]

_RELATIONS = {
    "<": "<",
    "<=": r"\le",
    ">": ">",
    ">=": r"\ge",
    "==": "=",
    "!=": r"\ne",
    "and": r"\text{ and }",
    "or": r"\text{ or }",
}
_WORDS = {
    "maximum": r"\max",
    "minimum": r"\min",
    "sign": r"\operatorname{sgn}",
    "sigmoid": r"\sigma",
}
_LAST = ("log", "total")
_SUMS = ("+", "-")
_COMPOUND = ("+", "-", "neg", "*", "/", "where")
_RANKS = {"constant": 0, "+": 4, "-": 4, "where": 4, "log": 6, "total": 6}


def _enclosed(left: str, inner: str, right: str) -> str:
    tall = any(sign in inner for sign in (r"\frac", r"\sum", r"\begin"))
    return rf"\left{left} {inner} \right{right}" if tall else f"{left}{inner}{right}"


def _inverse(node: Expression) -> Expression | None:
    """Return log(b / a) for log(a / b), or a sum of such; None for anything else."""
    apply, (x,) = node.tracer.apply, node.arguments
    product = factors(x)
    if node.operation == "log" and product.below:
        return apply("log", factors(apply("/", 1, x)).build())
    logs = [f for f in product.above if f.operation == "log"]
    inverse = _inverse(logs[0]) if node.operation == "total" and logs else None
    if inverse is None:
        return None
    return apply("total", factors(apply("*", apply("/", x, logs[0]), inverse)).build())


def _has_total(node: Expression) -> bool:
    return any(part.operation == "total" for part in postorder(node))


def _is_difference(node: Expression) -> bool:
    return node.operation == "-" and "constant" not in {a.operation for a in node.arguments}


def script(sign: str, inner: str) -> str:
    """Return a sub- or superscript, in braces where it is more than one letter."""
    return f"{sign}{inner}" if len(inner) == 1 else f"{sign}{{{inner}}}"


class Typesetter:
    """Printer of expressions, given the LaTeX of each variable and the index of ``total``.

    In a product the ``constants`` come first.
    """

    def __init__(self, symbols: Mapping[str, str], index: str, constants: frozenset[str]) -> None:
        self._symbols, self._index, self._constants = symbols, index, constants
        self._writers: dict[str, Callable[[Expression], str]] = {
            **dict.fromkeys(_SUMS, self._sum),
            **dict.fromkeys(("neg", "*", "/"), self._alone),
            **dict.fromkeys(_RELATIONS, self._relation),
            "variable": lambda node: self._symbols[node.arguments[0]],
            "constant": lambda node: f"{node.arguments[0]:g}".replace("inf", r"\infty"),
            "**": self._power,
            "exp": self._exp,
            "log": self._log,
            "sqrt": lambda node: rf"\sqrt{{{self(node.arguments[0])}}}",
            "abs": lambda node: _enclosed("|", self(node.arguments[0]), "|"),
            "where": self._cases,
            "total": self._total,
        }

    def __call__(self, node: Expression) -> str:
        """Return the LaTeX of a whole expression."""
        return self._writers.get(node.operation, self._named)(node)

    def _named(self, node: Expression) -> str:
        inner = ", ".join(map(self, node.arguments))
        return f"{_WORDS[node.operation]}{_enclosed('(', inner, ')')}"

    def _relation(self, node: Expression) -> str:
        left, right = map(self, node.arguments)
        return f"{left} {_RELATIONS[node.operation]} {right}"

    def _alone(self, node: Expression) -> str:
        sign, text = self._product(node, alone=True)
        return text if sign > 0 else f"-{text}"

    def _sum(self, node: Expression) -> str:
        terms = [self._product(term, sign) for sign, term in summands(node)]
        if terms[0][0] < 0 < max(sign for sign, _ in terms):
            leader = next(i for i, (sign, _) in enumerate(terms) if sign > 0)
            terms.insert(0, terms.pop(leader))
        (sign, text), *others = terms
        text = text if sign > 0 else f"-{text}"
        return text + "".join(f" {'+' if sign > 0 else '-'} {term}" for sign, term in others)

    def _product(self, node: Expression, sign: int = 1, *, alone: bool = False) -> tuple[int, str]:
        """Return the sign of a product and the LaTeX of the rest."""
        product = factors(node)
        sign, above, below = sign * product.sign, product.above, product.below
        if alone and sign < 0 and any(map(_has_total, below)):
            sign, below[0] = 1, below[0].tracer.apply("neg", below[0])
        for i, factor in enumerate(above):
            turned: Expression | None = None
            if factor.operation in _SUMS and all(s < 0 for s, _ in summands(factor)):
                turned = negative(factor)
            elif sign < 0 and factor.operation in _LAST:
                turned = _inverse(factor)
            elif sign < 0 and alone and _is_difference(factor):
                turned = negative(factor)
            if turned is not None:
                sign, above[i] = -sign, turned
        return sign, self._quotient(product.number, above, below)

    def _quotient(
        self, number: Fraction, above: Sequence[Expression], below: Sequence[Expression]
    ) -> str:
        """Print a fraction, followed by logarithms and sums unless it is a ratio of sums."""
        ratio = any(map(_has_total, below))
        behind = [f for f in above if f.operation in _LAST and not ratio]
        top = [f for f in above if f.operation not in _LAST or ratio]
        slim = len(top) == 1 and not behind and self._slim(top[0])
        if number.denominator > 1 and not below and not slim:
            head = rf"\frac{{{number.numerator}}}{{{number.denominator}}}"
            return f"{head} {self._row(1, [*top, *behind])}"
        if number.denominator == 1 and not below:
            return self._row(number.numerator, above)
        bottom = self._row(number.denominator, below)
        head = rf"\frac{{{self._row(number.numerator, top)}}}{{{bottom}}}"
        return f"{head} {self._row(1, behind)}" if behind else head

    def _slim(self, node: Expression) -> bool:
        """Return whether an expression is a numerator without parentheses."""
        base = node.arguments[0] if node.operation == "**" else node
        return base.operation == "variable" or node.operation in _SUMS

    def _row(self, number: int, nodes: Sequence[Expression]) -> str:
        if number == 1 and len(nodes) == 1:
            return self(nodes[0])
        texts = [str(number)] if number != 1 or not nodes else []
        for node in sorted(nodes, key=self._rank):
            text = _enclosed("(", self(node), ")") if node.operation in _COMPOUND else self(node)
            touching = bool(texts) and texts[-1].endswith(")") and text.startswith("p(")
            texts.append(rf"\, {text}" if touching else text)
        return " ".join(texts)

    def _rank(self, node: Expression) -> tuple[int, int]:
        """Return the sort key of a factor: numbers, constants, variables, sums, functions."""
        if node.operation == "**":
            return self._rank(node.arguments[0])
        if node.operation == "variable":
            name = node.arguments[0]
            return 1 if name in self._constants else 2, list(self._symbols).index(name)
        return _RANKS.get(node.operation, 5), 0

    def _power(self, node: Expression) -> str:
        base, exponent = node.arguments
        return self._base(base) + script("^", self(exponent))

    def _exp(self, node: Expression) -> str:
        inner = self(node.arguments[0])
        tall = r"\sum" in inner or r"\frac" in inner
        return rf"\exp{_enclosed('(', inner, ')')}" if tall else "e" + script("^", inner)

    def _log(self, node: Expression) -> str:
        inner, bare = self(node.arguments[0]), self._bare(node.arguments[0])
        return rf"\log {inner}" if bare else rf"\log{_enclosed('(', inner, ')')}"

    def _base(self, node: Expression) -> str:
        text = self(node)
        bare = node.operation in ("variable", "maximum", "minimum", "abs", "sigmoid")
        return text if bare else _enclosed("(", text, ")")

    def _bare(self, node: Expression) -> bool:
        """Return whether an argument of a logarithm needs no parentheses."""
        if node.operation in ("*", "/"):
            return self(node).startswith(r"\frac") and not self(node).endswith(")")
        return node.operation not in (*_COMPOUND, "log")

    def _total(self, node: Expression) -> str:
        index, (body,) = self._index, node.arguments
        if body.operation == "where" and body.arguments[0].operation == "==":
            # Omitted by formulas at a mass of 0.
            index, body = f"{self(body.arguments[0].arguments[0])} > 0", body.arguments[2]
        text = self(body)
        text = _enclosed("(", text, ")") if body.operation in _SUMS else text
        return rf"\sum{script('_', index)} {text}"

    def _cases(self, node: Expression) -> str:
        branches = []
        while node.operation == "where":
            condition, value, node = node.arguments
            branches.append((self(value), rf"\text{{if }} {self(condition)}"))
        return cases([*branches, (self(node), r"\text{otherwise}")])


def cases(branches: Sequence[tuple[str, str]]) -> str:
    """Return values and conditions under one brace."""
    lines = r" \\ ".join(f"{value} & {condition}" for value, condition in branches)
    return rf"\begin{{cases}} {lines} \end{{cases}}"

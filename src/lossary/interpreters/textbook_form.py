"""Rewriting of an expression into the usual textbook form."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import reduce
from math import inf

from lossary.interpreters.trace import Expression, postorder

__all__ = [
    "Product",
    "branches",
    "factors",
    "limits",
    "negative",
    "rewrite",
    "summands",
    "textbook",
]

Rule = Callable[[Expression], Expression | None]
Summands = list[tuple[int, Expression]]
_LEAVES = ("constant", "variable")


class Product:
    """Product as a sign, a number and powers: each base once, with the sum of its exponents."""

    def __init__(self, node: Expression) -> None:
        self._like = node
        self.sign, self.number = 1, Fraction(1)
        self._powers: dict[int, tuple[Expression, Fraction, Summands]] = {}
        self._multiply(node, 1)

    def _multiply(self, node: Expression, exponent: int) -> None:
        number = _number(node)
        if number:
            self.sign *= -1 if number < 0 else 1
            self.number *= abs(number) ** exponent
        elif node.operation == "neg":
            self.sign *= -1
            self._multiply(node.arguments[0], exponent)
        elif node.operation == "*":
            self._multiply(node.arguments[0], exponent)
            self._multiply(node.arguments[1], exponent)
        elif node.operation == "/" and _number(node.arguments[1]) != 0:
            self._multiply(node.arguments[0], exponent)
            self._multiply(node.arguments[1], -exponent)
        elif node.operation == "**":
            base, power = node.arguments
            self._raise(base, power, exponent)
        else:
            self._add(node, Fraction(exponent), [])

    def _raise(self, base: Expression, power: Expression, exponent: int) -> None:
        terms = [(exponent * sign, term) for sign, term in summands(power)]
        numbers = [sign * (_number(term) or Fraction(0)) for sign, term in terms]
        known = sum(numbers, Fraction(0))
        symbols = [(sign, term) for sign, term in terms if _number(term) is None]
        if base.operation == "sqrt" and not symbols and known % 2 == 0:
            base, known = base.arguments[0], known / 2
        self._add(base, known, symbols)

    def _add(self, base: Expression, known: Fraction, symbols: Summands) -> None:
        _, before, more = self._powers.get(id(base), (base, Fraction(0), []))
        self._powers[id(base)] = (base, before + known, more + symbols)

    @property
    def above(self) -> list[Expression]:
        """The factors of the numerator."""
        return [p for p in (_power(*entry, 1) for entry in self._powers.values()) if p is not None]

    @property
    def below(self) -> list[Expression]:
        """The factors of the denominator."""
        return [p for p in (_power(*entry, -1) for entry in self._powers.values()) if p is not None]

    @property
    def sides(self) -> tuple[list[Expression], list[Expression]]:
        """The factors above and below the fraction bar."""
        return self.above, self.below

    def build(self) -> Expression:
        """Return the product as an expression again."""
        tracer = self._like.tracer
        above = _multiplied(tracer.lift(self.number.numerator), self.above)
        below = _multiplied(tracer.lift(self.number.denominator), self.below)
        result = tracer.apply("/", above, below)
        return tracer.apply("neg", result) if self.sign < 0 else result


def _multiplied(first: Expression, others: Iterable[Expression]) -> Expression:
    return reduce(lambda a, b: a.tracer.apply("*", a, b), others, first)


def _power(base: Expression, known: Fraction, symbols: Summands, side: int) -> Expression | None:
    """Return a factor as a power above (1) or below (-1) the fraction bar, else None."""
    apply, lift = base.tracer.apply, base.tracer.lift
    if symbols:
        constant = [(1 if known > 0 else -1, lift(_plain(abs(known))))] if known else []
        return apply("**", base, _added(base, [*symbols, *constant])) if side > 0 else None
    return apply("**", base, lift(_plain(side * known))) if side * known > 0 else None


def _plain(number: Fraction) -> float:
    return number.numerator if number.denominator == 1 else float(number)


def _added(like: Expression, terms: Summands) -> Expression:
    """Return the sum of signed terms."""
    apply = like.tracer.apply
    result: Expression | None = None
    for sign, term in terms:
        if result is None:
            result = term if sign > 0 else apply("neg", term)
        else:
            result = apply("+" if sign > 0 else "-", result, term)
    return like.tracer.lift(0) if result is None else result


def _number(node: Expression) -> Fraction | None:
    if node.operation != "constant" or isinstance(node.arguments[0], bool):
        return None
    value = node.arguments[0]
    return Fraction(str(value)) if abs(value) < inf else None


def factors(node: Expression) -> Product:
    """Flatten nested products, quotients, powers and signs."""
    return Product(node)


def summands(node: Expression, sign: int = 1) -> Iterator[tuple[int, Expression]]:
    """Flatten nested sums, differences and signs into signed terms."""
    if node.operation in ("+", "-"):
        yield from summands(node.arguments[0], sign)
        yield from summands(node.arguments[1], -sign if node.operation == "-" else sign)
    elif node.operation == "neg":
        yield from summands(node.arguments[0], -sign)
    elif (number := _number(node)) is not None and number < 0:
        yield -sign, node.tracer.lift(-node.arguments[0])
    elif node.operation in ("*", "/"):
        product = factors(node)
        sign *= product.sign
        product.sign = 1
        yield sign, product.build()
    else:
        yield sign, node


def negative(node: Expression) -> Expression:
    """Return a sum with every sign inverted."""
    return _added(node, list(summands(node, -1)))


def rewrite(root: Expression, rule: Rule) -> Expression:
    """Apply a rule to every sub-expression, innermost first, until nothing changes."""
    done: dict[int, Expression] = {}
    for node in postorder(root):
        new = node
        if node.operation not in _LEAVES:
            new = root.tracer.apply(node.operation, *(done[id(a)] for a in node.arguments))
        better = rule(new)
        done[id(node)] = new if better is None or better is new else rewrite(better, rule)
    return done[id(root)]


def _logarithm(node: Expression) -> Expression | None:
    """Write log a - log b as log(a / b), log1p and expm1 in full."""
    apply = node.tracer.apply
    if node.operation == "log1p":
        return apply("log", apply("+", 1, node.arguments[0]))
    if node.operation == "expm1":
        return apply("-", apply("exp", node.arguments[0]), 1)
    if node.operation == "-" and all(a.operation == "log" for a in node.arguments):
        return apply("log", apply("/", *(a.arguments[0] for a in node.arguments)))
    return None


def _exponential(node: Expression) -> Expression | None:
    """Write exp(c log x) as a power, and 1 / (1 + exp(-x)) as sigmoid(x)."""
    apply = node.tracer.apply
    if node.operation == "exp":
        product = factors(node.arguments[0])
        logs = [f for f in product.above if f.operation == "log"]
        if len(logs) == 1:
            rest = apply("/", node.arguments[0], logs[0])
            return apply("**", logs[0].arguments[0], factors(rest).build())
    if node.operation == "/" and _number(node.arguments[0]) == 1:
        (first, one), *others = summands(node.arguments[1])
        if _number(one) == first and [s for s, e in others if e.operation == "exp"] == [1]:
            return apply("sigmoid", negative(others[0][1].arguments[0]))
    return None


def _fraction(node: Expression) -> Expression | None:
    """Take quotients out of roots, powers and absolute values; all quantities are positive."""
    apply = node.tracer.apply
    if node.operation not in ("sqrt", "**", "abs"):
        return None
    inner, *rest = node.arguments
    if inner.operation in ("+", "-"):
        inner = _common(inner)
    if inner.operation == "/" and _number(inner.arguments[1]) is None:
        above, below = inner.arguments
        bottom = below if node.operation == "abs" else apply(node.operation, below, *rest)
        return apply("/", apply(node.operation, above, *rest), bottom)
    return None


def _common(node: Expression) -> Expression:
    """Return a sum over its common denominator."""
    apply, terms = node.tracer.apply, list(summands(node))
    below = next((b for _, term in terms for b in factors(term).below), None)
    if below is None:
        return node
    over = [(sign, factors(apply("*", term, below)).build()) for sign, term in terms]
    return apply("/", _added(node, over), below)


def _product(node: Expression) -> Expression | None:
    """Collect equal factors; multiply a sum by what cancels one of its denominators."""
    if node.operation not in ("*", "/", "neg", "**"):
        return None
    apply, product = node.tracer.apply, factors(node)
    variables = [f for f in product.above if f.operation == "variable"]
    for total in (f for f in product.above if f.operation in ("+", "-")):
        terms = list(summands(total))
        below = {id(node.arguments[1]) for node in postorder(total) if node.operation == "/"}
        for v in (v for v in variables if id(v) in below):
            whole = _added(node, [(sign, apply("*", v, term)) for sign, term in terms])
            return apply("*", factors(apply("/", node, apply("*", v, total))).build(), whole)
    return product.build()


def _outside(node: Expression, constants: frozenset[str]) -> bool:
    return all(v.arguments[0] in constants for v in postorder(node) if v.operation == "variable")


def _total(node: Expression, constants: frozenset[str]) -> Expression | None:
    """Move factors that do not depend on the index out of a sum."""
    if node.operation != "total":
        return None
    apply, lift, body = node.tracer.apply, node.tracer.lift, node.arguments[0]
    limited = body.operation == "where"
    product = factors(body.arguments[2] if limited else body)
    inside = [[f for f in side if not _outside(f, constants)] for side in product.sides]
    outside = [[f for f in side if _outside(f, constants)] for side in product.sides]
    term = apply("/", *(_multiplied(lift(1), side) for side in inside))
    total = apply("total", apply("where", *body.arguments[:2], term) if limited else term)
    above = _multiplied(lift(product.number.numerator), [*outside[0], total])
    below = _multiplied(lift(product.number.denominator), outside[1])
    result = apply("/", above, below)
    return apply("neg", result) if product.sign < 0 else result


def limits(root: Expression, constants: Iterable[str]) -> Expression:
    """Omit the case of a zero mass where it is the limit of the other case.

    A power whose exponent may be 0 keeps the case: outcomes of mass 0 do not count.
    """
    names = frozenset(constants)
    return rewrite(root, lambda node: _limit(node, names))


def _limit(node: Expression, constants: frozenset[str]) -> Expression | None:
    if node.operation != "where" or node.arguments[0].operation != "==":
        return None
    condition, special, general = node.arguments
    mass, other = condition.arguments
    if _outside(condition, constants) or not _is_mass(other):
        return None
    powers = [part.arguments for part in postorder(general) if part.operation == "**"]
    open_power = any(base is mass and _number(power) is None for base, power in powers)
    kept = open_power and mass.operation == "variable" and _number(special) == 0
    return None if kept else general


def _is_mass(node: Expression) -> bool:
    return node.operation == "variable" or _number(node) == 0


def textbook(root: Expression, constants: Iterable[str], *, masses: bool) -> Expression:
    """Return an equal expression in textbook form; ``total`` is a sum over an index.

    With ``masses``, which are non-negative, quotients cancel and the limit at 0 is taken.
    """
    names = frozenset(constants)
    for rule in (_logarithm, _exponential):
        root = rewrite(root, rule)
    if masses:
        root = rewrite(limits(root, names), _fraction)
    root = rewrite(root, _product)
    root = rewrite(root, _exponential)
    return rewrite(root, lambda node: _total(node, names))


def _chosen(root: Expression, condition: Expression, branch: int) -> Expression:
    def rule(node: Expression) -> Expression | None:
        same = node.operation == "where" and node.arguments[0] is condition
        return node.arguments[branch] if same else None

    return rewrite(root, rule)


def branches(
    root: Expression, constants: Iterable[str]
) -> Iterator[tuple[Expression | None, Expression]]:
    """Split an expression by the conditions on its constants, into cases."""
    names = frozenset(constants)
    conditions = [
        node.arguments[0]
        for node in postorder(root)
        if node.operation == "where" and _outside(node.arguments[0], names)
    ]
    if not conditions:
        yield None, root
        return
    first = conditions[-1]
    for condition, rest in branches(_chosen(root, first, 1), names):
        yield first if condition is None else condition, rest
    yield from branches(_chosen(root, first, 2), names)

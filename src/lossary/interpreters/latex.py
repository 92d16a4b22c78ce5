"""Every formula as LaTeX, printed from its executable definition."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lossary.formulas.record import Joint, Measure, Pointwise, Record, Rowwise
from lossary.interpreters.latex_typesetter import Typesetter, cases
from lossary.interpreters.textbook_form import branches, limits, textbook
from lossary.interpreters.trace import Expression, Tracer
from lossary.validation import LossaryError

__all__ = ["Latex", "formula", "right_hand_side"]


class Latex(str):
    """A formula in LaTeX, which notebooks show as mathematics."""

    __slots__ = ()

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self}$"


def formula(record: Record) -> Latex:
    r"""Return the textbook formula of a record, which is the definition that the tests execute.

    Sums run over the classes (``j``), the outcomes (``i``) or the cells of a table. Where a mass is
    0 the limit is meant, as in 0 log 0 = 0; ``p_j`` is the softmax of the logits ``z``.

    Examples
    --------
    >>> from lossary.formulas import catalogue
    >>> formula(catalogue.get("entropy"))
    '\\mathrm{entropy}(p) = -\\sum_i p_i \\log p_i'

    """
    body = right_hand_side(record)
    if isinstance(record, Pointwise):
        link = r", \quad \sigma(s) = \frac{1}{1 + e^{-s}}" if r"\sigma" in body else ""
        return Latex(f"L(y, s) = {body}{link}")
    if isinstance(record, Rowwise):
        arguments = "t, z" if "t_j" in body else "z"
        softmax = r"p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
        return Latex(rf"L({arguments}) = {body}, \quad {softmax}")
    arguments = ", ".join(record.letters).upper() if isinstance(record, Joint) else "p"
    if isinstance(record, Measure) and record.arity == 2:
        arguments = "p, q"
    title = record.name.replace("_", r"\ ")
    return Latex(rf"\mathrm{{{title}}}({arguments}) = {body}")


def right_hand_side(
    record: Record,
    symbols: Mapping[str, str | float] = MappingProxyType({}),
    *,
    index: str = "",
    part: str = "definition",
) -> str:
    r"""Return the right-hand side of a record's formula, for variables of any name.

    Parameters
    ----------
    record
        A loss or a measure.
    symbols
        The LaTeX of variables and parameters by name, or numbers in their place.
    index
        The index of the sum; by default the one that ``formula`` uses.
    part
        Of a pointwise loss, also ``"gradient"``, where the stable form is the one of textbooks.

    Examples
    --------
    >>> from lossary.formulas import catalogue
    >>> squared_error = catalogue.get("squared_error")
    >>> right_hand_side(squared_error, {"y": "y_i", "s": r"\hat y_i"})
    '(\\hat y_i - y_i)^2'
    >>> right_hand_side(squared_error, part="gradient")
    '2 (s - y)'

    """
    m, index = Tracer(), index or _index(record)
    usual = _variables(record, index) | {p.name: p.symbol or p.name for p in record.parameters}
    texts = usual | {n: s for n, s in symbols.items() if isinstance(s, str)}
    values = {n: m.variable(n) for n in usual} | {
        n: m.lift(s) for n, s in symbols.items() if not isinstance(s, str)
    }
    root = _traced(m, record, part, values)
    names = frozenset(p.name for p in record.parameters)
    write, masses = Typesetter(texts, index, names), not isinstance(record, Pointwise)
    parts = []
    for condition, branch in branches(limits(root, names) if masses else root, names):
        when = r"\text{otherwise}" if condition is None else rf"\text{{if }} {write(condition)}"
        parts.append((write(textbook(branch, names, masses=masses)), when))
    return parts[0][0] if len(parts) == 1 else cases(parts)


def _index(record: Record) -> str:
    if isinstance(record, Joint):
        return ", ".join(record.letters)
    return "j" if isinstance(record, Rowwise) else "i"


def _variables(record: Record, index: str) -> dict[str, str]:
    """Return the LaTeX of a record's variables; masses have the index of the sum."""
    match record:
        case Pointwise():
            return {"y": "y", "s": "s"}
        case Rowwise():
            return {"t": f"t_{index}", "p": f"p_{index}"}
        case Measure():
            return {n: f"{n}_{index}" if record.summed else n for n in "pq"[: record.arity]}
        case Joint():
            return {name: f"p({', '.join(name)})" for name in record.marginals}
    return {}


def _traced(m: Tracer, record: Record, part: str, values: Mapping[str, Any]) -> Expression:
    """Return the expression of a record; ``total`` is the sum over an index."""
    parameters = {p.name: values[p.name] for p in record.parameters}
    variables = [values[n] for n in values if n not in parameters]
    match record:
        case Pointwise():
            return m.lift(getattr(record, part)(m, *variables, **parameters))
        case Rowwise():
            target, p = variables
            return m.apply("total", record.definition(m, target, m.apply("log", p), **parameters))
        case Measure():
            term = m.lift(record.definition(m, *variables, **parameters))
            inner = m.apply("total", term) if record.summed else term
            return m.lift(record.definition_finish(m, inner, **parameters))
        case Joint():
            cells = [definition(m, *variables, **parameters) for definition in record.definitions]
            sums = [m.apply("total", cell) for cell in cells] if record.summed else cells
            return m.lift(record.finish(m, *sums, **parameters))
    message = (
        f"{record.name} is a {type(record).__name__}, and only losses and measures have a formula"
    )
    raise LossaryError(message)

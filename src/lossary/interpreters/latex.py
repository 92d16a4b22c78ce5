"""Every formula as LaTeX, printed from its executable definition."""

from lossary.formulas.record import Joint, Measure, Pointwise, Record, Rowwise
from lossary.interpreters.latex_layout import Typesetter, cases
from lossary.interpreters.textbook_form import branches, limits, textbook
from lossary.interpreters.trace import Expression, Tracer, postorder
from lossary.validation import LossaryError

__all__ = ["Latex", "formula"]


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
    match record:
        case Pointwise():
            return Latex(_pointwise(record))
        case Rowwise():
            return Latex(_rowwise(record))
        case Measure():
            return Latex(_measure(record))
        case Joint():
            return Latex(_joint(record))
    message = (
        f"{record.name} is a {type(record).__name__}, and only losses and measures have a formula"
    )
    raise LossaryError(message)


def _body(record: Record, root: Expression, symbols: dict[str, str], index: str) -> str:
    """Return the right-hand side; conditions on parameters are the outermost cases."""
    parameters = {p.name: p.symbol or p.name for p in record.parameters}
    names = frozenset(parameters)
    write = Typesetter(symbols | parameters, index, names)
    masses = not isinstance(record, Pointwise)
    root = limits(root, names) if masses else root
    parts = []
    for condition, part in branches(root, names):
        when = r"\text{otherwise}" if condition is None else rf"\text{{if }} {write(condition)}"
        parts.append((write(textbook(part, names, masses=masses)), when))
    return parts[0][0] if len(parts) == 1 else cases(parts)


def _parameters(m: Tracer, record: Record) -> dict[str, Expression]:
    return {p.name: m.variable(p.name) for p in record.parameters}


def _title(record: Record) -> str:
    words = record.name.replace("_", r"\ ")
    return rf"\mathrm{{{words}}}"


def _pointwise(record: Pointwise) -> str:
    m = Tracer()
    y, s = m.variable("y"), m.variable("s")
    root = m.lift(record.definition(m, y, s, **_parameters(m, record)))
    body = _body(record, root, {"y": "y", "s": "s"}, "")
    link = r", \quad \sigma(s) = \frac{1}{1 + e^{-s}}" if r"\sigma" in body else ""
    return f"L(y, s) = {body}{link}"


def _rowwise(record: Rowwise) -> str:
    m = Tracer()
    t, p = m.variable("t"), m.variable("p")
    term = record.definition(m, t, m.apply("log", p), **_parameters(m, record))
    root = m.apply("total", term)
    body = _body(record, root, {"t": "t_j", "p": "p_j"}, "j")
    arguments = "t, z" if any(node is t for node in postorder(root)) else "z"
    return rf"L({arguments}) = {body}, \quad p_j = \frac{{e^{{z_j}}}}{{\sum_k e^{{z_k}}}}"


def _measure(record: Measure) -> str:
    m = Tracer()
    names = ("p", "q")[: record.arity]
    parameters = _parameters(m, record)
    term = m.lift(record.definition(m, *map(m.variable, names), **parameters))
    inner = m.apply("total", term) if record.summed else term
    root = m.lift(record.definition_finish(m, inner, **parameters))
    body = _body(record, root, {n: f"{n}_i" if record.summed else n for n in names}, "i")
    return f"{_title(record)}({', '.join(names)}) = {body}"


def _joint(record: Joint) -> str:
    m = Tracer()
    masses = {name: f"p({', '.join(name)})" for name in record.marginals}
    cells = [definition(m, *map(m.variable, record.marginals)) for definition in record.definitions]
    sums = [m.apply("total", cell) for cell in cells] if record.summed else cells
    root = m.lift(record.finish(m, *sums))
    letters = sorted({letter for name in record.marginals for letter in name})
    body = _body(record, root, masses, ", ".join(letters))
    return f"{_title(record)}({', '.join(letters).upper()}) = {body}"

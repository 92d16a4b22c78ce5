"""A loss as a small Vega specification without marks, which computes it in the browser.

Its signals are the parameters of the loss and what all losses share; its data sets hold the loss
and its derivatives on a grid (``grid``), at the reader's point (``at``), and at the points that
tables list (``listed``).
"""

from collections.abc import Sequence
from typing import Any

from lossary.explore.families import Family, family_of, sliders
from lossary.formulas.record import SIGNS, Pointwise, Rowwise
from lossary.interpreters.trace import Expression, Tracer
from lossary.interpreters.vega import Calculation, calculations, pointwise, rowwise

__all__ = ["NAMED_POINTS", "calculator", "steps"]

Transform = dict[str, Any]

NAMED_POINTS = (
    ("the centre", 1 / 3, 1 / 3),
    ("class 1, surely", 0.98, 0.01),
    ("class 2, surely", 0.01, 0.98),
    ("class 3, surely", 0.01, 0.01),
    ("between 1 and 2", 0.495, 0.495),
    ("between 1 and 3", 0.495, 0.01),
    ("between 2 and 3", 0.01, 0.495),
)
"""Points of the simplex that tables list, with the probabilities of classes 1 and 2."""
_INSIDE = 0.001
"""A cell of the simplex that its edge cuts is computed where no probability is less than this."""
_SOFT = "(1 - common_smoothing) * (common_label > 0) + common_smoothing / 2"
_EMPTY: list[Transform] = [{}]


def _formula(expression: str, name: str) -> Transform:
    return {"type": "formula", "expr": expression, "as": name}


def calculator(record: Pointwise | Rowwise, family: Family) -> dict[str, Any]:
    """Return the specification that computes a loss over the axis of its family."""
    own = sliders(record)
    named = {name: (slider.signal, text) for slider in own for name, text in slider.sets}
    signals: list[dict[str, Any]] = []
    for slider in (*own, *family.shared, *family.place):
        signal: dict[str, Any] = {"name": slider.signal, "value": slider.value}
        if slider.signal in named:
            source, expression = named[slider.signal]
            signal["on"] = [{"events": {"signal": source}, "update": expression}]
        signals.append(signal)
    signals += [{"name": "common_label", "value": 1}, {"name": "common_class", "value": 0}]
    computed = [_formula(step["calculate"], step["as"]) for step in steps(record)]
    places = _triangle(family) if isinstance(record, Rowwise) else _line(family)
    data = [{**place, "transform": [*place["transform"], *computed]} for place in places]
    return {"signals": signals, "data": data}


def _line(family: Family) -> list[dict[str, Any]]:
    low, high = family.ends
    x = _formula(f"datum.i / {family.parts}", "x")
    listed = (high - low) // 10
    return [
        {"name": name, "transform": [_sequence(low, high, step), x]}
        for name, step in (("grid", 1), ("listed", listed))
    ] + [{"name": "at", "values": _EMPTY, "transform": [_formula("common_x", "x")]}]


def _sequence(low: int, high: int, step: int) -> Transform:
    return {"type": "sequence", "start": low, "stop": high + 1, "step": step, "as": "i"}


def _triangle(family: Family) -> list[dict[str, Any]]:
    """Return the cells of a triangle: class 1 on top, 2 on the left, 3 on the right."""
    n = family.parts
    cells = [
        _sequence(0, n * n - 1, 1),
        _formula(f"floor(datum.i / {n}) / {n}", "y"),
        _formula(f"(datum.i % {n}) / {n}", "x"),
        _formula(f"datum.y + {0.5 / n}", "q0"),
        _formula(f"datum.x + {0.5 / n} - datum.q0 / 2", "q2"),
        _formula("1 - datum.q0 - datum.q2", "q1"),
        {"type": "filter", "expr": f"min(datum.q1, datum.q2) > {-0.8 / n}"},
        *(_formula(f"max(datum.q{j}, {_INSIDE})", f"p{j}") for j in range(3)),
    ]
    at = [
        _formula("common_share", "p0"),
        _formula("(1 - common_share) * common_split", "p1"),
        _formula("(1 - common_share) * (1 - common_split)", "p2"),
    ]
    listed = [{"name": name, "p0": a, "p1": b, "p2": 1 - a - b} for name, a, b in NAMED_POINTS]
    return [
        {"name": "grid", "transform": cells},
        {"name": "listed", "values": listed, "transform": []},
        {"name": "at", "values": _EMPTY, "transform": at},
    ]


# --- what is computed of one point ---------------------------------------------------------------


def steps(record: Pointwise | Rowwise) -> list[Calculation]:
    """Return the calculate transforms from a place on the axis to the loss and its derivatives."""
    return _of_row(record) if isinstance(record, Rowwise) else _of_score(record)


def _of_score(record: Pointwise) -> list[Calculation]:
    m = Tracer()
    y, s, label, heat = map(m.variable, ("y", "s", "label", "temperature"))
    results = pointwise(record, y, s)
    family = family_of(record)
    places = {"y": "common_target", "s": "common_target + datum.x"}
    if family != "residual":
        places = {"y": "common_label" if record.target == SIGNS else _SOFT, "s": "datum.x"}
    if family == "margin":
        places["s"] = "common_label * datum.x / common_temperature"
        results["gradient"] = label * results["gradient"] / heat
        results["hessian"] = results["hessian"] / (heat * heat)
    names = {
        "y": "datum.y",
        "s": "datum.s",
        "label": "common_label",
        "temperature": "common_temperature",
    }
    before = [{"calculate": place, "as": name} for name, place in places.items()]
    return before + calculations(results, names | _parameters(record))


def _of_row(record: Rowwise) -> list[Calculation]:
    m = Tracer()
    heat, by = m.variable("temperature"), m.variable("class")
    t, z = ([m.variable(f"{name}{j}") for j in range(3)] for name in "tz")
    each = [rowwise(record, t, z, k) for k in range(3)]
    results = {
        "value": each[0]["value"],
        "gradient": _picked(m, by, [found["gradient"] for found in each]) / heat,
        "hessian": _picked(m, by, [found["hessian"] for found in each]) / (heat * heat),
    }
    before = [
        {"calculate": f"log(datum.p{j}) / common_temperature", "as": f"z{j}"} for j in range(3)
    ]
    own = "(1 - common_smoothing) + common_smoothing / 3"
    before += [
        {"calculate": own if j == 0 else "common_smoothing / 3", "as": f"t{j}"} for j in range(3)
    ]
    names = {f"{name}{j}": f"datum.{name}{j}" for name in "tz" for j in range(3)}
    names |= {"temperature": "common_temperature", "class": "common_class"}
    return before + calculations(results, names | _parameters(record))


def _picked(m: Tracer, by: Expression, parts: Sequence[Expression]) -> Expression:
    return m.where(by == 0, parts[0], m.where(by == 1, parts[1], parts[2]))


def _parameters(record: Pointwise | Rowwise) -> dict[str, str]:
    return {p.name: p.name for p in record.parameters}

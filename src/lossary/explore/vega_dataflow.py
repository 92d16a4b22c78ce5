"""Vega specifications without marks, which compute a loss in the browser.

The signals are the parameters of the loss and those shared by all losses. The data sets are the
points of its family (of the axis, ``grid``; the selected point, ``at``; those of the table,
``listed``), followed by the steps from a point to the loss and its derivatives.
"""

from collections.abc import Mapping
from typing import Any

from lossary.explore.families_and_sliders import SOFTCAP, Family, family_of, sliders
from lossary.formulas.record import SIGNS, Pointwise, Rowwise
from lossary.interpreters.trace import Expression, Tracer
from lossary.interpreters.vega import (
    Calculation,
    bent,
    calculations,
    pointwise,
    rowwise,
    z_penalty,
)
from lossary.pages.localization import Language, say

__all__ = ["NAMED_POINTS", "calculator", "places", "steps"]

Transform = dict[str, Any]

NAMED_POINTS = (
    (say("explore.point.centre"), 1 / 3, 1 / 3),
    (say("explore.point.sure", number=1), 0.98, 0.01),
    (say("explore.point.sure", number=2), 0.01, 0.98),
    (say("explore.point.sure", number=3), 0.01, 0.01),
    (say("explore.point.between", one=1, other=2), 0.495, 0.495),
    (say("explore.point.between", one=1, other=3), 0.495, 0.01),
    (say("explore.point.between", one=2, other=3), 0.01, 0.495),
)
"""Points of the simplex in the table, as probabilities of classes 1 and 2."""
_INSIDE = 0.001
"""Least probability at which a cell on the edge of the simplex is computed."""
_SOFT = "(1 - common_smoothing) * (common_label > 0) + common_smoothing / 2"
_EMPTY: list[Transform] = [{}]


def _formula(expression: str, name: str) -> Transform:
    return {"type": "formula", "expr": expression, "as": name}


def calculator(record: Pointwise | Rowwise, family: Family) -> dict[str, Any]:
    """Return the signals of a loss, and the transforms that compute it at a point."""
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
    return {
        "signals": signals,
        "steps": [_formula(step["calculate"], step["as"]) for step in steps(record)],
    }


def places(family: Family, spoken: Language) -> list[dict[str, Any]]:
    """Return the data sets of a family, each of which a loss is computed for."""
    return _triangle(family, spoken) if family.key == "simplex" else _line(family)


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


def _triangle(family: Family, spoken: Language) -> list[dict[str, Any]]:
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
    listed = [
        {"name": spoken(name), "p0": a, "p1": b, "p2": 1 - a - b} for name, a, b in NAMED_POINTS
    ]
    return [
        {"name": "grid", "transform": cells},
        {"name": "listed", "values": listed, "transform": []},
        {"name": "at", "values": _EMPTY, "transform": at},
    ]


# --- what is computed of one point ---------------------------------------------------------------


def steps(record: Pointwise | Rowwise) -> list[Calculation]:
    """Return the calculate transforms from a point on the axis to the loss and its derivatives."""
    return _of_row(record) if isinstance(record, Rowwise) else _of_score(record)


def _of_score(record: Pointwise) -> list[Calculation]:
    m, family = Tracer(), family_of(record)
    y, s = m.variable("y"), m.variable("s")
    results = pointwise(record, y, s)
    names = {"y": "datum.y", "s": "datum.s"} | _parameters(record)
    if family == "residual":
        before = _columns(y="common_target", s="common_target + datum.x")
        return before + calculations(results, names)
    before = _columns(y="common_label" if record.target == SIGNS else _SOFT)
    if family == "probability":
        return before + _columns(s="datum.x") + calculations(results, names)
    results = _chained(results, m.variable("s_slope"), m.variable("s_bend"))
    # The margin is the score times the label, and the label's square is 1.
    results["gradient"] = m.variable("label") * results["gradient"]
    names |= {"label": "common_label", "s_slope": "datum.s_slope", "s_bend": "datum.s_bend"}
    return before + _scored("s", "common_label * datum.x") + calculations(results, names)


def _of_row(record: Rowwise) -> list[Calculation]:
    m = Tracer()
    by, weight = m.variable("class"), m.variable("z_loss")
    columns = [f"{name}{j}" for name in "tz" for j in range(3)]
    columns += [f"z{j}_{part}" for part in ("slope", "bend") for j in range(3)]
    t, z = ([m.variable(f"{name}{j}") for j in range(3)] for name in "tz")
    each = []
    for k in range(3):
        loss, penalty = rowwise(record, t, z, k), z_penalty(z, k)
        both = {part: loss[part] + weight * penalty[part] for part in loss}
        each.append(_chained(both, m.variable(f"z{k}_slope"), m.variable(f"z{k}_bend")))
    results = {"value": each[0]["value"]} | {
        part: m.where(by == 0, each[0][part], m.where(by == 1, each[1][part], each[2][part]))
        for part in ("gradient", "hessian")
    }
    own = "(1 - common_smoothing) + common_smoothing / 3"
    before = _columns(t0=own, t1="common_smoothing / 3", t2="common_smoothing / 3")
    for j in range(3):
        before += _scored(f"z{j}", f"log(datum.p{j}) + common_shift")
    names = {name: f"datum.{name}" for name in columns}
    names |= {"class": "common_class", "z_loss": "common_z_loss"}
    return before + calculations(results, names | _parameters(record))


def _columns(**places: str) -> list[Calculation]:
    return [{"calculate": place, "as": name} for name, place in places.items()]


def _scored(name: str, place: str) -> list[Calculation]:
    """Return the score at a point: divided by the temperature, limited by the softcap.

    Its derivatives by the point are the columns ``name_slope`` and ``name_bend``.
    """
    m = Tracer()
    raw, heat, cap = map(m.variable, ("raw", "heat", "cap"))
    found, off = bent(raw / heat, cap), cap >= SOFTCAP.high
    results = {
        name: m.where(off, raw / heat, found["value"]),
        f"{name}_slope": m.where(off, 1, found["gradient"]) / heat,
        f"{name}_bend": m.where(off, 0, found["hessian"]) / (heat * heat),
    }
    names = {"raw": f"datum.{name}_raw", "heat": "common_temperature", "cap": SOFTCAP.signal}
    return _columns(**{f"{name}_raw": place}) + calculations(results, names, f"{name}_part")


def _chained(
    results: Mapping[str, Expression], slope: Expression, bend: Expression
) -> dict[str, Expression]:
    """Return a loss with its derivatives by the point, by the chain rule."""
    gradient, hessian = results["gradient"], results["hessian"] * (slope * slope)
    # An infinite gradient adds nothing where the score is straight.
    curved = slope.tracer.where(bend == 0, hessian, hessian + gradient * bend)
    return {"value": results["value"], "gradient": gradient * slope, "hessian": curved}


def _parameters(record: Pointwise | Rowwise) -> dict[str, str]:
    return {p.name: p.name for p in record.parameters}

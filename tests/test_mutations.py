"""The check notices every change of every record: a factor, a constant, a sign, in every part."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lossary.check import check
from lossary.formulas import catalogue
from lossary.formulas.record import Measure, Record, Term
from lossary.interpreters import exact
from support.laws import generates

#: What a record computes with, or is compared with.
PARTS = {
    "pointwise": ("definition", "value", "gradient", "hessian", "target_gradient", "mixed"),
    "rowwise": ("definition", "term", "slope", "bend", "target_slope"),
    "measure": ("definition", "definition_finish", "finish", "generator"),
    "joint": ("finish",),
}
OF_SUMS = ("definition_finish", "finish")

CHANGES = {
    "more": lambda f: lambda m, *x, **k: f(m, *x, **k) + 1e-6,
    "times": lambda f: lambda m, *x, **k: f(m, *x, **k) * (1 + 1e-6),
    "minus": lambda f: lambda m, *x, **k: -f(m, *x, **k),
}
#: Identically 0, so that a factor or a sign changes nothing.
ZERO = {
    ("absolute_error", "hessian"), ("absolute_error", "mixed"), ("quantile", "hessian"),
    ("quantile", "mixed"), ("hinge", "hessian"), ("softmax_cross_entropy", "bend"), ("kl", "bend"),
}  # fmt: skip

Mutants = Iterator[tuple[str, Record]]


def mutants(record: Record) -> Mutants:
    """Every mutant of a record, with the name of what was changed and how."""
    summed = getattr(record, "summed", True)
    for part in PARTS[record.kind]:
        if getattr(record, part) is not None and (summed or part not in OF_SUMS):
            for how, changed in changes(record.name, part, getattr(record, part)):
                yield f"{part}, {how}", replace(record, **{part: changed})
    if isinstance(getattr(record, "excess", None), int):
        yield "excess", replace(record, excess=0 if record.excess else 1)
    for part in ("terms", "definitions"):
        for i, member in enumerate(getattr(record, part, ())):
            yield from of_member(record, part, i, member)


def of_member(record: Record, part: str, i: int, member: Any) -> Mutants:
    members, name = getattr(record, part), f"{part}[{i}]"
    changed = of_term(record, name, member) if isinstance(member, Term) else ()
    if not isinstance(member, Term):
        changed = ((f"{name}, {how}", f) for how, f in changes(record.name, name, member))
    for change, new in changed:
        yield change, replace(record, **{part: (*members[:i], new, *members[i + 1 :])})


def of_term(record: Measure, name: str, term: Term) -> Iterator[tuple[str, Term]]:
    for how, value in changes(record.name, f"{name}.value", term.value):
        yield f"{name}.value, {how}", replace(term, value=value)
    for key in ("partials", "logit_partials"):
        each = getattr(term, key) or ()
        for j, formula in enumerate(each):
            where = f"{name}.{key}[{j}]"
            for how, changed in changes(record.name, where, formula):
                # Masses over their sum do not feel a constant.
                if not (record.shares and key == "partials" and how == "more"):
                    new = (*each[:j], changed, *each[j + 1 :])
                    yield f"{where}, {how}", replace(term, **{key: new})
    if record.arity == 2 and not record.shares:
        yield f"{name}.excess", replace(term, excess=0 if term.excess else 1)


def changes(name: str, part: str, formula: Any) -> Iterator[tuple[str, Any]]:
    for how, change in CHANGES.items():
        if how == "more" or (name, part) not in ZERO:
            yield how, change(formula)


@pytest.fixture(scope="module", autouse=True)
def _truths_once() -> Iterator[None]:
    """Evaluate a definition once at each point: most mutants have that of their record."""
    known: dict[tuple[Any, ...], list[Any]] = {}
    evaluated = exact.derivatives

    def remembered(
        formula: Any, *arguments: Any, by: int = 0, order: int = 2, **parameters: Any
    ) -> list[Any]:
        key = formula, arguments, by, order, tuple(parameters.items()), exact.mp.prec
        if key not in known:
            known[key] = evaluated(formula, *arguments, by=by, order=order, **parameters)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exact, "derivatives", remembered)
        yield


def noticed(record: Record) -> bool:
    """Whether the check fails, at the fewest points or at more of them."""
    return not (generates(record) and passes(record, 2, 1) and passes(record, 8, 3))


def passes(record: Record, points: int, variants: int) -> bool:
    framework = "torch" if isinstance(record, Measure) else "numpy"
    rows = check(
        record, points=points, variants=variants, frameworks=[framework], dtypes=["float64"]
    )
    return all(row.ok for row in rows)


@pytest.mark.parametrize("name", catalogue.names())
def test_the_record_itself_passes(name):
    assert not noticed(catalogue.get(name))


@pytest.mark.parametrize("name", catalogue.names())
def test_every_change_of_a_record_is_noticed(name):
    survivors = [change for change, mutant in mutants(catalogue.get(name)) if not noticed(mutant)]
    assert survivors == []


def test_there_are_mutants_of_every_kind():
    counts = {name: sum(1 for _ in mutants(catalogue.get(name))) for name in catalogue.names()}
    assert min(counts.values()) >= 3
    assert sum(counts.values()) > 500

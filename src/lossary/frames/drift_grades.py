"""Grades of drift: none, moderate or large, by the usual rules of PSI, and beyond chance."""

from collections.abc import Sequence

__all__ = ["GRADES", "LEVEL", "NONE", "at_least", "grade_of", "sentence"]

LEVEL = 0.95
NONE = "none"
GRADES = {"moderate": 0.1, "large": 0.25}
"""The least PSI, in nats, of a moderate shift, and what that of a large one is over."""


def grade_of(psi: float, p_value: float, columns: int, level: float = LEVEL) -> str:
    """Return the grade of a column, one of so many in its table.

    The rules of thumb are those of scorecards: below 0.1 PSI is no shift, over 0.25 a large one
    (Siddiqi, Credit Risk Scorecards, 2006). Beyond chance is a p-value below ``1 - level`` over the
    number of columns (Bonferroni): chance alone then gives any column of a table a grade no more
    often than that.
    """
    beyond_chance = p_value < (1 - level) / max(columns, 1)
    if not (beyond_chance and psi >= GRADES["moderate"]):
        return NONE
    return "large" if psi > GRADES["large"] else "moderate"


def at_least(grade: str) -> tuple[str, ...]:
    """Return a grade and those above it."""
    names = tuple(GRADES)
    return names[names.index(grade) :]


def sentence(grades: Sequence[str], level: float = LEVEL) -> str:
    """Return how many columns have which grade, by which rule, and how often chance gives one."""
    counts = ", ".join(f"{grades.count(g)} {g}" for g in (*reversed(GRADES), NONE))
    moderate, large = GRADES.values()
    alarms = f"{1 - level:.2g}"
    return (
        f"Grades: {counts}; moderate is PSI from {moderate}, large over {large}, each with p below "
        f"{alarms}/{len(grades)}: if nothing has moved, at most {float(alarms):.0%} of such tables "
        "have a column of either grade"
    )

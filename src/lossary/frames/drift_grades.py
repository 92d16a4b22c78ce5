"""Grades of drift: none, moderate or large, by thresholds of PSI and a significance test."""

from collections.abc import Sequence

__all__ = ["GRADES", "LEVEL", "NONE", "at_least", "grade_of", "sentence"]

LEVEL = 0.95
NONE = "none"
GRADES = {"moderate": 0.1, "large": 0.25}
"""PSI in nats: moderate drift is at least the first, large drift over the second."""


def grade_of(psi: float, p_value: float, columns: int, level: float = LEVEL) -> str:
    """Return the grade of a column in a table of so many columns.

    The thresholds are those of credit scorecards: PSI below 0.1 is no drift, over 0.25 large drift
    (Siddiqi, Credit Risk Scorecards, 2006). A grade also needs a p-value below ``1 - level``
    divided by the number of columns (Bonferroni): without drift, the share of tables in which a
    column is graded is then at most ``1 - level``.
    """
    significant = p_value < (1 - level) / max(columns, 1)
    if not (significant and psi >= GRADES["moderate"]):
        return NONE
    return "large" if psi > GRADES["large"] else "moderate"


def at_least(grade: str) -> tuple[str, ...]:
    """Return a grade and those above it."""
    names = tuple(GRADES)
    return names[names.index(grade) :]


def sentence(grades: Sequence[str], level: float = LEVEL) -> str:
    """Return the number of columns of each grade, the rule, and the rate of false alarms."""
    counts = ", ".join(f"{grades.count(g)} {g}" for g in (*reversed(GRADES), NONE))
    moderate, large = GRADES.values()
    alarms = f"{1 - level:.2g}"
    return (
        f"Grades: {counts}; moderate is PSI of at least {moderate}, large over {large}, both with "
        f"p below {alarms}/{len(grades)}: without drift, at most {float(alarms):.0%} of such "
        "tables have a column of either grade"
    )

"""Dates, instants and times in text, as expressions.

Dates are of year, month and day (``2024-01-31``, ``2024/1/31``), of day, month and year
(``31.01.2024``, ``31/01/2024``, ``31-01-2024``) or of month, day and year (``01/31/2024``); a time
may follow, and an offset from UTC.
"""

import re
from typing import Any

from lossary import checks

__all__ = ["forms_of", "moments"]

_YEAR_FIRST = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}(?:[T ]\d{1,2}:\d\d.*)?$")
_YEAR_LAST = re.compile(r"\d{1,2}([-./])\d{1,2}\1\d{4}(?:[T ]\d{1,2}:\d\d.*)?$")
_TIME = re.compile(r"\d{1,2}:\d\d:\d\d(?:\.\d+)?$")
_TIMES = ("%H:%M:%S%.f", "%H:%M", "%I:%M %p", "%I:%M:%S %p")
_OFFSET = "%H:%M:%S%.f%#z"
_CLOCK = "%H:%M:%S%.f"


def forms_of(value: str) -> tuple[str, ...]:
    """Return the forms of dates that text may be of, the likelier first; none where it is none."""
    if _TIME.match(value):
        return (_CLOCK,)
    if found := _YEAR_FIRST.match(value):
        return (f"%Y{found[1]}%m{found[1]}%d",)
    if found := _YEAR_LAST.match(value):
        day_first = f"%d{found[1]}%m{found[1]}%Y"
        return (day_first,) if found[1] == "." else (day_first, f"%m{found[1]}%d{found[1]}%Y")
    return ()


def moments(text: Any, form: str) -> dict[str, Any]:
    """Return stripped text of a form as dates, instants and times, null where it is none."""
    pl = checks.need("polars", "frames")
    if form == _CLOCK:
        return {"time": text.str.to_time(form, strict=False)}
    spaced = text.str.replace("T", " ", literal=True)
    days = spaced.str.to_date(form, strict=False)
    naive = [spaced.str.to_datetime(f"{form} {t}", strict=False, time_unit="us") for t in _TIMES]
    aware = spaced.str.to_datetime(f"{form} {_OFFSET}", strict=False, time_unit="us")
    midnight = days.cast(pl.Datetime("us"))
    return {
        "date": days,
        "datetime": pl.coalesce(*naive, midnight),
        "instant": aware,
    }

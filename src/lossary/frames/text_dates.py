"""Dates, datetimes and times in text, parsed by Polars expressions.

Dates are year, month and day (``2024-01-31``, ``2024/1/31``, ``2024年1月31日``), day, month and
year (``31.01.2024``, ``31/01/24``, ``31-Jan-2024``), month, day and year (``01/31/2024``, ``Jan 31,
2024``), or a year and a month only (``2024-01``, its first day). A time may follow, and an offset
from UTC.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from lossary import validation

__all__ = ["MONTH_FIRST", "forms_of", "parse_dates"]

_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}.*)?$"
_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?$", ("%H:%M:%S%.f",)),
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}" + _TIME, ("%Y-%m-%d",)),
    (r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}" + _TIME, ("%Y/%m/%d",)),
    (r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日" + _TIME, ("%Y年%m月%d日",)),
    (r"[0-9]{4}-(?:0[1-9]|1[0-2])$", ("%Y-%m",)),
    (r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}" + _TIME, ("%d.%m.%Y",)),
    (r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}" + _TIME, ("%d.%m.%y",)),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}" + _TIME, ("%d/%m/%Y", "%m/%d/%Y")),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}" + _TIME, ("%d/%m/%y", "%m/%d/%y")),
    (r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}" + _TIME, ("%d-%m-%Y", "%m-%d-%Y")),
    (r"[0-9]{1,2}-[A-Za-z]{3,9}-[0-9]{4}" + _TIME, ("%d-%B-%Y",)),
    (r"[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2}" + _TIME, ("%d-%B-%y",)),
    (r"[0-9]{1,2} [A-Za-z]{3,9} [0-9]{4}" + _TIME, ("%d %B %Y",)),
    (r"[0-9]{2}[A-Za-z]{3}[0-9]{4}" + _TIME, ("%d%B%Y",)),
    (r"[A-Za-z]{3,9} [0-9]{1,2}, [0-9]{4}" + _TIME, ("%B %d, %Y",)),
)
"""Patterns of dates, and the date formats of each, the likelier first."""
_PATTERNS = {form: f"^{pattern}" for pattern, forms in _FORMS for form in forms}
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
"""Formats with the month first that also fit dates with the day first."""
_CLOCK, _MONTH = "%H:%M:%S%.f", "%Y-%m"
_TIMES = ("%H:%M:%S%.f", "%H:%M", "%I:%M %p", "%I:%M:%S %p")
_OFFSETS = ("%H:%M:%S%.f%#z", "%H:%M%#z")


def forms_of(values: Iterable[str]) -> tuple[str, ...]:
    """Return the date formats that fit most texts; none if they are not dates."""
    found = Counter(
        forms for value in values for pattern, forms in _FORMS if re.match(pattern, value)
    )
    return found.most_common(1)[0][0] if found else ()


def parse_dates(text: Any, form: str) -> dict[str, Any]:
    """Return stripped text parsed by a format as dates, datetimes and times, null if it fails."""
    pl = validation.need("polars", "frames")
    text = pl.when(text.str.contains(_PATTERNS[form])).then(text)
    text = text.str.replace(r"(:[0-9]{2}),([0-9]+)", "$1.$2")
    if form == _CLOCK:
        clocks = (text.str.to_time(t, strict=False) for t in (_CLOCK, "%H:%M"))
        return {"time": pl.coalesce(*clocks)}
    if form == _MONTH:
        return {"date": (text + "-01").str.to_date("%Y-%m-%d", strict=False)}
    text = text.str.replace(r"([0-9])[T ]+([0-9]{1,2}:)", "$1 $2")
    text = text.str.replace(r"\s*(?:Z|UTC|GMT)$", "+00:00")
    days = text.str.to_date(form, strict=False)
    naive, aware = (
        [text.str.to_datetime(f"{form} {t}", strict=False, time_unit="us") for t in times]
        for times in (_TIMES, _OFFSETS)
    )
    return {
        "date": days,
        "datetime": pl.coalesce(*naive, days.cast(pl.Datetime("us"))),
        "instant": pl.coalesce(*aware),
    }

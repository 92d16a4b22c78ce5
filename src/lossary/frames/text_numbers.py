"""Numbers as people write them: decimal commas, thousands, currencies, per cent, as expressions.

``1,234.50``, ``1.234,50``, ``1 234,5``, ``$ -3``, ``(12.00)``, ``7 %``, ``−∞`` and ``1e-3`` are
numbers; which mark is the decimal one is said by the caller.
"""

from typing import Any

from lossary import checks

__all__ = ["DECIMALS", "bare_of", "number", "signs"]

DECIMALS = (".", ",")

_CODES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP INR JPY KRW MXN NOK PLN RUB SEK TRY USD ZAR"
_CURRENCY = rf"(?:(?:A|C|R|HK|US)?\$|[€£¥₹₩₽₺₪₫฿₴₦元円]|kr|zł|Kč|{_CODES.replace(' ', '|')})"
_INFINITE = r"(?i)^[+-]?inf(?:inity)?$"
_GROUPS = {".": ",", ",": r"\."}
_SPACES = r" ’'"


def number(text: Any, bare: Any, decimal: str) -> Any:
    """Return stripped text as numbers in double precision, null where it is none.

    ``bare`` is what :func:`bare_of` returns of the text.
    """
    pl = checks.need("polars", "frames")
    groups, mark = _GROUPS[decimal], r"\." if decimal == "." else ","
    ways = [rf"(?:{sign}\d{{3}})+" for sign in (groups, *_SPACES)]
    grouped = rf"\d{{1,3}}(?:{'|'.join(ways)})|\d{{1,2}}(?:{groups}\d{{2}})+{groups}\d{{3}}"
    form = rf"^[+-]?(?:{grouped}|\d*)(?:{mark}\d*)?(?:[eE][+-]?\d+)?$"
    plain = bare.str.replace_all(rf"[{groups}{_SPACES}]", "")
    plain = plain.str.replace(",", ".", literal=True) if decimal == "," else plain
    value = plain.cast(pl.Float64, strict=False)
    fits = (bare.str.contains(form) & value.is_finite()) | bare.str.contains(_INFINITE)
    scaled = pl.when(text.str.ends_with("%")).then(value / 100).otherwise(value)
    return pl.when(fits).then(scaled)


def signs(text: Any, bare: Any) -> dict[str, Any]:
    """Return what stripped text has besides digits, as flags by their names."""
    return {
        "per_cent": text.str.ends_with("%"),
        "currency": text.str.contains(_CURRENCY),
        "commas": text.str.contains(",", literal=True),
        **{f"thousands {mark}": _grouped(bare, mark) for mark in DECIMALS},
    }


def _grouped(bare: Any, decimal: str) -> Any:
    return bare.str.contains(rf"\d[{_GROUPS[decimal]}{_SPACES}]\d{{3}}(?:\D|$)")


def bare_of(text: Any) -> Any:
    """Return text without signs of currency and per cent, and with one minus sign."""
    found = text.str.replace_all("[\u00a0\u202f\u2009]", " ").str.replace("[−–]", "-")
    found = found.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"\s*%$", "")
    found = found.str.replace(rf"^([+-]?)\s*{_CURRENCY}\s*", "$1")
    found = found.str.replace(rf"\s*{_CURRENCY}$", "")
    return found.str.replace(r"^([+-]?)∞$", "${1}inf")

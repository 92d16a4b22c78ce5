"""Formatted numbers in text, parsed by Polars expressions: commas, thousands, currencies, percent.

``1,234.50``, ``1.234,50``, ``1 234,5``, ``$ -3``, ``(12.00)``, ``7 %``, ``−∞`` and ``1e-3`` are
numbers; the caller gives the decimal mark.
"""

from typing import Any

from lossary import validation

__all__ = ["DECIMALS", "bare_of", "currencies", "number", "symbols"]

DECIMALS = (".", ",")

_CODES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP INR JPY KRW MXN NOK PLN RUB SEK TRY USD ZAR"
_CURRENCY = rf"(?:(?:A|C|R|HK|US)?\$|[€£¥₹₩₽₺₪₫฿₴₦元円]|kr|zł|Kč|{_CODES.replace(' ', '|')})"
_PER_CENT = "[%\uff05]\\)?$"
_INFINITE = r"(?i)^[+-]?inf(?:inity)?$"
_GROUPS = {".": ",", ",": r"\."}
_SPACES = r" ’'"


def number(text: Any, bare: Any, decimal: str) -> Any:
    """Return stripped text as numbers in double precision, null if it is not a number.

    ``bare`` is the result of :func:`bare_of` for the text.
    """
    pl = validation.need("polars", "frames")
    groups, mark = _GROUPS[decimal], r"\." if decimal == "." else ","
    separated = [rf"(?:{sign}[0-9]{{3}})+" for sign in (groups, *_SPACES)]
    lakhs = rf"[1-9][0-9]?(?:{groups}[0-9]{{2}})+{groups}[0-9]{{3}}"
    grouped = rf"[1-9][0-9]{{0,2}}(?:{'|'.join(separated)})|{lakhs}"
    form = rf"^[+-]?(?:{grouped}|[0-9]*)(?:{mark}[0-9]*)?(?:[eE][+-]?[0-9]+)?$"
    plain = bare.str.replace_all(rf"[{groups}{_SPACES}]", "")
    plain = plain.str.replace(",", ".", literal=True) if decimal == "," else plain
    value = plain.cast(pl.Float64, strict=False)
    fits = (bare.str.contains(form) & value.is_finite()) | bare.str.contains(_INFINITE)
    scaled = pl.when(text.str.contains(_PER_CENT)).then(value / 100).otherwise(value)
    return pl.when(fits).then(scaled)


def symbols(text: Any, bare: Any) -> dict[str, Any]:
    """Return flags for symbols in stripped text: percent, currency, commas and thousands."""
    return {
        "per_cent": text.str.contains(_PER_CENT),
        "currency": text.str.contains(_CURRENCY),
        "commas": text.str.contains(",", literal=True),
        **{f"thousands {mark}": _grouped(bare, mark) for mark in DECIMALS},
    }


def currencies(text: Any) -> Any:
    """Return the number of different currencies in stripped text."""
    return text.str.extract(f"({_CURRENCY})").drop_nulls().n_unique()


def _grouped(bare: Any, decimal: str) -> Any:
    return bare.str.contains(rf"[0-9][{_GROUPS[decimal]}{_SPACES}][0-9]{{3}}(?:[^0-9]|$)")


def bare_of(text: Any) -> Any:
    """Return text without symbols of currency and percent, and with an ASCII minus sign."""
    found = text.str.replace_all("[\u00a0\u202f\u2009]", " ").str.replace("[−–]", "-")
    # Accountants write zero as a dash.
    found = found.str.replace(rf"^{_CURRENCY}\s*-$", "0")
    found = found.str.replace(r"^\((.*)\)$", "-$1").str.replace("\\s*[%\uff05]$", "")
    found = found.str.replace(rf"^([+-]?)\s*{_CURRENCY}\s*", "$1")
    found = found.str.replace(rf"\s*{_CURRENCY}$", "")
    return found.str.replace(r"^([+-]?)∞$", "${1}inf")

"""Families of losses with a common axis, and the sliders of their parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from lossary.formulas import catalogue
from lossary.formulas.record import (
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Interval,
    Pointwise,
    Record,
    Rowwise,
    Shorthand,
)
from lossary.interpreters.trace import Tracer
from lossary.interpreters.vega import text
from lossary.pages.localization import Message, say
from lossary.validation import LossaryError

__all__ = ["FAMILIES", "SOFTCAP", "Family", "Slider", "chosen", "family_of", "members", "sliders"]

_FAR = 5.0
"""End of a slider whose interval is unbounded."""


@dataclass(frozen=True)
class Slider:
    """A slider of a parameter: of one loss, or shared by all.

    ``signal`` is its name in the calculator, ``symbol`` what formulas write for it. A shorthand
    ``sets`` other signals, each by an expression; an ``alias`` is one that sets this signal alone.
    A slider that ``stops`` is switched off at its upper end.
    """

    signal: str
    name: str | Message
    low: float
    high: float
    step: float
    value: float
    summary: str | Message
    interval: str = ""
    symbol: str = ""
    sets: tuple[tuple[str, str], ...] = ()
    alias: str = ""
    stops: bool = False


@dataclass(frozen=True)
class Family:
    """Losses that can be overlaid, as they are functions of the same axis.

    ``ends`` and ``parts`` say where the axis is sampled: at ``i / parts`` between the ends.
    """

    key: str
    shared: tuple[Slider, ...]
    place: tuple[Slider, ...]
    first: tuple[str, ...]
    ends: tuple[int, int] = (0, 0)
    parts: int = 1
    labelled: bool = False

    def __call__(self, part: str) -> Message:
        """Return the title, text, axis or derivative of the family."""
        return say(f"explore.{self.key}.{part}")


def _shared(name: str, *reach: float, note: str = "", stops: bool = False) -> Slider:
    """Return a slider shared by all losses, by its ends, step and initial value."""
    low, high, step, value = reach
    told = say(f"explore.note.{note or name}")
    return Slider(
        f"common_{name}", say(f"explore.slider.{name}"), low, high, step, value, told, stops=stops
    )


def _place(name: str, *reach: float) -> Slider:
    return replace(_shared(name, *reach, note="place"), signal="common_x")


_SMOOTHING = _shared("smoothing", 0, 1, 0.01, 0)
_SMOOTHING_CLASSES = _shared("smoothing", 0, 1, 0.01, 0, note="smoothing_classes")
_TEMPERATURE = _shared("temperature", 0.1, 5, 0.05, 1)
SOFTCAP = _shared("softcap", 0.5, 10, 0.1, 10, stops=True)

FAMILIES = (
    Family(
        key="margin",
        shared=(_SMOOTHING, _TEMPERATURE, SOFTCAP),
        place=(_place("margin", -5, 5, 0.05, -1),),
        first=("sigmoid_cross_entropy", "sigmoid_squared_error", "hinge"),
        ends=(-250, 250),
        parts=50,
        labelled=True,
    ),
    Family(
        key="residual",
        shared=(_shared("target", 0, 5, 0.1, 1),),
        place=(_place("residual", -5, 5, 0.05, 2),),
        first=("squared_error", "absolute_error", "huber"),
        ends=(-250, 250),
        parts=50,
    ),
    Family(
        key="probability",
        shared=(_SMOOTHING_CLASSES,),
        place=(_place("probability", 0.01, 0.99, 0.01, 0.2),),
        first=("binary_cross_entropy",),
        ends=(2, 198),
        parts=200,
        labelled=True,
    ),
    Family(
        key="simplex",
        shared=(
            _SMOOTHING_CLASSES,
            _TEMPERATURE,
            SOFTCAP,
            _shared("z_loss", 0, 1, 0.01, 0),
            _shared("shift", -5, 5, 0.1, 0),
        ),
        place=(
            _shared("share", 0.01, 0.99, 0.01, 0.2),
            _shared("split", 0.01, 0.99, 0.01, 0.7),
        ),
        first=("softmax_cross_entropy", "softmax_squared_error"),
        parts=40,
    ),
)


def family_of(record: Record) -> str | None:
    """Return the key of the family that a record belongs to; measures belong to none."""
    match record:
        case Rowwise():
            return "simplex"
        case Pointwise(score=score) if score == UNIT_INTERVAL:
            return "probability"
        case Pointwise(target=target, score=score) if score == REAL:
            return "margin" if target in (SIGNS, UNIT_INTERVAL) else "residual"
    return None


def members(family: Family) -> list[Pointwise | Rowwise]:
    """Return the losses of a family in the order of the catalogue."""
    records = (catalogue.get(name) for name in catalogue.names())
    return [
        record
        for record in records
        if isinstance(record, Pointwise | Rowwise) and family_of(record) == family.key
    ]


def sliders(record: Record) -> list[Slider]:
    """Return a slider for each parameter of a record, and for shorthands that set several."""
    m = Tracer()
    expanded = {s.name: s.expand(m.variable(s.name)) for s in record.shorthands}
    aliases = {next(iter(sets)): name for name, sets in expanded.items() if len(sets) == 1}
    own = []
    for p in record.parameters:
        low, high, step = _reach(p.interval, p.default)
        own.append(
            Slider(
                signal=p.name,
                name=p.name,
                low=low,
                high=high,
                step=step,
                value=p.default,
                summary=p.summary,
                interval=_set(p.interval),
                symbol=p.symbol,
                alias=aliases.get(p.name, ""),
            )
        )
    several = [s for s in record.shorthands if len(expanded[s.name]) > 1]
    return own + [_shorthand(s, expanded[s.name], m) for s in several]


def _shorthand(shorthand: Shorthand, expanded: Mapping[str, Any], m: Tracer) -> Slider:
    low, high, step = _reach(shorthand.interval, 0.5)
    return Slider(
        signal=shorthand.name,
        name=shorthand.name,
        low=low,
        high=high,
        step=step,
        value=0.5,
        summary=shorthand.summary,
        interval=_set(shorthand.interval),
        sets=tuple(
            (name, text(m.lift(x), {shorthand.name: shorthand.name}))
            for name, x in expanded.items()
        ),
    )


def _reach(interval: Interval, default: float) -> tuple[float, float, float]:
    """Return the ends and the step of a slider; an open end is not reached."""
    low = max(interval.low, -_FAR)
    high = interval.high if interval.high < inf else max(_FAR, 2 * default)
    step = 0.01
    low = low if interval.closed_low or low > interval.low else low + step
    high = high if interval.closed_high or high < interval.high else high - step
    return low, high, step


def _set(interval: Interval) -> str:
    """Return an interval without line breaks."""
    return str(interval).replace("inf", "∞").replace(" ", "\u00a0")


def chosen(names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the losses that a page opens with: those named, or a few of each family.

    Raises
    ------
    LossaryError
        For a name that is no loss of the explorer.

    """
    if names is None:
        return tuple(name for family in FAMILIES for name in family.first)
    for name in names:
        if family_of(catalogue.get(name)) is None:
            message = (
                f"the explorer shows losses, got the measure {name}; lossary list has the names"
            )
            raise LossaryError(message)
    return tuple(names)

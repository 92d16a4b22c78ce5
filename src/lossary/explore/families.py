"""The losses by what they are looked at over, and the sliders that move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from lossary.checks import LossaryError
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

__all__ = ["FAMILIES", "Family", "Slider", "chosen", "family_of", "members", "sliders"]

_FAR = 5.0
"""How far a slider goes whose interval has no end."""


@dataclass(frozen=True)
class Slider:
    """A number that the reader moves: one of a loss, or one that all losses share.

    ``signal`` is its name in the calculator. A shorthand ``sets`` other signals, each by an
    expression.
    """

    signal: str
    name: str
    low: float
    high: float
    step: float
    value: float
    summary: str
    interval: str = ""
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Family:
    """Losses that can be laid over one another: they are functions of the same axis.

    ``ends`` and ``parts`` say where the axis is sampled: at ``i / parts`` between the ends.
    """

    key: str
    title: str
    text: str
    axis: str
    derivative: str
    shared: tuple[Slider, ...]
    place: tuple[Slider, ...]
    first: tuple[str, ...]
    ends: tuple[int, int] = (0, 0)
    parts: int = 1
    labelled: bool = False


_SMOOTHING = Slider(
    "common_smoothing",
    "label smoothing",
    0,
    1,
    0.01,
    0,
    "the share of the target that is spread evenly over the classes",
)
_TEMPERATURE = Slider(
    "common_temperature", "temperature", 0.1, 5, 0.05, 1, "what scores are divided by"
)
_TARGET = Slider(
    "common_target", "target", 0, 5, 0.1, 1, "only Poisson's loss depends on more than the residual"
)

FAMILIES = (
    Family(
        key="margin",
        title="Two classes",
        text="A score against a label. The margin is the score times the label, ±1: positive "
        "where the decision is right, larger the surer it is.",
        axis="margin",
        derivative="by the margin",
        shared=(_SMOOTHING, _TEMPERATURE),
        place=(Slider("common_x", "margin", -5, 5, 0.05, -1, "where the numbers are read"),),
        first=("sigmoid_cross_entropy", "sigmoid_squared_error", "hinge"),
        ends=(-250, 250),
        parts=50,
        labelled=True,
    ),
    Family(
        key="residual",
        title="A number",
        text="A prediction against a number. The residual is the prediction less the target; "
        "Poisson's score is the logarithm of what it predicts.",
        axis="residual",
        derivative="by the prediction",
        shared=(_TARGET,),
        place=(Slider("common_x", "residual", -5, 5, 0.05, 2, "where the numbers are read"),),
        first=("squared_error", "absolute_error", "huber"),
        ends=(-250, 250),
        parts=50,
    ),
    Family(
        key="probability",
        title="A probability",
        text="A probability that is given, not made from a score, against a label.",
        axis="probability of the positive class",
        derivative="by the probability",
        shared=(_SMOOTHING,),
        place=(
            Slider("common_x", "probability", 0.01, 0.99, 0.01, 0.2, "where the numbers are read"),
        ),
        first=("binary_cross_entropy",),
        ends=(2, 198),
        parts=200,
        labelled=True,
    ),
    Family(
        key="simplex",
        title="Three classes",
        text="Every prediction for three classes is a point of the triangle: a corner is "
        "certainty of its class, the centre none at all. Class 1, at the top, is the true one. "
        "Blue is above 0, orange below.",
        axis="probabilities",
        derivative="by the logit of the class chosen",
        shared=(_SMOOTHING, _TEMPERATURE),
        place=(
            Slider("common_share", "probability of class 1", 0.01, 0.99, 0.01, 0.2, "the true one"),
            Slider(
                "common_split", "class 2’s share of the rest", 0.01, 0.99, 0.01, 0.7, "the others"
            ),
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
    own = [
        Slider(
            p.name, p.name, *_reach(p.interval, p.default), p.default, p.summary, _set(p.interval)
        )
        for p in record.parameters
    ]
    return own + [found for s in record.shorthands if (found := _shorthand(s)) is not None]


def _shorthand(shorthand: Shorthand) -> Slider | None:
    m = Tracer()
    expanded = shorthand.expand(m.variable(shorthand.name))
    if len(expanded) < 2:
        return None
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
    """Return the ends and the step of a slider; an end that is not allowed is not reached."""
    low = max(interval.low, -_FAR)
    high = interval.high if interval.high < inf else max(_FAR, 2 * default)
    step = 0.01
    low = low if interval.closed_low or low > interval.low else low + step
    high = high if interval.closed_high or high < interval.high else high - step
    return low, high, step


def _set(interval: Interval) -> str:
    return str(interval).replace("inf", "∞")


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
            message = f"{name} is a measure, and the explorer shows losses: see lossary list"
            raise LossaryError(message)
    return tuple(names)

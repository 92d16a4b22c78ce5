"""Public functions made from records, with signature, formula and executed example."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from lossary import validation
from lossary.formulas.record import (
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Choice,
    Joint,
    Measure,
    Pointwise,
    Record,
    Rowwise,
)
from lossary.interpreters.array_helpers import quietly
from lossary.interpreters.latex import formula
from lossary.options import OPTIONS, loss_options

__all__ = [
    "Loss",
    "MeasureFunction",
    "loss_function",
    "measure_function",
]

Argument = tuple[str, str]


class Loss(Protocol):
    """Function of a loss, with its record and its derivatives as attributes."""

    __name__: str
    record: Record
    gradient: Callable[..., Any]
    hessian: Callable[..., Any]

    def __call__(self, score: Any, target: Any = None, /, **options: Any) -> Any:
        """Compute the loss."""


class MeasureFunction(Protocol):
    """Function of a measure, with its record as attribute."""

    __name__: str
    record: Record

    def __call__(self, p: Any, q: Any = None, /, **options: Any) -> Any:
        """Compute the measure."""


def _signature(arguments: Sequence[str], options: Sequence[str], record: Record) -> Any:
    kind = inspect.Parameter
    parts = [kind(a, kind.POSITIONAL_OR_KEYWORD) for a in arguments]
    keywords: dict[str, Any] = {s.name: None for s in record.shorthands}
    keywords |= {p.name: p.default for p in record.parameters}
    keywords |= {o: OPTIONS[o].default for o in options}
    keywords |= {c.name: c.default for c in _choices(record)}
    parts += [kind(k, kind.KEYWORD_ONLY, default=v) for k, v in keywords.items()]
    return inspect.Signature(parts)


def _document(
    record: Record,
    arguments: Sequence[Argument],
    options: Sequence[str],
    returns: str,
    example: str,
) -> str:
    described = [(n, text) for n, text in arguments]
    described += [(s.name, f"{_sentence(s.summary)} In {s.interval}.") for s in record.shorthands]
    described += [(p.name, f"{_sentence(p.summary)} In {p.interval}.") for p in record.parameters]
    described += [(o, OPTIONS[o].text) for o in options]
    described += [(c.name, _sentence(c.summary)) for c in _choices(record)]
    listed = "\n".join(f"{name}\n    {text}" for name, text in described)
    return (
        f"{_sentence(record.summary)}\n\n.. math:: {formula(record)}\n\n"
        f"Parameters\n----------\n{listed}\n\n"
        f"Returns\n-------\n{returns}\n\n"
        "Raises\n------\nLossaryError\n    For invalid shapes, ranges or parameters.\n\n"
        f"Examples\n--------\n{example}\n\n"
        f"References\n----------\n{record.source}\n"
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _finish(
    function: Any, name: str, record: Record, signature: Any, describe: Callable[[], str]
) -> None:
    function.__name__ = function.__qualname__ = name
    function.__module__ = "lossary"
    function.__signature__ = signature
    function.record = record
    function.__doc__ = describe()


def _guarded(
    name: str, record: Record, known: Sequence[str], function: Callable[..., Any]
) -> Callable[..., Any]:
    """Return the function under its name, with an error for unknown keywords."""
    takes = [*known, *_parameter_names(record)]
    allowed = frozenset(takes)
    function.__name__ = function.__qualname__ = name

    @quietly
    def guarded(*arguments: Any, **given: Any) -> Any:
        wrong = given.keys() - allowed
        if wrong:
            message = f"{name} has no argument {min(wrong)!r}: it takes {', '.join(takes)}"
            raise validation.LossaryError(message)
        return function(*arguments, **given)

    return guarded


def _choices(record: Record) -> tuple[Choice, ...]:
    return record.choices if isinstance(record, Joint) else ()


def _parameter_names(record: Record) -> list[str]:
    own = [*(s.name for s in record.shorthands), *(p.name for p in record.parameters)]
    return own + [c.name for c in _choices(record)]


_TARGET_EXAMPLES = {SIGNS: "[1, -1]", UNIT_INTERVAL: "[1, 0]"}


def _loss_arguments(record: Pointwise | Rowwise) -> list[Argument]:
    if isinstance(record, Rowwise):
        target = "Class indices of shape ``(*batch)``, or distributions of the logits' shape."
        logits = "Logits of shape ``(*batch, classes)``, the classes along ``axis``."
        return [("logits", logits), ("target", target)]
    score = "Scores" if record.score == REAL else f"Probabilities, in {record.score},"
    return [
        ("score", f"{score} of any shape ``(*batch)``."),
        ("target", f"Targets of the same shape, in {record.target}."),
    ]


def _example(name: str, function: Callable[..., Any], call: str) -> str:
    """Return a call as in an interpreter session, with its result."""
    result = eval(call, {"ls": _Namespace(name, function)})  # noqa: S307 - our own text
    return f">>> import lossary as ls\n>>> {call}\n{result!r}"


class _Namespace:
    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        setattr(self, name, function)


def _loss_call(record: Pointwise | Rowwise) -> str:
    if isinstance(record, Rowwise):
        target = "[0]" if record.name != "reverse_kl" else "[[0.5, 0.25, 0.25]]"
        return f'ls.{record.name}([[2.0, 1.0, 0.0]], {target}, reduction="none")'
    score = "[0.5, -2.0]" if record.score == REAL else "[0.75, 0.5]"
    target = _TARGET_EXAMPLES.get(record.target, "[1.0, 0.0]")
    return f'ls.{record.name}({score}, {target}, reduction="none")'


def loss_function(
    record: Pointwise | Rowwise, function: Callable[..., Any], **attributes: Callable[..., Any]
) -> Loss:
    """Return the public function of a loss, documented from its record."""
    options, arguments = loss_options(record), _loss_arguments(record)
    names = [a for a, _ in arguments]
    loss = _guarded(record.name, record, [*names, *options], function)
    returns = 'A scalar array, or with ``reduction="none"`` one of shape ``(*batch)``, in nats.'
    if isinstance(record, Pointwise) and record.target not in (SIGNS, UNIT_INTERVAL):
        returns = returns.replace(", in nats", "")
    signature = _signature(names, options, record)
    _finish(
        loss,
        record.name,
        record,
        signature,
        lambda: _document(
            record, arguments, options, returns, _example(record.name, loss, _loss_call(record))
        ),
    )
    for name, value in attributes.items():
        setattr(loss, name, value)
    return cast("Loss", loss)


def measure_function(
    record: Measure | Joint,
    function: Callable[..., Any],
    *,
    arguments: Sequence[Argument],
    options: Sequence[str],
    returns: str,
    call: str,
    name: str = "",
) -> MeasureFunction:
    """Return the public function of a measure, documented from its record."""
    kept = [o for o in options if o != "base" or "nats" in record.unit]
    names, name = [a for a, _ in arguments], name or record.name
    measure = _guarded(name, record, [*names, *kept], function)
    unit = record.unit if "nats" not in record.unit else "nats, or the unit of ``base``"
    signature = _signature(names, kept, record)
    _finish(
        measure,
        name,
        record,
        signature,
        lambda: _document(
            record, arguments, kept, f"{returns}, in {unit}.", _example(name, measure, call)
        ),
    )
    return cast("MeasureFunction", measure)

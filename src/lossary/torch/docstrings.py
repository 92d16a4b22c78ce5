"""What a record's module and function take, and say of themselves."""

from math import isfinite
from typing import Any

from lossary.formulas.record import (
    SIGNS,
    UNIT_INTERVAL,
    Domain,
    Interval,
    Parameter,
    Pointwise,
    Rowwise,
    Shorthand,
)
from lossary.interpreters.latex import formula
from lossary.record_functions import OPTIONS, loss_options

__all__ = ["combinators", "described", "example", "parameters"]

Record = Pointwise | Rowwise
Option = tuple[str, Any, str]

_ROWS: tuple[Option, ...] = (
    ("reduction", *OPTIONS["reduction"]),
    ("weight", None, "A weight for each class, of shape ``(C,)``, none negative."),
    ("ignore_index", -100, "Rows of that class index count for nothing."),
    ("label_smoothing", *OPTIONS["label_smoothing"]),
    ("class_dim", None, "The axis of the classes; 1 unless given, or 0 for a single row."),
    ("temperature", *OPTIONS["temperature"]),
    ("softcap", *OPTIONS["softcap"]),
    ("z_loss", *OPTIONS["z_loss"]),
    ("sum_tolerance", *OPTIONS["sum_tolerance"]),
    ("inplace", False, "Write the gradient over the logits, which must have been computed."),
)
_ROW_SHAPES = """input: logits ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; target: class indices
without ``C``, or distributions of the input's shape; ``sample_weight`` and losses, which are in
nats, without ``C``."""


def parameters(record: Record) -> tuple[Option, ...]:
    """Return the formula's own parameters: name, default, description."""
    defaults = dict(record.defaults)
    named: list[Parameter | Shorthand] = [*record.parameters, *record.shorthands]
    return tuple(
        (p.name, defaults.get(p.name), f"{_sentence(p.summary)} In {p.interval}.") for p in named
    )


def combinators(record: Record) -> tuple[Option, ...]:
    """Return what the module of a record takes besides: name, default, description."""
    if isinstance(record, Rowwise):
        return _ROWS
    return tuple((n, *OPTIONS[n]) for n in loss_options(record) if n != "sample_weight")


def described(record: Record, example: str) -> str:
    """Return the docstring of a record's module or function."""
    options = [*parameters(record), *combinators(record)]
    listed = "\n".join(f"{name}\n    {text}" for name, _, text in options)
    return (
        f"{_sentence(record.summary)}\n\n.. math:: {formula(record)}\n\n"
        f"Parameters\n----------\n{listed}\n\n"
        f"Shapes\n------\n{_shapes(record)}\n\n"
        "Raises\n------\nLossaryError\n    For shapes, ranges or parameters other than these.\n\n"
        f"Examples\n--------\n{example}\n\n"
        f"References\n----------\n{record.source}\n"
    )


def example(record: Record) -> tuple[str, str]:
    """Return an input and a target, as text."""
    if isinstance(record, Rowwise):
        return "[[2.0, 1.0, 0.0]]", "[[0.5, 0.25, 0.25]]"
    return _two(record.score, 0.5, -2.0, 0.75, 2.0), _two(record.target, 1.0, -1.0, 0.0, 2.0)


def _two(domain: Domain, *candidates: float) -> str:
    """Return two numbers of a domain, as text."""
    if isinstance(domain, Interval):
        candidates += (domain.low + 1, domain.high - 1, (domain.low + domain.high) / 2)
    else:
        candidates += domain.allowed
    inside = [x for x in candidates if isfinite(x) and not domain.outside(x)]
    return str((inside * 2)[:2])


def _shapes(record: Record) -> str:
    if isinstance(record, Rowwise):
        return _ROW_SHAPES
    unit = ", in nats" if record.target in (SIGNS, UNIT_INTERVAL) else ""
    return f"input, target in {record.target}, ``sample_weight``, losses{unit}: any, all the same."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."

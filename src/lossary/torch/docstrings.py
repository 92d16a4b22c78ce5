"""Docstrings of the modules and functions, generated from their entries."""

import textwrap
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

import torch

from lossary.formulas.record import REAL, SIGNS, UNIT_INTERVAL, Domain, Interval, Rowwise
from lossary.interpreters.latex import formula
from lossary.kernels import eligibility
from lossary.torch.argument_table import Argument, Record
from lossary.torch.loss_entry import LossEntry

__all__ = ["docstring", "function_example", "module_example", "paragraph", "parameter_list"]

_ROWS = """input: logits ``(C,)``, ``(N, C)`` or ``(N, C, d1, …)``; target: class indices of any
integer dtype, without ``C``, or distributions of the input's shape; ``sample_weight`` and losses,
which are in nats, without ``C``."""
_RAISES_OF_ROWS = (
    "For a class index out of range, probabilities that do not sum to 1, shapes that do not fit."
)


def docstring(entry: LossEntry, example: str, arguments: Iterable[Argument]) -> str:
    """Return the docstring of a module or a function."""
    record = entry.record
    parts = [entry.summary or _sentence(record.summary)]
    if not entry.summary:
        parts.append(f".. math:: {formula(record)}")
    if entry.notes:
        parts.append(paragraph(entry.notes))
    texts = {argument.name: argument.text for argument in arguments}
    parts += [
        f"Parameters\n----------\n{parameter_list(texts)}",
        f"Shapes\n------\n{paragraph(entry.shapes or _shapes(record))}",
        f"Raises\n------\nLossaryError\n{paragraph(entry.raises or _raises(record), indent=4)}",
        f"Examples\n--------\n{example}",
        f"References\n----------\n{entry.source or record.source}\n",
    ]
    return "\n\n".join(parts)


def parameter_list(texts: dict[str, str]) -> str:
    """Return the descriptions of parameters; those with the same text share an entry."""
    names: dict[str, list[str]] = {}
    for name, text in texts.items():
        names.setdefault(text, []).append(name)
    return "\n".join(
        f"{paragraph(', '.join(n))}\n{paragraph(text, indent=4)}" for text, n in names.items()
    )


def paragraph(text: str, indent: int = 0) -> str:
    """Return a text in lines."""
    space = " " * indent
    return textwrap.fill(
        text,
        96,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sentence(text: str) -> str:
    """Return a summary as a sentence."""
    return f"{text[0].upper()}{text[1:]}."


def module_example(entry: LossEntry, module: Callable[..., Any]) -> str:
    """Return an example of a module with its result."""
    made = f"{entry.module}({entry.example_options})"
    return _executed(entry, "lossary.torch", module, f"{made}({', '.join(entry.tensors)})")


def function_example(entry: LossEntry, function: Callable[..., Any]) -> str:
    """Return an example of a function with its result."""
    options = f"{entry.example_options}, " if entry.example_options else ""
    call = f'{entry.function}({", ".join(entry.tensors)}, {options}reduction="none")'
    return _executed(entry, "lossary.torch.functional", function, call)


def _executed(entry: LossEntry, package: str, called: Callable[..., Any], call: str) -> str:
    """Return a call as typed, with the value that it returns."""
    values = entry.example or _example(entry.record)
    scope: dict[str, Any] = {called.__name__: called, "torch": torch}
    names = dict(zip(entry.tensors, values, strict=True))
    scope |= {name: eval(text, scope) for name, text in names.items()}  # noqa: S307 - our own text
    with eligibility.plain():
        result = eval(call, scope)  # noqa: S307 - our own text
    lines = ["import torch", f"from {package} import {called.__name__}"]
    lines += [f"{name} = {text}" for name, text in names.items()]
    return "\n".join([*(f">>> {line}" for line in (*lines, call)), repr(result)])


def _example(record: Record) -> tuple[str, str]:
    """Return an input and a target as code."""
    if isinstance(record, Rowwise):
        return "torch.tensor([[2.0, 1.0, 0.0]])", "torch.tensor([[0.5, 0.25, 0.25]])"
    score, target = (
        _two(record.score, 0.5, -2.0, 0.75, 2.0),
        _two(record.target, 1.0, -1.0, 0.0, 2.0),
    )
    return f"torch.tensor({score})", f"torch.tensor({target})"


def _two(domain: Domain, *candidates: float) -> list[float]:
    """Return two numbers of a domain."""
    if isinstance(domain, Interval):
        candidates += (domain.low + 1, domain.high - 1, (domain.low + domain.high) / 2)
    else:
        candidates += domain.allowed
    inside = [x for x in candidates if isfinite(x) and not domain.outside(x)]
    return (inside * 2)[:2]


def _shapes(record: Record) -> str:
    if isinstance(record, Rowwise):
        return _ROWS
    unit = ", in nats" if record.target in (SIGNS, UNIT_INTERVAL) else ""
    return (
        f"input, target in {record.target}, ``sample_weight``, losses{unit}: any shape, the same "
        "for all."
    )


def _raises(record: Record) -> str:
    if isinstance(record, Rowwise):
        return _RAISES_OF_ROWS
    domains = {"an input": record.score, "a target": record.target}
    outside = [f"{name} outside {domain}" for name, domain in domains.items() if domain != REAL]
    listed = ", ".join(
        ["unequal shapes", *outside, "a negative weight", "a parameter out of range"]
    )
    return f"For {listed}."

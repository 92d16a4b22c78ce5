"""Docstrings that estimators share: parameters, methods and sources, each written once."""

import inspect
from collections.abc import Callable, Iterable
from textwrap import fill, indent
from typing import Any, TypeVar

from lossary.estimate.entropy_estimators import EntropyEstimator

__all__ = ["documented", "method_list", "quoted"]

Function = TypeVar("Function", bound=Callable[..., Any])

PARAMETERS = {
    "kind": '``"discrete"`` or ``"continuous"``; by default, floating-point columns are '
    "continuous, all others discrete.",
    "kinds": '``"discrete"`` or ``"continuous"``, one for all columns or one for each; by default, '
    "floating-point columns are continuous, all others discrete.",
    "k": "The number of nearest neighbours, for continuous columns: a larger k has less variance "
    "and more bias.",
    "base": "The base of the logarithm: 2 for bits, None for nats.",
    "alphabet": "The number of possible classes; by default those that occur, or as many as counts "
    "are given for.",
    "alpha": 'The pseudo-count of each class or cell, for ``method="dirichlet"`` only.',
    "missing": 'The policy for missing labels (None, NaN, NaT, NA, null): ``"error"``, '
    '``"category"`` for a label of their own, or ``"drop"``.',
    "sample_weight": 'A weight for each row, for ``method="plug_in"`` only, which is then the '
    "default.",
    "average": 'The divisor: ``"arithmetic"`` or ``"geometric"`` mean of the entropies, ``"min"``, '
    '``"max"`` or ``"joint"``.',
    "seed": "The seed of the random numbers: the same seed gives the same result.",
}


def documented(*sources: str, **own: str) -> Callable[[Function], Function]:
    """Return a decorator that completes a NumPy-style docstring.

    Parameters of the signature that the docstring lacks get the shared text, or that of ``own``;
    sources are added to the references.
    """

    def complete(function: Function) -> Function:
        if function.__doc__:  # None under python -OO
            names = inspect.signature(function).parameters
            function.__doc__ = _completed(function.__doc__, names, PARAMETERS | own, sources)
        return function

    return complete


def _completed(
    text: str, names: Iterable[str], shared: dict[str, str], sources: Iterable[str]
) -> str:
    head, title, rest = inspect.cleandoc(text).partition("\n\nReturns\n")
    present = {n for line in head.splitlines() if line[:1] != " " for n in line.split(", ")}
    added = (f"\n{n}\n{_indented(shared[n])}" for n in names if n in shared and n not in present)
    body, references, listed = (head + "".join(added) + title + rest).rpartition("\n----------\n")
    every = dict.fromkeys([listed.replace("\n", " ").strip(), *sources])
    return body + references + fill("; ".join(every), 100, break_on_hyphens=False) + "\n"


def _indented(text: str) -> str:
    paragraphs = (
        p if p.startswith("- ") else fill(p, 96, break_on_hyphens=False) for p in text.split("\n")
    )
    return indent("\n".join(paragraphs), "    ")


def method_list(estimators: Iterable[EntropyEstimator]) -> str:
    """Return the documentation of ``method``: registered estimators with their summaries."""
    items = [f'- ``"{e.name}"``: {e.summary}' for e in estimators]
    return "\n".join(["One of", "", *items])


def quoted(names: Iterable[str]) -> str:
    """Return method names as a docstring shows them."""
    return ", ".join(f'``"{name}"``' for name in names)

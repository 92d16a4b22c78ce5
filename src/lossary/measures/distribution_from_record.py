"""Public functions of measures of distributions, one for each representation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lossary.formulas.record import Measure
from lossary.interpreters.array_helpers import Array
from lossary.measures.distribution_dispatch import measure, measure_from_logits
from lossary.measures.representations import as_counts
from lossary.record_functions import MeasureFunction, measure_function

__all__ = ["SPACES", "distribution_function"]


def _from_counts(record: Measure, *given: Any, **options: Any) -> Array:
    counts = [as_counts(f"argument {i}", x) for i, x in enumerate(given)]
    return measure(record, *counts, normalize=True, **options)


def _from_log_probabilities(record: Measure, *given: Any, **options: Any) -> Array:
    return measure_from_logits(record, *given, log_probabilities=True, **options)


@dataclass(frozen=True)
class _Space:
    """A representation of distributions: names of arguments, contents, options, implementation."""

    what: str
    names: tuple[str, str]
    options: tuple[str, ...]
    examples: tuple[str, str]
    compute: Callable[..., Array]


_LOG_HALF = "-0.6931471805599453"

SPACES = {
    "": _Space(
        "Probabilities",
        ("p", "q"),
        ("axis", "base", "normalize", "sum_tolerance"),
        ("[0.5, 0.25, 0.25]", "[0.25, 0.25, 0.5]"),
        measure,
    ),
    "_from_logits": _Space(
        "Logits",
        ("p_logits", "q_logits"),
        ("axis", "base"),
        ("[1.0, 0.0, 0.0]", "[0.0, 0.0, 1.0]"),
        measure_from_logits,
    ),
    "_from_log_probabilities": _Space(
        "Logarithms of probabilities",
        ("log_p", "log_q"),
        ("axis", "base", "sum_tolerance"),
        (f"[{_LOG_HALF}, {_LOG_HALF}]", f"[{_LOG_HALF}, {_LOG_HALF}]"),
        _from_log_probabilities,
    ),
    "_from_counts": _Space(
        "Counts",
        ("p", "q"),
        ("axis", "base"),
        ("[2, 1, 1]", "[1, 1, 2]"),
        _from_counts,
    ),
}


@lru_cache(maxsize=1024)
def distribution_function(record: Measure, suffix: str = "") -> MeasureFunction:
    """Return the public function of a measure for a representation of its distributions."""
    space, name = SPACES[suffix], record.name + suffix
    names = space.names[: record.arity]

    def function(*positional: Any, **given: Any) -> Array:
        named = [given.pop(n) for n in names[len(positional) :] if n in given]
        return space.compute(record, *positional, *named, **given)

    shape = "of shape ``(*batch, outcomes)``, the outcomes along ``axis``."
    returns = "An array of the shape ``(*batch)``"
    if not record.summed:
        shape, returns = "of any shape.", "An array of the same shape"
    return measure_function(
        record,
        function,
        arguments=[(n, f"{space.what} {shape}") for n in names],
        options=space.options if record.summed else ("base",),
        returns=returns,
        call=f"ls.{name}({', '.join(space.examples[: record.arity])})",
        name=name,
    )

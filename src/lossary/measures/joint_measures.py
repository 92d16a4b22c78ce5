"""Measures of joint tables: everything is a comparison of the table with its marginals."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lossary import validation
from lossary.formulas.divergence import kl_divergence
from lossary.formulas.record import Joint, Pair
from lossary.interpreters.array_api import Array, cast, vocabulary
from lossary.measures.joint_table import Table
from lossary.measures.representations import as_counts, in_base
from lossary.record_functions import MeasureFunction, measure_function

__all__ = ["AVERAGES", "joint_function", "table_axes"]

AVERAGES = ("arithmetic", "geometric", "min", "max", "joint")


def _pointwise(t: Table) -> Array:
    m = vocabulary(t.cells)
    cells, product, difference = t.shares([(0,), (1,)])
    log_ratio = kl_divergence.terms[0].partials[0]
    lawful = m.where(product == 0, float("nan"), 0)
    return log_ratio(m, Pair(m, cells, product, difference)) + lawful


def _mutual_information(t: Table) -> Array:
    return t.compare([(0,), (1,)])


def _normalized(t: Table, average: str = "arithmetic") -> Array:
    """Return the information over a mean of the entropies, as scikit-learn of constants, too.

    Two constants are the same partition, which is 1; one constant shares nothing, which is 0.
    """
    validation.choice("average", average, AVERAGES)
    m = vocabulary(t.cells)
    shared, x, y = _mutual_information(t), t.entropy(0), t.entropy(1)
    constant = (x == 0) | (y == 0)
    x, y = m.where(constant, 1, x), m.where(constant, 1, y)
    divisor = {
        "arithmetic": lambda: (x + y) / 2,
        "geometric": lambda: m.sqrt(x * y),
        "min": lambda: m.minimum(x, y),
        "max": lambda: m.maximum(x, y),
        "joint": lambda: m.where(constant, 1, t.entropy(0, 1)),
    }[average]()
    of_constants = m.where(t.entropy(0, 1) == 0, 1.0, 0 * shared)
    return m.where(constant, of_constants, m.minimum(shared / divisor, 1))


_RULES: dict[str, tuple[int | None, Callable[..., Array]]] = {
    "joint_entropy": (None, lambda t: t.entropy(*range(t.axes))),
    "conditional_entropy": (2, lambda t: t.conditional(1)),
    "mutual_information": (2, _mutual_information),
    "pointwise_mutual_information": (2, _pointwise),
    "conditional_mutual_information": (3, lambda t: t.compare([(0, 2), (1, 2)], (2,))),
    "total_correlation": (None, lambda t: t.compare([(a,) for a in range(t.axes)])),
    "information_gain": (2, _mutual_information),
    "gain_ratio": (2, lambda t: _mutual_information(t) / t.entropy(0)),
    "normalized_mutual_information": (2, _normalized),
    "variation_of_information": (2, lambda t: t.conditional(1) + t.conditional(0)),
}

_TABLES = {2: "[[0.5, 0.0], [0.25, 0.25]]", 3: "[[[0.5, 0.0]], [[0.25, 0.25]]]", None: ""}
_COUNTS = {2: "[[2, 0], [1, 1]]", 3: "[[[2, 0]], [[1, 1]]]", None: ""}
_AXES = {2: "(*batch, x, y)", 3: "(*batch, x, y, z)", None: "(x, y, …)"}


def table_axes(record: Joint) -> int | None:
    """Return how many axes a table has, None where all axes of an array are the table's."""
    return _RULES[record.name][0]


@lru_cache(maxsize=1024)
def joint_function(record: Joint, space: str = "") -> MeasureFunction:
    """Return the public function of a measure of joint tables."""
    name = record.name + space
    axes, rule = _RULES[record.name]
    counts = space == "_from_counts"

    def function(
        joint: Any,
        *,
        base: float | None = None,
        normalize: bool = False,
        sum_tolerance: float | None = None,
        **options: Any,
    ) -> Array:
        table = Table(
            as_counts("joint", joint) if counts else joint,
            axes,
            normalize=True if counts else normalize,
            sum_tolerance=sum_tolerance,
        )
        return cast(in_base(rule(table, **options), base, record.unit), table.dtype)

    what = "Counts" if counts else "Joint probabilities"
    examples = _COUNTS if counts else _TABLES
    options = ["base"] if counts else ["base", "normalize", "sum_tolerance"]
    if record.name == "normalized_mutual_information":
        options.append("average")
    returns = "An array of the shape ``(*batch)``" if record.summed else "An array like the table"
    return measure_function(
        record,
        function,
        arguments=[("joint", f"{what} of shape ``{_AXES[axes]}``.")],
        options=options,
        returns=returns,
        call=f"ls.{name}({examples[axes] or examples[2]})",
        name=name,
    )

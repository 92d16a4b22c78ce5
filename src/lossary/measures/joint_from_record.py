"""Public functions of joint measures, made from their records."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from lossary import validation
from lossary.formulas.record import Joint
from lossary.interpreters.array_helpers import Array, cast
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.measures.representations import as_counts, in_base
from lossary.measures.validated_joint_table import JointTable
from lossary.record_functions import MeasureFunction, measure_function

__all__ = ["joint_function"]


@lru_cache(maxsize=1024)
def joint_function(record: Joint, space: str = "") -> MeasureFunction:
    """Return the public function of a measure of joint tables."""
    name, counts = record.name + space, space == "_from_counts"
    allowed = {choice.name: choice.allowed for choice in record.choices}
    defaults = {choice.name: choice.default for choice in record.choices}

    def function(
        joint: Any,
        *,
        base: float | None = None,
        normalize: bool = False,
        sum_tolerance: float | None = None,
        **given: Any,
    ) -> Array:
        table = JointTable(
            as_counts("joint", joint) if counts else joint,
            record.axes,
            normalize=True if counts else normalize,
            sum_tolerance=sum_tolerance,
        )
        choices = {k: given.pop(k, default) for k, default in defaults.items()}
        for key, value in choices.items():
            validation.choice(key, value, allowed[key])
        parameters = validation.parameters(record, given)
        value = record.stable(vocabulary(table.cells), table, **choices, **parameters)
        return cast(in_base(value, base, record.unit), table.dtype)

    rows = ("[2, 0]", "[1, 1]") if counts else ("[0.5, 0.0]", "[0.25, 0.25]")
    what = "Counts" if counts else "Joint probabilities"
    axes = "(x, y, …)" if record.any_axes else f"(*batch, {', '.join(record.letters)})"
    returns = "An array of the shape ``(*batch)``" if record.summed else "An array like the table"
    return measure_function(
        record,
        function,
        arguments=[("joint", f"{what} of shape ``{axes}``.")],
        options=["base"] if counts else ["base", "normalize", "sum_tolerance"],
        returns=returns,
        call=f"ls.{name}({_example(rows, record.axes or 2)})",
        name=name,
    )


def _example(rows: Sequence[str], axes: int) -> str:
    """Return the text of a table with two entries along its first and its last axis."""
    inner = axes - 2
    return f"[{', '.join('[' * inner + row + ']' * inner for row in rows)}]"

"""Choice of the template that computes a record in a shape of work."""

from typing import Any

from lossary.kernels.cpu import margins, pointwise, probabilities, rows, two_logits
from lossary.kernels.cpu.template import Template
from lossary.kernels.distributions import REPRESENTATIONS
from lossary.kernels.interface import Shape
from lossary.kernels.margins import MARGINS
from lossary.kernels.pointwise import POINTWISE
from lossary.kernels.rows import ROWS

__all__ = ["template"]


def template(shape: Shape, record: Any, classes: int) -> Template | None:
    """Return the loops of a record, of logits with their slopes, None where there are none."""
    if shape is ROWS:
        return rows.template(classes)
    if shape is POINTWISE:
        return pointwise.TEMPLATE
    if shape is MARGINS:
        return margins.TEMPLATE
    if shape is REPRESENTATIONS[""]:
        return probabilities.SUMS if record.summed and not record.shares else None
    return two_logits.BY_SECOND if record.arity == 2 else None

"""Gradients of a linear head without what the small slopes by logits would add to them."""

import torch
from torch import Tensor

from lossary.formulas.rows import softmax_cross_entropy
from lossary.kernels.build import Template, compute, no_formulas
from lossary.kernels.memory import address, bits, storage
from lossary.kernels.products import Gradients, Weights, wide

__all__ = ["FILTERED", "Filtered"]

_PIECE = 64
_CHUNKS = 64

# It asks nothing of a record: the slopes have been computed.
FILTERED = Template(
    "filtered",
    no_formulas,
    integers=(
        *("rows", "classes", "hidden", "chunk", "by_class", "bounds"),
        *("slope", "slope_type", "source", "source_type", "sink"),
    ),
    reals=("scale",),
    sums=(),
)


class Filtered(Gradients):
    """Gradients that leave out, element by element, the slopes smaller than a bound of each row.

    Most slopes of a trained model's softmax are: what is left is added row by row, not multiplied.
    """

    def __init__(
        self, x: Tensor, weight: Tensor, wanted: tuple[bool, bool, bool], bounds: Tensor
    ) -> None:
        super().__init__(x, weight, wanted, single=False)
        self._bounds = bounds
        self._source = weight.contiguous()
        if self._by_weight is not None:
            self._by_weight.zero_()

    def _add_by_hidden(
        self,
        place: Tensor,
        weights: Weights,  # noqa: ARG002 - they are multiplied, not added
        slope: Tensor,
        rows: slice,
    ) -> None:
        sums = torch.zeros_like(place, dtype=wide(place.dtype))
        self._run(slope, self._source, sums, rows, by_class=False)
        place.copy_(sums)

    def _add_by_weight(self, total: Tensor, slope: Tensor, x: Tensor, rows: slice) -> None:
        self._run(slope, x.contiguous(), total, rows, by_class=True)

    def _run(
        self, slope: Tensor, source: Tensor, sink: Tensor, rows: slice, *, by_class: bool
    ) -> None:
        (count, classes), hidden = slope.shape, sink.shape[1]
        length = classes if by_class else count
        chunk = -(-length // _CHUNKS)
        bounds = self._bounds[rows].to(sink.dtype).contiguous()
        compute(
            softmax_cross_entropy,
            FILTERED,
            bits(sink.dtype),
            chunks=-(-length // chunk),
            scratch=_PIECE + hidden,
            integers={
                "rows": count,
                "classes": classes,
                "hidden": hidden,
                "chunk": chunk,
                "by_class": by_class,
                "bounds": address(bounds),
                "sink": address(sink),
                **storage("slope", slope),
                **storage("source", source),
            },
            reals={},
            parameters=(),
        )

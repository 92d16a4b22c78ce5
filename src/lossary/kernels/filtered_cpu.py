"""Gradients of a linear head whose small slopes by logits are added up, not multiplied."""

import torch
from torch import Tensor

from lossary.formulas.rows import softmax_cross_entropy
from lossary.kernels.build import Template, compute, no_formulas
from lossary.kernels.memory import address, bits, storage
from lossary.kernels.products import Gradients, Weights, spans, wide

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
    """Gradients that take, element by element, the slopes smaller than a bound as a whole.

    Most slopes of a trained model's softmax are small. Those that are not are added row by row, not
    multiplied. The small ones are many classes' that all rows hold down alike: a row's sum of them
    is spread over the classes as the sizes of all rows' are.
    """

    def __init__(
        self, x: Tensor, weight: Tensor, wanted: tuple[bool, bool, bool], bounds: Tensor
    ) -> None:
        super().__init__(x, weight, wanted, single=False)
        self._bounds = bounds
        self._source = weight.contiguous()
        if self._by_weight is not None:
            self._by_weight.zero_()

    def add(self, weights: Weights, slope: Tensor, x: Tensor, rows: slice) -> None:
        """Add what some rows contribute: their gradient by logits, their hidden states."""
        self._of_rows, self._of_classes = self._small(slope, rows)
        super().add(weights, slope, x, rows)

    def _small(self, slope: Tensor, rows: slice) -> tuple[Tensor, Tensor]:
        """Return the sum of each row's small slopes, and the share of each class in them."""
        bounds = self._bounds[rows].to(slope.dtype)[:, None]
        of_rows, of_classes = slope.new_zeros(len(slope)), slope.new_zeros(slope.shape[1])
        for span in spans(slope.shape[1]):
            part = slope[:, span]
            small = torch.where(part.abs() < bounds, part, 0)
            of_rows += small.sum(1)
            of_classes[span] = small.abs_().sum(0)
        return of_rows, of_classes / of_classes.sum().clamp(min=torch.finfo(slope.dtype).tiny)

    def _add_by_hidden(
        self,
        place: Tensor,
        weights: Weights,  # noqa: ARG002 - they are multiplied, not added
        slope: Tensor,
        rows: slice,
    ) -> None:
        sums = torch.zeros_like(place, dtype=wide(place.dtype))
        self._run(slope, self._source, sums, rows, by_class=False)
        mean = sums.new_zeros(sums.shape[1])
        for span in spans(slope.shape[1]):
            mean += self._of_classes[span].to(sums.dtype) @ self._source[span].to(sums.dtype)
        place.copy_(sums.addr_(self._of_rows.to(sums.dtype), mean))

    def _add_by_weight(self, total: Tensor, slope: Tensor, x: Tensor, rows: slice) -> None:
        self._run(slope, x.contiguous(), total, rows, by_class=True)
        along = self._of_rows.to(total.dtype) @ x.to(total.dtype)
        total.addr_(self._of_classes.to(total.dtype), along)

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

"""Online softmax: sums over rows whose logits are computed a block of classes at a time."""

from typing import Any

import torch
from torch import Tensor

from lossary.interpreters.array_vocabulary import vocabulary
from lossary.kernels.array_memory import address, bits, storage
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.interface import Result
from lossary.kernels.rows import RowOptions
from lossary.options import penalties

__all__ = ["TEMPLATE", "Online"]

_BLOCK = 1024
_ELEMENTS_OF_A_CHUNK = 1 << 16
_STATE = 5

TEMPLATE = Template(
    name="online_softmax",
    integers=(
        *("rows", "classes", "chunk", "first", "logits", "logits_type", "index", "state"),
        *("entropy", "best", "scaled"),
    ),
    reals=("scale", "cooling", "softcap"),
    shared=("compensated_totals", "row_functions", "softmax_sums"),
)


class Online:
    """Running sums of the softmax of rows, over the classes so far."""

    def __init__(self, options: RowOptions, index: Tensor, dtype: torch.dtype) -> None:
        self._options, self._index = options, index.contiguous()
        self._state = torch.zeros(len(index), _STATE, dtype=torch.float64)
        self._state[:, 0] = -torch.inf
        self._wide = dtype

    def add(self, logits: Tensor, first: int) -> None:
        """Add the contiguous logits of a block of classes, which begins at ``first``."""
        options, (rows, classes) = self._options, logits.shape
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // classes)
        reals = {"cooling": 1 / options.temperature, "softcap": options.softcap or 0.0}
        Program(TEMPLATE, bits(logits.dtype), reals=reals).run(
            chunks=-(-rows // chunk),
            scratch=_BLOCK * (2 + -(-classes // _BLOCK)),
            integers={
                "rows": rows,
                "classes": classes,
                "chunk": chunk,
                "first": first,
                **storage("logits", logits),
                "index": address(self._index),
                "state": address(self._state),
                **{name: name in options.outputs for name in ("entropy", "best")},
                "scaled": options.scaled,
            },
        )

    @property
    def finite(self) -> bool:
        """Return whether every row's largest logit is a number."""
        return bool(self._state[:, 0].isfinite().all())

    def result(self, mass: Tensor | None, of_penalty: Tensor | float) -> Result:
        """Return the losses of the rows, times their mass, and their auxiliary outputs.

        ``of_penalty`` is the factor of the penalties.
        """
        options, (top, rest, spread, best, own) = self._options, self._state.unbind(1)
        e = torch.exp(own - top)
        everything = e + rest
        lse = top + torch.log(everything)
        one = torch.ones_like(top) if mass is None else mass.double()
        # log1p keeps the tail of a confident row.
        l = torch.where(rest <= e, -torch.log1p(rest / e), own - lse)
        p, r = e / everything, rest / everything
        names = (parameter.name for parameter in options.record.parameters)
        parameters = dict(zip(names, options.parameters, strict=True))
        loss: Any = options.record.term(vocabulary(top), one, l, p, r, **parameters)
        for penalty, weight in zip(penalties().values(), options.penalties, strict=False):
            if weight:
                added: Any = penalty.value(vocabulary(lse), lse)
                loss = loss + weight * of_penalty * added
        spread = spread + torch.where(e == 0, 0, e * (own - top))
        known = {"lse": lse, "entropy": torch.log(everything) - spread / everything}
        known = {name: x.to(self._wide) for name, x in known.items()}
        known["best"] = best.to(torch.int64)
        return Result(loss, None, tuple(known[name] for name in options.outputs))

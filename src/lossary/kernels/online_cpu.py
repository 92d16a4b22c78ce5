"""Online softmax: sums over rows whose logits are computed a block of classes at a time."""

from typing import Any

import torch
from torch import Tensor

from lossary.formulas.rows import softmax_cross_entropy
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.kernels.build import Template, compute, no_formulas
from lossary.kernels.call import Result
from lossary.kernels.memory import address, bits, storage
from lossary.kernels.rows_cpu import Rows

__all__ = ["ONLINE", "Online"]

_BLOCK = 1024
_ELEMENTS_OF_A_CHUNK = 1 << 16
_STATE = 5

# The sums of a softmax are the same for all records.
ONLINE = Template(
    "online",
    no_formulas,
    integers=(
        *("rows", "classes", "chunk", "first", "logits", "logits_type", "index", "state"),
        *("entropy", "best", "scaled"),
    ),
    reals=("scale", "cooling", "softcap"),
    sums=(),
    parts=("totals", "rows", "sums"),
)


class Online:
    """Running sums of the softmax of rows, over the classes so far."""

    def __init__(self, call: Rows, index: Tensor, dtype: torch.dtype) -> None:
        self._call, self._index = call, index.contiguous()
        self._state = torch.zeros(len(index), _STATE, dtype=torch.float64)
        self._state[:, 0] = -torch.inf
        self._wide = dtype

    def add(self, logits: Tensor, first: int) -> None:
        """Add the contiguous logits of a block of classes, which begins at ``first``."""
        call, (rows, classes) = self._call, logits.shape
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // classes)
        compute(
            softmax_cross_entropy,
            ONLINE,
            bits(logits.dtype),
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
                **{name: name in call.outputs for name in ("entropy", "best")},
                "scaled": (call.temperature, call.softcap) != (1.0, None),
            },
            reals={"cooling": 1 / call.temperature, "softcap": call.softcap or 0.0},
            parameters=(),
        )

    @property
    def finite(self) -> bool:
        """Return whether every row's largest logit is a number."""
        return bool(self._state[:, 0].isfinite().all())

    def result(self, mass: Tensor | None, of_penalty: Tensor | float) -> Result:
        """Return the losses of the rows, times their mass, and their auxiliary outputs.

        ``of_penalty`` is the factor of the z-loss.
        """
        call, (top, rest, spread, best, own) = self._call, self._state.unbind(1)
        e = torch.exp(own - top)
        everything = e + rest
        lse = top + torch.log(everything)
        one = torch.ones_like(top) if mass is None else mass.double()
        # log1p keeps the tail of a confident row.
        l = torch.where(rest <= e, -torch.log1p(rest / e), own - lse)
        p, r = e / everything, rest / everything
        names = (parameter.name for parameter in call.record.parameters)
        parameters = dict(zip(names, call.parameters, strict=True))
        loss: Any = call.record.term(vocabulary(top), one, l, p, r, **parameters)
        if call.z_loss:
            loss = loss + call.z_loss * of_penalty * lse**2
        spread = spread + torch.where(e == 0, 0, e * (own - top))
        known = {"lse": lse, "entropy": torch.log(everything) - spread / everything}
        known = {name: x.to(self._wide) for name, x in known.items()}
        known["best"] = best.to(torch.int64)
        return Result(loss, None, tuple(known[name] for name in call.outputs))

"""Losses by compiled kernels, on torch, beside the plain path in wider numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise, Rowwise
from lossary.interpreters.array_row_losses import Softmax, dense_row
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.kernels import eligibility
from lossary.kernels.cpu import bound_kernel, launch
from lossary.losses import rowwise_plain

POINTWISE = [catalogue.get(name) for name in catalogue.names("pointwise")]
ROWWISE = [catalogue.get(name) for name in catalogue.names("rowwise")]
EPS = {torch.float32: 2.0**-23, torch.float64: 2.0**-52}
WIDER = {torch.float32: torch.float64, torch.float64: torch.float64}
"""Where the plain path is the truth; of float64 it is another computation as good."""


@contextmanager
def counted_kernels(ran: list[Any]) -> Iterator[None]:
    """Note the kernels that run inside."""

    def counted(run: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any) -> Any:
            ran.append(given[0])
            return run(*given)

        return counting

    with (
        mock.patch.object(bound_kernel, "run", counted(bound_kernel.run)),
        mock.patch.object(launch.Block, "run", counted(launch.Block.run)),
    ):
        yield


@contextmanager
def kernels() -> Iterator[list[Any]]:
    """Compute by kernels inside, small arrays too; that none runs at all is a failure."""
    ran: list[Any] = []
    eligibility.fast(True)
    try:
        with counted_kernels(ran):
            yield ran
    finally:
        eligibility.fast(None)
    assert ran, "no kernel ran: the plain path was taken"


class Outcome(NamedTuple):
    """A loss and its gradient by the first input."""

    value: torch.Tensor
    slope: torch.Tensor


def outcome(loss: Callable[..., Any], x: Any, *rest: Any, above: Any = None, **options: Any) -> Any:
    """A loss and its gradient by a tensor, times what comes from above."""
    leaf = x.detach().requires_grad_()
    value = loss(leaf, *rest, **options)
    value.backward(torch.ones_like(value) if above is None else above.to(value.dtype))
    slope, leaf.grad = leaf.grad, None
    return Outcome(value.detach(), slope)


def wide(x: Any) -> Any:
    """A floating tensor in float64; everything else as it is."""
    return x.double() if isinstance(x, torch.Tensor) and x.is_floating_point() else x


def widely(loss: Callable[..., Any], *inputs: Any, **options: Any) -> Any:
    """What :func:`outcome` is on the plain path in float64; distributions may be rounded."""
    with (
        eligibility.plain(),
        mock.patch.object(rowwise_plain, "tolerance_of", return_value=0.01),
    ):
        return outcome(loss, *map(wide, inputs), **{k: wide(v) for k, v in options.items()})


def swiftly(loss: Callable[..., Any], *inputs: Any, **options: Any) -> Any:
    """What :func:`outcome` is by kernels."""
    with kernels():
        return outcome(loss, *inputs, **options)


def errors(got: Any, truth: Any, unit: Any = 0.0) -> float:
    """The largest error in eps of the dtype that was computed in.

    The unit of an error is the truth's size, or another if that is larger; infinite and undefined
    numbers are right where the truth is so. Kernels may flush to 0 what is less than
    the smallest normal number, also on the way to a result.
    """
    limits, truth = torch.finfo(got.dtype), np.asarray(truth, np.longdouble)
    a = got.double().numpy().astype(np.longdouble)
    assert a.shape == truth.shape, f"shape {a.shape}, expected {truth.shape}"
    unit = np.broadcast_to(np.abs(np.asarray(unit, np.longdouble)), a.shape)
    beyond = np.abs(truth) > limits.max * (1 + limits.eps / 4)
    b = np.where(beyond, np.copysign(np.longdouble(np.inf), truth), truth)
    sizes = [np.where(np.isfinite(x), np.abs(x), 0) for x in (truth, unit)]
    size = np.maximum(np.maximum(*sizes), limits.smallest_normal)
    with np.errstate(invalid="ignore"):
        error = np.abs(a - b) / size / limits.eps
    tiny = torch.finfo(torch.promote_types(got.dtype, torch.float32)).smallest_normal
    flushed = (np.abs(a) <= 16 * tiny) & (np.abs(b) < 16 * tiny)
    same = (a == b) | (np.isnan(a) & np.isnan(b)) | flushed
    finite = np.isfinite(a) & np.isfinite(b)
    return float(np.where(same, 0, np.where(finite, error, np.inf)).max(initial=0))


def assert_within(got: Any, truth: Any, eps: float, unit: Any = 0.0) -> None:
    """Fail, in one line, where :func:`errors` finds more than so many eps."""
    error = errors(got, truth, unit)
    assert error <= eps, f"{error:.3g} eps from the truth, {eps:g} allowed"


def function(record: Pointwise | Rowwise) -> Callable[..., Any]:
    """The public function of a record."""
    return getattr(ls, record.name)


class Truth(NamedTuple):
    """Losses and gradients, and how large each is before anything cancels."""

    value: Any
    slope: Any
    value_unit: Any
    slope_unit: Any


def point_truth(record: Pointwise, parameters: dict[str, float], s: Any, y: Any) -> Truth:
    """What a record is of scores, in the widest dtype there is; units are those of the check."""
    s, y = (x.double().numpy().astype(np.longdouble) for x in (s, y))
    m, parts = vocabulary(s), ("value", "gradient", "hessian")
    with np.errstate(all="ignore"):
        known = {part: getattr(record, part)(m, y, s, **parameters) for part in parts}
    whole = np.maximum.reduce([np.abs(known[part]) for part in parts])
    value, slope = known["value"], known["gradient"]
    units = [whole if part in record.crossing else known[part] for part in parts]
    return Truth(value, slope, units[0], units[1])


def row_truth(record: Rowwise, parameters: dict[str, float], z: Any, t: Any) -> Truth:
    """What a record is of rows, in the widest dtype there is; units are those of the check."""
    z, t = (x.double().numpy().astype(np.longdouble) for x in (z, t))
    row: Any = dense_row(record, tuple(parameters.items()))
    m = vocabulary(z)
    with np.errstate(all="ignore"):
        s = Softmax(z)
        value, slope = row.value(z, t), row.slopes[0].function(z, t)
        b, c = (f(m, t, s.l, s.p, s.r, **parameters) for f in (record.slope, record.bend))
        felt = np.abs(b) + np.where(c == 0, 0, np.abs(c * s.l))
        unit = felt * s.r + s.p * (felt.sum(-1, keepdims=True) - felt)
        moved = np.where(slope == 0, 0, np.abs(slope * s.l)).sum(-1)
    return Truth(value, slope, value if record.sparse else moved, unit)

"""Linear heads: a projection to a vocabulary and its loss, with and without full logits."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import LinearCrossEntropyOptions, functional

import lossary.torch
from speed.case import Case, Goal, Make, Step, goals
from speed.peers import COMPILED, EAGER
from speed.steps import Loss, compiled, evaluation, training

HIDDEN = 768
AUTO, CHUNKED, PRODUCTS = "torch chunked, auto", "torch chunked, 512 rows", "products"
PRODUCT_ROWS = 512  # below 128 the products themselves lose half their speed
REHEARSED = 64  # rows

Head = tuple[Tensor, Tensor, Tensor]


def head(rows: int, classes: int, dtype: torch.dtype = torch.float32) -> Head:
    """Hidden states and weights that are trained, and a class for each row."""
    torch.manual_seed(0)
    hidden = torch.randn(rows, HIDDEN).to(dtype).requires_grad_()
    weight = (torch.randn(classes, HIDDEN) / 32).to(dtype).requires_grad_()
    return hidden, weight, torch.randint(classes, (rows,))


def _ours(hidden: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    loss: Tensor = lossary.torch.linear_loss(hidden, weight, target, loss="softmax_cross_entropy")
    return loss


def full(hidden: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    """All logits at once."""
    return functional.cross_entropy(functional.linear(hidden, weight), target)


def chunked(**options: Any) -> Loss:
    """Return torch's own head in chunks."""
    chosen = LinearCrossEntropyOptions(**options)
    return partial(functional.linear_cross_entropy, options=chosen)


_HEADS: dict[str, Callable[[], Loss]] = {
    "lossary": lambda: _ours,
    EAGER: lambda: full,
    COMPILED: lambda: compiled(full),
    "torch linear_cross_entropy": lambda: functional.linear_cross_entropy,
    AUTO: chunked,
    CHUNKED: lambda: chunked(batch_chunk_size=PRODUCT_ROWS),
}


def products(hidden: Tensor, weight: Tensor, *, gradients: bool) -> Step:
    """The matrix products alone, in float32: logits in chunks, and what both gradients need."""
    x, w = hidden.detach().float(), weight.detach().float()
    buffer = torch.empty(min(PRODUCT_ROWS, len(x)), len(w))

    def run() -> None:
        by_x, by_w = torch.empty_like(x), torch.empty_like(w)
        for i in range(0, len(x), PRODUCT_ROWS):
            rows = x[i : i + PRODUCT_ROWS]
            logits = torch.mm(rows, w.t(), out=buffer[: len(rows)])
            if gradients:
                torch.mm(logits, w, out=by_x[i : i + PRODUCT_ROWS])
                torch.addmm(by_w, logits.t(), rows, beta=int(i > 0), out=by_w)

    return Step(run)


def timed(
    names: tuple[str, ...], rows: int, classes: int, dtype: torch.dtype, *, gradients: bool
) -> Mapping[str, Make]:
    """The step of each head, and of the products."""
    hidden, weight, target = head(rows, classes, dtype)

    def step(name: str) -> Step:
        if gradients:
            return training(_HEADS[name](), (hidden, weight), target)
        return evaluation(_HEADS[name](), hidden, weight, target)

    made: dict[str, Make] = {name: partial(step, name) for name in names}
    return {**made, PRODUCTS: lambda: products(hidden, weight, gradients=gradients)}


def held(names: tuple[str, ...], rows: int, classes: int, *, gradients: bool) -> Mapping[str, Make]:
    """The step of each head after a rehearsal, its tensors made when it is chosen."""

    def step(name: str) -> Step:
        hidden, weight, target = head(rows, classes)
        loss = _HEADS[name]()
        few = rows if name == COMPILED else REHEARSED
        start = hidden.detach()[:few].requires_grad_()
        if gradients:
            rehearsal = training(loss, (start, weight), target[:few])
            return Step(training(loss, (hidden, weight), target).run, before=rehearsal.run)
        rehearsal = evaluation(loss, start, weight, target[:few])
        return Step(evaluation(loss, hidden, weight, target).run, before=rehearsal.run)

    return {name: partial(step, name) for name in names}


def _speed(
    name: str,
    names: tuple[str, ...],
    rows: int,
    classes: int,
    wanted: tuple[Goal, ...],
    *,
    dtype: torch.dtype = torch.float32,
    gradients: bool = True,
    **options: Any,
) -> Case:
    build = partial(timed, ("lossary", *names), rows, classes, dtype, gradients=gradients)
    return Case(
        "linear heads",
        f"{name} {rows}x{HIDDEN}x{classes}",
        build,
        4 * rows * classes,
        **{"goals": wanted, "limits": {"lossary": PRODUCTS}, "seconds": 60, **options},
    )


def _peak(name: str, names: tuple[str, ...], wanted: tuple[Goal, ...], *, gradients: bool) -> Case:
    build = partial(held, ("lossary", *names), 4096, 128_256, gradients=gradients)
    return Case(
        "peak memory",
        f"{name} 4096x{HIDDEN}x128256",
        build,
        0,
        goals=wanted,
        modes=("default",),
        measure="peak",
        unit="MiB",
    )


_FEW = (EAGER, AUTO, CHUNKED)
_WANTED = goals(EAGER, 1.1) + goals(AUTO, 2) + goals(PRODUCTS, 0.9)
_HELD = "extra for the loss and both gradients, float32"

CASES = (
    _speed("cross-entropy float32", tuple(_HEADS)[1:], 2048, 32_000, _WANTED),
    _speed(
        "cross-entropy float32", (EAGER, AUTO, CHUNKED), 1024, 128_256, _WANTED, modes=("default",)
    ),
    _speed(
        "cross-entropy float32, value alone",
        (EAGER, COMPILED, AUTO),
        2048,
        32_000,
        goals(EAGER, 1.3),
        gradients=False,
    ),
    _speed(
        "cross-entropy bfloat16, no bfloat16 units",
        (EAGER, AUTO),
        128,
        32_000,
        goals(EAGER, 20),
        dtype=torch.bfloat16,
        tolerance=5e-2,
        environment={"ONEDNN_MAX_CPU_ISA": "AVX2"},
    ),
    _speed(
        "cross-entropy bfloat16, all units",
        (EAGER, COMPILED, AUTO),
        2048,
        32_000,
        (),
        dtype=torch.bfloat16,
        tolerance=5e-2,
        modes=("default",),
    ),
    _peak(_HELD, (EAGER, COMPILED, AUTO, CHUNKED), goals(EAGER, 10), gradients=True),
    _peak(
        "extra for the loss alone, float32",
        (EAGER, COMPILED, AUTO),
        (Goal(most=32, modes=("default",)),),
        gradients=False,
    ),
)

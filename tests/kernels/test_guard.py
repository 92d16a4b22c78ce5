"""Targets out of range and odd sizes: no kernel reads or writes beside its arrays."""

import itertools

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.kernels import eligibility
from support.guards import PLACES, moved, surrounded
from support.kernels import outcome, swiftly
from support.processes import printed, started

ROWS = 5
CLASSES = [1, 2, 31, 32, 33, 65, 1024, 1025]
COUNTS = [1, 2, 7, 8, 15, 16, 17, 1023, 1024, 1025, 33_000]
FAR = [-1, 3, 2**31, 2**62, -(2**62), 2**63 - 1, -(2**63)]
LOW = torch.bfloat16


def right_calls():
    """Losses of every template with all that they can read, in every size."""
    for count, dtype in itertools.product(COUNTS, (torch.float32, torch.float64, LOW)):
        s, w = torch.linspace(-3, 3, count, dtype=dtype), torch.ones(count, dtype=dtype)
        y = (torch.arange(count) % 2).to(dtype)
        yield ls.sigmoid_focal, (s, y), {}
        yield ls.sigmoid_focal, (s, y), {"sample_weight": w, "label_smoothing": 0.1}
    for v, dtype in itertools.product(CLASSES, (torch.float32, torch.float64, LOW)):
        g = torch.Generator().manual_seed(v)
        z = torch.randn(ROWS, v, generator=g).to(dtype)
        index, w = torch.randint(v, (ROWS,), generator=g), torch.ones(ROWS)
        index[-1] = v - 1
        dense = torch.full((ROWS, v), 1 / v, dtype=torch.float32 if dtype == LOW else dtype)
        some = {"class_weight": torch.ones(v), "sample_weight": w, "label_smoothing": 0.1}
        for options in ({}, some):
            yield ls.softmax_cross_entropy, (z, index), options
            yield ls.softmax_cross_entropy, (z, dense), options
        yield ls.softmax_focal, (z, index), {"z_loss": 0.1, "temperature": 2.0}
        for variant in ("crammer_singer", "weston_watkins"):
            yield ls.multiclass_hinge, (z, index), {"variant": variant}


def wrong_calls():
    """Losses with an index that is nobody's."""
    for v, far in itertools.product((3, 40), FAR):
        z, index = torch.randn(ROWS, v), torch.zeros(ROWS, dtype=torch.int64)
        index[-1] = v if far == 3 else far
        weight = {"class_weight": torch.ones(v)}
        for options in ({}, weight, {"label_smoothing": 0.1}, {"ignore_index": 1}):
            yield ls.softmax_cross_entropy, (z, index), options
        yield ls.softmax_focal, (z, index), {}
        for variant in ("crammer_singer", "weston_watkins"):
            yield ls.multiclass_hinge, (z, index), {"variant": variant}


def surround(place):
    """Compute all calls in guarded memory; results are those of usual memory."""
    for loss, inputs, options in right_calls():
        for reduction in ("mean", "none"):
            asked = {**options, "reduction": reduction}
            usual = outcome(loss, *inputs, **asked)
            given = [moved(x, place) for x in inputs]
            near = {name: moved(x, place) for name, x in asked.items()}
            with surrounded(place):
                got = swiftly(loss, *given, **near)
                assert all(torch.equal(a, b) for a, b in zip(got, usual, strict=True))


def refuse(place):
    """Have all wrong calls refused."""
    for loss, inputs, options in wrong_calls():
        for reduction in ("mean", "none"):
            given = [moved(x, place) for x in inputs]
            near = {name: moved(x, place) for name, x in options.items()}
            with surrounded(place), pytest.raises(ls.LossaryError, match="class indices in 0 …"):
                swiftly(loss, *given, reduction=reduction, **near)


@pytest.mark.parametrize("place", PLACES)
def test_memory_beside_the_guarded_kills(place):
    process = started(f"from support.guards import overrun; overrun({place!r})")
    process.communicate(timeout=60)
    assert process.returncode < 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["surround", "refuse"])
def test_nothing_is_touched_beside_the_arrays(name, place):
    program = f"from kernels import test_guard as t; t.{name}({place!r}); print('done')"
    assert printed(program) == "done\n"


SIZES = {"small": (6, 4), "narrow": (5000, 4), "wide": (600, 40)}


def indices(shape, at, value):
    index = torch.zeros(shape[0], dtype=torch.int64)
    index[at] = value
    return index


def half(shape, **changed):
    t = torch.full(shape, 1 / shape[1], dtype=torch.float64)
    for place, value in changed.items():
        t[int(place[1:]), 0] = value
    return t


WRONG = {
    "index": lambda z: (ls.softmax_cross_entropy, indices(z.shape, -1, z.shape[1]), {}),
    "ignored elsewhere": lambda z: (
        ls.softmax_focal,
        indices(z.shape, 1, -100),
        {"ignore_index": -1},
    ),
    "index of a margin": lambda z: (ls.multiclass_hinge, indices(z.shape, 2, -1), {}),
    "sum": lambda z: (ls.softmax_cross_entropy, half(z.shape, r3=0.9), {}),
    "negative probability": lambda z: (ls.kl, half(z.shape, r2=-0.25), {}),
    "dtype of the index": lambda z: (ls.kl, indices(z.shape, 0, 0).double(), {}),
    "shape": lambda z: (ls.softmax_focal, indices((z.shape[0] + 1,), 0, 0), {}),
    "weight": lambda z: (
        ls.softmax_cross_entropy,
        indices(z.shape, 0, 1),
        {"sample_weight": torch.linspace(1, -1, z.shape[0], dtype=z.dtype)},
    ),
    "infinite weight": lambda z: (
        ls.softmax_cross_entropy,
        indices(z.shape, 0, 1),
        {"sample_weight": torch.full(z.shape[:1], torch.inf, dtype=z.dtype)},
    ),
    "class weight": lambda z: (
        ls.softmax_cross_entropy,
        indices(z.shape, 0, 1),
        {"class_weight": torch.linspace(-1, 1, z.shape[1], dtype=z.dtype)},
    ),
    "class weights of other classes": lambda z: (
        ls.softmax_cross_entropy,
        indices(z.shape, 0, 1),
        {"class_weight": torch.ones(z.shape[1] + 1, dtype=z.dtype)},
    ),
    "label of a hinge": lambda z: (ls.hinge, torch.ones_like(z).triu(), {}),
    "label of a sigmoid": lambda z: (ls.sigmoid_cross_entropy, torch.full_like(z, 1.5), {}),
    "probability": lambda z: (ls.binary_cross_entropy, torch.ones_like(z), {}),
    "count": lambda z: (ls.poisson, torch.full_like(z, -1), {}),
    "weight of a score": lambda z: (
        ls.squared_error, torch.ones_like(z), {"sample_weight": torch.full_like(z, -1)},
    ),
    "shape of scores": lambda z: (ls.squared_error, torch.ones_like(z)[1:], {}),
    "smoothing": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"label_smoothing": 1.5}),
    "temperature": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"temperature": 0.0}),
    "softcap": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"softcap": -1.0}),
    "z_loss": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"z_loss": float("nan")}),
    "reduction": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"reduction": "max"}),
    "axis": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"axis": 2}),
    "parameter": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"gamma": -1.0}),
    "unknown parameter": lambda z: (ls.softmax_focal, indices(z.shape, 0, 0), {"delta": 1.0}),
}  # fmt: skip


def said(loss, *inputs, **options):
    """What is raised: its type and its text."""
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is compared
        loss(*inputs, **options)
    return type(error.value), str(error.value)


@pytest.mark.parametrize("asked", [False, True], ids=["value", "gradient"])
@pytest.mark.parametrize("framework", ["torch", "numpy"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("wrong", WRONG)
def test_an_error_is_that_of_the_plain_path(wrong, size, framework, asked):
    z = torch.linspace(-3, 3, int(np.prod(SIZES[size])), dtype=torch.float64).reshape(SIZES[size])
    loss, target, options = WRONG[wrong](z)
    z = z.requires_grad_(asked)
    if framework == "numpy":
        z, target = z.detach().numpy(), target.numpy()
        options = {k: v.numpy() if torch.is_tensor(v) else v for k, v in options.items()}
    with eligibility.plain():
        expected = said(loss, z, target, **options)
    eligibility.fast(True)
    try:
        assert said(loss, z, target, **options) == expected
    finally:
        eligibility.fast(None)
    assert issubclass(expected[0], (ls.LossaryError, TypeError))

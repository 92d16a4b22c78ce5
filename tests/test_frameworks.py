"""The same call in every framework: measures, empties, dtypes; derivatives and their compilers."""

from functools import partial

import hypothesis.extra.numpy as hnp
import jax
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, UNIT_INTERVAL
from support.arrays import NAMESPACES, array, namespace, same_framework, to_numpy
from support.close import assert_close

POINTWISE = catalogue.names("pointwise")
ROWWISE = catalogue.names("rowwise")
MEASURES = catalogue.names("measure")
# JAX compiles anew for every shape: it has tests of one.
OTHERS = ["torch", "array_api_strict"]

shapes = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)
seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from(["float32", "float64"])


def scores(name, rng, shape):
    """Scores and targets in the domains of a pointwise loss."""
    record = catalogue.get(name)
    s = rng.uniform(0.1, 0.9, shape) if record.score == UNIT_INTERVAL else rng.normal(size=shape)
    y = rng.integers(0, 2, shape).astype("float64")
    return s, 2 * y - 1 if record.target == SIGNS else y


def rows(rng, shape):
    """Logits with the classes last, and distributions over them."""
    z = 3 * rng.normal(size=(*shape, 4))
    return z, rng.dirichlet(np.ones(4), size=shape)


def same(call, arrays, dtype, eps, frameworks=OTHERS):
    """Require one call to give in every framework what NumPy gives: value, dtype, framework."""
    arrays = [a.astype(dtype) for a in arrays]
    expected = call(*arrays)
    assert expected.dtype == dtype
    for name in frameworks:
        xp = namespace(name)
        inputs = [xp.reshape(array(xp, a.ravel(), dtype), a.shape) for a in arrays]
        got = call(*inputs)
        assert same_framework(got, inputs[0])
        assert got.dtype == inputs[0].dtype
        assert_close(got, expected, eps)


@pytest.mark.parametrize("name", MEASURES)
@given(shape=shapes, seed=seeds, dtype=dtypes)
@settings(max_examples=3)
def test_a_measure(name, shape, seed, dtype):
    rng = np.random.default_rng(seed)
    data = [rows(rng, shape)[1] for _ in range(catalogue.get(name).arity)]
    same(getattr(ls, name), data, dtype, eps=256)


@pytest.mark.parametrize("name", catalogue.names("joint"))
def test_a_measure_of_joint_tables(name, dtype):
    table = np.random.default_rng(0).dirichlet(np.ones(12)).reshape(2, 2, 3)
    table = table.sum(axis=2) if name != "conditional_mutual_information" else table
    same(getattr(ls, name), [table], dtype, eps=256, frameworks=[*OTHERS, "jax"])


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE, *MEASURES])
def test_one_shape_on_jax(name):
    rng, shape = np.random.default_rng(5), (2, 3)
    loss = partial(getattr(ls, name), **({} if name in MEASURES else {"reduction": "none"}))
    if name in POINTWISE:
        data = scores(name, rng, (2, 12))
    elif name in ROWWISE:
        data = rows(rng, shape)
    else:
        data = [rows(rng, shape)[1] for _ in range(catalogue.get(name).arity)]
    same(loss, data, "float32", eps=256, frameworks=["jax"])


@pytest.mark.parametrize("framework", NAMESPACES)
@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_nothing_gives_nothing(name, framework):
    xp = namespace(framework)
    shape = (0, 4) if name in ROWWISE else (0,)
    empty = xp.zeros(shape, dtype=xp.float32)
    each = getattr(ls, name)(empty, empty, reduction="none")
    assert tuple(each.shape) == (0,)
    assert float(getattr(ls, name)(empty, empty, reduction="sum")) == 0


def of_torch(loss, s, y):
    """The sum, its gradient, and the gradient's weighted sum's, by torch autograd."""
    leaf = torch.tensor(s, requires_grad=True)
    total = loss(leaf, torch.tensor(y))
    (slope,) = torch.autograd.grad(total, leaf, create_graph=True)
    weights = torch.arange(1.0, slope.numel() + 1, dtype=slope.dtype).reshape(slope.shape)
    (bend,) = torch.autograd.grad((weights * slope).sum(), leaf, allow_unused=True)
    return total, slope, torch.zeros_like(slope) if bend is None else bend


def of_jax(loss, s, y, wrap):
    """The same by JAX."""
    weights = np.arange(1, s.size + 1, dtype=s.dtype).reshape(s.shape)
    slope = wrap(jax.grad(lambda x: loss(x, y)))
    bend = wrap(jax.grad(lambda x: (weights * jax.grad(lambda v: loss(v, y))(x)).sum()))
    return wrap(lambda x: loss(x, y))(s), slope(s), bend(s)


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_derivatives_agree_between_torch_and_jax_compiled_or_not(name):
    rng = np.random.default_rng(2)
    s, y = rows(rng, (3,)) if name in ROWWISE else scores(name, rng, (3, 4))
    loss = partial(getattr(ls, name), reduction="sum")
    expected = of_torch(loss, s, y)
    s, y = jax.numpy.asarray(s), jax.numpy.asarray(y)
    for got in (of_jax(loss, s, y, lambda f: f), of_jax(loss, s, y, jax.jit)):
        for mine, theirs in zip(got, expected, strict=True):
            a, b = to_numpy(mine), to_numpy(theirs)
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14 * abs(b).max())


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "hinge", "softmax_cross_entropy", "js"])
def test_jax_transformations(name):
    rng = np.random.default_rng(3)
    s, y = rows(rng, (5,)) if name in ROWWISE else scores(name, rng, (5, 4))
    s, y = jax.numpy.asarray(s), jax.numpy.asarray(y)
    loss = partial(getattr(ls, name), reduction="sum")
    each = jax.vmap(loss)(s, y)
    assert_close(each.sum(), loss(s, y), eps=16)
    direction = jax.numpy.ones_like(s)
    slope = jax.grad(loss)(s, y)
    _, pushed = jax.jvp(lambda x: loss(x, y), (s,), (direction,))
    np.testing.assert_allclose(pushed, (slope * direction).sum(), rtol=0, atol=1e-14)
    hessian = jax.hessian(lambda x: loss(x, y[0]))(s[0])
    np.testing.assert_allclose(hessian, hessian.T, rtol=0, atol=1e-15)
    forward = jax.jacfwd(jax.grad(lambda x: loss(x, y[0])))(s[0])
    np.testing.assert_allclose(hessian, forward, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    "name", ["sigmoid_cross_entropy", "softmax_cross_entropy", "squared_error"]
)
def test_low_precision_is_kept_and_computed_wider(name, dtype):
    rng = np.random.default_rng(4)
    s, y = rows(rng, (64,)) if name in ROWWISE else scores(name, rng, (64,))
    half = [torch.tensor(a).to(getattr(torch, dtype)) for a in (s, y)]
    if name in ROWWISE:
        half[1] = torch.tensor(rng.integers(4, size=64))
    got = getattr(ls, name)(*half)
    assert got.dtype == getattr(torch, dtype)
    wide = getattr(ls, name)(half[0].double(), half[1].double() if name not in ROWWISE else half[1])
    assert abs(float(got) - float(wide)) <= torch.finfo(got.dtype).eps * float(wide)


@pytest.mark.parametrize("framework", NAMESPACES)
def test_lists_and_numbers_become_arrays_like_the_others(framework):
    xp = namespace(framework)
    s = array(xp, [0.5, -1.0], "float32")
    got = ls.hinge(s, [1, -1], sample_weight=[1.0, 3.0])
    assert same_framework(got, s)
    assert got.dtype == xp.float32
    assert float(got) == pytest.approx((0.5 + 0) / 4)

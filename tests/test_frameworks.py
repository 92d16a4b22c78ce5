"""The same call in every framework: measures, empties, dtypes; derivatives and their compilers."""

import itertools
from functools import partial

import hypothesis.extra.numpy as hnp
import jax
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lossary as ls
import lossary.torch as lt
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


def of_numpy(x):
    """The same array as NumPy's, once JAX has it."""
    return np.asarray(x)


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_arrays_of_numpy_beside_those_of_jax_are_its_own(name):
    rng, loss = np.random.default_rng(6), getattr(ls, name)
    s, y = rows(rng, (5,)) if name in ROWWISE else scores(name, rng, (5, 4))
    w = rng.uniform(0.5, 2, (5,) if name in ROWWISE else (5, 4))
    s, y, w = (jax.numpy.asarray(x) for x in (s, y, w))
    for wrap in (lambda f: f, jax.jit, jax.grad, lambda f: jax.jit(jax.grad(f))):
        expected = wrap(lambda x: loss(x, y, sample_weight=w))(s)
        got = wrap(lambda x: loss(x, of_numpy(y), sample_weight=of_numpy(w)))(s)
        assert isinstance(got, jax.Array)
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(loss(of_numpy(s), y), loss(s, y))


def test_labels_and_class_weights_of_numpy_beside_logits_of_jax():
    z = jax.numpy.asarray(np.random.default_rng(7).normal(size=(4, 3)))
    index, weight = np.array([0, 2, 1, 2]), np.array([1.0, 2.0, 0.5])
    for loss in (ls.softmax_cross_entropy, ls.multiclass_hinge):
        slope = jax.grad(partial(loss, reduction="sum"))
        expected = slope(z, jax.numpy.asarray(index), class_weight=jax.numpy.asarray(weight))
        np.testing.assert_array_equal(slope(z, index, class_weight=weight), expected)
    p, q = rows(np.random.default_rng(8), (2,))[1], np.full((2, 4), 0.25)
    assert isinstance(ls.kl_divergence(jax.numpy.asarray(p), q), jax.Array)


@pytest.mark.parametrize("other", ["torch", "array_api_strict"])
def test_other_frameworks_are_not_mixed(other):
    xp = namespace(other)
    for first, second in ((xp.ones(2), np.ones(2)), (jax.numpy.ones(2), xp.ones(2))):
        with pytest.raises(ls.LossaryError, match=r"^all arrays must come from one framework"):
            ls.hinge(first, second)


MAKE = {
    "python": float,
    "numpy scalar": np.float64,
    **{name: lambda x, name=name: namespace(name).asarray(x) for name in NAMESPACES},
}


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("name", POINTWISE)
def test_a_score_without_axes(name, kind, fast):
    make, loss = MAKE[kind], getattr(ls, name)
    expected = float(loss(np.array([0.3]), np.array([1.0])))
    ls.fast(fast)
    try:
        for reduction, weight in itertools.product(("mean", "sum", "none"), (None, 2.0)):
            given = {} if weight is None else {"sample_weight": make(weight)}
            got = loss(make(0.3), make(1.0), reduction=reduction, **given)
            factor = weight if weight and reduction != "mean" else 1
            assert got.shape == ()
            assert float(got) == pytest.approx(factor * expected, rel=1e-6)
    finally:
        ls.fast(None)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("name", POINTWISE)
def test_the_gradient_by_a_score_without_axes(name, fast):
    loss = getattr(ls, name)
    ls.fast(fast)
    try:
        for reduction in ("mean", "sum", "none"):
            s = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
            loss(s, torch.tensor(1.0, dtype=torch.float64), reduction=reduction).backward()
            assert s.grad.shape == ()
            assert s.grad.item() == pytest.approx(float(loss.gradient(0.3, 1.0)), rel=1e-12)
    finally:
        ls.fast(None)


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("name", [*ROWWISE, *MEASURES, "multiclass_hinge"])
def test_a_row_without_axes_is_a_clear_error(name, kind):
    if name in MEASURES:
        record, inputs = catalogue.get(name), []
        if not record.summed:
            assert float(getattr(ls, name)(MAKE[kind](1.0))) == 0
            return
        inputs = [MAKE[kind](1.0)] * record.arity
    else:
        inputs = [MAKE[kind](1.0), 0]
    with pytest.raises(
        ls.LossaryError, match=r"must hold at least one .* along axis -1, got shape"
    ):
        getattr(ls, name)(*inputs)


@pytest.mark.parametrize(("shape", "axis"), [((), None), ((2, 0), None), ((1, 1), 5)])
@pytest.mark.parametrize("module", [lt.KLDivLoss, lt.JSDivLoss])
def test_a_divergence_of_no_row_is_a_clear_error(module, shape, axis):
    l, t = torch.zeros(shape), torch.ones(shape)
    with pytest.raises(ls.LossaryError, match=r"^input must hold at least one class along axis"):
        module(class_dim=axis)(l, t)

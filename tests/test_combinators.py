"""What weights, masks, smoothing and reductions mean: laws that every loss obeys, everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, UNIT_INTERVAL
from support.arrays import array, namespace, same_framework, to_numpy

POINTWISE = catalogue.names("pointwise")
BINARY = [n for n in POINTWISE if catalogue.get(n).target in (SIGNS, UNIT_INTERVAL)]
ROWWISE = catalogue.names("rowwise")
SPARSE = [n for n in ROWWISE if catalogue.get(n).sparse]
OTHERS = ["numpy", "torch", "array_api_strict"]
FRAMEWORKS = [*OTHERS, "jax"]

RNG = np.random.default_rng(11)
Z = 3 * RNG.normal(size=(7, 4))
INDEX = RNG.integers(0, 4, size=7)
ONE_HOT = np.eye(4)[INDEX]
SOFT = RNG.dirichlet(np.ones(4), size=7)
WEIGHT = RNG.integers(0, 4, size=7).astype(float)
CLASS_WEIGHT = np.array([1.0, 0.5, 2.0, 0.0])


def scores(name: str, size: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """Scores and targets that a loss of a score takes."""
    record = catalogue.get(name)
    s = RNG.uniform(0.05, 0.95, size) if record.score == UNIT_INTERVAL else RNG.normal(size=size)
    if record.target == SIGNS:
        return s, RNG.choice([-1.0, 1.0], size)
    return s, RNG.uniform(0, 1, size)


def close(a, b):
    np.testing.assert_allclose(to_numpy(a), to_numpy(b), rtol=1e-13, atol=1e-15)


def targets(name: str) -> list[np.ndarray]:
    """The kinds of target that a row loss takes; reverse KL of a class index is infinite."""
    return [SOFT] if name == "reverse_kl" else [INDEX, SOFT]


@pytest.mark.parametrize("name", POINTWISE)
def test_mean_and_sum_are_those_of_the_elements(name):
    s, y = scores(name)
    each = getattr(ls, name)(s, y, reduction="none")
    close(getattr(ls, name)(s, y, reduction="sum"), each.sum())
    close(getattr(ls, name)(s, y), each.mean())


@pytest.mark.parametrize("name", POINTWISE)
def test_weights_are_repetitions(name):
    s, y = scores(name)
    weight = RNG.integers(0, 4, size=s.size).astype(float)
    repeated = np.repeat(s, weight.astype(int)), np.repeat(y, weight.astype(int))
    close(getattr(ls, name)(s, y, sample_weight=weight), getattr(ls, name)(*repeated))


@pytest.mark.parametrize("name", ROWWISE)
def test_weights_of_rows_are_repetitions(name):
    for target in targets(name):
        rows = np.repeat(np.arange(7), WEIGHT.astype(int))
        weighted = getattr(ls, name)(Z, target, sample_weight=WEIGHT)
        close(weighted, getattr(ls, name)(Z[rows], target[rows]))


@pytest.mark.parametrize("name", ROWWISE)
def test_a_class_index_is_a_one_hot_distribution(name):
    if name == "reverse_kl":
        return
    for options in ({}, {"class_weight": CLASS_WEIGHT}, {"label_smoothing": 0.2}):
        close(getattr(ls, name)(Z, INDEX, **options), getattr(ls, name)(Z, ONE_HOT, **options))


@pytest.mark.parametrize("name", ROWWISE)
def test_an_ignored_row_is_no_row_whatever_it_holds(name):
    if name == "reverse_kl":
        return
    target, logits = INDEX.copy(), Z.copy()
    target[[1, 4]], logits[1], logits[4] = -100, np.nan, -np.inf
    kept = [0, 2, 3, 5, 6]
    ignored = getattr(ls, name)(logits, target, ignore_index=-100)
    close(ignored, getattr(ls, name)(Z[kept], INDEX[kept]))


@pytest.mark.parametrize("name", BINARY)
def test_an_ignored_score_is_no_score(name):
    s, y = scores(name)
    target, score = y.copy(), s.copy()
    target[2], score[2] = -100, np.nan
    kept = np.arange(9) != 2
    close(getattr(ls, name)(score, target, ignore_index=-100), getattr(ls, name)(s[kept], y[kept]))


@pytest.mark.parametrize("name", ROWWISE)
def test_a_masked_class_is_no_class(name):
    keep = [0, 1, 3]
    masked = Z.copy()
    masked[:, 2] = -np.inf
    target = np.where(INDEX == 2, 0, INDEX)
    if name != "reverse_kl":
        inner = np.searchsorted(keep, target)
        close(getattr(ls, name)(masked, target), getattr(ls, name)(Z[:, keep], inner))
    soft = SOFT[:, keep] / SOFT[:, keep].sum(axis=1, keepdims=True)
    spread = np.zeros_like(Z)
    spread[:, keep] = soft
    close(getattr(ls, name)(masked, spread), getattr(ls, name)(Z[:, keep], soft))


@pytest.mark.parametrize("name", ROWWISE)
def test_smoothing_temperature_and_axis(name):
    loss = getattr(ls, name)
    for target in targets(name):
        dense = ONE_HOT if target is INDEX else target
        close(loss(Z, target, label_smoothing=0.2), loss(Z, 0.8 * dense + 0.05))
        close(loss(Z, target, temperature=2.0), loss(Z / 2, target))
        close(loss(Z, target, softcap=3.0), loss(3 * np.tanh(Z / 3), target))
        close(loss(Z.T, target.T, axis=0, reduction="none"), loss(Z, target, reduction="none"))
        shifted = loss(Z + 7.0, target, reduction="none")
        np.testing.assert_allclose(shifted, loss(Z, target, reduction="none"), rtol=1e-11)


@pytest.mark.parametrize("name", ROWWISE)
def test_z_loss_adds_the_square_of_log_sum_exp(name):
    target = targets(name)[0]
    plain = getattr(ls, name)(Z, target, reduction="none")
    lse = np.log(np.exp(Z).sum(axis=1))
    with_penalty = getattr(ls, name)(Z, target, z_loss=0.1, reduction="none")
    np.testing.assert_allclose(with_penalty, plain + 0.1 * lse**2, rtol=1e-12)


@pytest.mark.parametrize("name", SPARSE)
def test_class_weights_of_terms(name):
    each = [getattr(ls, name)(Z, np.full(7, j), reduction="none") for j in range(4)]
    terms = CLASS_WEIGHT * SOFT * np.stack(each, axis=1)
    weighted = getattr(ls, name)(Z, SOFT, class_weight=CLASS_WEIGHT)
    close(weighted, terms.sum() / (SOFT * CLASS_WEIGHT).sum())


@pytest.mark.parametrize("name", sorted(set(ROWWISE) - set(SPARSE)))
def test_class_weights_of_rows(name):
    each = getattr(ls, name)(Z, SOFT, reduction="none")
    mass = SOFT @ CLASS_WEIGHT
    close(getattr(ls, name)(Z, SOFT, class_weight=CLASS_WEIGHT), (mass * each).sum() / mass.sum())


@pytest.mark.parametrize("name", BINARY)
def test_class_weights_of_a_score(name):
    s, y = scores(name)
    each, positive = getattr(ls, name)(s, y, reduction="none"), np.maximum(y, 0)
    mass = 3.0 * positive + 0.5 * (1 - positive)
    close(getattr(ls, name)(s, y, class_weight=[0.5, 3.0]), (mass * each).sum() / mass.sum())


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_every_framework_gives_the_same_and_its_own(name, framework):
    xp = namespace(framework)
    s, y = scores(name) if name in POINTWISE else (Z, SOFT)
    ours = getattr(ls, name)(array(xp, s), array(xp, y))
    assert same_framework(ours, array(xp, s))
    np.testing.assert_allclose(to_numpy(ours), getattr(ls, name)(s, y), rtol=1e-13)
    low = getattr(ls, name)(array(xp, s, "float32"), array(xp, y, "float32"))
    assert to_numpy(low).dtype == np.float32


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_the_mean_of_nothing_left_is_a_plain_zero_with_a_zero_gradient(name):
    import torch

    s, y = scores(name) if name in POINTWISE else (Z, SOFT)
    score = torch.tensor(s, requires_grad=True)
    loss = getattr(ls, name)(score, torch.tensor(y), sample_weight=torch.zeros(len(s)))
    loss.backward()
    assert loss.item() == 0
    assert not score.grad.any()


SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


# JAX compiles anew for every shape: it has tests of one.
@given(shape=SHAPES, name=st.sampled_from(POINTWISE), framework=st.sampled_from(OTHERS))
def test_any_shape_of_scores(shape, name, framework):
    size = int(np.prod(shape))
    s, y = (x.reshape(shape) for x in scores(name, size))
    xp = namespace(framework)
    each = getattr(ls, name)(array(xp, s), array(xp, y), reduction="none")
    assert tuple(each.shape) == shape
    flat = getattr(ls, name)(s.ravel(), y.ravel(), reduction="none")
    np.testing.assert_allclose(to_numpy(each).ravel(), flat, rtol=1e-13)
    assert to_numpy(getattr(ls, name)(array(xp, s), array(xp, y), reduction="sum")).shape == ()


@given(shape=SHAPES, classes=st.integers(1, 5), name=st.sampled_from(ROWWISE))
def test_any_shape_of_rows(shape, classes, name):
    z = RNG.normal(size=(*shape, classes))
    t = RNG.dirichlet(np.ones(classes), size=shape).reshape(z.shape)
    each = getattr(ls, name)(z, t, reduction="none")
    assert each.shape == shape
    flat = getattr(ls, name)(z.reshape(-1, classes), t.reshape(-1, classes), reduction="none")
    np.testing.assert_allclose(each.ravel(), flat, rtol=1e-13)


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_strides_change_nothing(name):
    s, y = scores(name) if name in POINTWISE else (Z, SOFT)
    loss = getattr(ls, name)
    wide = np.repeat(s, 2, axis=0)[::2]
    close(
        loss(np.asfortranarray(wide)[::-1], y[::-1], reduction="none")[::-1],
        loss(s, y, reduction="none"),
    )
    close(
        loss(np.broadcast_to(s[:1], s.shape), np.broadcast_to(y[:1], y.shape)),
        loss(s[:1], y[:1]),
    )


@pytest.mark.parametrize("name", [*POINTWISE, *ROWWISE])
def test_nan_stays_in_its_own_place(name):
    s, y = (x.copy() for x in (scores(name) if name in POINTWISE else (Z, SOFT)))
    each = getattr(ls, name)(s, y, reduction="none")
    s[2] = np.nan
    spoiled = getattr(ls, name)(s, y, reduction="none")
    assert np.isnan(spoiled).tolist() == [i == 2 for i in range(len(s))]
    close(np.delete(spoiled, 2), np.delete(each, 2))

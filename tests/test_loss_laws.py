"""What losses owe each other: one as a case of another, arrangements as loops, in both dtypes."""

import numpy as np
import pytest

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, UNIT_INTERVAL
from support.close import assert_close

CLASSES = 5
ROWWISE = catalogue.names("rowwise")
POINTWISE = catalogue.names("pointwise")
MARGINS = [n for n in POINTWISE if catalogue.get(n).target == SIGNS]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def z(rng, dtype):
    return (3 * rng.normal(size=(8, CLASSES))).astype(dtype)


@pytest.fixture
def t(rng, dtype):
    p = rng.dirichlet(np.ones(CLASSES), size=8)
    return p.astype(dtype)


@pytest.fixture
def labels(rng):
    return rng.integers(CLASSES, size=8)


def loss(name, score, target, reduction="none", **options):
    return getattr(ls, name)(score, target, reduction=reduction, **options)


def sample(name, rng, dtype, count=8):
    """Scores and targets in the domain of a pointwise loss."""
    record = catalogue.get(name)
    s = rng.uniform(0.1, 0.9, count) if record.score == UNIT_INTERVAL else rng.normal(size=count)
    y = rng.integers(0, 2, count)
    return s.astype(dtype), (2 * y - 1 if record.target == SIGNS else y).astype(dtype)


@pytest.mark.parametrize("name", ROWWISE)
def test_a_row_is_the_same_alone(name, z, t):
    assert_close(loss(name, z, t), [loss(name, row, p) for row, p in zip(z, t, strict=True)], eps=8)


@pytest.mark.parametrize("name", ROWWISE)
def test_a_softcap_bends_the_logits(name, z, t):
    bent = (5 * np.tanh(z.astype("float64") / 5)).astype(z.dtype)
    assert_close(loss(name, z, t, softcap=5.0), loss(name, bent, t), eps=512)


@pytest.mark.parametrize("name", POINTWISE)
def test_a_score_is_the_same_alone(name, rng, dtype):
    s, y = sample(name, rng, dtype)
    each = [loss(name, *pair) for pair in zip(s, y, strict=True)]
    assert_close(loss(name, s, y), np.array(each, dtype), eps=0)


def test_two_classes_are_a_sigmoid(z, labels):
    two, y = z[:, :2], (labels % 2).astype(z.dtype)
    got = ls.softmax_cross_entropy(two, labels % 2, reduction="none")
    lead = (two[:, 1] - two[:, 0]).astype(z.dtype)
    assert_close(got, ls.sigmoid_cross_entropy(lead, y, reduction="none"), eps=16)


def test_logistic_is_a_sigmoid_for_signs(rng, dtype):
    s, y = sample("logistic", rng, dtype)
    got, other = loss("logistic", s, y), loss("sigmoid_cross_entropy", s, (y + 1) / 2)
    assert_close(got, other, eps=4)


def test_focal_at_gamma_0_is_cross_entropy(z, labels):
    assert_close(
        loss("softmax_focal", z, labels, gamma=0.0), loss("softmax_cross_entropy", z, labels), eps=0
    )
    s, y = z[:, 0], (labels % 2).astype(z.dtype)
    assert_close(loss("sigmoid_focal", s, y, gamma=0.0), loss("sigmoid_cross_entropy", s, y), eps=4)


def test_kl_is_cross_entropy_less_entropy(z, t):
    expected = loss("softmax_cross_entropy", z, t) - ls.entropy(t)
    assert_close(loss("kl", z, t), expected, eps=256)


def test_generalized_cross_entropy_at_1_is_the_missing_probability(z, labels):
    p = np.exp(-loss("softmax_cross_entropy", z.astype("float64"), labels))
    got = loss("generalized_cross_entropy", z, labels, q=1.0)
    assert_close(got, (1 - p).astype(z.dtype), eps=64)


@pytest.mark.parametrize("name", MARGINS)
@pytest.mark.parametrize("variant", ["crammer_singer", "weston_watkins"])
def test_margins_of_classes_are_a_loop(name, variant, z, labels):
    rows = []
    for row, label in zip(z, labels, strict=True):
        leads = np.array([row[label] - row[j] for j in range(CLASSES) if j != label])
        psi = loss(name, leads, np.ones_like(leads))
        rows.append(psi.max() if variant == "crammer_singer" else psi.sum())
    got = ls.multiclass_margin(z, labels, loss=name, variant=variant, reduction="none")
    assert_close(got, np.array(rows, z.dtype), eps=8)


@pytest.mark.parametrize("name", MARGINS)
def test_ranking_is_the_margin_of_a_difference(name, rng, dtype):
    a, y = sample(name, rng, dtype)
    b, _ = sample(name, rng, dtype)
    options = {"margin": 0.5} if "hinge" in name and name != "modified_huber" else {}
    got = ls.margin_ranking(a, b, y, loss=name, reduction="none", **options)
    assert_close(got, loss(name, a - b, y, **options), eps=8)
    ones = np.ones_like(a)
    positive = ls.margin_ranking(a, b, loss=name, **options)
    assert_close(positive, ls.margin_ranking(a, b, ones, loss=name, **options), eps=0)


def test_focal_gradients_are_finite_everywhere(dtype):
    torch = pytest.importorskip("torch")
    s = torch.linspace(-200, 200, 4001, dtype=getattr(torch, dtype), requires_grad=True)
    for gamma in (0.25, 0.5, 1.0, 2.0, 5.0):
        for y in (0.0, 0.25, 1.0):
            value = ls.sigmoid_focal(s, torch.full_like(s, y), gamma=gamma, reduction="sum")
            (slope,) = torch.autograd.grad(value, s, create_graph=True)
            (bend,) = torch.autograd.grad(slope.sum(), s)
            assert torch.isfinite(value)
            assert torch.isfinite(slope).all()
            assert torch.isfinite(bend).all()

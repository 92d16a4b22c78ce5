from dataclasses import replace

import numpy as np
import pytest
import torch

from lossary.study.why.convexity import Curvature, _random_weights, loss_slice, measure_convexity
from lossary.study.why.objective import MeanLoss, extreme_eigenvalues, flatten, mean_loss_of
from lossary.study.why.setup import train
from support.whys import BINARY, THREE, candidate, setup, still

PAIR = "sigmoid_cross_entropy", "sigmoid_squared_error"


def spectrum(values):
    """A matrix with these eigenvalues, as its products."""
    random = np.random.default_rng(3).normal(size=(len(values), len(values)))
    basis, _ = np.linalg.qr(random)
    matrix = torch.from_numpy(basis @ np.diag(values) @ basis.T)
    return lambda v: matrix @ v


def test_a_small_matrix_is_diagonalised():
    found = extreme_eigenvalues(spectrum([-2.0, 0.0, 1.0, 5.0]), 4)
    assert found.exact
    assert (found.smallest, found.largest) == pytest.approx((-2, 5))
    assert found.relative == pytest.approx(-0.4)


def test_a_large_one_is_bounded_from_within():
    values = np.concatenate([[-3.0], np.linspace(0.0, 1.0, 198), [7.0]])
    found = extreme_eigenvalues(spectrum(values), 200)
    assert not found.exact
    assert (found.smallest, found.largest) == pytest.approx((-3, 7))
    rising = extreme_eigenvalues(spectrum(np.linspace(0, 1, 200)), 200)
    assert 0 <= rising.smallest < 0.02
    assert 0.98 < rising.largest <= 1 + 1e-12


def test_lanczos_ends_where_its_space_ends():
    found = extreme_eigenvalues(spectrum(np.array([-1.0] + [2.0] * 199)), 200)
    assert (found.smallest, found.largest) == pytest.approx((-1, 2))


def test_nothing_has_no_direction():
    assert extreme_eigenvalues(lambda v: 0 * v, 200).relative == 0
    assert extreme_eigenvalues(lambda v: 0 * v, 3).relative == 0


@pytest.mark.parametrize("hidden", [(), (4,)])
@pytest.mark.parametrize(
    ("label", "task"),
    [
        ("sigmoid_cross_entropy", BINARY),
        ("sigmoid_squared_error", BINARY),
        ("softmax_cross_entropy", THREE),
        ("softmax_squared_error", THREE),
    ],
)
def test_products_are_those_of_the_whole_hessian(label, task, hidden):
    found = candidate(label, task)
    x = torch.randn(12, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    y = torch.arange(12) % len(task.classes)
    objective = MeanLoss(found, (2, *hidden, found.outputs), x, y)
    generator = torch.Generator().manual_seed(1)
    vector = torch.randn(objective.size, generator=generator, dtype=torch.float64)
    gradients = []
    for e in torch.eye(objective.size, dtype=torch.float64):
        ends = [_gradient(objective, vector + h * e) for h in (1e-6, -1e-6)]
        gradients.append((ends[0] - ends[1]) / 2e-6)
    product = objective.product(vector)
    columns = torch.stack([product(e) for e in torch.eye(objective.size, dtype=torch.float64)])
    torch.testing.assert_close(columns, torch.stack(gradients), atol=1e-7, rtol=0)


def _gradient(objective, vector):
    at = vector.clone().requires_grad_()
    return torch.autograd.grad(objective.values(at[None]).sum(), at)[0]


def test_a_vector_is_the_model_it_came_from():
    found = setup("binary", model="mlp")
    training = train(found, PAIR[0])
    objective = mean_loss_of(found, training.candidate)
    vector = flatten(training.path[-1])
    assert len(vector) == objective.size
    torch.testing.assert_close(objective.scores(vector), training.scores(found.x))


@pytest.fixture(scope="module")
def linear():
    found = setup("binary")
    pair = tuple(train(found, label) for label in PAIR)
    return found, pair, measure_convexity(found, pair, pair)


def test_cross_entropy_of_a_linear_model_is_never_bent_down(linear):
    _, _, found = linear
    entropy, squared = found.linear
    assert found.holds
    assert entropy.exact
    assert entropy.convex
    assert entropy.negative_share == 0
    assert not squared.convex
    assert squared.negative_share > 0.2
    assert found.slices[0].concave_share == 0 < found.slices[1].concave_share
    assert entropy.steps[0] == 0
    assert len(entropy.path) == len(entropy.steps)


def test_a_saturated_sample_bends_squared_error_down():
    # One row, one weight: the record's own second derivative, times x².
    found = candidate(PAIR[1])
    x, y = torch.tensor([[3.0]]).double(), torch.tensor([1])
    objective = MeanLoss(found, (1, 1), x, y)
    at = torch.tensor([-2.0, 0.0]).double()
    p = float(torch.sigmoid(torch.tensor(-6.0).double()))
    bend = 2 * p * (1 - p) * (p * (1 - p) - (1 - p) * (1 - 2 * p))
    assert extreme_eigenvalues(objective.product(at), 2).smallest == pytest.approx(10 * bend)


def test_a_slice_is_the_loss_on_a_plane(linear):
    found, (entropy, _), measured = linear
    plane = measured.slices[0]
    assert len(plane.values) == len(plane.along) == 25
    assert {0.0, 1.0} <= set(plane.along)
    objective = mean_loss_of(found, entropy.candidate)
    start, end = flatten(entropy.path[0]), flatten(entropy.path[-1])
    middle = plane.across.index(0.0)
    for a, row in zip(plane.along, plane.values, strict=True):
        value = float(objective.values((start + a * (end - start))[None]))
        assert row[middle] == pytest.approx(value)


class Seen:
    """An objective that keeps what it is asked for."""

    size = 3

    def __init__(self):
        self.asked = []

    def values(self, vectors):
        self.asked.append(vectors)
        return vectors.sum(dim=1)


def test_the_plane_s_axes_are_of_one_length_at_right_angles():
    seen, found = Seen(), candidate(PAIR[0])
    ends = still(found, [[1.0], [2.0]], [[0.0]]), still(found, [[3.0], [1.0]], [[2.0]])
    training = replace(ends[0], path=(ends[0].path[0], ends[1].path[0]))
    plane = loss_slice(seen, training)
    start, way = torch.tensor([1.0, 2, 0]).double(), torch.tensor([2.0, -1, 2]).double()
    for a, vectors in zip(plane.along, seen.asked, strict=True):
        for b, vector in zip(plane.across, vectors, strict=True):
            moved = vector - start
            assert float(moved @ way) == pytest.approx(9 * a)
            assert float(moved @ moved) == pytest.approx(9 * (a * a + b * b))


def test_random_weights_have_scores_of_a_given_spread(linear):
    found, (entropy, _), _ = linear
    for hidden in ((), (4,)):
        objective = mean_loss_of(found, entropy.candidate, hidden)
        for spread in (0.5, 8.0):
            vector = _random_weights(objective, spread, seed=3)
            assert float(objective.scores(vector).std()) == pytest.approx(spread)


def test_a_training_that_went_nowhere_has_a_loss_slice_its_own():
    found = candidate(PAIR[0])
    x, y = torch.ones(3, 2).double(), torch.tensor([0, 1, 1])
    plane = loss_slice(MeanLoss(found, (2, 1), x, y), still(found, [[1.0], [0.0]], [[0.0]]))
    assert len({v for row in plane.values for v in row}) == 1
    assert plane.concave_share == 0


def test_hidden_layers_bend_both_down():
    found = setup("binary", model="mlp")
    flat_one = setup("binary")
    own = tuple(train(found, label) for label in PAIR)
    pair = tuple(train(flat_one, label) for label in PAIR)
    measured = measure_convexity(found, own, pair)
    assert measured.holds
    assert measured.own[0].negative_share > 0
    assert not measured.own[0].exact
    assert "With hidden layers neither is convex" in str(measured.details[-1])
    bent, flat_pair = measured.own, (measured.linear[0], measured.own[1])
    assert bent != flat_pair
    assert "which has hidden layers" in str(replace(measured, own=flat_pair).details[-1])


def test_what_was_measured_is_said(linear):
    _, _, found = linear
    assert found.own is None
    start = "At 20 random weights and 6 along the training, cross-entropy was convex everywhere"
    assert str(found.finding).startswith(start)
    assert f"−{-found.linear[1].smallest:.2f} for squared error" in str(found.details[0])
    assert len(found.details) == 2
    rough = Curvature("x", (0,), (-0.25,), (-0.5, 0.5), exact=False)
    broken = replace(found, linear=(rough, rough), kind="multiclass")
    assert not broken.holds
    assert rough.negative_share == 0.5
    assert "(Lanczos)" in str(broken.details[2])
    assert "Against the theory" in str(broken.finding)
    assert "was −0.50 for cross-entropy" in str(broken.details[0])
    slight = replace(found, linear=(found.linear[0], replace(rough, path=(0.0,), random=(-1e-5,))))
    assert "and −1 × 10⁻⁵ for squared error" in str(slight.details[0])
    even = replace(found, linear=(found.linear[0], found.linear[0]))
    assert not even.holds
    assert str(even.finding).startswith("Not confirmed here")

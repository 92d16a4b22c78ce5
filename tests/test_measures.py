"""What measures owe each other, and what they never are: negative, beyond their bounds."""

from itertools import permutations

import numpy as np
import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score

import lossary as ls
from lossary import estimate
from lossary.formulas import catalogue
from lossary.formulas.vocabulary import WORDS
from support.close import assert_close
from support.laws import generates

MEASURES = catalogue.names("measure")
DIVERGENCES = [n for n in MEASURES if catalogue.get(n).arity == 2 and n != "cross_entropy"]
GENERATED = [n for n in MEASURES if catalogue.get(n).generator]
SYMMETRIC = [
    "jeffreys_divergence", "js_divergence", "js_distance", "hellinger_divergence",
    "hellinger_distance", "total_variation",
]  # fmt: skip
FAMILY = {
    "kl_divergence": 1.0, "reverse_kl_divergence": 0.0, "hellinger_divergence": 0.5,
    "chi_squared_divergence": 2.0,
}  # fmt: skip
OUTCOMES = 7


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def p(rng, dtype):
    return rng.dirichlet(np.ones(OUTCOMES), size=300).astype(dtype)


@pytest.fixture
def q(rng, dtype):
    return rng.dirichlet(np.ones(OUTCOMES), size=300).astype(dtype)


def near(rng, p, noise):
    """Masses proportional to p (1 + noise), rounded to p's dtype."""
    q = p.astype("float64") * (1 + noise * rng.normal(size=p.shape).clip(-4, 4))
    return (q / q.sum(axis=-1, keepdims=True)).astype(p.dtype)


@pytest.fixture
def joint(rng, dtype):
    return rng.dirichlet(np.ones(12), size=50).reshape(50, 3, 4).astype(dtype)


@pytest.fixture
def counts(rng):
    return rng.integers(0, 1000, (50, 3, 4))


@pytest.mark.parametrize("name", DIVERGENCES)
@pytest.mark.parametrize("noise", [0.0, 1e-9, 1e-6, 1e-3])
def test_a_divergence_of_normalised_masses_is_never_negative(name, noise, rng, p):
    value = getattr(ls, name)(p, near(rng, p, noise), normalize=True)
    assert (value >= 0).all()


@pytest.mark.parametrize("name", DIVERGENCES)
@pytest.mark.parametrize("options", [{}, {"normalize": True}])
def test_a_divergence_of_equals_is_exactly_0(name, options, p):
    value = getattr(ls, name)(p, p.copy(), **options)
    assert (value == 0).all()
    assert not np.signbit(value).any()


@pytest.mark.parametrize("name", [n for n in DIVERGENCES if n != "total_variation"])
def test_a_divergence_of_equal_logits_is_exactly_0(name, rng, dtype):
    z = rng.normal(size=(100, 5)).astype(dtype)
    assert (getattr(ls, name + "_from_logits")(z, z.copy()) == 0).all()


@pytest.mark.parametrize("name", DIVERGENCES)
def test_a_divergence_of_proportional_counts_is_exactly_0(name, rng):
    a = rng.integers(0, 10**6, (100, 5))
    assert (getattr(ls, name + "_from_counts")(a, 7 * a) == 0).all()


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_symmetric_divergence_is(name, p, q):
    assert_close(getattr(ls, name)(p, q), getattr(ls, name)(q, p), eps=16)


def test_bounds(rng, p, q):
    z = (100 * rng.normal(size=p.shape)).astype(p.dtype)
    far = np.eye(OUTCOMES, dtype=p.dtype)[rng.integers(OUTCOMES, size=len(p))]
    for other in (q, far, near(rng, p, 1e-6)):
        js = ls.js_divergence(p, other)
        assert ((js >= 0) & (js <= p.dtype.type(np.log(2)))).all()
        assert (ls.js_divergence(p, other, base=2) <= 1).all()
        for name in ("hellinger_divergence", "hellinger_distance", "total_variation"):
            value = getattr(ls, name)(p, other)
            assert ((value >= 0) & (value <= 1 + 4 * np.finfo(p.dtype).eps)).all()
    assert (ls.js_divergence_from_logits(z, z[::-1].copy()) <= p.dtype.type(np.log(2))).all()
    assert (ls.entropy(p) <= p.dtype.type(np.log(OUTCOMES)) * (1 + 4 * np.finfo(p.dtype).eps)).all()


def test_pinsker(p, q):
    assert (ls.kl_divergence(p, q) >= 2 * ls.total_variation(p, q) ** 2 * (1 - 1e-6)).all()


def test_kl_is_cross_entropy_less_entropy(p, q):
    assert_close(ls.kl_divergence(p, q), ls.cross_entropy(p, q) - ls.entropy(p), eps=2048)


def test_jeffreys_is_kl_both_ways(p, q):
    both = ls.kl_divergence(p, q) + ls.reverse_kl_divergence(p, q)
    assert_close(ls.jeffreys_divergence(p, q), both, eps=64)


def test_js_is_the_mean_kl_to_the_middle(p, q):
    assert_close(ls.js_divergence(p, q, weights=[0.5, 0.5]), ls.js_divergence(p, q), eps=64)
    assert_close(ls.js_distance(p, q) ** 2, ls.js_divergence(p, q), eps=4)


def test_generalized_js_is_between_0_and_the_entropy_of_the_weights(rng, p, q):
    w = [0.25, 0.25, 0.5]
    r = near(rng, p, 1e-6)
    value = ls.js_divergence(p, q, r, weights=w)
    assert ((value >= 0) & (value <= ls.entropy(w))).all()
    assert (ls.js_divergence(p, p.copy(), p.copy(), weights=w) == 0).all()


@pytest.mark.parametrize(("name", "alpha"), FAMILY.items())
def test_the_alpha_family(name, alpha, p, q):
    factor = {2.0: 0.5, 0.5: 4.0}.get(alpha, 1.0)
    expected = factor * getattr(ls, name)(p, q)
    assert_close(ls.alpha_divergence(p, q, alpha=alpha), expected, eps=256)


@pytest.mark.parametrize("name", GENERATED)
def test_a_generator_is_the_definition(name):
    assert generates(catalogue.get(name))


@pytest.mark.parametrize("name", GENERATED)
def test_a_generator_written_out_gives_the_stable_value(name, rng):
    record = catalogue.get(name)
    p, q = rng.dirichlet(np.ones(OUTCOMES), size=(2, 300))
    own = ls.f_divergence(p, q, lambda m, t: record.generator(m, t, **record.defaults))
    assert_close(ls.f_divergence(p, q, name), own, eps=2**20)
    assert_close(ls.f_divergence(p, q, name), getattr(ls, name)(p, q), eps=0)


def test_renyi_and_tsallis_meet_shannon_at_order_1(p, q):
    for name in ("renyi_entropy", "tsallis_entropy"):
        assert_close(getattr(ls, name)(p, alpha=1.0), ls.entropy(p), eps=8)
        assert_close(getattr(ls, name)(p, alpha=1 + 2.0**-40), ls.entropy(p), eps=2**16)
    assert_close(ls.renyi_divergence(p, q, alpha=1.0), ls.kl_divergence(p, q), eps=256)


def test_renyi_counts_the_support_at_order_0(p):
    assert_close(ls.renyi_entropy(p, alpha=0.0), np.full(len(p), np.log(OUTCOMES), p.dtype), eps=8)
    assert_close(ls.perplexity(p), np.exp(ls.entropy(p)), eps=16)


@pytest.mark.parametrize("base", [2, 10, 0.5])
def test_a_base_divides(base, p, q):
    for value, name in ((ls.entropy(p), "entropy"), (ls.kl_divergence(p, q), "kl_divergence")):
        arguments = (p,) if name == "entropy" else (p, q)
        expected = (value.astype("float64") / np.log(base)).astype(p.dtype)
        assert_close(getattr(ls, name)(*arguments, base=base), expected, eps=4)


@pytest.mark.parametrize("name", MEASURES)
def test_the_order_of_outcomes_has_no_say(name, p, q):
    record = catalogue.get(name)
    arguments = (p, q)[: record.arity]
    value, turned = (
        getattr(ls, name)(*rows) for rows in (arguments, [x[:, ::-1] for x in arguments])
    )
    assert_close(turned if record.summed else turned[:, ::-1], value, eps=64)


@pytest.mark.parametrize("name", [n for n in MEASURES if catalogue.get(n).summed])
def test_an_axis_is_moved_and_a_row_is_the_same_alone(name, p, q):
    arguments = (p[:9], q[:9])[: catalogue.get(name).arity]
    value = getattr(ls, name)(*arguments)
    assert_close(getattr(ls, name)(*(x.T for x in arguments), axis=0), value, eps=8)
    rows = [getattr(ls, name)(*row) for row in zip(*arguments, strict=True)]
    assert_close(value, np.stack(rows), eps=8)


@pytest.mark.parametrize("name", [n for n in MEASURES if catalogue.get(n).summed])
def test_logits_log_probabilities_and_masses_agree(name, rng, dtype):
    arity = catalogue.get(name).arity
    z = [rng.normal(size=(40, 5)).astype(dtype) for _ in range(arity)]
    wide = [np.exp(x.astype("float64")) for x in z]
    shares = [w / w.sum(axis=-1, keepdims=True) for w in wide]
    expected = getattr(ls, name)(*shares).astype(dtype)
    logs = [np.log(s).astype(dtype) for s in shares]
    assert_close(getattr(ls, name + "_from_logits")(*z), expected, eps=512)
    assert_close(getattr(ls, name + "_from_log_probabilities")(*logs), expected, eps=2048)
    masses = [3 * w.astype(dtype) for w in wide]
    assert_close(getattr(ls, name)(*masses, normalize=True), expected, eps=2048)


def test_cross_entropy_of_masses_does_not_depend_on_their_sums():
    expected = ls.cross_entropy([0.5, 0.5], [0.25, 0.75])
    assert_close(ls.cross_entropy([1.0, 1.0], [1.0, 3.0], normalize=True), expected, eps=2)
    assert_close(ls.cross_entropy([1, 1], [1, 3], normalize=True), expected, eps=2)


def test_counts_are_compared_in_exact_integers():
    a, b = [864939, 254009, 98880667], [864940, 254009, 98880666]
    assert float(ls.chi_squared_divergence_from_counts(a, b)) == pytest.approx(
        (1 / 864940 + 1 / 98880666) / 99999615, rel=1e-14
    )
    assert float(ls.kl_divergence_from_counts([2**60, 2**60], [3 * 2**58, 3 * 2**58])) == 0


class TestJointTables:
    def test_mutual_information_in_all_its_ways(self, joint):
        h_x, h_y = ls.entropy(joint.sum(axis=2)), ls.entropy(joint.sum(axis=1))
        h_xy = ls.entropy(joint.reshape(50, -1))
        value = ls.mutual_information(joint)
        h_x_given_y = ls.conditional_entropy(np.swapaxes(joint, 1, 2))
        product = joint.sum(axis=2, keepdims=True) * joint.sum(axis=1, keepdims=True)
        kl = ls.kl_divergence(joint.reshape(50, -1), product.reshape(50, -1))
        for other in (h_x + h_y - h_xy, h_x - h_x_given_y, kl, ls.information_gain(joint)):
            np.testing.assert_allclose(value, other, rtol=0, atol=64 * np.finfo(joint.dtype).eps)

    def test_chain_rules(self, joint):
        h_x, h_xy = ls.entropy(joint.sum(axis=2)), ls.entropy(joint.reshape(50, -1))
        assert_close(h_x + ls.conditional_entropy(joint), h_xy, eps=16)
        rows = joint / joint.sum(axis=2, keepdims=True)
        split = ls.conditional_entropy_from_conditional(joint.sum(axis=2), rows)
        assert_close(split, ls.conditional_entropy(joint), eps=64)
        vi = ls.conditional_entropy(joint) + ls.conditional_entropy(np.swapaxes(joint, 1, 2))
        assert_close(ls.variation_of_information(joint), vi, eps=8)

    def test_conditional_mutual_information_is_a_mean(self, rng, dtype):
        table = rng.dirichlet(np.ones(24)).reshape(2, 3, 4).astype(dtype)
        parts = np.moveaxis(table, 2, 0)
        masses = parts.sum(axis=(1, 2))
        each = [ls.mutual_information(x / x.sum()) for x in parts]
        mean = (masses * np.stack(each)).sum()
        assert_close(ls.conditional_mutual_information(table), mean, eps=1024)

    def test_total_correlation_of_two_is_mutual_information(self, joint):
        for table in joint[:5]:
            assert_close(ls.total_correlation(table), ls.mutual_information(table), eps=64)

    def test_total_correlation_does_not_depend_on_the_order_of_axes(self, rng):
        table = rng.integers(0, 50, (2, 3, 4))
        values = [float(ls.total_correlation_from_counts(table.transpose(a)))
                  for a in permutations(range(3))]  # fmt: skip
        np.testing.assert_allclose(values, values[0], rtol=1e-13)

    def test_expected_pointwise_information_is_mutual_information(self, joint):
        mean = (joint * ls.pointwise_mutual_information(joint)).sum(axis=(1, 2))
        assert_close(mean, ls.mutual_information(joint), eps=2048)

    def test_independence_is_exactly_0(self, rng):
        product = rng.integers(1, 10**6, (50, 3, 1)) * rng.integers(1, 10**6, (50, 1, 4))
        for name in ("mutual_information", "information_gain", "normalized_mutual_information"):
            assert (getattr(ls, name + "_from_counts")(product) == 0).all()
        assert (ls.pointwise_mutual_information_from_counts(product) == 0).all()

    def test_nothing_is_negative(self, rng, counts):
        nearly = rng.integers(1, 1000, (50, 3, 1)) * rng.integers(1, 1000, (50, 1, 4)) + (
            counts % 2 == 0
        )
        for name in ("mutual_information", "variation_of_information", "conditional_entropy"):
            for table in (counts, nearly):
                assert (getattr(ls, name + "_from_counts")(table) >= 0).all()
                masses = (table / table.sum(axis=(1, 2), keepdims=True)).astype("float32")
                assert (getattr(ls, name)(masses) >= 0).all()

    @pytest.mark.parametrize("average", ["arithmetic", "geometric", "min", "max", "joint"])
    def test_normalised_mutual_information_is_within_0_and_1(self, average, counts):
        diagonal = np.diag([3, 5, 7])
        value = ls.normalized_mutual_information_from_counts(counts, average=average)
        assert ((value >= 0) & (value <= 1)).all()
        same = ls.normalized_mutual_information_from_counts(diagonal, average=average)
        assert float(same) == pytest.approx(1, abs=1e-15)

    @pytest.mark.parametrize("average", ["arithmetic", "geometric", "min", "max", "joint"])
    @pytest.mark.parametrize(
        ("table", "expected"),
        [([[5]], 1), ([[3, 0], [0, 0]], 1), ([[3, 2], [0, 0]], 0), ([[0, 2], [0, 4]], 0)],
        ids=["one cell", "one of four", "one row", "one column"],
    )
    def test_normalised_mutual_information_of_constants_is_scikit_learns(
        self, average, table, expected, xp
    ):
        rows, columns = np.nonzero(table)
        times = np.asarray(table)[rows, columns]
        if average != "joint":
            labels = np.repeat(rows, times), np.repeat(columns, times)
            assert normalized_mutual_info_score(*labels, average_method=average) == expected
        masses = xp.asarray(np.asarray(table) / np.sum(table))
        assert float(ls.normalized_mutual_information(masses, average=average)) == expected
        counts = xp.asarray(table)
        assert (
            float(ls.normalized_mutual_information_from_counts(counts, average=average)) == expected
        )
        found = estimate.normalized_mutual_information_from_counts(table, average=average)
        assert float(found) == expected

    @pytest.mark.parametrize("average", ["arithmetic", "geometric", "min", "max", "joint"])
    def test_constants_have_a_finite_gradient(self, average):
        table = torch.tensor([[3.0, 2.0], [0.0, 0.0]], dtype=torch.float64, requires_grad=True)
        value = ls.normalized_mutual_information(table, normalize=True, average=average)
        (slope,) = torch.autograd.grad(value, table)
        assert torch.isfinite(slope).all()

    def test_counts_are_their_frequencies(self, counts):
        shares = counts / counts.sum(axis=(1, 2), keepdims=True)
        for name in catalogue.names("joint"):
            if name not in ("joint_entropy", "total_correlation", "conditional_mutual_information"):
                exact = getattr(ls, name + "_from_counts")(counts + 1)
                shares = (counts + 1) / (counts + 1).sum(axis=(1, 2), keepdims=True)
                assert_close(getattr(ls, name)(shares), exact, eps=2**12)


def test_the_vocabulary_is_what_formulas_use():
    assert len(WORDS) <= 16


@pytest.mark.parametrize("name", ["kl_divergence", "js_divergence", "entropy", "renyi_divergence"])
def test_large_arrays_in_blocks_of_rows(name):
    function = getattr(ls, name)
    two = name != "entropy"
    x = np.random.default_rng(0).random((2, 3, 1000, 100))
    pair = [a[..., ::-1] for a in x][: 1 + two]
    options = {"normalize": True, **({"alpha": 0.5} if name == "renyi_divergence" else {})}
    rows = [
        [function(*r, **options) for r in zip(*each, strict=True)]
        for each in zip(*pair, strict=True)
    ]
    assert np.array_equal(function(*pair, **options), rows)


def test_what_is_wrong_in_a_block_is_told_of_the_whole():
    p = np.ones((4000, 100))
    p[3999, 7] = -1
    with pytest.raises(ls.LossaryError, match=r"\(3999, 7\)"):
        ls.entropy(p, normalize=True)

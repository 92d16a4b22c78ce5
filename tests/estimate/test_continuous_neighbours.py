"""Continuous columns: closed forms, all distances, units and shifts, bad input."""

from math import e, log, pi

import numpy as np
import pytest

from lossary.estimate import continuous_neighbours
from lossary.kernels import eligibility
from lossary.validation import LossaryError
from support import all_distances
from support.samples import binormal, rng, within_error

KS = [1, 2, 3, 4, 5, 6, 10, 15]
every_k = pytest.mark.parametrize("k", KS)
each_method = pytest.mark.parametrize("method", continuous_neighbours.KSG_METHODS)


# Closed forms


@each_method
@pytest.mark.parametrize("rho", [0, 0.3, 0.6, 0.9])
def test_binormal(method, rho):
    found = [
        continuous_neighbours.mutual_information(*binormal(1000, rho, seed), method=method)
        for seed in range(10)
    ]
    assert within_error(found, -log(1 - rho**2) / 2, bias=0.005)


@each_method
@pytest.mark.parametrize("width", [0.1, 0.5, 2])
def test_uniform_with_uniform_noise(method, width):
    def drawn(seed):
        x, noise = rng(seed).random((2, 2000))
        return x, x + width * (2 * noise - 1)

    truth = width - log(2 * width) if width <= 0.5 else 1 / (4 * width)
    found = [continuous_neighbours.mutual_information(*drawn(s), method=method) for s in range(8)]
    assert within_error(found, truth, bias=0.01)


@pytest.mark.parametrize(
    ("draw", "truth", "bias"),
    [
        (lambda r: r.random(2000), 0, 0.01),
        (lambda r: 7 * r.random(2000) - 1e6, log(7), 0.01),
        (lambda r: r.normal(size=2000), log(2 * pi * e) / 2, 0.01),
        (lambda r: r.exponential(3, size=2000), 1 + log(3), 0.01),
        (
            lambda r: r.normal(size=(2000, 3)) * [1, 10, 1e-3],
            3 * log(2 * pi * e) / 2 - log(100),
            0.05,
        ),
    ],
    ids=["uniform", "wide", "normal", "exponential", "three columns"],
)
def test_differential_entropies(draw, truth, bias):
    assert within_error(
        [continuous_neighbours.entropy(draw(rng(s))) for s in range(8)], truth, bias
    )


def test_conditional_information_of_a_chain_and_of_a_collider():
    def chain(seed):
        x, a, b = rng(seed).normal(size=(3, 1000))
        return x, x + a + b, x + a

    def collider(seed):
        x, y, noise = rng(seed).normal(size=(3, 1000))
        return x, y, x + y + noise

    # x and y given z are normal with the correlation -1 / 2
    for draw, truth in ((chain, 0), (collider, -log(1 - 0.25) / 2)):
        found = [continuous_neighbours.conditional_mutual_information(*draw(s)) for s in range(8)]
        assert within_error(found, truth, bias=0.02)


@pytest.mark.parametrize("columns", [1, 2])
def test_divergence_of_normals(columns):
    found = [
        continuous_neighbours.kl_divergence(
            rng(s).normal(size=(2000, columns)), rng(s + 100).normal(1, 2, size=(1500, columns))
        )
        for s in range(8)
    ]
    assert within_error(found, columns * (log(2) + 2 / 8 - 1 / 2), bias=0.03)


# All distances


@every_k
@pytest.mark.parametrize("step", [1, 1 / 4, 1 / 64, 2.0**-40])
def test_the_first_algorithm_by_all_distances(k, step):
    x, y = (np.rint(c / step) * step for c in binormal(150))
    found = continuous_neighbours.mutual_information(x, y, k=k)
    assert float(found) == pytest.approx(all_distances.ksg1(x, y, k), abs=1e-12)


@every_k
def test_the_second_algorithm_by_all_distances(k):
    x, y = binormal(300)
    found = continuous_neighbours.mutual_information(x, y, method="ksg2", k=k)
    assert float(found) == pytest.approx(all_distances.ksg2(x, y, k), abs=1e-12)


@each_method
def test_groups_of_columns_by_all_distances(method):
    x, y = rng().normal(size=(120, 3)), rng(1).normal(size=(120, 2))
    y[:, 0] += x[:, 1]
    found = continuous_neighbours.mutual_information(x, y, method=method)
    assert float(found) == pytest.approx(getattr(all_distances, method)(x, y, 3), abs=1e-12)


@pytest.mark.parametrize("step", [1, 1 / 4, 2.0**-40])
def test_conditional_information_by_all_distances(step):
    x, y, z = np.rint(rng().normal(size=(3, 150)) / step) * step
    found = continuous_neighbours.conditional_mutual_information(x, y, z)
    assert float(found) == pytest.approx(all_distances.frenzel_pompe(x, y, z, 3), abs=1e-12)


def test_entropy_and_divergence_by_all_distances():
    x, y = binormal(200)
    both = np.column_stack([x, y])
    for sample in (x, both):
        truth = all_distances.kozachenko_leonenko(sample, 4)
        assert float(continuous_neighbours.entropy(sample, k=4)) == pytest.approx(truth, abs=1e-11)
    truth = all_distances.wang_kulkarni_verdu(x, y[:150], 4)
    assert float(continuous_neighbours.kl_divergence(x, y[:150], k=4)) == pytest.approx(
        truth, abs=1e-11
    )


def test_scikit_learn_agrees_but_for_its_noise():
    from sklearn.feature_selection import mutual_info_regression

    x, y = binormal(1000)
    (theirs,) = mutual_info_regression(x[:, None], y, n_neighbors=5, random_state=0)
    assert float(continuous_neighbours.mutual_information(x, y, k=5)) == pytest.approx(
        theirs, abs=1e-6
    )


@pytest.mark.parametrize("digits", [1, 12])
@each_method
def test_compiled_and_plain_paths_are_equal(digits, method):
    x, y = (c.round(digits) for c in binormal(3000))
    z = y[::-1].copy()

    def everything():
        return [
            continuous_neighbours.mutual_information(x, y, method=method),
            continuous_neighbours.conditional_mutual_information(x, y, z),
            continuous_neighbours.entropy(np.column_stack([x, y]), k=40),
            continuous_neighbours.kl_divergence(x, z[:1000]),
        ]

    fast = everything()
    with eligibility.plain():
        assert everything() == fast


# Units, shifts, order


@each_method
@pytest.mark.parametrize("factor", [1e-300, 1e-12, 3, 1e300])
def test_units_change_nothing(method, factor):
    x, y = binormal(500)
    x, y = x.round(2), y.round(1)
    plain = float(continuous_neighbours.mutual_information(x, y, method=method))
    scaled = float(continuous_neighbours.mutual_information(x * factor, y, method=method))
    assert scaled == pytest.approx(plain, abs=1e-3)


@each_method
def test_a_power_of_two_changes_no_bit(method):
    x, y = binormal(500)
    plain = continuous_neighbours.mutual_information(x, y, method=method)
    assert (
        continuous_neighbours.mutual_information(-(2.0**500) * x, 2.0**-300 * y, method=method)
        == plain
    )


@each_method
def test_a_shift_changes_nothing_but_by_rounding_the_input(method):
    x, y = binormal(2000)
    shifted = x + 1e11
    found = continuous_neighbours.mutual_information(shifted, y, method=method)
    assert found == continuous_neighbours.mutual_information(shifted - 1e11, y, method=method)
    assert float(found) == pytest.approx(
        float(continuous_neighbours.mutual_information(x, y)), abs=0.01
    )


def test_times_and_long_integers_keep_all_their_digits():
    y = rng().normal(size=400)
    whole = np.rint(1e3 * (y + 0.5 * rng(1).normal(size=400))).astype(np.int64)
    plain = continuous_neighbours.mutual_information(whole, y)
    for start in (10**18, -(2**63) + 10**5):
        assert continuous_neighbours.mutual_information(whole + start, y) == plain
    times = np.datetime64("2026-01-01", "ns") + whole.astype("timedelta64[ns]")
    assert continuous_neighbours.mutual_information(times, y) == plain
    assert (
        continuous_neighbours.mutual_information(whole.astype(np.uint64) + np.uint64(2**63), y)
        == plain
    )
    divergence = continuous_neighbours.kl_divergence(whole[:200], whole[200:])
    assert continuous_neighbours.kl_divergence(times[:200], times[200:]) == divergence


@each_method
def test_rows_in_any_order_and_columns_either_way(method):
    x, y = (c.round(1) for c in binormal(400))
    order = rng(3).permutation(400)
    plain = float(continuous_neighbours.mutual_information(x, y, method=method))
    turned = float(continuous_neighbours.mutual_information(y[order], x[order], method=method))
    assert turned == pytest.approx(plain, abs=1e-13)


def test_the_unit_of_a_base():
    x, y = binormal(300)
    nats, bits = (continuous_neighbours.mutual_information(x, y, base=b) for b in (None, 2))
    assert bits.unit == "bits"
    assert float(bits) == pytest.approx(float(nats) / log(2))
    assert bits.standard_error == pytest.approx(nats.standard_error / log(2))


def test_lists_series_and_tensors_are_columns():
    import pandas as pd
    import polars as pl
    import torch

    x, y = binormal(60)
    plain = continuous_neighbours.mutual_information(x, y)
    for kind in (list, pd.Series, pl.Series, torch.tensor):
        assert continuous_neighbours.mutual_information(kind(x), kind(y)) == plain


def test_the_standard_error_is_the_deviation_over_samples():
    found = [continuous_neighbours.mutual_information(*binormal(500, seed=s)) for s in range(60)]
    spread = np.std([float(f) for f in found], ddof=1)
    assert 0.7 < np.mean([f.standard_error for f in found]) / spread < 1.6


# Bad input


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        (
            ([1.0, 2, 3], [1.0, 2, 3]),
            {},
            (
                "k=3 neighbours of each row need at least 4 rows, got 3: pass a smaller k "
                "or more rows"
            ),
        ),
        (
            ([1.0, 2], [1.0, 2]),
            {"k": 0},
            "k must be a whole number of neighbours of at least 1, got 0",
        ),
        (
            ([1.0, 2], [1.0, 2]),
            {"k": 1.5},
            "k must be a whole number of neighbours of at least 1, got 1.5",
        ),
        (
            ([1.0, 2], [1.0, 2]),
            {"method": "ksg3"},
            "method must be 'ksg1' or 'ksg2', got 'ksg3'",
        ),
        (
            ([1.0, 2], [1.0, 2, 3]),
            {},
            "columns must have the same length, but x has 2, y has 3 rows",
        ),
        (
            ([1.0, np.nan, 2], [1.0, 2, 3]),
            {},
            "x has a missing value (nan) in row 1: drop such rows first",
        ),
        (
            ([1.0, 2, 3], [1.0, 2, np.inf]),
            {},
            "y has an infinite value (inf) in row 2: drop such rows first",
        ),
        (
            (np.ma.masked_equal([1.0, 2, 3], 2), [1.0, 2, 3]),
            {},
            "x has a missing value (nan) in row 1: drop such rows first",
        ),
        (
            (np.array(["2026-01-01", "NaT"], "M8[s]"), [1.0, 2]),
            {},
            "x has a missing value (nan) in row 1: drop such rows first",
        ),
        (
            (["a", "b"], [1.0, 2]),
            {},
            "x must be an array of real numbers, got list ['a', 'b']",
        ),
    ],
)
def test_bad_columns(arguments, options, text):
    with pytest.raises(LossaryError) as error:
        continuous_neighbours.mutual_information(*arguments, **options)
    assert str(error.value) == text


@pytest.mark.parametrize(
    ("p", "q", "text"),
    [
        (
            np.zeros((9, 2)),
            np.zeros(9),
            ("p_samples and q_samples must have the same number of columns, got 2 and 1"),
        ),
        (
            [1.0, 2, 3],
            [1.0] * 9,
            (
                "k=3 neighbours of each row need at least 4 rows of p_samples, got 3: pass a "
                "smaller k or more rows"
            ),
        ),
        (
            [1.0] * 9,
            [1.0, 2],
            (
                "k=3 neighbours need at least 3 rows of q_samples, got 2: pass a smaller k "
                "or more rows"
            ),
        ),
        (
            [1.0, np.nan],
            [1.0],
            "p_samples has a missing value (nan) in row 1: drop such rows first",
        ),
    ],
)
def test_bad_samples(p, q, text):
    with pytest.raises(LossaryError) as error:
        continuous_neighbours.kl_divergence(p, q)
    assert str(error.value) == text

"""The compiled search for neighbours beside the plain ones: equal to the last bit, ties or none."""

import numpy as np
import pytest
import torch

from lossary.estimate.neighbour_search import (
    ExhaustiveIndex,
    SortedIndex,
    TreeIndex,
    neighbour_index,
)
from lossary.kernels import eligibility
from lossary.kernels.cpu.neighbours import Strips
from support.kernels import kernels

ROWS = 701


def continuous(_rng, points):
    return points


def rounded(_rng, points):
    return points.round(1)


def labelled(rng, points):
    points[-1] = rng.integers(0, 3, points.shape[1])
    return points


def shifted(_rng, points):
    return points + 1e11


def equal(_rng, points):
    return points * 0


KINDS = [continuous, rounded, labelled, shifted, equal]


def drawn(columns, kind, rows=ROWS):
    rng = np.random.default_rng(columns)
    points = kind(rng, rng.normal(size=(columns, rows)))
    return points, rng.uniform(0.5, 2, size=columns), points[:, :50] + rng.normal(size=(columns, 1))


def beside(columns, kind):
    """The compiled search and the plain ones of some points, and other points to ask for."""
    points, weights, asked = drawn(columns, kind)
    plain = (ExhaustiveIndex, SortedIndex) if columns == 1 else (ExhaustiveIndex, TreeIndex)
    return Strips(points, weights), [search(points, weights) for search in plain], asked


every_kind = pytest.mark.parametrize("kind", KINDS)
each_width = pytest.mark.parametrize("columns", [1, 2, 3, 5])


@every_kind
@each_width
@pytest.mark.parametrize("k", [1, 3, 20])
def test_nearest_and_within_are_the_plain_ones(columns, kind, k):
    fast, plain, asked = beside(columns, kind)
    for where in (None, asked):
        reach = fast.nearest(k, where)
        for radii in (reach, np.nextafter(reach, np.inf)):
            counts = fast.within(radii, where)
            for search in plain:
                np.testing.assert_array_equal(search.nearest(k, where), reach)
                np.testing.assert_array_equal(search.within(radii, where), counts)


@every_kind
@pytest.mark.parametrize("columns", [2, 3, 5])
def test_borders_are_the_plain_ones(columns, kind):
    fast, plain, _ = beside(columns, kind)
    reach = fast.nearest(4)
    groups = [[0], list(range(1, columns)), [0, columns - 1]]
    found = fast.border(reach, groups)
    for search in plain:
        for one, other in zip(found, search.border(reach, groups), strict=True):
            np.testing.assert_array_equal(one, other)


def test_what_nearest_and_border_mean():
    points = np.array([[0.0, 1.0, 3.0, 3.0], [0.0, 2.0, 0.0, 0.5]])
    search = Strips(points, np.array([1.0, 0.5]))
    np.testing.assert_array_equal(search.nearest(1), [1, 1, 0.25, 0.25])
    np.testing.assert_array_equal(search.nearest(3), [3, 2, 3, 3])
    np.testing.assert_array_equal(search.within(np.array([1.0, 1.5, 9.0, 0.2])), [0, 1, 3, 0])
    found, far, at = search.border(np.array([1.0, 2.0, 0.25, 0.25]), [[0], [1]])
    np.testing.assert_array_equal(found, [1, 3, 1, 1])
    np.testing.assert_array_equal(far, [[1, 2, 0, 0], [1, 1, 0.25, 0.25]])
    np.testing.assert_array_equal(at, [[1, 2, 0, 0], [1, 0, 1, 1]])


def test_results_are_the_same_bits_for_every_number_of_threads():
    points, weights, _ = drawn(3, rounded, 5000)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        search = Strips(points, weights)
        reach = search.nearest(3)
        found.append([reach, *search.border(reach, [[0, 1], [2]])])
    torch.set_num_threads(before)
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_path_is_compiled_where_that_pays():
    points, weights, _ = drawn(2, continuous)
    assert isinstance(neighbour_index(points, weights), TreeIndex)
    assert isinstance(neighbour_index(np.tile(points, 3), weights), Strips)
    assert isinstance(neighbour_index(points[:, :100], weights), ExhaustiveIndex)
    assert isinstance(neighbour_index(points[:1], weights), SortedIndex)
    with kernels():
        neighbour_index(points[:, :100], weights).nearest(1)
    with eligibility.plain():
        assert isinstance(neighbour_index(np.tile(points, 3), weights), TreeIndex)

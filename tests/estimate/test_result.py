"""An estimate says its value, its error, its unit, and what is to be known of it."""

import math

import numpy as np
import pytest

from lossary import LossaryError
from lossary.estimate import Estimate, Test


def test_an_estimate_is_a_number():
    assert float(Estimate(0.5, "plug_in", 10)) == 0.5
    assert math.sqrt(Estimate(0.25, "plug_in", 10)) == 0.5


def test_a_normal_interval():
    low, high = Estimate(1.0, "plug_in", 10, 0.1).interval()
    assert (low, high) == pytest.approx((1 - 0.1959963984540054, 1 + 0.1959963984540054))
    assert Estimate(1.0, "plug_in", 10, 0.1).interval(0.5)[0] == pytest.approx(0.932551)


def test_no_interval_without_an_error():
    with pytest.raises(LossaryError) as error:
        Estimate(1.0, "chao_shen", 10).interval()
    assert str(error.value) == (
        "method='chao_shen' has no standard error, so that there is no interval: call "
        "estimate.bootstrap(), or pass a method with a standard error"
    )


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(LossaryError, match=r"level must lie in \(0, 1\)"):
        Estimate(1.0, "plug_in", 10, 0.1).interval(level)


@pytest.mark.parametrize(("base", "unit"), [(2, "bits"), (10, "base 10"), (0.5, "base 0.5")])
def test_units(base, unit):
    found = Estimate(np.log(8), "plug_in", 10, 0.1).in_base(base)
    assert found.unit == unit
    assert found.value == pytest.approx(np.log(8) / np.log(base))
    assert found.standard_error == pytest.approx(0.1 / abs(np.log(base)))


def test_nats_unless_a_base_is_given():
    found = Estimate(1.0, "plug_in", 10)
    assert found.in_base(None) is found
    assert found.unit == "nats"


def test_a_base_is_checked():
    with pytest.raises(LossaryError, match="base must be positive and other than 1"):
        Estimate(1.0, "plug_in", 10).in_base(1)


def test_no_note_is_said_twice():
    assert Estimate(1.0, "a", 1).noted("x", "", "x").noted("x", "y").notes == ("x", "y")


def test_it_reads_in_a_few_lines():
    found = Estimate(1.25, "plug_in", 10, 0.125, bias="too low", notes=("ties",))
    assert str(found) == "1.25 ± 0.12 nats (plug_in, n = 10)\n  too low\n  ties"
    assert str(Estimate(0.5, "plug_in", 10, unit="no unit")) == "0.5 (plug_in, n = 10)"


def test_a_test_reads_in_a_line():
    assert str(Test(6.4, 0.0114, "g_test", 2)) == (
        "statistic 6.4, p = 0.0114 (g_test, 2 degrees of freedom)"
    )
    assert str(Test(0.1, 0.5, "permutation_test", notes=("a",))) == (
        "statistic 0.1, p = 0.5 (permutation_test)\n  a"
    )

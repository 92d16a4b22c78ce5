"""A family of kernels for another device, added to the list: it computes what it reads."""

import numpy as np
import pytest

import lossary as ls
from lossary.kernels.dispatch import FAMILIES
from lossary.kernels.eligibility import Declined
from lossary.kernels.interface import Result
from lossary.kernels.pointwise import PointwiseOptions


class DeviceArray(np.ndarray):
    """An array in the memory of another device."""


class Doubling:
    """A call that computes twice the number of elements."""

    overwrite = False

    def loops(self, inputs):
        return f"{inputs[0].size} elements at once"

    def forward(self, inputs, dtype, **_):
        return None if np.isnan(inputs[0]).any() else Result(dtype.type(2 * inputs[0].size))

    def backward(self, inputs, dtype, cotangent):
        raise NotImplementedError


class Family:
    """Kernels that read arrays of that device, and compute losses of a score alone."""

    name = language = "fictitious"

    def unreadable(self, x):
        return None if isinstance(x, DeviceArray) else "it is no array of the device"

    def reason(self, *given):
        return None if all(x is None or isinstance(x, DeviceArray) for x in given) else "mixed"

    def records(self, _):
        return False

    def call(self, options):
        if not isinstance(options, PointwiseOptions):
            message = "only losses of a score have a kernel there"
            raise Declined(message)
        return options.calls.setdefault(self.name, Doubling())

    def place(self, _):
        return "the fictitious device"

    def threads(self):
        return 1

    def source(self, shape, record, bits, _):
        return f"{record.name} in {bits} bits" if shape.name == "pointwise" else None


@pytest.fixture(autouse=True)
def _added(monkeypatch):
    monkeypatch.setattr("lossary.kernels.dispatch.FAMILIES", FAMILIES)
    FAMILIES.append(Family())
    yield
    FAMILIES.pop()


def on_device(*values):
    return np.array(values).view(DeviceArray)


def test_it_computes_what_it_reads():
    s, y = on_device(0.5, 2.0, -1.0), on_device(1.0, 1.0, -1.0)
    assert ls.hinge(s, y) == 6.0
    assert ls.hinge(np.asarray(s), np.asarray(y)) == pytest.approx(1 / 6)


def test_explain_names_it():
    s = on_device(0.5, 2.0)
    assert str(ls.explain("hinge", s, s)) == (
        "hinge: a kernel, because the fictitious device is its place\n"
        "  loops: 2 elements at once, in float64, on up to 1 thread"
    )


def test_what_it_declines_takes_the_plain_path():
    z, t = on_device(0.5, 2.0)[None], on_device(0.25, 0.75)[None]
    found = ls.explain("kl", z, t)
    assert (found.path, found.why) == ("plain", "only losses of a score have a kernel there")
    assert ls.kl(z, t) == pytest.approx(float(ls.kl(np.asarray(z), np.asarray(t))), rel=1e-15)
    nan = on_device(np.nan, 1.0)
    assert np.isnan(ls.hinge(nan, on_device(1.0, 1.0)))


def test_its_source_is_printed_under_its_language():
    assert ls.kernel_source("hinge", "fictitious", bits=64) == "hinge in 64 bits"
    with pytest.raises(ls.LossaryError, match="kl has no kernel"):
        ls.kernel_source("kl", "fictitious")
    with pytest.raises(ls.LossaryError, match="target must be 'numba' or 'fictitious'"):
        ls.kernel_source("hinge", "cuda")

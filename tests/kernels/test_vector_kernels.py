"""The machine code of kernels as it lies in the cache: hot loops hold vector instructions."""

import platform
import re
from unittest import mock

import pytest

from lossary.formulas import catalogue
from lossary.kernels.cpu import compilation, margins, pointwise, rows
from lossary.kernels.cpu import disk_cache as cache

MACHINE = "x86" if platform.machine() in {"x86_64", "AMD64"} else "arm"

FUSED = {
    # As Intel's manual encodes them, of 256 bits and more: VEX, or EVEX with its 32 registers.
    # Fused multiply-add of packed float32 has the opcodes 98, A8 and B8, negated 9C, AC and BC.
    "x86": re.compile(
        rb"\xc4[\x02\x22\x42\x62\x82\xa2\xc2\xe2]"
        rb"[\x05\x0d\x15\x1d\x25\x2d\x35\x3d\x45\x4d\x55\x5d\x65\x6d\x75\x7d]"
        rb"[\x98\xa8\xb8\x9c\xac\xbc]"
        rb"|\x62[\x00-\xff][\x05-\x7d][\x20-\x5f][\x98\xa8\xb8\x9c\xac\xbc]",
        re.DOTALL,
    ),
    # As Arm's manual does, of four float32: FMLA and FMLS.
    "arm": re.compile(rb"[\x00-\xff][\xcc-\xcf][\x20-\x3f\xa0-\xbf]\x4e", re.DOTALL),
}
PLAIN = {
    # Packed addition, multiplication, subtraction, minimum and maximum: 58, 59, 5C, 5D and 5F.
    "x86": re.compile(
        rb"\xc5[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44\x4c\x54\x5c\x64\x6c\x74\x7c"
        rb"\x84\x8c\x94\x9c\xa4\xac\xb4\xbc\xc4\xcc\xd4\xdc\xe4\xec\xf4\xfc]"
        rb"[\x58\x59\x5c\x5d\x5f]"
        rb"|\x62[\x00-\xff][\x04-\x7c][\x20-\x5f][\x58\x59\x5c\x5d\x5f]",
        re.DOTALL,
    ),
    # FADD, FSUB, FMAX(NM) and FMIN(NM); FMUL.
    "arm": re.compile(
        rb"[\x00-\xff][\xc4-\xc7\xd4-\xd7\xf4-\xf7][\x20-\x3f\xa0-\xbf]\x4e"
        rb"|[\x00-\xff][\xdc-\xdf][\x20-\x3f]\x6e",
        re.DOTALL,
    ),
}

KERNELS = {
    "scores": ("sigmoid_focal", pointwise.TEMPLATE, 120, 200),
    "many classes": ("softmax_cross_entropy", rows.template(1000), 80, 150),
    "few classes": ("softmax_cross_entropy", rows.template(5), 100, 250),
    "margins": ("hinge", margins.TEMPLATE, 0, 40),
}
"""A record, its loops, and about half of the vector instructions that they are made of."""


def code(name, template):
    """The object of a kernel."""
    record = catalogue.get(name)
    compilation.kernel(template, 32, record)
    del compilation._kernels[id(record), id(template), 32]
    with mock.patch.object(cache, "_linked", wraps=cache._linked) as linked:
        compilation.kernel(template, 32, record)
    return linked.call_args.args[0]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_loops_of_a_kernel_are_vector_code(kernel):
    name, template, fused, plain = KERNELS[kernel]
    found = code(name, template)
    # Arm's are other loops, of smaller vectors: a quarter is asked of them.
    share = 1 if MACHINE == "x86" else 4
    assert len(FUSED[MACHINE].findall(found)) >= fused / share
    assert len(PLAIN[MACHINE].findall(found)) >= plain / share


@pytest.mark.parametrize(
    ("machine", "fused", "plain", "scalar"),
    [
        # vfmadd231ps and vaddps of ymm0 to ymm2; vaddss of xmm0 to xmm2.
        ("x86", "c4e275b8c2", "c5f458c2", "c5f258c2"),
        # fmla and fadd of v0.4s to v2.4s; fadd of s0 to s2.
        ("arm", "20cc224e", "20d4224e", "2028221e"),
    ],
)
def test_scalar_instructions_are_noticed(machine, fused, plain, scalar):
    found = bytes.fromhex(fused + plain + plain + scalar)
    assert len(FUSED[machine].findall(found)) == 1
    assert len(PLAIN[machine].findall(found)) == 2
    assert not PLAIN[machine].search(bytes.fromhex(scalar))

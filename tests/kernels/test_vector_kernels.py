"""The machine code of kernels as it lies in the cache: hot loops hold vector instructions."""

import platform
import re
from unittest import mock

import pytest

from lossary.formulas import catalogue
from lossary.kernels import build, cache
from lossary.kernels.margins_cpu import MARGINS
from lossary.kernels.pointwise_cpu import POINTWISE
from lossary.kernels.rows_cpu import NARROW, WIDE

X86 = platform.machine() in {"x86_64", "AMD64"}

# As Intel's manual encodes them, of 256 bits and more: VEX, or EVEX where there are 32 registers.
# Fused multiply-add of packed float32 has the opcodes 98, A8 and B8, negated 9C, AC and BC.
FUSED = re.compile(
    rb"\xc4[\x02\x22\x42\x62\x82\xa2\xc2\xe2][\x05\x0d\x15\x1d\x25\x2d\x35\x3d\x45\x4d\x55\x5d\x65"
    rb"\x6d\x75\x7d][\x98\xa8\xb8\x9c\xac\xbc]"
    rb"|\x62[\x00-\xff][\x05-\x7d][\x20-\x5f][\x98\xa8\xb8\x9c\xac\xbc]",
    re.DOTALL,
)
# Packed addition, multiplication, subtraction, minimum and maximum: 58, 59, 5C, 5D and 5F.
PLAIN = re.compile(
    rb"\xc5[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44\x4c\x54\x5c\x64\x6c\x74\x7c\x84\x8c\x94\x9c\xa4\xac"
    rb"\xb4\xbc\xc4\xcc\xd4\xdc\xe4\xec\xf4\xfc][\x58\x59\x5c\x5d\x5f]"
    rb"|\x62[\x00-\xff][\x04-\x7c][\x20-\x5f][\x58\x59\x5c\x5d\x5f]",
    re.DOTALL,
)

KERNELS = {
    "scores": ("sigmoid_focal", POINTWISE, 120, 200),
    "wide rows": ("softmax_cross_entropy", WIDE, 80, 150),
    "narrow rows": ("softmax_cross_entropy", NARROW, 100, 250),
    "margins": ("hinge", MARGINS, 0, 40),
}
"""A record, its loops, and about half of the vector instructions that they are made of."""


def code(name, template):
    """The object of a kernel."""
    record = catalogue.get(name)
    build.kernel(record, template, 32)
    del build._kernels[id(record), template.name, 32]
    with mock.patch.object(cache, "_linked", wraps=cache._linked) as linked:
        build.kernel(record, template, 32)
    return linked.call_args.args[0]


@pytest.mark.parametrize("kernel", KERNELS if X86 else [])
def test_the_loops_of_a_kernel_are_vector_code(kernel):
    name, template, fused, plain = KERNELS[kernel]
    found = code(name, template)
    assert len(FUSED.findall(found)) >= fused
    assert len(PLAIN.findall(found)) >= plain

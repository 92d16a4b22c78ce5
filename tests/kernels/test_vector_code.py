"""The machine code of words in a plain loop: vector instructions and no calls, on x86 and ARM."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

X86 = platform.machine() in {"x86_64", "AMD64"}
TARGETS = ["", *(["haswell", "skylake-avx512", "znver4"] if X86 else [])]
"""Processors by LLVM's names; the first is this machine's."""

COMPILE = """
import json, sys
from support.loops import WORDS, compiled, elementwise

UNARY = ("exp", "exp_nonpositive", "expm1", "log", "log1p", "log1p_unit", "sqrt", "tanh", "sign")
BINARY = ("exp_from", "maximum", "minimum", "power")
REDUCING = ("accumulate", "maximum")

def reduction(words, word):
    load, store, reals = words.load, words.store, words.reals
    def loop(x, y, out, n):
        total = load(reals(y), 0)
        for i in range(n):
            total = word(total, load(reals(x), i))
        store(reals(out), 0, total)
    return compiled(loop, 4)

code = {}
for bits, words in WORDS.items():
    for name in (*UNARY, *BINARY):
        code[f"{name} {bits}"] = elementwise(words, getattr(words, name), 1 + (name in BINARY))
    for name in REDUCING:
        code[f"sum of {name} {bits}"] = reduction(words, getattr(words, name))
json.dump({name: loop._library.get_asm_str() for name, loop in code.items()}, sys.stdout)
"""


class Code(NamedTuple):
    """What an assembly says of vectors stored, of vectors added or compared, and of calls."""

    store: re.Pattern[str]
    addition: re.Pattern[str]
    call: re.Pattern[str]


#: Eight float32 or more at once, but not a spilled register.
OF_X86 = Code(
    re.compile(r"\bvmov\w+\s+%[yz]mm\d+, [^\n]*\((?!%rsp)"),
    re.compile(r"\bv(add|max)p[sd]\b[^\n]*%[yz]mm"),
    re.compile(r"\bcallq?\b"),
)
#: Four float32, the whole of a register.
OF_ARM = Code(
    re.compile(r"\bst[rp]\s+q\d+, [^\n]*\[(?!sp)"),
    re.compile(r"\bf(add|max|maxnm)(\.(4s|2d)\s+v|\s+v\d+\.(4s|2d))"),
    re.compile(r"\bblr?\s"),
)
OF_THIS = OF_X86 if X86 else OF_ARM


@pytest.fixture(params=TARGETS, scope="module")
def assembly(request: pytest.FixtureRequest) -> dict[str, str]:
    """The assembly of each word's loop for a processor."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    if request.param:
        environment |= {"NUMBA_CPU_NAME": request.param, "NUMBA_CPU_FEATURES": ""}
    command = [sys.executable, "-c", COMPILE]
    run = subprocess.run(command, capture_output=True, check=True, env=environment, text=True)
    return json.loads(run.stdout)


def is_vector(name: str, text: str, code: Code = OF_THIS) -> bool:
    """Whether a loop stores vectors, or a sum adds them."""
    return bool((code.addition if name.startswith("sum") else code.store).search(text))


def test_a_loop_of_words_is_vector_code(assembly):
    assert len(assembly) == 30
    assert [name for name, text in assembly.items() if not is_vector(name, text)] == []


def test_a_loop_of_words_calls_nothing(assembly):
    # The one call is that of the loop itself, by what Numba wraps it in.
    calls = {name: len(OF_THIS.call.findall(text)) for name, text in assembly.items()}
    assert {name: count for name, count in calls.items() if count > 1} == {}


@pytest.mark.parametrize(
    ("code", "vector", "scalar"),
    [
        (OF_X86, "vmovups %ymm0, (%rdi,%rax,4)", "vmovss %xmm0, (%rdi,%rax,4)"),
        (OF_X86, "vmovapd %zmm17, 64(%rdi)", "vmovups %ymm0, 32(%rsp)"),
        (OF_ARM, "str q0, [x8], #16", "str s0, [x8], #4"),
        (OF_ARM, "stp q0, q1, [x8, #-16]", "stp q8, q9, [sp, #16]"),
    ],
)
def test_scalar_code_is_noticed(code, vector, scalar):
    assert is_vector("exp 32", vector, code)
    assert not is_vector("exp 32", scalar, code)


@pytest.mark.parametrize(
    ("code", "vector", "scalar", "call"),
    [
        (OF_X86, "vaddps %ymm1, %ymm0, %ymm0", "vaddss %xmm1, %xmm0, %xmm0", "callq *%rax"),
        (OF_ARM, "fadd v0.4s, v0.4s, v1.4s", "fadd s0, s0, s1", "bl expf"),
        (OF_ARM, "fmax.2d v0, v0, v1", "fmax d0, d0, d1", "blr x8"),
    ],
)
def test_scalar_sums_and_calls_are_noticed(code, vector, scalar, call):
    assert is_vector("sum of accumulate 32", vector, code)
    assert not is_vector("sum of accumulate 32", scalar, code)
    assert code.call.findall(f"{vector}\n{call}\n") == code.call.findall(call) != []

"""The machine code of words in a plain loop: vector instructions, no calls, on every x86 target."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

X86 = platform.machine() in {"x86_64", "AMD64"}
TARGETS = ["", "haswell", "skylake-avx512", "znver4"] if X86 else []
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
STORE = re.compile(r"\bvmov\w+\s+%[yz]mm\d+, [^\n]*\((?!%rsp)")
"""Eight float32 or more written at once."""

ADDITION = re.compile(r"\bv(add|max)p[sd]\b[^\n]*%[yz]mm")
CALL = re.compile(r"\bcallq?\b")


@pytest.fixture(params=TARGETS, scope="module")
def assembly(request: pytest.FixtureRequest) -> dict[str, str]:
    """The assembly of each word's loop for a processor."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    if request.param:
        environment |= {"NUMBA_CPU_NAME": request.param, "NUMBA_CPU_FEATURES": ""}
    command = [sys.executable, "-c", COMPILE]
    run = subprocess.run(command, capture_output=True, check=True, env=environment, text=True)
    return json.loads(run.stdout)


def test_a_loop_of_words_is_vector_code(assembly):
    def is_vector(name):
        return (ADDITION if name.startswith("sum") else STORE).search(assembly[name])

    assert [name for name in assembly if not is_vector(name)] == []


def test_a_loop_of_words_calls_nothing(assembly):
    # The one call is that of the loop itself, by what Numba wraps it in.
    assert [name for name, text in assembly.items() if len(CALL.findall(text)) > 1] == []

"""Blocks of every storage: loaded in the dtype that a kernel computes in, rounded when stored."""

import numpy as np
import pytest
import torch

from lossary.kernels.array_memory import CODES
from support.loops import WORDS, address, compiled

DTYPES = {name: getattr(torch, name) for name in CODES}
FLOATING = [name for name, dtype in DTYPES.items() if dtype.is_floating_point]
FIRST, KEPT = 3, 7.0
COMPUTED = {32: torch.float32, 64: torch.float64}


def compiled_copy(words):
    """A loop that loads n numbers from the i-th on, doubles them, and stores them."""
    load, store, offset = words.load, words.store, words.offset
    reals, integers = words.reals, words.integers
    load_block, writable, store_block = words.load_block, words.writable_block, words.store_block

    def loop(slots):
        slots = integers(slots)
        i, n, scratch = load(slots, 4), load(slots, 5), reals(load(slots, 6))
        found = load_block(load(slots, 0), load(slots, 1), i, n, scratch)
        block = writable(load(slots, 2), load(slots, 3), i, offset(scratch, n))
        for k in range(n):
            store(block, k, load(found, k) + load(found, k))
        store_block(load(slots, 2), load(slots, 3), i, n, block)

    return compiled(loop, 1)


LOOPS = {bits: compiled_copy(words) for bits, words in WORDS.items()}


def doubled(x, dtype, bits):
    """The result of the loop on all numbers but the ends."""
    n = x.numel() - 2 * FIRST
    out, scratch = torch.full(x.shape, KEPT, dtype=dtype), np.empty(2 * n)
    codes = [CODES[str(t).removeprefix("torch.")] for t in (x.dtype, dtype)]
    slots = [x.data_ptr(), codes[0], out.data_ptr(), codes[1], FIRST, n, address(scratch)]
    LOOPS[bits].ctypes(address(np.array(slots)))
    return out


def numbers() -> torch.Tensor:
    """Numbers of all the magnitudes of a half, ties, and what lies beyond."""
    generator = torch.Generator().manual_seed(0)
    significands = 1 + torch.rand(600, generator=generator, dtype=torch.float64)
    x = torch.ldexp(significands, torch.randint(-30, 20, (600,), generator=generator))
    ties = 1 + torch.arange(-40, 41, dtype=torch.float64) / 2**12
    ends = torch.tensor([0, 65519, 65520, 3.3895e38, 3.4e38, 6e-8, 2.9e-8, 1e-40, torch.inf])
    positive = torch.cat([x, ties, ends.double()])
    return torch.cat([positive, -positive, torch.tensor([torch.nan] * 9)])


def examples(name: str) -> torch.Tensor:
    dtype = DTYPES[name]
    if dtype.is_floating_point:
        return numbers().to(dtype)
    largest = {"int64": 2**52, "int32": 2**31 - 1, "uint8": 255, "bool": 1}[name]
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, largest + 1, (999,), generator=generator).to(dtype)


@pytest.mark.parametrize("bits", WORDS)
@pytest.mark.parametrize("stored", FLOATING)
@pytest.mark.parametrize("loaded", DTYPES)
def test_a_block_is_converted_as_torch_converts_it(loaded, stored, bits):
    x = examples(loaded)
    got = doubled(x, DTYPES[stored], bits)
    halves = stored in {"bfloat16", "float16"}
    computed = 2 * x.to(COMPUTED[bits])
    wanted = (computed.float() if halves else computed).to(DTYPES[stored])
    wanted[:FIRST] = wanted[-FIRST:] = KEPT
    assert torch.equal(got.isnan(), wanted.isnan())
    assert torch.equal(got.nan_to_num(0, 1, -1), wanted.nan_to_num(0, 1, -1))
    assert torch.equal(got.isinf(), wanted.isinf())
    assert torch.equal(got.signbit() & ~got.isnan(), wanted.signbit() & ~wanted.isnan())


@pytest.mark.parametrize("bits", WORDS)
def test_every_nan_stays_nan(bits):
    x = torch.arange(0x7F800001, 0x7F800001 + 2**23 - 1, 4099, dtype=torch.int32)
    for dtype in (torch.bfloat16, torch.float16):
        got = doubled(x.view(torch.float32), dtype, bits)
        assert got[FIRST:-FIRST].isnan().all()

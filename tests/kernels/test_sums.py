"""Sums of kernels are right to the last digits, however many numbers a processor adds at once."""

import json
import os
import platform
import subprocess
import sys

import pytest

X86 = platform.machine() in {"x86_64", "AMD64"}
WIDTHS = ["", *(["+prefer-128-bit"] if X86 else [])]
"""Features by LLVM's names, beside a processor's own: the second has the longest sums."""

MEASURE = """
import json, sys
import numpy as np
import torch
import lossary as ls

torch.set_num_threads(1)
ls.fast(True)


def equal(count, dtype):
    # Each rounding of a sum of equal numbers goes the same way.
    return torch.full((count,), 0.1, dtype=dtype)


def error(got, truth):
    return float(abs(np.longdouble(got.item()) - truth) / abs(truth) / torch.finfo(got.dtype).eps)


def exact(x):
    return x.double().numpy().astype(np.longdouble)


found = {}
for dtype in (torch.float32, torch.float64):
    for count in (1023, 40_000, 1_000_007):
        s, zero = equal(count, dtype), torch.zeros(count, dtype=dtype)
        truth = (exact(s) ** 2).sum()
        for name, options in {"plain": {}, "weighted": {"sample_weight": zero + 1}}.items():
            got = ls.squared_error(s, zero, reduction="sum", **options)
            found[f"{name} scores {count} {dtype}"] = error(got, truth)
    for rows, classes in ((1, 40_000), (3000, 3000)):
        z = torch.zeros(rows, classes, dtype=dtype)
        z[:, 0] = 0.3
        index = torch.zeros(rows, dtype=torch.int64)
        right = exact(z[0, 0])
        hinge = max(1 - right, 0) * (classes - 1) * rows
        got = ls.multiclass_hinge(z, index, variant="weston_watkins", reduction="sum")
        found[f"margins {rows} x {classes} {dtype}"] = error(got, hinge)
        entropy = np.log1p((classes - 1) * np.exp(-right)) * rows
        got = ls.softmax_cross_entropy(z, index, reduction="sum")
        found[f"rows {rows} x {classes} {dtype}"] = error(got, entropy)
json.dump(found, sys.stdout)
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_sums_are_right_in_every_order(width):
    other = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": width} if width else {}
    command = [sys.executable, "-c", MEASURE]
    run = subprocess.run(
        command, capture_output=True, check=True, env=os.environ | other, text=True
    )
    errors = json.loads(run.stdout)
    assert len(errors) == 20
    assert {name: e for name, e in errors.items() if e > 4} == {}

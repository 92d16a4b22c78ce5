"""What memory costs on this machine: new pages, large ones, pages kept, and reading alone."""

from collections.abc import Mapping
from functools import partial

import torch

from speed.case import Case, Make, Step
from speed.steps import moved, read

NEW, LARGE = "copy into new memory", "copy into new memory in large pages"
REUSED, READ = "copy into reused memory", "read"
SIZES = (128, 1024)


def name(mebibytes: int) -> str:
    """The case of a tensor of that size."""
    return f"{mebibytes} MiB"


def _build(mebibytes: int) -> Mapping[str, Make]:
    source = torch.ones(mebibytes << 18)
    kept = source.clone()
    return {
        NEW: lambda: Step(source.clone),
        LARGE: lambda: moved(source),
        REUSED: lambda: Step(lambda: kept.copy_(source)),
        READ: lambda: read(source),
    }


CASES = tuple(Case("bandwidth", name(m), partial(_build, m), m << 20, seconds=8) for m in SIZES)

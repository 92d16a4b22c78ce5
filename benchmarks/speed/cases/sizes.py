"""What the plot shows: rows of ever more classes, and ever more scores."""

from functools import partial

import torch

from speed.case import Case
from speed.cases import pointwise, softmax
from speed.peers import case

ELEMENTS = 1 << 25
CLASSES = (2, 4, 10, 32, 100, 316, 1000, 4096, 16_384, 65_536)
SCORES = tuple(10**k for k in range(1, 8))
BY_CLASSES, BY_SCORES = "cross-entropy, classes", "sigmoid cross-entropy, scores"


def _by_classes(classes: int) -> Case:
    build = partial(softmax.training, ELEMENTS // classes, classes, torch.float32)
    return case("size", f"{BY_CLASSES} {classes}", build, 4 * ELEMENTS, seconds=6)


def _by_scores(n: int) -> Case:
    build = partial(pointwise.training, "sigmoid cross-entropy", n, torch.float32)
    return case("size", f"{BY_SCORES} {n}", build, 4 * n, seconds=4)


CASES = (*map(_by_classes, CLASSES), *map(_by_scores, SCORES))

"""The cases, by topic."""

from speed.case import Case
from speed.cases import (
    arrays,
    bandwidth,
    divergences,
    heads,
    margins,
    pointwise,
    sizes,
    small,
    softmax,
    start,
)

_TOPICS = (bandwidth, softmax, pointwise, margins, divergences, heads, small, start, arrays, sizes)
CASES: tuple[Case, ...] = tuple(case for topic in _TOPICS for case in topic.CASES)

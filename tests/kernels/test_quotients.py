"""The logarithm of a quotient of masses: near, far apart, subnormal, and where there is none."""

import numpy as np
import pytest

from lossary.kernels.cpu import log_ratio as quotients
from support.loops import EXACT, WIDER, WORDS, applied, elementwise, ulps

INF, NAN = np.inf, np.nan


def pairs(kind: np.finfo) -> tuple[np.ndarray, np.ndarray]:
    """Masses of every size, and others beside them: any, near ones, and at every quotient."""
    rng = np.random.default_rng(0)
    exponents = rng.integers(kind.minexp - kind.nmant, 0, 50_000)
    p = np.ldexp(rng.uniform(1, 2, exponents.size), exponents).astype(kind.dtype)
    p = np.concatenate([p, rng.uniform(0, 1, exponents.size).astype(kind.dtype)])
    near = p * (1 + 2.0 ** rng.uniform(-kind.nmant, -1, p.size) * rng.choice([-1, 1], p.size))
    far = p * 2.0 ** rng.uniform(-9, 9, p.size)
    others = [rng.permutation(p), near.astype(kind.dtype), far.astype(kind.dtype)]
    q = np.concatenate(others)
    p = np.tile(p, len(others))
    lawful = (p > 0) & (q > 0) & (p <= 1) & (q <= 1)
    return p[lawful], q[lawful]


@pytest.mark.parametrize("bits", EXACT)
def test_it_is_within_two_units_of_the_last_place(bits):
    words = WORDS[bits]
    p, q = pairs(np.finfo(words.F))
    got = applied(elementwise(words, quotients.log_quotient, 2), words, p, q)
    a, b = p.astype(WIDER[bits]), q.astype(WIDER[bits])
    # Of near masses the logarithm of the rounded quotient is none of the exact one.
    near = abs(a - b) < b / 4
    truth = np.where(near, np.log1p(np.where(near, a - b, 0) / b), np.log(a) - np.log(b))
    error = ulps(got, truth)
    i = error.argmax()
    assert error[i] <= 2, f"log({p[i]!r} / {q[i]!r}): {got[i]!r}"


@pytest.mark.parametrize("bits", WORDS)
def test_of_zeros_and_of_what_is_no_number(bits):
    words = WORDS[bits]
    p, q = zip((0, 0.5), (0.5, 0), (0, 0), (NAN, 0.5), (0.5, NAN), (0.3, 0.3), strict=True)
    got = applied(elementwise(words, quotients.log_quotient, 2), words, p, q)
    assert np.array_equal(got, [-INF, INF, NAN, NAN, NAN, 0], equal_nan=True)


@pytest.mark.parametrize("bits", EXACT)
def test_the_share_of_the_larger(bits):
    words = WORDS[bits]
    p, q = pairs(np.finfo(words.F))
    normal = np.minimum(p, q) > 4 * np.finfo(words.F).tiny
    p, q = (np.append(x[normal], 0) for x in (p, q))
    got = applied(elementwise(words, quotients.log_share, 2), words, p, q)
    a, b = p.astype(WIDER[bits]), q.astype(WIDER[bits])
    contrast = np.divide(abs(a - b), a + b, out=np.zeros_like(a), where=a + b > 0)
    assert ulps(got, np.log1p(contrast)).max() <= 4

"""The words of kernels: accuracy over all exponents, infinities, NaN, sums, memory, and choices."""

import mpmath
import numpy as np
import pytest
from numba.core.errors import TypingError

from support.loops import EXACT, WIDER, WORDS, address, applied, compiled, elementwise, ulps

INF, NAN = np.inf, np.nan
LIMITS = {
    "exp": 1,
    "exp_nonpositive": 1,
    "log": 1,
    "expm1": 1.5,
    "log1p": 1.5,
    "log1p_unit": 1.5,
    "tanh": 1.5,
    "sqrt": 0.5,
    "absolute": 0,
}
TRUTH = {
    "exp_nonpositive": np.exp,
    "log1p_unit": np.log1p,
    "absolute": np.abs,
}
RANGES = {
    "exp": [(-104, 88.7), (-1, 1), (-746, 710)],
    "exp_nonpositive": [(-90, 0), (-1, 0), (-720, 0)],
    "expm1": [(-20, 88.7), (-1, 1), (-40, 710)],
    "log": [(0, 2), (0.99, 1.01), (0, 1e6)],
    "log1p": [(-1, 2), (-0.01, 0.01), (0, 1e6)],
    "log1p_unit": [(0, 1), (0.41, 0.42), (0, 0.01)],
    "tanh": [(-1, 1), (-10, 10), (0.6, 0.65)],
}


def every_exponent(kind: np.finfo, count: int, seed: int) -> np.ndarray:
    """Positive numbers of all exponents, the subnormal too."""
    rng = np.random.default_rng(seed)
    exponents = np.resize(np.arange(kind.minexp - kind.nmant, kind.maxexp), count)
    return np.ldexp(rng.uniform(1, 2, count), exponents).astype(kind.dtype)


def hard(kind: np.finfo) -> np.ndarray:
    """Where functions break: ends of ranges, and both sides of where reductions change."""
    centres = [1, 2, 0.5, 0.625, *np.log(2) * np.arange(-8.5, 9, 0.5), *np.sqrt([0.5, 2])]
    edges = [*np.log([float(kind.tiny), float(kind.max)]), *np.log(2) * np.arange(-1080, 1026, 53)]
    near = np.array([*centres, *edges, np.sqrt(0.5) - 1, np.sqrt(2) - 1], kind.dtype)
    steps = [
        near,
        np.nextafter(near, kind.dtype.type(INF)),
        np.nextafter(near, -kind.dtype.type(INF)),
    ]
    ends = [0, INF, kind.tiny, kind.smallest_subnormal, kind.max]
    positive = np.concatenate([*steps, np.array(ends, kind.dtype)])
    return np.concatenate([positive, -positive, np.array([NAN], kind.dtype)])


def points(name: str, kind: np.finfo) -> np.ndarray:
    rng = np.random.default_rng(0)
    spread = [rng.uniform(low, high, 30_000) for low, high in RANGES.get(name, [(-9, 9)])]
    wide = every_exponent(kind, 30_000, seed=1)
    x = np.concatenate([p.astype(kind.dtype) for p in (*spread, wide, -wide, hard(kind))])
    if name == "exp_nonpositive":
        return x[~(x > 0)]
    return x[~((x < 0) | np.signbit(x) | (x > 1))] if name == "log1p_unit" else x


def true(name: str, x: np.ndarray, wider: type) -> np.ndarray:
    with np.errstate(all="ignore"):
        return TRUTH.get(name, getattr(np, name, None))(x.astype(wider))


@pytest.mark.parametrize("bits", EXACT)
@pytest.mark.parametrize("name", LIMITS)
def test_a_word_is_within_its_limit_everywhere(name, bits):
    words, kind = WORDS[bits], np.finfo(WORDS[bits].F)
    x = points(name, kind)
    got = applied(elementwise(words, getattr(words, name)), words, x)
    truth = true(name, x, WIDER[bits])
    if name == "exp_nonpositive":
        truth = np.where((truth < kind.tiny) & (got == 0), 0, truth)
    error = ulps(got, truth)
    assert error.max() <= LIMITS[name], f"at {x[error.argmax()]!r}: {got[error.argmax()]!r}"


@pytest.mark.parametrize("bits", EXACT)
def test_exp_from_rounds_the_exponential_of_the_exact_difference(bits):
    words, kind = WORDS[bits], np.finfo(WORDS[bits].F)
    rng = np.random.default_rng(2)
    tops = [rng.uniform(-3, 3, 40_000), rng.uniform(0, 20, 40_000), rng.normal(0, 1000, 40_000)]
    top = np.concatenate(tops).astype(kind.dtype)
    z = np.minimum(top - rng.uniform(0, -np.log(kind.tiny), top.size).astype(kind.dtype), top)
    got = applied(elementwise(words, words.exp_from, 2), words, z, top)
    truth = np.exp(z.astype(WIDER[bits]) - top)
    truth = np.where((truth < kind.tiny) & (got == 0), 0, truth)
    assert ulps(got, truth).max() <= 1


@pytest.mark.parametrize("bits", WORDS)
def test_exp_from_of_infinities(bits):
    words = WORDS[bits]
    z, top = zip((-INF, 3), (-INF, -900), (NAN, 3), (2, 2), (-1e30, 1e30), (3, INF), strict=True)
    got = applied(elementwise(words, words.exp_from, 2), words, z, top)
    assert np.array_equal(got, [0, 0, NAN, 1, 0, 0], equal_nan=True)


def powers(kind: np.finfo) -> tuple[np.ndarray, np.ndarray]:
    """Bases and exponents: small powers, results of every magnitude, and all pairs of ends."""
    rng = np.random.default_rng(3)
    unit, wide = rng.uniform(0, 1, 40_000), every_exponent(kind, 40_000, seed=4)
    near, ends = (
        rng.uniform(0.9, 1.1, 40_000),
        np.log(float(kind.max)) * rng.uniform(-1.1, 1.1, 40_000),
    )
    bases = [unit, wide, wide, near]
    with np.errstate(divide="ignore"):
        reaching = [ends / np.log(b.astype(float)) for b in (wide, near)]
    exponents = [rng.uniform(0, 9, 40_000), rng.uniform(-2, 2, 40_000), *reaching]
    base = np.unique(np.abs(hard(kind)))
    exponent = np.array([0, 1, -1, 0.5, 2, 3, INF, -INF, NAN, 1e30, -1e30, kind.tiny, kind.max])
    pairs = np.meshgrid(base, exponent.astype(kind.dtype))
    x = np.concatenate([*bases, pairs[0].ravel()]).astype(kind.dtype)
    return x, np.concatenate([*exponents, pairs[1].ravel()]).astype(kind.dtype)


@pytest.mark.parametrize("bits", EXACT)
def test_powers_are_those_of_c(bits):
    words = WORDS[bits]
    x, y = powers(np.finfo(words.F))
    got = applied(elementwise(words, words.power, 2), words, x, y)
    with np.errstate(all="ignore"):
        error = ulps(got, x.astype(WIDER[bits]) ** y.astype(WIDER[bits]))
    i = error.argmax()
    assert error[i] <= 1.5, f"{x[i]!r} ** {y[i]!r}: {got[i]!r}"


@pytest.mark.parametrize("bits", WORDS)
def test_a_power_of_a_negative_number_is_nan_but_for_its_square(bits):
    words = WORDS[bits]
    got = applied(
        elementwise(words, words.power, 2), words, [-1, -2, -INF, -3, -0.0], [2, 3, 1, 0, 2]
    )
    assert np.array_equal(got, [1, NAN, NAN, 1, 0], equal_nan=True)


@pytest.mark.parametrize("bits", WORDS)
@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "tanh"])
def test_words_agree_with_mpmath(name, bits):
    words, kind = WORDS[bits], np.finfo(WORDS[bits].F)
    x = np.abs(np.concatenate([hard(kind), every_exponent(kind, 200, seed=5)]))
    x = x[np.isfinite(x) & (x > 0) & (x < 80)]
    got = applied(elementwise(words, getattr(words, name)), words, x)
    with mpmath.workdps(60):
        wanted = [getattr(mpmath, name)(mpmath.mpf(float(v))) for v in x]
        error = [abs(g - w) for g, w in zip(map(float, got), wanted, strict=True)]
        allowed = [LIMITS[name] * float(np.spacing(kind.dtype.type(abs(w)))) for w in wanted]
    assert all(e <= a for e, a in zip(error, allowed, strict=True))


@pytest.mark.parametrize("bits", WORDS)
def test_the_larger_and_the_smaller_of_two(bits):
    words = WORDS[bits]
    x, y = (a.ravel() for a in np.meshgrid([-INF, -1, 0, 2, INF, NAN], [-INF, -1, 0, 2, INF, NAN]))
    for name in ("maximum", "minimum"):
        got = applied(elementwise(words, getattr(words, name), 2), words, x, y)
        assert np.array_equal(got, getattr(np, name)(x, y), equal_nan=True)


@pytest.mark.parametrize("bits", WORDS)
def test_signs_are_those_of_numbers(bits):
    words = WORDS[bits]
    x = np.array([-INF, -2, -0.0, 0, 1e-30, INF, NAN])
    got = applied(elementwise(words, words.sign), words, x)
    assert np.array_equal(got, np.sign(x), equal_nan=True)


@pytest.mark.parametrize("bits", WORDS)
def test_choices_are_those_of_conditions(bits):
    words = WORDS[bits]
    number, where, both, either = words.F, words.where, words.both, words.either

    @words.inlined
    def chosen(x, y):
        known = both(x < number(0), words.negation(y < number(0)))
        return where(either(known, x == y), number(1), where(x < y, x, y))

    x, y = (a.ravel() for a in np.meshgrid([-2.0, 0, 3, NAN], [-1.0, 0, 3, NAN]))
    wanted = np.where((x < 0) & ~(y < 0) | (x == y), 1, np.where(x < y, x, y))
    got = applied(elementwise(words, chosen, 2), words, x, y)
    assert np.array_equal(got, wanted, equal_nan=True)


def reduction(words, body):
    load, store, reals, number = words.load, words.store, words.reals, words.F

    def loop(x, first, out, n):
        total = load(reals(first), 0)
        for i in range(n):
            total = body(total, load(reals(x), i))
        store(reals(out), 0, number(total))

    compiled_loop = compiled(loop, 4)

    def run(x, start):
        x, first, out = (np.array(a, number) for a in (x, [start], [0]))
        compiled_loop.ctypes(address(x), address(first), address(out), x.size)
        return out[0]

    return run


@pytest.mark.parametrize("bits", WORDS)
def test_sums_and_extremes_of_a_loop_keep_nan_and_infinity(bits):
    words = WORDS[bits]
    x = np.random.default_rng(6).normal(size=1001)
    total, top = reduction(words, words.accumulate), reduction(words, words.maximum)
    assert total(x, 0) == pytest.approx(x.sum(), rel=1e-5)
    assert top(x, -INF) == x.astype(words.F).max()
    for i in (0, 500, 1000):
        for bad in (NAN, INF, -INF):
            y = x.copy()
            y[i] = bad
            assert np.array_equal(total(y, 0), bad, equal_nan=True)
            assert np.array_equal(top(y, -INF), y.astype(words.F).max(), equal_nan=True)


@pytest.mark.parametrize("bits", WORDS)
def test_slots_hold_integers_doubles_and_counters(bits):
    words = WORDS[bits]
    load, store, offset, integers = words.load, words.store, words.offset, words.integers
    real, doubles, add_atomic, address_of = (
        words.real,
        words.doubles,
        words.add_atomic,
        words.address_of,
    )

    def loop(slots):
        slots = integers(slots)
        store(slots, 2, add_atomic(offset(slots, 1), 5))
        store(doubles(address_of(slots)), 3, 2 * real(load(slots, 0)))

    slots = np.array([np.float64(1.25).view(np.int64), 7, 0, 0])
    compiled(loop, 1).ctypes(address(slots))
    assert slots[1] == 12
    assert slots[2] == 7
    assert slots.view(np.float64)[3] == 2.5


def test_dtypes_are_never_mixed_in_silence():
    words, other = WORDS[32], WORDS[64]

    @words.inlined
    def mixed(x):
        return words.where(x < words.F(0), other.F(0), x)

    with pytest.raises(TypingError, match="one type is needed, these are float64, float32"):
        elementwise(words, mixed)

"""Records of divergences, and the terms that they share with the losses of a row."""

from math import log, sqrt

from lossary.formulas.record import POSITIVE, REAL, Formula, Measure, Pair, Parameter, Term
from lossary.formulas.vocabulary import Value, Vocabulary, horner, safe_product

__all__ = [
    "alpha_divergence",
    "bd0",
    "bd0_tail",
    "chi_squared_divergence",
    "cross_entropy",
    "f_divergence",
    "hellinger_distance",
    "hellinger_divergence",
    "jeffreys_divergence",
    "js_distance",
    "js_divergence",
    "js_term",
    "kl_divergence",
    "log_share",
    "pair_log_ratio",
    "renyi_divergence",
    "reverse_kl_divergence",
    "total_variation",
]

_LOADER = [1 / (2 * k + 3) for k in range(16)]
_NEAR = 0.3
_JS_SERIES = [1 / (2 * k * (2 * k - 1)) for k in range(1, 21)]
_CLOSE = 0.4


def bd0_tail(p: Value, contrast: Value) -> Value:
    """Return the terms of bd0 after the first, (p - q)²/(p + q), where the contrast is small."""
    square = contrast * contrast
    return 2 * p * (contrast * square) * horner(square, _LOADER)


def bd0(m: Vocabulary, pair: Pair) -> Value:
    """Return p log(p/q) - p + q in Loader's form: never negative, 0 for p = q.

    Near p = q the textbook form cancels completely; this one stays within 4 eps.
    """
    u = pair.contrast
    v = m.where(m.abs(u) < _NEAR, u, 0)
    near = pair.difference * v + bd0_tail(pair.p, v)
    far = safe_product(m, pair.p, pair.log_ratio) - pair.difference
    return m.where(m.abs(u) < _NEAR, near, far)


def log_share(m: Vocabulary, pair: Pair) -> Value:
    """Return log(2p / (p + q)), accurate near p = q and where p is far below q."""
    if pair.log_shares is not None:
        return pair.log_shares[0]
    v = pair.contrast
    far = m.log(m.where(v > -0.5, 1, 2 * (pair.p / (pair.p + pair.q))))
    return m.where(v > -0.5, m.log1p(v), far)


def js_term(m: Vocabulary, pair: Pair) -> Value:
    """Return one term of the Jensen-Shannon divergence: never negative, 0 for p = q."""
    v = pair.contrast
    w = m.where(m.abs(v) < _CLOSE, v, 0)
    near = (pair.p + pair.q) / 2 * (w * w * horner(w * w, _JS_SERIES))
    of_p = safe_product(m, pair.p, log_share(m, pair))
    of_q = safe_product(m, pair.q, log_share(m, pair.swap()))
    return m.where(m.abs(v) < _CLOSE, near, (of_p + of_q) / 2)


def pair_log_ratio(m: Vocabulary, pair: Pair) -> Value:
    """Return log(p / q), accurate near 0, and 0 where both masses are 0."""
    near = m.log1p(pair.difference / pair.q)
    ratio = m.where(m.abs(pair.contrast) < _NEAR, near, pair.log_ratio)
    return m.where((pair.p == 0) & (pair.q == 0), 0, ratio)


def _over(m: Vocabulary, x: Value, q: Value) -> Value:
    """Return x / q, and 0 where both are 0."""
    return m.where((x == 0) & (q == 0), 0, x / q)


def _swapped(f: Formula) -> Formula:
    return lambda m, pair, **parameters: f(m, pair.swap(), **parameters)


def f_divergence(name: str, *, generator: Formula, at_infinity: Formula, **rest: object) -> Measure:
    """Return the record of ``Σ q f(p / q)``; ``0 f(p / 0)`` is p times f's slope at infinity."""

    def definition(m: Vocabulary, p: Value, q: Value, **parameters: Value) -> Value:
        inside = q * generator(m, p / q, **parameters)
        beyond = safe_product(m, p, at_infinity(m, **parameters))
        return m.where(q == 0, beyond, inside)

    return Measure(name=name, arity=2, definition=definition, generator=generator, **rest)  # type: ignore[arg-type]


def _infinite(m: Vocabulary, **_: Value) -> Value:
    return -m.log(0)


_KL = Term(
    bd0,
    partials=(pair_log_ratio, lambda m, pair: -_over(m, pair.difference, pair.q)),
    logit_partials=(
        lambda m, pair: safe_product(m, pair.p, pair_log_ratio(m, pair)),
        lambda m, pair: -pair.difference,
    ),
    excess=1,
)

kl_divergence = f_divergence(
    "kl_divergence",
    summary="Kullback-Leibler divergence from p to q: cross-entropy minus the entropy of p",
    source="Kullback and Leibler, On Information and Sufficiency, 1951",
    generator=lambda m, t: m.where(t == 0, 0, t * m.log(t)),
    at_infinity=_infinite,
    terms=(_KL,),
)

reverse_kl_divergence = f_divergence(
    "reverse_kl_divergence",
    summary="Kullback-Leibler divergence with its arguments exchanged: KL(q, p)",
    source="Kullback and Leibler, On Information and Sufficiency, 1951",
    generator=lambda m, t: -m.log(t),
    at_infinity=lambda m: 0,
    terms=(
        Term(
            _swapped(bd0),
            partials=tuple(map(_swapped, reversed(_KL.partials))),
            logit_partials=tuple(map(_swapped, reversed(_KL.logit_partials or ()))),
            excess=-1,
        ),
    ),
)

jeffreys_divergence = Measure(
    name="jeffreys_divergence",
    summary="symmetrised KL, KL(p, q) + KL(q, p); on binned data, the population stability index",
    source="Jeffreys, An Invariant Form for the Prior Probability, 1946",
    arity=2,
    definition=lambda m, p, q: m.where(p == q, 0, (p - q) * m.log(p / q)),
    terms=(
        Term(
            lambda m, pair: safe_product(m, pair.difference, pair_log_ratio(m, pair)),
            partials=(
                lambda m, pair: pair_log_ratio(m, pair) + _over(m, pair.difference, pair.p),
                lambda m, pair: -pair_log_ratio(m, pair) - _over(m, pair.difference, pair.q),
            ),
            logit_partials=(
                lambda m, pair: safe_product(m, pair.p, pair_log_ratio(m, pair)) + pair.difference,
                lambda m, pair: -safe_product(m, pair.q, pair_log_ratio(m, pair)) - pair.difference,
            ),
        ),
    ),
)

_JS = Term(
    js_term,
    partials=(
        lambda m, pair: log_share(m, pair) / 2,
        lambda m, pair: log_share(m, pair.swap()) / 2,
    ),
)


def _js_definition(m: Vocabulary, p: Value, q: Value) -> Value:
    middle = (p + q) / 2
    left = m.where(p == 0, 0, p * m.log(p / middle))
    right = m.where(q == 0, 0, q * m.log(q / middle))
    return (left + right) / 2


js_divergence = Measure(
    name="js_divergence",
    summary="mean KL divergence of two distributions from their mixture, within [0, log 2]",
    source="Lin, Divergence Measures Based on the Shannon Entropy, 1991",
    arity=2,
    definition=_js_definition,
    terms=(_JS,),
    ceiling=log(2),
)

js_distance = Measure(
    name="js_distance",
    summary="square root of the Jensen-Shannon divergence, a metric",
    source="Endres and Schindelin, A New Metric for Probability Distributions, 2003",
    arity=2,
    definition=_js_definition,
    definition_finish=lambda m, total: m.sqrt(total),
    terms=(_JS,),
    finish=lambda m, total: m.sqrt(total),
    unit="square root of nats",
    ceiling=sqrt(log(2)),
)

cross_entropy = Measure(
    name="cross_entropy",
    summary="expected negative log-likelihood of q under p: H(p) + KL(p, q)",
    source="Good, Rational Decisions, 1952",
    arity=2,
    definition=lambda m, p, q: m.where(p == 0, 0, -p * m.log(q)),
    terms=(
        Term(
            lambda m, pair: safe_product(m, pair.p, pair.self_information),
            partials=(
                lambda m, pair: pair.self_information,
                lambda m, pair: -_over(m, pair.p, pair.q),
            ),
            logit_partials=(
                lambda m, pair: safe_product(m, pair.p, pair.self_information),
                lambda m, pair: -pair.p,
            ),
            uses_self_information=True,
        ),
    ),
)

chi_squared_divergence = f_divergence(
    "chi_squared_divergence",
    summary="Pearson's χ² divergence: the expected squared relative deviation of p from q under q",
    source="Pearson, On the Criterion that a Given System of Deviations, 1900",
    generator=lambda m, t: (t - 1) ** 2,
    at_infinity=_infinite,
    unit="no unit",
    terms=(
        Term(
            lambda m, pair: pair.difference * _over(m, pair.difference, pair.q),
            partials=(
                lambda m, pair: 2 * _over(m, pair.difference, pair.q),
                lambda m, pair: -_over(m, pair.difference, pair.q) * (1 + _over(m, pair.p, pair.q)),
            ),
            logit_partials=(
                lambda m, pair: 2 * safe_product(m, pair.p, _over(m, pair.difference, pair.q)),
                lambda m, pair: -_over(m, pair.difference, pair.q) * (pair.p + pair.q),
            ),
        ),
    ),
)


def _root_difference(m: Vocabulary, pair: Pair) -> Value:
    return _over(m, pair.difference, m.sqrt(pair.p) + m.sqrt(pair.q))


_HELLINGER = Term(
    lambda m, pair: _root_difference(m, pair) ** 2 / 2,
    partials=(
        lambda m, pair: _over(m, _root_difference(m, pair), m.sqrt(pair.p)) / 2,
        lambda m, pair: -_over(m, _root_difference(m, pair), m.sqrt(pair.q)) / 2,
    ),
)

hellinger_divergence = f_divergence(
    "hellinger_divergence",
    summary="half the squared distance of the square roots of the masses, within [0, 1]",
    source="Hellinger, Neue Begründung der Theorie quadratischer Formen, 1909",
    generator=lambda m, t: (m.sqrt(t) - 1) ** 2 / 2,
    at_infinity=lambda m: 0.5,
    unit="no unit",
    terms=(_HELLINGER,),
    ceiling=1,
)

hellinger_distance = Measure(
    name="hellinger_distance",
    summary="square root of the Hellinger divergence, a metric within [0, 1]",
    source="Hellinger, Neue Begründung der Theorie quadratischer Formen, 1909",
    arity=2,
    definition=hellinger_divergence.definition,
    definition_finish=lambda m, total: m.sqrt(total),
    terms=(_HELLINGER,),
    finish=lambda m, total: m.sqrt(total),
    unit="no unit",
    ceiling=1,
)

total_variation = f_divergence(
    "total_variation",
    summary="largest difference of the probabilities that p and q assign to one event",
    source="Cover and Thomas, Elements of Information Theory, 2006",
    generator=lambda m, t: m.abs(t - 1) / 2,
    at_infinity=lambda m: 0.5,
    unit="no unit",
    ceiling=1,
    terms=(
        Term(
            lambda m, pair: m.abs(pair.difference) / 2,
            partials=(
                lambda m, pair: m.sign(pair.difference) / 2,
                lambda m, pair: -m.sign(pair.difference) / 2,
            ),
        ),
    ),
)


def _deformed(m: Vocabulary, a: Value, x: Value) -> Value:
    """Return (exp(a x) - 1) / a, and its limit x at a = 0."""
    return m.where(a == 0, x, m.expm1(a * x) / m.where(a == 0, 1, a))


def _alpha_term(m: Vocabulary, pair: Pair, alpha: Value) -> Value:
    """Return q f(p/q) for the order alpha; below 1/2 as the order 1 - alpha of the swapped pair."""
    high = alpha >= 0.5
    a = m.where(high, alpha, 1 - alpha)
    swap = pair.swap()
    p, q = m.where(high, pair.p, swap.p), m.where(high, pair.q, swap.q)
    difference = m.where(high, pair.difference, swap.difference)
    x = m.where(high, pair_log_ratio(m, pair), pair_log_ratio(m, swap))
    close = (m.abs(x) < 0.5) & (m.abs(a * x) < 1)
    y = m.where(close, x, 0)
    coefficients: list[Value] = [1.0]
    for _ in range(3, 20):
        coefficients.append(1 + a * coefficients[-1])
    rest: Value = 0.0
    for k in range(19, 2, -1):
        rest = (coefficients[k - 2] + rest) * (y / k)
    far = (safe_product(m, p, _deformed(m, a - 1, x)) - difference) / a
    return m.where(close, q * (y * y / 2) * (1 + rest), far)


_ALPHA = Term(
    _alpha_term,
    partials=(
        lambda m, pair, alpha: _deformed(m, alpha - 1, pair_log_ratio(m, pair)),
        lambda m, pair, alpha: -_deformed(m, alpha, pair_log_ratio(m, pair)),
    ),
)


def _alpha_generator(m: Vocabulary, t: Value, alpha: Value) -> Value:
    general = (t**alpha - 1 - alpha * (t - 1)) / (alpha * (alpha - 1))
    limit_1 = m.where(t == 0, 1, t * m.log(t) - t + 1)
    limit_0 = -m.log(t) + t - 1
    return m.where(alpha == 1, limit_1, m.where(alpha == 0, limit_0, general))


alpha_divergence = f_divergence(
    "alpha_divergence",
    summary="family of divergences with KL at 1, reverse KL at 0, Hellinger at 1/2 and χ² at 2",
    source="Cressie and Read, Multinomial Goodness-of-Fit Tests, 1984",
    parameters=(Parameter("alpha", 0.5, REAL, "order", r"\alpha"),),
    generator=_alpha_generator,
    at_infinity=lambda m, alpha: m.where(alpha >= 1, -m.log(0), 1 / (1 - alpha)),
    terms=(_ALPHA,),
    # The order multiplies the rounding error of log(p / q).
    within=32,
)


def _affinity(m: Vocabulary, pair: Pair, alpha: Value) -> Value:
    x = pair.log_ratio
    empty = (pair.p == 0) | ((pair.q == 0) & (alpha < 1))
    of_p, of_q = pair.p * m.exp((alpha - 1) * x), pair.q * m.exp(alpha * x)
    return m.where(empty, 0, m.where(x > 0, of_p, of_q))


_AFFINITY = Term(
    _affinity,
    partials=(
        lambda m, pair, alpha: alpha * m.exp((alpha - 1) * pair_log_ratio(m, pair)),
        lambda m, pair, alpha: (1 - alpha) * m.exp(alpha * pair_log_ratio(m, pair)),
    ),
)


def _renyi_finish(m: Vocabulary, divergence: Value, affinity: Value, alpha: Value) -> Value:
    """Return log Σ p^α q^(1-α) / (α-1) from whichever sum does not cancel."""
    near = m.log1p(alpha * (alpha - 1) * divergence)
    either = m.where((affinity > 0.5) & (affinity < 2), near, m.log(affinity))
    order = m.where(alpha == 1, 1, alpha - 1)
    return m.where(alpha == 1, divergence, either / order)


renyi_divergence = Measure(
    name="renyi_divergence",
    summary="Rényi divergence of order alpha; KL in the limit 1",
    source="Rényi, On Measures of Entropy and Information, 1961",
    parameters=(Parameter("alpha", 0.5, POSITIVE, "order", r"\alpha"),),
    arity=2,
    definition=lambda m, p, q, alpha: m.where(
        alpha == 1,
        m.where(p == 0, 0, p * m.log(p / q)),
        m.where(p == 0, 0, p**alpha * q ** (1 - alpha)),
    ),
    definition_finish=lambda m, total, alpha: m.where(
        alpha == 1, total, m.log(total) / (alpha - 1)
    ),
    terms=(_ALPHA, _AFFINITY),
    finish=_renyi_finish,
    shares=True,
)

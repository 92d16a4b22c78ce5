"""Losses of a row of logits: terms of a target distribution ``t`` and of ``l = log_softmax(z)``."""

from lossary.formulas.divergence import bd0, js_term, log_share
from lossary.formulas.probability import GAMMA
from lossary.formulas.record import Interval, Pair, Parameter, Rowwise
from lossary.formulas.vocabulary import Value, Vocabulary, safe_product

__all__ = [
    "generalized_cross_entropy",
    "js",
    "kl",
    "reverse_kl",
    "softmax_cross_entropy",
    "softmax_focal",
    "softmax_squared_error",
]

softmax_cross_entropy = Rowwise(
    name="softmax_cross_entropy",
    summary="cross-entropy of a target distribution and a softmax; its gradient is p - t",
    source="Bridle, Probabilistic Interpretation of Feedforward Network Outputs, 1990",
    definition=lambda m, t, l: -t * l,
    term=lambda m, t, l, p, r: safe_product(m, t, -l),
    slope=lambda m, t, l, p, r: -t,
    bend=lambda m, t, l, p, r: 0 * t,
    target_slope=lambda m, t, l, p, r: -l,
    sparse=True,
    within=(4, 8, 16),
)


def _beside(m: Vocabulary, t: Value, l: Value, p: Value, r: Value) -> Pair:
    """Return target and softmax as a pair, their difference from the complements near 1."""
    return Pair(m, t, p, m.where((p > 0.5) & (t > 0.5), r - (1 - t), t - p), m.log(t) - l)


def _focal_ratio(m: Vocabulary, l: Value, r: Value) -> Value:
    """Return -l / (1 - p), whose limit at p = 1 is 1."""
    return m.where(r == 0, 1, -l / m.where(r == 0, 1, r))


def _focal_slope(m: Vocabulary, t: Value, l: Value, p: Value, r: Value, gamma: Value) -> Value:
    pull = safe_product(m, p, _focal_ratio(m, l, r))
    return -t * m.where(gamma == 0, 1, r**gamma) * (1 + gamma * pull)


def _focal_bend(m: Vocabulary, t: Value, l: Value, p: Value, r: Value, gamma: Value) -> Value:
    ratio = _focal_ratio(m, l, r)
    inner = safe_product(m, p, 2 + safe_product(m, p, (gamma - 1) * ratio) - r * ratio)
    power = m.where((r == 0) | (gamma == 0), 0, gamma * r ** (gamma - 1))
    return t * power * inner


softmax_focal = Rowwise(
    name="softmax_focal",
    summary="softmax cross-entropy with a lower weight on well-classified samples",
    source="Lin et al., Focal Loss for Dense Object Detection, 2017",
    parameters=(GAMMA,),
    definition=lambda m, t, l, gamma: -t * (1 - m.exp(l)) ** gamma * l,
    term=lambda m, t, l, p, r, gamma: safe_product(m, t * m.where(gamma == 0, 1, r**gamma), -l),
    slope=_focal_slope,
    bend=_focal_bend,
    target_slope=lambda m, t, l, p, r, gamma: -(m.where(gamma == 0, 1, r**gamma)) * l,
    sparse=True,
    # A power multiplies the error of its base by gamma: these limits are for 5, twice those at 2.
    within=(10, 10, 16),
    growing=("gamma", 5.0),
)


def _brier_error(m: Vocabulary, t: Value, p: Value, r: Value) -> Value:
    """Return p - t, from the complements where p is above 1/2."""
    return m.where(p > 0.5, (1 - t) - r, p - t)


softmax_squared_error = Rowwise(
    name="softmax_squared_error",
    summary="Brier score of a softmax: the squared error summed over the classes",
    source="Brier, Verification of Forecasts Expressed in Terms of Probability, 1950",
    definition=lambda m, t, l: (m.exp(l) - t) ** 2,
    term=lambda m, t, l, p, r: _brier_error(m, t, p, r) ** 2,
    slope=lambda m, t, l, p, r: 2 * p * _brier_error(m, t, p, r),
    bend=lambda m, t, l, p, r: 2 * p * (p + _brier_error(m, t, p, r)),
    target_slope=lambda m, t, l, p, r: -2 * _brier_error(m, t, p, r),
)

kl = Rowwise(
    name="kl",
    summary="KL divergence from target to softmax: cross-entropy minus the entropy of the target",
    source="Kullback and Leibler, On Information and Sufficiency, 1951",
    definition=lambda m, t, l: m.where(t == 0, 0, t * (m.log(t) - l)),
    term=lambda m, t, l, p, r: bd0(m, _beside(m, t, l, p, r)),
    slope=lambda m, t, l, p, r: -t,
    bend=lambda m, t, l, p, r: 0 * t,
    target_slope=lambda m, t, l, p, r: m.log(t) - l + 1,
    excess=1,
)

reverse_kl = Rowwise(
    name="reverse_kl",
    summary="KL divergence from softmax to target: mode-seeking, infinite where the target is 0",
    source="Kullback and Leibler, On Information and Sufficiency, 1951",
    definition=lambda m, t, l: m.exp(l) * (l - m.log(t)),
    term=lambda m, t, l, p, r: bd0(m, _beside(m, t, l, p, r).swap()),
    slope=lambda m, t, l, p, r: safe_product(m, p, l - m.log(t) + 1),
    bend=lambda m, t, l, p, r: safe_product(m, p, l - m.log(t) + 2),
    target_slope=lambda m, t, l, p, r: -m.where(p == 0, 0, p / t),
    excess=-1,
)


def _js_definition(m: Vocabulary, t: Value, l: Value) -> Value:
    p = m.exp(l)
    middle = (t + p) / 2
    return (m.where(t == 0, 0, t * m.log(t / middle)) + p * m.log(p / middle)) / 2


def _js_slope(m: Vocabulary, t: Value, l: Value, p: Value, r: Value) -> Value:
    return safe_product(m, p, log_share(m, _beside(m, t, l, p, r).swap())) / 2


js = Rowwise(
    name="js",
    summary="Jensen-Shannon divergence of softmax and target: bounded, so robust to wrong labels",
    source="Lin, Divergence Measures Based on the Shannon Entropy, 1991",
    definition=_js_definition,
    term=lambda m, t, l, p, r: js_term(m, _beside(m, t, l, p, r)),
    slope=_js_slope,
    bend=lambda m, t, l, p, r: _js_slope(m, t, l, p, r) + safe_product(m, p, t / (p + t)) / 2,
    target_slope=lambda m, t, l, p, r: log_share(m, _beside(m, t, l, p, r)) / 2,
)

generalized_cross_entropy = Rowwise(
    name="generalized_cross_entropy",
    summary="between cross-entropy (q near 0) and absolute error (q = 1): robust to wrong labels",
    source="Zhang and Sabuncu, Generalized Cross Entropy Loss for Noisy Labels, 2018",
    parameters=(
        Parameter(
            "q",
            0.7,
            Interval(0, 1, closed_low=False),
            "cross-entropy near 0, absolute error at 1",
        ),
    ),
    definition=lambda m, t, l, q: t * (1 - m.exp(q * l)) / q,
    term=lambda m, t, l, p, r, q: safe_product(m, t, -m.expm1(q * l) / q),
    slope=lambda m, t, l, p, r, q: -t * m.exp(q * l),
    bend=lambda m, t, l, p, r, q: -q * t * m.exp(q * l),
    target_slope=lambda m, t, l, p, r, q: -m.expm1(q * l) / q,
    sparse=True,
)

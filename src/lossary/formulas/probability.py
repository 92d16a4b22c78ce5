"""Losses of a probability: a sigmoid's score, or the probability itself, against a label."""

from lossary.formulas.record import (
    NONNEGATIVE,
    UNIT_INTERVAL,
    Parameter,
    Pointwise,
    Shorthand,
)
from lossary.formulas.vocabulary import Value, Vocabulary, safe_product, sigmoid

__all__ = [
    "binary_cross_entropy",
    "sigmoid_cross_entropy",
    "sigmoid_focal",
    "sigmoid_squared_error",
]

_POSITIVE = Parameter("positive", 1.0, NONNEGATIVE, "weight of the positive part", r"w_+")
_NEGATIVE = Parameter("negative", 1.0, NONNEGATIVE, "weight of the negative part", r"w_-")

GAMMA = Parameter(
    "gamma",
    2.0,
    NONNEGATIVE,
    "exponent of the weight 1 - p",
    r"\gamma",
)
POS_WEIGHT = Shorthand(
    "pos_weight",
    NONNEGATIVE,
    "weight of the positive part; the negative part has weight 1",
    lambda w: {"positive": w},
)
ALPHA = Shorthand(
    "alpha",
    UNIT_INTERVAL,
    "weight of the positives; the negatives have 1 - alpha",
    lambda a: {"positive": a, "negative": 1 - a},
)


def _error(m: Vocabulary, y: Value, s: Value) -> Value:
    """Return sigmoid(s) - y, from whichever of the two complements does not cancel."""
    return m.where(s >= 0, (1 - y) - sigmoid(m, -s), sigmoid(m, s) - y)


def _sigma(m: Vocabulary, s: Value) -> Value:
    return 1 / (1 + m.exp(-s))


sigmoid_cross_entropy = Pointwise(
    name="sigmoid_cross_entropy",
    summary="cross-entropy of a binary label and a sigmoid, computed from the score",
    source="Good, Rational Decisions, 1952",
    target=UNIT_INTERVAL,
    parameters=(_POSITIVE, _NEGATIVE),
    shorthands=(POS_WEIGHT,),
    definition=lambda m, y, s, positive, negative: (
        -positive * y * m.log(_sigma(m, s)) - negative * (1 - y) * m.log(_sigma(m, -s))
    ),
    value=lambda m, y, s, positive, negative: (
        (positive * y + negative * (1 - y)) * m.log1p(m.exp(-m.abs(s)))
        + safe_product(m, m.where(s >= 0, negative * (1 - y), positive * y), m.abs(s))
    ),
    gradient=lambda m, y, s, positive, negative: (
        negative * (1 - y) * sigmoid(m, s) - positive * y * sigmoid(m, -s)
    ),
    hessian=lambda m, y, s, positive, negative: (
        (positive * y + negative * (1 - y)) * sigmoid(m, s) * sigmoid(m, -s)
    ),
    target_gradient=lambda m, y, s, positive, negative: (
        (positive - negative) * m.log1p(m.exp(-m.abs(s))) - m.where(s >= 0, negative, positive) * s
    ),
    mixed=lambda m, y, s, positive, negative: -negative * sigmoid(m, s) - positive * sigmoid(m, -s),
    hard=(0.0, 1e-9, 36.0, -36.0, 700.0, -700.0),
    crossing=("gradient", "target_gradient"),
)

binary_cross_entropy = Pointwise(
    name="binary_cross_entropy",
    summary="negative log-likelihood of a binary label under a given probability",
    source="Good, Rational Decisions, 1952",
    target=UNIT_INTERVAL,
    score=UNIT_INTERVAL,
    definition=lambda m, y, s: -y * m.log(s) - (1 - y) * m.log(1 - s),
    value=lambda m, y, s: -safe_product(m, y, m.log(s)) - safe_product(m, 1 - y, m.log1p(-s)),
    gradient=lambda m, y, s: safe_product(m, 1 - y, 1 / (1 - s)) - safe_product(m, y, 1 / s),
    hessian=lambda m, y, s: (
        safe_product(m, y, 1 / (s * s)) + safe_product(m, 1 - y, 1 / (1 - s) ** 2)
    ),
    target_gradient=lambda m, y, s: m.log1p(-s) - m.log(s),
    mixed=lambda m, y, s: -1 / (1 - s) - 1 / s,
    hard=(1e-9, 0.5, 1 - 1e-9, 1e-30),
    crossing=("gradient", "target_gradient"),
)

sigmoid_squared_error = Pointwise(
    name="sigmoid_squared_error",
    summary="squared error of a sigmoid; its gradient vanishes where it is most wrong",
    source="Brier, Verification of Forecasts Expressed in Terms of Probability, 1950",
    target=UNIT_INTERVAL,
    definition=lambda m, y, s: (_sigma(m, s) - y) ** 2,
    value=lambda m, y, s: _error(m, y, s) ** 2,
    gradient=lambda m, y, s: 2 * _error(m, y, s) * (sigmoid(m, s) * sigmoid(m, -s)),
    hessian=lambda m, y, s: (
        2
        * (sigmoid(m, s) * sigmoid(m, -s))
        * (sigmoid(m, s) * sigmoid(m, -s) + _error(m, y, s) * (sigmoid(m, -s) - sigmoid(m, s)))
    ),
    target_gradient=lambda m, y, s: -2 * _error(m, y, s),
    mixed=lambda m, y, s: -2 * (sigmoid(m, s) * sigmoid(m, -s)),
    hard=(0.0, 1e-9, 36.0, -36.0, 340.0, -340.0),
    crossing=("value", "gradient", "hessian", "target_gradient"),
    # A square doubles the error of its sigmoid, 1.3 eps.
    within=(4, 3, 5),
)


class _Focal:
    """Factors of the focal loss at one point, for the score times the sign of the label.

    ``a`` is the label mass on the side of the score, ``b`` the mass on the other side, both
    functions of ``d = |s|``. ``w = 1 - p_t``; ``r`` is the derivative of ``log w`` by ``d``, which
    stays finite where ``w`` underflows: no power is ever taken of 0 to a negative exponent.
    """

    def __init__(self, m: Vocabulary, y: Value, s: Value, gamma: Value) -> None:
        self.sign = m.where(s >= 0, 1, -1)
        self.a, self.b = m.where(s >= 0, y, 1 - y), m.where(s >= 0, 1 - y, y)
        e = m.exp(-m.abs(s))
        self.p, self.q = 1 / (1 + e), e / (1 + e)
        w = (self.a * e + self.b) / (1 + e)
        self.power = m.where(gamma == 0, 1, w**gamma)
        self.entropy = m.log1p(e) + safe_product(m, self.b, m.abs(s))
        self.pull = self.b - self.q
        self.r = (self.b - self.a) * self.p / (self.a + m.where(self.b == 0, 0, self.b / e))
        self.r_entropy = safe_product(m, self.r, self.entropy)


def _balance(y: Value, positive: Value, negative: Value) -> Value:
    return positive * y + negative * (1 - y)


def _focal_definition(
    m: Vocabulary, y: Value, s: Value, gamma: Value, positive: Value, negative: Value
) -> Value:
    p, q = _sigma(m, s), _sigma(m, -s)
    cross_entropy = -y * m.log(p) - (1 - y) * m.log(q)
    return _balance(y, positive, negative) * (y * q + (1 - y) * p) ** gamma * cross_entropy


def _focal(
    m: Vocabulary, y: Value, s: Value, gamma: Value, positive: Value, negative: Value
) -> Value:
    f = _Focal(m, y, s, gamma)
    return _balance(y, positive, negative) * safe_product(m, f.power, f.entropy)


def _focal_gradient(
    m: Vocabulary, y: Value, s: Value, gamma: Value, positive: Value, negative: Value
) -> Value:
    f = _Focal(m, y, s, gamma)
    return _balance(y, positive, negative) * f.sign * f.power * (gamma * f.r_entropy + f.pull)


def _focal_hessian(
    m: Vocabulary, y: Value, s: Value, gamma: Value, positive: Value, negative: Value
) -> Value:
    f = _Focal(m, y, s, gamma)
    bend = gamma * f.r_entropy * (gamma * f.r + f.q - f.p - f.r) + 2 * gamma * f.r * f.pull
    return _balance(y, positive, negative) * f.power * (bend + f.p * f.q)


sigmoid_focal = Pointwise(
    name="sigmoid_focal",
    summary="sigmoid cross-entropy with a lower weight on well-classified samples",
    source="Lin et al., Focal Loss for Dense Object Detection, 2017",
    target=UNIT_INTERVAL,
    parameters=(
        GAMMA,
        _POSITIVE,
        _NEGATIVE,
    ),
    shorthands=(ALPHA,),
    definition=_focal_definition,
    value=_focal,
    gradient=_focal_gradient,
    hessian=_focal_hessian,
    hard=(0.0, 1e-9, 5.0, -5.0, 18.0, 36.0, -36.0, 300.0, -300.0),
    crossing=("gradient", "hessian"),
    # A power multiplies the error of its base by gamma: these limits are for 5, twice those at 2.
    within=(10, 10, 12),
    growing=("gamma", 5.0),
)

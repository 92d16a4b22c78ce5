"""Records of entropies and of the information measures of a joint table."""

from math import nan

from lossary.formulas.divergence import pair_log_ratio
from lossary.formulas.record import (
    NONNEGATIVE,
    Choice,
    Joint,
    MarginalOperations,
    Measure,
    Pair,
    Parameter,
    Term,
)
from lossary.formulas.vocabulary import Value, Vocabulary, safe_product

__all__ = [
    "AVERAGES",
    "conditional_entropy",
    "conditional_mutual_information",
    "entropy",
    "gain_ratio",
    "information_gain",
    "joint_entropy",
    "mutual_information",
    "normalized_mutual_information",
    "perplexity",
    "pointwise_mutual_information",
    "renyi_entropy",
    "self_information",
    "total_correlation",
    "tsallis_entropy",
    "variation_of_information",
]

_SHANNON = "Shannon, A Mathematical Theory of Communication, 1948"


def _xlogx(m: Vocabulary, p: Value) -> Value:
    return m.where(p == 0, 0, -p * m.log(p))


self_information = Measure(
    name="self_information",
    summary="self-information of an event of probability p: -log p",
    source=_SHANNON,
    arity=1,
    definition=lambda m, p: -m.log(p),
    terms=(Term(lambda m, p, i: i, partials=(lambda m, p, i: -1 / p,)),),
    summed=False,
    within=4,
)

_ENTROPY = Term(safe_product, partials=(lambda m, p, i: i - 1,))

entropy = Measure(
    name="entropy",
    summary="Shannon entropy of a distribution: the expected self-information",
    source=_SHANNON,
    arity=1,
    definition=_xlogx,
    terms=(_ENTROPY,),
    within=4,
)

perplexity = Measure(
    name="perplexity",
    summary="exponential of the entropy: the number of equally likely outcomes of that entropy",
    source="Jelinek et al., Perplexity: a Measure of the Difficulty of Speech Recognition, 1977",
    arity=1,
    definition=_xlogx,
    definition_finish=lambda m, total: m.exp(total),
    terms=(_ENTROPY,),
    finish=lambda m, total: m.exp(total),
    unit="outcomes",
)

_ORDER = Parameter("alpha", 2.0, NONNEGATIVE, "order; 1 is Shannon's entropy", r"\alpha")


def _deformed_information(m: Vocabulary, i: Value, alpha: Value) -> Value:
    """Return (1 - p^(alpha - 1)) / (alpha - 1), and i itself at alpha = 1."""
    order = m.where(alpha == 1, 1, alpha - 1)
    return m.where(alpha == 1, i, -m.expm1((1 - alpha) * i) / order)


def _order_term(m: Vocabulary, p: Value, i: Value, alpha: Value) -> Value:
    low = (p**alpha - p) / m.where(alpha == 1, 1, 1 - alpha)
    return m.where(p == 0, 0, m.where(alpha < 0.5, low, p * _deformed_information(m, i, alpha)))


def _order_slope(m: Vocabulary, p: Value, i: Value, alpha: Value) -> Value:
    power = m.exp((1 - alpha) * i)
    low = (1 - safe_product(m, alpha, power)) / m.where(alpha == 1, 1, alpha - 1)
    return m.where(alpha < 0.5, low, _deformed_information(m, i, alpha) - power)


_TSALLIS = Term(_order_term, partials=(_order_slope,))

tsallis_entropy = Measure(
    name="tsallis_entropy",
    summary="Tsallis entropy of order alpha: Gini impurity at 2, Shannon's entropy at 1",
    source="Tsallis, Possible Generalization of Boltzmann-Gibbs Statistics, 1988",
    parameters=(_ORDER,),
    arity=1,
    definition=lambda m, p, alpha: m.where(
        p == 0, 0, m.where(alpha == 1, -p * m.log(p), p * (1 - p ** (alpha - 1)) / (alpha - 1))
    ),
    terms=(_TSALLIS,),
    unit="no unit",
)

_POWER = Term(
    lambda m, p, i, alpha: m.where(p == 0, 0, p**alpha),
    partials=(lambda m, p, i, alpha: safe_product(m, alpha, m.exp((1 - alpha) * i)),),
)


def _renyi_finish(m: Vocabulary, total: Value, power: Value, alpha: Value) -> Value:
    """Return log Σ p^α / (1 - α) from whichever sum does not cancel."""
    near = m.log1p((1 - alpha) * total)
    either = m.where((power > 0.5) & (power < 2), near, m.log(power))
    return m.where(alpha == 1, total, either / m.where(alpha == 1, 1, 1 - alpha))


renyi_entropy = Measure(
    name="renyi_entropy",
    summary="Rényi entropy of order alpha: log of the support size at 0, Shannon's entropy at 1",
    source="Rényi, On Measures of Entropy and Information, 1961",
    parameters=(_ORDER,),
    arity=1,
    definition=lambda m, p, alpha: m.where(
        p == 0, 0, m.where(alpha == 1, -p * m.log(p), p * p ** (alpha - 1))
    ),
    definition_finish=lambda m, total, alpha: m.where(
        alpha == 1, total, m.log(total) / (1 - alpha)
    ),
    terms=(_TSALLIS, _POWER),
    shares=True,
    finish=_renyi_finish,
)


def _joint_entropy_term(m: Vocabulary, xy: Value, *_: Value) -> Value:
    return _xlogx(m, xy)


def _conditional(m: Vocabulary, xy: Value, x: Value, *_: Value) -> Value:
    return m.where(xy == 0, 0, xy * m.log(x / xy))


def _shared(m: Vocabulary, xy: Value, x: Value, y: Value) -> Value:
    return m.where(xy == 0, 0, xy * m.log(xy / (x * y)))


def _of_x(m: Vocabulary, xy: Value, x: Value, y: Value) -> Value:
    return m.where(xy == 0, 0, -xy * m.log(x))


def _of_y(m: Vocabulary, xy: Value, x: Value, y: Value) -> Value:
    return m.where(xy == 0, 0, -xy * m.log(y))


def _mutual_information(m: Vocabulary, table: MarginalOperations) -> Value:
    return table.divergence([(0,), (1,)])


def _pointwise_mutual_information(m: Vocabulary, table: MarginalOperations) -> Value:
    cells, product, difference = table.shares([(0,), (1,)])
    undefined = m.where(product == 0, nan, 0)
    return pair_log_ratio(m, Pair(m, cells, product, difference)) + undefined


def _normalized_mutual_information(m: Vocabulary, table: MarginalOperations, average: str) -> Value:
    """Return the information over a mean of the entropies, with scikit-learn's value of constants.

    Two constants are the same partition: 1. One constant shares no information: 0.
    """
    shared, x, y = _mutual_information(m, table), table.entropy(0), table.entropy(1)
    joint = table.entropy(0, 1)
    constant = (x == 0) | (y == 0)
    x, y = m.where(constant, 1, x), m.where(constant, 1, y)
    divisor = {
        "arithmetic": lambda: (x + y) / 2,
        "geometric": lambda: m.sqrt(x * y),
        "min": lambda: m.minimum(x, y),
        "max": lambda: m.maximum(x, y),
        "joint": lambda: m.where(constant, 1, joint),
    }[average]()
    of_constants = m.where(joint == 0, 1.0, 0 * shared)
    return m.where(constant, of_constants, m.minimum(shared / divisor, 1))


_XY = ("xy", "x", "y")

AVERAGES = ("arithmetic", "geometric", "min", "max", "joint")
"""Means of two entropies by which mutual information may be divided."""

joint_entropy = Joint(
    name="joint_entropy",
    summary="joint Shannon entropy of several variables",
    source=_SHANNON,
    marginals=("xy",),
    definitions=(_joint_entropy_term,),
    stable=lambda m, table: table.entropy(*range(table.axes)),
    any_axes=True,
)

conditional_entropy = Joint(
    name="conditional_entropy",
    summary="entropy of y given x: H(Y|X) = H(X,Y) - H(X)",
    source=_SHANNON,
    marginals=("xy", "x"),
    definitions=(_conditional,),
    stable=lambda m, table: table.conditional_entropy(1),
)

mutual_information = Joint(
    name="mutual_information",
    summary="mutual information of two variables: H(X) + H(Y) - H(X,Y) = KL(joint, product)",
    source=_SHANNON,
    marginals=_XY,
    definitions=(_shared,),
    stable=_mutual_information,
)

pointwise_mutual_information = Joint(
    name="pointwise_mutual_information",
    summary="log ratio of the joint probability of two outcomes to that under independence",
    source="Church and Hanks, Word Association Norms, Mutual Information, and Lexicography, 1990",
    marginals=_XY,
    definitions=(lambda m, xy, x, y: m.log(xy / (x * y)),),
    stable=_pointwise_mutual_information,
    summed=False,
)

conditional_mutual_information = Joint(
    name="conditional_mutual_information",
    summary="mutual information of x and y given z",
    source="Cover and Thomas, Elements of Information Theory, 2006",
    marginals=("xyz", "xz", "yz", "z"),
    definitions=(lambda m, xyz, xz, yz, z: m.where(xyz == 0, 0, xyz * m.log(z * xyz / (xz * yz))),),
    stable=lambda m, table: table.divergence([(0, 2), (1, 2)], given=(2,)),
)

total_correlation = Joint(
    name="total_correlation",
    summary="total correlation: the sum of the entropies of several variables minus the joint one",
    source="Watanabe, Information Theoretical Analysis of Multivariate Correlation, 1960",
    marginals=("xyz", "x", "y", "z"),
    definitions=(lambda m, xyz, x, y, z: m.where(xyz == 0, 0, xyz * m.log(xyz / (x * y * z))),),
    stable=lambda m, table: table.divergence([(a,) for a in range(table.axes)]),
    any_axes=True,
)

information_gain = Joint(
    name="information_gain",
    summary="reduction of the entropy of the label y by a split x: H(Y) - H(Y|X)",
    source="Quinlan, Induction of Decision Trees, 1986",
    marginals=_XY,
    definitions=(_of_y, _conditional),
    finish=lambda m, before, after: before - after,
    stable=_mutual_information,
)

gain_ratio = Joint(
    name="gain_ratio",
    summary="information gain divided by the entropy of the split",
    source="Quinlan, C4.5: Programs for Machine Learning, 1993",
    marginals=_XY,
    definitions=(_shared, _of_x),
    finish=lambda m, gain, split: gain / split,
    stable=lambda m, table: _mutual_information(m, table) / table.entropy(0),
    unit="no unit",
)

normalized_mutual_information = Joint(
    name="normalized_mutual_information",
    summary="mutual information divided by a mean of the two entropies, within [0, 1]",
    source="Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings, 2010",
    marginals=_XY,
    definitions=(_shared, _of_x, _of_y),
    finish=lambda m, shared, x, y: shared / ((x + y) / 2),
    stable=_normalized_mutual_information,
    choices=(
        Choice(
            "average",
            "arithmetic",
            AVERAGES,
            "mean of the two entropies that divides: arithmetic, geometric, their min or max, or "
            "the joint entropy",
        ),
    ),
    unit="no unit",
)

variation_of_information = Joint(
    name="variation_of_information",
    summary="variation of information: H(X|Y) + H(Y|X), a metric on partitions",
    source="Meilă, Comparing Clusterings: an Information Based Distance, 2007",
    marginals=_XY,
    definitions=(lambda m, xy, x, y: m.where(xy == 0, 0, xy * m.log(x * y / xy**2)),),
    stable=lambda m, table: table.conditional_entropy(1) + table.conditional_entropy(0),
)

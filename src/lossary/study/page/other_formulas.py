"""The formulas that no record of the catalogue holds: metrics, intervals, estimators, arrangements.

They are LaTeX of the kind that records are printed in; what is in the catalogue is printed from
its executable definition.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lossary.formulas import catalogue
from lossary.formulas.record import Record
from lossary.interpreters.latex import formula
from lossary.study.candidates import Candidate
from lossary.study.loss_adapter import MULTICLASS_HINGE

__all__ = ["METRICS", "OTHERS", "brier", "loss_formula", "measure_formula", "record_of", "settings"]

METRICS: Mapping[str, str] = MappingProxyType(
    {
        "log_loss": r"-\frac{1}{n} \sum_{i=1}^n \log p_{i, y_i}",
        "accuracy": r"\frac{1}{n} \sum_{i=1}^n [\hat y_i = y_i]",
        "balanced_accuracy": (
            r"\frac{1}{K} \sum_{c=1}^K \frac{1}{n_c} \sum_{i: y_i = c} [\hat y_i = c]"
        ),
        "average_precision": (
            r"\sum_k (R_k - R_{k-1}) P_k, \quad P_k = \frac{\mathrm{TP}_k}{k}, "
            r"\quad R_k = \frac{\mathrm{TP}_k}{n_+}"
        ),
        "roc_auc": (
            r"\frac{1}{n_+ n_-} \sum_{i: y_i = 1} \sum_{j: y_j = 0} "
            r"\left( [s_i > s_j] + \frac{1}{2} [s_i = s_j] \right)"
        ),
        "calibration": r"\sum_{b=1}^{10} \frac{n_b}{n} |o_b - e_b|",
        "rare_f1": (
            r"\frac{2 \mathrm{TP}}{2 \mathrm{TP} + \mathrm{FP} + \mathrm{FN}} "
            r"= \frac{2 P R}{P + R}"
        ),
        "rmse": r"\sqrt{\frac{1}{n} \sum_{i=1}^n (\hat y_i - y_i)^2}",
        "mae": r"\frac{1}{n} \sum_{i=1}^n |\hat y_i - y_i|",
        "quantile": (
            r"\frac{1}{n} \sum_{i=1}^n \max((1 - \tau) (\hat y_i - y_i), \tau (y_i - \hat y_i))"
        ),
    }
)
"""By the keys of the metrics' texts."""

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "miller_madow": r"\hat H = -\sum_c \frac{n_c}{n} \log \frac{n_c}{n} + \frac{K - 1}{2 n}",
        "ksg": r"\hat I = \psi(k) + \psi(n) - \frac{1}{n} \sum_i (\psi(a_i + 1) + \psi(b_i + 1))",
        "interval": (
            r"\bar d \pm t_{1 - \alpha / 2, J - 1} \sqrt{\left( \frac{1}{J} + "
            r"\frac{n_\text{test}}{n_\text{train}} \right) s^2}, \quad "
            r"s^2 = \frac{1}{J - 1} \sum_{j=1}^J (d_j - \bar d)^2"
        ),
        "bonferroni": r"\alpha = \frac{0.05}{m (m - 1) / 2}",
        "wilson": (
            r"\frac{1}{1 + z^2 / n} \left( o + \frac{z^2}{2 n} \pm z "
            r"\sqrt{\frac{o (1 - o)}{n} + \frac{z^2}{4 n^2}} \right), \quad z = 1.96"
        ),
        "threshold": r"c^* = \arg\max_c Q(c)",
        "platt": r"p = \sigma(a s + b)",
        "scaling": r"p_j = \frac{e^{a z_j}}{\sum_k e^{a z_k}}",
        "gradients": (
            r"\frac{\partial}{\partial s} L_\text{CE} = \sigma(s) - y, \quad "
            r"\frac{\partial}{\partial s} L_\text{SE} = 2 (\sigma(s) - y) \sigma(s) (1 - \sigma(s))"
        ),
        "curvature": r"\lambda_{\min} = \min_{\lVert v \rVert = 1} v^\top \nabla^2 L(w) v",
        "share": (
            r"\frac{\sum_{i \in G} |g_i|}{\sum_i |g_i|}, "
            r"\quad g_i = \frac{\partial L_i}{\partial s_i}"
        ),
        "likelihood": (
            r"-\frac{1}{n} \log \prod_{i=1}^n p_{i, y_i} "
            r"= -\frac{1}{n} \sum_{i=1}^n \log p_{i, y_i}"
        ),
        "normal": r"-\log p(y) = \frac{(y - \hat y)^2}{2 \sigma^2} + \log(\sigma \sqrt{2 \pi})",
        "closed": r"w = (X^\top X)^{-1} X^\top y",
    }
)
"""By the keys of their texts."""

_OF_TWO = r"\frac{1}{n} \sum_{i=1}^n (p_i - y_i)^2"
_OF_MANY = r"\frac{1}{n} \sum_{i=1}^n \sum_{c=1}^K (p_{i, c} - [y_i = c])^2"
_ARRANGED = MappingProxyType(
    {
        "crammer_singer": r"L(y, z) = \max(0, \mu - z_y + \max_{j \ne y} z_j)",
        "weston_watkins": r"L(y, z) = \sum_{j \ne y} \max(0, \mu - z_y + z_j)",
    }
)
_HEADS = MappingProxyType(
    {
        "entropy": "H(p)",
        "perplexity": r"e^{H(p)}",
        "mutual_information": "I(X; Y)",
        "cross_entropy": "H(p, q)",
        "kl_divergence": r"D_\text{KL}(p \| q)",
        "js_divergence": r"D_\text{JS}(p, q)",
    }
)


def brier(classes: int) -> str:
    """Return the Brier score of two classes, or of more."""
    return _OF_TWO if classes == 2 else _OF_MANY


def record_of(candidate: Candidate) -> Record:
    """Return the record of a loss, or of what it arranges."""
    return catalogue.get("hinge" if candidate.name == MULTICLASS_HINGE else candidate.name)


def loss_formula(candidate: Candidate) -> str:
    """Return the formula of a loss, from its record where it has one."""
    if candidate.name == MULTICLASS_HINGE:
        return _ARRANGED[candidate.parameters.get("variant", "crammer_singer")]
    return formula(record_of(candidate))


def settings(candidate: Candidate) -> str:
    """Return what the parameters of a loss are, given or not; nothing where it has none."""
    record, given = record_of(candidate), dict(candidate.parameters)
    for short in record.shorthands:
        if short.name in given:
            given |= short.expand(given[short.name])
    values = ((p.symbol or p.name, given.get(p.name, p.default)) for p in record.parameters)
    return r", \quad ".join(f"{symbol} = {value:g}" for symbol, value in values)


def measure_formula(name: str) -> str:
    """Return the formula of a measure of the catalogue, under the symbol that it usually has."""
    return f"{_HEADS[name]} = {formula(catalogue.get(name)).partition(' = ')[2]}"

"""Formulas of the page's last part, as LaTeX: losses, metrics, measures, intervals, estimators.

Losses and measures are printed from their records, and so is what a metric takes the mean of.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lossary.interpreters.latex import formula
from lossary.study.candidates import MULTICLASS_HINGE, Candidate
from lossary.study.comparison import CONFIDENCE
from lossary.study.learning_and_calibration_curves import NORMAL_QUANTILE
from lossary.study.metrics import BINS
from lossary.study.why.formulas import (
    CROSS_ENTROPY_GRADIENT,
    LIKELIHOOD,
    NORMAL_LIKELIHOOD,
    SQUARED_ERROR_GRADIENT,
    printed,
)

__all__ = [
    "METRICS",
    "OTHERS",
    "WHERE",
    "brier",
    "loss_formula",
    "measure_formula",
    "settings",
]

WHERE = r", \quad "
"""Between a formula and those of its symbols."""


def _mean(term: str) -> str:
    return rf"\frac{{1}}{{n}} \sum_{{i=1}}^n {term}"


_VALUE = {"y": "y_i", "s": r"\hat y_i"}
METRICS: Mapping[str, str] = MappingProxyType(
    {
        "log_loss": r"-\frac{1}{n} \sum_{i=1}^n \log p_{i, y_i}",
        "accuracy": r"\frac{1}{n} \sum_{i=1}^n [\hat y_i = y_i]",
        "balanced_accuracy": (
            r"\frac{1}{K} \sum_{c=1}^K \frac{1}{n_c} \sum_{i: y_i = c} [\hat y_i = c]"
        ),
        "average_precision": (
            r"\sum_{k=1}^n (R_k - R_{k-1}) P_k, \quad P_k = \frac{\text{TP}_k}{k}, "
            r"\quad R_k = \frac{\text{TP}_k}{n_+}"
        ),
        "roc_auc": (
            r"\frac{1}{n_+ n_-} \sum_{i: y_i = 1} \, \sum_{j: y_j = 0} "
            r"\left( [s_i > s_j] + \frac{1}{2} [s_i = s_j] \right)"
        ),
        "calibration": rf"\sum_{{b=1}}^{{{BINS}}} \frac{{n_b}}{{n}} |o_b - e_b|",
        "rare_f1": (
            r"\frac{2 \text{TP}}{2 \text{TP} + \text{FP} + \text{FN}} = \frac{2 P R}{P + R}"
        ),
        "rmse": rf"\sqrt{{{_mean(printed('squared_error', _VALUE))}}}",
        "mae": _mean(printed("absolute_error", _VALUE)),
        "quantile": _mean(printed("quantile", _VALUE)),
    }
)
"""By the keys of the metrics' texts."""

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "miller_madow": (
            r"\hat H = -\sum_{c=1}^K \frac{n_c}{n} \log \frac{n_c}{n} + \frac{K - 1}{2 n}"
        ),
        "ksg": (
            r"\hat I = \psi(k) + \psi(n) "
            r"- \frac{1}{n} \sum_{i=1}^n (\psi(a_i + 1) + \psi(b_i + 1))"
        ),
        "interval": (
            r"\bar d \pm t_{1 - \alpha / 2, J - 1} \, \sqrt{\left( \frac{1}{J} + "
            r"\frac{n_\text{test}}{n_\text{train}} \right) s^2}, \quad "
            r"s^2 = \frac{1}{J - 1} \sum_{j=1}^J (d_j - \bar d)^2"
        ),
        "bonferroni": rf"\alpha = \frac{{{1 - CONFIDENCE:g}}}{{m (m - 1) / 2}}",
        "wilson": (
            r"\frac{1}{1 + z^2 / n} \left( o + \frac{z^2}{2 n} \pm z \, "
            r"\sqrt{\frac{o (1 - o)}{n} + \frac{z^2}{4 n^2}} \right), "
            rf"\quad z = {NORMAL_QUANTILE:.2f}"
        ),
        "threshold": r"c^* = \arg \max_c Q(c)",
        "platt": r"p = \sigma(a s + b)",
        "scaling": r"p_j = \frac{e^{a z_j}}{\sum_k e^{a z_k}}",
        "gradients": CROSS_ENTROPY_GRADIENT + WHERE + SQUARED_ERROR_GRADIENT,
        "curvature": r"\lambda_{\min} = \min_{\lVert v \rVert = 1} v^\top \nabla^2 L(w) v",
        "share": (
            r"\frac{\sum_{i \in G} |g_i|}{\sum_{i=1}^n |g_i|}, "
            r"\quad g_i = \frac{\partial L_i}{\partial s_i}"
        ),
        "likelihood": LIKELIHOOD,
        "normal": NORMAL_LIKELIHOOD,
        "closed": r"w = (X^\top X)^{-1} X^\top y",
    }
)
"""By the keys of their texts."""

_MULTICLASS_HINGE = MappingProxyType(
    {
        "crammer_singer": printed("hinge", {"y": 1.0, "s": r"(z_y - \max_{j \ne y} z_j)"}),
        "weston_watkins": r"\sum_{j \ne y} " + printed("hinge", {"y": 1.0, "s": "(z_y - z_j)"}),
    }
)
_HEADS = MappingProxyType(
    {
        "entropy": "H(p)",
        "mutual_information": "I(X; Y)",
        "cross_entropy": "H(p, q)",
        "kl_divergence": r"D_\text{KL}(p \| q)",
        "js_divergence": r"D_\text{JS}(p, q)",
    }
)


def brier(classes: int) -> str:
    """Return the Brier score of two classes, or of more."""
    if classes == 2:
        return _mean(printed("squared_error", {"y": "y_i", "s": "p_i"}))
    own = {"t": "[y_i = c]", "p": "p_{i, c}"}
    return _mean(printed("softmax_squared_error", own, index="c"))


def loss_formula(candidate: Candidate) -> str:
    """Return the formula of a loss, from its record where it has one."""
    if candidate.name == MULTICLASS_HINGE:
        return f"L(y, z) = {_MULTICLASS_HINGE[candidate.settings['variant']]}"
    return formula(candidate.record)


def settings(candidate: Candidate) -> str:
    """Return the values of a loss's parameters, given or not; nothing where it has none."""
    values = ((p.symbol or p.name, candidate.settings[p.name]) for p in candidate.record.parameters)
    return WHERE.join(f"{symbol} = {value:g}" for symbol, value in values)


def measure_formula(name: str) -> str:
    """Return the formula of a measure of the catalogue, under the symbol that it usually has."""
    return f"{_HEADS[name]} = {printed(name)}"

"""Formulas of the theory behind each claim, as LaTeX.

Losses and measures are printed from their records. ``s`` is a score, ``z`` a row of scores, ``p``
their softmax, ``y`` the right class or the target, ``t`` the target as a distribution, ``m`` the
margin, ``r`` the residual.
"""

from collections.abc import Mapping
from typing import Any

from lossary.formulas import catalogue
from lossary.interpreters.latex import right_hand_side
from lossary.study.task import Kind

__all__ = [
    "CROSS_ENTROPY_GRADIENT",
    "FORMULAS",
    "LIKELIHOOD",
    "NORMAL_LIKELIHOOD",
    "SQUARED_ERROR_GRADIENT",
    "gradient_share_formulas",
    "printed",
]


def printed(name: str, symbols: Mapping[str, str | float] | None = None, **options: str) -> str:
    """Return the right-hand side of a loss or a measure of the catalogue."""
    return right_hand_side(catalogue.get(name), symbols or {}, **options)


def _of_residual(name: str, symbol: str = "") -> str:
    """Return the derivative of a loss of the residual ``r``, both printed from its record."""
    value, slope = (printed(name, {"y": 0.0, "s": "r"}, part=p) for p in ("definition", "gradient"))
    return rf"\frac{{\partial {symbol or value}}}{{\partial s}} = {slope}"


_PLAIN = {"positive": 1.0, "negative": 1.0}
CROSS_ENTROPY_GRADIENT = r"\frac{\partial L_\text{CE}}{\partial s} = \sigma(s) - y"
SQUARED_ERROR_GRADIENT = (
    rf"\frac{{\partial {printed('sigmoid_squared_error')}}}{{\partial s}} "
    r"= 2 \sigma(s) (1 - \sigma(s)) (\sigma(s) - y)"
)
LIKELIHOOD = (
    r"-\frac{1}{n} \log \prod_{i=1}^n p_{i, y_i} = -\frac{1}{n} \sum_{i=1}^n \log p_{i, y_i}"
)
NORMAL_LIKELIHOOD = (
    rf"-\log p(y) = \frac{{{printed('squared_error')}}}{{2 \tau^2}} "
    r"+ \frac{1}{2} \log(2 \pi \tau^2)"
)
_HINGE_GRADIENT = {
    "crammer_singer": r"\begin{cases} 1 & \text{if } m < \mu \\ 0 & \text{otherwise} \end{cases}",
    "weston_watkins": r"\sum_{j \ne y} [z_y - z_j < \mu]",
}
_OF_CLASSES: Mapping[str, tuple[str, ...]] = {
    "true_class_only": (
        rf"L_\text{{CE}} = {printed('softmax_cross_entropy')} = -\log p_y",
        (
            rf"L_\text{{SE}} = {printed('softmax_squared_error')} "
            r"= (1 - p_y)^2 + \sum_{j \ne y} p_j^2"
        ),
    ),
    "likelihood": (LIKELIHOOD,),
    "entropy_decomposition": (
        rf"H(p, q) = {printed('cross_entropy', index='j')} = H(p) + D_\text{{KL}}(p \| q)",
        rf"D_\text{{KL}}(p \| q) = {printed('kl_divergence', index='j')} \ge 0",
    ),
}

FORMULAS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "binary": {
        "saturation": (
            CROSS_ENTROPY_GRADIENT,
            SQUARED_ERROR_GRADIENT,
            r"\sigma(s) (1 - \sigma(s)) \le \frac{1}{4}",
        ),
        "convexity": (
            r"H = \frac{1}{n} \sum_{i=1}^n \frac{d^2 L_i}{d s_i^2} \, x_i x_i^\top",
            r"\frac{d^2 L_\text{CE}}{d s^2} = \sigma(s) (1 - \sigma(s)) \ge 0",
        ),
        **_OF_CLASSES,
    },
    "multiclass": {
        "saturation": (
            r"\frac{\partial L_\text{CE}}{\partial z_j} = p_j - t_j",
            (
                r"\frac{\partial L_\text{SE}}{\partial z_j} "
                r"= 2 p_j \left( p_j - t_j - \sum_k p_k (p_k - t_k) \right)"
            ),
        ),
        "convexity": (
            (
                r"\sum_{j, k} v_j \frac{\partial^2 L_\text{CE}}{\partial z_j \partial z_k} v_k "
                r"= \sum_j p_j v_j^2 - \left( \sum_j p_j v_j \right)^2 \ge 0"
            ),
        ),
        **_OF_CLASSES,
    },
    "regression": {
        "residual_gradient_share": (
            r"r = s - y",
            _of_residual("squared_error"),
            _of_residual("absolute_error"),
            _of_residual("huber", r"L_\text{Huber}"),
            (
                rf"\frac{{\partial}}{{\partial s}} {printed('log_cosh', {'y': 0.0, 's': 'r'})} "
                r"= \tanh(r)"
            ),
        ),
        "closed_form": (r"X^\top X w = X^\top y",),
        "likelihood": (NORMAL_LIKELIHOOD,),
        "regression_cross_entropy": (
            rf"L_\text{{CE}} = {printed('sigmoid_cross_entropy', _PLAIN)}",
            CROSS_ENTROPY_GRADIENT,
        ),
    },
}
"""By the kind of task and the claim's name, where they have no parameters."""


def gradient_share_formulas(
    kind: Kind, entropy: Mapping[str, Any], hinge: Mapping[str, Any], focal: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return margin, gradients and focal loss, for the parameters of the three losses."""
    slope = _HINGE_GRADIENT[hinge.get("variant", "crammer_singer")]
    values = rf"\mu = {hinge['margin']:g}, \quad \gamma = {focal['gamma']:g}"
    if kind == "multiclass":
        return (
            r"m = z_y - \max_{j \ne y} z_j",
            r"-\frac{\partial L_\text{CE}}{\partial z_y} = 1 - p_y",
            rf"-\frac{{\partial L_\text{{hinge}}}}{{\partial z_y}} = {slope}",
            rf"L_\text{{focal}} = {printed('softmax_focal')}",
            values,
        )
    weights = [rf"{_weight(given)}" for given in (entropy, focal)]
    return (
        r"m = (2 y - 1) s",
        rf"-\frac{{d L_\text{{CE}}}}{{d m}} = {weights[0]}\sigma(-m)",
        rf"-\frac{{d L_\text{{hinge}}}}{{d m}} = {_HINGE_GRADIENT['crammer_singer']}",
        rf"L_\text{{focal}} = -{weights[1]}\sigma(-m)^\gamma \log \sigma(m)",
        values,
    )


def _weight(given: Mapping[str, Any]) -> str:
    """Return the factor of a loss with class weights; nothing where all weights are 1."""
    plus, minus = given.get("positive", 1.0), given.get("negative", 1.0)
    return "" if plus == minus == 1 else f"({plus:g} y + {minus:g} (1 - y)) "

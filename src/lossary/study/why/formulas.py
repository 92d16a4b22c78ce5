"""What the theory says of each claim, as LaTeX, with an empty line between formulas.

``s`` is a score, ``z`` a row of scores, ``p`` their softmax, ``y`` the right class or the target,
``t`` the target as a distribution, ``m`` the margin, ``r`` the residual.
"""

from collections.abc import Mapping

from lossary.study.task import Kind

__all__ = ["FORMULAS"]

_TEXTS: Mapping[str, Mapping[Kind, str]] = {
    "saturation": {
        "binary": r"""
\frac{\partial L_{\mathrm{CE}}}{\partial s} = \sigma(s) - y

\frac{\partial (\sigma(s) - y)^2}{\partial s} = 2 \sigma(s) (1 - \sigma(s)) (\sigma(s) - y)

\sigma(s) (1 - \sigma(s)) \le \frac{1}{4}
""",
        "multiclass": r"""
\frac{\partial L_{\mathrm{CE}}}{\partial z_j} = p_j - t_j

\frac{\partial L_{\mathrm{SE}}}{\partial z_j} = 2 p_j
\left( p_j - t_j - \sum_k p_k (p_k - t_k) \right)
""",
    },
    "convexity": {
        "binary": r"""
H = \frac{1}{n} \sum_i \frac{d^2 L_i}{d s_i^2} \, x_i x_i^{\mathrm{T}}

\frac{d^2 L_{\mathrm{CE}}}{d s^2} = \sigma(s) (1 - \sigma(s)) \ge 0
""",
        "multiclass": r"""
\sum_{j,k} v_j \frac{\partial^2 L_{\mathrm{CE}}}{\partial z_j \partial z_k} v_k =
\sum_j p_j v_j^2 - \left( \sum_j p_j v_j \right)^2 \ge 0
""",
    },
    "looked_at": {
        "binary": r"""
L_{\mathrm{CE}} = -\log p_y

L_{\mathrm{SE}} = (1 - p_y)^2 + \sum_{j \ne y} p_j^2
""",
    },
    "likelihood": {
        "binary": r"""
-\frac{1}{n} \log \prod_i p(y_i) = \frac{1}{n} \sum_i -\log p(y_i)
""",
        "regression": r"""
-\log N(y; s, \tau^2) = \frac{(s - y)^2}{2 \tau^2} + \frac{1}{2} \log(2 \pi \tau^2)
""",
    },
    "carriers": {
        "binary": r"""
m = (2y - 1) s

-\frac{d L_{\mathrm{CE}}}{d m} = \sigma(-m)

-\frac{d L_{\mathrm{hinge}}}{d m} = \begin{cases} 1 & m < 1 \\ 0 & m > 1 \end{cases}
""",
        "multiclass": r"""
m = z_y - \max_{j \ne y} z_j

-\frac{\partial L_{\mathrm{CE}}}{\partial z_y} = 1 - p_y

-\frac{\partial L_{\mathrm{hinge}}}{\partial z_y} = \begin{cases} 1 & m < 1 \\ 0 & m > 1 \end{cases}
""",
    },
    "from_entropy": {
        "binary": r"""
H(p, q) = -\sum_j p_j \log q_j = H(p) + \mathrm{KL}(p, q)

\mathrm{KL}(p, q) = \sum_j p_j \log \frac{p_j}{q_j} \ge 0
""",
    },
    "residuals": {
        "regression": r"""
\frac{\partial r^2}{\partial s} = 2 r, \quad r = s - y

\frac{\partial |r|}{\partial s} = \operatorname{sgn}(r)

\frac{\partial L_{\mathrm{Huber}}}{\partial s} = \max(-\delta, \min(r, \delta))

\frac{\partial \log \operatorname{cosh}(r)}{\partial s} = \operatorname{tanh}(r)
""",
    },
    "least_squares": {
        "regression": r"""
X^{\mathrm{T}} X w = X^{\mathrm{T}} y
""",
    },
    "not_cross_entropy": {
        "regression": r"""
L = -y \log \sigma(s) - (1 - y) \log(1 - \sigma(s))

\frac{\partial L}{\partial s} = \sigma(s) - y
""",
    },
}


def _formulas(texts: Mapping[Kind, str]) -> dict[Kind, tuple[str, ...]]:
    """Return the formulas of each kind; several classes have those of two where they have none."""
    found: dict[Kind, tuple[str, ...]] = {
        kind: tuple(part.replace("\n", " ") for part in text.strip().split("\n\n"))
        for kind, text in texts.items()
    }
    if "binary" in found:
        found.setdefault("multiclass", found["binary"])
    return found


FORMULAS: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    name: _formulas(texts) for name, texts in _TEXTS.items()
}
"""By the claim's name and the kind of task."""

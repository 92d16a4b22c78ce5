"""Losses of the margin ``u = y s`` with ``y = ±1``, written once as ``psi(u)``."""

from typing import Any

from lossary.formulas.record import NONNEGATIVE, SIGNS, Formula, Parameter, Pointwise
from lossary.formulas.vocabulary import Value, Vocabulary, constant, sigmoid, softplus

__all__ = ["exponential", "hinge", "logistic", "margin", "modified_huber", "squared_hinge"]


def margin(
    name: str,
    *,
    definition: Formula,
    psi: Formula,
    slope: Formula,
    bend: Formula,
    kink: Formula | None = None,
    **rest: Any,
) -> Pointwise:
    """Return the record of ``psi(y s)``; the two derivatives are those of psi."""

    def of_margin(f: Formula) -> Formula:
        def formula(m: Vocabulary, y: Value, s: Value, **parameters: Value) -> Value:
            return f(m, y * s, **parameters)

        return formula

    def gradient(m: Vocabulary, y: Value, s: Value, **parameters: Value) -> Value:
        return y * slope(m, y * s, **parameters)

    return Pointwise(
        name=name,
        target=SIGNS,
        definition=of_margin(definition),
        value=of_margin(psi),
        gradient=gradient,
        hessian=of_margin(bend),
        kink=of_margin(kink) if kink else None,
        **rest,
    )


_MARGIN = Parameter("margin", 1.0, NONNEGATIVE, "signed score above which the loss is 0", r"\mu")

hinge = margin(
    "hinge",
    summary="amount by which a score falls short of the margin; 0 beyond the margin",
    source="Cortes and Vapnik, Support-Vector Networks, 1995",
    parameters=(_MARGIN,),
    definition=lambda m, u, margin: m.maximum(0, margin - u),
    psi=lambda m, u, margin: m.maximum(0, margin - u),
    slope=lambda m, u, margin: m.where(u < margin, -1, constant(m, 0, u)),
    bend=lambda m, u, margin: constant(m, 0, u),
    kink=lambda m, u, margin: margin - u,
    hard=(0.0, 1.0, -1.0, 1 - 1e-9, 1e8, -1e8),
)

squared_hinge = margin(
    "squared_hinge",
    summary="squared hinge loss: smooth, with a larger penalty far inside the margin",
    source="Lee and Mangasarian, SSVM: A Smooth Support Vector Machine, 2001",
    parameters=(_MARGIN,),
    definition=lambda m, u, margin: m.maximum(0, margin - u) ** 2,
    psi=lambda m, u, margin: m.maximum(0, margin - u) ** 2,
    slope=lambda m, u, margin: -2 * m.maximum(0, margin - u),
    bend=lambda m, u, margin: m.where(u < margin, 2, constant(m, 0, u)),
    kink=lambda m, u, margin: margin - u,
    hard=(0.0, 1.0, -1.0, 1 - 1e-9, 1e8, -1e8),
)

logistic = margin(
    "logistic",
    summary="cross-entropy of a sigmoid, for labels -1 and +1",
    source="Berkson, Application of the Logistic Function to Bio-Assay, 1944",
    definition=lambda m, u: m.log(1 + m.exp(-u)),
    psi=lambda m, u: softplus(m, -u),
    slope=lambda m, u: -sigmoid(m, -u),
    bend=lambda m, u: sigmoid(m, u) * sigmoid(m, -u),
    hard=(0.0, 1e-9, 36.0, -36.0, 700.0, -700.0),
)

exponential = margin(
    "exponential",
    summary="exponential loss, minimised by AdaBoost; outliers have exponential weight",
    source="Freund and Schapire, A Decision-Theoretic Generalization of On-Line Learning, 1997",
    definition=lambda m, u: m.exp(-u),
    psi=lambda m, u: m.exp(-u),
    slope=lambda m, u: -m.exp(-u),
    bend=lambda m, u: m.exp(-u),
    hard=(0.0, 1e-9, 36.0, -36.0, 80.0, -80.0),
)

modified_huber = margin(
    "modified_huber",
    summary="squared hinge near the margin, linear far on the wrong side",
    source="Zhang, Solving Large Scale Linear Prediction Problems, 2004",
    definition=lambda m, u: m.where(u >= -1, m.maximum(0, 1 - u) ** 2, -4 * u),
    psi=lambda m, u: m.where(u >= -1, m.maximum(0, 1 - u) ** 2, -4 * u),
    slope=lambda m, u: m.where(u >= -1, -2 * m.maximum(0, 1 - u), constant(m, -4, u)),
    bend=lambda m, u: m.where((u >= -1) & (u < 1), 2, constant(m, 0, u)),
    kink=lambda m, u: (1 - u) * (1 + u),
    hard=(0.0, 1.0, -1.0, 1 - 1e-9, -1 - 1e-9, 1e8, -1e8),
)

"""The fourth part of the page: claims of theory, measured on the data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.pages.layout import Figure
from lossary.pages.localization import Language, Message
from lossary.study.page.page_part import Part
from lossary.study.page.why_charts_convexity import convexity_figures
from lossary.study.page.why_charts_cross_entropy import (
    entropy_decomposition_figures,
    likelihood_table,
    true_class_only_figures,
)
from lossary.study.page.why_charts_gradient_share import gradient_share_figures
from lossary.study.page.why_charts_regression import (
    closed_form_figures,
    regression_cross_entropy_figures,
    residual_gradient_share_figures,
)
from lossary.study.page.why_charts_saturation import saturation_figures
from lossary.study.result import StudyResult
from lossary.study.why import Claim

__all__ = ["why_part"]

LOGGED_STEPS = {True: "holds", False: "fails", None: "unknown"}
FIGURES: Mapping[str, Callable[[Any, Language], list[Figure]]] = {
    "saturation": saturation_figures,
    "convexity": convexity_figures,
    "true_class_only": true_class_only_figures,
    "gradient_share": gradient_share_figures,
    "entropy_decomposition": entropy_decomposition_figures,
    "residual_gradient_share": residual_gradient_share_figures,
    "closed_form": closed_form_figures,
    "regression_cross_entropy": regression_cross_entropy_figures,
}
"""Charts of each claim, by its name."""
TABLES: Mapping[str, Callable[[Any, Language], list[tuple[str, str]]]] = {
    "likelihood": likelihood_table
}
IN_TABLE = "why.likelihood.value"
"""The detail whose numbers are in a table."""


@dataclass(frozen=True)
class _Block:
    """A claim as its template uses it."""

    claim: Claim
    mark: str
    figures: list[Figure]
    table: list[tuple[str, str]]
    details: list[Message]
    formulas: list[Markup]


def why_part(study: StudyResult, say: Language) -> Part:
    """Return the claims, each with finding, charts, further measurements and theory."""
    blocks = [_block(claim, say) for claim in study.claims]
    return Part({"blocks": blocks}, [f for block in blocks for f in block.figures])


def _block(claim: Claim, say: Language) -> _Block:
    measured = claim.holds is not None
    figures, table = FIGURES.get(claim.name), TABLES.get(claim.name)
    return _Block(
        claim=claim,
        mark=LOGGED_STEPS[claim.holds],
        figures=figures(claim, say) if figures and measured else [],
        table=table(claim, say) if table and measured else [],
        details=[d for d in claim.details if d.key != IN_TABLE],
        # The formulas are the library's own.
        formulas=[Markup(latex_to_mathml(f, words=say.formula_words)) for f in claim.formulas],  # noqa: S704
    )

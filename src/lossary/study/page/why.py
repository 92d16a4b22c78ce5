"""The fourth part of the page: the claims of the theory, measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lossary.interpreters.mathml import latex_to_mathml
from lossary.pages.layout import Figure
from lossary.pages.messages import Language, Message
from lossary.study.page.page_part import Part
from lossary.study.page.why_charts_convexity import convexity_figures
from lossary.study.page.why_charts_cross_entropy import (
    from_entropy_figures,
    likelihood_table,
    looked_at_figures,
)
from lossary.study.page.why_charts_gradient_share import carriers_figures
from lossary.study.page.why_charts_regression import (
    least_squares_figures,
    not_cross_entropy_figures,
    residuals_figures,
)
from lossary.study.page.why_charts_saturation import saturation_figures
from lossary.study.result import StudyResult
from lossary.study.why import Claim

__all__ = ["why_part"]

MARKS = {True: "holds", False: "fails", None: "unknown"}
FIGURES: Mapping[str, Callable[[Any, Language], list[Figure]]] = {
    "saturation": saturation_figures,
    "convexity": convexity_figures,
    "looked_at": looked_at_figures,
    "carriers": carriers_figures,
    "from_entropy": from_entropy_figures,
    "residuals": residuals_figures,
    "least_squares": least_squares_figures,
    "not_cross_entropy": not_cross_entropy_figures,
}
"""How each claim is drawn, by its name."""
TABLES: Mapping[str, Callable[[Any, Language], list[tuple[str, str]]]] = {
    "likelihood": likelihood_table
}
TABLED = "why.likelihood.value"
"""A detail whose numbers are in a table."""


@dataclass(frozen=True)
class _Block:
    """A claim as its template reads it."""

    claim: Claim
    mark: str
    figures: list[Figure]
    table: list[tuple[str, str]]
    details: list[Message]
    formulas: list[Markup]


def why_part(study: StudyResult, say: Language) -> Part:
    """Return the claims, each with its finding, charts, further measurements and theory."""
    blocks = [_block(claim, say) for claim in study.claims]
    return Part({"blocks": blocks}, [f for block in blocks for f in block.figures])


def _block(claim: Claim, say: Language) -> _Block:
    measured = claim.holds is not None
    draw, tell = FIGURES.get(claim.name), TABLES.get(claim.name)
    return _Block(
        claim=claim,
        mark=MARKS[claim.holds],
        figures=draw(claim, say) if draw and measured else [],
        table=tell(claim, say) if tell and measured else [],
        details=[d for d in claim.details if d.key != TABLED],
        # Printed by this library from its own texts.
        formulas=[Markup(latex_to_mathml(f, words=say.formula_words)) for f in claim.formulas],  # noqa: S704
    )

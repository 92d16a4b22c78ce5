"""The fourth part of the page: the claims of the theory, measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lossary.interpreters.mathml import mathml_of
from lossary.pages.language import Language
from lossary.pages.layout import Figure
from lossary.study.outcome import Study
from lossary.study.page.part import Part
from lossary.study.why import Claim

__all__ = ["why_part"]

MARKS = {True: "holds", False: "fails", None: "unknown"}
FIGURES: Mapping[str, Callable[[Any, Language], list[Figure]]] = {}
"""How each claim is drawn, by its name."""


@dataclass(frozen=True)
class _Block:
    """A claim as its template reads it."""

    claim: Claim
    mark: str
    formulas: list[Markup]
    figures: list[Figure]


def why_part(study: Study, say: Language) -> Part:
    """Return the claims, each with its finding, charts, further measurements and theory."""
    blocks = [_block(claim, say) for claim in study.claims]
    return Part({"blocks": blocks}, [f for block in blocks for f in block.figures])


def _block(claim: Claim, say: Language) -> _Block:
    draw = FIGURES.get(claim.name)
    return _Block(
        claim=claim,
        mark=MARKS[claim.holds],
        # Printed by this library from its own texts.
        formulas=[Markup(mathml_of(f)) for f in claim.formulas],  # noqa: S704
        figures=draw(claim, say) if draw and claim.holds is not None else [],
    )

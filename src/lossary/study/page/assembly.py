"""Assembly of the page from its parts."""

from pathlib import Path

from lossary.pages.layout import render
from lossary.pages.localization import language
from lossary.study.page.data import data_part
from lossary.study.page.how_computed import how_computed_part
from lossary.study.page.loss_comparison import loss_comparison_part
from lossary.study.page.verdict import verdict_part
from lossary.study.page.why import why_part
from lossary.study.result import StudyResult

__all__ = ["page"]

PARTS = {
    "verdict": verdict_part,
    "data": data_part,
    "loss_comparison": loss_comparison_part,
    "why": why_part,
    "how_computed": how_computed_part,
}
"""Parts of the page, in their order."""


def page(study: StudyResult, lang: str = "en") -> str:
    """Return the page in a language as self-contained HTML.

    Raises LossaryError for a language that there is not.
    """
    spoken = language(lang)
    parts = {name: part(study, spoken) for name, part in PARTS.items()}
    return render(
        Path(__file__).with_name("study.html"),
        [figure for part in parts.values() for figure in part.figures],
        spoken,
        study=study,
        config=study.config,
        parts=list(PARTS),
        dearest=max(study.seconds.values()),
        **{name: part.values for name, part in parts.items()},
    )

"""The first part of the page: the verdict."""

from lossary.pages.language import Language
from lossary.study.outcome import Study
from lossary.study.page.part import Part

__all__ = ["verdict_part"]


def verdict_part(study: Study, say: Language) -> Part:  # noqa: ARG001 - as every part
    """Return the verdict and its findings."""
    return Part({"headline": study.verdict.headline, "purposes": study.verdict.purposes})

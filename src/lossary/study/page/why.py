"""The fourth part of the page: the claims of the theory, measured."""

from lossary.pages.language import Language
from lossary.study.outcome import Study
from lossary.study.page.part import Part

__all__ = ["why_part"]


def why_part(study: Study, say: Language) -> Part:  # noqa: ARG001 - as every part
    """Return the claims."""
    return Part({"claims": study.claims})

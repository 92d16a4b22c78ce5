"""A part of the page: the values of its template, and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lossary.pages.layout import Figure

__all__ = ["Part"]


@dataclass(frozen=True)
class Part:
    """The values that the template of a part reads, and the figures whose charts are drawn."""

    values: Mapping[str, Any]
    figures: list[Figure] = field(default_factory=list)

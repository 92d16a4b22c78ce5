"""The public result of a study."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossary.pages.atomic_write import write_atomically
from lossary.study.notebook import summary
from lossary.study.page import page
from lossary.study.result import StudyResult
from lossary.study.serialize import plain_data

__all__ = ["Study"]


@dataclass(frozen=True)
class Study(StudyResult):
    """The comparison of losses on a table, with output as HTML page, plain data or notebook."""

    def to_dict(self) -> dict[str, Any]:
        """Return all results as plain data, ready for JSON; numbers that are not finite are None.

        The keys are data, task, settings, metrics, losses, results, verdict, thresholds,
        information and claims; texts are in English.
        """
        return plain_data(self)

    def _repr_html_(self) -> str:
        """Return verdict and table for a notebook."""
        return summary(self)

    def to_html(self, path: str | Path, lang: str = "en") -> Path:
        """Write the page atomically and return its path.

        ``lang`` is the language of the page, ``"en"`` or ``"zh"``. Raises LossaryError if the path
        is the file that was studied.
        """
        return write_atomically(Path(path), page(self, lang), [self.source])

"""A study as its user holds it: what was found, and how it shows itself."""

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
    """The outcome of a race of losses on a table, as page, as plain data and in a notebook."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON: what is not a finite number is None.

        Its keys are data, task, settings, metrics, losses, results, verdict, thresholds,
        information and claims; what is said in words is English.
        """
        return plain_data(self)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: verdict and table."""
        return summary(self)

    def to_html(self, path: str | Path, lang: str = "en") -> Path:
        """Write the page, whole or not at all, and return where it is.

        ``lang`` is the language of the page, ``"en"`` or ``"zh"``. Raises LossaryError where the
        path is the file that was studied.
        """
        return write_atomically(Path(path), page(self, lang), [self.source])

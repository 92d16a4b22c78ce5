"""Reports on the columns of a table and on drift: on the terminal, as JSON, as a page.

>>> import polars as pl
>>> from lossary import report
>>> frame = pl.DataFrame({"x": ["a", "a", "b", "b"] * 25, "y": [0, 0, 0, 1] * 25})
>>> found = report.measure(frame, "y")
>>> round(found.label.effective, 4), found.label.majority
(1.7636, (0, 0.75))
"""

from lossary import validation

try:
    from lossary.report.drift_report import DriftReport, drift
    from lossary.report.information_outcome import Label
    from lossary.report.information_report import Information, measure
    from lossary.report.loading import Loaded, load, load_both, load_noted
except ModuleNotFoundError as error:
    if (error.name or "lossary").partition(".")[0] == "lossary":
        raise
    _message = (
        f"reports need {error.name}, which is not installed; it comes with the extra 'report': "
        "pip install 'lossary[report]'"
    )
    raise validation.MissingExtraError(_message) from error

__all__ = [
    "DriftReport",
    "Information",
    "Label",
    "Loaded",
    "drift",
    "load",
    "load_both",
    "load_noted",
    "measure",
]

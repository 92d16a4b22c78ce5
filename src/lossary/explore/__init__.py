"""Interactive charts of every loss: value, gradient and second derivative, with sliders.

The page computes with the formulas of the library, printed as Vega expressions.

>>> from lossary import explore
>>> text = explore.page()
>>> "softmax_focal" in text
True
"""

from lossary import validation

try:
    from lossary.explore.html_page import page, to_html
except ModuleNotFoundError as error:
    if (error.name or "lossary").partition(".")[0] == "lossary":
        raise
    _message = (
        f"the explorer needs {error.name}, which is not installed. It comes with the extra "
        "'report': pip install 'lossary[report]'"
    )
    raise validation.MissingExtraError(_message) from error

__all__ = ["page", "to_html"]

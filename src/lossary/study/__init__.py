"""Comparison of losses on a data set: one model, trained with each on the same folds.

>>> import lossary.study
>>> result = lossary.study.run("wine", folds=2, seeds=1, steps=20)
>>> result.table.columns[:3]
['loss', 'metric', 'mean']
"""

from lossary import validation

try:
    from lossary.study.public_result import Study
    from lossary.study.runner import run
except ModuleNotFoundError as error:
    if (error.name or "lossary").partition(".")[0] == "lossary":
        raise
    _message = (
        f"a study needs {error.name}, which is not installed. It comes with the extra 'study': "
        "pip install 'lossary[study]'"
    )
    raise validation.MissingExtraError(_message) from error

__all__ = ["Study", "run"]

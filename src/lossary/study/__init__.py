"""Which loss for this data: the same model trained under each, compared beyond noise.

>>> import lossary.study
>>> outcome = lossary.study.run("wine", folds=2, seeds=1, steps=20)
>>> outcome.table.columns[:3]
['loss', 'metric', 'mean']
"""

from lossary import checks

try:
    from lossary.study.shown import Study
    from lossary.study.study import run
except ModuleNotFoundError as error:
    if (error.name or "lossary").partition(".")[0] == "lossary":
        raise
    _message = (
        f"a study needs {error.name}, which is not installed. It comes with the extra 'study': "
        "pip install 'lossary[study]'"
    )
    raise checks.MissingExtraError(_message) from error

__all__ = ["Study", "run"]

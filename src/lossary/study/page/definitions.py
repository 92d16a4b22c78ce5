"""The last part of the page: definitions, and how everything was computed."""

import numpy as np

from lossary.pages.language import Language
from lossary.pages.words import listed
from lossary.study.forms import Link
from lossary.study.outcome import Study
from lossary.study.page.part import Part
from lossary.study.race import BATCH, Result
from lossary.study.splits import MANY_ROWS
from lossary.study.train import RATES

__all__ = ["definitions_part"]

READING: dict[Link, str] = {
    "sigmoid": "probability: sigmoid of the score",
    "softmax": "probabilities: softmax of the scores",
    "platt": "margins; probabilities by a fitted scale*",
    "identity": "prediction: the score",
    "exp": "prediction: exp of the score",
}


def definitions_part(study: Study, say: Language) -> Part:  # noqa: ARG001 - as every part
    """Return the losses, and the rules of the race."""
    return Part(
        {
            "losses": [_loss(r) for r in study.results],
            "batch": BATCH,
            "many": MANY_ROWS,
            "rates": listed([f"{rate:g}" for rate in RATES]),
        }
    )


def _loss(result: Result) -> dict[str, str]:
    contender = result.contender
    low, middle, high = np.quantile(result.rates, [0, 0.5, 1], method="lower")
    return {
        "label": contender.label,
        "summary": contender.summary,
        "reading": READING[contender.link],
        "rate": f"{middle:g}" + ("" if low == high else f" ({low:g} … {high:g})"),
    }

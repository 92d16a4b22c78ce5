"""Why one loss and not another: the theory's claims, measured on the reader's data and model.

Each claim is a frozen dataclass with its numbers, a ``title``, a ``sentence`` that says what was
measured, and whether it ``holds``.
"""

from lossary.study.why.claim import Claim, plain
from lossary.study.why.measure import claims

__all__ = ["Claim", "claims", "plain"]

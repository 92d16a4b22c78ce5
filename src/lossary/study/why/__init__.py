"""Why one loss and not another: the theory's claims, measured on the reader's data and model.

Each claim is a frozen dataclass with its numbers. It says, in messages, its ``title``, the
``finding`` that decides it, further ``details`` and the ``theory`` behind it; it ``holds`` where it
was seen.
"""

from lossary.study.why.all_claims import claims
from lossary.study.why.claim import Claim, plain

__all__ = ["Claim", "claims", "plain"]

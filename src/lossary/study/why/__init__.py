"""Claims of theory about losses, measured on the user's data and model.

Each claim is a frozen dataclass of its measurements. Its ``title``, its ``finding``, further
``details`` and the ``theory`` behind it are messages; ``holds`` says whether it was confirmed.
"""

from lossary.study.why.all_claims import measure_claims
from lossary.study.why.claim import Claim, claim_to_dict

__all__ = ["Claim", "claim_to_dict", "measure_claims"]

"""Entropy, information and divergences estimated from samples or counts, with errors and tests.

``entropy``, ``mutual_information`` and the like take columns, the ``…_from_counts`` functions
counts. All return an :class:`Estimate`: a value with its standard error and remaining bias.
"""

from lossary.estimate.accumulator import Accumulator
from lossary.estimate.bootstrap_intervals import Bootstrap, bootstrap
from lossary.estimate.conditional_measures import (
    conditional_entropy,
    conditional_mutual_information,
)
from lossary.estimate.contingency_tables import contingency, frequencies
from lossary.estimate.divergences_from_counts import (
    js_divergence_from_counts,
    kl_divergence_from_counts,
)
from lossary.estimate.divergences_from_samples import js_divergence, kl_divergence
from lossary.estimate.from_counts import (
    conditional_entropy_from_counts,
    conditional_mutual_information_from_counts,
    entropy_from_counts,
    mutual_information_from_counts,
    normalized_mutual_information_from_counts,
)
from lossary.estimate.from_samples import (
    entropy,
    mutual_information,
    normalized_mutual_information,
)
from lossary.estimate.result import Estimate, Test
from lossary.estimate.significance import g_test, g_test_from_counts, permutation_test

__all__ = [
    "Accumulator",
    "Bootstrap",
    "Estimate",
    "Test",
    "bootstrap",
    "conditional_entropy",
    "conditional_entropy_from_counts",
    "conditional_mutual_information",
    "conditional_mutual_information_from_counts",
    "contingency",
    "entropy",
    "entropy_from_counts",
    "frequencies",
    "g_test",
    "g_test_from_counts",
    "js_divergence",
    "js_divergence_from_counts",
    "kl_divergence",
    "kl_divergence_from_counts",
    "mutual_information",
    "mutual_information_from_counts",
    "normalized_mutual_information",
    "normalized_mutual_information_from_counts",
    "permutation_test",
]

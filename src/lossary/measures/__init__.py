"""The measures of distributions and of joint tables, for arrays of any framework.

A name says what it takes: ``entropy`` probabilities (or with ``normalize=True`` masses of any sum),
``entropy_from_logits`` logits, ``entropy_from_log_probabilities`` their logarithms, and
``entropy_from_counts`` counts, which are compared in exact integers. The same for every measure.
"""

from lossary import checks
from lossary.documents import MeasureFunction
from lossary.formulas import catalogue
from lossary.formulas.record import Joint, Measure
from lossary.measures.distributions import distribution_function
from lossary.measures.joint import joint_function
from lossary.measures.mixtures import (
    conditional_entropy_from_conditional,
    f_divergence,
    generalized_js_divergence,
)

_OWN = ("conditional_entropy_from_conditional", "f_divergence", "generalized_js_divergence")
_SPACES = ("_from_logits", "_from_log_probabilities", "_from_counts")

__all__ = [  # noqa: PLE0604 - the catalogue's names, found through __getattr__
    *catalogue.names("measure"),
    *(n + s for n in catalogue.names("measure") if n != "self_information" for s in _SPACES),
    *catalogue.names("joint"),
    *(n + "_from_counts" for n in catalogue.names("joint")),
    "conditional_entropy_from_conditional",
    "f_divergence",
    "generalized_js_divergence",
]


def __getattr__(name: str) -> MeasureFunction:
    space = next((s for s in _SPACES if name.endswith(s)), "")
    stem = name.removesuffix(space)
    record = catalogue.get(stem) if stem in catalogue.names() else None
    if isinstance(record, Measure) and (record.summed or not space):
        return distribution_function(record, space)
    if isinstance(record, Joint) and space in ("", "_from_counts"):
        return joint_function(record, space)
    raise checks.unknown_name(name, __dir__(), "measure")


def __dir__() -> list[str]:
    measures = [n for n in catalogue.names("measure")]
    joints = catalogue.names("joint")
    spaced = [n + s for n in measures if n != "self_information" for s in _SPACES]
    return [*measures, *spaced, *joints, *(n + "_from_counts" for n in joints), *_OWN]

"""Measures of distributions and of joint tables, for arrays of any framework.

The suffix names the argument: ``entropy`` takes probabilities (or masses of any sum, with
``normalize=True``), ``entropy_from_logits`` logits, ``entropy_from_log_probabilities`` logarithms
of probabilities, and ``entropy_from_counts`` counts, which are compared in exact integers.
"""

from typing import TYPE_CHECKING, Any

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Joint, Measure
from lossary.measures.distribution_from_record import SPACES, distribution_function
from lossary.measures.joint_from_record import joint_function
from lossary.measures.several_distributions import (
    conditional_entropy_from_conditional,
    f_divergence,
    js_divergence,
)

_OWN = {f.__name__: f for f in (conditional_entropy_from_conditional, f_divergence, js_divergence)}


def _attribute(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    suffix = next((s for s in SPACES if s and name.endswith(s)), "")
    stem = name.removesuffix(suffix)
    record = catalogue.get(stem) if stem in catalogue.names() else None
    if isinstance(record, Measure) and (record.summed or not suffix):
        return distribution_function(record, suffix)
    if isinstance(record, Joint) and suffix in ("", "_from_counts"):
        return joint_function(record, suffix)
    raise validation.unknown_name(name, __dir__(), "measure")


def __dir__() -> list[str]:
    records = [catalogue.get(n) for n in catalogue.names()]
    names = []
    for record in records:
        if isinstance(record, Measure):
            names += [record.name + s for s in (SPACES if record.summed else [""])]
        if isinstance(record, Joint):
            names += [record.name, record.name + "_from_counts"]
    return list(dict.fromkeys([*names, *_OWN]))


if TYPE_CHECKING:
    from lossary.measures._signatures import *  # noqa: F403
else:
    __getattr__ = _attribute

"""Catalogue of every record by name; a new loss or measure is one record and its line here."""

from typing import Any

from lossary import validation
from lossary.formulas import divergence as v
from lossary.formulas import information as i
from lossary.formulas import margin as u
from lossary.formulas import probability as b
from lossary.formulas import residual as d
from lossary.formulas import rows as r
from lossary.formulas.record import Record

__all__ = ["get", "names", "register", "unregister"]

_RECORDS: dict[str, Record] = {}


def register(record: Record) -> None:
    """Add a record to the catalogue."""
    if record.name in _RECORDS:
        message = f"a record named {record.name!r} exists already: unregister it first"
        raise validation.LossaryError(message)
    _RECORDS[record.name] = record


def unregister(name: str) -> None:
    """Remove a record from the catalogue."""
    del _RECORDS[get(name).name]


def get(name: Any) -> Record:
    """Return the record of a name."""
    if not isinstance(name, str) or name not in _RECORDS:
        raise validation.unknown_name(name, _RECORDS)
    return _RECORDS[name]


def names(kind: str | None = None) -> tuple[str, ...]:
    """Return the names of all records, or of one kind, in catalogue order."""
    return tuple(n for n, record in _RECORDS.items() if kind in (None, record.kind))


for _record in (
    # losses of a score
    d.squared_error,
    d.absolute_error,
    d.huber,
    d.log_cosh,
    d.quantile,
    d.poisson,
    b.sigmoid_cross_entropy,
    b.sigmoid_squared_error,
    b.sigmoid_focal,
    b.binary_cross_entropy,
    u.logistic,
    u.hinge,
    u.squared_hinge,
    u.exponential,
    u.modified_huber,
    # losses of a row of logits
    r.softmax_cross_entropy,
    r.softmax_focal,
    r.softmax_squared_error,
    r.kl,
    r.reverse_kl,
    r.js,
    r.generalized_cross_entropy,
    # measures of distributions
    i.self_information,
    i.entropy,
    i.perplexity,
    i.renyi_entropy,
    i.tsallis_entropy,
    v.cross_entropy,
    v.kl_divergence,
    v.reverse_kl_divergence,
    v.jeffreys_divergence,
    v.js_divergence,
    v.js_distance,
    v.chi_squared_divergence,
    v.hellinger_divergence,
    v.hellinger_distance,
    v.total_variation,
    v.alpha_divergence,
    v.renyi_divergence,
    # measures of joint tables
    i.joint_entropy,
    i.conditional_entropy,
    i.mutual_information,
    i.pointwise_mutual_information,
    i.conditional_mutual_information,
    i.total_correlation,
    i.information_gain,
    i.gain_ratio,
    i.normalized_mutual_information,
    i.variation_of_information,
):
    register(_record)

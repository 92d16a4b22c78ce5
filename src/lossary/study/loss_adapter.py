"""How a loss takes its targets, and what its scores mean."""

from dataclasses import dataclass
from typing import Literal

from lossary.formulas import catalogue
from lossary.formulas.record import (
    NONNEGATIVE,
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Domain,
    Pointwise,
    Rowwise,
)
from lossary.study.task import Kind

__all__ = ["MULTICLASS_HINGE", "Link", "LossAdapter", "adapter_for"]

MULTICLASS_HINGE = "multiclass_hinge"
"""No record of its own: an arrangement of hinge."""

Link = Literal["sigmoid", "softmax", "platt", "identity", "exp"]
"""How scores become predictions; ``platt`` is fitted, the others are the loss's own."""


@dataclass(frozen=True)
class LossAdapter:
    """Whether a loss takes rows of scores, classes as signs, and how its scores are read."""

    summary: str
    link: Link
    rows: bool = False
    signed_target: bool = False


def adapter_for(name: str, kind: Kind) -> LossAdapter | None:
    """Return the form of a loss for a kind of task; nothing where they differ in kind."""
    if name == MULTICLASS_HINGE:
        summary = "the hinge of every wrong class against the right one: the largest, or their sum"
        return None if kind == "regression" else LossAdapter(summary, "platt", rows=True)
    record = catalogue.get(name)
    if isinstance(record, Rowwise):
        return None if kind == "regression" else LossAdapter(record.summary, "softmax", rows=True)
    if isinstance(record, Pointwise) and record.score == REAL and kind != "multiclass":
        return _pointwise(record, kind)
    return None


def _pointwise(record: Pointwise, kind: Kind) -> LossAdapter | None:
    if kind == "regression":
        links: dict[Domain, Link] = {REAL: "identity", NONNEGATIVE: "exp"}
    else:
        margin: Link = "sigmoid" if record.name == "logistic" else "platt"
        links = {UNIT_INTERVAL: "sigmoid", SIGNS: margin}
    link = links.get(record.target)
    return LossAdapter(record.summary, link, signed_target=record.target == SIGNS) if link else None

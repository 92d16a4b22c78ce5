"""Entropies, information and redundancy of a table's columns, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from lossary.estimate.result import Estimate
from lossary.frames import Gain, Gains, Matrix
from lossary.frames.column_types import Field
from lossary.frames.drift_grades import LEVEL

__all__ = ["REDUNDANT", "InformationOutcome", "Label"]

Array = np.ndarray[Any, Any]

REDUNDANT = 0.5
"""The least share of their mean entropy that makes two columns redundant."""


@dataclass(frozen=True)
class Label:
    """The target column: its labels, most frequent first, its entropy and its balance.

    ``effective`` is the number of equally frequent labels with that entropy.
    """

    field: Field
    counts: tuple[tuple[Any, int], ...]
    entropy: Estimate
    effective: float

    @property
    def rows(self) -> int:
        """The number of rows with a label."""
        return sum(n for _, n in self.counts)

    @property
    def majority(self) -> tuple[Any, float]:
        """The most frequent label, and its share of the rows."""
        label, n = self.counts[0]
        return label, n / self.rows


@dataclass(frozen=True)
class InformationOutcome:
    """Entropies of a table's columns, their information about a label, and their redundancy."""

    source: str
    rows: int
    entropies: Mapping[str, Estimate]
    fields: tuple[Field, ...]
    labels: Mapping[str, int]
    left_out: Mapping[str, str]
    matrix: Matrix | None
    label: Label | None
    gains: Gains | None
    unit: str
    missing: str
    notes: tuple[str, ...]
    reading: tuple[str, ...] = ()

    @property
    def informative(self) -> tuple[Gain, ...]:
        """The columns with more information about the label than expected by chance."""
        return tuple(g for g in self.gains or () if self.beyond_chance(g))

    def beyond_chance(self, gain: Gain) -> bool:
        """Tell whether a gain is significant at level 0.05, corrected for the number of columns."""
        tested = [g for g in self.gains or () if g.p_value is not None]
        return gain.p_value is not None and gain.p_value < (1 - LEVEL) / len(tested)

    def share_of(self, gain: Gain) -> float | None:
        """Return a gain as a share of the label's entropy; None if the label has none."""
        return None if self.label is None else gain.share

    @property
    def shared(self) -> Array:
        """The values of the matrix, 0 for pairs that are not significant."""
        if self.matrix is None:
            return np.zeros((0, 0))
        values, p_values = self.matrix.values.copy(), self.matrix.p_values
        pairs = len(values) * (len(values) - 1) / 2
        with np.errstate(invalid="ignore"):
            by_chance = p_values >= (1 - LEVEL) / pairs
        values[by_chance & ~np.eye(len(values), dtype=bool)] = 0.0
        return values

    @property
    def pairs(self) -> tuple[tuple[str, str, float], ...]:
        """Every pair of columns with its value in the matrix, largest first."""
        if self.matrix is None:
            return ()
        names, values = self.matrix.names, self.shared
        places = np.argwhere(np.triu(np.isfinite(values), 1)).tolist()
        found = ((names[i], names[j], float(values[i, j])) for i, j in places)
        return tuple(sorted(found, key=lambda pair: -pair[2]))

    @property
    def redundant(self) -> tuple[tuple[str, str, float], ...]:
        """The redundant pairs of columns other than the label."""
        if self.matrix is None or self.matrix.unit != "no unit":
            return ()
        target = self.label.field.name if self.label else None
        return tuple(p for p in self.pairs if p[2] >= REDUNDANT and target not in p[:2])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        label = self.label
        return {
            "data": {
                "source": self.source,
                "rows": self.rows,
                "notes": list(self.notes),
                "reading": list(self.reading),
            },
            "unit": self.unit,
            "columns": [
                {
                    "name": f.name,
                    "kind": f.kind,
                    "taken_as": f.taken_as,
                    "labels": self.labels.get(f.name),
                    "entropy": _estimate_data(self.entropies.get(f.name)),
                    "left_out": self.left_out.get(f.name),
                }
                for f in self.fields
            ],
            "target": None
            if label is None
            else {
                "name": label.field.name,
                "entropy": _estimate_data(label.entropy),
                "effective_labels": label.effective,
                "majority": {"label": _text(label.majority[0]), "share": label.majority[1]},
                "counts": {_text(value): n for value, n in label.counts},
            },
            "information": [
                _gain_data(g, beyond=self.beyond_chance(g), share=self.share_of(g))
                for g in self.gains or ()
            ],
            "redundancy": None
            if self.matrix is None
            else {
                "names": list(self.matrix.names),
                "values": [[_finite(v) for v in row] for row in self.matrix.values.tolist()],
                "p_values": [[_finite(v) for v in row] for row in self.matrix.p_values.tolist()],
                "unit": self.matrix.unit,
            },
        }


def _estimate_data(found: Estimate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "standard_error": found.standard_error, "method": found.method}


def _gain_data(gain: Gain, *, beyond: bool, share: float | None) -> dict[str, Any]:
    return {
        "column": gain.column.name,
        "value": gain.information.value,
        "method": gain.information.method,
        "interval": gain.interval(LEVEL),
        "share": share,
        "p_value": gain.p_value,
        "beyond_chance": beyond,
    }


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _text(value: Any) -> str:
    return "missing" if value is None else str(value)

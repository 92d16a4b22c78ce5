"""What a table's columns hold, what they tell about a label, and what they say twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, log
from pathlib import Path
from typing import Any

import numpy as np

from lossary import frames, validation
from lossary.estimate.result import Estimate
from lossary.frames import Gain, Gains, Matrix
from lossary.frames.binning import BINS
from lossary.frames.column_divergence import in_words
from lossary.frames.column_types import MISSING, Field, nearly_unique
from lossary.frames.engine_errors import reported
from lossary.frames.engines import opened
from lossary.frames.information import ADJUSTED
from lossary.frames.label_counts import Counted, as_cells
from lossary.frames.query import Asked, asked
from lossary.frames.reading_notes import Note
from lossary.pages.atomic_write import write_atomically
from lossary.report.column_selection import selected
from lossary.report.redundant_columns import redundancy

__all__ = ["LEVEL", "Information", "Label", "Progress", "measure"]

Array = np.ndarray[Any, Any]

LEVEL = 0.95
REDUNDANT = 0.5
_ENTROPY = "miller_madow"
_TINY = 1e-12

Progress = Callable[[int, int, str], None]
"""Called with what is done, what there is to do, and what comes next."""


@dataclass(frozen=True)
class Label:
    """The column to tell: its labels, the most frequent first, its entropy and its balance.

    ``effective`` is how many equally frequent labels would have that entropy.
    """

    field: Field
    counts: tuple[tuple[Any, int], ...]
    entropy: Estimate
    effective: float

    @property
    def rows(self) -> int:
        """How many rows have a label."""
        return sum(n for _, n in self.counts)

    @property
    def majority(self) -> tuple[Any, float]:
        """The most frequent label, and its share of the rows."""
        label, n = self.counts[0]
        return label, n / self.rows


@dataclass(frozen=True)
class Information:
    """Entropies of a table's columns, what they tell about a label, and what they share.

    ``gains`` and ``label`` are None where no label was named. ``left_out`` says why columns are in
    neither ``gains`` nor ``matrix``: they are constant, or nearly all their labels are distinct.
    """

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
    def telling(self) -> tuple[Gain, ...]:
        """The columns that tell about the label beyond chance, all columns considered."""
        return tuple(g for g in self.gains or () if self.beyond_chance(g))

    def beyond_chance(self, gain: Gain) -> bool:
        """Tell whether chance would give so much in less than one of twenty tables like this."""
        tested = [g for g in self.gains or () if g.p_value is not None]
        return gain.p_value is not None and gain.p_value < (1 - LEVEL) / len(tested)

    def share_of(self, gain: Gain) -> float | None:
        """Return the part of the label's entropy that a column tells; None where it has none."""
        return None if self.label is None else gain.share

    @property
    def shared(self) -> Array:
        """The matrix's values, 0 for pairs tested to share no more than chance, all considered."""
        if self.matrix is None:
            return np.zeros((0, 0))
        values, p_values = self.matrix.values.copy(), self.matrix.p_values
        pairs = len(values) * (len(values) - 1) / 2
        with np.errstate(invalid="ignore"):
            chance = p_values >= (1 - LEVEL) / pairs
        values[chance & ~np.eye(len(values), dtype=bool)] = 0.0
        return values

    @property
    def pairs(self) -> tuple[tuple[str, str, float], ...]:
        """Every pair of columns with what it shares, the most first."""
        if self.matrix is None:
            return ()
        names, values = self.matrix.names, self.shared
        places = np.argwhere(np.triu(np.isfinite(values), 1)).tolist()
        found = ((names[i], names[j], float(values[i, j])) for i, j in places)
        return tuple(sorted(found, key=lambda pair: -pair[2]))

    @property
    def redundant(self) -> tuple[tuple[str, str, float], ...]:
        """The pairs of columns, but for the label, that share half of what they hold."""
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
                    "entropy": _plain(self.entropies.get(f.name)),
                    "left_out": self.left_out.get(f.name),
                }
                for f in self.fields
            ],
            "target": None
            if label is None
            else {
                "name": label.field.name,
                "entropy": _plain(label.entropy),
                "effective_labels": label.effective,
                "majority": {"label": _text(label.majority[0]), "share": label.majority[1]},
                "counts": {_text(value): n for value, n in label.counts},
            },
            "information": [
                _gain(g, beyond=self.beyond_chance(g), share=self.share_of(g))
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

    def to_html(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, but never over the source; return where it is."""
        from lossary.report.information_page import page  # noqa: PLC0415 - the page reads this

        return write_atomically(Path(path), page(self), [self.source])


def _plain(found: Estimate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "standard_error": found.standard_error, "method": found.method}


def _gain(gain: Gain, *, beyond: bool, share: float | None) -> dict[str, Any]:
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


def measure(
    data: Any,
    target: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    without: Sequence[str] = (),
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    base: float | None = 2,
    source: str = "data frame",
    reading: Sequence[Note] = (),
    progress: Progress | None = None,
) -> Information:
    """Measure what a table's columns hold, tell about a target, and share with each other.

    The options are those of :mod:`lossary.frames.information`, the unit bits; ``reading`` says what
    was decided when the table was read. Whole numbers of more values than ``bins`` are continuous.
    All columns but those ``without`` are measured, save nested ones and a saved index, which
    ``left_out`` has, unless ``columns`` names them. Raises LossaryError as they do, and for a
    target that holds one label, or none twice.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import report
    >>> frame = pl.DataFrame({"x": ["a", "a", "b", "b"] * 25, "y": [0, 0, 1, 1] * 25})
    >>> [gain.column.name for gain in report.measure(frame, "y").telling]
    ['x']

    """
    validation.choice("missing", missing, MISSING)
    tell = progress or (lambda *_: None)
    tell(0, 3, "columns")
    data = opened(data)
    with reported(data.native):
        chosen = selected(data, columns, without, target)
    wanted: Sequence[str] = chosen.wanted
    how: dict[str, Any] = {"missing": missing, "continuous": continuous, "bins": bins}
    a, tables = _counted(data, wanted, target, how | {"missing": "category"})
    empty = {n: "empty" for (n,), table in tables.items() if set(table.labels[0]) <= {None}}
    if missing == "drop":
        wanted = [n for n in a.names if n not in empty or n == target]
        a, tables = _counted(data, wanted, target, how)
    many = [n for n in a.names if a.field(n).kind == "integer" and _levels(tables[n,]) > bins]
    if many:
        how["kinds"] = dict.fromkeys(many, "continuous")
        a, tables = _counted(data, wanted, target, how)
    labels = {n: _levels(table) for (n,), table in tables.items()}
    left_out = {n: why for n in a.names if (why := _unusable(a, n, labels.get(n)))} | empty
    left_out = {**chosen.left_out, **left_out}
    if target in left_out:
        hints = [f"; {note}" for note in reading if note.of_column(target)]
        message = f"target {target!r} cannot be told: it is {left_out[target]}{''.join(hints)}"
        raise validation.LossaryError(message)
    kept = [n for n in a.names if n not in left_out]
    how["kinds"] = {n: kind for n, kind in how.get("kinds", {}).items() if n in kept}
    measured = tuple(f for f in a.fields if f.name not in chosen.left_out)
    entropies = {n: _entropy(a, n, t).in_base(base) for (n,), t in tables.items()}
    tell(1, 3, "target")
    label = None if target is None else _label(a, target, tables.get((target,)), base)
    gains = _gains(data, target, kept, how | {"base": base})
    tell(2, 3, "pairs")
    return Information(
        source=source,
        rows=a.rows,
        entropies=entropies,
        fields=(*a.fields, *chosen.nested),
        labels=labels,
        left_out=left_out,
        matrix=_matrix(a, data, kept, how, base),
        label=label,
        gains=None if gains is None else _possible(gains, label),
        unit="nats" if base is None else "bits" if base == 2 else f"base {base:g}",
        missing=missing,
        notes=replace(a, fields=measured).notes,
        reading=tuple(map(str, reading)),
    )


def _counted(
    data: Any, columns: Sequence[str], target: str | None, how: dict[str, Any]
) -> tuple[Asked, dict[tuple[str, ...], Counted]]:
    """Return the columns, and the counts of those that are counted."""
    a = asked(data, columns, **how)
    if target is not None and target not in a.names:
        raise validation.unknown_name(target, a.names, "column")
    return a, a.counted([(n,) for n in a.names if not a.by_neighbours(n)])


def _levels(table: Counted) -> int:
    return len(as_cells(table.table).counts)


def _entropy(a: Asked, name: str, table: Counted) -> Estimate:
    """Return the entropy of a column in nats, corrected, but no more than its labels can have."""
    found = a.estimate("entropy", table, (name,), _ENTROPY)
    return replace(found, value=min(max(found.value, 0.0), log(max(_levels(table), 1))))


def _possible(gains: Gains, label: Label | None) -> Gains:
    """Return gains within what is possible: from 0 as far as the entropy that is shown.

    With E what chance gives, they are ``H (I - E) / (H - E)``: their share of that entropy is the
    share beyond chance. Of a target measured by its neighbours there is no share.
    """
    entropy = gains.entropy if label is None else label.entropy
    most = float("inf") if label is None else entropy.value
    found = [_bounded(g, most) for g in gains]
    found.sort(key=lambda g: -g.information.value)
    return replace(gains, entropy=entropy, gains=tuple(found))


def _bounded(gain: Gain, most: float) -> Gain:
    found, scale = gain.information, 1.0
    if found.method == ADJUSTED:
        scale = most / gain.most if gain.most > _TINY else 0.0
        found = replace(found, method="adjusted_share")
    value = min(max(scale * found.value, 0.0), most)
    error = None if found.standard_error is None else scale * found.standard_error
    share = value / most if 0 < most < float("inf") else 0.0
    information = replace(found, value=value, standard_error=error)
    return replace(gain, information=information, share=share, most=most)


def _unusable(a: Asked, name: str, labels: int | None) -> str:
    """Say why a column is left out; nothing where it is not."""
    if labels is None or name in a.question.bins:
        return "constant" if labels == 1 else ""
    if labels <= 1:
        return "constant"
    if nearly_unique(labels, a.rows):
        return f"nearly unique, {labels} labels in {a.rows} rows: not measured"
    return ""


def _gains(data: Any, target: str | None, kept: list[str], how: dict[str, Any]) -> Gains | None:
    others = [n for n in kept if n != target]
    if target is None:
        return None
    if not others:
        message = (
            f"no column is left to tell the target {target!r}: all others hold one label only, "
            "hardly one twice, are nested, a saved index or left out"
        )
        raise validation.LossaryError(message)
    return frames.information_gain(data, target, others, **how)


def _matrix(
    a: Asked, data: Any, kept: list[str], how: dict[str, Any], base: float | None
) -> Matrix | None:
    """Return what pairs share over their mean entropy; in the unit, where neighbours measure it."""
    if len(kept) < 2:
        return None
    if any(a.by_neighbours(n) for n in kept):
        found = frames.mutual_information_matrix(data, kept, base=base, **how)
        apart = ~np.eye(len(kept), dtype=bool)
        return replace(found, values=np.where(apart, np.maximum(found.values, 0.0), found.values))
    return redundancy(a, kept)


def _label(a: Asked, target: str, table: Counted | None, base: float | None) -> Label | None:
    if table is None:
        return None
    cells, names = as_cells(table.table), table.labels[0]
    shown = in_words([names[i] for i in cells.index[0].tolist()], a.question.bins.get(target))
    ordered = sorted(zip(shown, cells.counts.tolist(), strict=True), key=lambda pair: -pair[1])
    entropy = _entropy(a, target, table)
    effective = min(float(np.exp(entropy.value)), float(len(ordered)))
    return Label(a.field(target), tuple(ordered), entropy.in_base(base), effective)

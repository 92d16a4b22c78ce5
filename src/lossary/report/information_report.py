"""What a table's columns hold, what they tell about a label, and what they say twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from lossary import frames, validation
from lossary.estimate.result import Estimate
from lossary.frames import Gain, Gains, Matrix
from lossary.frames.binning import BINS
from lossary.frames.column_divergence import in_words
from lossary.frames.column_types import MISSING, nearly_unique
from lossary.frames.engine_errors import reported
from lossary.frames.engines import opened
from lossary.frames.information import ADJUSTED
from lossary.frames.label_counts import Counted, as_cells
from lossary.frames.query import Asked, asked
from lossary.frames.reading_notes import Note
from lossary.pages.atomic_write import write_atomically
from lossary.report.column_selection import selected
from lossary.report.information_outcome import InformationOutcome, Label
from lossary.report.information_page import page
from lossary.report.redundant_columns import redundancy

__all__ = ["Information", "Progress", "measure"]

_ENTROPY = "miller_madow"
_TINY = 1e-12

Progress = Callable[[int, int, str], None]
"""Called with what is done, what there is to do, and what comes next."""


@dataclass(frozen=True)
class Information(InformationOutcome):
    """Entropies of a table's columns, their information about a label, and their redundancy.

    ``gains`` and ``label`` are None if no label was named. ``left_out`` says why columns are in
    neither ``gains`` nor ``matrix``: they are constant, or nearly all their labels are distinct.
    """

    def to_html(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, but never over the source; return its path."""
        return write_atomically(Path(path), page(self), [self.source])


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

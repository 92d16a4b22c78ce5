"""Measurement of a table's columns: entropy, information about a label, and redundancy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from lossary import frames, validation
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import as_sparse
from lossary.frames import Gain, Gains, Matrix
from lossary.frames.binning import BINS
from lossary.frames.column_divergence import label_texts
from lossary.frames.column_types import MISSING_RULES, nearly_unique
from lossary.frames.engine_errors import translated_errors
from lossary.frames.engines import as_source
from lossary.frames.information import ADJUSTED
from lossary.frames.label_counts import LabelTable
from lossary.frames.measure_options import Query, make_query
from lossary.frames.reading_notes import Note
from lossary.frames.results import unit_of
from lossary.pages.atomic_write import write_atomically
from lossary.report.column_redundancy import redundancy
from lossary.report.column_selection import select_columns
from lossary.report.information_outcome import InformationOutcome, Label
from lossary.report.information_page import page

__all__ = ["Information", "Progress", "measure"]

_ENTROPY = "miller_madow"
_TINY = 1e-12

Progress = Callable[[int, int, str], None]
"""Called with the steps done, their total, and the name of the next step."""


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
    """Measure the entropies of a table's columns, their information and their redundancy.

    The options are those of :mod:`lossary.frames.information`, the unit is bits; ``reading`` are
    notes on how the table was read. Whole numbers of more values than ``bins`` are continuous. All
    columns but those in ``without`` are measured. Nested ones and a saved index are left out and
    listed in ``left_out``, unless ``columns`` names them. Raises LossaryError as
    :func:`lossary.frames.information_gain` does, and for a constant or nearly unique target.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import report
    >>> frame = pl.DataFrame({"x": ["a", "a", "b", "b"] * 25, "y": [0, 0, 1, 1] * 25})
    >>> [gain.column.name for gain in report.measure(frame, "y").informative]
    ['x']

    """
    validation.choice("missing", missing, MISSING_RULES)
    report_progress = progress or (lambda *_: None)
    report_progress(0, 3, "columns")
    data = as_source(data)
    with translated_errors(data.native):
        chosen = select_columns(data, columns, without, target)
    wanted: Sequence[str] = chosen.wanted
    options: dict[str, Any] = {"missing": missing, "continuous": continuous, "bins": bins}
    query, tables = _counted(data, wanted, target, options | {"missing": "category"})
    empty = {n: "empty" for (n,), table in tables.items() if set(table.labels[0]) <= {None}}
    if missing == "drop":
        wanted = [n for n in query.names if n not in empty or n == target]
        query, tables = _counted(data, wanted, target, options)
    many = [
        n for n in query.names if query.field(n).kind == "integer" and _levels(tables[n,]) > bins
    ]
    if many:
        options["kinds"] = dict.fromkeys(many, "continuous")
        query, tables = _counted(data, wanted, target, options)
    labels = {n: _levels(table) for (n,), table in tables.items()}
    left_out = {n: why for n in query.names if (why := _unusable(query, n, labels.get(n)))} | empty
    left_out = {**chosen.left_out, **left_out}
    if target in left_out:
        hints = [f"; {note}" for note in reading if note.of_column(target)]
        message = f"target {target!r} cannot be measured: it is {left_out[target]}{''.join(hints)}"
        raise validation.LossaryError(message)
    kept = [n for n in query.names if n not in left_out]
    options["kinds"] = {n: kind for n, kind in options.get("kinds", {}).items() if n in kept}
    measured = tuple(f for f in query.fields if f.name not in chosen.left_out)
    entropies = {n: _entropy(query, n, t).in_base(base) for (n,), t in tables.items()}
    report_progress(1, 3, "target")
    label = None if target is None else _label(query, target, tables.get((target,)), base)
    gains = _gains(data, target, kept, options | {"base": base})
    report_progress(2, 3, "pairs")
    return Information(
        source=source,
        rows=query.rows,
        entropies=entropies,
        fields=(*query.fields, *chosen.nested),
        labels=labels,
        left_out=left_out,
        matrix=_matrix(query, data, kept, options, base),
        label=label,
        gains=None if gains is None else _clipped(gains, label),
        unit=unit_of(base),
        missing=missing,
        notes=replace(query, fields=measured).notes,
        reading=tuple(map(str, reading)),
    )


def _counted(
    data: Any, columns: Sequence[str], target: str | None, options: dict[str, Any]
) -> tuple[Query, dict[tuple[str, ...], LabelTable]]:
    """Return the query of columns, and the tables of those that are counted."""
    query = make_query(data, columns, **options)
    if target is not None and target not in query.names:
        raise validation.unknown_name(target, query.names, "column")
    return query, query.count([(n,) for n in query.names if not query.by_neighbours(n)])


def _levels(table: LabelTable) -> int:
    return len(as_sparse(table.table).counts)


def _entropy(query: Query, name: str, table: LabelTable) -> Estimate:
    """Return the corrected entropy of a column in nats, clipped to the range of its labels."""
    found = query.estimate("entropy", table, (name,), _ENTROPY)
    return replace(found, value=min(max(found.value, 0.0), log(max(_levels(table), 1))))


def _clipped(gains: Gains, label: Label | None) -> Gains:
    """Return gains clipped to the possible range, from 0 to the entropy of the label.

    With E the mean by chance, they are ``H (I - E) / (H - E)``, so that their share of the entropy
    is the share beyond chance. A target measured by nearest neighbours has no share.
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


def _unusable(query: Query, name: str, labels: int | None) -> str:
    """Return the reason why a column is left out, empty if it is not."""
    if labels is None or name in query.spec.bins:
        return "constant" if labels == 1 else ""
    if labels <= 1:
        return "constant"
    if nearly_unique(labels, query.rows):
        return f"nearly unique, {labels} labels in {query.rows} rows: not measured"
    return ""


def _gains(data: Any, target: str | None, kept: list[str], options: dict[str, Any]) -> Gains | None:
    others = [n for n in kept if n != target]
    if target is None:
        return None
    if not others:
        message = (
            f"no column is left to measure besides the target {target!r}: all others are constant, "
            "nearly unique, nested, a saved index or left out"
        )
        raise validation.LossaryError(message)
    return frames.information_gain(data, target, others, **options)


def _matrix(
    query: Query, data: Any, kept: list[str], options: dict[str, Any], base: float | None
) -> Matrix | None:
    """Return the redundancy of pairs, or their mutual information if measured by neighbours."""
    if len(kept) < 2:
        return None
    if any(query.by_neighbours(n) for n in kept):
        found = frames.mutual_information_matrix(data, kept, base=base, **options)
        pairs = ~np.eye(len(kept), dtype=bool)
        return replace(found, values=np.where(pairs, np.maximum(found.values, 0.0), found.values))
    return redundancy(query, kept)


def _label(query: Query, target: str, table: LabelTable | None, base: float | None) -> Label | None:
    if table is None:
        return None
    cells, names = as_sparse(table.table), table.labels[0]
    texts = label_texts([names[i] for i in cells.index[0].tolist()], query.spec.bins.get(target))
    ordered = sorted(zip(texts, cells.counts.tolist(), strict=True), key=lambda pair: -pair[1])
    entropy = _entropy(query, target, table)
    effective = min(float(np.exp(entropy.value)), float(len(ordered)))
    return Label(query.field(target), tuple(ordered), entropy.in_base(base), effective)

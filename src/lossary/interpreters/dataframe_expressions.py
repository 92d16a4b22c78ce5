"""Formulas over the columns of a data frame: of Polars, or of any kind through Narwhals."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from lossary import validation
from lossary.formulas.record import Measure, Record
from lossary.interpreters.dataframe_vocabulary import (
    Words,
    aggregated,
    structured,
    totals,
    without,
)
from lossary.interpreters.engine_semantics import portable
from lossary.interpreters.let_bindings import staged, tree_size
from lossary.interpreters.stable_column_form import Chosen, chosen, expand, numbers, stable
from lossary.interpreters.trace import Expression

__all__ = ["add", "expression", "summarise"]

Column = Any
Columns = Mapping[str, Column | Sequence[Column]]

_LONGEST = 3000
"""Largest number of operations in a Narwhals expression, which shares no parts."""

_NATIVE = {"polars": frozenset({"log1p"}), "narwhals": frozenset[str]()}


def expression(
    record: Record, columns: Columns, *, library: Any = "polars", **parameters: float
) -> Any:
    """Return the expression that computes a record from columns.

    A loss is an expression of each row; a measure is an aggregate. A loss of a row of logits takes
    ``z``, the list of its columns, and ``y``, the column of the class index or the list of target
    columns. Null gives null (an aggregate leaves it out, as always), NaN gives NaN, and an index
    that is no class gives NaN. Values are within a few eps of NumPy's.

    Narwhals expressions repeat shared parts; where the result would be too long, ``LossaryError``
    is raised: use ``add`` or ``summarise``, which take the frame itself.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary.formulas import catalogue
    >>> loss = expression(catalogue.get("hinge"), {"y": "label", "s": "score"})
    >>> pl.DataFrame({"label": [1, -1], "score": [0.25, 0.5]}).select(loss=loss)["loss"].to_list()
    [0.75, 1.5]

    """
    if not isinstance(library, str) or library not in _NATIVE:
        message = f"library must be 'polars' or 'narwhals', got {validation.shown(library)}"
        raise validation.LossaryError(message)
    root, selected = _prepared(record, columns, parameters, _NATIVE[library])
    words = Words(validation.need(library, "frames"))
    values = words.columns(selected)
    if library == "polars":
        return aggregated(words, root, values, structured)
    size = tree_size(root)
    if size > _LONGEST:
        message = (
            f"{record.name} of these columns would be a Narwhals expression of {size} operations; "
            f"{_LONGEST} are allowed: use add(frame, …) or summarise of "
            "lossary.interpreters.dataframe_expressions, which name the shared parts, or "
            "library='polars'"
        )
        raise validation.LossaryError(message)
    return aggregated(words, root, values, Words.compute)


def _prepared(
    record: Record,
    columns: Columns,
    parameters: Mapping[str, float],
    native: frozenset[str],
) -> tuple[Expression, Chosen]:
    """Return the portable form of a record, with the classes of a row expanded."""
    selected = chosen(record, columns)
    root = stable(record, numbers(record, parameters), index=selected.index)
    if selected.classes:
        root = expand(root, len(selected.classes))
    return portable(root, native=native), selected


class _FrameBuilder:
    """Frame to which shared parts are added as temporary columns, level by level."""

    def __init__(self, frame: Any) -> None:
        nw = validation.need("narwhals", "frames")
        self.words, self.frame = Words(nw), nw.from_native(frame)
        self.native = frame is not self.frame
        taken = set(self.frame.collect_schema().names())
        self.names = (name for n in count() if (name := f"_part{n}") not in taken)
        self._added: list[str] = []

    def compute(self, root: Expression, values: Mapping[str, Any]) -> Any:
        """Return an expression of the values and of the columns added for shared parts."""
        steps = staged(root, self.names, least=2)
        values = dict(values)
        for level in steps.levels:
            parts = {name: self.words.compute(part, values) for name, part in level.items()}
            self.frame = self.frame.with_columns(**parts)
            self._added += level
            values |= {name: self.words.library.col(name) for name in level}
        return self.words.compute(steps.result, values)

    def finished(self, name: str, result: Any) -> Any:
        """Return the frame with a result, without the temporary columns."""
        return self.frame.with_columns(**{name: result}).drop(*self._added)


@np.errstate(all="ignore")
def add(
    frame: Any, record: Record, columns: Columns, *, name: str = "loss", **parameters: float
) -> Any:
    """Return a frame that Narwhals supports with a loss as an additional column.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary.formulas import catalogue
    >>> frame = pl.DataFrame({"label": [1, -1], "score": [0.25, 0.5]})
    >>> add(frame, catalogue.get("hinge"), {"y": "label", "s": "score"})["loss"].to_list()
    [0.75, 1.5]

    """
    root, selected = _prepared(record, columns, parameters, _NATIVE["narwhals"])
    if isinstance(record, Measure) and record.summed:
        message = f"{record.name} is a measure, one number of many rows: use summarise"
        raise validation.LossaryError(message)
    table = _FrameBuilder(frame)
    values = table.words.columns(selected)
    result = table.words.guarded(table.compute(root, values), values)
    frame = table.finished(name, result)
    return frame.to_native() if table.native else frame


@np.errstate(all="ignore")
def summarise(
    frame: Any,
    record: Record,
    columns: Columns,
    *,
    by: Sequence[str] = (),
    name: str = "measure",
    **parameters: float,
) -> Any:
    """Return a frame that Narwhals supports with a measure of all rows or of each group.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary.formulas import catalogue
    >>> frame = pl.DataFrame({"p": [0.5, 0.5, 1.0], "group": ["a", "a", "b"]})
    >>> summarise(frame, catalogue.get("perplexity"), {"p": "p"}, by=["group"]).sort("group").rows()
    [('a', 2.0), ('b', 1.0)]

    """
    root, selected = _prepared(record, columns, parameters, _NATIVE["narwhals"])
    table = _FrameBuilder(frame)
    sums = totals(root, table.names)
    if not sums:
        message = f"{record.name} is one number of each row, not a measure of many: use add"
        raise validation.LossaryError(message)
    values = table.words.columns(selected)
    bodies = {n: table.compute(node.arguments[0], values) for n, node in sums.items()}
    guarded = {n: table.words.guarded(body, values) for n, body in bodies.items()}
    wide = table.frame.with_columns(**guarded)
    added = [table.words.library.col(n).sum() for n in sums]
    grouped = wide.group_by(*by).agg(*added) if by else wide.select(*added)
    whole = _FrameBuilder(grouped)
    fields = {n: whole.words.library.col(n) for n in sums}
    result = whole.compute(without(root, sums), fields)
    summary = whole.finished(name, result).select(*by, name)
    return summary.to_native() if table.native else summary

"""Export of losses and measures: LaTeX, SQL, column expressions of data frames."""

from typing import Any

from lossary.formulas import catalogue
from lossary.formulas.record import Record
from lossary.interpreters import dataframe_expressions, latex
from lossary.interpreters import sql as structured
from lossary.interpreters.stable_column_form import column_names

__all__ = ["expression", "formula", "sql"]


def formula(name: str) -> latex.Latex:
    r"""LaTeX of a loss or measure, printed from the definition that the tests execute.

    ``ls.formula(name)``; a notebook shows it typeset.

    Parameters
    ----------
    name
        A name in the catalogue: ``lossary list`` shows them.

    Returns
    -------
    The formula as text, in the letters of this library: ``y`` target, ``s`` score, ``z`` logits.

    Raises
    ------
    UnknownNameError
        For a name that nothing has, with the nearest.

    Examples
    --------
    >>> import lossary as ls
    >>> print(ls.formula("hinge"))
    L(y, s) = \max(0, \mu - y s)

    References
    ----------
    Knuth, The TeXbook, 1984

    """
    return latex.formula(catalogue.get(name))


def _columns(record: Record, given: dict[str, Any]) -> dict[str, Any]:
    """Remove the arguments that are columns, and return them."""
    return {name: given.pop(name) for name in column_names(record) if name in given}


def sql(name: str, *, dialect: str = "duckdb", **arguments: Any) -> str:
    """SQL expression of a loss or measure, from its stable form.

    Columns are named by the letters of the formulas: ``y`` and ``s`` for a loss of a score, ``y``
    and the list ``z`` for a loss of a row of logits, ``p`` and ``q`` for a measure (an aggregate).

    Parameters
    ----------
    name
        A name in the catalogue.
    dialect
        ``"duckdb"`` or ``"spark"``.
    **arguments
        Names of columns, which are quoted, and the formula's parameters.

    Returns
    -------
    An expression of a row, or for a measure of a group, in nats. NULL gives NULL, NaN gives NaN.

    Raises
    ------
    LossaryError
        For an unknown name, dialect or parameter, or a missing column.

    Examples
    --------
    >>> import lossary as ls
    >>> loss = ls.sql("hinge", y="label", s="score", margin=1.0)
    >>> query = f'SELECT avg({loss}) FROM "scores"'

    References
    ----------
    Chamberlin and Boyce, SEQUEL: A Structured English Query Language, 1974

    """
    record = catalogue.get(name)
    columns = _columns(record, arguments)
    return structured.sql(record, columns, dialect=dialect, **arguments)


def expression(name: str, *, library: str = "polars", **arguments: Any) -> Any:
    """Column expression of a loss or measure for Polars, or through Narwhals for any data frame.

    Columns are named by the letters of the formulas: ``y`` and ``s`` for a loss of a score, ``y``
    and the list ``z`` for a loss of a row of logits, ``p`` and ``q`` for a measure (an aggregate).

    Parameters
    ----------
    name
        A name in the catalogue.
    library
        ``"polars"`` or ``"narwhals"``.
    **arguments
        Names of columns, and the formula's parameters.

    Returns
    -------
    An expression of each row, or for a measure an aggregate, in nats.

    Raises
    ------
    LossaryError
        For an unknown name, library or parameter, a missing column, or a missing extra.

    Examples
    --------
    >>> import lossary as ls
    >>> import polars as pl
    >>> frame = pl.DataFrame({"label": [1, -1], "score": [0.25, 0.5]})
    >>> frame.select(loss=ls.expression("hinge", y="label", s="score"))["loss"].to_list()
    [0.75, 1.5]

    References
    ----------
    Codd, A Relational Model of Data for Large Shared Data Banks, 1970

    """
    record = catalogue.get(name)
    columns = _columns(record, arguments)
    return dataframe_expressions.expression(record, columns, library=library, **arguments)

"""``lossary drift``: drift of a table from its reference."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse
from typing import TYPE_CHECKING

from lossary.cli.exit_codes import FAILED, OK
from lossary.cli.output_file import add_output, page_of
from lossary.cli.reading_options import add_reading, format_of
from lossary.cli.shared_options import add_tables, naming_sources
from lossary.cli.signals import raise_on_signals
from lossary.cli.terminal_output import progress_bar, show, show_json, write
from lossary.validation import LossaryError, need

if TYPE_CHECKING:
    from lossary.report import DriftReport

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "compare a table with a reference: drift of each column"
DESCRIPTION = """\
examples:
  lossary drift reference.parquet current.csv --fail-over 0.1
  lossary drift reference.parquet current.csv --measure psi -o drift.html
  lossary drift reference.parquet current.csv --fail-over large
  lossary drift counts.npz lake.duckdb::today --json        counts saved by estimate.Accumulator
  zcat new.csv.gz | lossary drift old.csv - --without id

Prints each column's Jensen-Shannon divergence (as a share of its largest value, log 2), PSI and KL,
corrected for chance, with interval, p-value and grade: moderate is PSI of at least 0.1, large over
0.25, both beyond chance. Numbers and dates are counted between quantiles of the reference. A column
has drifted if its measure is over the threshold and beyond chance; with --fail-over moderate or
large, if it has at least that grade.

exit codes: 0 no drift; 1 a column has drifted, is missing or retyped; 2 bad input
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    kinds = "csv, Parquet, Arrow, ndjson, file.duckdb::table, - (csv)"
    add("reference", metavar="REFERENCE", help=f"{kinds}, or counts of an Accumulator (.npz)")
    add("current", metavar="CURRENT", help="the table to compare, in the same formats")
    add(
        "--fail-over",
        metavar="X",
        type=_threshold,
        help="the threshold (js: 0.1 of its largest value, psi and kl: 0.2), or moderate or large",
    )
    add("--measure", help="the measure that decides: js (the default), psi or kl")
    add("--bins", metavar="N", type=int, default=10, help="quantile bins of numbers (10)")
    add(
        "--smoothing",
        metavar="A",
        type=float,
        default=0.5,
        help="rows added to each label for PSI and KL (0.5)",
    )
    add_tables(parser)
    add_output(parser)
    add_reading(parser)


def _threshold(text: str) -> float | str:
    if text in {"moderate", "large"}:
        return text
    try:
        return float(text)
    except ValueError as error:
        message = f"must be a number, moderate or large, got {text!r}"
        raise argparse.ArgumentTypeError(message) from error


def run(options: argparse.Namespace) -> int:
    """Compare two tables and print the drift of each column; exit with 1 if one has drifted."""
    need("rich", "report")
    from lossary import report  # noqa: F401 - imported before signals raise
    from lossary.report.console import drift_text

    raise_on_signals()
    inputs = (options.reference, options.current)
    page = None if options.out is None else page_of(options, *inputs)
    found = _compared(options)
    if page is not None:
        found.to_html(page)
    if options.json:
        show_json(found.to_dict() | {"page": None if page is None else str(page)})
    else:
        show(drift_text(found))
        if page is not None:
            write(f"\nPage: {page}\n")
    return FAILED if found.failed else OK


def _compared(options: argparse.Namespace) -> "DriftReport":
    from lossary import report

    sources: tuple[str, str] = (options.reference, options.current)
    if sources == ("-", "-"):
        message = "standard input can be read only once: give a file for REFERENCE or CURRENT"
        raise LossaryError(message)
    with progress_bar("report") as progress:
        report_progress = progress or (lambda *_: None)
        before, after = report.load_both(sources, format_of(options), report_progress)
        report_progress(2, 3, "comparing")
        with naming_sources(*sources):
            return report.drift(
                before.data,
                after.data,
                without=options.without,
                measure=options.measure,
                over=options.fail_over,
                bins=options.bins,
                smoothing=options.smoothing,
                missing=options.missing,
                sources=sources,
                reading=(before.notes, after.notes),
            )

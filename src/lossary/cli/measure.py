"""``lossary measure``: entropy, information and redundancy of the columns of a table."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse

from lossary.cli.output_file import add_output, page_of
from lossary.cli.reading_options import add_reading, format_of
from lossary.cli.shared_options import add_tables, naming_sources
from lossary.cli.signals import raise_on_signals
from lossary.cli.terminal_output import progress_bar, show, show_json, write
from lossary.validation import need

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "measure columns: entropy, information about a label, redundancy"
DESCRIPTION = """\
examples:
  lossary measure data.parquet --target churn
  lossary measure data.csv                              entropies and redundancy
  lossary measure shop.duckdb::orders --target returned --without order_id
  cat data.csv | lossary measure - --target y --json

Prints the label's entropy and balance, the information of every column about it, corrected for
chance, with interval and p-value, and redundant columns; writes a page with charts to measure.html.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add("data", metavar="DATA", help="csv, Parquet, Arrow, ndjson, file.duckdb::table, or - (csv)")
    add("--target", metavar="COLUMN", help="the label; without it, entropies and redundancy")
    add_tables(parser)
    add(
        "--continuous",
        default="bins",
        help="numbers: bins (16 quantile bins, the default) or ksg (nearest neighbours)",
    )
    add("--base", metavar="N", type=float, default=2, help="base of the logarithm (2: bits)")
    add_output(parser, "measure.html")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Measure a table, write its page and print its report."""
    need("rich", "report")
    from lossary import report
    from lossary.report.console import information_text

    raise_on_signals()
    page = page_of(options, options.data)
    with progress_bar("report") as progress:
        loaded = report.load_noted(options.data, format_of(options))
        data = loaded.data
        with naming_sources(options.data):
            found = report.measure(
                data,
                options.target,
                without=options.without,
                missing=options.missing,
                continuous=options.continuous,
                base=options.base,
                source=options.data,
                reading=loaded.notes,
                progress=progress,
            )
    found.to_html(page)
    if options.json:
        show_json(found.to_dict() | {"page": str(page)})
    else:
        show(information_text(found))
        write(f"\nPage: {page}\n")

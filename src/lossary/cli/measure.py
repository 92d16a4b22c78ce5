"""``lossary measure``: what the columns of a table hold, tell, and say twice."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse

from lossary.cli.output_file import add_output, page_of
from lossary.cli.reading_options import add_reading, format_of
from lossary.cli.signals import tidily
from lossary.cli.table_options import add_tables, named
from lossary.cli.terminal_output import progress_bar, show, show_json, write
from lossary.validation import need

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "what columns hold, and tell about a label"
DESCRIPTION = """\
examples:
  lossary measure data.parquet --target churn
  lossary measure data.csv                              entropies, and what columns share
  lossary measure shop.duckdb::orders --target returned --without order_id
  cat data.csv | lossary measure - --target y --json

The label's entropy and balance; what every column tells about it, corrected for chance, with
interval and p-value; what columns say twice. A table on stdout, a page with charts in
measure.html.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add("data", metavar="DATA", help="csv, Parquet, Arrow, ndjson, file.duckdb::table, or - (csv)")
    add("--target", metavar="COLUMN", help="the label to tell; without it, entropies and pairs")
    add_tables(parser)
    add(
        "--continuous",
        default="bins",
        help="how numbers are taken: bins (16 quantile bins, the default) or ksg (by neighbours)",
    )
    add("--base", metavar="N", type=float, default=2, help="of the logarithm (2: bits)")
    add_output(parser, "measure.html")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Measure a table, write its page and print what was found."""
    need("rich", "report")
    from lossary import report
    from lossary.report.console import information_text

    tidily()
    page = page_of(options, options.data)
    with progress_bar("report") as progress:
        loaded = report.load_noted(options.data, format_of(options))
        data = loaded.data
        with named(options.data):
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

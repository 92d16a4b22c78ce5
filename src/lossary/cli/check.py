"""``lossary check``: comparison of formulas with mpmath."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING

from lossary.cli.exit_codes import FAILED, OK
from lossary.cli.signals import raise_on_signals
from lossary.cli.terminal_output import add_row, progress_bar, show, show_json, table
from lossary.validation import need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossary.check import Row

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "compare formulas with mpmath: the largest error in eps"
DESCRIPTION = None
WIDEST = 26


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add("names", metavar="NAME", nargs="*", help="losses and measures to check; all by default")
    add("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> int:
    """Print the largest error of each part of each record; exit with 1 if one is too large."""
    need("mpmath", "check")
    from lossary import check
    from lossary.formulas import catalogue

    raise_on_signals()
    records = [catalogue.get(name) for name in options.names or catalogue.names()]
    rows: list[Row] = []
    with progress_bar("check") as progress:
        for done, record in enumerate(records):
            if progress:
                progress(done, len(records), record.name)
            rows += check.run([record.name])
    if options.json:
        show_json([asdict(row) | {"error": _finite(row.error), "ok": row.ok} for row in rows])
    else:
        shown = table("name", "part", "eps", "allowed", "on", "at")
        for row in _worst(rows):
            mark = "" if row.ok else " ✕"
            where = f"{row.framework} {row.dtype}"
            add_row(
                shown,
                row.name,
                row.part,
                f"{row.error:.2f}{mark}",
                f"{row.limit:g}",
                where,
                row.point if len(row.point) <= WIDEST else f"{row.point[:WIDEST]}…",
            )
        show(shown)
    return OK if all(row.ok for row in rows) else FAILED


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _worst(rows: "Sequence[Row]") -> "list[Row]":
    """Return the row with the largest error for each part of each record."""
    worst: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.name, row.part)
        if key not in worst or row.error / row.limit > worst[key].error / worst[key].limit:
            worst[key] = row
    return list(worst.values())

"""``lossary study``: comparison of losses on a table."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lossary.cli.output_file import add_output, page_of
from lossary.cli.reading_options import add_reading, format_of
from lossary.cli.signals import raise_on_signals
from lossary.cli.terminal_output import print_error, progress_bar, show, show_json, write
from lossary.validation import LossaryError, need

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

UNFINISHED = ".unfinished"
"""The suffix of the file beside the page that keeps finished trainings."""
MOST_JOBS = 4
HELP = "compare losses on a table: which one to train with"
DESCRIPTION = """\
examples:
  lossary study                                  breast cancer, the default losses
  lossary study digits --model mlp --seeds 2     also: wine, diabetes
  lossary study data.csv --target y --out y.html --lang zh
  lossary study data.parquet --target y --loss hinge --loss sigmoid_focal:gamma=1,alpha=0.25

Trains one model with each loss on the same repeated folds and compares them by significance tests.
Prints a table and a verdict, and writes a page with charts to report.html. Finished trainings are
kept beside the page until it is written: after Ctrl-C, the same command with --resume continues.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add(
        "data",
        metavar="DATA",
        nargs="?",
        help="csv, Parquet, Arrow, ndjson, file.duckdb::table, - (csv), or breast_cancer (the "
        "default), digits, wine, diabetes",
    )
    add("--data", metavar="DATA", dest="data_option", help="the same as DATA")
    add("--target", metavar="COLUMN", help="the column to predict")
    add(
        "--loss",
        metavar="NAME[:PARAMETER=VALUE,…]",
        action="append",
        help="a loss to compare, repeatable; by default the usual ones for the task",
    )
    add("--model", default="linear", help="linear (the default) or mlp, one hidden layer")
    add("--task", help="binary, multiclass or regression; inferred from the target by default")
    add("--positive", metavar="CLASS", help="the positive class of two (default: the rarer)")
    add("--folds", metavar="N", type=int, default=5, help="folds of cross-validation (5)")
    add("--seeds", metavar="N", type=int, default=3, help="repetitions, each with new folds (3)")
    add(
        "--steps", metavar="N", type=int, help="training steps (default: twenty epochs, 200 … 2000)"
    )
    add(
        "--jobs",
        metavar="N",
        type=int,
        help="processes to train in (default: one per core, up to 4)",
    )
    add("--resume", action="store_true", help="continue an interrupted study")
    add("--lang", default="en", help="language of page and table: en (the default) or zh")
    add_output(parser, "report.html")
    add("--json", action="store_true", help="print JSON instead of a table")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Run a study, write its page and print its table."""
    need("rich", "study")
    from lossary import study
    from lossary.pages.localization import language
    from lossary.study.console import render

    raise_on_signals()
    data = _data(options)
    page = page_of(options, data)
    spoken = language(options.lang)
    journal = page.with_name(page.name + UNFINISHED)
    with _kept(journal), progress_bar() as progress:
        outcome = study.run(
            data,
            options.target,
            losses=options.loss,
            model=options.model,
            folds=options.folds,
            seeds=options.seeds,
            steps=options.steps,
            task=options.task,
            positive=options.positive,
            progress=progress,
            jobs=_cores() if options.jobs is None else options.jobs,
            journal=journal,
            resume=options.resume,
            text_format=format_of(options),
        )
        outcome.to_html(page, options.lang)
    journal.unlink(missing_ok=True)
    if options.json:
        show_json(outcome.to_dict() | {"page": str(page), "seconds": outcome.seconds})
    else:
        show(render(outcome, spoken))
        write(f"\n{spoken('study.written', page=str(page))}\n")


def _data(options: argparse.Namespace) -> str:
    """Return the path of the data, given as DATA or by ``--data``."""
    given: list[str] = [d for d in (options.data, options.data_option) if d is not None]
    if len(given) > 1:
        message = f"data is given twice: {given[0]!r} and, with --data, {given[1]!r}; give one"
        raise LossaryError(message)
    return given[0] if given else "breast_cancer"


def _cores() -> int:
    """Return the number of usable cores, at most four, because each process holds the data."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST_JOBS, len(os.sched_getaffinity(0)))
    return min(MOST_JOBS, os.cpu_count() or 1)


@contextmanager
def _kept(journal: Path) -> Iterator[None]:
    """After an interrupt, print what is kept and how to continue."""
    try:
        yield
    except KeyboardInterrupt:
        if journal.exists():
            count = journal.read_bytes().count(b"\n") - 1
            finished = f"{count} finished training{'s' * (count != 1)}"
            print_error(f"{finished} kept in {journal}; the same command with --resume continues")
        raise

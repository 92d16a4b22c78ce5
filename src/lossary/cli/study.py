"""``lossary study``: which loss for this data."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse
from pathlib import Path

from lossary.checks import need
from lossary.cli.terminal import progress_bar, show, show_json

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "which loss for this data"
DESCRIPTION = """\
examples:
  lossary study                                  breast cancer, the default losses
  lossary study digits --model mlp --seeds 2     also: wine, diabetes
  lossary study data.csv --target y --out y.html
  lossary study data.parquet --target y --loss hinge --loss sigmoid_focal:gamma=1,alpha=0.25

One model is trained under each loss on the same repeated folds, and compared beyond noise: a
table and a verdict on stdout, a page with charts in report.html.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add(
        "data",
        metavar="DATA",
        nargs="?",
        default="breast_cancer",
        help="a CSV or Parquet file, or breast_cancer (the default), digits, wine, diabetes",
    )
    add("--target", metavar="COLUMN", help="the column to predict")
    add(
        "--loss",
        metavar="NAME[:PARAMETER=VALUE,…]",
        action="append",
        help="a loss to race, repeatable; without it those usual for the task",
    )
    add("--model", default="linear", help="linear (the default) or mlp, one hidden layer")
    add("--task", help="binary, multiclass or regression; told from the target unless given")
    add("--positive", metavar="CLASS", help="the positive one of two classes (default: the rarer)")
    add("--folds", metavar="N", type=int, default=5, help="folds of cross-validation (5)")
    add("--seeds", metavar="N", type=int, default=3, help="repetitions, each with new folds (3)")
    add(
        "--steps", metavar="N", type=int, help="training steps (default: twenty epochs, 200 … 2000)"
    )
    add("-o", "--out", metavar="PAGE", default="report.html", help="where the page goes")
    add("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> None:
    """Run a study, write its page and print its table."""
    need("rich", "study")
    from lossary import study
    from lossary.pages.files import check_writable
    from lossary.study.console import rendered

    page = Path(options.out)
    check_writable(page)
    with progress_bar() as progress:
        outcome = study.run(
            options.data,
            options.target,
            losses=options.loss,
            model=options.model,
            folds=options.folds,
            seeds=options.seeds,
            steps=options.steps,
            task=options.task,
            positive=options.positive,
            progress=progress,
        )
    outcome.to_html(page)
    if options.json:
        show_json(outcome.to_dict() | {"page": str(page)})
    else:
        show(rendered(outcome))
        print(f"\nPage: {page}")

"""The command ``lossary``: results on stdout, everything else on stderr."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse
import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from lossary.checks import LossaryError, need

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lossary.check import Row
    from lossary.formulas.record import Record
    from lossary.study.race import Progress

__all__ = ["main"]

OK, FAILED, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
PIPED_WIDTH, WIDEST = 120, 26

EXAMPLES = """\
examples:
  lossary study                                  a data set that ships with scikit-learn
  lossary study patients.csv --target outcome    your own: CSV or Parquet
  lossary list                                   every loss and measure
  lossary formula sigmoid_focal                  its formula, as LaTeX
  lossary check                                  every formula against mpmath, in eps
"""
STUDY_EXAMPLES = """\
examples:
  lossary study                                  breast cancer, the default losses
  lossary study digits --model mlp --seeds 2     also: wine, diabetes
  lossary study data.csv --target y --out y.html
  lossary study data.parquet --target y --loss hinge --loss sigmoid_focal:gamma=1,alpha=0.25

One model is trained under each loss on the same repeated folds, and compared beyond noise: a
table and a verdict on stdout, a page with charts in report.html.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: done; 1: a check found too large an error; 2: bad input; 130: interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        options = _parser().parse_args(arguments)
        code: int = options.command(options) or OK
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("lossary: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left. Python flushes stdout once more at exit: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except LossaryError as error:
        print(f"lossary: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    return code


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (try {self.prog} -h)", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


class _Version(argparse.Action):
    """Look the version up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"lossary {version('lossary')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="lossary", description=EXAMPLES, formatter_class=raw)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    study = commands.add_parser(
        "study", description=STUDY_EXAMPLES, formatter_class=raw, help="which loss for this data"
    )
    _study_options(study)
    listing = commands.add_parser("list", help="every loss and measure, by kind")
    listing.set_defaults(command=_list)
    formula = commands.add_parser("formula", help="a formula, as LaTeX")
    formula.add_argument("name", metavar="NAME", help="one of those that lossary list shows")
    formula.set_defaults(command=_formula)
    check = commands.add_parser("check", help="formulas against mpmath: the worst error in eps")
    check.add_argument(
        "names", metavar="NAME", nargs="*", help="some of them; all if none is named"
    )
    check.set_defaults(command=_check)
    for command in (study, listing, check):
        command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _study_options(parser: argparse.ArgumentParser) -> None:
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
    parser.set_defaults(command=_study)


def _study(options: argparse.Namespace) -> None:
    need("rich", "study")
    from lossary import study
    from lossary.study.console import rendered
    from lossary.study.write import check_writable

    page = Path(options.out)
    check_writable(page)
    with _progress_bar() as progress:
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
        _print_json(outcome.to_dict() | {"page": str(page)})
    else:
        _print(rendered(outcome))
        print(f"\nPage: {page}")


@contextlib.contextmanager
def _progress_bar() -> Iterator["Progress | None"]:
    """Draw a bar with the time left where a person looks on, else nothing."""
    console = need("rich.console", "study").Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich import progress

    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}"),
    )
    with progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def update(done: int, total: int, loss: str) -> None:
            bar.update(task, completed=done, total=total, description=loss)

        yield update


def _list(options: argparse.Namespace) -> None:
    from lossary import losses
    from lossary.formulas import catalogue

    entries = [_described(catalogue.get(name)) for name in catalogue.names()]
    arrangements = [n for n in losses.__all__ if n not in catalogue.names()]
    entries += [_described_arrangement(name, getattr(losses, name)) for name in arrangements]
    if options.json:
        _print_json(entries)
        return
    if importlib.util.find_spec("rich") is None:
        for entry in entries:
            print(f"{entry['name']:32}{entry['summary']}")
        return
    table = _table("name", "parameters", "summary")
    for kind in dict.fromkeys(entry["kind"] for entry in entries):
        _add_row(table, kind, style="bold cyan")
        for entry in (e for e in entries if e["kind"] == kind):
            shown = " ".join(_shown(p) for p in entry["parameters"])
            _add_row(table, f"  {entry['name']}", shown, entry["summary"])
    _print(table)


def _described(record: "Record") -> dict[str, Any]:
    def plain(p: Any, default: float | None) -> dict[str, Any]:
        interval = str(p.interval)
        return {"name": p.name, "default": default, "interval": interval, "summary": p.summary}

    own = [plain(p, p.default) for p in record.parameters]
    return {
        "name": record.name,
        "kind": record.kind,
        "summary": record.summary,
        "parameters": own + [plain(s, None) for s in record.shorthands],
        "source": record.source,
    }


def _described_arrangement(name: str, function: Any) -> dict[str, Any]:
    summary = function.__doc__.partition("\n")[0]
    return {
        "name": name,
        "kind": "arrangement",
        "summary": summary,
        "parameters": [],
        "source": None,
    }


def _shown(parameter: dict[str, Any]) -> str:
    name, default = parameter["name"], parameter["default"]
    return name if default is None else f"{name}={default:g}"


def _formula(options: argparse.Namespace) -> None:
    from lossary.formulas import catalogue
    from lossary.interpreters import latex

    print(latex.formula(catalogue.get(options.name)))


def _check(options: argparse.Namespace) -> int:
    """Print the worst error of each part of each record; exit with 1 where one is too large."""
    need("mpmath", "check")
    from lossary import check
    from lossary.formulas import catalogue

    records = [catalogue.get(name) for name in options.names or catalogue.names()]
    rows: list[Row] = []
    with _progress_bar() as progress:
        for done, record in enumerate(records):
            if progress:
                progress(done, len(records), record.name)
            rows += check.run([record.name])
    if options.json:
        _print_json([asdict(row) | {"error": _finite(row.error), "ok": row.ok} for row in rows])
    else:
        table = _table("name", "part", "eps", "allowed", "on", "at")
        for row in _worst(rows):
            mark = "" if row.ok else " ✕"
            where = f"{row.framework} {row.dtype}"
            _add_row(
                table,
                row.name,
                row.part,
                f"{row.error:.2f}{mark}",
                f"{row.limit:g}",
                where,
                row.point if len(row.point) <= WIDEST else f"{row.point[:WIDEST]}…",
            )
        _print(table)
    return OK if all(row.ok for row in rows) else FAILED


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _worst(rows: "Sequence[Row]") -> "list[Row]":
    """Return the row of the largest error for each part of each record."""
    worst: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.name, row.part)
        if key not in worst or row.error / row.limit > worst[key].error / worst[key].limit:
            worst[key] = row
    return list(worst.values())


def _table(*columns: str) -> Any:
    table = need("rich.table", "study").Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def _add_row(table: Any, *cells: str, style: str = "") -> None:
    """Add texts as they are: brackets in them are no markup."""
    text = need("rich.text", "study").Text
    table.add_row(*(text(cell, style) for cell in cells))


def _print(text: "RenderableType") -> None:
    """Write to stdout what Rich makes of it: without colour where none is wanted."""
    console = need("rich.console", "study").Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, PIPED_WIDTH)
    with console.capture() as captured:
        console.print(text)
    sys.stdout.write(captured.get())


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))

"""``lossary list``: a list of every loss and measure."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse
import importlib.util
from typing import TYPE_CHECKING, Any

from lossary.cli.terminal_output import add_row, show, show_json, table, write

if TYPE_CHECKING:
    from lossary.formulas.record import Record

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "list every loss and measure, by kind"
DESCRIPTION = None


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> None:
    """Print every loss and measure, by kind."""
    from lossary import losses
    from lossary.formulas import catalogue

    entries = [_described(catalogue.get(name)) for name in catalogue.names()]
    arrangements = [n for n in dir(losses) if n not in catalogue.names()]
    entries += [_described_arrangement(name, getattr(losses, name)) for name in arrangements]
    if options.json:
        show_json(entries)
        return
    if importlib.util.find_spec("rich") is None:
        write("".join(f"{entry['name']:32}{entry['summary']}\n" for entry in entries))
        return
    rows = table("name", "parameters", "summary")
    for kind in dict.fromkeys(entry["kind"] for entry in entries):
        add_row(rows, kind, style="bold cyan")
        for entry in (e for e in entries if e["kind"] == kind):
            shown = " ".join(_shown(p) for p in entry["parameters"])
            add_row(rows, f"  {entry['name']}", shown, entry["summary"])
    show(rows)


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

"""How fast losses are on the CPU, beside other tools: benchmarks/results/cpu.md.

``python benchmarks/cpu.py`` measures everything, ``--only softmax --mode warm`` a part: results are
kept in benchmarks/results/cpu.json, and the page and its plot are written anew from all of them.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from speed import machine, plot, report, results
from speed.case import Case
from speed.cases import CASES
from speed.launch import measured


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="cases whose key holds one")
    parser.add_argument("--mode", help="default or warm; of a process' start: cached, …")
    parser.add_argument("--budget", type=float, default=1.0, help="the time taken, times this")
    parser.add_argument("--new", action="store_true", help="only what has no results yet")
    parser.add_argument("--list", action="store_true", help="print the keys, and measure nothing")
    parser.add_argument("--report", action="store_true", help="write the page, and measure nothing")
    return parser.parse_args()


def _chosen(asked: argparse.Namespace) -> Iterator[tuple[Case, str]]:
    there = results.kept()
    for case in CASES:
        if asked.only and not any(text in case.key for text in asked.only):
            continue
        for mode in case.modes:
            known = mode in there.get(case.key, {})
            if asked.mode in {None, mode} and not (asked.new and known):
                yield case, mode


def _summary(case: Case, candidates: dict[str, Any]) -> str:
    shown = (
        f"{name} {r['value']:.4g}" if "value" in r else f"{name}: {r['missing']}"
        for name, r in candidates.items()
    )
    return f"{', '.join(shown)} ({case.unit})"


def main() -> None:
    """Measure what is asked for, and write the page and the plot."""
    asked = _arguments()
    for case, mode in () if asked.report else _chosen(asked):
        print(f"{case.key} [{mode}]", end="", flush=True)
        if not asked.list:
            found = measured(case, mode, asked.budget)
            results.keep(case.key, mode, machine.described(), found)
            print(f": {_summary(case, found)}", end="")
        print()
    if not asked.list:
        everything = results.kept()
        text = report.page(everything)
        if plot.draw(everything):
            text += "\n## Over size\n\n![Ratios over size](cpu.svg)\n"
        (results.PLACE / "cpu.md").write_text(text)


if __name__ == "__main__":
    main()

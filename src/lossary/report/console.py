"""Reports on the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lossary.report.drifted import LEVEL, DriftReport
from lossary.report.information import Information
from lossary.report.words import (
    cell,
    drift_headline,
    information_headline,
    label_sentence,
    p_text,
    percent,
    span_of,
    threshold_text,
)

__all__ = ["drift_text", "information_text"]

_MOST = 40
_PAIRS = 10


def information_text(found: Information) -> RenderableType:
    """Return what was found: the label, the columns, redundant pairs, and what was said."""
    lines = [f"{found.source}: {found.rows} rows, {len(found.fields)} columns"]
    if found.label is not None:
        lines.append(f"Label {found.label.field.name}. {label_sentence(found.label, found.unit)}.")
    lines += [f"Left out: {name}, {why}." for name, why in found.left_out.items()]
    lines += [f"Taken as {note}." for note in found.notes]
    table = _entropies(found) if found.gains is None else _gains(found)
    pairs = [Text(f"  {v:.2f}  {a}, {b}") for a, b, v in found.redundant[:_PAIRS]]
    if pairs:
        pairs.insert(0, Text("\nPairs that share half of what they hold, or more:"))
    headline = Text(f"\n{information_headline(found)}", style="bold")
    return Group(*map(Text, lines), "", table, *pairs, headline)


def _gains(found: Information) -> RenderableType:
    table = _table("column", "holds", found.unit, f"{LEVEL:.0%} interval", "share", "p", "")
    gains = found.gains.gains if found.gains else ()
    for g in gains[:_MOST]:
        interval = g.interval(LEVEL)
        beyond = found.beyond_chance(g)
        table.add_row(
            Text(g.column.name, "bold" if beyond else ""),
            Text(g.column.kind if g.column.discrete else f"{g.column.kind}, continuous"),
            cell(g.information.value),
            Text(span_of(interval)),
            percent(g.share),
            p_text(g.p_value),
            Text("▲" if beyond else "", "green"),
        )
    note = "▲ more than chance would, all columns considered (Bonferroni)"
    return Group(table, *_rest(len(gains)), Text(note, "dim"))


def _entropies(found: Information) -> RenderableType:
    table = _table("column", "holds", "labels", found.unit)
    shown = [f for f in found.fields if f.name in found.entropies]
    for f in shown[:_MOST]:
        holds = f.kind if f.discrete else f"{f.kind}, in bins"
        cells = (f.name, holds, str(found.labels[f.name]), cell(found.entropies[f.name].value))
        table.add_row(*map(Text, cells))
    return Group(table, *_rest(len(shown)))


def drift_text(report: DriftReport) -> RenderableType:
    """Return how far each column moved, what became of the columns, and the verdict."""
    found, drifted = report.drift, {c.column.name for c in report.drifted}
    before, after = report.sources
    head = (
        f"{before}: {found.rows[0]} rows; {after}: {found.rows[1]} rows. "
        f"Drift is {threshold_text(report)}, beyond chance."
    )
    table = _table("column", "JS share", f"{LEVEL:.0%} interval", "PSI", "KL", "p", "")
    for c in found.columns[:_MOST]:
        moved = c.column.name in drifted
        interval = c.interval("js", LEVEL)
        table.add_row(
            Text(c.column.name, "bold red" if moved else ""),
            cell(c.share),
            Text(span_of(interval)),
            cell(c.psi.value),
            cell(c.kl.value),
            p_text(c.test.p_value),
            Text("▲ drifted" if moved else "", "red"),
        )
    notes = [f"{c.column.name}: {note}" for c in found for note in c.notes]
    notes += [f"retyped, not compared: {r}" for r in found.retyped]
    verdict = Text(f"\n{drift_headline(report)}", style="bold")
    lines = [Text(f"Note: {note}.", "dim") for note in notes]
    return Group(Text(head), "", table, *_rest(len(found)), *lines, verdict)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for i, column in enumerate(columns):
        words = column in {"", "column", "holds"}
        table.add_column(column, justify="left" if words else "right", no_wrap=not i)
    return table


def _rest(rows: int) -> list[Text]:
    return [Text(f"… and {rows - _MOST} more, in the page and the JSON", "dim")] * (rows > _MOST)

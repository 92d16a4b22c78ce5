"""Reports on the terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from lossary.frames.drift_grades import LEVEL
from lossary.frames.results import plural
from lossary.pages.number_text import called
from lossary.pages.terminal import Column, FoldedTable, line
from lossary.report.drift_outcome import DriftOutcome
from lossary.report.information_outcome import InformationOutcome
from lossary.report.phrasing import (
    cell,
    drift_headline,
    information_headline,
    label_sentence,
    p_text,
    share_text,
    span_of,
    threshold_text,
)

__all__ = ["drift_text", "information_text"]

_MOST = 40
_PAIRS = 10
_COLOURS = {"moderate": "yellow", "large": "red"}


def information_text(found: InformationOutcome) -> RenderableType:
    """Return a report on columns: the label, a table of columns, redundant pairs, and notes."""
    size = f"{plural(found.rows, 'row')}, {plural(len(found.fields), 'column')}"
    lines = [f"{found.source}: {size}"]
    if found.label is not None:
        sentence = label_sentence(found.label, found.unit)
        lines.append(f"Label {called(found.label.field.name)}. {sentence}.")
    lines += [f"Read: {note}." for note in found.reading]
    lines += [f"Left out: {called(name)}, {reason}." for name, reason in found.left_out.items()]
    lines += [f"Taken as {note}." for note in found.notes]
    table = _entropies(found) if found.gains is None else _gains(found)
    pairs = [line(f"  {v:.2f}  {called(a)}, {called(b)}") for a, b, v in found.redundant[:_PAIRS]]
    if pairs:
        pairs = [Text(), line("Redundant pairs (at least 0.5):"), *pairs]
    headline = line(information_headline(found), "bold")
    return Group(*map(line, lines), "", table, *pairs, "", headline)


def _gains(found: InformationOutcome) -> RenderableType:
    table = _table("column", "kind", found.unit, f"{LEVEL:.0%} interval", "share", "p", "")
    gains = found.gains.gains if found.gains else ()
    for g in gains[:_MOST]:
        interval = g.interval(LEVEL)
        beyond = found.beyond_chance(g)
        _add(
            table,
            line(called(g.column.name), "bold" if beyond else ""),
            line(g.column.kind if g.column.discrete else f"{g.column.kind}, continuous"),
            line(cell(g.information.value)),
            line(span_of(interval)),
            line(share_text(found.share_of(g))),
            line(p_text(g.p_value)),
            line("▲" if beyond else "", "green"),
        )
    note = "▲ beyond chance, corrected for the number of columns (Bonferroni)"
    return Group(FoldedTable(table), *_rest(len(gains)), line(note, "dim"))


def _entropies(found: InformationOutcome) -> RenderableType:
    table = _table("column", "kind", "labels", found.unit)
    shown = [f for f in found.fields if f.name in found.entropies]
    for f in shown[:_MOST]:
        kind = f.kind if f.discrete else f"{f.kind}, in bins"
        entropy = cell(found.entropies[f.name].value)
        _add(table, *map(line, (called(f.name), kind, str(found.labels[f.name]), entropy)))
    return Group(FoldedTable(table), *_rest(len(shown)))


def drift_text(report: DriftOutcome) -> RenderableType:
    """Return a report on drift: a table of columns, changed columns, and the verdict."""
    found, drifted = report.drift, {c.column.name for c in report.drifted}
    before, after = report.sources
    head = (
        f"{before}: {plural(found.rows[0], 'row')}; {after}: {plural(found.rows[1], 'row')}. "
        f"Drift: {threshold_text(report)}, beyond chance."
    )
    table = _table("column", "JS share", f"{LEVEL:.0%} interval", "PSI", "KL", "p", "grade", "")
    for c in found.columns[:_MOST]:
        has_drifted = c.column.name in drifted
        interval = c.interval("js", LEVEL)
        _add(
            table,
            line(called(c.column.name), "bold red" if has_drifted else ""),
            line(cell(c.share)),
            line(span_of(interval)),
            line(cell(c.psi.value)),
            line(cell(c.kl.value)),
            line(p_text(c.test.p_value)),
            line(c.grade, _COLOURS.get(c.grade, "")),
            line("▲ drifted" if has_drifted else "", "red"),
        )
    read = zip(report.sources, report.reading, strict=True)
    notes = [f"{source}: {note}" for source, own in read for note in own]
    notes += [f"{c.column.name}: {note}" for c in found for note in c.notes]
    notes += [f"retyped, not compared: {r}" for r in found.retyped]
    notes += [f"nearly unique, not measured: {u}" for u in found.nearly_unique]
    notes += [f"left out: {called(name)}, {reason}" for name, reason in found.left_out.items()]
    verdict = line(drift_headline(report), "bold")
    lines = [line(f"Note: {note}.", "dim") for note in notes]
    lines.insert(0, line(f"{found.verdict}."))
    return Group(line(head), "", FoldedTable(table), *_rest(len(found)), *lines, "", verdict)


def _table(*heads: str) -> list[Column]:
    return [Column(h, words=h in {"column", "kind"}, keeps=not h) for h in heads]


def _add(table: list[Column], *cells: Text) -> None:
    for column, text in zip(table, cells, strict=True):
        column.cells.append(text)


def _rest(rows: int) -> list[Text]:
    return [line(f"… and {rows - _MOST} more, in the page and the JSON", "dim")] * (rows > _MOST)

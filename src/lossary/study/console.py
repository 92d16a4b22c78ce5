"""A study on the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lossary.pages.words import listed
from lossary.study.compare import Standing
from lossary.study.metrics import Metric
from lossary.study.outcome import Study
from lossary.study.verdict import digits

__all__ = ["calibration_note", "data_lines", "rendered"]

MARKS = {"best": "▲", "level": " ", "worse": "▽", "failed": "✕"}
LEGEND = (
    "▲ best  ▽ worse than the best beyond noise  ± 95 % interval over folds (Nadeau–Bengio); "
    "all pairs of losses compared, Bonferroni"
)
STYLES = {"best": "bold green", "level": "", "worse": "red", "failed": "bold red"}


def rendered(study: Study) -> RenderableType:
    """Return what was found: data, table, verdict."""
    lines = [Text(line) for line in data_lines(study)]
    verdict = [
        Text.assemble((question, "bold"), f" ({metric}): {finding}")
        for question, metric, finding in study.verdict.lines
    ]
    headline = Text(study.verdict.headline, style="bold")
    notes = [Text(note, style="dim") for note in _footnotes(study)]
    effect: list[RenderableType] = ["", _threshold_table(study)] if study.thresholds else []
    return Group(*lines, "", _table(study), *notes, *effect, "", headline, *verdict)


def data_lines(study: Study) -> list[str]:
    """Return what the data is, what is learnt, and what was done to columns and rows."""
    course, task = study.course, study.course.task
    used = len(course.columns.used)
    lines = [
        f"{study.name}: {course.frame.height} rows, {used} columns, target {study.target!r}",
        f"Task: {task.kind} ({task.reason}){_classes(study)}",
        f"Model: {course.model}, folds {course.folds}, seeds {course.seeds}, steps {course.steps}",
    ]
    return lines + [f"Note: {note}." for note in study.notes]


def calibration_note(study: Study) -> str:
    """Return how margins became probabilities; nothing where none did."""
    margins = [r.contender.label for r in study.results if r.contender.link == "platt"]
    if not margins:
        return ""
    rule = "Platt scaling" if study.course.task.kind == "binary" else "one scale for all classes"
    return (
        f"{listed(margins)}: margins, not probabilities; made so by {rule}, fitted on "
        "training rows that the scoring model had not seen"
    )


def _classes(study: Study) -> str:
    task = study.course.task
    if task.kind == "regression":
        return ""
    shares = [f"{c}: {n / len(task.y):.1%}" for c, n in zip(task.classes, task.counts, strict=True)]
    shown = ", ".join(shares[:10]) + (", …" if len(shares) > 10 else "")
    positive = f"; positive: {task.classes[1]}" if task.kind == "binary" else ""
    return f"; {shown}{positive}"


def _table(study: Study) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    shown = [m for m in study.metrics if not m.default]
    headers = ["loss", *(_header(metric) for metric in shown)]
    tallest = max(header.count("\n") for header in headers)
    for i, header in enumerate(headers):
        above = "\n" * (tallest - header.count("\n"))
        table.add_column(above + header, justify="right" if i else "left", no_wrap=not i)
    margins = {r.contender.label for r in study.results if r.contender.link == "platt"}
    for result in study.results:
        label = result.contender.label
        names = {m.name for m in shown}
        cells = [_cell(s) for s in study.standings if s.loss == label and s.metric in names]
        name, _, rest = label.partition(":")
        title = Text(name + ("*" if label in margins else ""))
        table.add_row(title.append(f"\n  {rest}" if rest else "", "dim"), *cells)
    return table


def _threshold_table(study: Study) -> Table:
    """Return the decision metrics at the default threshold and at the one best on training rows."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("the threshold's effect")
    names = list(dict.fromkeys(e.metric for e in study.thresholds))
    for name in names:
        for head in (f"{name}: default", "best", "gain"):
            table.add_column(head, justify="right")
    for label in dict.fromkeys(e.loss for e in study.thresholds):
        cells = []
        for e in (
            e for name in names for e in study.thresholds if (e.loss, e.metric) == (label, name)
        ):
            gain = f"{e.gain.mean:+.4f} ±{digits(e.gain.reach)}"
            cells += [digits(e.default), digits(e.best), gain]
        table.add_row(label, *cells)
    return table


def _header(metric: Metric) -> str:
    arrow = "↓" if metric.better == "lower" else "↑"
    return metric.name.replace(" ", "\n") + f" {arrow}"


def _cell(standing: Standing) -> Text:
    value, mark = standing.value, MARKS[standing.verdict]
    if standing.verdict == "failed":
        return Text(f"diverged {mark}", style=STYLES["failed"])
    text = Text(f"{digits(value.mean)} {mark}", style=STYLES[standing.verdict])
    return text.append(f"\n±{digits(value.reach, value.mean)}  ", "dim")


def _footnotes(study: Study) -> list[str]:
    calibration = calibration_note(study)
    return [LEGEND, *([f"* {calibration}"] if calibration else [])]

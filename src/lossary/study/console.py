"""A study on the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lossary.pages.language import Language, Message, language
from lossary.pages.words import digits
from lossary.study.compare import Interval, Standing, marked
from lossary.study.metrics import Metric
from lossary.study.outcome import Outcome
from lossary.study.verdict import Advice

__all__ = ["calibration_note", "data_lines", "rendered"]

MARKS = {"best": "▲", "level": " ", "worse": "▽", "failed": "✕"}
STYLES = {"best": "bold green", "level": "", "worse": "red", "failed": "bold red"}
MOST_CLASSES = 10


def rendered(study: Outcome, say: Language | None = None) -> RenderableType:
    """Return what was found: data, table, verdict; in English unless said otherwise."""
    say = say or language("en")
    verdict = study.verdict
    effect: list[RenderableType] = ["", _threshold_table(study, say)] if study.thresholds else []
    notes = [say("console.legend"), *map(say, _footnotes(study))]
    return Group(
        *(Text(say(line)) for line in data_lines(study)),
        "",
        _table(study, say),
        *(Text(note, style="dim") for note in notes),
        *effect,
        "",
        Text(say(verdict.headline), style="bold"),
        *(_advised(a, say) for a in verdict.purposes),
        *(Text.assemble((say(f.title), "bold"), " ", say(f.text)) for f in verdict.thresholds),
    )


def data_lines(study: Outcome) -> list[Message]:
    """Return what the data is, what is learnt, and what was done to columns and rows."""
    course, task = study.course, study.course.task
    return [
        _say(
            "data",
            name=study.name,
            rows=course.frame.height,
            columns=len(course.columns.used),
            target=study.target,
        ),
        _say(
            "task", kind=Message(f"task.{task.kind}"), reason=task.reason, classes=_classes(study)
        ),
        _say(
            "settings",
            model=Message(f"study.model.{course.model}"),
            folds=course.folds,
            seeds=course.seeds,
            steps=course.steps,
        ),
        *(_say("note", note=note) for note in study.notes),
    ]


def calibration_note(study: Outcome) -> Message | None:
    """Return how margins became probabilities; nothing where none did."""
    margins = [r.contender.label for r in study.results if r.contender.link == "platt"]
    if not margins:
        return None
    return _say("margins", losses=margins, binary=study.course.task.kind == "binary")


def _say(key: str, **values: object) -> Message:
    return Message(f"console.{key}", values)


def _advised(advice: Advice, say: Language) -> Text:
    title = Text.assemble((say(advice.title), "bold"), "  ", say(advice.finding))
    return title.append(f"\n  → {say(advice.next)}", "bold")


def _classes(study: Outcome) -> Message | str:
    task = study.course.task
    if task.kind == "regression":
        return ""
    shares = [f"{c} {n / len(task.y):.1%}" for c, n in zip(task.classes, task.counts, strict=True)]
    return _say(
        "classes",
        shares=shares[:MOST_CLASSES],
        more=len(shares) > MOST_CLASSES,
        positive=task.classes[1] if task.kind == "binary" else "",
    )


def _table(study: Outcome, say: Language) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    shown = [m for m in study.metrics if not m.default]
    headers = [say("console.loss"), *(_header(metric, say) for metric in shown)]
    tallest = max(header.count("\n") for header in headers)
    for i, header in enumerate(headers):
        above = "\n" * (tallest - header.count("\n"))
        table.add_column(above + header, justify="right" if i else "left", no_wrap=not i)
    margins = {r.contender.label for r in study.results if r.contender.link == "platt"}
    names = {m.name for m in shown}
    standings = marked(study.standings)
    for result in study.results:
        label = result.contender.label
        cells = [_cell(s, say) for s in standings if s.loss == label and s.metric in names]
        name, _, rest = label.partition(":")
        title = Text(name + ("*" if label in margins else ""))
        table.add_row(title.append(f"\n  {rest}" if rest else "", "dim"), *cells)
    return table


def _threshold_table(study: Outcome, say: Language) -> Table:
    """Return the decision metrics at the default threshold and at the one best on training rows."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(say("console.threshold"))
    effects = {(e.loss, e.metric): e for e in study.thresholds}
    metrics = [m for m in study.metrics if m.name in {e.metric for e in study.thresholds}]
    for metric in metrics:
        table.add_column(say("console.default", metric=metric.title), justify="right")
        table.add_column(say("console.best"), justify="right")
        table.add_column(say("console.gain"), justify="right")
    for label in dict.fromkeys(e.loss for e in study.thresholds):
        cells = []
        for effect in (effects[label, m.name] for m in metrics):
            gain = f"{effect.gain.mean:+.4f}{_reach(effect.gain)}"
            cells += [digits(effect.default), digits(effect.best), gain]
        table.add_row(label, *cells)
    return table


def _reach(interval: Interval, like: float | None = None) -> str:
    """Return how far an interval goes; nothing where that is not known."""
    return f" ±{digits(interval.reach, like)}" if interval.known else ""


def _header(metric: Metric, say: Language) -> str:
    arrow = "↓" if metric.better == "lower" else "↑"
    return say(metric.title).replace(" ", "\n") + f" {arrow}"


def _cell(standing: Standing, say: Language) -> Text:
    value, mark = standing.value, MARKS[standing.verdict]
    if standing.verdict == "failed":
        return Text(f"{say('interval.diverged')} {mark}", style=STYLES["failed"])
    text = Text(f"{digits(value.mean)} {mark}", style=STYLES[standing.verdict])
    return text.append(f"\n{_reach(value, value.mean).strip()}  ", "dim")


def _footnotes(study: Outcome) -> list[Message]:
    calibration = calibration_note(study)
    return [_say("footnote", text=calibration)] if calibration else []

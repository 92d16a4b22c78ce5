"""The result of a study as text for the terminal."""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.text import Text

from lossary.pages.localization import Language, Message, language
from lossary.pages.number_text import digits, printable, signed
from lossary.pages.terminal import Column, FoldedTable, line
from lossary.study.comparison import Comparison, ConfidenceInterval, marked
from lossary.study.metrics import Metric
from lossary.study.result import StudyResult
from lossary.study.verdict import Advice

__all__ = ["calibration_note", "data_lines", "render"]

Say = Callable[..., str]
MARKS = {"best": "▲", "level": " ", "worse": "▽", "failed": "✕"}
STYLES = {"best": "bold green", "level": "", "worse": "red", "failed": "bold red"}
MOST_CLASSES = 10


def render(study: StudyResult, spoken: Language | None = None) -> RenderableType:
    """Return data, table and verdict for printing, in English by default."""
    translate = spoken or language("en")

    def say(message: Message | str, /, **values: object) -> str:
        return printable(translate(message, **values))

    verdict = study.verdict
    effect: list[RenderableType] = ["", _threshold_table(study, say)] if study.thresholds else []
    notes = [say("console.legend"), *map(say, _footnotes(study))]
    return Group(
        *(Text(say(message)) for message in data_lines(study)),
        "",
        _table(study, say),
        *(Text(note, style="dim") for note in notes),
        *effect,
        "",
        Text(say(verdict.headline), style="bold"),
        *(_advised(a, say) for a in verdict.purposes),
        *(Text.assemble((say(f.title), "bold"), " ", say(f.text)) for f in verdict.thresholds),
    )


def data_lines(study: StudyResult) -> list[Message]:
    """Return lines on the data, the task, the settings, and the treatment of columns and rows."""
    config, task = study.config, study.config.task
    return [
        _say(
            "data",
            name=study.name,
            rows=config.frame.height,
            columns=len(config.columns.used),
            target=study.target,
        ),
        _say(
            "task", kind=Message(f"task.{task.kind}"), reason=task.reason, classes=_classes(study)
        ),
        _say(
            "settings",
            model=Message(f"study.model.{config.model}"),
            folds=config.folds,
            seeds=config.seeds,
            steps=config.steps,
        ),
        *(_say("note", note=note) for note in study.notes),
    ]


def calibration_note(study: StudyResult) -> Message | None:
    """Return a note on the conversion of margins to probabilities; None if there are no margins."""
    margins = [r.candidate.label for r in study.results if r.candidate.link == "platt"]
    if not margins:
        return None
    return _say("margins", losses=margins, binary=study.config.task.kind == "binary")


def _say(key: str, **values: object) -> Message:
    return Message(f"console.{key}", values)


def _advised(advice: Advice, say: Say) -> Text:
    title = Text.assemble((say(advice.title), "bold"), "  ", say(advice.finding))
    return title.append(f"\n  → {say(advice.next)}", "bold")


def _classes(study: StudyResult) -> Message | str:
    task = study.config.task
    if task.kind == "regression":
        return ""
    shares = [f"{c} {n / len(task.y):.1%}" for c, n in zip(task.classes, task.counts, strict=True)]
    return _say(
        "classes",
        shares=shares[:MOST_CLASSES],
        more=len(shares) > MOST_CLASSES,
        positive=task.classes[1] if task.kind == "binary" else "",
    )


def _table(study: StudyResult, say: Say) -> FoldedTable:
    shown = [m for m in study.metrics if not m.default]
    names = Column(say("console.loss"), words=True)
    columns = {m.name: Column(_header(m, say)) for m in shown}
    margins = {r.candidate.label for r in study.results if r.candidate.link == "platt"}
    comparisons = marked(study.comparisons)
    for result in study.results:
        label = result.candidate.label
        name, _, rest = label.partition(":")
        title = line(name + ("*" if label in margins else ""))
        names.cells.append(title.append(f"\n  {printable(rest)}" if rest else "", "dim"))
        for s in comparisons:
            if s.loss == label and s.metric in columns:
                columns[s.metric].cells.append(_cell(s, say))
    return FoldedTable([names, *columns.values()])


def _threshold_table(study: StudyResult, say: Say) -> FoldedTable:
    """Return decision metrics at the default threshold and at the best one on training rows."""
    effects = {(e.loss, e.metric): e for e in study.thresholds}
    losses = list(dict.fromkeys(e.loss for e in study.thresholds))
    columns = [Column(say("console.threshold"), [line(label) for label in losses], words=True)]
    best, gain = say("console.best"), say("console.gain")
    for metric in (m for m in study.metrics if m.name in {e.metric for e in study.thresholds}):
        found = [effects[label, metric.name] for label in losses]
        title = say(metric.title)
        bests = [line(digits(e.best)) for e in found]
        gains = [line(f"{signed(e.gain.mean)}{_reach(e.gain)}") for e in found]
        columns += [
            Column(say("console.default", metric=title), [line(digits(e.default)) for e in found]),
            Column(best, bests, keeps=True, alone=f"{title}: {best}"),
            Column(gain, gains, keeps=True, alone=f"{title}: {gain}"),
        ]
    return FoldedTable(columns)


def _reach(interval: ConfidenceInterval, like: float | None = None) -> str:
    """Return the half-width of an interval; empty if it is unknown."""
    return f" ±{digits(interval.half_width, like)}" if interval.known else ""


def _header(metric: Metric, say: Say) -> str:
    arrow = "↓" if metric.better == "lower" else "↑"
    return say(metric.title).replace(" ", "\n") + f" {arrow}"


def _cell(comparison: Comparison, say: Say) -> Text:
    value, mark = comparison.value, MARKS[comparison.verdict]
    if comparison.verdict == "failed":
        return Text(f"{say('interval.diverged')} {mark}", style=STYLES["failed"])
    text = Text(f"{digits(value.mean)} {mark}", style=STYLES[comparison.verdict])
    return text.append(f"\n{_reach(value, value.mean).strip()}  ", "dim")


def _footnotes(study: StudyResult) -> list[Message]:
    calibration = calibration_note(study)
    return [_say("footnote", text=calibration)] if calibration else []

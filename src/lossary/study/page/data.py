"""The second part of the page: the data."""

from collections.abc import Sequence

import numpy as np

from lossary.pages.layout import Figure
from lossary.pages.localization import Language, Message
from lossary.pages.localization import say as message
from lossary.pages.number_text import digits, p_value
from lossary.study.information import ColumnInformation, TargetInformation
from lossary.study.page.data_charts import MOST_DRAWN, information_chart, spread_chart
from lossary.study.page.page_part import Part
from lossary.study.result import StudyResult
from lossary.study.task import Task

__all__ = ["data_part"]

MOST_CLASSES = 20
MOST_NAMED = 8
BALANCED = 1.2
BARS = (12, 40)
"""The fewest and the most bars of a histogram."""


def data_part(study: StudyResult, say: Language) -> Part:
    """Return the target, the information of each column about it, and their preparation."""
    task, found = study.config.task, study.information
    spread = _spread(task, study.target, say)
    information = _information(found, study.target, say)
    return Part(
        {
            "facts": _facts(study),
            "kind": message("data.kind", kind=message(f"task.{task.kind}"), reason=task.reason),
            "target": study.target,
            "classes": _classes(task),
            "positive": task.classes[1] if task.kind == "binary" else None,
            "uncertain": _uncertain(task, found),
            "spread": spread,
            "information": information,
            "findings": _findings(found, study.target),
            "leak": _leak(found.leaks, study.target),
            "limit": found.labels,
            "how": _how(found),
            "notes": study.notes,
        },
        [f for f in (spread, information) if f],
    )


def _facts(study: StudyResult) -> list[Message]:
    found, task = study.information, study.config.task
    facts = [
        message("data.facts.rows", rows=found.rows),
        message("data.facts.columns", columns=len(found.columns)),
    ]
    if task.classes:
        facts.append(message("data.facts.classes", classes=len(task.classes)))
    return [*facts, _missing(found)]


def _missing(found: TargetInformation) -> Message:
    with_holes = [t for t in found.columns if t.missing]
    if not with_holes:
        return message("data.facts.complete")
    worst = max(with_holes, key=lambda t: t.missing)
    return message(
        "data.facts.missing",
        columns=len(with_holes),
        worst=worst.column,
        share=worst.missing / found.rows,
    )


def _classes(task: Task) -> list[tuple[str | Message, int, float, float]]:
    """Return each class, its rows, their share of all and of the most frequent class's.

    Of many classes the most frequent are column apart, and all others are one.
    """
    rows = len(task.y)
    found: list[tuple[str | Message, int]] = list(zip(task.classes, task.counts, strict=True))
    if len(found) > MOST_CLASSES:
        ordered = sorted(found, key=lambda one: -one[1])
        rest = ordered[MOST_CLASSES - 1 :]
        others = message("data.other_classes", classes=len(rest))
        found = [*ordered[: MOST_CLASSES - 1], (others, sum(n for _, n in rest))]
    most = max((n for _, n in found), default=1)
    return [(name, n, n / rows, n / most) for name, n in found]


def _uncertain(task: Task, found: TargetInformation) -> list[Message]:
    """Return the imbalance and the entropy of the target."""
    said = [] if not task.classes else [_imbalance(task)]
    entropy = found.entropy
    if entropy is None:
        return [*said, message("data.no_density")]
    low, high = found.interval
    values = {
        "bits": entropy.value,
        "span": f"[{digits(low)}, {digits(high)}]" if low < high else None,
        "effective": found.effective,
    }
    if not found.labels:
        return [*said, message("data.width", **values)]
    key = "data.entropy" if task.classes else "data.entropy_of_values"
    return [*said, message(key, **values, labels=found.labels, plug_in=found.plug_in)]


def _imbalance(task: Task) -> Message:
    order = np.argsort(task.counts, kind="stable")
    fewest, most = (task.counts[i] for i in (order[0], order[-1]))
    return message(
        "data.balanced" if most < BALANCED * fewest else "data.imbalance",
        ratio=most / fewest,
        most=task.classes[order[-1]],
        rarest=task.classes[order[0]],
        fewest=fewest,
    )


def _findings(found: TargetInformation, target: str) -> list[Message]:
    """Return the most informative columns, and those with no more information than chance."""
    informative, columns = found.informative, found.columns
    if not informative:
        return [message("data.none_informative", target=target, columns=len(columns))]
    best = informative[0]
    values = {"column": best.column, "target": target, "bits": best.possible}
    most = (
        message("data.most", **values, share=best.share)
        if found.labels
        else message("data.most_of_numbers", **values, correlation=best.correlation)
    )
    uninformative = [t for t in columns if t not in informative]
    if len(columns) == 1:
        return [most]
    if not uninformative:
        return [most, message("data.all_informative", columns=len(columns))]
    some = message("data.some_informative", informative=len(informative), columns=len(columns))
    return [most, some, message("data.uninformative", columns=_named(uninformative))]


def _leak(columns: tuple[ColumnInformation, ...], target: str) -> Message | None:
    """Return a warning of columns that almost determine the target; None without any."""
    if not columns:
        return None
    several = len(columns) > 1
    return message("data.leak", columns=_named(columns), several=several, target=target)


def _named(columns: Sequence[ColumnInformation]) -> Message:
    """Return the names of the first few columns."""
    names = [t.column for t in columns]
    return message("data.named", names=names[:MOST_NAMED], more=max(0, len(names) - MOST_NAMED))


def _how(found: TargetInformation) -> list[Message]:
    """Return the methods of estimation, test and sampling."""
    if found.labels:
        how = [message("data.how.counted")]
    else:
        how = [message("data.how.neighbours")]
        if found.measured < found.rows:
            how.append(message("data.how.drawn", measured=found.measured, rows=found.rows))
    tested = message("data.how.tested" if found.labels else "data.how.tested_in_groups")
    return [*how, tested, message("data.how.alone")]


def _information(found: TargetInformation, target: str, say: Language) -> Figure | None:
    if not any(t.information for t in found.columns):
        return None
    drawn = min(sum(t.information is not None for t in found.columns), MOST_DRAWN)
    entropy = found.entropy
    all_drawn = drawn == len(found.columns)
    caption = "" if all_drawn else say("data.information.first", drawn=drawn)
    if found.labels and entropy:
        limit = say("data.information.limit", bits=entropy.value)
        caption = say("data.between").join(filter(None, [limit, caption]))
    last = "chance_gives" if found.labels else "correlation"
    heads = ("column", "bits", "interval", last, "p", "finding", "missing", "estimator")
    return Figure(
        key="information",
        title=say("data.information.title", target=target),
        caption=caption,
        specification=information_chart(found, say),
        head=tuple(say(f"data.information.{head}") for head in heads),
        rows=[_row(t, found, say) for t in found.columns],
    )


def _row(column: ColumnInformation, found: TargetInformation, say: Language) -> tuple[str, ...]:
    missing = say.percent(column.missing / found.rows)
    finding = say(f"data.information.{'beyond' if found.beyond_chance(column) else 'chance'}")
    p = p_value(column.p_value)
    if column.information is None:
        return (column.column, "–", "", "", p, finding, missing, say("data.information.too_few"))
    low, high = column.interval
    last = column.correlation if column.chance is None else max(column.chance, 0.0)
    return (
        column.column,
        f"{column.possible:.4f}",
        f"[{low:.4f}, {high:.4f}]",
        f"{last:.4f}",
        p,
        finding,
        missing,
        say(f"data.estimator.{column.information.method}"),
    )


def _spread(task: Task, target: str, say: Language) -> Figure | None:
    """Return the histogram of a numeric target."""
    if task.kind != "regression":
        return None
    low, q1, middle, q3, high = np.quantile(task.y, [0, 0.25, 0.5, 0.75, 1]).tolist()
    step = 2 * (q3 - q1) / len(task.y) ** (1 / 3)  # Freedman and Diaconis, 1981
    bars = BARS[1] if step <= 0 else int(np.clip((high - low) / step, *BARS))
    counts, edges = np.histogram(task.y, bars)
    heads = ("data.spread.from", "data.spread.to", "data.rows")
    ends = [f"{edge:.6g}" for edge in edges]
    values = {"low": low, "high": high, "q1": q1, "median": middle, "q3": q3}
    return Figure(
        key="spread",
        title=say("data.spread.title", target=target),
        caption=say("data.spread.caption", **{k: f"{v:.6g}" for k, v in values.items()}),
        specification=spread_chart(edges.tolist(), counts.tolist(), say),
        head=tuple(map(say, heads)),
        rows=[
            (a, b, f"{n:,}") for a, b, n in zip(ends[:-1], ends[1:], counts.tolist(), strict=True)
        ],
    )

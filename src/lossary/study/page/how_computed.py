"""The last part of the page: all formulas, and the rules of computation."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.pages.localization import Language, Message
from lossary.study.cross_validation import BATCH, LossResult
from lossary.study.metrics import BINS, Metric
from lossary.study.page.how_computed_formulas import (
    METRICS,
    OTHERS,
    WHERE,
    brier,
    loss_formula,
    measure_formula,
    settings,
)
from lossary.study.page.page_part import Part
from lossary.study.result import StudyResult
from lossary.study.splits import MANY_ROWS
from lossary.study.task import Kind
from lossary.study.train import RATES

__all__ = ["Definition", "how_computed_part"]

MEASURES: dict[Kind, tuple[str, ...]] = {
    "binary": ("entropy", "mutual_information", "cross_entropy", "kl_divergence", "js_divergence"),
    "multiclass": (
        "entropy",
        "mutual_information",
        "cross_entropy",
        "kl_divergence",
        "js_divergence",
    ),
    "regression": ("entropy", "mutual_information"),
}
"""Measures of the catalogue, by the kind of task."""
ESTIMATES: dict[Kind, tuple[str, ...]] = {
    "binary": ("miller_madow",),
    "multiclass": ("miller_madow",),
    "regression": ("ksg",),
}
WHY: dict[Kind, tuple[str, ...]] = {
    "binary": ("gradients", "curvature", "likelihood", "share"),
    "multiclass": ("gradients", "curvature", "likelihood", "share"),
    "regression": ("share", "closed", "normal"),
}


@dataclass(frozen=True)
class Definition:
    """An entry: its name, its formula as MathML, and its explanation."""

    title: str | Message
    formula: Markup
    body: str | Message
    more: tuple[Message, ...] = ()
    source: str = ""


def how_computed_part(study: StudyResult, say: Language) -> Part:
    """Return every formula used, and the rules of the comparison."""
    kind = study.config.task.kind
    return Part(
        {
            "groups": [
                ("losses", [_loss(r, say) for r in study.results]),
                ("metrics", [_metric(m, study, say) for m in study.metrics if not m.default]),
                (
                    "information",
                    [_measure(n, say) for n in MEASURES[kind]] + _others(ESTIMATES[kind], say),
                ),
                ("why", _others(WHY[kind], say)),
                ("noise", _others(_of_noise(study), say)),
            ],
            "batch": BATCH,
            "bins": BINS,
            "many": MANY_ROWS,
            "rates": [f"{rate:g}" for rate in RATES],
            "command": _command(study, say),
        }
    )


def _command(study: StudyResult, say: Language) -> str:
    """Return the command that repeats the study and writes the page in this language."""
    at_terminal = study.command.startswith("lossary study ")
    return study.command + (f" --lang {say.name}" if at_terminal and say.name != "en" else "")


def _loss(result: LossResult, say: Language) -> Definition:
    candidate = result.candidate
    low, middle, high = np.quantile(result.rates, [0, 0.5, 1], method="lower")
    rate = f"{middle:g}" + ("" if low == high else f" ({low:g} … {high:g})")
    return Definition(
        candidate.label,
        _typeset(say, *loss_formula(candidate).split(WHERE), settings(candidate)),
        say.of(f"losses.{candidate.name}", candidate.summary),
        (
            Message(f"how_computed.reading.{candidate.link}"),
            Message("how_computed.rate", {"rate": rate}),
        ),
        candidate.record.source,
    )


def _metric(metric: Metric, study: StudyResult, say: Language) -> Definition:
    key = metric.title.key.split(".")[1]
    text = brier(len(study.config.task.classes)) if key == "brier" else METRICS[key]
    return Definition(metric.title, _typeset(say, text), metric.meaning)


def _measure(name: str, say: Language) -> Definition:
    return Definition(
        Message(f"how_computed.{name}.title"),
        _typeset(say, measure_formula(name)),
        Message(f"how_computed.{name}.body"),
    )


def _others(names: tuple[str, ...], say: Language) -> list[Definition]:
    return [
        Definition(
            Message(f"how_computed.{name}.title"),
            _typeset(say, OTHERS[name]),
            Message(f"how_computed.{name}.body"),
        )
        for name in names
    ]


def _of_noise(study: StudyResult) -> tuple[str, ...]:
    """Return the entries for intervals, and for what is fitted to scores."""
    names = ["interval", "bonferroni"]
    kind = study.config.task.kind
    if kind != "regression":
        names.append("wilson")
    if any(r.candidate.link == "platt" for r in study.results):
        names.append("platt" if kind == "binary" else "scaling")
    if study.thresholds:
        names.append("threshold")
    return tuple(names)


def _typeset(say: Language, *formulas: str) -> Markup:
    texts = "".join(latex_to_mathml(latex, words=say.formula_words) for latex in formulas if latex)
    return Markup(texts)  # noqa: S704 - the formulas are the library's own

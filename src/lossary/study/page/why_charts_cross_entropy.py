"""The charts of what is looked at and from entropy to loss, and the table of likelihood."""

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.messages import Language
from lossary.pages.number_text import digits
from lossary.pages.vega_lite import data
from lossary.study.page.why_charts_shared import COLOURS, Bar, bars, drawn, heads
from lossary.study.why.claim import tiny
from lossary.study.why.entropy_decomposition import FromEntropy
from lossary.study.why.likelihood import Likelihood
from lossary.study.why.true_class_only import Example, LookedAt

__all__ = ["from_entropy_figures", "likelihood_table", "looked_at_figures"]

LEAST_DECIMALS = 0.00005
MOST_CLASSES = 20
"""More are in the table alone."""


def looked_at_figures(claim: LookedAt, say: Language) -> list[Figure]:
    """Return the example of three classes, and of more than two what evening out leaves."""
    example = _example(claim, say)
    return [example] if claim.kind == "binary" else [example, _evened(claim, say)]


def _example(claim: LookedAt, say: Language) -> Figure:
    rows = [
        {
            "group": _costs(example, say),
            "class": say("why.word.class", number=j),
            "right": j == 1,
            "p": p,
        }
        for example in claim.example
        for j, p in enumerate(example.probability, start=1)
    ]
    groups, classes = (list(dict.fromkeys(str(r[key]) for r in rows)) for key in ("group", "class"))
    x = alt.X(
        "group:N",
        title=None,
        axis=alt.Axis(
            labelAngle=0, labelExpr="split(datum.value, '|')", labelLimit=0, labelColor="var(--ink)"
        ),
        scale=alt.Scale(domain=groups, paddingInner=0.3, paddingOuter=0.15),
    )
    base = alt.Chart(data(rows)).encode(
        x=x, xOffset=alt.XOffset("class:N", scale=alt.Scale(domain=classes, paddingInner=0.15))
    )
    y = alt.Y(
        "p:Q",
        title=say("why.axis.probability"),
        scale=alt.Scale(domain=[0, 0.6]),
        axis=alt.Axis(values=[0, 0.25, 0.5], format=".2~f"),
    )
    columns = base.mark_bar(cornerRadiusEnd=2).encode(
        y=y,
        color=alt.Color(
            "right:N",
            scale=alt.Scale(domain=[True, False], range=["var(--ink)", "var(--faint)"]),
            legend=None,
        ),
    )
    numbers = base.mark_text(dy=-7, fill="var(--soft)", fontSize=12).encode(
        y=y, text=alt.Text("p:Q", format=".2~f")
    )
    return drawn(
        "looked_at_example",
        alt.layer(columns, numbers).properties(width="container", height=180),
        say,
        heads(say, "prediction", "cross_entropy", "squared_error"),
        [
            (
                ", ".join(f"{p:g}" for p in e.probability),
                digits(e.cross_entropy),
                digits(e.squared_error),
            )
            for e in claim.example
        ],
    )


def _costs(example: Example, say: Language) -> str:
    return "|".join(
        f"{say(f'why.word.{name}')} {digits(getattr(example, name))}"
        for name in ("cross_entropy", "squared_error")
    )


def _evened(claim: LookedAt, say: Language) -> Figure:
    squared = claim.squared_error_evened / claim.squared_error if claim.squared_error else 1.0
    left = {"cross_entropy": 1.0, "squared_error": squared}
    before = {"cross_entropy": claim.cross_entropy, "squared_error": claim.squared_error}
    after = before | {"squared_error": claim.squared_error_evened}
    rows = [
        Bar(
            say(f"why.word.{name}"),
            COLOURS[name],
            share,
            f"{digits(before[name])} → {digits(after[name])}",
        )
        for name, share in left.items()
    ]
    return drawn(
        "looked_at_evened",
        bars(rows, alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])),
        say,
        heads(say, "loss", "before", "after"),
        [(say(f"why.word.{n}"), digits(before[n]), digits(after[n])) for n in left],
    )


def from_entropy_figures(claim: FromEntropy, say: Language) -> list[Figure]:
    """Return what the labels hold and the model pays, and the frequencies of the classes."""
    return [_paid(claim, say), _frequencies(claim, say)]


def _paid(claim: FromEntropy, say: Language) -> Figure:
    entropy, model = say("why.word.label_entropy"), say("why.word.model_paid")
    mean = say("why.word.mean_prediction")
    rows = [
        Bar(entropy, COLOURS["other"], claim.label_entropy, digits(claim.label_entropy)),
        Bar(
            model,
            COLOURS["cross_entropy"],
            claim.model_cross_entropy,
            digits(claim.model_cross_entropy),
        ),
        Bar(mean, COLOURS["other"], claim.label_entropy),
        Bar(
            mean,
            COLOURS["divergence"],
            claim.kl_divergence,
            f"{digits(claim.label_entropy)} + KL {_small(claim.kl_divergence)}",
            start=claim.label_entropy,
        ),
    ]
    table = [
        (entropy, digits(claim.label_entropy)),
        (model, digits(claim.model_cross_entropy)),
        (mean, digits(claim.frequencies_cross_entropy)),
        ("KL", _small(claim.kl_divergence)),
        ("JS", _small(claim.js_divergence)),
    ]
    chart = bars(rows, alt.Axis(tickCount=5))
    return drawn("from_entropy_paid", chart, say, heads(say, "what", "nats"), table)


def _small(value: float) -> str:
    return tiny(value) if 0 < value < LEAST_DECIMALS else digits(value)


def _frequencies(claim: FromEntropy, say: Language) -> Figure:
    table = sorted(
        zip(claim.classes, claim.observed, claim.predicted, strict=True), key=lambda r: -r[1]
    )
    words = say("why.word.observed"), say("why.word.predicted")
    rows = [
        {"class": name, "what": what, "p": p}
        for name, *both in table[:MOST_CLASSES]
        for what, p in zip(words, both, strict=True)
    ]
    names = [name for name, *_ in table[:MOST_CLASSES]]
    legend = alt.Legend(orient="top", title=None, labelColor="var(--ink)", labelFontSize=12)
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=list(words), range=["var(--ink)", COLOURS["cross_entropy"]]),
        legend=legend,
    )
    shape = alt.Shape(
        "what:N", scale=alt.Scale(domain=list(words), range=["circle", "diamond"]), legend=legend
    )
    y = alt.Y(
        "class:N",
        title=None,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(labelLimit=110, labelColor="var(--ink)", grid=True),
    )
    x = alt.X(
        "p:Q",
        title=say("why.axis.frequency"),
        scale=alt.Scale(domainMin=0),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    dots = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=80, opacity=0.85)
        .encode(x=x, y=y, color=colour, shape=shape)
        .properties(width="container", height=max(60, 26 * len(names)))
    )
    return drawn(
        "from_entropy_frequencies",
        dots,
        say,
        heads(say, "class", "observed", "predicted"),
        [(name, say.percent(p), say.percent(q)) for name, p, q in table],
        left=max(0, len(table) - MOST_CLASSES),
    )


def likelihood_table(claim: Likelihood, say: Language) -> list[tuple[str, str]]:
    """Return the numbers that agree, each with its name."""
    rows = {
        "loss": digits(claim.loss),
        "surprise": digits(claim.constant - claim.mean_log_likelihood),
        "value_error": tiny(claim.value_error),
        "weights": f"{claim.weights:,}",
        "distance": tiny(claim.distance),
    }
    return [(say(f"why.likelihood.{key}", kind=claim.kind), text) for key, text in rows.items()]

"""Charts of the claims on the true class and on entropy, and the table of likelihood."""

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.pages.number_text import digits
from lossary.pages.vega_lite import data
from lossary.study.page.why_charts_shared import COLOURS, Bar, bars, claim_figure, headings
from lossary.study.why.claim import scientific
from lossary.study.why.entropy_decomposition import EntropyDecomposition
from lossary.study.why.likelihood import Likelihood
from lossary.study.why.true_class_only import Example, TrueClassOnly

__all__ = ["entropy_decomposition_figures", "likelihood_table", "true_class_only_figures"]

LEAST_DECIMALS = 0.00005
MOST_CLASSES = 20
"""Most classes drawn; the table has all."""


def true_class_only_figures(claim: TrueClassOnly, say: Language) -> list[Figure]:
    """Return the example of three classes and, of several classes, the losses after evening out."""
    example = _example(claim, say)
    return [example] if claim.kind == "binary" else [example, _evened(claim, say)]


def _example(claim: TrueClassOnly, say: Language) -> Figure:
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
            scale=alt.Scale(domain=[True, False], range=["var(--ink)", "var(--vanishing)"]),
            legend=None,
        ),
    )
    numbers = base.mark_text(dy=-7, fill="var(--soft)", fontSize=12).encode(
        y=y, text=alt.Text("p:Q", format=".2~f")
    )
    return claim_figure(
        "true_class_only_example",
        alt.layer(columns, numbers).properties(width="container", height=180),
        say,
        headings(say, "prediction", "cross_entropy", "squared_error"),
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


def _evened(claim: TrueClassOnly, say: Language) -> Figure:
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
    return claim_figure(
        "true_class_only_evened",
        bars(rows, alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])),
        say,
        headings(say, "loss", "before", "after"),
        [(say(f"why.word.{n}"), digits(before[n]), digits(after[n])) for n in left],
    )


def entropy_decomposition_figures(claim: EntropyDecomposition, say: Language) -> list[Figure]:
    """Return the entropy of the labels beside the loss, and the frequencies of the classes."""
    return [_losses(claim, say), _frequencies(claim, say)]


def _losses(claim: EntropyDecomposition, say: Language) -> Figure:
    entropy, model = say("why.word.label_entropy"), say("why.word.model_loss")
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
    return claim_figure(
        "entropy_decomposition_losses", chart, say, headings(say, "what", "nats"), table
    )


def _small(value: float) -> str:
    return scientific(value) if 0 < value < LEAST_DECIMALS else digits(value)


def _frequencies(claim: EntropyDecomposition, say: Language) -> Figure:
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
    return claim_figure(
        "entropy_decomposition_frequencies",
        dots,
        say,
        headings(say, "class", "observed", "predicted"),
        [(name, say.percent(p), say.percent(q)) for name, p, q in table],
        left=max(0, len(table) - MOST_CLASSES),
    )


def likelihood_table(claim: Likelihood, say: Language) -> list[tuple[str, str]]:
    """Return the numbers that agree, with their names."""
    rows = {
        "loss": digits(claim.loss),
        "negative_log_likelihood": digits(claim.constant - claim.mean_log_likelihood),
        "value_error": scientific(claim.value_error),
        "weights": f"{claim.weights:,}",
        "distance": scientific(claim.distance),
    }
    return [(say(f"why.likelihood.{key}", kind=claim.kind), text) for key, text in rows.items()]

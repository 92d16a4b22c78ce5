"""Sentences and table cells of the reports."""

from lossary.frames import Gain
from lossary.frames.results import plural
from lossary.pages.number_text import called, capital, digits, listed, p_value
from lossary.report.drift_outcome import DriftOutcome
from lossary.report.information_outcome import InformationOutcome, Label

__all__ = [
    "cell",
    "drift_headline",
    "information_headline",
    "label_sentence",
    "p_text",
    "percent",
    "share_text",
    "span_of",
    "text_of",
    "threshold_text",
]

_MOST = 5
_LONGEST = 60


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{round(share, 3) + 0.0:.1%}".replace("-", "−")


def share_text(share: float | None) -> str:
    """Return a share in percent; an empty text for None."""
    return "" if share is None else percent(share)


def cell(value: float) -> str:
    """Return a number in a table, with at least four decimals near 0."""
    return digits(value if abs(value) >= 0.00005 else 0.0)


def span_of(interval: tuple[float, float] | None) -> str:
    """Return an interval; an empty text for None."""
    return "" if interval is None else f"[{cell(interval[0])}, {cell(interval[1])}]"


def p_text(p: float | None) -> str:
    """Return a p-value; an empty text without a test."""
    if p is None:
        return ""
    return p_value(p)


def text_of(label: object) -> str:
    """Return a label as text, truncated if it is long."""
    text = "missing" if label is None else called(str(label))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    names = list(map(called, names))
    return listed(names if more <= 0 else [*names[:_MOST], f"{more} more"])


def label_sentence(label: Label, unit: str) -> str:
    """Return a sentence on the entropy and the balance of a label."""
    top, share = label.majority
    return (
        f"Entropy {digits(label.entropy.value)} {unit}, that of {label.effective:.2f} equally "
        f"frequent labels; it has {plural(len(label.counts), 'label')}, and {text_of(top)} is "
        f"{share:.1%} of the rows"
    )


def information_headline(found: InformationOutcome) -> str:
    """Return the main findings in a few sentences."""
    sentences = []
    if found.gains is not None:
        sentences.append(_gain_sentences(found, found.gains.gains))
    if found.redundant:
        first = [f"{called(a)} with {called(b)} ({v:.2f})" for a, b, v in found.redundant[:3]]
        more = len(found.redundant) - 3
        rest = [plural(more, "more pair")] if more > 0 else []
        sentences.append(f"Redundant: {listed([*first, *rest])}.")
    elif found.matrix is not None and found.matrix.unit == "no unit":
        sentences.append("No two columns are redundant.")
    elif found.pairs:
        a, b, most = found.pairs[0]
        pair = f"{called(a)} and {called(b)}"
        sentences.append(f"Of all pairs, {pair} share the most: {cell(most)} {found.unit}.")
    entropies = "Entropy" if len(found.fields) == 1 else "Entropies"
    return " ".join(sentences) or f"{entropies} of {plural(len(found.fields), 'column')}."


def _gain_sentences(found: InformationOutcome, gains: tuple[Gain, ...]) -> str:
    target = called(found.gains.target.name) if found.gains else ""
    if not found.informative:
        untested = [g for g in gains if g.p_value is None]
        if not untested:
            return f"No column has more information about {target} than expected by chance."
    best = next(iter(found.informative), gains[0])
    share = found.share_of(best)
    part = "" if share is None else f", {percent(share)} of its entropy"
    information = f"{cell(max(best.information.value, 0.0))} {found.unit}{part}"
    informative = len(found.informative)
    have = "has" if informative == 1 else "have"
    return (
        f"{called(best.column.name)} has the most information about {target}: {information}. "
        f"{informative} of {plural(len(gains), 'column')} {have} more than expected by chance."
    )


def threshold_text(report: DriftOutcome) -> str:
    """Return the rule by which a column has drifted."""
    if isinstance(report.over, str):
        least = "over" if report.over == "large" else "at least"
        return f"grade {report.over}, PSI {least} {report.threshold:g}"
    name = {"js": "JS", "kl": "KL", "psi": "PSI"}[report.measure]
    unit = " of its largest value" if report.measure == "js" else ""
    return f"{name} over {report.over:g}{unit}"


def drift_headline(report: DriftOutcome) -> str:
    """Return the verdict in a few sentences."""
    found, names = report.drift, [c.column.name for c in report.drifted]
    columns = plural(len(found), "column")
    if names:
        verdict = f"{len(names)} of {columns} drifted: {_some(names)}."
    elif found.graded():
        verdict = f"No column is over the threshold, of {len(found)} compared."
    else:
        verdict = f"No drift in {columns} compared."
    changed = [
        ("missing", list(found.missing)),
        ("retyped", [r.name for r in found.retyped]),
        ("added", list(found.added)),
    ]
    changes = "; ".join(f"{change}: {_some(names)}" for change, names in changed if names)
    unique = _some([u.name for u in found.nearly_unique]) if found.nearly_unique else ""
    sentences = [
        verdict,
        f"{capital(changes)}." if changes else "",
        f"Nearly unique, not measured: {unique}." if unique else "",
        f"Threshold: {threshold_text(report)}.",
    ]
    return " ".join(filter(None, sentences))

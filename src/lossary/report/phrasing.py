"""What the reports find, in sentences and cells."""

from lossary.frames import Gain
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
    """Return a share in per cent."""
    return f"{round(share, 3) + 0.0:.1%}".replace("-", "−")


def share_text(share: float | None) -> str:
    """Return a share in per cent; an empty text for none."""
    return "" if share is None else percent(share)


def cell(value: float) -> str:
    """Return a number of a table: four decimals at least of what is near 0."""
    return digits(value if abs(value) >= 0.00005 else 0.0)


def span_of(interval: tuple[float, float] | None) -> str:
    """Return an interval; an empty text for none."""
    return "" if interval is None else f"[{cell(interval[0])}, {cell(interval[1])}]"


def p_text(p: float | None) -> str:
    """Return a p-value; an empty text where there is no test."""
    if p is None:
        return ""
    return p_value(p)


def text_of(label: object) -> str:
    """Return a label as text, cut where it is long."""
    text = "missing" if label is None else called(str(label))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    names = list(map(called, names))
    return listed(names if more <= 0 else [*names[:_MOST], f"{more} more"])


def label_sentence(label: Label, unit: str) -> str:
    """Return how uncertain and how balanced a label is."""
    top, share = label.majority
    return (
        f"Entropy {digits(label.entropy.value)} {unit}: as uncertain as {label.effective:.2f} "
        f"equally frequent labels; it has {len(label.counts)}, and {text_of(top)} is {share:.1%} "
        "of the rows"
    )


def information_headline(found: InformationOutcome) -> str:
    """Return the most important things in a few sentences."""
    sentences = []
    if found.gains is not None:
        sentences.append(_most_telling(found, found.gains.gains))
    if found.redundant:
        first = [f"{called(a)} with {called(b)} ({v:.2f})" for a, b, v in found.redundant[:3]]
        more = len(found.redundant) - 3
        rest = f", and {more} pairs more" if more > 0 else ""
        sentences.append(f"Saying much the same: {', '.join(first)}{rest}.")
    elif found.matrix is not None and found.matrix.unit == "no unit":
        sentences.append("No two columns share half of what they hold.")
    elif found.pairs:
        a, b, most = found.pairs[0]
        pair = f"{called(a)} and {called(b)}"
        sentences.append(f"Of all pairs, {pair} share the most: {cell(most)} {found.unit}.")
    return " ".join(sentences) or f"Entropies of {len(found.fields)} columns."


def _most_telling(found: InformationOutcome, gains: tuple[Gain, ...]) -> str:
    target = called(found.gains.target.name) if found.gains else ""
    if not found.telling:
        untested = [g for g in gains if g.p_value is None]
        if not untested:
            return f"No column tells more about {target} than chance would."
    best = next(iter(found.telling), gains[0])
    share = found.share_of(best)
    part = "" if share is None else f", {percent(share)} of its entropy"
    told = (
        f"{called(best.column.name)} tells the most about {target}: "
        f"{cell(max(best.information.value, 0.0))} {found.unit}{part}."
    )
    many = f"{len(found.telling)} of {len(gains)} columns tell more than chance would."
    return f"{told} {many}"


def threshold_text(report: DriftOutcome) -> str:
    """Return what a column is judged by."""
    if isinstance(report.over, str):
        how = "over" if report.over == "large" else "from"
        return f"the grade {report.over}, PSI {how} {report.threshold:g}"
    name = {"js": "JS", "kl": "KL", "psi": "PSI"}[report.measure]
    unit = " of its largest" if report.measure == "js" else ""
    return f"{name} over {report.over:g}{unit}"


def drift_headline(report: DriftOutcome) -> str:
    """Return the verdict in a few sentences."""
    found, names = report.drift, [c.column.name for c in report.drifted]
    columns, judged = f"{len(found)} column{'s' * (len(found) != 1)}", threshold_text(report)
    if names:
        verdict = f"{len(names)} of {columns} drifted: {_some(names)}."
    elif found.graded():
        verdict = f"Of {columns} compared, none is over the threshold."
    else:
        verdict = f"No drift in {columns} compared."
    became = [
        ("missing", list(found.missing)),
        ("retyped", [r.name for r in found.retyped]),
        ("added", list(found.added)),
    ]
    changes = "; ".join(f"{how}: {_some(names)}" for how, names in became if names)
    unique = _some([u.name for u in found.nearly_unique]) if found.nearly_unique else ""
    said = [
        verdict,
        f"{capital(changes)}." if changes else "",
        f"Nearly unique, not measured: {unique}." if unique else "",
        f"Threshold: {judged}.",
    ]
    return " ".join(filter(None, said))

"""HTML of a study in a notebook: verdict and table, without style sheets or scripts.

Fonts and colours are those of the notebook, light or dark.
"""

from collections.abc import Iterable

from markupsafe import Markup

from lossary.pages.localization import language
from lossary.pages.number_text import digits
from lossary.study.comparison import Comparison, marked
from lossary.study.result import StudyResult

__all__ = ["summary"]

MARKS = {"best": " ▲", "level": "", "worse": " ▽"}


def summary(study: StudyResult) -> str:
    """Return the verdict, the table of all metrics and a hint on ``to_html``, as HTML."""
    say = language("en")
    verdict = study.verdict
    advice = _joined(
        Markup("<li><strong>{}:</strong> {} <em>{}</em></li>").format(
            say(a.title), say(a.finding), say(a.next)
        )
        for a in verdict.purposes
    )
    return str(
        Markup(
            '<div class="lossary-study"><p><strong>{}</strong></p><ul>{}</ul>'
            '<div style="overflow-x:auto">{}</div><p><small>{}</small></p>'
            "<p>{} <code>study.to_html(&quot;report.html&quot;)</code></p></div>"
        ).format(
            say(verdict.headline),
            advice,
            _table(study),
            say("loss_comparison.legend"),
            say("study.whole"),
        )
    )


def _table(study: StudyResult) -> Markup:
    say = language("en")
    heads = _joined(
        Markup('<th scope="col" style="text-align:right">{} {}</th>').format(
            say(m.title), "↓" if m.better == "lower" else "↑"
        )
        for m in study.metrics
    )
    rows = _joined(
        Markup('<tr><th scope="row" style="text-align:left">{}</th>{}</tr>').format(
            result.candidate.label,
            _joined(
                _cell(s) for s in marked(study.comparisons) if s.loss == result.candidate.label
            ),
        )
        for result in study.results
    )
    return Markup(
        '<table><thead><tr><th scope="col" style="text-align:left">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(say("loss_comparison.loss"), heads, rows)


def _cell(comparison: Comparison) -> Markup:
    if comparison.verdict == "failed":
        return Markup('<td style="text-align:right"><em>{}</em></td>').format(
            language("en")("loss_comparison.diverged")
        )
    value = comparison.value
    weight = "bold" if comparison.verdict == "best" else "normal"
    reach = f"±{digits(value.half_width, value.mean)}" if value.known else ""
    return Markup(
        '<td style="text-align:right;white-space:nowrap;font-weight:{}">'
        "{}{}<br><small>{}</small></td>"
    ).format(weight, digits(value.mean), MARKS[comparison.verdict], reach)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)

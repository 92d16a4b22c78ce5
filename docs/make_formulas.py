"""Writes formulas.md, the page of every formula, from the catalogue: run it after adding one."""

from pathlib import Path

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import Record

PAGE = Path(__file__).with_name("formulas.md")

HEADS = {
    "pointwise": (
        "Losses of a score",
        "`y` is the target, `s` the score. Each also has `.gradient` and `.hessian` by the score.",
    ),
    "rowwise": (
        "Losses of a row of logits",
        (
            "`z` is the row of logits, `p` its softmax, `t` the target distribution; a class index "
            "stands for the distribution with all its mass on that class."
        ),
    ),
    "measure": (
        "Measures of distributions",
        (
            "`p` and `q` are probabilities. With the suffix `_from_logits`, "
            "`_from_log_probabilities` or `_from_counts` the name takes those instead."
        ),
    ),
    "joint": (
        "Measures of joint tables",
        "The table holds joint probabilities; with the suffix `_from_counts`, counts.",
    ),
}


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# Every formula",
        (
            "Printed from the definitions that the tests execute. The unit is nats unless `base=` "
            "says otherwise."
        ),
    ]
    for kind, (head, text) in HEADS.items():
        parts += [f"## {head}", text]
        parts += [_entry(catalogue.get(name)) for name in catalogue.names(kind)]
    return "\n\n".join(parts) + "\n"


def _entry(record: Record) -> str:
    lines = [f"### {record.name}", f"{record.summary[0].upper()}{record.summary[1:]}."]
    lines.append(f"$$\n{ls.formula(record.name)}\n$$")
    lines += [f"- `{s.name}`: {s.summary}; in {s.interval}" for s in record.shorthands]
    lines += [
        f"- `{p.name}` = {p.default:g}{f' (${p.symbol}$)' if p.symbol else ''}: {p.summary}; "
        f"in {p.interval}"
        for p in record.parameters
    ]
    lines.append(f"*{record.source}*")
    listed = "\n".join(line for line in lines if line.startswith("- "))
    plain = [line for line in lines if not line.startswith("- ")]
    return "\n\n".join([*plain[:-1], *([listed] if listed else []), plain[-1]])


if __name__ == "__main__":
    PAGE.write_text(page())

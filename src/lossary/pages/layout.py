"""HTML of a page: a template over the common base, its figures and their scripts."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from lossary.pages.localization import Language, Message
from lossary.pages.localization import language as texts
from lossary.pages.number_text import called, capital, digits
from lossary.pages.vega_lite import Specification

__all__ = ["Figure", "render"]

HERE = Path(__file__).parent
FORMULAS = HERE / "fonts" / "stix-two-math.woff2"
POLICY = (
    "default-src 'none'",
    # Vega compiles the expressions of charts.
    "script-src 'unsafe-eval' '{script}'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
)
"""The pages' Content-Security-Policy: their own script and styles run, no request is made."""


@dataclass(frozen=True)
class Figure:
    """A chart with its title, caption, and the table of its numbers."""

    key: str
    title: str
    caption: str
    specification: Specification
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


def render(
    template: Path, figures: Sequence[Figure], language: Language | None = None, **values: Any
) -> str:
    """Return the HTML of a page; styles and a script of the template's name are included.

    In the template ``say`` returns the text of a message or key in the language, by default
    English.
    """
    spoken = language or texts("en")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, HERE]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: spoken(value) if isinstance(value, Message) else value,
    )
    environment.filters |= {
        "breakable": _breakable,
        "capital": lambda text: capital(spoken(text) if isinstance(text, Message) else text),
        "listed": spoken.listed,
        "percent": spoken.percent,
    }
    environment.filters["called"] = called
    environment.globals |= {"digits": digits, "say": spoken}
    script = f"\n{_bundled(_with_own(template, '.js'))}\n"
    return environment.get_template(template.name).render(
        values,
        version=version("lossary"),
        written=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        style=_with_own(template, ".css"),
        font=base64.b64encode(FORMULAS.read_bytes()).decode(),
        script=script,
        policy="; ".join(POLICY).format(script=_hashed(script)),
        specifications=_json({f.key: f.specification for f in figures}),
    )


def _with_own(template: Path, suffix: str) -> str:
    """Return the common file of a kind, followed by that of the template."""
    files = (HERE / f"page{suffix}", template.with_suffix(suffix))
    return "".join(file.read_text(encoding="utf-8") for file in files if file.exists())


@cache
def _bundled(source: str) -> str:
    """Return a script with the libraries that it imports, which takes seconds to put together."""
    script: str = vl_convert.javascript_bundle(source)
    return script


def _hashed(script: str) -> str:
    """Return the hash of a script for the policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _breakable(label: str) -> Markup:
    """Return a name with possible line breaks after underscores and colons."""
    return Markup("<wbr>").join(re.split(r"(?<=[_:,])", called(label)))


def _json(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")

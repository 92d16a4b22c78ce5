"""Pages forbid every request, and draw all the same."""

import re

import pytest

from lossary import explore, report, study
from support.reports import customers, moved

WAYS = {
    "connect": "fetch('https://example.org/x')",
    "img": "new Image().src = 'https://example.org/x.png'",
    "script": "add('script', {src: 'https://example.org/x.js'})",
    "inline": "add('script', {textContent: 'window.ran = 1'})",
    "style": "add('link', {rel: 'stylesheet', href: 'https://example.org/x.css'})",
    "frame": "add('iframe', {src: 'https://example.org/'})",
    "form": "add('form', {action: 'https://example.org/', method: 'post'}).submit()",
    "base": "add('base', {href: 'https://example.org/'})",
}
TRY = """
way => new Promise(resolve => {
  addEventListener('securitypolicyviolation', e => resolve(e.effectiveDirective), {once: true});
  const add = (tag, given) =>
    document.head.appendChild(Object.assign(document.createElement(tag), given));
  setTimeout(() => resolve('nothing was blocked'), 20000);
  Promise.resolve(new Function('add', `return ${way}`)(add)).catch(() => {});
})
"""


@pytest.fixture(scope="module")
def pages():
    found = study.run("wine", losses=["softmax_cross_entropy"], folds=2, seeds=1, steps=5)
    return {
        "explore": explore.to_html,
        "measure": report.measure(customers(), "churn").to_html,
        "drift": report.drift(customers(3000), moved()).to_html,
        "study": found.to_html,
    }


KINDS = ["explore", "measure", "drift", "study"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_one_policy_before_anything_else(pages, kind, tmp_path):
    text = pages[kind](tmp_path / "page.html").read_text(encoding="utf-8")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    directives = policy.split("; ")
    assert directives[0] == "default-src 'none'"
    assert not re.search(r"\*|https?:|'self'|script-src[^;]*'unsafe-inline'", policy)
    assert {"base-uri 'none'", "form-action 'none'"} <= set(directives)
    others = map(text.index, ("<link", "<style", "<script"))
    assert text.index("Content-Security-Policy") < min(others)


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_draws_and_can_ask_for_nothing(pages, kind, tmp_path, page):
    complaints = []
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(pages[kind](tmp_path / "page.html").as_uri())
    page.wait_for_selector(f"html[data-{'ready' if kind == 'explore' else 'drawn'}=yes]")
    assert page.locator(".chart svg").count() > 0
    assert complaints == []
    blocked = {way: page.evaluate(TRY, script) for way, script in WAYS.items()}
    assert blocked == {
        "connect": "connect-src",
        "img": "img-src",
        "script": "script-src-elem",
        "inline": "script-src-elem",
        "style": "style-src-elem",
        "frame": "frame-src",
        "form": "form-action",
        "base": "base-uri",
    }
    assert page.evaluate("window.ran === undefined")

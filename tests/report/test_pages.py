"""The pages of reports: well formed, complete in themselves, offline, in light and dark."""

import re

import numpy as np
import polars as pl
import pytest

from lossary import report
from lossary.pages.number_text import called
from support.elements import Elements
from support.reports import customers, moved

MOST_BYTES = 1_600_000


@pytest.fixture(scope="module")
def information():
    return report.measure(customers(), "churn", source="customers.csv")


@pytest.fixture(scope="module")
def drift():
    return report.drift(customers(3000), moved(), sources=("customers.csv", "now.csv"))


@pytest.fixture(params=["information", "drift"])
def found(request):
    """Each kind of report."""
    return request.getfixturevalue(request.param)


def text_of(found, folder):
    return found.to_html(folder / "page.html").read_text(encoding="utf-8")


def test_a_page_is_well_formed_and_complete_in_itself(found, tmp_path):
    text = text_of(found, tmp_path)
    elements = Elements(text)
    assert elements.open == []
    assert ("html", {"lang": "en"}) in elements.found
    links = [a.get("src") or a.get("href") for _, a in elements.found if {"src", "href"} & set(a)]
    assert all(link.startswith(("#", "data:")) for link in links)
    places = {a["id"] for _, a in elements.found if "id" in a}
    assert {link[1:] for link in links if link.startswith("#")} <= places
    assert len(text.encode()) < MOST_BYTES
    assert text.count("</script>") == text.count("<script") == 2


def test_every_chart_has_its_numbers(found, tmp_path):
    figures = re.findall(r"<figure>.*?</figure>", text_of(found, tmp_path), re.DOTALL)
    assert len(figures) >= 2
    for figure in figures:
        assert figure.count('role="img"') == 1
        assert figure.count("<table>") == 1
        assert re.search(r'aria-label="[^"]{10,}"', figure)


def test_the_findings_come_first(information, drift, tmp_path):
    text = text_of(information, tmp_path)
    order = ["Findings", "Information about the label", "Redundant columns", "The columns"]
    places = [text.index(f">{title}</h2>") for title in order]
    assert places == sorted(places)
    assert "Redundant: contract with code (1.00)." in text
    text = text_of(drift, tmp_path)
    assert "1 of 4 columns drifted: region. Missing: country; retyped: code; added: age." in text
    assert "code: integer → text" in text


def test_what_the_data_says_cannot_break_a_page(tmp_path):
    frame = pl.DataFrame({"<b>x": ["</script>", "&"] * 40, "<i>y": ["<script>", "'\""] * 40})
    for found in (report.measure(frame, "<i>y", source="<u>"), report.drift(frame, frame)):
        text = text_of(found, tmp_path)
        assert "<b>" not in text
        assert "<u>" not in text
        assert text.count("</script>") == 2
        assert Elements(text).open == []


def test_reports_without_pairs_or_columns_have_pages(tmp_path):
    frame = pl.DataFrame({"x": ["a", "b"] * 20})
    text = text_of(report.measure(frame), tmp_path)
    assert "<figure>" not in text
    assert "Entropy of 1 column." in text
    text = text_of(report.drift(frame, pl.DataFrame({"y": [1, 2] * 9})), tmp_path)
    assert "No drift in 0 columns compared. Missing: x; added: y." in text


def test_wide_tables_are_cut_and_say_so(tmp_path):
    wide = pl.DataFrame({f"c{i:02}": [i % 2, 1, 0, 1 - i % 2] * 10 for i in range(70)})
    text = text_of(report.measure(wide), tmp_path)
    assert "The first 60 columns; the JSON has all." in text
    text = text_of(report.drift(wide, wide), tmp_path)
    assert "the column with the largest drift first; the JSON has all." in text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_draws_itself_offline(found, tmp_path, page, scheme):
    requests, complaints = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.emulate_media(color_scheme=scheme)
    page.goto(found.to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert complaints == []
    assert [r for r in requests if not r.startswith(("file:", "data:"))] == []
    assert page.locator(".chart svg").count() == page.locator("figure").count()
    ink = page.evaluate("getComputedStyle(document.body).color")
    label = page.locator(".chart svg text", has_text="region").first
    assert label.evaluate("e => getComputedStyle(e).fill") in {ink, soft(page)}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def soft(page):
    """The colour of the labels of axes."""
    return page.locator(".facts").evaluate("e => getComputedStyle(e).color")


NAMES = [
    "a,b",
    "a.b",
    "a[0]",
    "it's",
    '"q"',
    "a\\b",
    "",
    " ",
    "<b>",
    "{{x}}",
    "😀",
    "column",
    "value",
]


@pytest.mark.browser
@pytest.mark.parametrize("target", ["a,b", "", "{{x}}"])
def test_every_name_stands_in_the_charts_as_it_is(tmp_path, page, target):
    random = np.random.default_rng(0)
    columns = {name: random.choice(["yes, sir", "n.o[1]", ""], 90) for name in NAMES}
    frame = pl.DataFrame(columns)
    for found in (report.measure(frame, target), report.drift(frame, frame.head(50))):
        complaints = []
        page.on("console", lambda m: complaints.append(m.text))  # noqa: B023 - read in the loop
        page.goto(found.to_html(tmp_path / "page.html").as_uri())
        page.wait_for_selector("html[data-drawn=yes]")
        drawn = set(page.locator(".chart svg text").all_text_contents())
        assert {called(name) for name in NAMES} <= drawn
        assert complaints == []
        if isinstance(found, report.Information):
            assert page.locator("h1 em").all_text_contents() == ["data frame", called(target)]


@pytest.mark.browser
def test_everything_is_reached_by_keyboard(found, tmp_path, page):
    page.goto(found.to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
    assert reached[0].startswith('<a class="skip"')
    assert sum(r.startswith("<summary") for r in reached) >= page.locator("figure").count()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("region", name="Numbers of").first.is_visible()


@pytest.mark.browser
def test_charts_show_the_numbers_of_the_report(information, drift, tmp_path, page):
    def drawn(chart, mark, field):
        return page.locator(f"#{chart} .{mark} path").evaluate_all(
            f"all => all.map(e => e.__data__.datum.{field})"
        )

    page.goto(information.to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    expected = [max(g.information.value, 0) for g in information.gains]
    assert drawn("gains", "mark-symbol", "value") == pytest.approx(expected)
    cells = drawn("matrix", "mark-rect", "value")
    assert sorted(cells) == pytest.approx(sorted(v for _, _, v in information.pairs for _ in "ab"))
    page.goto(drift.to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert drawn("overview", "mark-symbol", "value") == pytest.approx(
        [max(c.share, 0) for c in drift.drift]
    )
    region = drift.drift["region"]
    assert drawn("column-0", "mark-symbol", "current") == pytest.approx(region.current / 400)

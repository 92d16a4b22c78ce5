import re
from functools import cache
from html.parser import HTMLParser

import polars as pl
import pytest

from lossary import study
from lossary.study.page import page as page_text
from lossary.validation import LossaryError
from support.axe import violations
from support.elements import Elements

MOST_BYTES = 1_600_000
LANGUAGES = ["en", "zh"]
ORDER = ["verdict", "data", "loss_comparison", "why", "how_computed"]
LATIN = re.compile(r"[A-Za-zÀ-ɏ]{4,}")
FOOTER = re.compile(r"<footer>.*?</footer>", re.DOTALL)

#: Names stay as they are in every language.
NAMES = {
    *re.findall(
        r"\w+",
        "lossary sigmoid softmax brier platt adam kingma huber shannon kullback leibler miller "
        "madow wilson bonferroni student nadeau bengio inference generalization error kraskov "
        "grassberger stögbauer ross guo delta digamma javascript adaboost",
    )
}


@pytest.fixture(scope="module", params=LANGUAGES)
def spoken(request, binary):
    return page_text(binary, request.param)


@pytest.fixture(scope="module")
def text(binary):
    return page_text(binary)


def test_the_page_is_well_formed_and_complete_in_itself(spoken):
    elements = Elements(spoken)
    assert elements.open == []
    links = [a.get("src") or a.get("href") for _, a in elements.found if {"src", "href"} & set(a)]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "@import" not in spoken.partition("<script")[0]
    assert spoken.count("</script>") == spoken.count("<script") == 2
    places = [a["id"] for _, a in elements.found if "id" in a]
    assert len(places) == len(set(places))
    assert {link[1:] for link in links if link.startswith("#")} <= set(places)


def test_the_page_says_its_language(binary):
    for lang, code in (("en", "en"), ("zh", "zh-Hans")):
        assert f'<html lang="{code}">' in page_text(binary, lang)
    with pytest.raises(LossaryError, match="lang must be 'en' or 'zh', got 'tlh'"):
        page_text(binary, "tlh")


def test_the_parts_come_in_the_order_in_which_a_reader_asks(spoken):
    assert re.findall(r'<section id="(\w+)"', spoken) == ORDER
    assert re.findall(r'<li><a href="#(\w+)">', spoken)[:5] == ORDER


def test_the_same_study_gives_the_same_page_but_for_its_footer(binary, again, spoken):
    lang = "en" if '<html lang="en">' in spoken else "zh"
    assert FOOTER.sub("", page_text(again, lang)) == FOOTER.sub("", spoken)
    (foot,) = FOOTER.findall(spoken)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", foot)
    assert all(r.candidate.name in foot.replace("<wbr>", "") for r in binary.results)


@cache
def studied(data):
    """A study under the usual losses, and its page in Chinese."""
    outcome = study.run(data, folds=2, seeds=2, steps=20)
    return outcome, page_text(outcome, "zh")


@pytest.mark.parametrize("data", ["breast_cancer", "digits"])
def test_the_page_stays_small(data):
    assert len(studied(data)[1].encode()) < MOST_BYTES


def test_every_chart_has_its_numbers_and_a_description(spoken):
    figures = re.findall(r"<figure>.*?</figure>", spoken, re.DOTALL)
    assert len(figures) >= 20
    for figure in figures:
        assert re.search(r'role="img" aria-label="[^"]{8,}"', figure)
        assert "<table" in figure


@pytest.mark.parametrize("data", ["breast_cancer", "wine", "diabetes"])
def test_no_english_sentence_is_left_in_the_chinese_page(data):
    outcome, text = studied(data)
    known = _known(outcome)
    for said in _Sentences(text).found:
        words = {w.lower() for w in LATIN.findall(said)}
        assert words <= known, said


def _known(outcome):
    """Names in the study itself, of losses, columns and classes, stay as they are."""
    config = outcome.config
    names = [r.candidate.label for r in outcome.results]
    names += [*config.columns.used, *config.task.classes, outcome.name, outcome.target]
    names += ["multiclass_hinge:variant=crammer_singer", "sigmoid_squared_error huber log_cosh"]
    names += ["softmax_squared_error softmax_focal generalized_cross_entropy hinge gamma focal"]
    return NAMES | {w.lower() for n in names for w in LATIN.findall(n)}


class _Sentences(HTMLParser):
    """What a page says to readers, in texts, labels and titles; not its code and its sources."""

    SILENT = ("script", "style", "code", "math", "cite")

    def __init__(self, text):
        super().__init__()
        self.found, self.silent = [], 0
        self.feed(re.sub(r'<p class="note">python .*?</p>', "", text.replace("<wbr>", "")))

    def handle_starttag(self, tag, attrs):
        self.silent += tag in self.SILENT
        self.found += [v for n, v in attrs if n in {"aria-label", "title", "alt"}]

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def test_what_the_data_says_cannot_break_the_page():
    frame = pl.DataFrame({"x": [float(i % 7) for i in range(40)], "<b>y": ["</script>", "&"] * 20})
    outcome = study.run(frame, "<b>y", losses=["hinge"], folds=2, seeds=1, steps=5)
    for text in (page_text(outcome), outcome._repr_html_()):
        assert "<b>" not in text
        assert text.count("</script>") in {0, 2}
        assert Elements(text).open == []


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_draws_itself_offline(tmp_path, binary, page, scheme, lang):
    requests, complaints = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.emulate_media(color_scheme=scheme)
    page.goto(binary.to_html(tmp_path / "report.html", lang).as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert complaints == []
    assert [r for r in requests if not r.startswith(("file:", "data:"))] == []
    assert page.locator(".chart:not(:has(svg))").count() == 0
    ink = page.evaluate("getComputedStyle(document.body).color")
    label = page.locator("#loss_comparison .chart svg text", has_text="hinge").first
    assert label.evaluate("e => getComputedStyle(e).fill") == ink
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@pytest.mark.browser
def test_a_phone_s_page_breaks_no_rule_of_accessibility(tmp_path, binary, page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    wide = page.locator(".formula").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.tabIndex)"
    )
    assert wide
    assert set(wide) == {0}
    assert violations(page) == []


@pytest.mark.browser
def test_keys_reach_everything_and_show_where_they_are(tmp_path, binary, page):
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    missed = page.evaluate("""() => {
        const marked = e => {
            e.focus({ focusVisible: true });
            return document.activeElement === e && getComputedStyle(e).outlineStyle !== "none";
        };
        return [...document.querySelectorAll("a, summary, [tabindex='0']")]
            .filter(e => e.checkVisibility() && !marked(e))
            .map(e => e.outerHTML.slice(0, 200));
    }""")
    assert missed == []


@pytest.mark.browser
def test_the_contents_tell_where_one_reads(tmp_path, binary, page):
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    page.locator(".contents a[href='#how_computed']").click()
    page.wait_for_selector(".contents a[href='#how_computed'][aria-current]")
    assert page.locator(".contents a[aria-current]").count() == 1
    assert page.locator(".contents").is_visible()


@pytest.mark.browser
def test_all_charts_are_in_print(tmp_path, binary, page):
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("html[data-drawn=yes]")
    page.emulate_media(media="print")
    assert page.locator(".contents").is_hidden()
    wide = page.locator(".chart svg").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert wide == 0
    assert page.pdf(format="A4")[:5] == b"%PDF-"

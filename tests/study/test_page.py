import re

import polars as pl
import pytest

from lossary import study
from lossary.study.numbers import curve_points, reliability_points
from lossary.study.page import page as page_text
from support.elements import Elements

MOST_BYTES = 1_600_000


@pytest.fixture(scope="module")
def text(binary):
    return page_text(binary)


def test_the_page_is_well_formed_and_complete_in_itself(text):
    elements = Elements(text)
    assert elements.open == []
    assert ("html", {"lang": "en"}) in elements.found
    links = [a.get("src") or a.get("href") for _, a in elements.found if {"src", "href"} & set(a)]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "@import" not in text.partition("<script")[0]


def test_the_scripts_are_inside_once(text):
    assert len(text.encode()) < MOST_BYTES
    assert text.count("</script>") == text.count("<script") == 2
    assert text.count('class="chart"') == 8 + 3 + 3


def test_the_same_study_gives_the_same_page_but_for_its_footer(binary, text):
    labels = [r.contender.label for r in binary.results]
    again = page_text(study.run("breast_cancer", losses=labels, folds=3, seeds=2, steps=40))
    footer = re.compile(r"<footer>.*?</footer>", re.DOTALL)
    assert footer.sub("", again) == footer.sub("", text)
    (foot,) = footer.findall(text)
    assert all(part in foot for part in ("Written 2", "UTC", "Processor time", "hinge 0."))


def test_the_threshold_stands_beside_the_loss(text, binary):
    section = text[text.index('id="threshold"') : text.index(">Learning curves</h3>")]
    assert section.count("<table") == 2
    for effect in binary.thresholds:
        assert f"{effect.gain.mean:+.4f} [" in section
    assert "Threshold or loss <span>balanced accuracy</span>" in text


def test_every_chart_has_its_numbers(text):
    for figure in re.findall(r"<figure>.*?</figure>", text, re.DOTALL):
        assert figure.count('role="img"') == 1
        assert figure.count("<table>") == 1
        assert re.search(r'aria-label="[^"]{10,}"', figure)


def test_the_verdict_comes_first_and_the_way_back_last(text, binary):
    order = ["Verdict", "Your data", "The race", "How it was computed"]
    places = [text.index(f">{title}</h2>") for title in order]
    assert places == sorted(places)
    assert binary.verdict.headline in text
    assert binary.command in text
    assert f"torch {binary.versions['torch']}" in text


def test_what_the_data_says_cannot_break_the_page():
    frame = pl.DataFrame({"x": [float(i % 7) for i in range(40)], "<b>y": ["</script>", "&"] * 20})
    outcome = study.run(frame, "<b>y", losses=["hinge"], folds=2, seeds=1, steps=5)
    text = page_text(outcome)
    assert "<b>" not in text
    assert text.count("</script>") == 2
    assert Elements(text).open == []


def test_curves_and_calibration_are_those_of_the_folds(binary):
    points = [p for p in curve_points(binary.results, binary.course) if p.loss == "hinge"]
    hinge = binary.results[1]
    assert [p.step for p in points] == list(binary.course.budget(0).checkpoints()[1:])
    assert points[-1].mean == pytest.approx(hinge.curves[:, -1].mean())
    reliability = reliability_points(hinge, seeds=2)
    assert sum(p.share for p in reliability) == pytest.approx(1)
    assert hinge.reliability[:, 0].sum() == 2 * 569
    assert all(p.low <= p.observed <= p.high for p in reliability)


def test_a_wilson_interval_by_hand():
    class Result:
        reliability = pl.DataFrame({"n": [20.0], "s": [4.0], "h": [5.0]}).to_numpy()

    (point,) = reliability_points(Result, seeds=2)
    # 2.5 of 10: (0.25 + 0.1921) / 1.3841 = 0.3194, give or take 0.2384.
    assert (point.stated, point.observed) == (0.2, 0.25)
    assert (point.low, point.high) == pytest.approx((0.0809, 0.5578), abs=1e-3)


@pytest.mark.browser
def test_a_diverged_training_is_shown_as_such(tmp_path, page, monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    outcome = study.run("wine", losses=["kl", "js"], folds=2, seeds=1, steps=9)
    complaints = []
    page.on("console", lambda m: complaints.append(m.text))
    page.goto(outcome.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert complaints == []
    assert page.locator(".results td.failed").count() == 2 * 8
    assert page.locator("#metric-0 text", has_text="kl: diverged").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_draws_itself_offline(tmp_path, binary, page, scheme):
    requests, complaints = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.emulate_media(color_scheme=scheme)
    file = binary.to_html(tmp_path / "report.html")
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert complaints == []
    assert [r for r in requests if not r.startswith(("file:", "data:"))] == []
    assert page.locator(".chart svg").count() == 8 + 3 + 3
    ink = page.evaluate("getComputedStyle(document.body).color")
    label = page.locator(".chart svg text", has_text="hinge").first
    assert label.evaluate("e => getComputedStyle(e).fill") == ink
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_charts_show_the_numbers_of_the_study(tmp_path, page):
    outcome = study.run("diabetes", losses=["squared_error", "huber"], folds=2, seeds=1, steps=20)
    page.goto(outcome.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    dots = page.locator("#metric-0 .mark-symbol path").evaluate_all(
        "all => all.map(e => e.__data__.datum.mean)"
    )
    expected = outcome.table.filter(metric="RMSE")["mean"].to_list()
    assert dots == pytest.approx(expected)
    narrow = page.locator("#metric-0 svg").bounding_box()["width"]
    page.locator("#metric-0 ~ details summary").click()
    assert page.get_by_role("region", name="Numbers of RMSE").is_visible()
    page.wait_for_function(f"document.querySelector('#metric-0 svg').clientWidth > {2 * narrow}")

"""The explorer in a browser: what it computes is what Python computes, wherever sliders stand."""

# ruff: noqa: RUF001 - Chinese punctuation

import base64

import numpy as np
import pytest

from lossary.explore.families_and_sliders import FAMILIES, family_of, members, sliders
from lossary.formulas import catalogue
from support.explorer import expected

pytestmark = pytest.mark.browser

LOSSES = [record.name for family in FAMILIES for record in members(family)]
PARTS = ("value", "gradient", "hessian")


def choose(page, name):
    """Look at one loss alone, in its family."""
    family = family_of(catalogue.get(name))
    page.locator(f"input[name=family][value={family}]").check()
    section = page.locator(f"section[data-family={family}]")
    checked = section.locator("input[name=loss]:checked").evaluate_all(
        "all => all.map(e => e.value)"
    )
    for other in set(checked) - {name}:
        section.locator(f"input[name=loss][value={other}]").uncheck()
    section.locator(f"input[name=loss][value={name}]").check()
    return section


def move(page, key, value):
    page.locator(f"#{key}").fill(f"{value:g}")


#: The numbers of all rows as the bytes of doubles: what Playwright takes apart by itself is slow.
PACKED = """async ([name, data]) => {
    const rows = await explorer.rows(name, data);
    const keys = Object.keys(rows[0]).filter(key => typeof rows[0][key] === "number");
    const numbers = Float64Array.from(rows.flatMap(row => keys.map(key => row[key] ?? NaN)));
    const bytes = new Uint8Array(numbers.buffer);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192)
        text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return [keys, btoa(text)];
}"""


def rows(page, name, data="grid"):
    """The rows that the page has of a loss, as it computes them."""
    keys, packed = page.evaluate(PACKED, [name, data])
    numbers = np.frombuffer(base64.b64decode(packed)).reshape(-1, len(keys))
    return [dict(zip(keys, row, strict=True)) for row in numbers.tolist()]


def agree(name, found, signals):
    __tracebackhide__ = True
    truth = expected(name, found, signals)
    for part in PARTS:
        # JSON has no infinity: Playwright hands it over all the same.
        got = np.array([row[part] for row in found], dtype=float)
        scale = np.max(np.abs(truth[part]), initial=0, where=np.isfinite(truth[part]))
        np.testing.assert_allclose(got, truth[part], rtol=2e-13, atol=1e-15 * scale, err_msg=part)


def test_the_browser_computes_what_python_computes_for_every_loss(opened):
    for name in LOSSES:
        choose(opened, name)
        for data in ("grid", "at", "listed"):
            agree(name, rows(opened, name, data), {})
    assert opened.complaints == []


def test_every_slider_of_every_loss_moves_what_it_says(opened):
    for name in LOSSES:
        section = choose(opened, name)
        for slider in (s for s in sliders(catalogue.get(name)) if not s.sets):
            for value in (slider.low, round(slider.low + 0.3 * (slider.high - slider.low), 2)):
                move(opened, f"{name}-{slider.signal}", value)
                agree(name, rows(opened, name), {slider.signal: value})
                shown = section.locator(f"output[for={name}-{slider.signal}]").text_content()
                assert float(shown) == pytest.approx(value)
            move(opened, f"{name}-{slider.signal}", slider.value)
    assert opened.complaints == []


def test_temperature_smoothing_label_and_target_move_all_losses(opened):
    for family in FAMILIES:
        opened.locator(f"input[name=family][value={family.key}]").check()
        signals = {}
        for slider, value in zip(family.shared, (0.3, 2.0, 1.5, 0.25, 1.2), strict=False):
            signals[slider.signal] = value
            move(opened, f"{family.key}-{slider.signal}", value)
        if family.labelled:
            opened.locator(f"#{family.key}-label").select_option("-1")
            signals["common_label"] = -1
        if family.key == "simplex":
            opened.locator("#simplex-class").select_option("2")
            signals["common_class"] = 2
        for record in members(family):
            choose(opened, record.name)
            agree(record.name, rows(opened, record.name), signals)
    assert opened.complaints == []


def test_alpha_sets_both_weights(opened):
    section = choose(opened, "sigmoid_focal")
    alpha = section.locator("output[for=sigmoid_focal-alpha]")
    assert alpha.text_content() == "—"
    move(opened, "sigmoid_focal-alpha", 0.25)
    found = rows(opened, "sigmoid_focal")
    agree("sigmoid_focal", found, {"positive": 0.25, "negative": 0.75})
    assert alpha.text_content() == "0.25"
    assert opened.locator("#sigmoid_focal-positive").input_value() == "0.25"
    assert opened.locator("#sigmoid_focal-negative").input_value() == "0.75"
    section.get_by_role("button", name="Reset").click()
    opened.wait_for_function(
        "document.querySelector('[for=sigmoid_focal-alpha]+output').value === '—'"
    )
    section.locator("input[value=sigmoid_focal]").check()
    agree("sigmoid_focal", rows(opened, "sigmoid_focal"), {})


def test_the_numbers_at_a_point_are_those_of_the_losses(opened):
    section = opened.locator("section[data-family=margin]")
    move(opened, "margin-common_x", -2)
    opened.evaluate("explorer.rows('hinge')")
    cells = section.locator(".numbers tbody tr", has_text="hinge").locator("data")
    assert [float(c.get_attribute("value")) for c in cells.all()] == [3, -1, 0]
    assert [c.text_content() for c in cells.all()] == ["3", "−1", "0"]
    told = section.locator("[role=status]", has_text="hinge: value 3, gradient −1, second deriv")
    told.wait_for(state="attached")


def test_charts_hold_the_curves_and_the_kept_ones(opened):
    def drawn(part):
        return opened.locator(f"#margin-{part} .mark-line path").count()

    assert [drawn(part) for part in PARTS] == [3, 3, 3]
    section = choose(opened, "hinge")
    section.get_by_role("button", name="Keep these curves").click()
    move(opened, "hinge-margin", 3)
    opened.evaluate("explorer.rows('hinge')")
    assert drawn("value") == 2
    section.get_by_role("button", name="Drop the kept").click()
    opened.evaluate("explorer.rows('hinge')")
    assert drawn("value") == 1
    opened.locator("#margin-value svg").click()
    opened.evaluate("explorer.rows('hinge')")
    assert abs(float(opened.locator("#margin-common_x").input_value())) < 1


def test_the_triangles_say_where_a_loss_is_infinite(opened):
    section = choose(opened, "reverse_kl")
    opened.evaluate("explorer.rows('reverse_kl')")
    caption = section.locator(".triangles[data-loss=reverse_kl] figcaption").first
    assert caption.text_content() == "infinite everywhere: smooth the label"
    move(opened, "simplex-common_smoothing", 0.1)
    agree("reverse_kl", rows(opened, "reverse_kl"), {"common_smoothing": 0.1})
    assert caption.text_content().startswith("full colour: ±")
    cells = section.locator(".triangles[data-loss=reverse_kl] .chart").first.locator(
        ".mark-rect path"
    )
    assert cells.count() == len(rows(opened, "reverse_kl"))


def test_curves_that_are_kept_say_how_they_were_set(opened):
    section = choose(opened, "hinge")
    keep = section.get_by_role("button", name="Keep these curves")
    keep.click()
    move(opened, "hinge-margin", 3)
    move(opened, "margin-common_softcap", 2)
    opened.locator("#margin-label").select_option("-1")
    keep.click()
    kept = section.locator(".kept span span")
    assert kept.all_text_contents() == [
        "hinge",
        "hinge (negative: −1, or 0, margin 3, softcap 2)",
    ]
    section.get_by_role("button", name="Drop the kept").click()
    assert section.locator(".kept").is_hidden()


def test_the_softcap_is_off_at_its_end(opened):
    section = choose(opened, "hinge")
    cap = section.locator("output[for=margin-common_softcap]")
    assert cap.text_content() == "off"
    move(opened, "margin-common_softcap", 9.9)
    agree("hinge", rows(opened, "hinge"), {"common_softcap": 9.9})
    assert cap.text_content() == "9.9"
    assert section.locator("#margin-common_softcap").get_attribute("aria-valuetext") == "9.9"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 740)])
def test_charts_stay_in_view_while_sliders_are_moved(opened, width, height):
    opened.set_viewport_size({"width": width, "height": height})
    opened.locator("#margin-common_softcap").evaluate("e => e.scrollIntoView({ block: 'end' })")
    opened.wait_for_function(
        "document.querySelector('#margin-common_softcap').getBoundingClientRect().bottom"
        " <= innerHeight + 1"
    )
    box = opened.locator("#margin-value").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height


def test_in_chinese_it_speaks_chinese(opened_in_chinese):
    page = opened_in_chinese
    section = choose(page, "hinge")
    section.locator("[role=status]", has_text="hinge：函数值 2，梯度 −1").wait_for(state="attached")
    assert section.locator("output[for=margin-common_softcap]").text_content() == "关闭"
    triangles = choose(page, "reverse_kl")
    page.evaluate("explorer.rows('reverse_kl')")
    assert "处处为无穷大" in triangles.locator("figcaption:visible").first.text_content()
    assert page.locator(".chart:visible text", has_text="第 1 类").count() == 3
    assert page.complaints == []


@pytest.mark.parametrize(
    ("lang", "scheme"), [("opened", "light"), ("opened", "dark"), ("opened_in_chinese", "light")]
)
def test_it_can_be_used_without_eyes_or_mouse(request, lang, scheme):
    from support.axe import violations

    page = request.getfixturevalue(lang)
    page.emulate_media(color_scheme=scheme)
    for family in FAMILIES:
        page.locator(f"input[name=family][value={family.key}]").check()
        section = page.locator(f"section[data-family={family.key}]")
        if family.key != "simplex":
            for box in section.locator("input[name=loss]").all():
                box.check()
            section.locator("[data-action=keep]").click()
        section.locator("summary").first.click()
        page.evaluate("explorer.rows('hinge')")
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_drawn_offline_in_any_width_and_scheme(opened, scheme):
    opened.emulate_media(color_scheme=scheme)
    for family in FAMILIES:
        opened.locator(f"input[name=family][value={family.key}]").check()
        opened.evaluate("explorer.rows('hinge')")
        ink = opened.evaluate("getComputedStyle(document.querySelector('.slider small')).color")
        label = opened.locator("section:not([hidden]) .chart svg .mark-text text").first
        assert label.evaluate("e => getComputedStyle(e).fill") == ink
        for width in (360, 1280):
            opened.set_viewport_size({"width": width, "height": 800})
            assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.complaints == []
    assert [r for r in opened.requests if not r.startswith(("file:", "data:"))] == []


def test_everything_is_reached_by_keyboard(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Tab")
    opened.keyboard.press("ArrowRight")
    assert opened.locator("section[data-family=residual]").is_visible()
    reached = set()
    for _ in range(40):
        opened.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.id || document.activeElement.name"))
    assert {"loss", "huber-delta", "residual-common_target", "residual-common_x"} <= reached
    opened.locator("#huber-delta").focus()
    opened.keyboard.press("ArrowRight")
    agree("huber", rows(opened, "huber"), {"delta": 1.01})
    unnamed = opened.locator("section:not([hidden]) :is(input, select):not([id]):not([name])")
    assert unnamed.count() == 0

"""Every language says everything, of the same values."""

import string

import jinja2
import jinja2.meta
import pytest

from lossary.frames import reading_notes
from lossary.pages.localization import LANGUAGES, language, say, texts_of
from lossary.pages.number_text import digits
from lossary.study.candidates import fitting_losses
from lossary.validation import LossaryError

SYNTAX = jinja2.Environment()  # noqa: S701 - nothing is rendered
SYNTAX.filters |= dict.fromkeys(("capital", "digits", "listed", "percent"), str)
SYNTAX.filters |= dict.fromkeys(("capital", "count", "digits", "listed", "percent"), str)


@pytest.mark.parametrize("name", [n for n in LANGUAGES if n != "en"])
def test_a_language_has_the_keys_and_the_values_of_english(name):
    english, other = texts_of("en"), texts_of(name)
    # What catalogue and records say in English is said there.
    own = {k for k in other if not k.startswith(("losses.", "parameters.", "reading."))}
    assert own == english.keys()
    for key in own:
        assert _values(other[key]) == _values(english[key]), key


@pytest.mark.parametrize("name", [n for n in LANGUAGES if n != "en"])
def test_a_language_sums_up_every_loss_of_a_study(name):
    kinds = ("binary", "multiclass", "regression")
    losses = {loss for kind in kinds for loss in fitting_losses(kind)}
    assert {f"losses.{loss}" for loss in losses} <= texts_of(name).keys()


@pytest.mark.parametrize("name", [n for n in LANGUAGES if n != "en"])
def test_a_language_says_what_was_decided_on_reading(name):
    own, english = texts_of(name), dict(reading_notes.SENTENCES)
    assert {k for k in own if k.startswith("reading.")} == {f"reading.{k}" for k in english}
    for kind, text in english.items():
        fields = {field for _, field, *_ in string.Formatter().parse(text) if field}
        assert _values(own[f"reading.{kind}"]) == fields, kind


def test_a_message_is_said_in_each_language():
    one, two = say("words.less_than", number="1 %"), say("words.more_than", number="2 %")
    assert str(one) == "less than 1 %"
    assert language("zh")(one) == "<1 %"
    assert language("en").listed([one, two, "x"]) == "less than 1 %, more than 2 % and x"
    assert language("zh").listed([one, two]) == "<1 %和>2 %"
    assert language("en")("words.more_than", number=one) == "more than less than 1 %"
    assert language("zh").of("words.and_not", "otherwise") == "otherwise"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1e-9, "less than 0.1 %"),
        (0.125, "12.5 %"),
        (1.0, "100 %"),
        (1 - 1e-9, "more than 99.9 %"),
    ],
)
def test_only_none_is_0_and_only_all_is_100_percent(share, text):
    assert language("en").percent(share) == text


def test_an_unknown_language_is_refused_with_those_that_there_are():
    with pytest.raises(LossaryError, match=r"lang must be .*en.*zh.*klingon"):
        language("klingon")


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        str(say("words.less_than"))


def _values(text):
    return jinja2.meta.find_undeclared_variables(SYNTAX.parse(text))


def test_a_number_has_no_more_digits_than_it_needs():
    assert [digits(x) for x in (0.12345, 12.345, 1234.5, 0.0)] == [
        "0.1235",
        "12.35",
        "1234",
        "0.0000",
    ]
    assert digits(1.2345e-6) == "1.234 × 10⁻⁶"
    assert digits(8.7377, 10.95) == "8.74"
    assert str(say("interval.span", low=8.7377, high=10.95)) == "[8.74, 10.95]"

"""A study on the terminal, in both languages."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from lossary.pages.localization import language
from lossary.study.console import calibration_note, data_lines, render

NUMBER = re.compile(r"[±+−-]?\d+\.\d{3,4}")


def printed(study, *language_, width=400):
    console = Console(width=width, record=True, file=StringIO())
    console.print(render(study, *language_))
    return console.export_text()


def test_the_data_is_said_first(binary):
    first, task, settings = map(str, data_lines(binary))
    assert first == "breast_cancer: 569 rows, 30 columns, target 'target'"
    assert task == (
        "Task: binary (the target has two values); benign 62.7%, malignant 37.3%; "
        "positive: malignant"
    )
    assert settings == "Model: linear, folds 3, seeds 2, steps 40"


@pytest.mark.parametrize("name", ["en", "zh"])
def test_the_verdict_is_printed_by_purpose(binary, name):
    say = language(name)
    text = printed(binary, say)
    assert say(binary.verdict.headline) in text
    for advice in binary.verdict.purposes:
        assert f"{say(advice.title)}  {say(advice.finding)}\n  → {say(advice.next)}" in text
    for finding in binary.verdict.thresholds:
        assert say(finding.text) in text
    assert say(calibration_note(binary)) in text


def test_english_is_the_default(binary):
    assert printed(binary) == printed(binary, language("en"))
    assert not re.search(r"[\u4e00-\u9fff]", printed(binary))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ["en", "zh"])
def test_no_number_is_cut_on_a_narrow_terminal(binary, name, width):
    text = printed(binary, language(name), width=width)
    assert sorted(NUMBER.findall(text)) == sorted(NUMBER.findall(printed(binary, language(name))))
    assert "…" not in text.replace("…\n", "")


def test_what_the_data_says_is_not_obeyed(binary):
    hostile = replace(binary, source="\x1b[2J\n.csv", target="\x1b]0;mine\x07\u202e")
    text = printed(hostile)
    assert "\\x1b[2J\\n.csv: 569 rows, 30 columns, target '\\x1b]0;mine\\x07\\u202e'" in text
    assert not re.search("[\x07\x1b\u202e]", text)

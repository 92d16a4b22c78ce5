"""One explorer for all tests of it."""

import pytest

from lossary import explore


@pytest.fixture(scope="session")
def text() -> str:
    """The page as it comes without options."""
    return explore.page()


@pytest.fixture(scope="session")
def chinese() -> str:
    """The same page in Chinese."""
    return explore.page(lang="zh")


@pytest.fixture
def opened(text, tmp_path, page):
    """The page in a browser, with what it complained of and asked for."""
    return look_at(text, tmp_path, page)


@pytest.fixture
def opened_in_chinese(chinese, tmp_path, page):
    """The page in Chinese in a browser."""
    return look_at(chinese, tmp_path, page)


def look_at(text, tmp_path, page):
    """Open a page, and keep what it complains of and asks for."""
    page.complaints, page.requests = [], []
    page.on("console", lambda m: page.complaints.append(m.text))
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.on("request", lambda r: page.requests.append(r.url))
    file = tmp_path / "explorer.html"
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    return page

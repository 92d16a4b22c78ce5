"""Fixtures of the whole suite: every framework in float64, one thread each, and a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import pytest
import torch
from hypothesis import settings

from support.arrays import NAMESPACES, namespace

jax.config.update("jax_enable_x64", True)
# What JAX has compiled is kept from run to run, by its digest; each worker has a folder of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
KEPT = Path(__file__).parents[1] / ".jax_cache" / WORKER
jax.config.update("jax_compilation_cache_dir", str(KEPT))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
torch.set_num_threads(1)
settings.register_profile("lossary", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("lossary")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(params=list(NAMESPACES))
def xp(request: pytest.FixtureRequest) -> ModuleType:
    """The array namespace of each framework in turn."""
    return namespace(request.param)


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> str:
    """The name of each floating dtype that every framework has."""
    return request.param


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium, started once in each process."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "no chromium on the path: leave these tests out with -m 'not browser'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page without a network and without a past; use it under ``@pytest.mark.browser``."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def without_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the theory's claims out of studies: to measure them takes longer than a small race."""
    monkeypatch.setattr("lossary.study.why.measure_claims", lambda *_: ())


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a line at the end of the run, in whatever process the test runs."""
    return lambda line: request.node.user_properties.append(("said", line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have said: how much a fuzz has tried."""
    reports = [r for found in terminalreporter.stats.values() for r in found]
    ended = [r for r in reports if getattr(r, "when", None) == "call"]
    lines = [line for r in ended for name, line in r.user_properties if name == "said"]
    if lines:
        terminalreporter.section("counts")
        terminalreporter.write_line("\n".join(sorted(lines)))

"""What axe-core, the checker of accessibility, finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

__all__ = ["violations"]


def violations(page: Any) -> list[str]:
    """Every rule that a page breaks, of WCAG 2.2 AA and of good practice, with where and why."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}\n  {node['target'][0]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]

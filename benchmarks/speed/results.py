"""What was measured, kept as JSON, so that a part can be measured anew and the page rewritten."""

import json
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[1] / "results"
_FILE = PLACE / "cpu.json"

# By case, then mode: the machine, and for each candidate its result.
Results = dict[str, dict[str, dict[str, Any]]]


def kept() -> Results:
    """All results so far."""
    return json.loads(_FILE.read_text()) if _FILE.exists() else {}


def keep(key: str, mode: str, machine: dict[str, str], candidates: dict[str, Any]) -> None:
    """Put one case's results in the place of its earlier ones."""
    results = kept()
    candidates = {name: _rounded(result) for name, result in candidates.items()}
    results.setdefault(key, {})[mode] = {"machine": machine, "candidates": candidates}
    PLACE.mkdir(exist_ok=True)
    new = _FILE.with_suffix(".new")
    new.write_text(json.dumps(dict(sorted(results.items())), indent=1, ensure_ascii=False) + "\n")
    new.replace(_FILE)


def _rounded(result: dict[str, Any]) -> dict[str, Any]:
    return {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in result.items()}

"""Conversion of a study to plain data for JSON."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lossary.pages.localization import Message
from lossary.study import information, why
from lossary.study.comparison import CONFIDENCE
from lossary.study.result import StudyResult
from lossary.study.verdict import Verdict

__all__ = ["plain_data"]


def plain_data(study: StudyResult) -> dict[str, Any]:
    """Return all results of a study; numbers that are not finite are None."""
    config, task = study.config, study.config.task
    values = {
        "data": {
            "name": study.name,
            "source": study.source,
            "target": study.target,
            "rows": config.frame.height,
            "columns": list(config.columns.used),
            "dropped": dict(config.columns.dropped),
            "notes": list(study.notes),
        },
        "task": {
            "kind": task.kind,
            "reason": task.reason,
            "classes": dict(zip(task.classes, task.counts, strict=True)),
            "positive": task.classes[1] if task.kind == "binary" else None,
        },
        "settings": {
            "model": config.model,
            "folds": config.folds,
            "seeds": config.seeds,
            "steps": config.steps,
            "confidence": CONFIDENCE,
            "command": study.command,
            "versions": study.versions,
        },
        "metrics": [
            {"name": m.name, "question": m.question, "better": m.better, "meaning": m.meaning}
            for m in study.metrics
        ],
        "losses": [
            {
                "label": r.candidate.label,
                "name": r.candidate.name,
                "parameters": dict(r.candidate.parameters),
                "probabilities": r.candidate.link,
                "learning_rates": r.rates.tolist(),
            }
            for r in study.results
        ],
        "results": [asdict(s) for s in study.comparisons],
        "verdict": _verdict(study.verdict),
        "thresholds": [asdict(e) for e in study.thresholds],
        "information": information.plain(study.information),
        "claims": [why.claim_to_dict(claim) for claim in study.claims],
    }
    plain: dict[str, Any] = _plain(values)
    return plain


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "headline": verdict.headline,
        "purposes": [
            {
                "purpose": a.purpose,
                "loss": a.loss,
                "unbeaten": list(a.unbeaten),
                "finding": a.finding,
                "next": a.next,
            }
            for a in verdict.purposes
        ],
        "findings": [
            {"question": f.question, "metric": f.metric, "finding": f.text}
            for f in verdict.findings
        ],
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON types; messages are in English."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Message):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value

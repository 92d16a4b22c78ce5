"""A file of finished trainings from which an interrupted study resumes.

The first line identifies the study; each further one is a training as JSON, written when it is
finished. An incomplete last line is ignored.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lossary.pages.atomic_write import check_writable, write_atomically
from lossary.study.config import Config
from lossary.study.fold_run import FoldResult
from lossary.validation import LossaryError

__all__ = ["Journal", "fingerprint"]

PACKAGES = ("lossary", "torch", "numpy", "scipy", "scikit-learn", "polars")

_BEGINNING = b'{"study": '

Key = tuple[str, int, int]
"""The label of the loss, the seed and the fold."""


class Journal:
    """The finished trainings of a study, in memory and in a file that ``resume`` reads again."""

    def __init__(
        self, path: Path, study: Mapping[str, Any], *, resume: bool, inputs: Iterable[str] = ()
    ) -> None:
        check_writable(path, inputs)
        self.path = path
        self.results: dict[Key, FoldResult] = {}
        self._head = json.dumps({"study": dict(study)}, ensure_ascii=False)
        self._lines = [self._head]
        if resume and path.exists():
            self._read(study)
        elif path.exists():
            _require_journal(path)
            path.unlink()

    def _read(self, study: Mapping[str, Any]) -> None:
        head, *lines = _whole_lines(self.path)
        if differing := [k for k in study if head.get("study", {}).get(k) != study[k]]:
            message = (
                f"cannot resume from {str(self.path)!r}: it was written by a study with another "
                f"{', '.join(differing)}; repeat that command, or start anew without --resume"
            )
            raise LossaryError(message)
        for line in lines:
            key, result = _unpacked(line)
            self.results[key] = result
            self._lines.append(json.dumps(line, ensure_ascii=False))

    def add(self, key: Key, result: FoldResult) -> None:
        """Add a finished training."""
        plain = asdict(result) | {"reliability": result.reliability.tolist()}
        line = json.dumps({"training": key, "result": plain}, ensure_ascii=False)
        self.results[key] = result
        if self._lines:
            write_atomically(self.path, "\n".join([*self._lines, line, ""]))
            self._lines.clear()
            return
        try:
            with self.path.open("ab", buffering=0) as file:
                file.write((line + "\n").encode())
        except OSError as error:
            message = f"cannot write {str(self.path)!r}: {error.strerror}"
            raise LossaryError(message) from error


def fingerprint(config: Config, target: str) -> dict[str, Any]:
    """Return the data and settings that a training depends on besides loss, seed and fold."""
    digest = hashlib.sha256()
    for hashes in (config.frame.hash_rows().to_numpy(), np.ascontiguousarray(config.task.y)):
        digest.update(hashes.tobytes())
    task = config.task
    return {
        "data": digest.hexdigest(),
        "target": target,
        "columns": list(config.columns.used),
        "task": task.kind,
        "classes": list(task.classes),
        "model": config.model,
        "folds": config.folds,
        "steps": config.steps,
        "versions": {p: version(p) for p in PACKAGES},
    }


def _require_journal(path: Path) -> None:
    """Require that a file to be overwritten is empty or a journal."""
    with path.open("rb") as file:
        head = file.read(len(_BEGINNING))
    if head and head != _BEGINNING:
        message = (
            f"cannot write {str(path)!r}: it exists and is not the journal of a study; "
            "give another name, or delete it"
        )
        raise LossaryError(message)


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        found = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        message = f"cannot resume from {str(path)!r}: {error}; delete it to start anew"
        raise LossaryError(message) from error
    if not found or not all(isinstance(line, dict) for line in found):
        message = (
            f"cannot resume from {str(path)!r}: it is not the journal of a study; "
            "delete it to start anew"
        )
        raise LossaryError(message)
    return found


def _unpacked(line: Mapping[str, Any]) -> tuple[Key, FoldResult]:
    label, seed, fold = line["training"]
    plain = line["result"]
    result = FoldResult(
        values=plain["values"],
        rate=plain["rate"],
        curve=tuple(plain["curve"]),
        reliability=np.array(plain["reliability"]),
        seconds=plain["seconds"],
    )
    return (label, seed, fold), result

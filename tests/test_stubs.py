"""Stubs: generated from the records, kept fresh, and understood by mypy and pyright."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lossary.formulas import catalogue

ROOT = Path(__file__).parents[1]

HEAD = """\
import jax
import jax.numpy as jnp
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import lossary as ls
from lossary import losses, measures
from lossary.torch import FocalLoss, HuberLoss, LinearCrossEntropyLoss, functional

array = np.ones(3, np.float32)
tensor = torch.ones(3)
logits = torch.zeros(2, 3)
labels = torch.tensor([0, 1])
third = np.full(3, 1 / 3)
"""

CORRECT = """
mean: np.floating = ls.hinge(array, array)
each: NDArray[np.floating] = ls.hinge([0.5], [1], margin=0.5, reduction="none")
single: np.floating = ls.hinge(0.5, 1)
loss: Tensor = ls.hinge(tensor, tensor, margin=tensor, sample_weight=[1.0, 2.0, 3.0])
slope: Tensor = ls.hinge.gradient(tensor, tensor)
bend: NDArray[np.floating] = ls.huber.hessian(array, array, delta=2.0)
of_jax: jax.Array = ls.softmax_cross_entropy(jnp.zeros((2, 3)), [0, 1], label_smoothing=0.1)
bits = float(ls.kl_divergence(third, third, base=2))
spread: Tensor = measures.entropy(tensor, normalize=True)
focal: Tensor = losses.softmax_focal(logits, labels, gamma=1.5, ignore_index=-100)
shared: Tensor = ls.mutual_information(torch.tensor([[0.5, 0.0], [0.25, 0.25]]))
ratio = ls.normalized_mutual_information([[1, 2], [3, 4]], normalize=True, average="min")
apart = ls.f_divergence(third, third, "total_variation")
several = ls.js_divergence(third, third, third, weights=[0.1, 0.1, 0.8])
ranked: Tensor = ls.margin_ranking(tensor, tensor, loss="logistic")
module = FocalLoss(gamma=1.5, label_smoothing=0.1)
batch: Tensor = module(logits, labels, sample_weight=torch.ones(2))
like_torch: torch.nn.HuberLoss = HuberLoss("sum", 2.0)
head = LinearCrossEntropyLoss(8, 3, bias=True)
bare: Tensor = functional.mse_loss(tensor, tensor, reduction="none")
own: Tensor = ls.torch.functional.log_cosh(tensor, tensor)
ls.validate(True)
texts = ls.formula("hinge"), ls.explain("hinge", array, array).path, ls.sql("hinge", y="a", s="b")
estimated = ls.estimate.entropy([1, 2, 2])
try:
    ls.hinge(array, array, margin=-1.0)
except ls.LossaryError as error:
    print(error)
"""

MISUSED = """
ls.hinge(array, array, margn=1.0)
ls.hinge(array, array, margin="wide")
ls.hinge(array, array, reduction="average")
ls.hinge("score", array)
ls.hinge(array)
ls.hinge(tensor, array)
ls.hinge.hessian(array, array, reduction="sum")
ls.hnge(array, array)
text: str = ls.hinge(array, array)
losses.softmax_focal(logits, labels, alpha=1.0)
losses.softmax_focal(logits, labels, 2.0)
ls.entropy(array, axis="last")
ls.self_information([0.5], normalize=True)
ls.normalized_mutual_information([[1, 2], [3, 4]], average="mean")
ls.multiclass_margin(array, array, variant="crammer")
ls.jax
FocalLoss(gama=2.0)
FocalLoss(reduction="average")
FocalLoss()(logits)
HuberLoss(delta="wide")
functional.mse_loss(tensor, tensor, "mean", "sum")
functional.hinge(tensor, tensor, 1.0, 0.5)
ls.torch.HinjeLoss()
"""


def _stubs():
    spec = importlib.util.spec_from_file_location("make_stubs", ROOT / "tools" / "make_stubs.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_stubs"] = module
    spec.loader.exec_module(module)
    return module.stubs()


def test_the_stubs_are_those_of_the_records():
    stale = [p.name for p, text in _stubs().items() if p.read_text(encoding="utf-8") != text]
    assert stale == [], "run make stubs"


def test_a_new_record_makes_them_stale():
    catalogue.register(replace(catalogue.get("hinge"), name="new_hinge"))
    try:
        text = _stubs()[ROOT / "src" / "lossary" / "losses" / "_signatures.pyi"]
    finally:
        catalogue.unregister("new_hinge")
    assert "\nnew_hinge: _NewHinge\n" in text


def test_the_correct_calls_run(capsys):
    exec(HEAD + CORRECT, {})  # noqa: S102 - the text that the type checkers read
    assert capsys.readouterr().out == "margin must lie in [0, inf), got -1.0\n"


def mypy(folder: Path) -> set[tuple[str, int]]:
    """File and line of every error that mypy finds, with the settings of this repository."""
    cache = str(ROOT / ".mypy_cache")
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", cache]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--output=json", "correct.py", "misused.py"],
        capture_output=True,
        check=False,
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT / "src")},
        text=True,
    )
    assert done.stderr == ""
    found = map(json.loads, done.stdout.splitlines())
    return {(e["file"], e["line"]) for e in found if e["severity"] == "error"}


def pyright(folder: Path) -> set[tuple[str, int]]:
    """File and line of every error that pyright finds in its standard mode."""
    settings = {"extraPaths": [str(ROOT / "src")], "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--outputjson"],
        capture_output=True,
        check=False,
        cwd=folder,
        text=True,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {
        (Path(e["file"]).name, e["range"]["start"]["line"] + 1)
        for e in found
        if e["severity"] == "error"
    }


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_type_checker_passes_correct_calls_and_finds_each_misused_argument(checker, tmp_path):
    (tmp_path / "correct.py").write_text(HEAD + CORRECT)
    (tmp_path / "misused.py").write_text(HEAD + MISUSED)
    first = len(re.findall("\n", HEAD)) + 2
    wrong = {("misused.py", first + i) for i in range(len(MISUSED.strip().splitlines()))}
    assert checker(tmp_path) == wrong

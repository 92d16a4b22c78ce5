"""The extreme cases of ``data/extreme_cases.json`` as calls of this library."""

# ruff: noqa: ARG001, ARG005 - every call has the signature of its table

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import lossary as ls

CASES = json.loads((Path(__file__).parents[1] / "data" / "extreme_cases.json").read_text())["cases"]

Make = Callable[..., Any]


def _plain(text: str) -> Any:
    """The values of a recipe such as ``full(2**20,1.0)`` or ``[0]*10``."""
    size = r"\(?(\d+)(?:\*\*(\d+))?"
    if match := re.fullmatch(rf"full\({size},\s*([\d.]+)\)", text):
        return np.full(_size(match), float(match[3]))
    if match := re.fullmatch(rf"zeros\({size}\)", text):
        return np.zeros(_size(match))
    if match := re.fullmatch(r"zeros\(\((\d+),(\d+)\)\)", text):
        return np.zeros((int(match[1]), int(match[2])))
    if match := re.fullmatch(r"\[(\d+)\]\*(\d+)", text):
        return [int(match[1])] * int(match[2])
    return float(text)


def _size(match: re.Match[str]) -> int:
    return int(match[1]) ** int(match[2] or 1)


def plain(x: Any) -> Any:
    """A case's input as nested lists of floats; what is no number stays text."""
    if isinstance(x, list):
        return [plain(v) for v in x]
    try:
        return _plain(x) if isinstance(x, str) else x
    except ValueError:
        return x


def _options(case: dict[str, Any]) -> dict[str, Any]:
    params = case["params"]
    base = params.get("base", "e")
    out = {} if base == "e" else {"base": float(base)}
    if params.get("normalize") or "normalised" in params.get("convention", ""):
        out["normalize"] = True
    return out


def _reduced(case: dict[str, Any], *names: str) -> dict[str, Any]:
    params = case["params"]
    out = {"reduction": params["reduction"]} if "reduction" in params else {}
    for name in names:
        if params.get(name) is not None:
            out[name] = float(params[name])
    if "ignore_index" in params:
        out["ignore_index"] = int(params["ignore_index"])
    return out


def _index(values: Any) -> Any:
    values = np.asarray(values)
    return values.astype(np.int64) if np.all(values == np.floor(values)) else values


def _counts(values: Any) -> Any:
    """Counts as exact integers: 10**15 + 1 has no float32."""
    return np.asarray([[int(v) for v in row] for row in values], dtype=np.int64)


class Call:
    """One case as a call: ``run(make)`` computes it from arrays that ``make`` builds."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.inputs = {k: plain(v) for k, v in case["inputs"].items()}

    def run(self, make: Make) -> tuple[Any, dict[str, Any]]:
        """The result, and the arrays it was made from by their names in the case."""
        arrays = {}

        def array(name: str) -> Any:
            arrays[name] = make(self.inputs[name], self.case["dtype"], name)
            return arrays[name]

        return _CALLS[self.case["measure"]](self, array, make), arrays


def _entropy(call: Call, array: Any, make: Make) -> Any:
    if "axis" in call.case["params"]:
        column = np.asarray(call.inputs["p"])
        table = np.repeat(column[:, None], 4, axis=1)
        return ls.entropy(make(table, call.case["dtype"]), axis=0, **_options(call.case))[0]
    return ls.entropy(array("p"), **_options(call.case))


def _cross_entropy(call: Call, array: Any, make: Make) -> Any:
    options = _reduced(call.case, "label_smoothing")
    if "weight" in call.case["params"]:
        options["class_weight"] = make(plain(call.case["params"]["weight"]), call.case["dtype"])
    target = make(_index(call.inputs["target"]), "int64")
    if np.asarray(call.inputs["target"]).dtype.kind == "f" and np.any(
        np.asarray(call.inputs["target"]) % 1
    ):
        target = make(call.inputs["target"], call.case["dtype"])
    return ls.softmax_cross_entropy(array("logits"), target, **options)


def _hinge_of_classes(call: Call, array: Any, make: Make) -> Any:
    variant = call.case["params"]["variant"].removesuffix(" sum").replace("-", "_")
    target = make(_index(call.inputs["target"]), "int64")
    options = _reduced(call.case, "margin")
    return ls.multiclass_hinge(array("scores"), target, variant=variant, **options)


def _focal_of_classes(call: Call, array: Any, make: Make) -> Any:
    target = make(_index(call.inputs["target"]), "int64")
    return ls.softmax_focal(array("logits"), target, **_reduced(call.case, "gamma"))


def _js(call: Call, array: Any, make: Make) -> Any:
    function = ls.js_distance if call.case["params"]["sqrt"] else ls.js_divergence
    return function(array("p"), array("q"), **_options(call.case))


def _columns(call: Call, array: Any, make: Make) -> Any:
    bits = np.indices((2, 2, 2, 2)).reshape(4, -1)
    columns = np.repeat(bits, 12500, axis=1)
    return ls.total_correlation_from_counts(make(ls.contingency(*columns), "int64"))


_Run = Callable[[Call, Any, Make], Any]
_CALLS: dict[str, _Run] = {
    "self-information": lambda c, a, _: ls.self_information(a("p"), **_options(c.case)),
    "entropy": _entropy,
    "entropy from logits": lambda c, a, _: ls.entropy_from_logits(a("logits")),
    "conditional entropy H(Y|X) from counts": lambda c, a, make: ls.conditional_entropy_from_counts(
        make(_counts(c.inputs["counts"]), "int64")
    ),
    "mutual information from counts": lambda c, a, make: ls.mutual_information_from_counts(
        make(_counts(c.inputs["counts"]), "int64")
    ),
    "mutual information of a joint pmf": lambda c, a, _: ls.mutual_information(a("joint")),
    "mutual information of label columns": lambda c, a, make: ls.mutual_information_from_counts(
        make(ls.contingency(c.inputs["x"], c.inputs["y"]), "int64")
    ),
    "total correlation of label columns": _columns,
    "KL divergence": lambda c, a, _: ls.kl_divergence(a("p"), a("q"), **_options(c.case)),
    "KL divergence from logits": lambda c, a, _: ls.kl_divergence_from_logits(
        a("p_logits"), a("q_logits")
    ),
    "Jensen-Shannon divergence": _js,
    "Jensen-Shannon divergence of two samples": lambda c, a, make: ls.js_divergence_from_counts(
        *(make(f, "int64") for f in ls.frequencies(c.inputs["x"], c.inputs["y"]))
    ),
    "KL divergence of two samples": lambda c, a, make: ls.kl_divergence_from_counts(
        *(make(f, "int64") for f in ls.frequencies(c.inputs["x"], c.inputs["y"]))
    ),
    "cross-entropy of probabilities": lambda c, a, _: ls.cross_entropy(a("target"), a("q")),
    "cross-entropy from logits (index target)": _cross_entropy,
    "cross-entropy from logits (soft target)": lambda c, a, _: ls.softmax_cross_entropy(
        a("logits"), a("target"), **_reduced(c.case)
    ),
    "binary cross-entropy from logits": lambda c, a, _: ls.sigmoid_cross_entropy(
        a("logits"), a("target"), **_reduced(c.case, "pos_weight")
    ),
    "binary cross-entropy of probabilities": lambda c, a, _: ls.binary_cross_entropy(
        a("p"), a("target"), **_reduced(c.case)
    ),
    "mean squared error": lambda c, a, _: ls.squared_error(a("a"), a("b"), **_reduced(c.case)),
    "binary hinge": lambda c, a, _: ls.hinge(a("score"), a("target"), **_reduced(c.case)),
    "multiclass hinge": _hinge_of_classes,
    "ranking hinge (margin ranking)": lambda c, a, _: ls.margin_ranking(
        a("x1"), a("x2"), a("y"), **_reduced(c.case, "margin")
    ),
    "binary focal loss from logits": lambda c, a, _: ls.sigmoid_focal(
        a("logits"), a("target"), **_reduced(c.case, "gamma", "alpha")
    ),
    "multiclass focal loss from logits": _focal_of_classes,
}

"""Random calls of every public function: each ends in a result or in a LossaryError."""

import datetime as dt
import inspect
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import array_api_strict
import jax.numpy as jnp
import numpy as np
import polars as pl
import scipy.sparse
import torch

import lossary as ls
from lossary import estimate
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, UNIT_INTERVAL, Pointwise, Rowwise
from lossary.study.candidates import choose_candidates, fitting_losses
from lossary.study.task import infer_task

SEED, ROUNDS = 20261130, 40
P, Q = [[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]], [[0.25, 0.5, 0.25], [0.5, 0.3, 0.2]]
TABLE, COUNTS = [[0.25, 0.25], [0.0, 0.5]], [[3, 1], [0, 4]]
LABELS, NUMBERS = ["a", "b", "a", "c", "b", "a", "a", "b"], [0.5, 1.5, 0.1, 2.5, 1.2, 0.3, 0.2, 1.1]

#: Values that no argument or hardly any takes.
ODD: list[Callable[[], Any]] = [
    lambda: None, lambda: True, lambda: 0, lambda: 1, lambda: -1, lambda: 2, lambda: 3,
    lambda: 10**400, lambda: -(10**30), lambda: 10**5000, lambda: 2**63, lambda: 1.5, lambda: 0.0,
    lambda: -0.0, lambda: 1e-320, lambda: 1e308, lambda: float("inf"), lambda: float("nan"),
    lambda: 1j, lambda: "x", lambda: "", lambda: "mean", lambda: b"x", dict, lambda: {"a": 1},
    lambda: {1, 2}, list, lambda: [[]], tuple, object, lambda: range(3),
    lambda: [[1.0, 2.0], [1.0]], lambda: [None, 1.0], lambda: ["a", 1.0], lambda: [10**400],
    lambda: [2**63], lambda: [1.0, [2.0]], lambda: (x for x in (1.0, 2.0)),
    lambda: dt.date(2026, 1, 1), lambda: slice(None), lambda: Ellipsis, lambda: NotImplemented,
    lambda: np.array([1, None], dtype=object), lambda: np.array(["a", "b"]),
    lambda: np.array(["2026-01-01"], dtype="datetime64[D]"), lambda: np.array([1],
    "timedelta64[s]"),
    lambda: np.array([1j, 2.0]), lambda: np.ma.array([0.5, 0.5], mask=[0, 1]),
    lambda: np.array(0.5), lambda: np.array(1), lambda: np.zeros(0), lambda: np.zeros((0, 3)),
    lambda: np.zeros((2, 0)), lambda: np.zeros((2, 3, 1)), lambda: np.array([True, False]),
    lambda: np.array([np.nan, 0.5]), lambda: np.array([[np.inf, 0.5, 1.0], [1.0, -np.inf, 0.0]]),
    lambda: np.array([2**63], dtype=np.uint64), lambda: np.array([1], dtype=np.int8),
    lambda: np.float16([0.5, 0.5]), lambda: np.longdouble([0.5, 0.5]), lambda: np.float64(0.5),
    lambda: np.int64(1), lambda: np.bool_(True), lambda: np.str_("x"), lambda: np.complex128(1),
    lambda: np.full((1, 2), 0.5).view(np.matrix), lambda: np.rec.array([(1, 2.0)]),
    lambda: np.ones((2, 3)),
    lambda: scipy.sparse.eye(3), lambda: scipy.sparse.eye_array(2), lambda: torch.ones(2),
    lambda: torch.tensor(0.5), lambda: torch.zeros(0), lambda: torch.ones(2, 3),
    lambda: torch.tensor([1j]), lambda: torch.eye(2).to_sparse(),
    lambda: torch.ones(2, dtype=torch.bfloat16), lambda: torch.tensor([0, 1]),
    lambda: torch.tensor([True, False]), lambda: torch.ones(2, 3, requires_grad=True),
    lambda: torch.ones(2, 3, device="meta"), lambda: torch.nn.Parameter(torch.ones(2)),
    lambda: torch.ones(2, 3).to(torch.float8_e4m3fn), lambda: [torch.ones(2), torch.ones(2)],
    lambda: array_api_strict.ones(2),
    lambda: array_api_strict.ones((2, 3)), lambda: pl.Series([0.5, 0.5]), lambda: pl.Series(["a",
    None]),
    lambda: pl.DataFrame({"a": [1, 2]}), lambda: [np.nan, np.nan], lambda: "arithmetic",
]  # fmt: skip

#: JAX compiles whatever it has not met, for a second or two: met seldom.
ODD_OF_JAX: list[Callable[[], Any]] = [
    lambda: jnp.ones(2), lambda: jnp.ones((2, 3)), lambda: jnp.asarray([0, 1]),
    lambda: jnp.asarray(0.5), lambda: jnp.asarray([1j]), lambda: jnp.zeros(0),
]  # fmt: skip

MADE: dict[Callable[[Any], Any], float] = {
    list: 4,
    np.asarray: 4,
    torch.tensor: 4,
    lambda x: torch.tensor(
        x, dtype=torch.float64 if isinstance(np.ravel(x)[0], float) else None
    ): 4,
    array_api_strict.asarray: 2,
}
"""How lawful arguments are given, and how often."""


def odd(rng: random.Random) -> Any:
    """Return an odd value."""
    return rng.choice(ODD_OF_JAX if rng.random() < 0.02 else ODD)()


def lawful(name: str) -> dict[str, Any]:
    """Return arguments that a function of the catalogue takes, by their names."""
    bare = name
    for space in ("_from_logits", "_from_log_probabilities", "_from_counts"):
        bare = bare.removesuffix(space)
    record = catalogue.get(bare) if bare in catalogue.names() else None
    if isinstance(record, Pointwise):
        target = {SIGNS: [1.0, -1.0], UNIT_INTERVAL: [1.0, 0.0]}.get(record.target, [1.0, 2.0])
        return {"score": [0.25, 0.75], "target": target}
    if isinstance(record, Rowwise):
        return {"logits": [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], "target": P}
    names = list(inspect.signature(getattr(ls, name)).parameters)
    given: dict[str, Any] = {
        "p": P, "q": Q, "p_logits": P, "q_logits": Q, "log_p": np.log(P).tolist(),
        "log_q": np.log(Q).tolist(), "joint": TABLE, "first": [1.0, 2.0], "second": [0.5, 3.0],
        "scores": [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], "target": [0, 2], "conditional": [P, Q],
        "generator": "kl_divergence",
    }  # fmt: skip
    if name.endswith("_from_counts"):
        given |= {"p": [[2, 1, 1]], "q": [[1, 1, 2]], "joint": COUNTS}
    if name == "margin_ranking":
        given["target"] = [1.0, -1.0]
    return {n: given[n] for n in names if n in given}


def keywords(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's options."""
    found = inspect.signature(function).parameters.values()
    own = [p.name for p in found if p.kind is p.KEYWORD_ONLY]
    if function.__name__ in {"multiclass_hinge", "multiclass_margin", "margin_ranking"}:
        own += ["margin", "loss", "variant", "axis", "reduction", "sample_weight", "class_weight"]
    return own


def _text(x: Any) -> str:
    try:
        return f"{type(x).__name__} {x!r}"[:60]
    except ValueError:
        return "a long number"


def _odd(rng: random.Random, given: dict[str, Any], options: list[str]) -> dict[str, Any]:
    """Return arguments of which none, one or two are odd."""
    (made,) = rng.choices(list(MADE), list(MADE.values()))
    given = {n: made(x) if isinstance(x, list) else x for n, x in given.items()}
    names = [*given, *options]
    for name in rng.sample(names, k=min(rng.choice([0, 1, 1, 2]), len(names))):
        given[name] = odd(rng)
    return given


def _asked(name: str, given: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{n}={_text(x)}' for n, x in given.items())})"


class _Fuzz:
    """Calls made so far: how many ended in which way, and what went wrong."""

    def __init__(self, what: str) -> None:
        self.rng, self.what = random.Random(SEED), what  # noqa: S311 - a test
        self.counts, self.wrong = Counter[str](), list[str]()

    def call(self, asked: str, function: Callable[..., Any], *arguments: Any, **given: Any) -> None:
        try:
            function(*arguments, **given)
        except ls.LossaryError as error:
            self.counts["refused"] += 1
            if not str(error):
                self.wrong.append(f"{asked}: no text")
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault
            self.wrong.append(f"{asked}: {type(error).__name__}: {str(error)[:150]}")
        else:
            self.counts["computed"] += 1

    def end(self, said: Callable[[str], None]) -> None:
        said(f"fuzz of {self.what}: {dict(self.counts)}")
        assert self.wrong == []
        assert min(self.counts[how] for how in ("computed", "refused")) > 0


LOSSES, MEASURES = dir(ls.losses), dir(ls.measures)


def test_losses_and_measures(said):
    fuzz = _Fuzz("losses and measures")
    for name in (*LOSSES, *MEASURES):
        function, usual = getattr(ls, name), lawful(name)
        for _ in range(ROUNDS):
            given = _odd(fuzz.rng, usual, keywords(function))
            asked, first = _asked(name, given), [given.pop(n) for n in usual]
            fuzz.call(asked, function, *first, **given)
    fuzz.end(said)


def test_derivatives_of_losses(said):
    fuzz = _Fuzz("gradients and Hessians")
    for name in catalogue.names("pointwise"):
        function, usual = getattr(ls, name), lawful(name)
        own = [p.name for p in catalogue.get(name).parameters]
        for part in (function.gradient, function.hessian):
            for _ in range(ROUNDS // 4):
                given = _odd(fuzz.rng, usual, own)
                asked, first = _asked(name, given), [given.pop(n) for n in usual]
                fuzz.call(asked, part, *first, **given)
    fuzz.end(said)


ESTIMATORS: dict[str, list[Any]] = {
    "entropy": [LABELS],
    "mutual_information": [LABELS, NUMBERS],
    "normalized_mutual_information": [LABELS, LABELS[::-1]],
    "conditional_entropy": [LABELS, LABELS[::-1]],
    "conditional_mutual_information": [LABELS, LABELS[::-1], NUMBERS],
    "kl_divergence": [LABELS, LABELS[::-1]],
    "js_divergence": [NUMBERS, NUMBERS[::-1]],
    "g_test": [LABELS, LABELS[::-1]],
    "permutation_test": [LABELS, LABELS[::-1]],
    "contingency": [LABELS, LABELS[::-1]],
    "frequencies": [LABELS],
    "entropy_from_counts": [[3, 1, 2]],
    "conditional_entropy_from_counts": [COUNTS],
    "mutual_information_from_counts": [COUNTS],
    "normalized_mutual_information_from_counts": [COUNTS],
    "conditional_mutual_information_from_counts": [[COUNTS, COUNTS]],
    "kl_divergence_from_counts": [[3, 1, 2], [1, 2, 3]],
    "js_divergence_from_counts": [[3, 1, 2], [1, 2, 3]],
    "g_test_from_counts": [COUNTS],
    "Accumulator": [],
}


def test_estimators(said):
    fuzz = _Fuzz("estimators")
    for name, columns in ESTIMATORS.items():
        function = getattr(estimate, name)
        parameters = list(inspect.signature(function).parameters)
        usual = {f"argument {i}": column for i, column in enumerate(columns)}
        options = parameters[len(columns) :]
        for _ in range(ROUNDS):
            given = {**usual}
            every = [*usual, *options]
            for n in fuzz.rng.sample(every, k=min(fuzz.rng.choice([0, 1, 1, 2]), len(every))):
                given[n] = odd(fuzz.rng)
            asked, first = _asked(name, given), [given.pop(n) for n in usual]
            fuzz.call(asked, function, *first, **given)
    fuzz.end(said)


OPTIONS = ["reduction", "axis", "temperature", "margin", "alpha", "loss"]
NAMES = [*LOSSES, *MEASURES, "hing", ""]


def test_texts_and_paths(said):
    fuzz = _Fuzz("formula, sql, expression, explain, kernel_source")
    for name in (*NAMES, *(make() for make in ODD)):
        for function in (ls.formula, ls.kernel_source):
            fuzz.call(f"{function.__name__}({_text(name)})", function, name)
        given = {"y": "label", "s": "score", "z": "logits", "p": "p", "q": "q"}
        for function in (ls.sql, ls.expression):
            some = {n: given[n] for n in fuzz.rng.sample(list(given), k=2)}
            some[fuzz.rng.choice(["dialect", "library", "margin", "y", "p"])] = odd(fuzz.rng)
            asked = _asked(f"{function.__name__} {_text(name)}", some)
            fuzz.call(asked, function, name, **some)
        for _ in range(ROUNDS // 20):
            usual = lawful(name) if isinstance(name, str) and name in NAMES[:-2] else {"p": P}
            more = _odd(fuzz.rng, usual, OPTIONS)
            asked, first = _asked(f"explain {_text(name)}", more), [more.pop(n) for n in usual][:2]
            fuzz.call(asked, ls.explain, name, *first, **more)
        how = {fuzz.rng.choice(["target", "bits", "classes"]): odd(fuzz.rng)}
        fuzz.call(_asked(f"kernel_source {_text(name)}", how), ls.kernel_source, name, **how)
    fuzz.end(said)


WORDS = [
    "hinge", "sigmoid_focal", "softmax_focal", "multiclass_hinge", "huber", "quantile", "gamma",
    "q",
    "delta", "level", "variant", "crammer_singer", "margin", ":", ":", "=", "=", ",", ",", " ", "2",
    "1e999", "-1", "nan", "inf", "1_0", "0x1", "", "\0", "é", "reduction", "none", "axis", "'",
]  # fmt: skip


def test_loss_specifications(said):
    fuzz = _Fuzz("loss specifications")
    tasks = [infer_task(pl.Series("y", y)) for y in (["a", "b"] * 4, ["a", "b", "c"] * 4, NUMBERS)]
    for task in tasks:
        for name in fitting_losses(task.kind):
            fuzz.call(name, choose_candidates, [name], task)
        for _ in range(ROUNDS * 3):
            text = "".join(fuzz.rng.choices(WORDS, k=fuzz.rng.randint(1, 7)))
            fuzz.call(repr(text), choose_candidates, [text], task)
    fuzz.end(said)

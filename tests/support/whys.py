"""Small subjects of the claims, and models with weights that a test chooses."""

from functools import cache

import numpy as np
import polars as pl
import torch

from lossary.study import why
from lossary.study.candidates import choose_candidates
from lossary.study.columns import Columns
from lossary.study.cross_validation import Config
from lossary.study.task import infer_task
from lossary.study.why.setup import TrainingRun, prepare_setup

BINARY = infer_task(pl.Series("y", ["a", "b"] * 2))
THREE = infer_task(pl.Series("y", ["a", "b", "c"] * 2))
NUMBER = infer_task(pl.Series("y", [0.5 * i for i in range(30)]))


def candidate(label, task=BINARY):
    """The one loss of a text."""
    (found,) = choose_candidates([label], task)
    return found


def config(kind, rows=90, model="linear", steps=40):
    """Rows of three normal columns, their target a noisy function of two of them."""
    random = np.random.default_rng(7)
    x = random.normal(size=(rows, 3))
    value = x[:, 0] - 2 * x[:, 1] + random.normal(size=rows)
    y = {
        "binary": np.where(value > 1.2, "yes", "no"),
        "multiclass": np.digitize(value, [-1.5, 1]).astype(str),
        "regression": 50 + 10 * value,
    }[kind]
    names = ("p", "q", "r")
    frame = pl.DataFrame(dict(zip(names, x.T, strict=True)))
    return Config(
        frame=frame,
        columns=columns(names),
        task=infer_task(pl.Series("y", y), kind=kind),
        model=model,
        folds=3,
        seeds=1,
        steps=steps,
    )


@cache
def claims_of(kind, model="linear"):
    """The claims of such a config, measured once in each process."""
    return why.measure_claims(config(kind, model=model))


def columns(names):
    """Columns of numbers alone."""
    return Columns(numbers=tuple(names), flags=(), categories=(), dropped=(), notes=())


def setup(kind, model="linear", rows=90):
    """The first fold of such a config."""
    return prepare_setup(config(kind, rows, model))


def still(found, *weights):
    """A training of one checkpoint, with these weights."""
    tensors = [torch.as_tensor(w, dtype=torch.float64)[None] for w in weights]
    return TrainingRun(found, 0.1, (0,), (tensors,))

"""Small tables and one small study that several tests look at."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from lossary import study


@pytest.fixture(scope="session")
def messy() -> pl.DataFrame:
    """Sixty rows with everything that real tables have."""
    random = np.random.default_rng(0)
    rows = 60
    age = random.normal(40, 10, rows)
    return pl.DataFrame(
        {
            "id": list(range(1000, 1000 + 3 * rows, 3)),
            "age": [None if i % 10 == 0 else float(a) for i, a in enumerate(age)],
            "city": [("Oslo", "Bergen", None)[i % 3] for i in range(rows)],
            "constant": ["x"] * rows,
            "email": [f"user{i}@example.org" for i in range(rows)],
            "member": [bool(i % 2) for i in range(rows)],
            "joined": [date(2020, 1, 1) + timedelta(days=int(5 * a)) for a in age],
            "empty": [None] * rows,
            "ratio": [float("inf") if i == 5 else float(a) / 3 for i, a in enumerate(age)],
            "y": [None if i == 7 else "yes" if a > 42 else "no" for i, a in enumerate(age)],
        },
        schema_overrides={"empty": pl.String},
    )


SHARED = {
    "losses": ["sigmoid_cross_entropy", "hinge", "softmax_focal:gamma=5"],
    "folds": 3,
    "seeds": 2,
    "steps": 40,
}


@pytest.fixture(scope="session")
def binary() -> study.Study:
    """A study of a table where one loss is clearly worse in its probabilities."""
    return study.run("breast_cancer", **SHARED)


@pytest.fixture(scope="session")
def again() -> study.Study:
    """The same study once more."""
    return study.run("breast_cancer", **SHARED)

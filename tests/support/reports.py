"""A table that reports look at, and one that has moved from it."""

import numpy as np
import polars as pl

__all__ = ["customers", "moved"]


def customers(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """Customers, of whom contract and tenure tell who leaves."""
    random = np.random.default_rng(seed)
    contract = random.choice(["month", "year"], rows, p=[0.6, 0.4])
    tenure = random.exponential(20, rows)
    leaves = 1 / (1 + np.exp(1 - 2 * (contract == "month") + 0.08 * tenure))
    return pl.DataFrame(
        {
            "id": [f"c{seed}-{i}" for i in range(rows)],
            "contract": contract,
            "code": np.where(contract == "month", 1, 12),
            "tenure": [None if i % 17 == 0 else float(t) for i, t in enumerate(tenure)],
            "region": random.choice(["north", "south", "west"], rows),
            "country": ["NO"] * rows,
            "churn": np.where(random.random(rows) < leaves, "yes", "no"),
        }
    )


def moved(rows: int = 400) -> pl.DataFrame:
    """Other customers: a new region, shorter tenures, a column less and one more."""
    return customers(rows, seed=1).select(
        "id",
        "contract",
        pl.col("code").cast(pl.String),
        pl.col("tenure") / 2,
        pl.col("region").replace({"north": "centre"}),
        "churn",
        pl.lit(1).alias("age"),
    )

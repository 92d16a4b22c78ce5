"""The same loss in NumPy, in DuckDB and in Polars: a model's log-loss by region, three ways."""

import duckdb
import numpy as np
import polars as pl

import lossary as ls


def main() -> None:
    """Score predictions where they lie, and see that the numbers agree."""
    rng = np.random.default_rng(0)
    score = rng.normal(size=1000)
    frame = pl.DataFrame(
        {
            "region": rng.choice(["north", "south"], size=1000),
            "score": score,
            "label": (rng.random(1000) < 1 / (1 + np.exp(-score))).astype(int),
        }
    )

    loss = ls.sql("sigmoid_cross_entropy", y="label", s="score")
    query = f"SELECT region, avg({loss}) FROM frame GROUP BY region ORDER BY region"
    in_duckdb = duckdb.sql(query).fetchall()

    expression = ls.expression("sigmoid_cross_entropy", y="label", s="score")
    in_polars = frame.group_by("region").agg(expression.mean()).sort("region").rows()

    parts = frame.sort("region").partition_by("region")
    in_numpy = [
        (part["region"][0], ls.sigmoid_cross_entropy(part["score"], part["label"]))
        for part in parts
    ]
    for engine, rows in {"NumPy": in_numpy, "DuckDB": in_duckdb, "Polars": in_polars}.items():
        print(f"{engine:8}", {region: round(float(value), 12) for region, value in rows})


if __name__ == "__main__":
    main()

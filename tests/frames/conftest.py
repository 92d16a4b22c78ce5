"""The engines that run beside this process."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.tables import dask_cluster, spark_session


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """A Dask cluster of two processes."""
    with dask_cluster():
        yield


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Spark in local mode; use it under ``@pytest.mark.spark``."""
    with spark_session() as session:
        yield session

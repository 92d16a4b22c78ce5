"""Types of arguments and results, by the framework of an array."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

class SupportsArrayNamespace(Protocol):
    """An array of JAX, CuPy or any library that follows the array-API standard."""

    def __array_namespace__(self, *, api_version: Any = ...) -> Any: ...

class SupportsToNumPy(Protocol):
    """A column or a frame of pandas, Polars or PyArrow."""

    def to_numpy(self, *args: Any, **kwargs: Any) -> Any: ...

ArrayT = TypeVar("ArrayT", bound=SupportsArrayNamespace)

Scalar: TypeAlias = float | np.number[Any] | np.bool_
Listed: TypeAlias = (
    Sequence[Scalar] | Sequence[Sequence[Scalar]] | Sequence[Sequence[Sequence[Scalar]]]
)
Numbers: TypeAlias = Listed | Scalar
NumPyArray: TypeAlias = NDArray[Any] | SupportsToNumPy | Listed
NumPyInput: TypeAlias = NumPyArray | Scalar
Float: TypeAlias = np.floating[Any]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
Reduction: TypeAlias = Literal["mean", "sum", "none"]

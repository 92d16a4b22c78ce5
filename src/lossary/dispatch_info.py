"""Dispatch of a call: its path, with the reason, and the source of its kernel."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Measure, Pointwise, Record, Rowwise
from lossary.kernels import eligibility
from lossary.kernels.array_memory import bits
from lossary.kernels.dispatch import FAMILIES, Dispatch, prepared
from lossary.kernels.distributions import REPRESENTATIONS, single_terms
from lossary.kernels.eligibility import DISABLED, Declined, fast
from lossary.kernels.interface import Options
from lossary.losses.multiclass_and_ranking import MARGIN_DISPATCH
from lossary.losses.pointwise_from_record import POINTWISE_DISPATCH
from lossary.losses.rowwise_from_record import ROW_DISPATCH
from lossary.measures.distribution_dispatch import DISPATCHES

__all__ = ["Path", "explain", "fast", "kernel_source"]

_MARGINS = {"multiclass_margin", "multiclass_hinge"}


@dataclass(frozen=True)
class Path:
    """Path of a call, "kernel" or "plain", with the reason; printed as a few lines of text."""

    name: str
    path: str
    why: str
    loops: str = ""
    bits: int = 0
    threads: int = 1

    def __str__(self) -> str:
        if self.path == "plain":
            return f"{self.name}: the plain path, because {self.why}"
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return (
            f"{self.name}: a kernel, because {self.why}\n"
            f"  loops: {self.loops}, in float{self.bits}, on up to {threads}"
        )


def explain(name: str, first: Any, second: Any = None, **options: Any) -> Path:
    """Path of a call, compiled kernel or operations of the framework, with the reason.

    Nothing is computed. A kernel that meets invalid values leaves the call to the plain path, which
    raises the error.

    Parameters
    ----------
    name
        The name of a loss or of a measure of distributions, as a function of this library.
    first, second
        Arguments of the function: score and target, logits and target, one or two distributions.
    **options
        The keyword arguments of the function.

    Returns
    -------
    A :class:`Path`, whose text is a short answer.

    Raises
    ------
    LossaryError
        For an unknown name or an option out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import lossary as ls
    >>> print(ls.explain("hinge", np.zeros(3), np.ones(3)))
    hinge: the plain path, because fewer than 16384 elements: NumPy is as fast
    >>> scores, labels = np.zeros(100_000), np.ones(100_000)
    >>> ls.explain("hinge", scores, labels, reduction="sum").path
    'kernel'

    References
    ----------
    Lam, Pitrou and Seibert, Numba: A LLVM-Based Python JIT Compiler, 2015

    """
    route = _route(name, options)
    if not eligibility.enabled():
        return Path(name, "plain", DISABLED)
    if eligibility.traced(first):
        why = route.dispatch.operator().reason(route.record, first, second, route.options)
        if why is not None:
            return Path(name, "plain", why)
        return Path(name, "kernel", "torch.compile takes it as an operator", "as in eager mode")
    try:
        found = prepared(route.dispatch.shape, route.record, first, second, route.options)
    except Declined as declined:
        return Path(name, "plain", str(declined))
    family, call, inputs, dtype = found
    why = f"{family.place(inputs[0])} is its place"
    return Path(name, "kernel", why, call.loops(inputs), bits(dtype), family.threads())


class _Route(NamedTuple):
    """Dispatch of a call, its record and options."""

    dispatch: Dispatch
    record: Record
    options: Options


def _route(name: str, options: dict[str, Any]) -> _Route:
    """Return what dispatches a call."""
    if _named(name) in _MARGINS:
        loss = options.pop("loss", "hinge")
        given = {"variant": "crammer_singer", **options}
        return _Route(MARGIN_DISPATCH, catalogue.get(loss), given)
    suffix, record = _record(name)
    if isinstance(record, Measure):
        return _Route(DISPATCHES[suffix], record, options)
    if isinstance(record, Pointwise):
        return _Route(POINTWISE_DISPATCH, record, options)
    if isinstance(record, Rowwise):
        return _Route(ROW_DISPATCH, record, options)
    raise validation.unknown_name(name, [*catalogue.names(), *_MARGINS])


def _named(name: Any) -> str:
    """Return a name after requiring a string."""
    if not isinstance(name, str):
        raise validation.unknown_name(name, [*catalogue.names(), *_MARGINS])
    return name


def _record(name: str) -> tuple[str, Record]:
    """Return the record of a function, and the suffix of its name."""
    for space in REPRESENTATIONS:
        bare = name.removesuffix(space)
        if space and bare != name and bare in catalogue.names("measure"):
            return space, catalogue.get(bare)
    return "", catalogue.get(name)


def kernel_source(name: str, target: str = "numba", *, bits: int = 32, classes: int = 1000) -> str:
    """Source of the kernel of a loss or a measure, as generated from its record.

    For a measure with two terms it is the kernel of the first.

    Parameters
    ----------
    name
        The name of a loss, or of a measure of one or two distributions, as a function here.
    target
        What the source is for: ``"numba"``.
    bits
        What is computed in: 32 (also for half precision) or 64, which probabilities always are.
    classes
        How many classes a row has: up to 32 are laid side by side.

    Returns
    -------
    A Python module as text.

    Raises
    ------
    LossaryError
        For an unknown name or target, or bits other than 32 and 64.

    Examples
    --------
    >>> import lossary as ls
    >>> source = ls.kernel_source("sigmoid_focal", "numba")
    >>> "def value_gradient(y, s, q):" in source
    True

    References
    ----------
    Lam, Pitrou and Seibert, Numba: A LLVM-Based Python JIT Compiler, 2015

    """
    families = {family.language: family for family in FAMILIES}
    validation.choice("target", target, tuple(families))
    if type(bits) is not int or bits not in {32, 64}:
        message = f"bits must be 32 or 64, got {validation.shown(bits)}"
        raise validation.LossaryError(message)
    if validation.whole("classes", classes) < 1:
        message = f"classes must be a whole number from 1, got {classes}"
        raise validation.LossaryError(message)
    route = _route(name, {})
    record: Any = route.record
    if isinstance(record, Measure):
        record = single_terms(record)[0]
        bits = 64 if route.dispatch.shape.in_float64 else bits
    found = families[target].source(route.dispatch.shape, record, bits, classes)
    if found is None:
        message = f"{name} has no kernel: losses have, and measures of two distributions"
        raise validation.LossaryError(message)
    return found

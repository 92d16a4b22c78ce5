"""Errors of derivatives: there is none, or what it needs has been changed or written over."""

from lossary.validation import LossaryError

__all__ = [
    "NotDifferentiableError",
    "changed_in_place",
    "leaf_in_place",
    "not_differentiable",
    "overwritten",
]


class NotDifferentiableError(LossaryError):
    """A derivative is asked for that no formula has."""


def changed_in_place() -> RuntimeError:
    """Return the error for a backward pass whose inputs are no longer what they were."""
    return RuntimeError(
        "an input of the loss was modified in place after the loss was computed, and this backward "
        "pass has to compute the gradient anew: modify a copy, or call backward first"
    )


def overwritten() -> LossaryError:
    """Return the error for odd rows that were found when others had been written over."""
    return LossaryError(
        "inplace=True has no way back: a row of the logits has +inf or nothing but -inf, and the "
        "rows before it hold their gradients already; pass inplace=False for such logits"
    )


def leaf_in_place() -> LossaryError:
    """Return the error for a gradient to be written over a parameter."""
    return LossaryError(
        "inplace=True writes the gradient over the logits, and these are a leaf: a tensor whose "
        "values are kept and trained; pass logits that were computed, or inplace=False"
    )


def not_differentiable(index: int) -> LossaryError:
    """Return the error for a derivative that there is not."""
    return NotDifferentiableError(
        f"input {index} of the formula requires a derivative, and there is none by it: "
        "detach it, or pass it without gradient"
    )

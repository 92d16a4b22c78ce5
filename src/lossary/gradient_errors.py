"""Errors of derivatives: a missing one, or inputs that were modified in place."""

from lossary.validation import LossaryError

__all__ = [
    "NotDifferentiableError",
    "changed_in_place",
    "leaf_in_place",
    "not_differentiable",
    "overwritten",
]


class NotDifferentiableError(LossaryError):
    """The formula has no derivative by an input that requires one."""


def changed_in_place() -> RuntimeError:
    """Return the error for a backward pass whose inputs were modified."""
    return RuntimeError(
        "an input of the loss was modified in place after the loss was computed, and this backward "
        "pass has to compute the gradient anew: modify a copy, or call backward() first"
    )


def overwritten() -> LossaryError:
    """Return the error for rows without a softmax that were found after others were overwritten."""
    return LossaryError(
        "inplace=True cannot be undone: a row of the logits holds +inf or -inf alone, and the rows "
        "before it have been overwritten by their gradients; pass inplace=False for such logits"
    )


def leaf_in_place() -> LossaryError:
    """Return the error for a gradient that would overwrite a parameter."""
    return LossaryError(
        "inplace=True overwrites the logits by their gradient, and these logits are a leaf tensor "
        "that requires a gradient; pass computed logits, or inplace=False"
    )


def not_differentiable(index: int) -> LossaryError:
    """Return the error for an input without a derivative."""
    return NotDifferentiableError(
        f"input {index} of the formula requires a gradient, and the formula has no derivative by "
        "it: pass it detached, as in x.detach()"
    )

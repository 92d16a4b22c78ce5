"""Bad input gets an error that says what came and what is allowed: the very texts."""

# ruff: noqa: E501 - a message stands as it is printed

import numpy as np
import pytest
import torch

import lossary as ls

Z, P = np.zeros((2, 3)), [0.5, 0.5]

MESSAGES = {
    "shapes": (
        lambda: ls.squared_error([1.0, 2.0], [[1.0], [2.0]]),
        (
            "score and target must have the same shape, got (2,) and (2, 1): they are not broadcast "
            "against each other; reshape one of them"
        ),
    ),
    "frameworks": (
        lambda: ls.softmax_cross_entropy(torch.zeros(2, 3), np.array([0, 1])),
        (
            "all arrays must come from one framework, but logits is a torch Tensor, target is a numpy "
            "ndarray: convert one of them"
        ),
    ),
    "words": (
        lambda: ls.squared_error(["a"], [1.0]),
        "score must be an array of real numbers, got list ['a']",
    ),
    "complex numbers": (
        lambda: ls.entropy(np.array([1j, 1.0])),
        "p must be an array of real numbers, got ndarray array([0.+1.j, 1.+0.j])",
    ),
    "label": (
        lambda: ls.hinge([0.3], [0]),
        (
            "target must lie in {-1, 1}, got 0.0 at index 0; labels 0 and 1 become -1 and +1 by "
            "2 * target - 1"
        ),
    ),
    "probability of a label": (
        lambda: ls.sigmoid_cross_entropy([[0.3, 1.0]], [[1.0, 2.0]]),
        (
            "target must lie in [0, 1], got 2.0 at index (0, 1); labels -1 and +1 become 0 and 1 by "
            "(target + 1) / 2"
        ),
    ),
    "score that is a probability": (
        lambda: ls.binary_cross_entropy([1.5], [1]),
        "score must lie in [0, 1], got 1.5 at index 0; it is a probability",
    ),
    "class index": (
        lambda: ls.softmax_cross_entropy(Z, [0, 3]),
        "target must hold class indices in 0 … 2 (3 classes), got 3 at index 1",
    ),
    "fractional class index": (
        lambda: ls.softmax_cross_entropy(Z, [0.0, 1.7]),
        (
            "target of shape (2,) must hold class indices, whole numbers of an integer dtype, got "
            "dtype float64"
        ),
    ),
    "targets of another shape": (
        lambda: ls.softmax_cross_entropy(Z, np.zeros((2, 4))),
        (
            "target must hold class indices of shape (2,), or distributions of shape (2, 3), "
            "got shape (2, 4) and dtype float64"
        ),
    ),
    "no class": (
        lambda: ls.softmax_cross_entropy(np.zeros((2, 0)), [0, 0]),
        "logits must hold at least one class along axis -1, got shape (2, 0)",
    ),
    "distribution as target of a margin": (
        lambda: ls.multiclass_hinge(Z, np.full((2, 3), 1 / 3)),
        "target must hold class indices: a margin loss has no distribution as its target",
    ),
    "sum": (
        lambda: ls.entropy([0.5, 0.6]),
        (
            "p must sum to 1 within 9.3e-10, got the sum 1.1; divide it by its sum, or pass "
            "normalize=True where that is offered"
        ),
    ),
    "sum of a target": (
        lambda: ls.softmax_cross_entropy(Z, [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]),
        (
            "target must sum to 1 within 9.3e-10, got the sum 2.0 at index 1; divide it by its sum, or "
            "pass normalize=True where that is offered"
        ),
    ),
    "negative probability": (
        lambda: ls.kl_divergence([-0.5, 1.5], P),
        "p must hold probabilities, none negative, got -0.5 at index 0",
    ),
    "negative mass": (
        lambda: ls.entropy([-1, 3], normalize=True),
        "p must lie in [0, inf), got -1.0 at index 0",
    ),
    "no mass": (
        lambda: ls.kl_divergence([0.0, 0.0], P, normalize=True),
        "p must have a positive sum to be normalised, got 0.0",
    ),
    "fractional counts": (
        lambda: ls.mutual_information_from_counts([[1.5, 2]]),
        "joint must hold counts, whole numbers from 0, got 1.5 at index (0, 0)",
    ),
    "table": (
        lambda: ls.mutual_information(P),
        "joint must be a table of 2 axes with at least one cell, got shape (2,)",
    ),
    "no outcome": (
        lambda: ls.entropy([]),
        "p must hold at least one outcome along axis -1, got shape (0,)",
    ),
    "one distribution": (
        lambda: ls.kl_divergence(P),
        "kl_divergence compares two distributions: pass p and q",
    ),
    "base 1": (
        lambda: ls.entropy(P, base=1),
        "base must be positive and other than 1, got 1",
    ),
    "base below 0": (lambda: ls.entropy(P, base=-2), "base must lie in (0, inf), got -2"),
    "base NaN": (
        lambda: ls.entropy(P, base=float("nan")),
        "base must lie in (0, inf), got nan",
    ),
    "base in words": (
        lambda: ls.entropy(P, base="2"),
        "base must be a number in (0, inf), got str '2'",
    ),
    "parameter": (
        lambda: ls.sigmoid_focal([1.0], [1], gamma=-1),
        "gamma must lie in [0, inf), got -1",
    ),
    "shorthand": (
        lambda: ls.sigmoid_focal([1.0], [1], alpha=1.5),
        "alpha must lie in [0, 1], got 1.5",
    ),
    "array for a parameter of a row": (
        lambda: ls.softmax_focal(Z, [0, 1], gamma=np.array([1.0, 2.0])),
        "gamma of softmax_focal must be a number, got an array",
    ),
    "smoothing": (
        lambda: ls.softmax_cross_entropy(Z, [0, 1], label_smoothing=1.5),
        "label_smoothing must lie in [0, 1], got 1.5",
    ),
    "temperature": (
        lambda: ls.softmax_cross_entropy(Z, [0, 1], temperature=0),
        "temperature must lie in (0, inf), got 0",
    ),
    "unknown keyword": (
        lambda: ls.squared_error([1.0], [1.0], label_smoothing=0.1),
        (
            "squared_error has no argument 'label_smoothing': it takes score, target, reduction, "
            "sample_weight"
        ),
    ),
    "reduction": (
        lambda: ls.huber([1.0], [1.0], reduction="avg"),
        "reduction must be 'mean', 'sum' or 'none', got 'avg'",
    ),
    "variant": (
        lambda: ls.multiclass_hinge(Z, [0, 1], variant="both"),
        "variant must be 'crammer_singer' or 'weston_watkins', got 'both'",
    ),
    "average": (
        lambda: ls.normalized_mutual_information([[0.4, 0.1], [0.1, 0.4]], average="mean"),
        "average must be 'arithmetic', 'geometric', 'min', 'max' or 'joint', got 'mean'",
    ),
    "sample weight": (
        lambda: ls.hinge([1.0], [1], sample_weight=[-1.0]),
        "sample_weight must lie in [0, inf), got -1.0 at index 0",
    ),
    "class weights": (
        lambda: ls.softmax_cross_entropy(Z, [0, 1], class_weight=[1.0, 2.0]),
        "class_weight must hold one weight for each of the 3 classes, got shape (2,)",
    ),
    "mean of nothing": (
        lambda: ls.huber([], []),
        (
            "the mean of an empty array is undefined: got no element to average; use reduction='sum' "
            "(0) or 'none'"
        ),
    ),
    "unknown name": (
        lambda: ls.sigmoid_focl,
        (
            "there is no loss or measure named 'sigmoid_focl'. Did you mean 'sigmoid_focal', "
            "'sigmoid_squared_error' or 'sigmoid_cross_entropy'?"
        ),
    ),
    "unknown margin loss": (
        lambda: ls.margin_ranking([1.0], [0.0], loss="hing"),
        (
            "there is no loss or measure named 'hing'. Did you mean 'hinge', "
            "'squared_hinge' or 'hellinger_distance'?"
        ),
    ),
    "no margin loss": (
        lambda: ls.margin_ranking([1.0], [0.0], loss="huber"),
        "there is no margin loss named 'huber'. Did you mean 'modified_huber'?",
    ),
    "generator": (
        lambda: ls.f_divergence(P, P, "kl"),
        (
            "there is no generator named 'kl'. Did you mean 'kl_divergence' or "
            "'reverse_kl_divergence'?"
        ),
    ),
    "weights of a mixture": (
        lambda: ls.js_divergence(P, P, weights=[0.5, 0.6]),
        "weights must hold 2 numbers, none negative, that sum to 1, got [0.5, 0.6]",
    ),
    "missing label": (
        lambda: ls.contingency(["a", None], ["x", "y"]),
        "column 0 has a missing label (None) in row 1: pass missing='drop', or missing='category' for a label of its own",
    ),
    "continuous labels": (
        lambda: ls.contingency([0.1, 0.7, 0.3], [0, 1, 0]),
        (
            "column 0 looks continuous: all its 3 values are distinct fractions, which cannot "
            "be counted; bin them first"
        ),
    ),
    "column": (
        lambda: ls.sql("hinge", s="score"),
        "hinge takes the columns y and s, got s",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_message_says_it(name):
    call, text = MESSAGES[name]
    with pytest.raises(ls.LossaryError) as caught:
        call()
    assert str(caught.value) == text


def test_an_error_is_a_value_error():
    with pytest.raises(ValueError, match="gamma must lie in"):
        ls.softmax_focal(Z, [0, 1], gamma=float("nan"))


def test_a_target_without_a_derivative_is_not_differentiated_silently():
    target = torch.tensor([1.0], requires_grad=True)
    with pytest.raises(
        ls.LossaryError, match="the formula has no derivative by it: pass it detached"
    ):
        ls.hinge(torch.tensor([0.5]), target)

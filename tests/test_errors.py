"""Errors of every record and of what is rarer: see test_messages.py for the usual ones."""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue

THREE, TWO = [0.5, 0.25, 0.25], [0.5, 0.5]
TABLE = [[0.25, 0.25], [0.25, 0.25]]

CASES = {
    "unknown record": (
        lambda: catalogue.get("hing"),
        "there is no loss or measure named 'hing'. Did you mean 'hinge'",
    ),
    "(2,) with (1,)": (
        lambda: ls.kl_divergence(TWO, [1.0]),
        "p and q must have the same shape, got (2,) and (1,)",
    ),
    "weights of another shape": (
        lambda: ls.hinge([1.0, 2.0], [1, 1], sample_weight=[1.0]),
        "target and sample_weight must have the same shape, got (2,) and (1,)",
    ),
    "no such axis": (
        lambda: ls.entropy(TWO, axis=1),
        "p must hold at least one outcome along axis 1, got shape (2,)",
    ),
    "conditional of another shape": (
        lambda: ls.conditional_entropy_from_conditional(TWO, TWO),
        "conditional must have the shape of p and one more axis, got (2,) for p of (2,)",
    ),
    "ragged": (
        lambda: ls.entropy([[0.5, 0.5], [1.0]]),
        "p must be an array of real numbers, got list [[0.5, 0.5], [1.0]]",
    ),
    "a count below 0": (
        lambda: ls.poisson([1.0], [-2.0]),
        "target must lie in [0, inf), got -2.0 at index 0",
    ),
    "an event above 1": (
        lambda: ls.self_information([1.5]),
        "p must lie in [0, 1], got 1.5 at index 0; it is a probability",
    ),
    "a pair's target 0": (
        lambda: ls.margin_ranking([1.0], [0.0], [0]),
        "target must lie in {-1, 1}, got 0.0 at index 0; +1 ranks the first higher, -1 the second",
    ),
    "a negative class weight": (
        lambda: ls.softmax_cross_entropy([[1.0, 0.0]], [0], class_weight=[1.0, -2.0]),
        "class_weight must lie in [0, inf), got -2.0 at index 1",
    ),
    "a parameter that is NaN": (
        lambda: ls.huber([1.0], [1.0], delta=float("nan")),
        "delta must lie in (0, inf), got nan",
    ),
    "a parameter that is no number": (
        lambda: ls.huber([1.0], [1.0], delta="1"),
        "delta must be a number in (0, inf), got str '1'",
    ),
    "an alpha above 1": (
        lambda: ls.sigmoid_focal([1.0], [1], alpha=1.5),
        "alpha must lie in [0, 1], got 1.5",
    ),
    "a table that sums to 2": (
        lambda: ls.mutual_information([[0.5, 0.5], [0.5, 0.5]]),
        "joint must sum to 1 within 9.3e-10, got the sum 2.0",
    ),
    "no mass in a table": (
        lambda: ls.mutual_information_from_counts([[0, 0], [0, 0]]),
        "joint must have a positive sum to be normalised, got 0.0",
    ),
    "half a divergence": (
        lambda: ls.kl_divergence(TWO),
        "kl_divergence compares two distributions: pass p and q",
    ),
    "an empty column": (
        lambda: ls.contingency([], []),
        "column 0 must hold at least one label, got an empty column",
    ),
    "columns of unequal lengths": (
        lambda: ls.contingency([0, 1], [0]),
        "columns must have the same length, but column 0 has 2, column 1 has 1 rows",
    ),
    "a record that exists": (
        lambda: catalogue.register(catalogue.get("hinge")),
        "a record named 'hinge' exists already: unregister it first",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_error_says_what_is_wrong(case):
    call, text = CASES[case]
    with pytest.raises(ls.LossaryError) as error:
        call()
    assert text in str(error.value)


def test_the_errors_are_one_family():
    assert issubclass(ls.LossaryError, ValueError)
    assert issubclass(ls.UnknownNameError, (ls.LossaryError, AttributeError))
    assert issubclass(ls.MissingExtraError, (ls.LossaryError, ImportError))
    with pytest.raises(AttributeError):
        ls.no_such_loss  # noqa: B018 - the attribute is what is asked for


@pytest.mark.parametrize("name", [n for n in catalogue.names() if catalogue.get(n).parameters])
def test_every_parameter_refuses_what_is_outside_its_interval(name):
    record = catalogue.get(name)
    arguments = {
        "pointwise": ([0.5], [1.0]), "rowwise": ([[0.0, 1.0]], [0]), "measure": (TWO, TWO),
    }[record.kind]  # fmt: skip
    arguments = arguments[: getattr(record, "arity", 2)]
    for parameter in record.parameters:
        if parameter.interval.low > -np.inf:
            with pytest.raises(ls.LossaryError, match=rf"^{parameter.name} must lie in "):
                getattr(ls, name)(*arguments, **{parameter.name: parameter.interval.low - 1})
        with pytest.raises(ls.LossaryError, match=rf"^{parameter.name} must"):
            getattr(ls, name)(*arguments, **{parameter.name: "much"})


def test_values_are_looked_at_on_the_cpu_and_poison_where_they_cannot_be():
    s, y = torch.zeros(2), torch.tensor([1.0, 3.0])
    looked_at = torch.vmap(lambda a, b: ls.hinge(a, b, reduction="none"))(s, y)
    assert torch.isnan(looked_at).tolist() == [False, True]

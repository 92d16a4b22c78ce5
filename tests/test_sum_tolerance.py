"""Sums of probabilities: each input by its own dtype, and what an error says of values cast."""

import numpy as np
import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.kernels import eligibility
from support.kernels import kernels

Z = torch.tensor([[1.0, 0.3, -2.0, 0.7, 0.1], [0.2, 3.0, 0.1, -1.0, 0.4]], dtype=torch.float64)
P, Q = torch.softmax(Z, -1), torch.softmax(Z.flip(0), -1)
OF_TWO = ["kl_divergence", "js_divergence", "cross_entropy", "total_variation", "renyi_divergence"]
DTYPES = [torch.float64, torch.float32, torch.bfloat16, torch.float16]
PATHS = {"kernels": kernels, "plain": eligibility.plain}
CAST = (
    "must sum to 1 within 9.3e-10, got the sum .*; it looks like {} values cast to float64: pass "
    "them as they were, or sum_tolerance={}"
)


def name_of(dtype):
    return str(dtype).removeprefix("torch.")


@pytest.mark.parametrize("second", DTYPES, ids=name_of)
@pytest.mark.parametrize("first", DTYPES, ids=name_of)
@pytest.mark.parametrize("name", OF_TWO)
def test_each_input_is_checked_by_its_own_dtype(name, first, second):
    p, q = P.to(first), Q.to(second)
    given = getattr(ls, name)(p, q)
    exact = getattr(ls, name)(p.double(), q.double(), sum_tolerance=0.1)
    torch.testing.assert_close(given.double(), exact, rtol=0.01, atol=1e-7)
    logs = getattr(ls, f"{name}_from_log_probabilities")(P.log().to(first), Q.log().to(second))
    torch.testing.assert_close(logs.double(), exact, rtol=0.1, atol=0.02)


def test_mixed_dtypes_take_a_kernel():
    for suffix, p, q in (("", P, Q), ("_from_log_probabilities", P.log(), Q.log())):
        with kernels() as ran:
            getattr(ls, f"kl_divergence{suffix}")(p.to(torch.bfloat16), q.float())
        assert ran


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("which", [0, 1], ids=["p", "q"])
@pytest.mark.parametrize(
    ("dtype", "named", "cure"),
    [(torch.float32, "float32", "1e-4"), (torch.bfloat16, "float16 or bfloat16", "1e-2")],
    ids=["float32", "bfloat16"],
)
def test_values_cast_to_float64_are_named_and_the_argument_takes_them(
    dtype, named, cure, which, path
):
    given = [P, Q]
    given[which] = given[which].to(dtype).double()
    with pytest.raises(ls.LossaryError, match=rf"^{'pq'[which]} {CAST.format(named, cure)}"):
        ls.kl_divergence(*given)
    with PATHS[path]():
        value = ls.kl_divergence(*given, sum_tolerance=float(cure))
    torch.testing.assert_close(value, ls.kl_divergence(P, Q), rtol=0.02, atol=0.02)


OTHERS = {
    "entropy": ls.entropy,
    "js of three": lambda p, **o: ls.js_divergence(p, p, p, **o),
    "f_divergence": lambda p, **o: ls.f_divergence(p, p, lambda m, t: m.abs(t - 1) / 2, **o),
    "mutual_information": lambda p, **o: ls.mutual_information(p / 2, **o),
    "conditional": lambda p, **o: ls.conditional_entropy_from_conditional(
        p[0], p[:1][[0] * 5], **o
    ),
    "softmax_cross_entropy": lambda p, **o: ls.softmax_cross_entropy(Z, p, **o),
    "softmax_focal of each": lambda p, **o: ls.softmax_focal(Z, p, reduction="none", **o),
}  # fmt: skip
WITHOUT_KERNEL = {"js of three", "f_divergence", "mutual_information", "conditional"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", OTHERS)
def test_every_function_of_probabilities_says_so_and_takes_the_argument(name, path):
    cast = P.float().double()
    with pytest.raises(ls.LossaryError, match=r"float32 values cast to float64.*=1e-4"):
        OTHERS[name](cast)
    if path == "plain" or name not in WITHOUT_KERNEL:
        with PATHS[path]():
            value = OTHERS[name](cast, sum_tolerance=1e-4)
        torch.testing.assert_close(value, OTHERS[name](P), rtol=1e-6, atol=1e-6)


L, HIDDEN = torch.log_softmax(Z, -1), torch.ones(2, 3, dtype=torch.float64)
MODULES = {
    "CrossEntropyLoss": lambda p, **o: lt.CrossEntropyLoss(**o)(Z, p),
    "KlLoss": lambda p, **o: lt.KlLoss(**o)(Z, p),
    "FocalLoss": lambda p, **o: lt.FocalLoss(**o)(Z, p),
    "KLDivLoss": lambda p, **o: lt.KLDivLoss(**o)(L, p),
    "JSDivLoss": lambda p, **o: lt.JSDivLoss(**o)(L, p),
    "linear_loss": lambda p, **o: lt.linear_loss(HIDDEN, P.new_ones(5, 3), p, **o),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_probabilities_says_so_and_takes_the_argument(name, path):
    cast = P.float().double()
    with PATHS[path]() as ran:
        with pytest.raises(ls.LossaryError, match=r"float32 values cast to float64.*=1e-4"):
            MODULES[name](cast)
        value = MODULES[name](cast, sum_tolerance=1e-4)
    assert path == "plain" or ran
    torch.testing.assert_close(value, MODULES[name](P), rtol=1e-6, atol=1e-6)
    with pytest.raises(ls.LossaryError, match=r"^sum_tolerance must"):
        MODULES[name](cast, sum_tolerance=-1)


def test_log_probabilities_take_the_argument():
    cast = P.to(torch.bfloat16).log().double()
    exact = lt.KLDivLoss()(P.log(), Q)
    for path in PATHS.values():
        with path():
            with pytest.raises(ls.LossaryError, match=r"must hold log-probabilities"):
                lt.KLDivLoss(log_target=True)(cast, Q.log())
            value = lt.KLDivLoss(log_target=True, sum_tolerance=0.1)(cast, Q.log())
        torch.testing.assert_close(value, exact, rtol=0.01, atol=0)


def test_margin_losses_have_no_such_sums():
    with pytest.raises(ls.LossaryError, match="sum_tolerance applies to losses of a softmax"):
        lt.LinearLoss(3, 5, "hinge", sum_tolerance=0.1)
    assert "sum_tolerance=0.1" in repr(lt.LinearCrossEntropyLoss(3, 5, sum_tolerance=0.1))


def test_frameworks_take_the_argument(xp):
    p = xp.asarray(P.float().double().numpy())
    with pytest.raises(ls.LossaryError, match="float32 values cast to float64"):
        ls.entropy(p)
    exact = ls.entropy(P).numpy()
    np.testing.assert_allclose(np.asarray(ls.entropy(p, sum_tolerance=1e-4)), exact, rtol=1e-6)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), "x", True])
@pytest.mark.parametrize("name", ["entropy", "softmax_cross_entropy"])
def test_the_tolerance_is_a_number_that_is_not_negative(name, wrong):
    with pytest.raises(ls.LossaryError, match=r"^sum_tolerance must"):
        OTHERS[name](P, sum_tolerance=wrong)


def test_sums_that_no_rounding_explains_get_no_such_hint():
    with pytest.raises(ls.LossaryError, match=r"divide it by its sum"):
        ls.entropy(P * 1.1)


def test_compiled_functions_take_mixed_dtypes_and_the_argument():
    def value(p, q, **options):
        return ls.kl_divergence(p, q, **options)

    compiled = torch.compile(value, fullgraph=True, backend="aot_eager")
    p, q = P.to(torch.bfloat16), Q.float()
    torch.testing.assert_close(compiled(p, q), value(p, q))
    cast = P.float().double()
    torch.testing.assert_close(
        compiled(cast, Q, sum_tolerance=1e-4), value(cast, Q, sum_tolerance=1e-4)
    )

"""Kernels of margins beside the plain path: every margin record, both variants, all options.

Compiled: each margin record in the two templates, in float32 and float64.
"""

import numpy as np
import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS
from lossary.kernels import eligibility
from support.close import assert_close
from support.kernels import kernels
from support.paths import beside_plain, graded

RECORDS = [name for name in catalogue.names("pointwise") if catalogue.get(name).target == SIGNS]
VARIANTS = ["crammer_singer", "weston_watkins"]
CLASSES = [1, 2, 3, 31, 63, 64, 65, 1000, 1025, 5000]
DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.float16]
ROWS = 9
IGNORED = -5

every_record = pytest.mark.parametrize("loss", RECORDS)
each_variant = pytest.mark.parametrize("variant", VARIANTS)


def drawn(classes, dtype=torch.float32, seed=0):
    """Scores and targets; one row of ties, one that is all the same, one of masked classes."""
    generator = torch.Generator().manual_seed(seed + classes)
    s = 2 * torch.randn(ROWS, classes, generator=generator, dtype=torch.float64)
    t = torch.randint(classes, (ROWS,), generator=generator)
    s[1], s[2] = s[1].round(), 0.5
    s[3, : classes // 2] = -torch.inf
    t[3] = classes - 1
    return s.to(dtype).requires_grad_(), t


def weights(classes, dtype):
    generator = torch.Generator().manual_seed(1)
    rows = torch.rand(ROWS, generator=generator, dtype=torch.float64)
    rows[4] = 0
    by_class = torch.rand(classes, generator=generator, dtype=torch.float64)
    return {"sample_weight": rows.to(dtype), "class_weight": by_class.to(dtype)}


@every_record
@each_variant
@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_kernels_are_the_plain_path(loss, variant, classes, reduction):
    s, t = drawn(classes)
    options = {"loss": loss, "variant": variant, "reduction": reduction}
    beside_plain(lambda: ls.multiclass_margin(s, t, **options), s, eps=4)


@every_record
@each_variant
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weights_and_what_is_ignored(loss, variant, dtype, reduction):
    s, t = drawn(65, dtype)
    t[5] = IGNORED
    options = {"loss": loss, "variant": variant, "reduction": reduction, "ignore_index": IGNORED}
    options |= weights(65, dtype)
    beside_plain(lambda: ls.multiclass_margin(s, t, **options), s, eps=4)


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("given", [(), ("sample_weight",), ("class_weight",), ("ignored",)])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_the_loss_of_torch(p, given, reduction):
    s, t = drawn(40)
    options = {n: w for n, w in weights(40, s.dtype).items() if n in given}
    if "ignored" in given:
        t[5] = options["ignore_index"] = IGNORED
    options["weight"] = options.pop("class_weight", None)
    loss = lt.functional.multi_margin_loss
    beside_plain(lambda: loss(s, t, p=p, margin=0.7, reduction=reduction, **options), s, eps=4)


@each_variant
def test_the_classes_that_share_the_largest_loss_share_its_gradient(variant):
    s = torch.tensor([[1.0, 2.0, 2.0, 0.0]], requires_grad=True)
    (g,) = torch.autograd.grad(ls.multiclass_margin(s, torch.tensor([0]), variant=variant), s)
    shared = [[-1, 0.5, 0.5, 0]] if variant == "crammer_singer" else [[-2, 1, 1, 0]]
    np.testing.assert_array_equal(g, shared)


@each_variant
@pytest.mark.parametrize("odd", [np.inf, np.nan])
@pytest.mark.parametrize("place", [0, 2])
def test_what_is_not_finite_goes_where_the_plain_path_sends_it(variant, odd, place):
    s, t = drawn(70)
    with torch.no_grad():
        s[6, place] = odd
    t[6] = 2
    options = {"variant": variant, "reduction": "none"}
    beside_plain(lambda: ls.multiclass_margin(s, t, **options), s, eps=4)


@each_variant
def test_float64_where_numpy_s_plain_path_has_it(variant):
    s, t = drawn(1000)
    s, t = s.detach().numpy(), t.numpy()

    def loss():
        return ls.multiclass_margin(s, t, variant=variant, reduction="none")

    with kernels():
        fast = loss()
    with eligibility.plain():
        np.testing.assert_array_equal(fast, loss())


@each_variant
def test_second_derivatives_are_the_plain_path_s(variant):
    s, t = drawn(5, torch.float64)
    with torch.no_grad():
        s[3] = 1.0

    def loss(z):
        return ls.multiclass_margin(z, t, loss="logistic", variant=variant)

    fast = torch.autograd.functional.hessian(loss, s)
    with eligibility.plain():
        assert_close(fast, torch.autograd.functional.hessian(loss, s), eps=4)


@pytest.mark.parametrize(
    ("index", "weight", "by_class"),
    [(70, 1.0, 1.0), (-1, 1.0, 1.0), (0, -1.0, 1.0), (0, 1.0, -1.0), (0, np.inf, 1.0)],
)
def test_bad_input_is_refused_in_the_words_of_the_plain_path(index, weight, by_class):
    s, t = drawn(70)
    t[7] = index
    given = weights(70, s.dtype)
    given["sample_weight"][6], given["class_weight"][69] = weight, by_class

    def message():
        with pytest.raises(ls.LossaryError) as error:
            ls.multiclass_margin(s, t, **given)
        return str(error.value)

    fast = message()
    with eligibility.plain():
        assert fast == message()


def test_an_option_of_another_loss_is_refused():
    s, t = drawn(3)
    for stranger in ("temperature", "averaged"):
        with pytest.raises(ls.LossaryError, match=f"no parameter '{stranger}'"):
            ls.multiclass_margin(s, t, **{stranger: 2.0})


@every_record
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_ranking_of_pairs(loss, dtype, reduction):
    generator = torch.Generator().manual_seed(2)
    a, b = (torch.randn(300, generator=generator).to(dtype).requires_grad_() for _ in range(2))
    y = torch.randint(2, (300,), generator=generator) * 2 - 1
    options = {"loss": loss, "reduction": reduction, "sample_weight": torch.rand(300).to(dtype)}
    beside_plain(lambda: ls.margin_ranking(a, b, y, **options), a, b, eps=4)


def test_results_are_the_same_bits_for_every_number_of_threads():
    s, t = drawn(1000)
    s, t = s.detach().repeat(300, 1).requires_grad_(), t.repeat(300)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(graded(lambda: ls.multiclass_margin(s, t, variant="weston_watkins"), s))
    torch.set_num_threads(before)
    for value, gradient in found[1:]:
        assert torch.equal(value, found[0][0])
        assert torch.equal(gradient, found[0][1])

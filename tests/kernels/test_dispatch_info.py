"""Which path a call takes: what decides it, what is said of it, and that both say the same."""

import ast

import numpy as np
import pytest
import torch
from torch._subclasses import FakeTensorMode

import lossary as ls
from lossary.check import run
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from lossary.kernels.cpu import bound_kernel, launch
from lossary.kernels.cpu.requirements import incapable
from support.kernels import counted_kernels, kernels
from support.processes import printed

LOSSES = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
LEAST = 1 << 14


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """The templates of the kernels that have run."""
    found: list[str] = []
    init = bound_kernel.Program.__init__

    def noted(made, template, *rest, **more):
        found.append(template.name)
        init(made, template, *rest, **more)

    monkeypatch.setattr(bound_kernel.Program, "__init__", noted)
    return found


def small(name):
    """Two inputs of a loss."""
    if name in catalogue.names("pointwise"):
        return torch.full((6,), 0.5), torch.ones(6)
    return torch.zeros(2, 3), torch.full((2, 3), 1 / 3)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_of_tensors_takes_a_kernel_and_says_so(name):
    z, t = small(name)
    with kernels():
        getattr(ls, name)(z, t)
    path = ls.explain(name, z, t)
    assert path.path == "kernel"
    assert "in float32" in str(path)
    assert ls.explain(name, z.double(), t).bits == 64


@pytest.mark.parametrize(("count", "path"), [(LEAST - 1, "plain"), (LEAST, "kernel")])
def test_arrays_of_numpy_take_kernels_where_they_pay(count, path):
    s, y = np.linspace(-3, 3, count), np.ones(count)
    found = ls.explain("huber", s, y, delta=2.0, reduction="sum")
    assert found.path == path
    if path == "kernel":
        with kernels():
            got = ls.huber(s, y, delta=2.0)
        with eligibility.plain():
            assert got == pytest.approx(ls.huber(s, y, delta=2.0), rel=1e-15)
    else:
        assert str(found) == (
            "huber: the plain path, because fewer than 16384 elements: NumPy is as fast"
        )


def test_the_switch_turns_kernels_on_and_off():
    few, many = (np.zeros(n) for n in (5, LEAST))
    tensor = torch.zeros(5)
    paths = {}
    for use in (True, False, None):
        ls.fast(use)
        paths[use] = [ls.explain("hinge", x, x + 1).path for x in (few, many, tensor)]
    assert paths == {
        True: ["kernel"] * 3,
        False: ["plain"] * 3,
        None: ["plain", "kernel", "kernel"],
    }


def test_what_is_off_says_how_it_is_turned_on():
    x = torch.zeros(3)
    with eligibility.plain():
        why = ls.explain("hinge", x, x + 1).why
    assert why == "kernels are turned off: ls.fast(None) turns them on"


def test_the_threads_are_torch_s():
    x = torch.zeros(3)
    assert ls.explain("hinge", x, x + 1).threads == launch.threads() == torch.get_num_threads()


X = torch.zeros(4, 3)
INDEX = torch.zeros(4, dtype=torch.int64)
LEAF = torch.ones(4).requires_grad_()
PLAIN = {
    "derivative by a weight": (
        ("softmax_focal", X, INDEX, {"sample_weight": LEAF}),
        "a derivative by a target or weight needs the differentiable path",
    ),
    "integers": (("hinge", INDEX, INDEX + 1, {}), "scores of torch.int64 are converted first"),
    "a list": (("hinge", [1.0], [1.0], {}), "kernels compute NumPy arrays and torch tensors"),
    "two frameworks": (("hinge", torch.ones(2), np.ones(2), {}), "arrays are converted first"),
    "nothing": (("hinge", X[:0], X[:0], {}), "there is nothing to compute"),
    "meta": (
        ("hinge", X.to("meta"), X.to("meta"), {}),
        "it lies on meta with the layout torch.strided",
    ),
    "shapes": (("hinge", X, X[0], {}), "the shapes differ, which the plain path reports"),
    "labels": (
        ("kl", X, torch.zeros(4, dtype=torch.bool), {}),
        "the plain path looks at the target's dtype",
    ),
    "no such axis": (("kl", X, INDEX, {"axis": 5}), "the plain path looks at the axis"),
    "smoothing": (
        ("kl", X, INDEX, {"label_smoothing": 2.0}),
        "the plain path looks at label_smoothing",
    ),
    "parameters": (
        ("huber", X, X, {"delta": torch.ones(4, 3)}),
        "a parameter is an array of several numbers",
    ),
}


@pytest.mark.parametrize("case", PLAIN)
def test_why_a_call_takes_the_plain_path(case):
    (name, first, second, options), why = PLAIN[case]
    assert (
        str(ls.explain(name, first, second, **options)) == f"{name}: the plain path, because {why}"
    )


# Forward mode loads torch's decompositions, which torch still scripts.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_what_watches_takes_the_plain_path():
    class Marked(torch.Tensor):
        pass

    def why(x):
        return ls.explain("hinge", x, torch.ones_like(x)).why

    assert why(torch.zeros(2).as_subclass(Marked)) == "a Marked is more than its memory"
    seen = []
    torch.func.vmap(lambda x: seen.append(why(x)) or x)(torch.zeros(2, 2))
    torch.func.jvp(lambda x: seen.append(why(x)) or x, (torch.zeros(2),), (torch.ones(2),))
    with torch.autograd.forward_ad.dual_level():
        seen.append(why(torch.zeros(2)))
    assert all("differentiable path" in each or "derivatives" in each for each in seen)
    assert len(seen) == 3


def in_eager_mode(explained, *given):
    return explained(*given)


def compiled(explained, *given):
    torch._dynamo.reset()
    return torch.compile(explained, fullgraph=True, backend="eager")(*given)


def without_gradients(explained, *given):
    with torch.no_grad():
        return explained(*given)


def mapped(explained, *given):
    found = []
    torch.func.vmap(lambda *x: found.append(explained(*x)) or x[0])(*(x[None] for x in given))
    return found[0]


def without_values(explained, *given):
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        return explained(*(mode.from_tensor(x) for x in given))


MODES = {
    f.__name__: f for f in (in_eager_mode, compiled, without_gradients, mapped, without_values)
}
ROWS = torch.linspace(-2, 2, 12).reshape(4, 3)
EXPLAINED = {
    "score": ("hinge", ROWS, torch.ones(4, 3)),
    "rows": ("softmax_focal", ROWS, INDEX),
    "margins": ("multiclass_hinge", ROWS, INDEX),
    "logits": ("kl_divergence_from_logits", ROWS, ROWS.flip(0)),
    "probabilities": ("js_divergence", ROWS.softmax(-1), ROWS.flip(0).softmax(-1)),
    "shared masses": ("jeffreys_divergence", ROWS.softmax(-1), ROWS.flip(0).softmax(-1)),
}


@pytest.mark.filterwarnings("ignore:.*should not be instantiated")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", EXPLAINED)
def test_what_is_explained_is_what_happens(case, mode):
    name, *given = EXPLAINED[case]
    ran = []

    def explained(*inputs):
        found = ls.explain(name, *inputs)
        return found.path, getattr(ls, name)(*inputs)

    with counted_kernels(ran):
        path = MODES[mode](explained, *given)[0]
    assert path == ("kernel" if ran else "plain")
    assert path == ("plain" if mode in {"mapped", "without_values"} else "kernel")


def test_a_name_or_option_that_is_none_is_an_error():
    with pytest.raises(
        ls.UnknownNameError, match=r"no loss or measure named 'hing'\. Did you mean"
    ):
        ls.explain("hing", X, X)
    with pytest.raises(ls.LossaryError, match=r"^gamma must lie in"):
        ls.explain("softmax_focal", X, INDEX, gamma=-1.0)


def test_nothing_is_computed_to_explain(monkeypatch):
    monkeypatch.setattr(bound_kernel, "kernel", lambda *_: pytest.fail("a kernel was made"))
    assert ls.explain("softmax_focal", X, INDEX).path == "kernel"
    assert ls.explain("softmax_focal", X, INDEX + 7).path == "kernel"


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("name", LOSSES)
def test_the_source_of_a_kernel_is_a_module(name, bits):
    for classes in (3, 1000):
        text = ls.kernel_source(name, "numba", bits=bits, classes=classes)
        tree = ast.parse(text)
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert {"run", "unpacked"} <= functions
        assert f"np.float{bits}" in text
        assert text == ls.kernel_source(name, bits=bits, classes=classes)
        assert ast.get_docstring(tree).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("entropy", "term"),
        ("js_divergence", "term"),
        ("js_divergence_from_logits", "graded"),
        ("multiclass_hinge", "psi"),
    ],
)
def test_measures_and_margins_have_a_source_too(name, function):
    tree = ast.parse(ls.kernel_source(name))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {"run", function} <= functions


def test_a_row_of_few_classes_has_loops_of_its_own():
    few, many = (ls.kernel_source("kl", classes=n) for n in (32, 33))
    assert few != many
    assert ls.kernel_source("hinge", classes=32) == ls.kernel_source("hinge", classes=33)


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("hinge", {"target": "cuda"}, "target must be 'numba', got 'cuda'"),
        ("hinge", {"bits": 16}, "bits must be 32 or 64, got 16"),
        ("entropy_from_logits", {}, "entropy_from_logits has no kernel: losses have, and measures"),
        ("renyi_entropy", {}, "renyi_entropy has no kernel: losses have, and measures of two"),
        ("huver", {}, "there is no loss or measure named 'huver'. Did you mean 'huber'"),
    ],
)
def test_a_source_that_there_is_not(name, options, text):
    with pytest.raises(ls.LossaryError) as error:
        ls.kernel_source(name, **options)
    assert text in str(error.value)


WITHOUT = """
import sys
sys.modules["numba"] = sys.modules["llvmlite"] = None
import torch
import lossary as ls

g = torch.Generator().manual_seed(0)
z = torch.randn(50, 5, generator=g, dtype=torch.float64, requires_grad=True)
y = torch.randint(5, (50,), generator=g)
for use in (None, True):
    ls.fast(use)
    loss = ls.softmax_focal(z, y, gamma=1.5)
    loss.backward()
    print(loss.item(), z.grad.sum(0).abs().sum().item())
    z.grad = None
print(ls.explain("softmax_focal", z, y))
print(len(ls.kernel_source("softmax_focal")) > 1000)
from lossary.kernels.cpu import compilation
from lossary.kernels.cpu import pointwise
from lossary.formulas import catalogue
try:
    compilation.kernel(pointwise.TEMPLATE, 32, catalogue.get("hinge"))
except ls.MissingExtraError as error:
    print(error)
"""


def test_without_numba_the_numbers_are_the_same():
    once, again, why, source, error = printed(WITHOUT).splitlines()
    g = torch.Generator().manual_seed(0)
    z = torch.randn(50, 5, generator=g, dtype=torch.float64, requires_grad=True)
    y = torch.randint(5, (50,), generator=g)
    with kernels():
        loss = ls.softmax_focal(z, y, gamma=1.5)
    loss.backward()
    assert once == again
    value, slope = map(float, once.split())
    assert value == pytest.approx(loss.item(), rel=1e-15)
    assert slope == pytest.approx(z.grad.sum(0).abs().sum().item(), rel=1e-13)
    assert why == (
        "softmax_focal: the plain path, because numba is not installed: pip install 'lossary[fast]'"
    )
    assert source == "True"
    assert error.startswith("'llvmlite' is not installed. It comes with the extra 'fast'")


OFF = "import lossary as ls, torch; x = torch.ones(3); print(ls.explain('hinge', x, x).path)"


@pytest.mark.parametrize(("asked", "path"), [("0", "plain"), ("1", "kernel"), ("", "kernel")])
def test_the_environment_turns_kernels_off_from_the_start(asked, path):
    assert printed(OFF, LOSSARY_KERNELS=asked) == f"{path}\n"


def test_a_processor_without_fused_multiply_add_takes_the_plain_path(monkeypatch):
    from llvmlite import binding

    monkeypatch.setattr(binding, "get_host_cpu_features", dict)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    incapable.cache_clear()
    try:
        why = ls.explain("softmax_focal", X, INDEX).why
    finally:
        incapable.cache_clear()
    assert why == "the processor has no fused multiply-add, without which kernels are slow"


def test_the_check_looks_at_records_not_at_kernels(ran):
    rows = run(["hinge", "kl_divergence", "softmax_focal"], frameworks=["torch"], points=4)
    assert all(row.ok for row in rows)
    assert ran == []
    assert eligibility.enabled()


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_a_kernel_s_result_of_an_array_without_axes_has_none(reduction):
    with kernels():
        assert ls.hinge(np.asarray(0.5), np.asarray(1.0), reduction=reduction).shape == ()

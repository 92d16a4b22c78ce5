"""Kernels on threads: equal results on any number of them, after a fork, and from several."""

import threading
from collections.abc import Iterator
from unittest import mock

import pytest
import torch

import lossary as ls
from lossary.kernels.cpu import compilation, launch
from support.kernels import kernels, outcome, swiftly
from support.processes import printed

CHUNKS = 1 << 17
"""More elements than one chunk of any template holds."""


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def calls():
    """A loss of every template, with inputs of several chunks."""
    g = torch.Generator().manual_seed(0)
    s = torch.randn(CHUNKS + 5, generator=g)
    narrow, wide = (torch.randn(CHUNKS // v, v, generator=g) for v in (10, 700))
    index = [torch.randint(z.shape[1], z.shape[:1], generator=g) for z in (narrow, wide)]
    return {
        "pointwise": (ls.sigmoid_focal, s, (s > 0).float()),
        "narrow": (ls.softmax_cross_entropy, narrow, index[0]),
        "wide": (ls.softmax_cross_entropy, wide, index[1]),
        "margins": (ls.multiclass_hinge, wide, index[1]),
    }


every_template = pytest.mark.parametrize("name", calls())


@every_template
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_the_number_of_threads_changes_no_bit(name, reduction):
    loss, *inputs = calls()[name]
    torch.set_num_threads(1)
    alone = swiftly(loss, *inputs, reduction=reduction)
    for count in (2, 3, 4, 4, 4):
        torch.set_num_threads(count)
        got = swiftly(loss, *inputs, reduction=reduction)
        assert all(map(torch.equal, got, alone))


@every_template
def test_a_pool_of_python_s_threads_computes_the_same(name):
    loss, *inputs = calls()[name]
    torch.set_num_threads(3)
    usual = swiftly(loss, *inputs)
    launch.team.cache_clear()
    try:
        with mock.patch("ctypes.CDLL", side_effect=OSError("there is no libgomp")):
            assert launch.team() is launch._pooled
        pooled = swiftly(loss, *inputs)
    finally:
        launch.team.cache_clear()
    assert all(map(torch.equal, usual, pooled))


@pytest.mark.parametrize("asked", [1, 2, 5])
def test_as_many_threads_as_torch_has(asked):
    loss, *inputs = calls()["pointwise"]
    torch.set_num_threads(asked)
    with mock.patch.object(launch, "team") as team:
        swiftly(loss, *inputs)
    counts = [call.args[2] for call in team.return_value.call_args_list]
    assert counts == ([] if asked == 1 else [asked])


def test_what_fits_one_chunk_starts_no_threads():
    torch.set_num_threads(4)
    with mock.patch.object(launch, "team") as team:
        swiftly(ls.hinge, torch.linspace(-3, 3, 100), torch.ones(100))
    team.assert_not_called()


@pytest.mark.parametrize(("asked", "used"), [("3", 3), ("2,1", 2), ("0", None), ("many", None)])
def test_without_torch_the_environment_says_how_many(asked, used, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    launch._plain_threads.cache_clear()
    found = launch._plain_threads()
    launch._plain_threads.cache_clear()
    assert found == used if used else found >= 1


def test_several_threads_of_python_at_once():
    torch.set_num_threads(2)
    s, given = torch.linspace(-3, 3, 4000), calls()
    given["small"] = ls.huber, s, s.flip(0)
    alone = {name: swiftly(*call) for name, call in given.items()}
    different: list[str] = []

    def repeat(name):
        got = (outcome(*given[name]) for _ in range(15))
        different.extend(name for each in got if not all(map(torch.equal, each, alone[name])))

    with kernels():
        workers = [threading.Thread(target=repeat, args=(name,)) for name in [*given] * 2]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert different == []


FORK = """
import os
import torch
torch.set_num_threads(4)
from kernels.test_launch import calls
from support.kernels import swiftly

def results():
    # As bytes: what torch itself does on several threads waits for ever after a fork.
    return [x.numpy().tobytes() for call in given for x in swiftly(*call)]

given = calls().values()
before = results()
child = os.fork()
right = results() == before
if child == 0:
    os._exit(0 if right else 3)
print(right, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_after_a_fork_the_child_computes_on_one_thread():
    assert printed(FORK) == "True 0\n"


NESTED = """
import torch
from concurrent.futures import ThreadPoolExecutor
from kernels.test_launch import calls
from support.kernels import outcome, swiftly

torch.set_num_threads(2)
call = calls()["wide"]
alone = swiftly(*call)
with ThreadPoolExecutor(8) as pool:
    each = list(pool.map(lambda _: outcome(*call), range(64)))
print(all(torch.equal(a, b) for got in each for a, b in zip(got, alone)))
"""


def test_as_a_server_with_many_threads():
    assert printed(NESTED) == "True\n"


def test_memory_of_a_thread_grows_and_is_in_one_piece():
    found = launch._Scratch()
    assert all(found.of(size) % 64 == 0 for size in (1, 1000, 10))
    assert found.size == 1000


def test_a_kernel_is_made_once_however_many_ask():
    loss, *inputs = calls()["pointwise"]
    with mock.patch.object(compilation, "_built", wraps=compilation._built) as built:
        for _ in range(3):
            swiftly(loss, *inputs)
    assert built.call_count <= 1

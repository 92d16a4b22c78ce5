"""Losses of DTensors whose rows, or classes, lie in several processes."""

import sys

import pytest
import torch
from torch import distributed
from torch.distributed.tensor import Replicate, Shard, distribute_tensor, init_device_mesh

from support.every_call import DTYPE, UNBOUND
from support.processes import ended, started

CALLS = [call for call in UNBOUND if not call.name.startswith(("inplace", "MultiMarginLoss"))]


def doubled(call):
    """The inputs with another row, so that two processes have rows of unequal number."""
    first, *rest = call.inputs
    rows = torch.arange(5) % len(first)
    return [first[rows], *(x[rows] if len(x) == len(first) else x for x in rest)]


def compare(rank: int, world: int, path: str) -> None:
    """Compare value and gradient of every loss with those of tensors in one piece."""
    store = distributed.FileStore(path, world)
    distributed.init_process_group("gloo", store=store, rank=rank, world_size=world)
    mesh = init_device_mesh("cpu", (world,))
    # Alone a process has every row: what may differ is how the loss reads a DTensor at all.
    calls = CALLS if world > 1 else CALLS[::8]
    for call in calls:
        inputs = doubled(call)
        whole = inputs[0].clone().requires_grad_()
        expected = call(whole, *inputs[1:])
        expected.sum().backward()
        parts = [
            distribute_tensor(x, mesh, [Shard(0) if len(x) == 5 and i < 2 else Replicate()])
            for i, x in enumerate(inputs)
        ]
        leaf = parts[0].requires_grad_()
        value = call(leaf, *parts[1:])
        value.sum().backward()
        torch.testing.assert_close(value.full_tensor(), expected.detach())
        torch.testing.assert_close(leaf.grad.full_tensor(), whole.grad)
    classes(mesh)
    distributed.destroy_process_group()
    sys.stdout.write(f"{len(calls)}\n")


def classes(mesh) -> None:
    """Compare cross-entropy where every process has some of the classes."""
    import lossary as ls

    z = torch.linspace(-2, 2, 15, dtype=DTYPE).reshape(5, 3)
    index = torch.tensor([0, 1, 2, 1, 0])
    whole = z.clone().requires_grad_()
    expected = ls.softmax_cross_entropy(whole, index)
    expected.backward()
    leaf = distribute_tensor(z, mesh, [Shard(1)]).requires_grad_()
    value = ls.softmax_cross_entropy(leaf, distribute_tensor(index, mesh, [Replicate()]))
    value.backward()
    torch.testing.assert_close(value.full_tensor(), expected.detach())
    torch.testing.assert_close(leaf.grad.full_tensor(), whole.grad)


@pytest.mark.parametrize("world", [1, 2])
def test_values_and_gradients_are_those_of_one_tensor(world, tmp_path):
    text = "from lossary_torch import test_distributed as t; t.compare({}, {}, {!r})"
    programs = [text.format(rank, world, str(tmp_path / "store")) for rank in range(world)]
    plainly = {"GLOO_SOCKET_IFNAME": "lo", "LOSSARY_KERNELS": "0"}
    running = [started(program, **plainly) for program in programs]
    count = len(CALLS if world > 1 else CALLS[::8])
    assert [ended(process) for process in running] == [f"{count}\n"] * world

"""The same loss by every tool: the table of candidates that most cases share."""

import importlib
from typing import Any

from torch import Tensor

from speed.case import Build, Case, Goal, Make, Step, goals
from speed.steps import Loss, compiled, evaluation, moved, read, training

EAGER, COMPILED, JAX, MEMORY = "torch eager", "torch.compile", "jax.jit", "memory"
LIMIT = {"lossary": MEMORY}


def trained(
    ours: Loss, eager: Loss, leaf: Tensor, constant: Tensor, in_jax: str | None = None
) -> dict[str, Make]:
    """Forward and backward of a loss of one tensor that is trained and one that is not."""
    made: dict[str, Make] = {
        "lossary": lambda: training(ours, (leaf,), constant),
        EAGER: lambda: training(eager, (leaf,), constant),
        COMPILED: lambda: training(compiled(eager), (leaf,), constant),
    }
    if in_jax is not None:
        made[JAX] = lambda: jax_step("training", in_jax, leaf, constant)
    return {**made, MEMORY: lambda: moved(leaf, constant)}


def evaluated(ours: Loss, eager: Loss, leaf: Tensor, constant: Tensor) -> dict[str, Make]:
    """The value alone."""
    return {
        "lossary": lambda: evaluation(ours, leaf, constant),
        EAGER: lambda: evaluation(eager, leaf, constant),
        COMPILED: lambda: evaluation(compiled(eager), leaf, constant),
        MEMORY: lambda: read(leaf, constant),
    }


def jax_step(kind: str, name: str, *arguments: Any) -> Step:
    """A step of jax, which is imported by the processes alone that time it."""
    module = importlib.import_module("speed.in_jax")
    step: Step = getattr(module, kind)(getattr(module, name), *arguments)
    return step


def reached(
    default: float, warm: float, compiled: float | None = 1.5, ours: str = "lossary"
) -> tuple[Goal, ...]:
    """Goals over eager in each mode, and over torch.compile in both."""
    wanted = goals(EAGER, default, warm, ours)
    return wanted + (goals(COMPILED, compiled, compiled, ours) if compiled else ())


def case(topic: str, name: str, build: Build, largest: int, **options: Any) -> Case:
    """A case whose limit is the memory it must move."""
    return Case(topic, name, build, largest, **{"limits": LIMIT, **options})

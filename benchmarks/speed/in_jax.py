"""The losses in jax.numpy, compiled by jax.jit, on the very memory of the torch tensors."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import Tensor

from speed.case import Step
from speed.steps import COMPARED

jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - jax's own signature


def softmax_cross_entropy(z: Any, target: Any) -> Any:
    """Cross-entropy of class indices, averaged."""
    right = jnp.take_along_axis(z, target[:, None], axis=-1)[:, 0]
    return jnp.mean(jax.nn.logsumexp(z, axis=-1) - right)


def sigmoid_cross_entropy(s: Any, y: Any) -> Any:
    """Binary cross-entropy of scores, averaged."""
    return jnp.mean(jax.nn.softplus(s) - s * y)


def sigmoid_focal(s: Any, y: Any) -> Any:
    """Focal loss, γ 2 and α ¼, averaged."""
    p = jax.nn.sigmoid(s)
    p_t = p * y + (1 - p) * (1 - y)
    return jnp.mean((0.25 * y + 0.75 * (1 - y)) * (1 - p_t) ** 2 * (jax.nn.softplus(s) - s * y))


def squared_error(s: Any, y: Any) -> Any:
    """Squared error, averaged."""
    return jnp.mean((s - y) ** 2)


def softmax_focal(z: Any, target: Any) -> Any:
    """Focal loss of a softmax, γ 2, averaged."""
    l_t = jnp.take_along_axis(jax.nn.log_softmax(z), target[:, None], axis=-1)[:, 0]
    return jnp.mean(-((1 - jnp.exp(l_t)) ** 2) * l_t)


def hinge(z: Any, target: Any) -> Any:
    """Weston and Watkins' hinge of several classes over their number, averaged."""
    right = jnp.take_along_axis(z, target[:, None], axis=-1)
    short = jnp.maximum(0, 1 - right + z).sum(axis=-1) - 1
    return jnp.mean(short) / z.shape[-1]


def kl(q: Any, p: Any) -> Any:
    """Kullback-Leibler divergence of a teacher's logits p from a student's q, averaged."""
    l_q, l_p = jax.nn.log_softmax(q), jax.nn.log_softmax(p)
    return jnp.mean(jnp.sum(jnp.exp(l_p) * (l_p - l_q), axis=-1))


def js(q: Any, p: Any) -> Any:
    """Jensen-Shannon divergence of two tensors of logits, averaged."""
    l_q, l_p = jax.nn.log_softmax(q), jax.nn.log_softmax(p)
    l_m = jnp.logaddexp(l_q, l_p) - jnp.log(2)
    terms = jnp.exp(l_p) * (l_p - l_m) + jnp.exp(l_q) * (l_q - l_m)
    return jnp.mean(jnp.sum(terms, axis=-1)) / 2


def kl_of_probabilities(p: Any, q: Any) -> Any:
    """Kullback-Leibler divergence of each row."""
    return jnp.sum(jax.scipy.special.rel_entr(p, q), axis=-1)


def js_of_probabilities(p: Any, q: Any) -> Any:
    """Jensen-Shannon divergence of each row."""
    m = (p + q) / 2
    return (kl_of_probabilities(p, m) + kl_of_probabilities(q, m)) / 2


def training(loss: Callable[..., Any], leaf: Tensor, constant: Tensor) -> Step:
    """Value and gradient of a loss, waited for."""
    x, y = jnp.from_dlpack(leaf.detach()), jnp.from_dlpack(constant)
    both = jax.jit(jax.value_and_grad(loss))

    def run() -> Any:
        return jax.block_until_ready(both(x, y))

    def outcome() -> list[Any]:
        value, gradient = run()
        entries = np.asarray(gradient).reshape(-1)[:COMPARED]
        return [np.asarray(value, dtype=np.float64), entries.astype(np.float64)]

    return Step(run, outcome)


def evaluation(function: Callable[..., Any], *arrays: np.ndarray) -> Step:
    """The value of a function of NumPy arrays, waited for."""
    given = [jnp.from_dlpack(torch.from_numpy(a)) for a in arrays]
    compiled = jax.jit(function)

    def run() -> Any:
        return jax.block_until_ready(compiled(*given))

    return Step(run, lambda: [np.asarray(run(), dtype=np.float64)])

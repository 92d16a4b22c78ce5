"""Losses that torch does not have, composed of its own steps from the papers' formulas."""

import torch
from torch import Tensor
from torch.nn import functional


def sigmoid_focal(s: Tensor, y: Tensor) -> Tensor:
    """Lin et al. 2017: ``-α_t (1 - p_t)^γ log p_t``, γ 2 and α ¼, each step a tensor."""
    p = torch.sigmoid(s)
    cross_entropy = functional.binary_cross_entropy_with_logits(s, y, reduction="none")
    p_t = p * y + (1 - p) * (1 - y)
    alpha_t = 0.25 * y + 0.75 * (1 - y)
    return (alpha_t * cross_entropy * (1 - p_t) ** 2).mean()


def softmax_focal(z: Tensor, target: Tensor) -> Tensor:
    """The same of a softmax: ``-(1 - p_t)^γ log p_t``, γ 2."""
    l = functional.log_softmax(z, dim=-1)
    l_t = l.gather(-1, target[:, None])[:, 0]
    return (-((1 - l_t.exp()) ** 2) * l_t).mean()


def kl(q: Tensor, p: Tensor) -> Tensor:
    """Kullback-Leibler divergence of a teacher's logits p from a student's q, averaged."""
    l_q, l_p = functional.log_softmax(q, dim=-1), functional.log_softmax(p, dim=-1)
    return functional.kl_div(l_q, l_p, reduction="batchmean", log_target=True)


def js(q: Tensor, p: Tensor) -> Tensor:
    """Jensen-Shannon divergence of two tensors of logits, averaged."""
    q, p = functional.softmax(q, dim=-1), functional.softmax(p, dim=-1)
    log_m = ((p + q) / 2).log()
    total = functional.kl_div(log_m, p, reduction="sum") + functional.kl_div(
        log_m, q, reduction="sum"
    )
    return total / (2 * p.shape[0])

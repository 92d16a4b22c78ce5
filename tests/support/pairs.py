"""Pairs of distributions as logits, and how exactly a measure of them can be known."""

from typing import Any, NamedTuple

import torch

from lossary.formulas.record import Measure, Pair
from lossary.formulas.vocabulary import safe_product
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.kernels import eligibility
from lossary.measures.distribution_dispatch import measure_from_logits
from lossary.measures.representations import compare_logits
from support.paths import graded

ROWS = 9
NEAR = 1e-2


def drawn(classes, dtype=torch.float32, seed=0):
    """Two tensors of logits: some rows apart, near-equal, equal, sure, shifted, masked, tied."""
    generator = torch.Generator().manual_seed(seed + classes)
    p, q = (
        3 * torch.randn(ROWS, classes, generator=generator, dtype=torch.float64) for _ in range(2)
    )
    q[1] = p[1] + 1e-3 * torch.randn(classes, generator=generator, dtype=torch.float64)
    q[2] = p[2]
    p[3], q[3] = 3 * p[3], 3 * q[3]
    q[4] = p[4] + 5
    p[5], q[5] = p[5].round(), q[5].round()
    p[6, : classes // 2] = q[6, : classes // 2] = -torch.inf
    p[7], q[7] = 0.5, -0.25
    return p.to(dtype).requires_grad_(), q.to(dtype).requires_grad_()


class Truth(NamedTuple):
    """The value and the gradients of a measure, and how large each is before anything cancels."""

    found: list[Any]
    units: list[Any]


def truth(record: Measure, p: Any, q: Any, **options: Any) -> Truth:
    """What a measure is of logits, in float64, under the cotangents of ``graded``."""
    a, b = (x.detach().double().requires_grad_() for x in (p, q))
    with eligibility.plain():
        found = graded(lambda: measure_from_logits(record, a, b, **options), a, b)
    above = torch.linspace(0, 1.5, ROWS, dtype=torch.float64)[:, None]
    units = _units(record, a.detach(), b.detach(), options)
    return Truth(found, [found[0], *(above * u for u in units)])


def _units(record: Measure, p: Any, q: Any, parameters: dict[str, Any]) -> list[Any]:
    m = vocabulary(p)
    left, right, difference, ratio = compare_logits(p, q)
    pair = Pair(m, left.p, right.p, difference, ratio, -right.l)
    totals = [t.value(m, pair, **parameters).sum(-1).requires_grad_() for t in record.terms]
    finished = record.finish(m, *totals, **parameters)
    factors = torch.autograd.grad(finished.sum(), totals)
    near = ((p == q) | (abs(p - q) < NEAR)).all(-1, keepdim=True)
    units = [torch.zeros_like(p), torch.zeros_like(q)]
    for term, factor in zip(record.terms, factors, strict=True):
        for side, own in enumerate((left, right)):
            slopes = term.logit_partials or term.partials
            slope = safe_product(m, own.p, slopes[side](m, pair, **parameters))
            if term.logit_partials is not None:
                slope = slopes[side](m, pair, **parameters)
            # Where logits differ, their logarithms are known to an eps of themselves.
            known = torch.where(near | (own.p == 0), 0, own.p * (abs(left.l) + abs(right.l)))
            felt = abs(slope) + torch.where(own.p == 0, 0, known)
            spread = own.p * (felt.sum(-1, keepdim=True) - felt)
            units[side] += abs(factor)[:, None] * (felt * own.r + spread)
    return units

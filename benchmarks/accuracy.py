"""How far results are from the truth, beside the usual tools, on the same ten thousand inputs.

Run ``python benchmarks/accuracy.py [CASES]``: it writes benchmarks/results/accuracy.md. Truth is
the exact value of the given floats, from mpmath; errors are in units of the last place.
"""

import math
import platform
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import torch
from mpmath import mp, mpf
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import mutual_info_score
from torch.nn import functional

import lossary as ls

RESULTS = Path(__file__).parent / "results" / "accuracy.md"
CASES = 10_000
PACKAGES = ("lossary", "numpy", "scipy", "torch", "scikit-learn", "mpmath")

Case = tuple[str, Any, dict[str, Callable[[], Any]]]


def ulps(got: float, truth: Any, dtype: str) -> float:
    """The distance from the truth in units in the last place, infinite for NaN and lost signs."""
    limits = np.finfo(dtype)
    if not math.isfinite(got):
        return math.inf
    if truth == 0:
        return 0.0 if got == 0 else math.inf
    size = max(abs(truth), mpf(float(limits.smallest_normal)))
    place = mpf(2) ** mp.floor(mp.log(size, 2)) * mpf(float(limits.eps))
    return float(abs(mpf(got) - truth) / place)


def pairs(rng: np.random.Generator, dtype: str, cases: int) -> Iterator[Case]:
    """KL and JS of distributions apart and near-equal."""
    for i in range(cases):
        k = int(rng.integers(2, 16))
        p = rng.dirichlet(np.full(k, rng.choice([0.3, 1, 10])))
        noise = [None, 1e-3, 1e-6][i % 3]
        q = rng.dirichlet(np.ones(k)) if noise is None else p * (1 + noise * rng.normal(size=k))
        p, q = (np.maximum(x / x.sum(), 1e-30).astype(dtype) for x in (p, q))
        exact = [(mpf(a), mpf(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True)]
        kind = "apart" if noise is None else f"near-equal, {noise:g}"
        kl = mp.fsum(a * mp.log(a / b) for a, b in exact)
        total_p, total_q = mp.fsum(a for a, _ in exact), mp.fsum(b for _, b in exact)
        share = kl / total_p - mp.log(total_p / total_q)
        js = (
            mp.fsum(a * mp.log(2 * a / (a + b)) + b * mp.log(2 * b / (a + b)) for a, b in exact) / 2
        )
        tp, tq = torch.tensor(p), torch.tensor(q)
        yield (
            f"KL as given, {kind}",
            kl,
            {
                "lossary": lambda p=p, q=q: ls.kl_divergence(p, q),
                "lossary, torch": lambda p=tp, q=tq: ls.kl_divergence(p, q),
                "scipy rel_entr": lambda p=p, q=q: rel_entr(p, q).sum(),
                "torch": lambda p=tp, q=tq: functional.kl_div(q.log(), p, reduction="sum"),
            },
        )
        yield (
            f"KL normalised, {kind}",
            share,
            {
                "lossary": lambda p=p, q=q: ls.kl_divergence(p, q, normalize=True),
                "lossary, torch": lambda p=tp, q=tq: ls.kl_divergence(p, q, normalize=True),
                "scipy entropy": lambda p=p, q=q: scipy_entropy(p, q),
            },
        )
        yield (
            f"JS, {kind}",
            js,
            {
                "lossary": lambda p=p, q=q: ls.js_divergence(p, q),
                "lossary, torch": lambda p=tp, q=tq: ls.js_divergence(p, q),
                "scipy jensenshannon²": lambda p=p, q=q: jensenshannon(p, q) ** 2,
            },
        )


def tables(rng: np.random.Generator, cases: int) -> Iterator[Case]:
    """Mutual information of counts."""
    for i in range(cases):
        shape = rng.integers(2, 6, size=2)
        c = rng.integers(1, 50, size=shape) * int(10 ** rng.integers(0, 8))
        if i % 3 == 0:
            c = np.outer(rng.integers(1, 40, shape[0]), rng.integers(1, 40, shape[1]))
            c[0, 0] += i % 2
        n, rows, columns = int(c.sum()), c.sum(axis=1).tolist(), c.sum(axis=0).tolist()
        with mp.workdps(60):
            truth = mp.fsum(
                mpf(x) / n * mp.log(mpf(x) * n / (rows[i] * columns[j]))
                for (i, j), x in np.ndenumerate(c.astype(object))
            )
            exact = all(
                x * n == rows[i] * columns[j] for (i, j), x in np.ndenumerate(c.astype(object))
            )
        yield (
            "MI of counts",
            mpf(0) if exact else truth,
            {
                "lossary": lambda c=c: ls.mutual_information_from_counts(c),
                "scikit-learn": lambda c=c: mutual_info_score(None, None, contingency=c),
            },
        )


def focal_as_usual(s: torch.Tensor, y: torch.Tensor, gamma: float) -> torch.Tensor:
    """Focal loss composed of torch's own steps, the way it is usually written."""
    p = torch.sigmoid(s)
    p_t = p * y + (1 - p) * (1 - y)
    plain = functional.binary_cross_entropy_with_logits(s, y, reduction="none")
    return (plain * (1 - p_t) ** gamma).sum()


def gradient(loss: Callable[..., torch.Tensor], x: torch.Tensor, index: int) -> torch.Tensor:
    """One entry of a gradient, by autograd."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(loss(x), x)[0].ravel()[index]


def scores(rng: np.random.Generator, dtype: str, cases: int) -> Iterator[Case]:
    """Cross-entropy of rows, binary cross-entropy and focal loss of scores."""
    for i in range(cases):
        size = rng.choice([0.1, 1.0, 10.0, 30.0])
        z = (size * rng.normal(size=int(rng.integers(2, 16)))).astype(dtype)
        label = int(rng.integers(z.size))
        y, s = float(rng.integers(2)), z[:1]
        margin = mpf(float(s[0])) * (1 if y else -1)
        with mp.workdps(60 + int(3 * abs(z).max())):
            lse = mp.log(mp.fsum(mp.exp(mpf(float(v))) for v in z))
            row = lse - mpf(float(z[label]))
            binary = mp.log1p(mp.exp(-margin))
            gamma = [0.5, 1.0, 2.0, 5.0][i % 4]
            wrong = 1 / (1 + mp.exp(margin))
            focal = binary * wrong**gamma
            slope = -(wrong**gamma) * (gamma * (1 - wrong) * binary + wrong) * (1 if y else -1)
            other = (label + 1) % z.size
            at_label = (
                mp.expm1(-row)
                if row > 0.5
                else -mp.fsum(mp.exp(mpf(float(v)) - lse) for j, v in enumerate(z) if j != label)
            )
            at_other = mp.exp(mpf(float(z[other])) - lse)
        tz, ts, ty = (
            torch.tensor(z)[None],
            torch.tensor(s),
            torch.tensor([y], dtype=getattr(torch, dtype)),
        )
        yield (
            "cross-entropy of logits",
            row,
            {
                "lossary": lambda z=z, t=label: ls.softmax_cross_entropy(z[None], [t]),
                "lossary, torch": lambda z=tz, t=label: ls.softmax_cross_entropy(
                    z, torch.tensor([t])
                ),
                "torch": lambda z=tz, t=label: functional.cross_entropy(z, torch.tensor([t])),
            },
        )
        for where, truth, at in (
            ("the label", at_label, label),
            ("another class", at_other, other),
        ):
            yield (
                f"cross-entropy of logits, gradient at {where}",
                truth,
                {
                    "lossary, torch": lambda z=tz, t=label, at=at: gradient(
                        lambda x: ls.softmax_cross_entropy(x, torch.tensor([t])), z, at
                    ),
                    "torch": lambda z=tz, t=label, at=at: gradient(
                        lambda x: functional.cross_entropy(x, torch.tensor([t])), z, at
                    ),
                },
            )
        yield (
            "focal, gradient",
            slope,
            {
                "lossary": lambda s=s, y=y, g=gamma: ls.sigmoid_focal.gradient(s, [y], gamma=g)[0],
                "lossary, torch": lambda s=ts, y=ty, g=gamma: gradient(
                    lambda x: ls.sigmoid_focal(x, y, gamma=g), s, 0
                ),
                "torch, composed": lambda s=ts, y=ty, g=gamma: gradient(
                    lambda x: focal_as_usual(x, y, g), s, 0
                ),
            },
        )
        yield (
            "binary cross-entropy",
            binary,
            {
                "lossary": lambda s=s, y=y: ls.sigmoid_cross_entropy(s, [y]),
                "lossary, torch": lambda s=ts, y=ty: ls.sigmoid_cross_entropy(s, y),
                "torch": lambda s=ts, y=ty: functional.binary_cross_entropy_with_logits(s, y),
            },
        )
        yield (
            f"focal, gamma {gamma:g}",
            focal,
            {
                "lossary": lambda s=s, y=y, g=gamma: ls.sigmoid_focal(s, [y], gamma=g),
                "lossary, torch": lambda s=ts, y=ty, g=gamma: ls.sigmoid_focal(s, y, gamma=g),
                "torch, composed": lambda s=ts, y=ty, g=gamma: focal_as_usual(s, y, g),
            },
        )


UNDERFLOW = 16
"""Sums of so many terms each of which may be flushed to 0."""


@dataclass
class Errors:
    """The largest error of a tool, and the numbers of negatives, NaN, flushed results, cases."""

    largest: float = 0.0
    negative: int = 0
    nan: int = 0
    flushed: int = 0
    cases: int = 0

    def add(self, got: float, truth: Any, dtype: str) -> None:
        """Count a result; what underflow took of a tiny one is no error in ulp."""
        error = ulps(got, truth, dtype)
        tiny = 0 < abs(truth) < UNDERFLOW * float(np.finfo(dtype).smallest_normal)
        flushed = tiny and abs(got) < abs(truth) and error > UNDERFLOW
        self.largest = self.largest if flushed else max(self.largest, error)
        self.negative += got < 0 <= truth
        self.nan += math.isnan(got)
        self.flushed += flushed
        self.cases += 1


def worst(cases: Iterator[Case], dtype: str) -> dict[tuple[str, str, str], Errors]:
    """The errors of each tool on each measure."""
    found: dict[tuple[str, str, str], Errors] = defaultdict(Errors)
    for name, truth, tools in cases:
        for tool, compute in tools.items():
            found[name, dtype, tool].add(float(compute()), truth, dtype)
    return found


def main() -> None:
    """Measure all, and write the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    mpmath.mp.dps = 50
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    found = worst(tables(rng, count), "float64")
    for dtype in ("float32", "float64"):
        found |= worst(pairs(rng, dtype, count), dtype) | worst(scores(rng, dtype, count), dtype)
    lines = [
        "# Accuracy beside the usual tools",
        "",
        f"{count} random inputs for each dtype; the largest error in units in the last place",
        "of the exact value of the given floats. Negative: below 0 where the truth is not.",
        f"Flushed: of an exact value below {UNDERFLOW} times the smallest normal number (1.2e-38,",
        "2.2e-308) underflow took a part or all; the error leaves that out.",
        "",
        ", ".join(f"{p} {version(p)}" for p in PACKAGES)
        + f"; Python {platform.python_version()}, {platform.machine()}, one thread.",
        "",
        "| | dtype | tool | largest error, ulp | negative | NaN | flushed |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for (name, dtype, tool), e in sorted(found.items()):
        size = f"{e.largest:.2g}" if e.largest < 100 else f"{e.largest:.0e}"
        counts = (e.negative, e.nan, e.flushed)
        shares = " | ".join(f"{100 * x / e.cases:.2g} %" if x else "" for x in counts)
        lines.append(f"| {name} | {dtype} | {tool} | {size} | {shares} |")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()

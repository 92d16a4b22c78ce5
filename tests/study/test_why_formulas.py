"""Every formula of the claims is computed, and agrees with the library's losses."""

import numpy as np
import pytest
import torch
from mpmath import mp

from lossary import losses, measures
from lossary.formulas import catalogue
from lossary.formulas.margin import hinge
from lossary.study.page.how_computed_formulas import WHERE
from lossary.study.why.formulas import FORMULAS, gradient_share_formulas, printed
from support.formulas import column, each, mutants, numbers
from support.tex import compute, verify

RANDOM = np.random.default_rng(3)
MARGIN, GAMMA, DELTA = 1.5, 3.0, 0.8
UNIT, HEAVY, LIGHT = (
    {"positive": a, "negative": b} for a, b in ((1.0, 1.0), (3.0, 1.0), (0.25, 0.75))
)


def derivatives(loss, z, y, **parameters):
    """Value, gradient and Hessian of one loss by its scores."""
    at = torch.tensor(z, dtype=torch.float64)
    target = torch.tensor(y) if at.ndim else torch.tensor(float(y), dtype=torch.float64)

    def value(scores):
        rows = scores[None] if at.ndim == 0 or loss.startswith(("softmax", "multi")) else scores
        return getattr(losses, loss)(rows, target[None], reduction="sum", **parameters)

    gradient = torch.func.grad(value)(at)
    hessian = torch.autograd.functional.hessian(value, at)
    return float(value(at)), gradient.numpy(), hessian.numpy()


def of_a_score(y, s, entropy_weights=UNIT, focal_weights=UNIT):
    """A score, its margin, and the losses of it with their derivatives."""
    sign = 2 * y - 1
    entropy = derivatives("sigmoid_cross_entropy", s, y, **entropy_weights)
    squared = derivatives("sigmoid_squared_error", s, y)
    focal, *_ = derivatives("sigmoid_focal", s, y, gamma=GAMMA, **focal_weights)
    slope = derivatives("hinge", s, sign, margin=MARGIN)[1] * sign
    return {
        "y": mp.mpf(y),
        "s": mp.mpf(s),
        "m": mp.mpf(sign * s),
        r"\mu": mp.mpf(MARGIN),
        r"\gamma": mp.mpf(GAMMA),
        r"L_\text{CE}": mp.mpf(entropy[0]),
        r"L_\text{focal}": mp.mpf(focal),
        r"\frac{\partial L_\text{CE}}{\partial s}": mp.mpf(float(entropy[1])),
        r"\frac{\partial (\sigma(s) - y)^2}{\partial s}": mp.mpf(float(squared[1])),
        r"\frac{d^2 L_\text{CE}}{d s^2}": mp.mpf(float(entropy[2])),
        r"\frac{d L_\text{CE}}{d m}": mp.mpf(float(entropy[1]) * sign),
        r"\frac{d L_\text{hinge}}{d m}": mp.mpf(float(slope)),
    }


def of_a_row(y, z, variant="crammer_singer"):
    """Scores of four classes, their softmax, and the losses of them with their derivatives."""
    names = ("cross_entropy", "squared_error")
    entropy, squared = (derivatives(f"softmax_{n}", z, y) for n in names)
    focal, *_ = derivatives("softmax_focal", z, y, gamma=GAMMA)
    _, hinge_slope, _ = derivatives("multiclass_hinge", z, y, margin=MARGIN, variant=variant)
    classes = tuple(range(1, len(z) + 1))
    return {
        "y": y + 1,
        "z": numbers(z),
        "p": numbers(np.exp(z) / np.exp(z).sum()),
        "t": numbers(np.eye(len(z))[y]),
        "v": numbers([0.3, -1.2, 0.8, 2.0]),
        "m": mp.mpf(z[y] - max(np.delete(z, y))),
        r"\mu": mp.mpf(MARGIN),
        r"\gamma": mp.mpf(GAMMA),
        "k": classes,
        r"L_\text{CE}": mp.mpf(entropy[0]),
        r"L_\text{SE}": mp.mpf(squared[0]),
        r"L_\text{focal}": mp.mpf(focal),
        r"\frac{\partial L_\text{CE}}{\partial z_y}": mp.mpf(entropy[1][y]),
        r"\frac{\partial L_\text{hinge}}{\partial z_y}": mp.mpf(hinge_slope[y]),
        r"\frac{\partial L_\text{CE}}{\partial z_j}": each("j", entropy[1]),
        r"\frac{\partial L_\text{SE}}{\partial z_j}": each("j", squared[1]),
        r"\frac{\partial^2 L_\text{CE}}{\partial z_j \partial z_k}": each("jk", entropy[2]),
    }, classes


def rows_of(y, z, **options):
    """A row once with j as the index of a sum, and once with each of its values."""
    values, classes = of_a_row(y, z, **options)
    return [values | {"j": classes}, *(values | {"j": j} for j in classes)]


def of_residuals():
    """Residuals on either side of Huber's delta, with the derivatives of losses."""
    for s, y in ((0.4, -0.1), (0.2, 2.5), (3.0, 0.5)):
        score_gradients = {
            name: mp.mpf(float(derivatives(name, s, y, **given)[1]))
            for name, given in {
                "squared_error": {},
                "absolute_error": {},
                "huber": {"delta": DELTA},
                "log_cosh": {},
            }.items()
        }
        yield {
            "s": mp.mpf(s),
            "y": mp.mpf(y),
            "r": mp.mpf(s) - mp.mpf(y),
            r"\delta": mp.mpf(DELTA),
            r"\frac{\partial r^2}{\partial s}": score_gradients["squared_error"],
            r"\frac{\partial |r|}{\partial s}": score_gradients["absolute_error"],
            r"\frac{\partial L_\text{Huber}}{\partial s}": score_gradients["huber"],
            r"\frac{\partial}{\partial s} \log \frac{e^r + e^{-r}}{2}": score_gradients["log_cosh"],
        }


def of_a_linear_model():
    """The Hessian of cross-entropy over the weights, and that of each row by its score."""
    x, w = RANDOM.normal(size=(6, 3)), RANDOM.normal(size=3)
    y = torch.tensor([0, 1, 1, 0, 1, 0]).double()

    def loss(weights):
        return losses.sigmoid_cross_entropy(torch.from_numpy(x) @ weights, y)

    whole = torch.autograd.functional.hessian(loss, torch.from_numpy(w))
    score_hessians = [
        derivatives("sigmoid_cross_entropy", s, t)[2] for s, t in zip(x @ w, y, strict=True)
    ]
    return {
        "H": mp.matrix(whole.tolist()),
        "n": 6,
        "i": range(1, 7),
        "x": {i + 1: column(row) for i, row in enumerate(x)},
        r"\frac{d^2 L_i}{d s_i^2}": each("i", score_hessians),
    }


def of_probabilities():
    p = RANDOM.dirichlet(np.ones(3), size=4)
    y = {1: 2, 2: 1, 3: 3, 4: 2}
    return {"n": 4, "i": range(1, 5), "p": numbers(p), "y": y}


def of_distributions():
    p, q = RANDOM.dirichlet(np.ones(4), size=2)
    named = {
        "H(p, q)": measures.cross_entropy(p, q),
        "H(p)": measures.entropy(p),
        r"D_\text{KL}(p \| q)": measures.kl_divergence(p, q),
    }
    sides = {"p": numbers(p), "q": numbers(q), "j": range(1, 5)}
    return {k: mp.mpf(float(x)) for k, x in named.items()} | sides


def of_least_squares():
    x, y = RANDOM.normal(size=(7, 3)), RANDOM.normal(size=7)
    w, *_ = np.linalg.lstsq(x, y)
    return {"X": mp.matrix(x.tolist()), "y": column(y), "w": column(w)}


def of_a_normal_density():
    s, y, tau = (mp.mpf(x) for x in ("0.3", "1.7", "0.6"))
    return {"s": s, "y": y, r"\tau": tau, "p": lambda x: mp.npdf(x, s, tau)}


SCORES = [of_a_score(y, s) for y in (0, 1) for s in (-2.5, 0.4, 1.0)]
LOGITS = [1.0, 0.2, -1.5, 0.9], [4.0, -1.0, 5.8, 0.0]
ROWS = [rows_of(y, z) for y in (0, 2) for z in LOGITS]
VALUES = {
    "binary": {
        "saturation": SCORES,
        "convexity": [*SCORES, of_a_linear_model()],
        "gradient_share": SCORES,
        "weighted": [of_a_score(y, s, HEAVY, LIGHT) for y in (0, 1) for s in (-2.5, 0.4, 1.0)],
    },
    "multiclass": {
        name: [v for rows in ROWS for v in rows]
        for name in ("saturation", "convexity", "crammer_singer")
    }
    | {
        "weston_watkins": [
            v for z in LOGITS for y in (0, 2) for v in rows_of(y, z, variant="weston_watkins")
        ]
    },
    "regression": {
        "residual_gradient_share": list(of_residuals()),
        "closed_form": [of_least_squares()],
        "likelihood": [of_a_normal_density()],
        "regression_cross_entropy": SCORES,
    },
}
for kind in ("binary", "multiclass"):
    VALUES[kind] |= {
        "true_class_only": [rows[0] for rows in ROWS],
        "likelihood": [of_probabilities()],
        "entropy_decomposition": [of_distributions()],
    }
CASES = [(k, n, f) for k, claims in FORMULAS.items() for n, fs in claims.items() for f in fs]
HINGE, FOCAL = {"margin": MARGIN}, {"gamma": GAMMA}
for kind, name, entropy, of_hinge, of_focal in (
    ("binary", "gradient_share", UNIT, {}, UNIT),
    ("binary", "weighted", HEAVY, {}, LIGHT),
    ("multiclass", "crammer_singer", {}, {"variant": "crammer_singer"}, {}),
    ("multiclass", "weston_watkins", {}, {"variant": "weston_watkins"}, {}),
):
    *own, values = gradient_share_formulas(kind, entropy, HINGE | of_hinge, FOCAL | of_focal)
    CASES += [(kind, name, formula) for formula in (*own, *values.split(WHERE))]


def agree(kind, name, formula):
    """Compute a formula at all values that have its symbols; false where a relation fails."""
    computed = 0
    for values in VALUES[kind][name]:
        try:
            verify(formula, values)
        except (KeyError, TypeError):  # a symbol of other values, or an index that has none
            continue
        computed += 1
    assert computed, f"nothing to compute {formula} with"


@pytest.mark.parametrize(("kind", "name", "formula"), CASES)
def test_the_formulas_of_a_claim_hold(kind, name, formula):
    with mp.workdps(20):
        agree(kind, name, formula)


@pytest.mark.parametrize(("kind", "name", "formula"), CASES)
def test_wrong_mathematics_is_noticed(kind, name, formula):
    with mp.workdps(20):
        for mutant in mutants(formula):
            with pytest.raises((AssertionError, ValueError, ZeroDivisionError)):
                agree(kind, name, mutant)


def test_what_a_record_holds_is_printed_from_it():
    assert printed("sigmoid_squared_error") in FORMULAS["binary"]["saturation"][1]
    with mp.workdps(20):
        values = {"u": mp.mpf("0.3"), r"\mu": mp.mpf(1)}
        text = printed("hinge", {"y": 1.0, "s": "u"})
        assert mp.almosteq(compute(text, values), mp.mpf("0.7"))
    assert catalogue.get("hinge") is hinge

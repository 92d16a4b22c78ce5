"""A loss of your own: one record, and it is everywhere.

Smooth hinge (Rennie and Srebro, 2005): zero beyond the margin, quadratic just below it, linear
further down. One record gives the function, its derivatives, a torch module, SQL, LaTeX and the
check against exact arithmetic.
"""

import torch

import lossary as ls
import lossary.torch
from lossary.check import run
from lossary.formulas import catalogue
from lossary.formulas.margin import margin
from lossary.formulas.vocabulary import constant

smooth_hinge = margin(
    "smooth_hinge",
    summary="hinge without its kink",
    source="Rennie and Srebro, Loss Functions for Preference Levels, 2005",
    definition=lambda m, u: m.where(u <= 0, 0.5 - u, m.maximum(0, 1 - u) ** 2 / 2),
    psi=lambda m, u: m.where(u <= 0, 0.5 - u, m.maximum(0, 1 - u) ** 2 / 2),
    slope=lambda m, u: m.where(u <= 0, constant(m, -1, u), -m.maximum(0, 1 - u)),
    bend=lambda m, u: m.where((u > 0) & (u < 1), 1, constant(m, 0, u)),
    kink=lambda m, u: u * (1 - u),
    hard=(0.0, 1.0, 0.5, -1e8, 1e8),
)


def main() -> None:
    """Register the record, and use it."""
    catalogue.register(smooth_hinge)
    print(ls.formula("smooth_hinge"))
    print("value   ", ls.smooth_hinge([-1.0, 0.5, 2.0], [1, 1, 1], reduction="none"))
    print("gradient", ls.smooth_hinge.gradient([-1.0, 0.5, 2.0], [1, 1, 1]))

    score = torch.tensor([-1.0, 0.5, 2.0], requires_grad=True)
    lossary.torch.SmoothHingeLoss()(score, torch.ones(3)).backward()
    print("autograd", score.grad)

    print("SQL     ", ls.sql("smooth_hinge", y="label", s="score")[:60], "…")
    worst = max(run(["smooth_hinge"]), key=lambda row: row.error / row.limit)
    print(f"check    {worst.error:.2f} eps at worst, {worst.limit:g} allowed")
    catalogue.unregister("smooth_hinge")


if __name__ == "__main__":
    main()

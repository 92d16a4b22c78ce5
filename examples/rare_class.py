"""A rare class in PyTorch: cross-entropy, weighted cross-entropy and focal loss, side by side.

Look at what the loss changes (the probabilities) and what a threshold could have changed anyway.
"""

import torch
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import train_test_split
from torch import nn

from lossary.torch import BCEWithLogitsLoss, SigmoidFocalLoss


def fit(loss: nn.Module, x: torch.Tensor, y: torch.Tensor) -> nn.Module:
    """Train a linear model by full-batch descent, from the same start."""
    torch.manual_seed(0)
    model = nn.Linear(x.shape[1], 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        loss(model(x)[:, 0], y).backward()
        optimizer.step()
    return model


def main() -> None:
    """Train under each loss, and measure ranking and probabilities on held-out rows."""
    x, y = make_classification(3000, 12, weights=[0.97], flip_y=0.02, random_state=0)
    parts = train_test_split(x, y, test_size=0.5, stratify=y, random_state=0)
    x, x_test, y, y_test = (torch.tensor(p, dtype=torch.float32) for p in parts)
    losses = {
        "cross-entropy": BCEWithLogitsLoss(),
        "weighted cross-entropy": BCEWithLogitsLoss(pos_weight=torch.tensor(30.0)),
        "focal, gamma 2": SigmoidFocalLoss(gamma=2.0),
    }
    for name, loss in losses.items():
        model = fit(loss, x, y)
        with torch.no_grad():
            p = torch.sigmoid(model(x_test)[:, 0])
        ranking = average_precision_score(y_test, p)
        print(f"{name:24} average precision {ranking:.3f}   log-loss {log_loss(y_test, p):.3f}")


if __name__ == "__main__":
    main()

from dataclasses import replace

import pytest
import torch

from lossary.study.why.claim import plain
from lossary.study.why.gradient_share import carriers, shares
from lossary.study.why.setup import train
from support.whys import THREE, candidate, still, subject

ENTROPY, HINGE = candidate("sigmoid_cross_entropy"), candidate("hinge")
FOCAL = candidate("sigmoid_focal:gamma=2")
NOBODY = torch.zeros(20, dtype=torch.bool)


def test_hinge_listens_to_those_within_its_margin_alone():
    z = torch.linspace(-3, 6.5, 20).double()[:, None]
    y = torch.ones(20, dtype=torch.int64)
    rare = torch.arange(20) < 2
    found = shares(HINGE, z, y, rare, 5)
    inside = int((z < 1).sum())
    assert inside == 8
    assert found.deciles == pytest.approx([2 / inside] * 4 + [0.0] * 6)
    assert found.none == 12 / 20
    assert found.rare == pytest.approx(2 / inside)
    assert (found.loss, found.step) == ("hinge", 5)


def test_cross_entropy_listens_by_the_probability_that_is_missing():
    z = torch.tensor([3.0, -1.0, 0.0, 2.0] * 5).double()[:, None]
    y = torch.tensor([1, 0, 1, 0] * 5)
    missing = torch.sigmoid(-(2 * y - 1) * z[:, 0])
    expected = torch.sort(missing, descending=True).values / missing.sum()
    found = shares(ENTROPY, z, y, NOBODY, 0)
    assert found.deciles == pytest.approx(expected.reshape(10, 2).sum(dim=1).tolist())
    assert sum(found.deciles) == pytest.approx(1)
    assert found.none == found.rare == 0


def test_where_there_is_no_gradient_nobody_carries_it():
    found = shares(HINGE, torch.full((20, 1), 9.0).double(), NOBODY.long() + 1, ~NOBODY, 0)
    assert (found.none, found.hard, found.rare) == (1, 0, 0)


def test_several_classes_are_measured_by_the_length_of_the_gradient():
    crammer = candidate("multiclass_hinge", THREE)
    z = torch.tensor([[0.0, 0.2, -5.0], [4.0, 0.0, 0.0]]).double()
    found = shares(crammer, z, torch.tensor([0, 0]), torch.tensor([True, False]), 0)
    assert found.none == 0.5
    assert found.rare == 1


@pytest.fixture(scope="module")
def metrics_for():
    found = subject("binary")
    labels = "sigmoid_cross_entropy", "hinge", "sigmoid_focal:gamma=2"
    return carriers(found, *(train(found, label) for label in labels))


def test_focal_turns_to_the_hard_and_hinge_away_from_the_easy(measured):
    assert measured.holds
    entropy, _, focal = measured.side_by_side
    assert focal.hard > entropy.hard
    assert measured.ends["hinge"].none > 0
    assert entropy.none == 0
    assert measured.rarest == "yes"
    assert {s.step for s in measured.training} >= {0, 1, 40}
    assert len(measured.training) % 3 == 0


def test_the_rarest_class_is_that_of_the_rows():
    found = subject("binary")
    start = [still(c, torch.zeros(3, 1), torch.zeros(1, 1)) for c in (ENTROPY, HINGE, FOCAL)]
    measured = carriers(found, *start)
    share = float((found.y == 1).double().mean())
    assert measured.rare_rows == pytest.approx(share)
    # Undecided everywhere: each row pulls alike.
    assert [s.rare for s in measured.side_by_side] == pytest.approx([share] * 3)
    assert (
        "At those scores focal does next to nothing for the rarest class"
        in plain(measured)["sentence"]
    )
    assert not measured.holds


def test_a_class_without_rows_is_no_rarest():
    found = subject("multiclass")
    y = torch.where(found.y == 0, 1, found.y)
    entropy = candidate("softmax_cross_entropy", found.task)
    start = still(entropy, torch.zeros(3, 3), torch.zeros(1, 3))
    measured = carriers(replace(found, y=y), start, start, start)
    fewest = 1 if (y == 1).sum() < (y == 2).sum() else 2
    assert measured.rarest == found.task.classes[fewest]


def test_what_focal_does_to_the_rarest_class_is_said(measured):
    entropy, hinge, focal = measured.side_by_side
    assert "the rarest class more weight: class yes, " in str(measured.details[1])
    less, more = (replace(focal, rare=entropy.rare + d) for d in (-0.1, 0.1))
    for changed, text in ((less, "takes weight from"), (more, "gives the rarest")):
        other = replace(measured, side_by_side=(entropy, hinge, changed))
        assert str(other.details[1]).startswith(f"At those scores focal {text}")
    silent = replace(measured, side_by_side=(entropy, replace(hinge, none=1.0), focal))
    assert "hinge has nothing left to learn" in str(silent.details[0])


def test_what_was_not_seen_is_not_said(measured):
    entropy, hinge, focal = measured.side_by_side
    even = replace(measured, side_by_side=(entropy, hinge, entropy))
    deaf = replace(measured, training=tuple(replace(s, none=0.0) for s in measured.training))
    both = replace(deaf, side_by_side=(entropy, hinge, entropy))
    starts = ("Only half seen here: hinge", "Only half seen here: focal", "Not seen here")
    for claim, start in zip((even, deaf, both), starts, strict=True):
        assert not claim.holds
        assert str(claim.finding).startswith(start)
    assert focal.hard > entropy.hard

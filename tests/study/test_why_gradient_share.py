# ruff: noqa: RUF001 - Chinese punctuation

from dataclasses import replace

import pytest
import torch

from lossary.pages.localization import language
from lossary.study.candidates import DEFAULTS, choose_candidates
from lossary.study.why import measure_claims
from lossary.study.why.claim import claim_to_dict
from lossary.study.why.gradient_share import measure_gradient_share, shares
from lossary.study.why.setup import compared_losses, train
from support.whys import BINARY, THREE, candidate, config, setup, still

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
def measured():
    found = setup("binary")
    labels = "sigmoid_cross_entropy", "hinge", "sigmoid_focal:gamma=2"
    return measure_gradient_share(found, tuple(train(found, label) for label in labels))


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
    found = setup("binary")
    start = [still(c, torch.zeros(3, 1), torch.zeros(1, 1)) for c in (ENTROPY, HINGE, FOCAL)]
    measured = measure_gradient_share(found, start)
    share = float((found.y == 1).double().mean())
    assert measured.rare_rows == pytest.approx(share)
    # Undecided everywhere: each row influences alike.
    assert [s.rare for s in measured.side_by_side] == pytest.approx([share] * 3)
    assert (
        "At those scores focal loss hardly changes the weight of the rarest class"
        in claim_to_dict(measured)["sentence"]
    )
    assert not measured.holds


def test_a_class_without_rows_is_no_rarest():
    found = setup("multiclass")
    y = torch.where(found.y == 0, 1, found.y)
    entropy = candidate("softmax_cross_entropy", found.task)
    start = still(entropy, torch.zeros(3, 3), torch.zeros(1, 3))
    measured = measure_gradient_share(replace(found, y=y), (start, start, start))
    fewest = 1 if (y == 1).sum() < (y == 2).sum() else 2
    assert measured.rarest == found.task.classes[fewest]


def test_what_focal_does_to_the_rarest_class_is_said(measured):
    entropy, hinge, focal = measured.side_by_side
    assert "the rarest class more weight: class yes, " in str(measured.details[1])
    less, more = (replace(focal, rare=entropy.rare + d) for d in (-0.1, 0.1))
    for changed, text in (
        (less, "gives the rarest class less"),
        (more, "gives the rarest class more"),
    ):
        other = replace(measured, side_by_side=(entropy, hinge, changed))
        assert str(other.details[1]).startswith(f"At those scores focal loss {text}")
    silent = replace(measured, side_by_side=(entropy, replace(hinge, none=1.0), focal))
    assert "hinge has no gradient" in str(silent.details[0])


def test_what_was_not_seen_is_not_said(measured):
    entropy, hinge, focal = measured.side_by_side
    even = replace(measured, side_by_side=(entropy, hinge, entropy))
    deaf = replace(measured, training=tuple(replace(s, none=0.0) for s in measured.training))
    both = replace(deaf, side_by_side=(entropy, hinge, entropy))
    starts = (
        "Half confirmed here: at the end",
        "Half confirmed here: focal loss",
        "Not confirmed here",
    )
    for claim, start in zip((even, deaf, both), starts, strict=True):
        assert not claim.holds
        assert str(claim.finding).startswith(start)
    assert focal.hard > entropy.hard


@pytest.mark.parametrize(
    ("task", "given", "labels", "left_out"),
    [
        (BINARY, [], ("hinge", "sigmoid_focal:gamma=2"), ()),
        (BINARY, ["sigmoid_focal:gamma=0.5"], ("hinge", "sigmoid_focal:gamma=0.5"), ()),
        (BINARY, ["softmax_focal:gamma=3"], ("hinge", "softmax_focal:gamma=3"), ()),
        (BINARY, ["hinge:margin=2"], ("hinge:margin=2", "sigmoid_focal:gamma=2"), ()),
        (
            BINARY,
            ["sigmoid_focal:gamma=5", "sigmoid_focal:gamma=2,alpha=0.25", "sigmoid_focal"],
            ("hinge", "sigmoid_focal:gamma=2"),
            ("sigmoid_focal:gamma=5", "sigmoid_focal:gamma=2,alpha=0.25"),
        ),
        (
            THREE,
            ["softmax_focal:gamma=3", "softmax_focal:gamma=4"],
            ("multiclass_hinge", "softmax_focal:gamma=3"),
            ("softmax_focal:gamma=4",),
        ),
        (
            THREE,
            list(DEFAULTS["multiclass"]),
            ("multiclass_hinge", "softmax_focal:gamma=2"),
            ("multiclass_hinge:variant=weston_watkins",),
        ),
    ],
)
def test_the_parameters_are_those_of_the_study_s_candidates(task, given, labels, left_out):
    found = compared_losses(task, choose_candidates(given, task) if given else ())
    assert found.labels[2:] == labels
    assert found.left_out == left_out


def test_the_user_s_gamma_reaches_the_claim():
    plan = config("binary")
    chosen = [candidate(label, plan.task) for label in ("softmax_focal:gamma=3", "hinge:margin=2")]
    *_, usual, _ = measure_claims(plan)
    *_, own, _ = measure_claims(plan, chosen)
    assert list(usual.ends) == ["sigmoid_cross_entropy", "hinge", "sigmoid_focal:gamma=2"]
    assert list(own.ends) == ["sigmoid_cross_entropy", "hinge:margin=2", "softmax_focal:gamma=3"]
    assert own.side_by_side[0] == usual.side_by_side[0]
    assert own.side_by_side[2].hard > usual.side_by_side[2].hard
    said = "Compared: sigmoid_cross_entropy, hinge:margin=2 and softmax_focal:gamma=3."
    assert str(own.details[-1]) == said
    assert own.formulas[-1] == r"\mu = 2, \quad \gamma = 3"
    # Two scores of one difference have the shares of that difference.
    one = candidate("sigmoid_focal:gamma=3", plan.task)
    z, y = torch.linspace(-3, 3, 20).double()[:, None], torch.tensor([0, 1] * 10)
    alike = [shares(c, z, y, y == 1, 0) for c in (one, chosen[0])]
    assert alike[0].deciles == pytest.approx(alike[1].deciles)


def test_class_weights_reach_the_comparison_alone():
    plan = config("binary")
    weighted = candidate("sigmoid_cross_entropy:pos_weight=3", plan.task)
    usual, own = measure_claims(plan), measure_claims(plan, [weighted])
    assert own[:4] == usual[:4]
    assert next(iter(own[4].ends)) == "sigmoid_cross_entropy:pos_weight=3"
    assert own[4].side_by_side[0].rare > usual[4].side_by_side[0].rare
    assert "(3 y + 1 (1 - y))" in own[4].formulas[1]


def test_what_is_not_compared_is_named():
    texts = ["softmax_focal:gamma=3", "softmax_focal:gamma=4"]
    plan = config("multiclass")
    *_, claim, _ = measure_claims(plan, choose_candidates(texts, plan.task))
    assert "in parameters alone: softmax_focal:gamma=4." in str(claim.details[-1])
    assert "未比较的：softmax_focal:gamma=4。" in language("zh")(claim.details[-1])

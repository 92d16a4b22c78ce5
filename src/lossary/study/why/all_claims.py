"""Selection and measurement of all claims that apply to a task."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lossary.study.candidates import Candidate
from lossary.study.config import Config
from lossary.study.models import HIDDEN
from lossary.study.threads import one_thread
from lossary.study.why.binned_target_cross_entropy import measure_regression_cross_entropy
from lossary.study.why.claim import Claim, Unmeasured
from lossary.study.why.closed_form import measure_closed_form
from lossary.study.why.convexity import measure_convexity
from lossary.study.why.entropy_decomposition import measure_entropy_decomposition
from lossary.study.why.gradient_share import measure_gradient_share
from lossary.study.why.likelihood import measure_likelihood
from lossary.study.why.residual_gradient_share import measure_residual_gradient_share
from lossary.study.why.saturation import measure_saturation
from lossary.study.why.setup import (
    COMPARED_LOSSES,
    ComparedLosses,
    Setup,
    TrainingRun,
    compared_losses,
    prepare_setup,
    train,
)
from lossary.study.why.true_class_only import measure_true_class_only

__all__ = ["measure_claims"]


@dataclass(frozen=True)
class _Plan:
    """A claim, the training runs that it needs, and the function that measures it."""

    name: str
    trainings: tuple[TrainingRun, ...]
    measure: Callable[[], Claim]


def measure_claims(
    config: Config, candidates: Sequence[Candidate] = (), seed: int = 0
) -> tuple[Claim, ...]:
    """Return every claim that applies to the task, measured on the first fold.

    Losses are compared with the parameters that they have among the ``candidates``; claims about
    cross-entropy itself are about that without class weights. A claim that needs a training run
    that diverged is ``Unmeasured``.
    """
    with one_thread():
        setup = prepare_setup(config, seed)
        compared = compared_losses(config.task, candidates)
        plans = _regression_claims if config.task.kind == "regression" else _classification_claims
        return tuple(_measured(plan, setup) for plan in plans(setup, compared))


def _measured(plan: _Plan, setup: Setup) -> Claim:
    failed = tuple(dict.fromkeys(t.candidate.label for t in plan.trainings if t.diverged))
    if failed:
        return Unmeasured(setup.task.kind, setup.sample, plan.name, failed)
    return plan.measure()


def _regression_claims(setup: Setup, compared: ComparedLosses) -> Iterator[_Plan]:
    trainings = tuple(train(setup, label) for label in compared.labels)
    squared = trainings[0]
    yield _Plan(
        "residual_gradient_share",
        trainings,
        lambda: measure_residual_gradient_share(setup, trainings, compared.left_out),
    )
    yield _Plan("closed_form", (squared,), lambda: measure_closed_form(setup, squared))
    yield _Plan("likelihood", (squared,), lambda: measure_likelihood(setup, squared))
    yield _Plan("regression_cross_entropy", (), lambda: measure_regression_cross_entropy(setup))


def _classification_claims(setup: Setup, compared: ComparedLosses) -> Iterator[_Plan]:
    unweighted = COMPARED_LOSSES[setup.task.kind][0]
    own, *labels = compared.labels
    entropy, squared, hinge, focal = (train(setup, label) for label in (unweighted, *labels))
    weighted = entropy if own == unweighted else train(setup, own)
    pair = linear = (entropy, squared)
    if setup.budget.hidden:
        plain = replace(setup, budget=replace(setup.budget, hidden=HIDDEN["linear"]))
        linear = train(plain, entropy.candidate.label), train(plain, squared.candidate.label)
    yield _Plan("saturation", pair, lambda: measure_saturation(setup, entropy, squared))
    yield _Plan("convexity", (*pair, *linear), lambda: measure_convexity(setup, pair, linear))
    yield _Plan("true_class_only", (entropy,), lambda: measure_true_class_only(setup, entropy))
    yield _Plan("likelihood", (entropy,), lambda: measure_likelihood(setup, entropy))
    yield _Plan(
        "gradient_share",
        (weighted, hinge, focal),
        lambda: measure_gradient_share(setup, (weighted, hinge, focal), compared.left_out),
    )
    yield _Plan(
        "entropy_decomposition", (entropy,), lambda: measure_entropy_decomposition(setup, entropy)
    )

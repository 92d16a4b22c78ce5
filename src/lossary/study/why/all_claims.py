"""All claims that apply to a task, measured one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lossary.study.config import Config
from lossary.study.models import HIDDEN
from lossary.study.threads import one_thread
from lossary.study.why.claim import Claim, Unmeasured
from lossary.study.why.closed_form import least_squares
from lossary.study.why.convexity import convexity
from lossary.study.why.entropy_decomposition import from_entropy
from lossary.study.why.gradient_share import carriers
from lossary.study.why.likelihood import likelihood
from lossary.study.why.regression_cross_entropy import not_cross_entropy
from lossary.study.why.residual_gradient_share import residuals
from lossary.study.why.saturation import saturation
from lossary.study.why.setup import LABELS, Subject, Training, subject_of, train
from lossary.study.why.true_class_only import looked_at

__all__ = ["claims"]


@dataclass(frozen=True)
class _Plan:
    """A claim, the trainings that it needs, and how it is measured on them."""

    name: str
    trainings: tuple[Training, ...]
    measure: Callable[[], Claim]


def claims(config: Config, seed: int = 0) -> tuple[Claim, ...]:
    """Return every claim that applies to a config's task, measured on its first fold.

    Where a training that a claim needs diverged, the claim is unmeasured and says so.
    """
    with one_thread():
        subject = subject_of(config, seed)
        trainings = tuple(train(subject, label) for label in LABELS[config.task.kind])
        plans = _of_numbers if config.task.kind == "regression" else _of_classes
        return tuple(_measured(plan, subject) for plan in plans(subject, trainings))


def _measured(plan: _Plan, subject: Subject) -> Claim:
    failed = tuple(dict.fromkeys(t.candidate.label for t in plan.trainings if t.diverged))
    if failed:
        return Unmeasured(subject.task.kind, subject.sample, plan.name, failed)
    return plan.measure()


def _of_numbers(subject: Subject, trainings: tuple[Training, ...]) -> Iterator[_Plan]:
    squared = trainings[0]
    yield _Plan("residuals", trainings, lambda: residuals(subject, trainings))
    yield _Plan("least_squares", (squared,), lambda: least_squares(subject, squared))
    yield _Plan("likelihood", (squared,), lambda: likelihood(subject, squared))
    yield _Plan("not_cross_entropy", (), lambda: not_cross_entropy(subject))


def _of_classes(subject: Subject, trainings: tuple[Training, ...]) -> Iterator[_Plan]:
    entropy, squared, hinge, focal = trainings
    pair = linear = (entropy, squared)
    if subject.budget.hidden:
        plain = replace(subject, budget=replace(subject.budget, hidden=HIDDEN["linear"]))
        linear = train(plain, entropy.candidate.label), train(plain, squared.candidate.label)
    yield _Plan("saturation", pair, lambda: saturation(subject, entropy, squared))
    yield _Plan("convexity", (*pair, *linear), lambda: convexity(subject, pair, linear))
    yield _Plan("looked_at", (entropy,), lambda: looked_at(subject, entropy))
    yield _Plan("likelihood", (entropy,), lambda: likelihood(subject, entropy))
    yield _Plan(
        "carriers", (entropy, hinge, focal), lambda: carriers(subject, entropy, hinge, focal)
    )
    yield _Plan("from_entropy", (entropy,), lambda: from_entropy(subject, entropy))

"""All claims that apply to a task, measured one after the other."""

from dataclasses import replace

from lossary.study.model import HIDDEN
from lossary.study.race import Course
from lossary.study.threads import one_thread
from lossary.study.why.carriers import carriers
from lossary.study.why.claim import Claim
from lossary.study.why.convexity import convexity
from lossary.study.why.from_entropy import from_entropy
from lossary.study.why.least_squares import least_squares
from lossary.study.why.likelihood import likelihood
from lossary.study.why.looked_at import looked_at
from lossary.study.why.not_cross_entropy import not_cross_entropy
from lossary.study.why.residuals import residuals
from lossary.study.why.saturation import saturation
from lossary.study.why.subject import LABELS, Subject, Training, subject_of, train

__all__ = ["claims"]


def claims(course: Course, seed: int = 0) -> tuple[Claim, ...]:
    """Return every claim that applies to a course's task, measured on its first fold."""
    with one_thread():
        subject = subject_of(course, seed)
        trainings = tuple(train(subject, label) for label in LABELS[course.task.kind])
        if course.task.kind == "regression":
            return (
                residuals(subject, trainings),
                least_squares(subject, trainings[0]),
                likelihood(subject, trainings[0]),
                not_cross_entropy(subject),
            )
        return _of_classes(subject, trainings)


def _of_classes(subject: Subject, trainings: tuple[Training, ...]) -> tuple[Claim, ...]:
    entropy, squared, hinge, focal = trainings
    pair = linear = (entropy, squared)
    if subject.budget.hidden:
        plain = replace(subject, budget=replace(subject.budget, hidden=HIDDEN["linear"]))
        linear = train(plain, entropy.contender.label), train(plain, squared.contender.label)
    return (
        saturation(subject, entropy, squared),
        convexity(subject, pair, linear),
        looked_at(subject, entropy),
        likelihood(subject, entropy),
        carriers(subject, entropy, hinge, focal),
        from_entropy(subject, entropy),
    )

"""How far a study is: its trainings, then what is measured once."""

from dataclasses import dataclass

from lossary.study.cross_validation import Progress

__all__ = ["StudyProgress"]

AFTERWARDS = ("what columns tell", "the theory's claims")


@dataclass(frozen=True)
class StudyProgress:
    """Tells a progress of all steps as of one count, each before it begins."""

    progress: Progress | None
    trainings: int

    def training(self, done: int, total: int, loss: str) -> None:
        """Tell of the race, whose own total counts the trainings alone."""
        if self.progress:
            self.progress(done, total + len(AFTERWARDS), loss)

    def after(self, step: int) -> None:
        """Tell of a step after the trainings; after the last there is none."""
        if self.progress:
            count = self.trainings + len(AFTERWARDS)
            self.progress(self.trainings + step, count, (*AFTERWARDS, "done")[step])

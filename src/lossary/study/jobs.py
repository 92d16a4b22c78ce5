"""Trainings in this process or in several, with the same numbers either way.

The result of a training depends on its loss, seed and fold alone, and each runs on one thread.
"""

import multiprocessing
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import resource_tracker
from pathlib import Path

from lossary.formulas import catalogue
from lossary.parent_watchdog import end_with_parent
from lossary.study.candidates import MULTICLASS_HINGE, Candidate
from lossary.study.config import Config
from lossary.study.fold_run import Fold, FoldResult, prepare_fold, run_fold
from lossary.study.metrics import Metric
from lossary.study.splits import folds
from lossary.study.threads import one_thread
from lossary.validation import LossaryError

__all__ = ["Trainer", "Training", "run_trainings"]

WORTH_PROCESSES = 10.0
"""Seconds of remaining training from which further processes are started."""


@dataclass(frozen=True)
class Training:
    """A candidate to train on one fold of one repetition."""

    candidate: Candidate
    seed: int
    fold: int

    @property
    def key(self) -> tuple[str, int, int]:
        """The label of the loss, the seed and the fold: unique within a study."""
        return self.candidate.label, self.seed, self.fold


class Trainer:
    """Runs the trainings of a configuration; the last fold is kept for the next candidate."""

    def __init__(self, config: Config, metrics: Sequence[Metric]) -> None:
        self.config = config
        self.metrics = metrics
        self._place: tuple[int, int] | None = None
        self._fold: Fold | None = None

    def run(self, training: Training) -> FoldResult:
        """Return the result of a training."""
        config = self.config
        with one_thread():
            fold = self._prepared(training.seed, training.fold)
            return run_fold(fold, training.candidate, self.metrics, config.budget(training.seed))

    def _prepared(self, seed: int, index: int) -> Fold:
        if self._fold is None or self._place != (seed, index):
            config, self._fold = self.config, None
            rows = list(folds(config.task, config.folds, seed))[index]
            self._fold = prepare_fold(config.frame, config.columns, config.task, rows, seed)
            self._place = seed, index
        return self._fold

    def free(self) -> None:
        """Free the memory of the fold."""
        self._fold = None


def run_trainings(
    trainer: Trainer, trainings: Sequence[Training], jobs: int
) -> Iterator[tuple[Training, FoldResult]]:
    """Yield each training with its result when it is done; with several processes in any order.

    The first trainings run in this process; others are started only if the rest takes long enough.
    """
    start = time.perf_counter()
    for done, training in enumerate(trainings):
        left = (time.perf_counter() - start) / max(done, 1) * (len(trainings) - done)
        if jobs > 1 and done and left > WORTH_PROCESSES:
            trainer.free()
            yield from _in_processes(trainer, trainings[done:], jobs)
            return
        yield training, trainer.run(training)


def _in_processes(
    trainer: Trainer, trainings: Sequence[Training], jobs: int
) -> Iterator[tuple[Training, FoldResult]]:
    before = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    with _saved(trainer) as path:
        pool = ProcessPoolExecutor(
            min(jobs, len(trainings)), spawn, end_with_parent, (path.parent,)
        )
        try:
            with _main_module_hidden(), _interrupts_blocked():
                futures = {pool.submit(_run, path, t): t for t in trainings}
            for future in as_completed(futures):
                training = futures[future]
                yield training, future.result() or trainer.run(training)
        except BrokenProcessPool as error:
            message = (
                "a training process was ended by the system, probably because memory ran out: "
                "try again with fewer jobs"
            )
            raise LossaryError(message) from error
        except BaseException:
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _saved(trainer: Trainer) -> Iterator[Path]:
    """Save the data of the trainings in a temporary file for the other processes."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lossary-"))
            path = Path(folder) / "trainer.pickle"
            with path.open("wb") as file:
                pickle.dump((trainer.config, trainer.metrics), file, protocol=5)
        except OSError as error:
            message = (
                "cannot write the data that processes share to the folder for temporary files: "
                f"{error.strerror}; set TMPDIR to a folder with room, or train with --jobs 1"
            )
            raise LossaryError(message) from error
        yield path


def _run(path: Path, training: Training) -> FoldResult | None:
    """Return the result of a training; None if only the parent process has the loss."""
    if training.candidate.name not in (*catalogue.names(), MULTICLASS_HINGE):
        return None
    return _loaded(path).run(training)


@lru_cache(maxsize=1)
def _loaded(path: Path) -> Trainer:
    with path.open("rb") as file:
        return Trainer(*pickle.load(file))  # noqa: S301 - written by the parent process


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    """Hide the file of the main module: new processes would run it again."""
    main = vars(sys.modules["__main__"])
    hidden: dict[str, object] = {n: main[n] for n in ("__file__", "__spec__") if n in main}
    main.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        main.update(hidden)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block SIGINT: for a moment here, for good in the processes that are started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Starting it would unblock SIGINT.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

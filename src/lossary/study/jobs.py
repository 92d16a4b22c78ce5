"""The trainings of a race, one after another or in several processes: the same numbers either way.

What a training computes depends on its seed, fold and loss alone, and each runs on one thread.
"""

import multiprocessing
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import resource_tracker
from pathlib import Path

from lossary.formulas import catalogue
from lossary.processes import end_with_parent
from lossary.study.candidates import Candidate
from lossary.study.config import Config
from lossary.study.fold_run import Fold, FoldResult, prepared, run_fold
from lossary.study.loss_adapter import MULTICLASS_HINGE
from lossary.study.metrics import Metric
from lossary.study.splits import folds
from lossary.study.threads import one_thread
from lossary.validation import LossaryError

__all__ = ["Track", "Training", "trained"]

WORTH_PROCESSES = 10.0
"""Seconds of training left that are worth the start of processes."""

Done = tuple["Training", FoldResult]


@dataclass(frozen=True)
class Training:
    """A loss to train on a fold of a repetition."""

    candidate: Candidate
    seed: int
    fold: int

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the others of its race."""
        return self.candidate.label, self.seed, self.fold


class Track:
    """A config and its metrics; the fold last trained on is kept for the next loss."""

    def __init__(self, config: Config, metrics: Sequence[Metric]) -> None:
        self.config = config
        self.metrics = metrics
        self._place: tuple[int, int] | None = None
        self._fold: Fold | None = None

    def run(self, training: Training) -> FoldResult:
        """Return the result of a training."""
        config = self.config
        with one_thread():
            fold = self._at(training.seed, training.fold)
            return run_fold(fold, training.candidate, self.metrics, config.budget(training.seed))

    def _at(self, seed: int, index: int) -> Fold:
        if self._fold is None or self._place != (seed, index):
            config, self._fold = self.config, None
            rows = list(folds(config.task, config.folds, seed))[index]
            self._fold = prepared(config.frame, config.columns, config.task, rows, seed)
            self._place = seed, index
        return self._fold

    def forget(self) -> None:
        """Free the fold."""
        self._fold = None


def trained(track: Track, trainings: Sequence[Training], jobs: int) -> Iterator[Done]:
    """Return each training with its result as it is done, in any order where processes share them.

    The first trainings run here: processes are started only where what is left is worth it.
    """
    start = time.perf_counter()
    for done, training in enumerate(trainings):
        left = (time.perf_counter() - start) / max(done, 1) * (len(trainings) - done)
        if jobs > 1 and done and left > WORTH_PROCESSES:
            track.forget()
            yield from _shared(track, trainings[done:], jobs)
            return
        yield training, track.run(training)


def _shared(track: Track, trainings: Sequence[Training], jobs: int) -> Iterator[Done]:
    before = set(multiprocessing.active_children())
    with _written(track) as path:
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            min(jobs, len(trainings)), spawn, end_with_parent, (path.parent,)
        )
        try:
            with _apart():
                waiting = {pool.submit(_run, path, t): t for t in trainings}
            for training, result in _collected(waiting):
                yield training, result or track.run(training)
        except BaseException:
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _written(track: Track) -> Iterator[Path]:
    """Write what a training needs to a file, for as long as processes share it."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lossary-"))
            path = Path(folder) / "track.pickle"
            with path.open("wb") as file:
                pickle.dump((track.config, track.metrics), file, protocol=5)
        except OSError as error:
            message = (
                "cannot write the data that processes share to the folder for temporary files: "
                f"{error.strerror}; set TMPDIR to a folder with room, or train with --jobs 1"
            )
            raise LossaryError(message) from error
        yield path


def _collected(
    waiting: dict[Future[FoldResult | None], Training],
) -> Iterator[tuple[Training, FoldResult | None]]:
    for future in as_completed(waiting):
        try:
            result = future.result()
        except BrokenProcessPool as error:
            message = (
                "a process that trained was ended by the system, most likely for lack of memory: "
                "try again with fewer jobs"
            )
            raise LossaryError(message) from error
        yield waiting[future], result


def _run(path: Path, training: Training) -> FoldResult | None:
    """Return the result of a training; nothing where only the asking process knows the loss."""
    if training.candidate.name not in (*catalogue.names(), MULTICLASS_HINGE):
        return None
    return _loaded(path).run(training)


@lru_cache(maxsize=1)
def _loaded(path: Path) -> Track:
    with path.open("rb") as file:
        return Track(*pickle.load(file))  # noqa: S301 - written by this program a moment ago


@contextmanager
def _apart() -> Iterator[None]:
    """Processes started here hear no interrupt, and do not run the caller's script again.

    An interrupt that comes meanwhile is heard here afterwards.
    """
    main = vars(sys.modules["__main__"])
    hidden: dict[str, object] = {n: main[n] for n in ("__file__", "__spec__") if n in main}
    main.update(dict.fromkeys(hidden))
    try:
        with _interrupts_wait():
            yield
    finally:
        main.update(hidden)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Block interrupts, here for a moment and in the processes started meanwhile for good."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its start would unblock them.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""Signals that end the command: at once while it starts, and tidily once it works.

Imports take seconds, and there is nothing to tidy until they are done. What is ignored when the
command starts, as under nohup, stays ignored. Nothing is imported here that Python has not.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

__all__ = ["Stopped", "at_once", "tidily", "until_main"]

WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
"""The signals that end the command, and what it says then."""
_NUMBERS = [getattr(signal, name) for name in WORDS if hasattr(signal, name)]
_UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)


class Stopped(KeyboardInterrupt):
    """A signal asked the command to end."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(WORDS[signal.Signals(number).name])
        self.code = 128 + number


def until_main() -> None:
    """Let an interrupt end the process at once, before main is there to decide."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


@contextmanager
def at_once() -> Iterator[None]:
    """Let signals end the process at once, until :func:`tidily`."""
    before = {n: signal.getsignal(n) for n in _NUMBERS}
    ours = {n: h for n, h in before.items() if h in (*_UNTOUCHED, _end)}
    try:
        for number in ours:
            signal.signal(number, _end)
    except ValueError:  # Only the main thread hears signals.
        ours = {}
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)


def tidily() -> None:
    """Let signals raise :class:`Stopped` from now on."""
    for number in _NUMBERS:
        if signal.getsignal(number) is _end:
            signal.signal(number, _raise)


def _end(number: int, _frame: "FrameType | None") -> "NoReturn":
    """End the process with what a shell reports for a signal."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"lossary: {WORDS[signal.Signals(number).name]}\n")
            sys.stderr.flush()
        except (OSError, RuntimeError):
            pass
    os._exit(128 + number)


def _raise(number: int, _frame: "FrameType | None") -> "NoReturn":
    raise Stopped(number)

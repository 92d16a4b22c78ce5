"""Signals that end the command: at once during start-up, by an exception afterwards.

Imports take seconds, and nothing needs to be cleaned up before they are done. Signals that are
ignored at the start, as under nohup, stay ignored. Only the standard library is imported here.
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

__all__ = ["Stopped", "exit_at_once", "raise_on_signals", "until_main"]

WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
"""The signals that end the command, and the messages it prints."""
_NUMBERS = [getattr(signal, name) for name in WORDS if hasattr(signal, name)]
_UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)


class Stopped(KeyboardInterrupt):
    """A signal that ends the command."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(WORDS[signal.Signals(number).name])
        self.code = 128 + number


def until_main() -> None:
    """Let an interrupt end the process at once, until main installs its handlers."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


@contextmanager
def exit_at_once() -> Iterator[None]:
    """Let signals end the process at once, until :func:`raise_on_signals`."""
    before = {n: signal.getsignal(n) for n in _NUMBERS}
    ours = {n: h for n, h in before.items() if h in (*_UNTOUCHED, _end)}
    try:
        for number in ours:
            signal.signal(number, _end)
    except ValueError:  # Only the main thread receives signals.
        ours = {}
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)


def raise_on_signals() -> None:
    """Let signals raise :class:`Stopped` from now on."""
    for number in _NUMBERS:
        if signal.getsignal(number) is _end:
            signal.signal(number, _raise)


def _end(number: int, _frame: "FrameType | None") -> "NoReturn":
    """End the process with the exit code that a shell gives a signal."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"lossary: {WORDS[signal.Signals(number).name]}\n")
            sys.stderr.flush()
        except (OSError, RuntimeError):
            pass
    os._exit(128 + number)


def _raise(number: int, _frame: "FrameType | None") -> "NoReturn":
    raise Stopped(number)

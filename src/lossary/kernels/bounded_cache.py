"""A cache of bounded size, keyed by the values of options."""

import contextlib
from typing import TypeVar

__all__ = ["BoundedCache"]

Key = TypeVar("Key")
Entry = TypeVar("Entry")


class BoundedCache(dict[Key, Entry]):
    """A dictionary that drops its oldest entry when there are more than ``most``.

    No lock is taken, which a fork could leave held: each step is atomic.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, entry: Entry) -> None:
        """Keep an entry, and drop the oldest one where there are too many."""
        super().__setitem__(key, entry)
        if len(self) > self._most:
            # Another thread may have changed it meanwhile, and then drops one itself.
            with contextlib.suppress(RuntimeError, StopIteration):
                self.pop(next(iter(self)), None)

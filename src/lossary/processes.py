"""Processes that end with the one that started them.

A worker imports this module alone before it watches: what it computes with takes seconds to import.
"""

import multiprocessing
import os
import shutil
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path

__all__ = ["end_with_parent"]


def end_with_parent(folder: Path) -> None:
    """End this process as soon as its parent has ended, however it did, and remove a folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, folder), daemon=True).start()


def _watch(parent: BaseProcess, folder: Path) -> None:
    parent.join()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)

"""Worker processes that end with their parent.

A worker imports only this module before the watch starts, as its other imports take seconds.
"""

import multiprocessing
import os
import shutil
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path

__all__ = ["end_with_parent"]


def end_with_parent(folder: Path) -> None:
    """End this process when its parent ends for any reason, and remove a folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, folder), daemon=True).start()


def _watch(parent: BaseProcess, folder: Path) -> None:
    parent.join()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)

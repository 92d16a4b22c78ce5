"""Programs in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
_LAUNCHER = """
import os, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def heard(*command: str) -> list[str]:
    """A command that hears signals also where this process does not, as under nohup."""
    return [sys.executable, "-S", "-c", _LAUNCHER, *command]


def started(program: str, **environment: str) -> subprocess.Popen[str]:
    """A process of Python that runs a text, and can import what tests can."""
    names = {"PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        heard(sys.executable, "-c", program),
        env=os.environ | names | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def printed(program: str, **environment: str) -> str:
    """What such a process prints; that it ends otherwise than well is a failure."""
    return ended(started(program, **environment))


def ended(process: subprocess.Popen[str]) -> str:
    """What a process has printed in the end."""
    try:
        out, err = process.communicate(timeout=400)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert process.returncode == 0, f"the process ended with {process.returncode}: {err}"
    return out

"""Signals: the command ends at once while it starts, and tidily, with its workers, later."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lossary.cli import main, signals
from support.processes import heard
from test_cli import PROGRAM

PATIENCE = 120
STUDY = """
import sys
from lossary.cli import main
from lossary.study import jobs
jobs.WORTH_PROCESSES = 0.0
sys.exit(main(["study", "wine", "--steps", "400", "--jobs", "2", "-o", sys.argv[1]]))
"""
SLOW = """
import sys, time
sys.stdout.write("importing\\n")
sys.stdout.flush()
while True:
    try:
        time.sleep({seconds})
    except BaseException:
        pass
"""
INTERRUPTED, TERMINATED = (130, "lossary: interrupted\n"), (143, "lossary: terminated\n")


def begun(command, **environment):
    return subprocess.Popen(
        heard(*command),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
        text=True,
    )


@pytest.mark.parametrize("command", [[PROGRAM], [sys.executable, "-m", "lossary"]])
@pytest.mark.parametrize(
    ("module", "number", "end"),
    [
        ("numpy", signal.SIGINT, INTERRUPTED),
        ("mpmath", signal.SIGINT, INTERRUPTED),
        ("mpmath", signal.SIGTERM, TERMINATED),
    ],
)
def test_a_signal_during_imports_ends_the_command_at_once(tmp_path, command, module, number, end):
    (tmp_path / f"{module}.py").write_text(SLOW.format(seconds=PATIENCE))
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    process = begun([*command, "check", "hinge"], PYTHONPATH=paths)
    assert process.stdout.readline() == "importing\n"
    process.send_signal(number)
    assert (process.wait(PATIENCE), process.stderr.read()) == end
    process.stdout.close()
    process.stderr.close()


def test_what_is_ignored_at_the_start_stays_ignored(tmp_path):
    (tmp_path / "mpmath.py").write_text(SLOW.format(seconds=1))
    ignoring = 'trap \'\' INT HUP; exec "$0" "$@"'
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    process = begun(["/bin/sh", "-c", ignoring, PROGRAM, "check", "hinge"], PYTHONPATH=paths)
    assert process.stdout.readline() == "importing\n"
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(signal.SIGTERM)
    assert (process.wait(PATIENCE), process.stderr.read()) == TERMINATED
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize(
    ("number", "code", "done"),
    [
        (signal.SIGINT, 130, 1),
        (signal.SIGTERM, 143, 2),
        (signal.SIGKILL, -9, 1),
        (signal.SIGKILL, -9, 2),
    ],
)
def test_a_study_ends_with_all_its_processes(tmp_path, number, code, done):
    page, temporary = tmp_path / "page.html", tmp_path / "temporary"
    temporary.mkdir()
    process = begun([sys.executable, "-c", STUDY, str(page)], TMPDIR=str(temporary))
    journal = page.with_name("page.html.unfinished")
    limit = time.monotonic() + PATIENCE
    while not (journal.exists() and journal.read_bytes().count(b"\n") > done):
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.02)
    process.send_signal(number)
    # Workers hold stdout too: this waits for the last of them.
    printed, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, printed) == (code, "")
    if (number, done) != (signal.SIGKILL, 1):  # Then nobody may have been there yet to remove it.
        assert list(temporary.iterdir()) == []
    assert list(tmp_path.glob("page*")) == [journal]
    if number != signal.SIGKILL:
        kept, said = errors.splitlines()
        assert "kept in" in kept
        assert said == f"lossary: {signals.WORDS[signal.Signals(number).name]}"
        assert "Traceback" not in errors


def test_signals_are_handled_for_as_long_as_the_command_runs(capsys):
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    assert main(["formula", "hinge"]) == 0
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
    assert capsys.readouterr().out

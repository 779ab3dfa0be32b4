"""What is printed where nobody reads: results end the command, remarks end nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

ENVIRON = os.environ | {"PYTHONPATH": str(ROOT)}
FULL = Path("/dev/full")
SIZE = ["sample-size", "--confidence", "0.9", "--tolerable", "0.1"]
WRONG = ["sample-size", "--confidence", "0.9", "--tolerable", "7"]


def ended(arguments: list[str], redirected: str) -> tuple[int, str, str]:
    """Run a command in a shell with its streams somewhere; return status, stdout and stderr."""
    command = f'"{sys.executable}" -m auditlib {" ".join(arguments)} {redirected}'
    done = subprocess.run(["bash", "-c", command], env=ENVIRON, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
def test_results_that_can_not_be_written_are_told():
    """Status 3 and a sentence; not the status of a success."""
    status, _, err = ended(SIZE, "> /dev/full")
    assert (status, err) == (3, "auditlib: the results can't be printed: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("redirected", ["2> /dev/full", "2>&-", "2>&1 >&-"])
def test_remarks_that_can_not_be_written_change_no_status(redirected):
    """An error keeps its status where nobody can be told of it."""
    assert ended(WRONG, redirected)[0] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a broken pipe otherwise")
def test_a_reader_that_goes_ends_the_command_quietly():
    """As every program in a pipe: 141, and no word."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "auditlib", *SIZE], env=ENVIRON, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")

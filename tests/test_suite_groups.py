"""The tests of one group run on one worker: what takes half a minute to make for all of them is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import os, time
from pathlib import Path
import pytest

@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"all of {kind}")) for kind in ("one", "two")])
def kind(request):
    return request.param

@pytest.mark.parametrize("turn", range(6))
def test_a_part(kind, turn):
    time.sleep(0.01)
    with Path("ran.txt").open("a") as told:
        told.write(f"{kind} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_the_tests_of_a_group_run_on_one_worker(tmp_path):
    """A group that is passed over costs minutes and fails nothing, so that nobody would see it."""
    (tmp_path / "test_parts.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(
        "from suite_groups import SuiteGroups\n\n"
        "def pytest_configure(config):\n    config.pluginmanager.register(SuiteGroups(), 'suite-groups')\n"
    )
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider", "-q"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = [line.split() for line in (tmp_path / "ran.txt").read_text().splitlines()]
    workers = {kind: {worker for one, worker in ran if one == kind} for kind in ("one", "two")}
    assert (len(ran), [len(each) for each in workers.values()]) == (12, [1, 1]), workers

"""Commands as processes of their own, begun by the driver; what they came to, in a word."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from places import ROOT, TESTS

LONG: Final = 240.0
"""Seconds after which a command hangs; far more than it takes on a busy machine."""


@dataclass(frozen=True)
class Done:
    """What a command came to; ``status`` is negative where a signal ended it."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Its last line."""
        return (self.err.strip().splitlines() or [""])[-1]

    def require_sentence(self, *statuses: int) -> Done:
        """Fail unless it ended with one of these statuses and said so in a sentence."""
        assert self.status in statuses, f"status {self.status}: {self.err}"
        assert "Traceback" not in self.err, self.err
        assert "error in auditlib" not in self.err, self.err
        if self.status:
            assert "auditlib: " in self.err, self.err
        return self


class Command:
    """A command that was begun."""

    def __init__(self, driver: Driver, pid: int, out: Path, err: Path) -> None:
        self.pid = pid
        self._driver, self._out, self._err = driver, out, err

    def wait(self, within: float = LONG) -> Done:
        """Wait for its end; one that hangs is killed, and that is a failure."""
        status = self._driver.ask(do="wait", pid=self.pid, within=within)["status"]
        if not isinstance(status, int):
            os.killpg(self.pid, signal.SIGKILL)
            self._driver.ask(do="wait", pid=self.pid, within=LONG)
            pytest.fail(f"it did not end ({status}): {self._err.read_text('utf-8', 'replace')}")
        return Done(status, self._out.read_text("utf-8", "replace"), self._err.read_text("utf-8", "replace"))

    def wait_until_stopped(self) -> None:
        """Wait until it stands where it was told to stop."""
        status = self._driver.ask(do="wait", pid=self.pid, within=LONG)["status"]
        assert status == "stopped", (status, self._err.read_text("utf-8", "replace"))

    def go_on(self) -> None:
        """Let it go on from where it stopped."""
        os.kill(self.pid, signal.SIGCONT)


class Driver:
    """The process that forks commands; ends with the context."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder, self._numbers = folder, count(1)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
        more = {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("driver.py"))],
            env=kept | more | dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def ask(self, **what: Any) -> dict[str, Any]:
        """Ask the driver one thing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        return self._read()

    def start(self, argv: Sequence[object], cwd: Path, **more: Any) -> Command:
        """Begin a command; ``more`` as the driver describes it."""
        number = next(self._numbers)
        out, err = self._folder / f"{number}.out", self._folder / f"{number}.err"
        given = {"argv": [str(one) for one in argv], "cwd": str(cwd), "out": str(out), "err": str(err), **more}
        return Command(self, self.ask(do="start", **given)["pid"], out, err)

    def run(self, argv: Sequence[object], cwd: Path, **more: Any) -> Done:
        """Begin a command and wait for its end."""
        return self.start(argv, cwd, **more).wait()

    def close(self) -> None:
        """End the driver."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def driver_of(folder: Path, environ: Mapping[str, str]) -> Iterator[Driver]:
    """Yield a driver that keeps what commands say in a folder."""
    driver = Driver(folder, environ)
    try:
        yield driver
    finally:
        driver.close()

"""A command of auditlib at work beside the page: in a process of its own, which can be stopped and takes nothing down with it.

What it prints is what anybody sees who types it into a terminal: its results, its errors, its exit status.
"""

from __future__ import annotations

import atexit
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from auditlib.run.progress import AS_RECORDS

_ENDS_WITHIN: Final = 30
"""Seconds until a command that was told to end is killed, when the kernel ends."""

_OWN_GROUP: Final[int] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_END: Final[int] = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM)
"""On Windows a process takes what Ctrl-Break sends to its group, and no other signal."""


@dataclass(frozen=True)
class Pace:
    """How a command gets on.

    Attributes
    ----------
    words : str
        What it does, how much of it is done, how fast, and how long the rest may take.
    share : float
        Of the whole that is done.
    """

    words: str
    share: float


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes
    ----------
    status : int
        Its exit status.
    results, remarks : tuple of str
        The lines of its results, and of everything else that it said.
    """

    status: int
    results: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass
class _Said:
    """What a command has said so far."""

    results: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Job:
    """One command, from its start to its end.

    Parameters
    ----------
    arguments : sequence of str
        As they are typed behind ``auditlib``.
    folder : Path
        Where it works.
    on_pace, on_end : callable
        Are told how it gets on, and how it ended, from threads of the job; the latter once.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        on_pace: Callable[[Pace], None],
        on_end: Callable[[Ended], None],
    ) -> None:
        self.arguments = tuple(arguments)
        self._on_pace, self._on_end = on_pace, on_end
        self._said = _Said()
        # a session of its own, so that an interrupted kernel does not interrupt it
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "auditlib", *self.arguments],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name != "nt",
            creationflags=_OWN_GROUP,
        )
        atexit.register(self.end)
        self._attended = threading.Thread(target=self._attend, daemon=True)
        self._attended.start()

    @property
    def typed(self) -> str:
        """The command as it is typed in a terminal."""
        return shlex.join(["auditlib", *self.arguments])

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does in a terminal: it keeps what was pulled and says where."""
        if self._process.poll() is None:  # SIGINT may be ignored, where JupyterLab was begun in the background
            self._process.send_signal(_END)

    def end(self) -> None:
        """Stop it, wait for its end, and kill it if it does not come."""
        self.stop()
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until its end was told; say whether it was."""
        self._attended.join(timeout)
        return not self._attended.is_alive()

    def _attend(self) -> None:
        """Read what it says, to its end."""
        results, remarks = self._process.stdout, self._process.stderr
        assert results is not None  # noqa: S101 - both are pipes
        assert remarks is not None  # noqa: S101
        beside = threading.Thread(target=self._listen, args=(remarks,), daemon=True)
        beside.start()
        self._said.results += [line.rstrip("\n") for line in results]
        beside.join()
        status = self._process.wait()
        for stream in (results, remarks):
            stream.close()
        atexit.unregister(self.end)
        self._on_end(Ended(status, tuple(self._said.results), tuple(self._said.remarks)))

    def _listen(self, remarks: IO[str]) -> None:
        for line in remarks:
            pace = _pace(line)
            if pace is None:
                self._said.remarks.append(line.rstrip("\n"))
            else:
                self._on_pace(pace)


def _pace(line: str) -> Pace | None:
    """Return how the command gets on, if a line tells it."""
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        stage, done, total = str(told["stage"]), int(told["done"]), told["total"]
        share, about = float(told["share"]), str(told["about"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if total is not None:
        stage += f": {done:,} of {total:,}"
    elif done:
        stage += f": {done:,}"
    return Pace(f"{stage}, {about}" if about else stage, share)


def _environment() -> dict[str, str]:
    """Return the kernel's own environment, credentials included, with progress as records, text as UTF-8, no colours."""
    return {**os.environ, AS_RECORDS[0]: AS_RECORDS[1], "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}

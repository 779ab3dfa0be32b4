"""Kernels forked from one process that has imported already what every notebook imports.

A kernel of its own for each notebook would spend most of its time on the same imports. Here a process beside the run does
them once, while Jira is asked; then it forks: a copy of it becomes the kernel of a notebook, with the environment, folder
and arguments that it would have been started with. It has run nothing of any notebook, so that each begins as fresh as
ever. Only on Linux; elsewhere, or where the process has gone, a kernel is started the usual way, and does the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from auditlib.run.forking import LAUNCHER, LENGTH, main
from auditlib.run.kernel_environment import kernel_environment, settled

POSSIBLE: Final = sys.platform == "linux"
"""Whether a process that has imported all this can be forked: elsewhere libraries of the system may not bear it."""

_WITHOUT_FOLDER: Final = "import sys; sys.flags.safe_path or sys.path.pop(0)"
"""The folder that somebody stands in holds no modules of ours; it is looked through last, as in any kernel."""

_STARTS_WITHIN: Final = 120.0


class Forked:
    """A forked kernel, as `subprocess.Popen` would show it: its socket is open for as long as it lives.

    Parameters
    ----------
    pid : int
        Of the kernel, which leads a process group of its own.
    life : socket
        The other end of it is the kernel's.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, life: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._life = life

    def poll(self) -> int | None:
        """Return None while it lives; then 0, however it ended."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises
        ------
        subprocess.TimeoutExpired
            If it does not come in time.
        """
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(LAUNCHER, timeout or 0.0)
        return ended

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it lives."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            try:
                self._life.settimeout(timeout)
                self._life.recv(1)  # it says nothing more; what comes is the end
            except (BlockingIOError, TimeoutError):
                return None
            except OSError:
                pass  # reset: it was killed
            self._life.close()
            self.returncode = 0
        return self.returncode


class ForkServer:
    """The process that forks kernels, seen from the run. Starts at `begin`; gone after `close`, its kernels with it.

    Parameters
    ----------
    python : sequence of str
        The interpreter, with its options. A kernel that is to have another one is started the usual way.
    """

    def __init__(self, python: Sequence[str] = (sys.executable,)) -> None:
        self._python = list(python)
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="auditlib-", ignore_cleanup_errors=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def begin(self) -> None:
        """Start the process, if it is not, in the environment of kernels; from then on it imports."""
        with self._lock:
            if self._channel is not None or not POSSIBLE:
                return
            ours, its = socket.socketpair()
            with its:
                code = f"{_WITHOUT_FOLDER}; from {main.__module__} import main; main({its.fileno()})"
                silent = None if os.environ.get("AUDITLIB_DEBUG") else subprocess.DEVNULL
                try:
                    self._process = subprocess.Popen(  # noqa: S603 - our own
                        [*self._python, "-c", code],
                        env=kernel_environment(os.environ) | settled(Path(self._folder.name)),
                        stdin=subprocess.DEVNULL,
                        stdout=silent,
                        stderr=silent,
                        pass_fds=[its.fileno()],
                        start_new_session=True,
                    )
                except OSError:  # short of memory or processes: kernels are started the usual way
                    ours.close()
                    return
            self._channel = ours

    def fork(self, command: Sequence[str], environment: Mapping[str, str], folder: str | None) -> Forked | None:
        """Fork a kernel, as if it were started by a command; None if that has to be done.

        Parameters
        ----------
        command : sequence of str
            How the kernel would be started.
        environment : mapping
            All that it finds in its environment.
        folder : str or None
            Where it works.
        """
        launched = [*self._python, "-m", LAUNCHER]
        if self._channel is None or list(command[: len(launched)]) != launched:
            return None
        arguments = list(command[len(launched) :])
        order = json.dumps({"arguments": arguments, "environment": dict(environment), "folder": folder}).encode()
        ours, its = socket.socketpair()
        try:
            with its, self._lock:
                socket.send_fds(self._channel, [len(order).to_bytes(LENGTH)], [its.fileno()])
                self._channel.sendall(order)
            ours.settimeout(_STARTS_WITHIN)
            told = ours.recv(LENGTH)
        except OSError:
            told = b""
        if len(told) != LENGTH:  # the server has gone, or never came up
            ours.close()
            return None
        return Forked(int.from_bytes(told), ours)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            process, channel, self._process, self._channel = self._process, self._channel, None, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.terminate()  # whatever it is at: it holds nothing that anybody needs
            process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

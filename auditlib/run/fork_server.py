"""Kernels forked from one process that has imported already what every notebook imports.

A kernel of its own for each notebook would spend most of its time on the same imports. Here a process beside the run does
them once, while Jira is asked; then it forks: a copy of it becomes the kernel of a notebook, with the environment, folder
and arguments that it would have been started with. It has run nothing of any notebook, so that each begins as fresh as
ever. Only on Linux; elsewhere, or where the process has gone, a kernel is started the usual way, and does the same.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from auditlib.run.kernel_environment import kernel_environment, settled

POSSIBLE: Final = sys.platform == "linux"
"""Whether a process that has imported all this can be forked: elsewhere libraries of the system may not bear it."""

_LAUNCHER: Final = "ipykernel_launcher"
_WITHOUT_FOLDER: Final = "import sys; sys.flags.safe_path or sys.path.pop(0)"
"""The folder that somebody stands in holds no modules of ours; it is looked through last, as in any kernel."""

_STARTS_WITHIN: Final = 120.0
_LENGTH: Final = 8  # bytes that say how long an order is

_IMPORTED: Final = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    "auditlib.run.paper",
)
"""What is imported before the first fork, beside every chart."""


# of the run


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
            raise subprocess.TimeoutExpired(_LAUNCHER, timeout or 0.0)
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
                code = f"{_WITHOUT_FOLDER}; from {__name__} import main; main({its.fileno()})"
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
        launched = [*self._python, "-m", _LAUNCHER]
        if self._channel is None or list(command[: len(launched)]) != launched:
            return None
        arguments = list(command[len(launched) :])
        order = json.dumps({"arguments": arguments, "environment": dict(environment), "folder": folder}).encode()
        ours, its = socket.socketpair()
        try:
            with its, self._lock:
                socket.send_fds(self._channel, [len(order).to_bytes(_LENGTH)], [its.fileno()])
                self._channel.sendall(order)
            ours.settimeout(_STARTS_WITHIN)
            told = ours.recv(_LENGTH)
        except OSError:
            told = b""
        if len(told) != _LENGTH:  # the server has gone, or never came up
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


# of the server


def main(control: int) -> None:
    """Import, then fork what is ordered until the run has gone.

    Parameters
    ----------
    control : int
        The socket over which orders come.
    """
    signal.signal(signal.SIGCHLD, _bury)
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read once, at the import: kernels end with this process
    for name in (*_IMPORTED, *_charts()):
        with contextlib.suppress(ModuleNotFoundError):  # of a library that has it no more: then no kernel wants it
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what all have in common is not walked through, so that it stays in common
    with socket.socket(fileno=control) as channel:
        order = next(_to_become(channel), None)
    if order is not None:
        _become(order)


def _bury(*_: object) -> None:
    """Take note that kernels have ended: how, nobody asks, but what they took is counted with the run's."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _charts() -> Iterator[str]:
    folder = importlib.import_module("auditlib.report.charts")
    return (f"{folder.__name__}.{found.name}" for found in pkgutil.iter_modules(folder.__path__))


def _to_become(channel: socket.socket) -> Iterator[dict[str, Any]]:
    """Yield, in each forked process alone, what it is to become."""
    while True:
        head, fds, _, _ = socket.recv_fds(channel, _LENGTH, 1)
        if len(head) < _LENGTH or not fds:
            return
        body = bytearray()
        while len(body) < int.from_bytes(head):
            more = channel.recv(int.from_bytes(head) - len(body))
            if not more:
                return
            body += more
        life = socket.socket(fileno=fds[0])
        life.set_inheritable(False)
        try:
            child = os.fork()
        except OSError:  # too many processes: it is started the usual way, or told there; the others go on
            child = -1
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()  # as a kernel that is started the usual way: an interruption of the run is not one of it
            life.sendall(os.getpid().to_bytes(_LENGTH))
            yield {**json.loads(body), "life": life}
        life.close()


def _become(order: Mapping[str, Any]) -> None:
    """Become a kernel: what a new process would have from its parent is set, then it is launched."""
    os.environ.clear()
    os.environ.update(order["environment"], JPY_PARENT_PID=str(os.getppid()))
    if order["folder"] is not None:
        os.chdir(Path(order["folder"]))
    sys.argv[:] = [_LAUNCHER, *order["arguments"]]
    from ipykernel import kernelapp  # noqa: PLC0415 - the run itself has no use for it

    kernelapp.launch_new_instance()

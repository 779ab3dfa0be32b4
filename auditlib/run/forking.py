"""The process that is forked: it imports what every notebook imports, and a copy of it becomes a kernel; see ``fork_server``.

It imports nothing else, nor does it run anything: what it holds is in every kernel.
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
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

LAUNCHER: Final = "ipykernel_launcher"
"""The module that a kernel is launched with."""

LENGTH: Final = 8
"""Bytes that say how long an order is, and of the answer: the number of the process."""

_IMPORTED: Final = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "auditlib.run.paper",
)
"""What is imported before the first fork, beside every chart."""


def main(control: int) -> None:
    """Import, then fork what is ordered until the run has gone.

    Parameters
    ----------
    control : int
        The socket over which orders come.
    """
    signal.signal(signal.SIGCHLD, _bury)
    before = dict(os.environ)
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read once, at the import: kernels end with this process
    for name in (*_IMPORTED, *_charts()):
        with contextlib.suppress(ModuleNotFoundError):  # of a library that has it no more: then no kernel wants it
            importlib.import_module(name)
    set_by_imports = {name: value for name, value in os.environ.items() if before.get(name) != value}
    gc.collect()
    gc.freeze()  # what all have in common is not walked through, so that it stays in common
    with socket.socket(fileno=control) as channel:
        order = next(_to_become(channel), None)
    if order is not None:
        _become(order, set_by_imports)


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
        head, fds, _, _ = socket.recv_fds(channel, LENGTH, 1)
        if len(head) < LENGTH or not fds:
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
            life.sendall(os.getpid().to_bytes(LENGTH))
            yield {**json.loads(body), "life": life}
        life.close()


def _become(order: Mapping[str, Any], set_by_imports: Mapping[str, str]) -> None:
    """Become a kernel: what a new process would have from its parent is set, then it is launched."""
    os.environ.clear()
    os.environ.update(order["environment"], **set_by_imports)
    if order["folder"] is not None:
        os.chdir(Path(order["folder"]))
    sys.argv[:] = [LAUNCHER, *order["arguments"]]
    from ipykernel import kernelapp  # noqa: PLC0415 - the run itself has no use for it

    kernelapp.launch_new_instance()

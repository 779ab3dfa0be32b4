"""Commands in processes of their own, that begin in no time: each is a fork of this one, which has loaded everything.

Run as a script, in a process without threads. It reads a JSON object a line and answers with one::

    {"do": "start", "argv": [...], "cwd": "...", "out": "...", "err": "...", ...}    →  {"pid": 123}
    {"do": "wait", "pid": 123, "within": 60}                                          →  {"status": 0}  or  {"status": null}

``limits`` sets limits of the system by name, ``environ`` replaces variables, ``end_at`` and ``by`` let the process get a signal
before it touches ``folder`` for the n-th time, ``stop_at`` lets it stop there (SIGSTOP) until somebody lets it go on, ``count``
names a file for how often it touched the folder. A status is negative where a signal ended the process.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from auditlib import cli
from auditlib.cli import embedded, runs  # noqa: F401 - loaded once, for all forks
from auditlib.demo.folder import load  # noqa: F401
from auditlib.demo.server import site  # noqa: F401
from auditlib.errors import AuditError
from auditlib.jira import request_log  # noqa: F401
from auditlib.package import recompute, verify  # noqa: F401
from auditlib.report.charts.drawing import Drawing
from auditlib.report.charts.style import Chart
from auditlib.run import archive, check, dossiers, progress, workbook  # noqa: F401
from auditlib.run.paper import open_workpaper

EVENTS = {"open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir", "shutil.rmtree", "shutil.copyfile"}
"""Python's audit events of what a program does to a disk."""

_NEW_USERS, _NEW_MOUNTS, _REMOUNT = 0x10000000, 0x00020000, 32
"""Of Linux: CLONE_NEWUSER and CLONE_NEWNS of unshare(2), MS_REMOUNT of mount(2)."""

NONE = "none"
"""With ``--only none`` no notebook is executed: what a run does without kernels is tried often, and kernels are slow."""

_chosen = runs.chosen_notebooks
runs.chosen_notebooks = lambda only: () if only == [NONE] else _chosen(only)


def watch(given: dict[str, Any]) -> None:
    """Count how often this process touches a folder, and let it get its signal there."""
    folder, touched = given["folder"], 0
    at, number = given.get("end_at") or given.get("stop_at") or 0, given.get("by", signal.SIGKILL)
    if given.get("stop_at"):
        number = signal.SIGSTOP

    def seen(event: str, values: tuple[Any, ...]) -> None:
        nonlocal touched
        if event in EVENTS and any(isinstance(one, str | Path) and folder in str(one) for one in values):
            touched += 1
            if touched == at:
                for one in number if isinstance(number, list) else [number]:
                    os.kill(os.getpid(), one)
            if given.get("count"):
                descriptor = os.open(given["count"], os.O_WRONLY | os.O_CREAT)
                os.pwrite(descriptor, f"{touched:08d}".encode(), 0)
                os.close(descriptor)

    sys.addaudithook(seen)


def become(given: dict[str, Any]) -> None:
    """Be the command: in a session of its own, with its own folder, streams, variables and limits."""
    os.setsid()
    os.chdir(given["cwd"])
    for descriptor, path in ((1, given["out"]), (2, given["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, value in given.get("environ", {}).items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    for name, value in given.get("limits", {}).items():
        limit = int(value)
        if isinstance(value, str):  # "+7": so much more than there is already
            limit += int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):  # who begins the tests behind `&` or `nohup` lets them be ignored
        signal.signal(number, signal.SIG_DFL)
    for name in given.get("ignored", ()):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    if given.get("tmpfs"):
        small_disk(**given["tmpfs"], argv=given["argv"])
        return
    if given.get("folder"):
        watch(given)
    main(given["argv"])


def main(argv: list[str]) -> None:
    """Be the command line; or a notebook that somebody executes by hand, without the kernel around it."""
    if argv[0] == "notebook":
        by_hand(Path(argv[1]))
        return
    sys.argv = ["auditlib", *argv]
    cli.main()


def by_hand(package: Path) -> None:
    """Show every table and a figure of a package, as its notebooks do: they are written where that is allowed."""
    try:
        paper = open_workpaper("03_numbering", str(package))
        for table in paper.evidence.tables:
            paper.table(table.name)
        paper.figure(Chart("A figure.", lambda width: Drawing(width, 10)), "numbering")
    except AuditError as error:
        sys.stderr.write(f"auditlib: {error}\n")
        raise SystemExit(error.status) from None


def small_disk(at: str, sizes: list[int], argv: list[str], then: list[list[str]]) -> None:
    """Be commands one after another on a disk of this process alone, which has room for more each time (bytes).

    Ends with the status of the first that does not end with 0 or 3; 77 if this machine lets nobody make such a disk.
    """
    libc, who = ctypes.CDLL(None, use_errno=True), (os.getuid(), os.getgid())
    if libc.unshare(_NEW_USERS | _NEW_MOUNTS) != 0:
        raise SystemExit(77)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {who[0]} 1"), ("gid_map", f"0 {who[1]} 1")):
        Path("/proc/self", name).write_text(text, encoding="ascii")
    for step, (size, command) in enumerate(zip(sizes, [argv, *then], strict=True)):
        flags = _REMOUNT if step else 0
        if libc.mount(b"none", at.encode(), b"tmpfs", flags, f"size={size}".encode()) != 0:
            raise SystemExit(77)
        try:
            main(command)
        except SystemExit as ended:
            sys.stdout.write(f"status {ended.code or 0}\n")
            sys.stdout.flush()
            if ended.code not in {None, 0, 3}:
                raise


def start(given: dict[str, Any]) -> dict[str, Any]:
    """Begin a command."""
    child = os.fork()
    if child == 0:
        status: int | str | None = 0
        try:
            become(given)
        except SystemExit as ended:
            status = ended.code
        except BaseException as error:  # noqa: BLE001 - Python would print it, and end with 1
            sys.stderr.write(f"Traceback: {type(error).__name__}: {error}\n")
            status = 1
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status if isinstance(status, int) else 0 if status is None else 1)
    return {"pid": child}


def wait(given: dict[str, Any]) -> dict[str, Any]:
    """Wait until a command has ended; one that does not is left alone, and has no status."""
    until = time.monotonic() + given["within"]
    while time.monotonic() < until:
        pid, status = os.waitpid(given["pid"], os.WNOHANG | os.WUNTRACED)
        if pid and os.WIFSTOPPED(status):
            return {"status": "stopped"}
        if pid:
            return {"status": os.waitstatus_to_exitcode(status)}
        time.sleep(0.01)
    return {"status": None}


if __name__ == "__main__":
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps({"start": start, "wait": wait}[asked["do"]](asked)) + "\n")
        sys.stdout.flush()

"""Archives in processes of their own, that are killed at a chosen instant: before the n-th time that they touch their folder.

Run as a script, in a process without threads, since each archive is a fork of it::

    python archive_driver.py writer FOLDER
    python archive_driver.py months PARAMS FOLDER MONTH_FILE MONTHS

It prints a JSON line of what came: how many instants there were, and which archives were killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from auditlib.params.reading import load_parameters
from auditlib.responses.archive_writing import ArchiveWriter
from auditlib.run.archive import add_to_archive

EVENTS = {"open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir", "shutil.rmtree"}
"""Python's audit events of what a program does to a disk."""

ACCOUNT = {"JIRA_USER": "ana@example.com", "JIRA_TOKEN": "secret:token"}


def forked(work: Callable[[], object], folder: Path, kill_at: int) -> tuple[bool, int]:
    """Do work in a fork that is killed before it touches the folder for the n-th time (0: never).

    Returns
    -------
    (bool, int)
        Whether it was killed, and how often it touched the folder.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        touched = 0

        def watch(event: str, given: tuple[Any, ...]) -> None:
            nonlocal touched
            if event in EVENTS and any(isinstance(one, str | Path) and str(folder) in str(one) for one in given):
                touched += 1
                if touched == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
            os.write(write, str(touched).encode())
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - told by the parent
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as told:
        touched_there = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True, 0
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit("an archive failed")
    return False, int(touched_there)


def add(folder: Path, round_: int) -> None:
    """Add to an archive what one round adds: to two files that grow, a whole file, an event."""
    writer = ArchiveWriter(folder)
    if not any(link.added.detail == {"round": round_} for link in writer.archive.events("round")):
        writer.append("log/2026-05.jsonl.gz", [json.dumps({"n": n, "of": round_}) for n in range(3)], {"records": 3})
        writer.append("log/2026-06.jsonl.gz", [json.dumps({"n": 9, "of": round_})], {"records": 1})
        writer.add_file(f"census/{round_}.csv", [b"a,b\n"], {})
        writer.note("round", {"round": round_})
        writer.commit()
    writer.close()


def spoil(folder: Path) -> None:
    """Add to what a kill left what a write that was torn may leave: half a line of the chain, bytes that no line names."""
    with (folder / "chain.txt").open("ab") as chain:
        chain.write(b"0123456789abcdef 2026-")
    month = folder / "log" / "2026-05.jsonl.gz"
    if month.exists() and (folder / ".work" / "plan.json").exists():
        with month.open("ab") as stream:
            stream.write(b"\x1f\x8b torn")


def writer(folder: Path) -> dict[str, Any]:
    """Kill an addition at every instant; complete it each time, and say what the folders hold."""
    base = folder / "base"
    add(base, 1)
    shutil.copytree(base, folder / "whole")
    _, instants = forked(lambda: add(folder / "whole", 2), folder, 0)
    for instant in range(1, instants + 1):
        here = folder / f"{instant:03d}"
        shutil.copytree(base, here)
        killed, _ = forked(lambda here=here: add(here, 2), folder, instant)
        if not killed:
            raise SystemExit(f"not killed at {instant}")
        spoil(here)
        forked(lambda here=here: add(here, 2), folder, 0)
    return {"instants": instants}


def months(params_file: Path, folder: Path, month_file: Path, count: int) -> dict[str, Any]:
    """Archive month after month; each is killed once, ever later, and then done anew."""
    params = load_parameters(params_file)

    def archive() -> None:
        report = add_to_archive(params, folder, ACCOUNT, lambda *_: None)
        if report.found["hole"]:
            raise SystemExit("\n".join(report.lines))

    killed, instants = [], 0
    for month in range(1, count + 1):
        month_file.write_text(str(month))
        if month > 1:
            was_killed, _ = forked(archive, folder, max(1, instants * month // (count + 1)))
            killed.append(was_killed)
        _, touched = forked(archive, folder, 0)
        instants = touched if month == 1 else min(instants, touched)
    return {"killed": killed, "instants": instants}


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    done = writer(Path(given[0])) if what == "writer" else months(*map(Path, given[:3]), int(given[3]))
    sys.stdout.write(json.dumps(done) + "\n")

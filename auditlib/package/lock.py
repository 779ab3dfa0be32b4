"""The working folder of a package, held for one process: whoever comes second is refused, and told who holds it.

The lock is the system's own, on a file beside the folder, so that nothing of it can get into the package. It is gone with
the process that holds it, however that ends. Who that is stands in a second file beside it, for people; it says nothing
once the lock is gone, and the next holder writes it anew.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import BaseFileLock, FileLock, Timeout

from auditlib.errors import UsageError
from auditlib.files import write_whole
from auditlib.package.target import prepare_target, require_interrupted, working_name
from auditlib.text import shorten, visible_text

LOCK: Final = ".lock"
"""Ending of the file that is locked, after the folder's name."""

HOLDER: Final = ".lock.json"
"""Ending of the file that says who holds the lock: Windows lets nobody else read a file that is locked."""

_LOCKLESS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP})
_LONGEST: Final = 400


@contextmanager
def working_folder(out: Path, *, resume: bool = False) -> Iterator[Path]:
    """Make the folder that a run works in, beside the one it will become, and hold it as long as the context lasts.

    Parameters
    ----------
    out, resume
        As in `prepare_target`.

    Yields
    ------
    Path
        As `prepare_target` returns it.

    Raises
    ------
    UsageError
        As `prepare_target` raises it, or because another process holds the folder.
    """
    partial = working_name(out)
    if resume and not _beside(partial, LOCK).exists():  # else another run may hold it, and not have made it yet
        require_interrupted(partial)
    with locked(partial):
        yield prepare_target(out, resume=resume)


@contextmanager
def locked(folder: Path, option: str = "--out") -> Iterator[None]:
    """Hold a folder, which need not be there yet, for this process: two that write there would write into one index.

    Where a disk knows no locks, as some in a network, nothing is held.

    Parameters
    ----------
    folder : Path
        The folder.
    option : str
        The option of the command line that names another one.

    Raises
    ------
    UsageError
        If another process holds it, naming that; or if no lock can be made beside it.
    """
    path, told = _beside(folder, LOCK), _beside(folder, HOLDER)
    lock = FileLock(path)
    held = _acquire(lock, folder, told, option)
    try:
        if held:
            write_whole(told, [_this_process()])
        yield
    finally:
        if held:
            with suppress(OSError):
                told.unlink()
            if os.name != "nt":  # there it goes with the lock; elsewhere before it, while nobody else can hold the file
                with suppress(OSError):
                    path.unlink()
            lock.release()


def is_held(folder: Path) -> bool:
    """Say whether another process holds a folder at this moment."""
    if not _beside(folder, LOCK).exists():
        return False
    try:
        with locked(folder):
            return False
    except UsageError:
        return True


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(folder.name + ending)


def _acquire(lock: BaseFileLock, folder: Path, told: Path, option: str) -> bool:
    """Take the lock at once, or raise UsageError; False if the disk knows no locks."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        said = f"{folder}: another run works there{_holder(told)}; wait for its end, or give another {option}"
        raise UsageError(said) from None
    except OSError as error:
        if error.errno in _LOCKLESS:
            return False
        why = error.strerror or type(error).__name__
        raise UsageError(f"{lock.lock_file} can't be locked: {why}{_holder(told)}; give another {option}") from None
    return True


def _this_process() -> bytes:
    """Return what the second to come is told."""
    record = {
        "pid": os.getpid(),
        "host": platform.node(),
        "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "command": shlex.join(sys.argv),
    }
    return json.dumps(record, indent=1).encode() + b"\n"


def _holder(told: Path) -> str:
    """Return who holds a lock, as part of a sentence; nothing if that can't be read."""
    try:
        record = json.loads(told.read_text(encoding="utf-8"))
        said = f"process {record['pid']} on {record['host']} since {record['since']}, {record['command']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return f" ({shorten(visible_text(said), _LONGEST)})"

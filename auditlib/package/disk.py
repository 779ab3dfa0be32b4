"""The files of a package: listed, opened through no link, written to the disk's platters."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from auditlib.errors import AuditError
from auditlib.package.layout import LONGEST_PATH, TOP, name_problem, path_bytes
from auditlib.text import visible_text

_HOLLOW = 1 << 30
"""Bytes up to which a file is read, however little of it is on the disk."""

_LARGEST_RECORD = 64 << 20
"""Bytes of a file that is read as a whole: parameters and records, which take some kilobytes, and lists that people made."""

_RECORDS = re.compile(r"data/(?:[a-z_]+\.(?:json|yaml|csv|txt)|raw/index\.jsonl\.tmp)")


_NO_FILES = {
    "link": "is a link, and a package holds the file itself",
    "other": "is neither file nor folder",
    "unreadable": "can't be read",
}


def payload(folder: Path) -> list[str]:
    """List the payload's files in byte order, or raise AuditError naming all that can't be sealed."""
    if folder.is_symlink() or (folder / "data").is_symlink() or not (folder / "data").is_dir():
        raise AuditError(f"{folder} has no folder 'data' to seal")
    problems = [
        f"{visible_text(entry.name)}: stands beside 'data', where a package holds only its manifests"
        for entry in os.scandir(folder)
        if entry.name not in TOP or (entry.name != "data" and not entry.is_file(follow_symlinks=False))
    ]
    paths = []
    folded: dict[str, str] = {}
    for path, kind in walk(folder, "data"):
        same = folded.setdefault(unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold()), path)
        reason = name_problem(path)
        if kind in _NO_FILES:
            reason = _NO_FILES[kind]
        elif reason is None and same != path:
            reason = f"has the same name as {visible_text(same)} where upper and lower case are one"
        if reason is not None:
            problems.append(f"{visible_text(path)}: {reason}")
        elif kind == "file":
            paths.append(path)
    if problems:
        more = [f"and {len(problems) - 3} more"] if len(problems) > 3 else []
        raise AuditError("\n".join([*(f"can't be sealed: {problem}" for problem in problems[:3]), *more]))
    if not paths:
        raise AuditError(f"{folder / 'data'} is empty; there is nothing to seal")
    return sorted(paths, key=str.encode)


def walk(folder: Path, top: str) -> Iterator[tuple[str, str]]:
    """Yield path within ``folder`` and kind (``file``, ``folder``, ``link``, ``other``, ``unreadable``) of all below ``top``.

    No link is followed. A folder whose path is longer than any in a package is named and not entered; one that can't be
    read is named a second time, as ``unreadable``.
    """
    waiting = [top]
    while waiting:  # no recursion: folders may be nested deeper than Python's stack
        inner = waiting.pop()
        try:
            with os.scandir(folder / inner) as entries:
                found = sorted(entries, key=lambda entry: path_bytes(entry.name))
        except OSError:
            if inner == top:
                raise
            yield inner, "unreadable"
            continue
        for entry in found:
            path = f"{inner}/{entry.name}"
            kind = _kind(entry)
            yield path, kind
            if kind == "folder" and len(path) <= LONGEST_PATH:
                waiting.append(path)


def _kind(entry: os.DirEntry[str]) -> str:
    """Say what a name in a folder stands for; nothing is followed."""
    if entry.is_symlink() or getattr(entry, "is_junction", bool)():  # junctions: Windows, Python 3.12
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def odd_file(folder: Path) -> tuple[str, str] | None:
    """Return what of a folder's payload can't be read as a file without harm, and why; None if all can.

    A link may lead anywhere, a pipe or a device may never end, a file of which next to nothing is on the disk would be
    read for hours, and a record of gigabytes would fill the memory.
    """
    if (folder / "data").is_symlink() or not (folder / "data").is_dir():
        return "data", "is no folder"
    for path, kind in walk(folder, "data"):
        if why := _oddity(folder, path, kind):
            return path, why
    return None


def _oddity(folder: Path, path: str, kind: str) -> str:
    """Say why something can't be read as a file or entered as a folder; empty if it can."""
    if kind in _NO_FILES:
        return _NO_FILES[kind].partition(",")[0]
    if kind == "folder":
        return "is a folder deeper than any in a package" if len(path) > LONGEST_PATH else ""
    if is_hollow(folder / path):
        return "has a size of which next to nothing is on the disk"
    too_large = _RECORDS.fullmatch(path) and (folder / path).stat(follow_symlinks=False).st_size > _LARGEST_RECORD
    return f"has more than {_LARGEST_RECORD:,} bytes, more than any run writes there" if too_large else ""


def is_hollow(path: Path) -> bool:
    """Say whether a file is far larger than what is on the disk of it; no link is followed."""
    found = path.stat(follow_symlinks=False)
    blocks = getattr(found, "st_blocks", None)  # Windows tells none
    return blocks is not None and found.st_size > _HOLLOW and blocks * 512 < found.st_size // 1000


def is_plain_file(path: Path) -> bool:
    """Say whether a path is a file of its own, no link."""
    return path.is_file() and not path.is_symlink()


def open_bytes(path: Path) -> BufferedReader:
    """Open a file for reading, never through a link, not even one that was put there a moment ago."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise AuditError(f"{visible_text(str(path))} is not a file any more")
    return os.fdopen(descriptor, "rb")


def write(path: Path, content: bytes) -> None:
    """Write a file that replaces any of its name, to the disk's platters."""
    path.unlink(missing_ok=True)
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def flush(folder: Path) -> None:
    """Wait until all files and folders below ``folder`` are on the disk."""
    for path, kind in [("data", "folder"), *walk(folder, "data")]:
        flush_folder(folder / path) if kind == "folder" else _flush_file(folder / path)
    flush_folder(folder)


def _flush_file(path: Path) -> None:
    if os.name != "nt":  # Windows flushes only what is open for writing
        with open_bytes(path) as stream:
            os.fsync(stream.fileno())


def flush_folder(path: Path) -> None:
    """Write a folder's list of names to the disk's platters."""
    if os.name != "nt":  # Windows can't open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Files of the disk: written whole or not at all, and read only where that comes to an end."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import select
import stat
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, Final

LONGEST: Final = 200_000_000
"""Bytes of a file that people made; whatever is longer is something else."""

_PIECE: Final = 1 << 20


def write_whole(path: Path, pieces: Iterable[bytes], *, durable: bool = False) -> str:
    """Write a file of which nobody ever sees a part, and which two may write at the same instant: the later one stands.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there. Replaced if it is there.
    pieces : iterable of bytes
        The content.
    durable : bool
        Whether the content is to be on the disk's platters before it takes its place: after a loss of power there is
        either the old file or the new one.

    Returns
    -------
    str
        SHA-256 of the content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{token_hex(8)}.tmp")  # beside it, so that taking its place is one step
    digest = hashlib.sha256()
    try:
        with partial.open("xb") as stream:
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return digest.hexdigest()


def json_bytes(value: Any) -> bytes:
    """Return a value as JSON that people can read."""
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file that people can read: all of it, or nothing."""
    write_whole(path, [json_bytes(value)], durable=True)


def expanded(path: str | Path) -> Path:
    """Return a path with the home directory in place of ``~``; as it is where nobody knows that directory."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - pathlib's own raises there


def is_there(path: str | Path) -> bool:
    """Say whether something stands at a path, after ``~`` was expanded; at one that no system can hold, nothing does."""
    return os.path.exists(expanded(path))  # noqa: PTH110 - pathlib's own raises for a name that is too long


def demo_file(base: Path, named: str) -> Path:
    """Return a file that the parameters of the demo name: one's own, the checkout's, or else the one in the wheel."""
    package = Path(__file__).parent
    own = base / expanded(named)
    shipped = (folder / named for folder in (package.parent, package / "_carried"))
    return own if is_there(own) else next((one for one in shipped if is_there(one)), own)


def read_given(path: Path, longest: int = LONGEST) -> bytes:
    """Read a file that somebody named, to its end.

    A pipe is read while somebody writes into it, as the shell's ``<(…)`` does; one that nobody has opened for writing is
    refused, since that would be waited for without end. So is a device, and what is longer than any file of its kind.

    Parameters
    ----------
    path : Path
        A file, or a link to one.
    longest : int
        Bytes that it may have.

    Raises
    ------
    OSError
        If it is not there, is none that is read to an end, or is too long; ``strerror`` says which.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
            raise OSError(errno.EINVAL, "it is a device, and no file", str(path))
        content = bytearray()
        while piece := _next(descriptor, waits=stat.S_ISFIFO(kind)):
            content += piece
            if len(content) > longest:
                raise OSError(errno.EFBIG, f"it has more than {longest // 1_000_000:,} MB", str(path))
        if not content and stat.S_ISFIFO(kind):
            raise OSError(errno.EINVAL, "it is a pipe into which nobody writes", str(path))
        return bytes(content)
    finally:
        os.close(descriptor)


def require_reader(path: Path) -> None:
    """Raise OSError if a path is a pipe that nobody reads: to open it for writing would be waited for without end."""
    try:
        if stat.S_ISFIFO(path.stat().st_mode):
            os.close(os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0)))
    except FileNotFoundError:
        return


def open_plain(path: Path, mode: str = "rb") -> IO[bytes]:
    """Open a file of our own; what another put into its place, a pipe or a device, is not waited for.

    Raises
    ------
    OSError
        If it is not there, though not where the mode makes it, or is no file.
    """
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        kind = stat.S_IFREG
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):  # of a folder, the system's own words come
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return path.open(mode)


def _next(descriptor: int, *, waits: bool) -> bytes:
    """Read the next bytes; of a pipe, wait until some come or its writer closes it."""
    while True:
        try:
            return os.read(descriptor, _PIECE)
        except BlockingIOError:
            if not waits:
                raise
            select.select([descriptor], [], [])

"""What a machine has too little of, in words: of whatever a library makes of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from typing import Final

_FULL: Final = "there is no room left on the disk"
_FILES: Final = "too many files are open at once: raise the limit (ulimit -n)"
_TASKS: Final = "no more processes or threads can be begun: raise the limit (ulimit -u, ulimit -v), or give --jobs 1"
_MEMORY: Final = "there is too little memory: --jobs 1 needs less"

_EXHAUSTED: Final[Mapping[int, str]] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "a file became larger than it may (ulimit -f)",
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.EAGAIN: _TASKS,
    errno.ENOMEM: _MEMORY,
    errno.EIO: "the disk failed to read or write",
}
"""By the number of the system's error; POSIX.1, <errno.h>."""

_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})

_SIGNS: Final[Mapping[str, str]] = {
    "can't start new thread": _TASKS,
    "cannot allocate memory": _MEMORY,
    "failed to map segment": _MEMORY,  # of the dynamic loader, as glibc words it
    "memoryerror": _MEMORY,
    "too many open files": _FILES,
    "no space left on device": _FULL,
}
"""Of errors that carry no number: what CPython, glibc and libraries in other languages say."""

_NAMES: Final[Mapping[str, str]] = {"MemoryError": _MEMORY, "_ArrayMemoryError": _MEMORY}


def machine_words(error: BaseException) -> str | None:
    """Return what the machine has too little of, if an error, or one that led to it, comes from that; else None.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    str or None
        A clause, with the file where one is known.
    """
    for one in _chain(error):
        if (words := _words(one)) is not None:
            named = getattr(one, "filename", None)
            where = f" ({os.fsdecode(named)})" if isinstance(named, str | bytes) else ""
            return f"{words}{where}"
    return None


def out_of_room(error: BaseException) -> bool:
    """Say whether an error, or one that led to it, comes from a full disk or too many open files: of no file that was read.

    Memory is not asked for: a file that somebody else made may want too much of it.
    """
    return any(isinstance(one, OSError) and one.errno in _ROOM for one in _chain(error))


def lacks_of(name: str, message: str) -> str | None:
    """Return what the machine has too little of, by the name and the message of an error of another process."""
    if name in _NAMES:
        return _NAMES[name]
    lowered = message.lower()
    return next((words for sign, words in _SIGNS.items() if sign in lowered), None)


def _words(error: BaseException) -> str | None:
    if isinstance(error, MemoryError):
        return _MEMORY
    number = getattr(error, "errno", None)  # ZeroMQ's errors have one too; there EAGAIN means that nothing came yet
    if isinstance(number, int) and number in _EXHAUSTED and (isinstance(error, OSError) or number != errno.EAGAIN):
        return _EXHAUSTED[number]
    if isinstance(error, OSError | RuntimeError | ImportError | SystemError):
        return lacks_of(type(error).__name__, str(error))
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that led to it, each once."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [led for led in (one.__context__, one.__cause__) if led is not None]

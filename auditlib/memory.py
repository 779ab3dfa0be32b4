"""How the system's memory is taken and given back. Changes nothing else."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Numbers of two settings in glibc's ``malloc.h``; ``man mallopt`` tells what they do."""

_LARGE: Final = 512 * 1024
"""Bytes from which something is worth pages of its own: a column of sixty thousand numbers."""


def take_sparingly() -> None:
    """Let glibc take memory so that it can be given back: from one place for all threads, and what is large by itself.

    By itself it keeps eight places a processor, so that threads don't wait for each other, which Python's do anyway; each of
    them holds on to what was freed in it. And it takes ever larger things from there once one of that size was freed. To be
    called before threads begin; it concerns all of the process.
    """
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return to the system the memory that was freed; glibc would keep it, for threads that are gone or for small requests.

    It concerns all of the process, and changes nothing in it: only pages that nobody uses go back, and no setting is touched.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Python not look for circles while hundreds of thousands of records are made that hold none.

    It walks through all that is there again and again, which takes a third of the time; what is dropped is freed all the same.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

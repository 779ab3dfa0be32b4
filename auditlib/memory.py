"""Memory that is free, given back to the system. Changes nothing else."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


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

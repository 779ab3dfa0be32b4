"""Memory that is free, given back to the system. Changes nothing else."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return to the system the memory that was freed; glibc would keep it, for threads that are gone or for small requests.

    It concerns all of the process, and changes nothing in it: only pages that nobody uses go back, and no setting is touched.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)

"""What is done about memory changes nothing else."""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys

import pytest
from places import ROOT

from auditlib.memory import undisturbed


@pytest.mark.parametrize("before", [True, False])
def test_the_search_for_circles_goes_on_as_it_was(before):
    """Also where what is done in between fails, and where nobody wanted it before."""
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(ValueError, match="x"):
            _fails_within()
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


def _fails_within() -> None:
    with undisturbed():
        assert not gc.isenabled()
        raise ValueError("x")


_THREADS = """
import ctypes, sys, threading
from auditlib.memory import take_sparingly

if sys.argv[2:]:
    take_sparingly()
together = threading.Barrier(8)

def work():
    together.wait()
    held = [bytes(2_000) for _ in range(10_000)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for one in threads:
    one.start()
for one in threads:
    one.join()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fopen(sys.argv[1].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""
"""Eight threads that take memory at once; then glibc tells of each place from which it was taken (``man malloc_info``)."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library takes memory in another way")
def test_threads_take_memory_from_one_place(tmp_path):
    """Not each from a place of its own, which would keep what was freed in it; without the setting they do."""

    def places(*arguments: str) -> int:
        command = [sys.executable, "-c", _THREADS, str(tmp_path / "told.xml"), *arguments]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
        return (tmp_path / "told.xml").read_text("utf-8").count("<heap nr=")

    assert (places() > 1, places("sparingly")) == (True, 1)

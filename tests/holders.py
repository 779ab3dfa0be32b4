"""Another process holds a folder, as a run does that works there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from places import ROOT

HOLD = (
    "import pathlib, sys; from auditlib.package.lock import locked\n"
    "with locked(pathlib.Path(sys.argv[1])):\n    print('held', flush=True); input()"
)


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold a folder."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    other = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
    finally:
        with suppress(ValueError, BrokenPipeError):
            other.communicate("done")

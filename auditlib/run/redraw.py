"""The draw of a sample redone with the shell's own tools, and what they printed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

COMMAND: Final = "sh redraw.sh --check"

MOST_KEYS: Final = 5_000
"""The script makes a file for each key; above this number nobody waits for it in a notebook."""

_SHOWN: Final = 5


def redraw_shown(files: Mapping[str, bytes], sample: bytes) -> list[str]:
    """Run ``redraw.sh`` on a copy of its files, and return what was typed and what came.

    Parameters
    ----------
    files : mapping of str to bytes
        ``keys.txt``, ``redraw.sh`` and with strata ``strata.txt``, by name.
    sample : bytes
        ``sample.csv``.

    Returns
    -------
    list of str
        The command, the first lines of its output and its last; or why it was not run.
    """
    if "redraw.sh" not in files:
        return ["The issues were selected, not drawn: there is nothing to redo."]
    shell = shutil.which("sh")
    if shell is None or not (shutil.which("sha256sum") or shutil.which("shasum")):
        return [f"$ {COMMAND}", "Not run here: this machine has no POSIX shell with sha256sum or shasum."]
    keys = files["keys.txt"].count(b"\n")
    if keys > MOST_KEYS:
        return [f"$ {COMMAND}", f"Not run here, since {keys:,} keys take a while; it works as well."]
    with tempfile.TemporaryDirectory(prefix="redraw-") as folder:
        for name, content in {**files, "sample.csv": sample}.items():
            (Path(folder) / name).write_bytes(content)
        done = subprocess.run(  # noqa: S603 - our own script, in a folder of its own
            [shell, "redraw.sh", "--check"], cwd=folder, capture_output=True, text=True, check=False
        )
    lines = done.stdout.splitlines()
    cut = (
        [*lines[:_SHOWN], f"… {len(lines) - _SHOWN - 1:,} more lines …", lines[-1]]
        if len(lines) > _SHOWN + 1
        else lines
    )
    return [f"$ {COMMAND}", *cut, *done.stderr.splitlines(), f"status {done.returncode}"]

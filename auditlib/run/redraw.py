"""The draw of a sample redone with the shell's own tools, and what they printed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

COMMAND: Final = "sh redraw.sh --check"

MOST_KEYS: Final = 5_000
"""The script makes a file for each key; above this number nobody waits for it in a notebook."""

_SHOWN: Final = 5
_NOT_DRAWN: Final = "The issues were selected, not drawn: there is nothing to redo."


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
        return [_NOT_DRAWN]
    shell = shutil.which("sh")
    if (why := _why_not(files, shell=can_redraw())) or shell is None:
        return [f"$ {COMMAND}", *why]
    with tempfile.TemporaryDirectory(prefix="redraw-") as folder:
        for name, content in {**files, "sample.csv": sample}.items():
            (Path(folder) / name).write_bytes(content)
        done = subprocess.run(  # noqa: S603 - our own script, in a folder of its own
            [shell, "redraw.sh", "--check"], cwd=folder, capture_output=True, text=True, check=False
        )
    return [f"$ {COMMAND}", *_cut(done.stdout.splitlines()), *done.stderr.splitlines(), f"status {done.returncode}"]


def redraw_agreeing(files: Mapping[str, bytes], drawn: Sequence[tuple[int, str, str]], *, shell: bool) -> list[str]:
    """Return what `redraw_shown` returns of a sample that the script agrees with; nothing is run.

    Parameters
    ----------
    files : mapping of str to bytes
        As for `redraw_shown`.
    drawn : sequence of (int, str, str)
        Order, key and ticket of each sampled issue.
    shell : bool
        Whether the machine had what runs it.
    """
    if "redraw.sh" not in files:
        return [_NOT_DRAWN]
    if why := _why_not(files, shell=shell):
        return [f"$ {COMMAND}", *why]
    lines = [f"{order} {key} {ticket}" for order, key, ticket in drawn]
    said = f"sample.csv agrees: {len(drawn)} of {_keys(files)} issues"
    return [f"$ {COMMAND}", *_cut([*lines, said]), "status 0"]


def can_redraw() -> bool:
    """Say whether this machine has what runs the script."""
    return bool(shutil.which("sh") and (shutil.which("sha256sum") or shutil.which("shasum")))


def _why_not(files: Mapping[str, bytes], *, shell: bool) -> list[str]:
    """Say why the script is not run; nothing if it is."""
    if not shell:
        return ["Not run here: this machine has no POSIX shell with sha256sum or shasum."]
    keys = _keys(files)
    return [f"Not run here, since {keys:,} keys take a while; it works as well."] if keys > MOST_KEYS else []


def _keys(files: Mapping[str, bytes]) -> int:
    return files["keys.txt"].count(b"\n")


def _cut(lines: Sequence[str]) -> list[str]:
    """Return the first lines and the last."""
    if len(lines) <= _SHOWN + 1:
        return list(lines)
    return [*lines[:_SHOWN], f"… {len(lines) - _SHOWN - 1:,} more lines …", lines[-1]]

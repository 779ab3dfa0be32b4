"""The typesetter in a process of its own, for documents so large that it might not come to an end in ours.

It is native code: nothing of Python can interrupt it, and where memory ends it takes its process with it. So what is large is
set by a child, which is ended after a stated time; the document is then made without what could not be set.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from auditlib.dossier.typeset import typeset
from auditlib.errors import AuditError
from auditlib.text import shorten, visible_text

LARGE: Final = 4_000_000
"""Characters of data from which on a document is set in a process of its own."""

LONGEST: Final = 900.0
"""Seconds after which that process is ended. Bounds of what is set (`dossier.bounds`) keep it to a small part of them."""

MOST_MEMORY: Final = 8_000_000_000
"""Bytes of addresses that it may take, where the system can hold it to that."""


class EndedError(AuditError):
    """The typesetter's process was ended, or ended itself, before it had set anything."""


def set_apart(
    template: str, data: Mapping[str, Any], at: datetime, *, seconds: float = LONGEST, memory: int = MOST_MEMORY
) -> bytes:
    """Set a document in a process of its own.

    Parameters
    ----------
    template : str
        Name of a file in ``templates/``.
    data, at
        As `typeset.typeset` takes them.
    seconds : float
        After which the process is ended.
    memory : int
        Bytes that it may take.

    Raises
    ------
    EndedError
        If it did not come to an end.
    AuditError
        If it can't be set, or only with a warning.
    """
    order = json.dumps({"template": template, "data": dict(data), "at": at.isoformat(), "memory": memory})
    command = [sys.executable, "-c", "from auditlib.dossier.apart import main; main()"]
    try:
        done = subprocess.run(command, input=order.encode(), capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise EndedError(
            f"{template} could not be set as a PDF: the typesetter was ended after {seconds:,.0f} s"
        ) from None
    except OSError as error:
        raise EndedError(f"{template} could not be set as a PDF: {error}") from error
    if done.returncode == 0:
        return done.stdout
    said = visible_text(" ".join(done.stderr.decode("utf-8", "replace").split()))
    if done.returncode == _REFUSED:
        raise AuditError(said)
    message = f"the typesetter's process ended with {done.returncode}: {shorten(said, 200)}"
    raise EndedError(f"{template} could not be set as a PDF: {message}")


_REFUSED: Final = 3


def main() -> None:
    """Set what is ordered on standard input, and write the PDF to standard output."""
    order = json.loads(sys.stdin.buffer.read())
    _limit_memory(order["memory"])
    try:
        made = typeset(order["template"], order["data"], datetime.fromisoformat(order["at"]))
    except AuditError as error:
        sys.stderr.write(str(error))
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(made)


def _limit_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has none, and some systems hold to none
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (most, most))

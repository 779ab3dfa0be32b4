"""The log of what is sent: a line a request, through Python's own ``logging``; no credential, no body."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from auditlib.errors import MachineError, UsageError
from auditlib.files import require_reader
from auditlib.responses.request import Request
from auditlib.text import visible_text

LOG: Final = logging.getLogger("auditlib.requests")


@dataclass
class Trip:
    """One request on its way.

    Attributes
    ----------
    request : Request
        What was asked.
    sent : int
        Which try of it this is.
    came, sent_at, went : float
        When it came to the gate, its number there, and when it went; seconds of a clock that never goes back.
    status, size : int
        Of the answer; 0 while there is none.
    lost : str
        Why there is none.
    """

    request: Request
    sent: int
    came: float
    sent_at: float
    went: float
    status: int = 0
    size: int = 0
    lost: str = ""


def log_request(trip: Trip, now: float) -> None:
    """Write the line of a request."""
    if not LOG.isEnabledFor(logging.INFO):
        return
    lost = f" lost={visible_text(trip.lost)!r}" if trip.lost else ""
    LOG.info(
        "%s %s waited=%.3fs took=%.3fs bytes=%d try=%d%s",
        visible_text(str(trip.request)),
        trip.status or "-",
        max(0.0, trip.went - trip.came),
        max(0.0, now - trip.went),
        trip.size,
        trip.sent,
        lost,
    )


class _UtcFormatter(logging.Formatter):
    """Begins a line with its time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{at} {record.getMessage()}"


class _File(logging.FileHandler):
    """Appends to a file; what can't be written ends no request, and is told at the end."""

    fault: OSError | None = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Keep the first fault of the disk; any other is logging's own."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            self.fault = self.fault or error
        else:
            super().handleError(record)

    def close(self) -> None:
        """Close, whatever the disk says of what was still to be written."""
        try:
            super().close()
        except OSError as error:
            self.fault = self.fault or error


@contextmanager
def logged_to(path: Path | None) -> Iterator[None]:
    """Append a line for each request to a file meanwhile; to none if ``path`` is None.

    Raises
    ------
    UsageError
        If the file can't be written.
    MachineError
        At the end, if lines are missing in it.
    """
    if path is None:
        yield
        return
    try:
        require_reader(path)
        handler = _File(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--log {path} can't be written: {error.strerror or type(error).__name__}") from None
    handler.setFormatter(_UtcFormatter())
    before = LOG.level
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.setLevel(before)
        LOG.removeHandler(handler)
        handler.close()
    if handler.fault is not None:
        why = handler.fault.strerror or type(handler.fault).__name__
        raise MachineError(f"all is done, but the log is not complete: --log {path}: {why}")

"""Do the months of an archived log join? Records told apart by their digest, and what one archive found of the last. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from auditlib.errors import AnswerError

MARGIN: Final = timedelta(days=1)
"""How far before the last archived record the log is asked again: records of several nodes may be written out of order."""

UNDATED: Final = "undated"
"""Stands for the month of a record whose time can't be read."""

_ADDRESSES: Final = frozenset({"uri", "avatarUri"})
"""Members of a person or thing in an event that hold an address of the site: another one makes no other event."""

Judged = Literal["first", "joins", "nothing", "hole"]


@dataclass(frozen=True)
class Last:
    """The last record of an archive.

    Attributes
    ----------
    at : datetime
        When it was made, UTC.
    sha256 : str
        From `record_digest`.
    """

    at: datetime
    sha256: str


@dataclass(frozen=True)
class Join:
    """What an archive shows of the time since the last archived record.

    Attributes
    ----------
    judged : str
        ``first``: there was no archive; ``joins``: nothing between can be missing; ``nothing``: the log gave no record at
        all, so that nothing is shown; ``hole``: what was recorded between two times is in no archive.
    by : str
        What shows that they join: ``record`` (it came again) or ``time`` (a record as old as it came).
    begins, ends : datetime or None
        Between which times the hole is.
    """

    judged: Judged
    by: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


def record_digest(record: Mapping[str, Any]) -> str:
    """Return by which a record of the log is known again: Data Center's have no id (JRASERVER-78785).

    Addresses of the site are left out, which follow its base address and its pictures.

    Raises
    ------
    AnswerError
        If it is nested deeper than any record.
    """
    try:
        return hashlib.sha256(json.dumps(_lasting(record), sort_keys=True).encode()).hexdigest()
    except RecursionError:
        raise AnswerError("a record of the log is nested too deep to be one") from None


def _lasting(record: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: held for name, held in record.items() if name != "system"}  # the base address, in an event
    for name in ("author", "affectedObjects"):
        value = shown.get(name)
        if isinstance(value, list):
            shown[name] = [_without_addresses(one) for one in value]
        elif value is not None:
            shown[name] = _without_addresses(value)
    return shown


def _without_addresses(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: held for name, held in value.items() if name not in _ADDRESSES}


def month_of(at: datetime | None) -> str:
    """Return the month of a record's time, in UTC: ``2026-05``."""
    if at is None:
        return UNDATED
    utc = at.astimezone(UTC)
    return f"{utc.year:04d}-{utc.month:02d}"


def judge_join(last: Last | None, *, found: bool, oldest: datetime | None) -> Join:
    """Say whether what the log answered joins what is archived.

    Parameters
    ----------
    last : Last or None
        The last archived record; None if there is none.
    found : bool
        It came again.
    oldest : datetime or None
        The time of the oldest record that came, archived before or not; None if none came.

    Notes
    -----
    A log is told newest first, and loses its oldest records first. So a record as old as the last archived one shows that
    nothing between was lost, even if that itself is told in another form by now.
    """
    if last is None:
        return Join("first")
    if found:
        return Join("joins", by="record")
    if oldest is None:
        return Join("nothing")
    if oldest <= last.at:
        return Join("joins", by="time")
    return Join("hole", begins=last.at, ends=oldest)


# what the chain says of it


def last_of(details: Iterable[Mapping[str, Any]]) -> Last | None:
    """Return the last archived record, from what the chain says of the stretches of the log.

    Raises
    ------
    AnswerError
        If it says it in no form that is known.
    """
    found = [read_last(detail["last"]) for detail in details if detail.get("last") is not None]
    return max(found, key=lambda last: (last.at, last.sha256), default=None)


def write_last(last: Last | None) -> dict[str, str] | None:
    """Return a last record as the chain has it."""
    return None if last is None else {"at": last.at.astimezone(UTC).isoformat(), "sha256": last.sha256}


def read_last(value: Any) -> Last:
    """Read a last record as the chain has it, or raise AnswerError."""
    try:
        return Last(read_time(value["at"]), str(value["sha256"]))
    except (KeyError, TypeError):
        raise AnswerError(f"the chain names no last record: {str(value)[:80]}", found=str(value)[:80]) from None


def read_time(value: Any) -> datetime:
    """Read a time as the chain has it, or raise AnswerError."""
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise AnswerError(f"the chain has no time there: {str(value)[:80]}", found=str(value)[:80]) from None


def asked_from(last: Last | None, holes: Iterable[Mapping[str, Any]]) -> Last | None:
    """Return the record from which on the log is asked for: the last, or that before a hole that a new try may close.

    Parameters
    ----------
    last : Last or None
        The last archived record.
    holes : iterable of mapping
        What the chain says of holes that are open: ``from``, and of one that came of an answer that was broken off,
        ``last``.
    """
    again = [read_last(hole["last"]) for hole in holes if hole.get("last") is not None]
    return min(again, key=lambda one: one.at, default=last)

"""Issues by number and day, and the audit of their numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from plain_ways import side_of

from auditlib.audit.numbering.gaps import audit_numbers
from auditlib.times import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("America/New_York"))
MOVES = ["issue_id", "at", "history_id", "from_key", "to_key", "author"]


def issues(days, *, moved_in=(), hidden=()):
    """Present issues from {number: day given out, counted from 1 January 2026 noon UTC}."""
    rows = []
    for number, day in sorted(days.items()):
        at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        created = at - timedelta(days=1000) if number in moved_in else at
        shown = number not in hidden
        rows.append(
            (
                number,
                10_000 + number,
                float(day),
                at if shown else None,
                created if shown else None,
                side_of(YEAR, at),
                number in moved_in,
            )
        )
    frame = pd.DataFrame(rows, columns=["number", "id", "order", "given_out", "created", "side", "moved_in"])
    for column in ("given_out", "created"):
        frame[column] = pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"number": "int64", "id": "int64", "order": "float64", "side": object, "moved_in": bool})


def moves(*rows):
    frame = pd.DataFrame(rows, columns=MOVES, dtype=object)
    frame["at"] = pd.to_datetime(frame["at"], utc=True).astype("datetime64[us, UTC]")
    return frame


def resolved(*rows):
    return pd.DataFrame(rows, columns=["number", "now_key", "id"], dtype=object)


def audit(present, answers=None, history=None, **options):
    answers = resolved() if answers is None else answers
    history = moves() if history is None else history
    return audit_numbers("PAY", present, answers, history, YEAR, "https://jira.example/", **options)

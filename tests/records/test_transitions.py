"""Changes in columns say what the histories said, up to the moment at which an issue was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditlib.records.transitions import Transitions, read_transitions

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def _entry(number: int, at: datetime, old: str, new: str) -> dict[str, Any]:
    item = {"fieldId": "status", "from": old, "fromString": old.upper(), "to": new, "toString": new.upper()}
    return {"id": str(number), "created": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"), "items": [item]}


def _kept(steps: Transitions) -> list[tuple[int, int]]:
    return list(zip(steps.issue.tolist(), steps.history_id.tolist(), strict=True))


HISTORIES = [
    (7, [_entry(1, NOON - timedelta(hours=1), "a", "b"), _entry(2, NOON, "b", "c")]),
    (8, [_entry(3, NOON, "a", "b"), _entry(4, NOON + timedelta(seconds=1), "b", "c")]),
]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_until_is_reading_the_history_up_to_then(seconds: int) -> None:
    """To leave changes out of the columns gives what leaving the entries out of the histories gives, the moment included."""
    at = NOON + timedelta(seconds=seconds)
    shorter = [
        (issue, [one for one in entries if issue != 8 or datetime.fromisoformat(one["created"]) <= at])
        for issue, entries in HISTORIES
    ]
    steps, expected = read_transitions(HISTORIES).until({8: at}), read_transitions(shorter)
    assert _kept(steps) == _kept(expected)
    assert steps.when.tolist() == expected.when.tolist()
    assert steps.read.tolist() == [7, 8], "an issue without a change left was read all the same"


def test_until_leaves_all_where_no_issue_was_edited() -> None:
    """Without a moment for an issue every change of it counts."""
    steps = read_transitions(HISTORIES)
    assert steps.until({}) is steps
    assert _kept(steps.until({9: NOON})) == _kept(steps)

"""Notes of worklogs in the archive: of a deleted one Jira tells no more than its number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.records.worklog_notes import (
    WorklogNotes,
    instant_text,
    note_lines,
    note_of,
    read_worklog_notes,
    worklog_changes,
)

MAY, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6))
WORKLOG = {
    "id": "31",
    "issueId": "7",
    "author": {"accountId": "acc:ana", "displayName": "Ana Brook"},
    "started": "2026-04-01T10:00:00.000+0000",
    "created": "2026-04-01T11:00:00.000+0000",
    "updated": "2026-04-01T11:00:00.000+0000",
    "timeSpentSeconds": 5400,
    "comment": "tested",
}


def test_a_deleted_worklog_is_told_as_it_was_noted():
    """Jira says "31 was deleted"; what it said, and whose it was, only an earlier archive knows."""
    number, note = note_of(WORKLOG)
    first, second = (
        WorklogNotes(MAY, {number: note}, {}),
        WorklogNotes(JUNE, {}, {31: "2026-05-09T00:00:00.000Z", 32: ""}),
    )
    ((change),) = worklog_changes([second, first])
    assert (change.worklog_id, change.change, change.at) == (31, "deleted", "2026-05-09T00:00:00.000Z")
    assert (change.before.issue, change.before.author, change.before.seconds) == ("7", "acc:ana", "5400")


def test_a_changed_worklog_is_told_with_both_states_and_an_equal_one_is_not():
    """Jira lists a worklog as updated for other reasons too."""
    _, note = note_of(WORKLOG)
    _, more = note_of({**WORKLOG, "timeSpentSeconds": 9000, "updated": "2026-05-02T11:00:00.000+0000"})
    found = worklog_changes([WorklogNotes(MAY, {31: note, 32: note}, {}), WorklogNotes(JUNE, {31: more, 32: note}, {})])
    assert [(one.worklog_id, one.change, one.before.seconds, one.after.seconds) for one in found if one.after] == [
        (31, "edited", "5400", "9000")
    ]


def test_lines_are_read_as_they_were_written():
    """One line a worklog; its comment is a digest, no text of a person."""
    number, note = note_of(WORKLOG)
    lines = note_lines({number: note}, {9: "2026-05-09T00:00:00.000Z"})
    assert not any("tested" in line for line in lines)
    assert read_worklog_notes(MAY, [*lines, ""]) == WorklogNotes(MAY, {31: note}, {9: "2026-05-09T00:00:00.000Z"})


@pytest.mark.parametrize("line", ["{", "3", '{"worklog": "x"}', '{"worklog": "3"}', "[" * 100_000])
def test_a_line_that_is_none_is_named(line):
    """Whatever is in a file of the archive, the error says where."""
    with pytest.raises(AnswerError, match=r"^line 1 is no worklog"):
        read_worklog_notes(MAY, [line])


def test_times_in_milliseconds_and_none():
    """Jira tells the time of a deletion as a number; whatever else stands there is no time."""
    assert instant_text(1438013671562) == "2015-07-27T16:14:31.562Z"
    assert [instant_text(one) for one in (None, "soon", True, -1, 10**30)] == [""] * 5

"""What an archive knows of an issue's comments, compared with what Jira gives of them today."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from auditlib.dossier.known import ArchivedComments, archived_comments
from auditlib.records.comment_census import EDITED, GONE, RETURNED, CommentCensus, Seen, seen_comment

ZONE = ZoneInfo("America/New_York")
MAY, JUNE, JULY = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (5, 6, 7))
WRITTEN = "2026-04-01T10:00:00.000+0000"


def given(number: int, body: str, updated: str = WRITTEN) -> dict[str, str]:
    return {"id": str(number), "created": WRITTEN, "updated": updated, "body": body}


def census(at: datetime, *comments: dict[str, str], issue: int = 7) -> CommentCensus:
    seen: dict[int, Seen] = dict(map(seen_comment, comments))
    return CommentCensus(at, {issue: seen}, {issue: "PAY-7"})


def known(*censuses: CommentCensus, today: list[dict[str, str]] | None) -> ArchivedComments:
    return archived_comments(7, censuses, today, ZONE)


def told(found: ArchivedComments) -> list[tuple[int, str, datetime, datetime | None]]:
    return [(one.comment_id, one.change, one.last_seen, one.first_missed) for one in found.changes]


def test_what_jira_gives_today_is_the_last_reading():
    """Between two archives both times are known; since the last one the answer itself is the other end, without a time."""
    found = known(
        census(MAY, given(1, "yes"), given(2, "ok")),
        census(JUNE, given(1, "no"), given(2, "ok")),
        today=[given(1, "no")],
    )
    assert told(found) == [(1, EDITED, MAY, JUNE), (2, GONE, JUNE, None)]
    assert found.times == [MAY, JUNE]
    assert ([one.comment_id for one in found.gone], found.edited) == ([2], {1})
    assert "with another text; as in the archive of 1 June 2026, " in found.of(1)[0].in_words(ZONE)
    assert "not in Jira's answer: deleted, or hidden from this account" in found.gone[0].in_words(ZONE)


def test_a_comment_that_is_there_again_is_not_gone():
    """It had been hidden: what is there today is the last word."""
    found = known(census(MAY, given(1, "yes")), census(JUNE), today=[given(1, "yes")])
    assert told(found) == [(1, GONE, MAY, JUNE), (1, RETURNED, MAY, None)]
    assert found.gone == []
    assert "it had been hidden" in found.changes[1].in_words(ZONE)


def test_comments_that_jira_refuses_are_not_gone():
    """No answer is no reading."""
    assert told(known(census(MAY, given(1, "yes")), today=None)) == []


def test_censuses_that_did_not_read_the_issue_say_nothing():
    """Neither that its comments are gone, nor that they were never there; and it is said that nothing is known."""
    found = known(census(MAY, given(1, "yes"), issue=8), today=[])
    assert (found.times, found.changes) == ([], [])
    assert found.says(ZONE).startswith("The archive did not read the comments of this issue")


@pytest.mark.parametrize("odd", [{"body": "x"}, {"id": None}, {"id": "x"}])
def test_a_comment_without_a_number_is_passed_over(odd):
    """Nobody can tell it again; what is missing from the record names it."""
    assert told(known(census(MAY, given(1, "yes")), today=[odd, given(1, "yes")])) == []


def test_a_comment_that_was_only_saved_again_is_not_called_another_text():
    """The digest is the same."""
    found = known(census(MAY, given(1, "yes")), today=[given(1, "yes", "2026-06-01T10:00:00.000+0000")])
    assert found.edited == frozenset()
    assert "saved again with the same text" in found.changes[0].in_words(ZONE)
    assert found.says(ZONE).startswith("An archive noted the comments of this issue on ")

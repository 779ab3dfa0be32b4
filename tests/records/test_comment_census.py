"""Censuses of comments: what two readings of one issue say of its comments, and which issues are read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.records.comment_census import (
    EDITED,
    GONE,
    RETURNED,
    CommentCensus,
    Seen,
    body_digest,
    census_lines,
    due_for_reading,
    known_from,
    note_readings,
    read_comment_census,
    seen_comment,
)

MAY, JUNE, JULY, AUGUST = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7, 8))
OLD = Seen("2026-04-01T10:00:00.000+0000", "2026-04-01T10:00:00.000+0000", body_digest("approved"))
NEW = Seen(OLD.created, "2026-06-09T10:00:00.000+0000", body_digest("rejected"))


def census(at: datetime, **issues: dict[int, Seen]) -> CommentCensus:
    """Make a census of issues: ``PAY_7`` is issue 7, PAY-7."""
    ids = {name: int(name.partition("_")[2]) for name in issues}
    return CommentCensus(
        at,
        {ids[name]: comments for name, comments in issues.items()},
        {ids[name]: name.replace("_", "-") for name in issues},
    )


def told(*censuses: CommentCensus) -> list[tuple[str, int, str, datetime, datetime]]:
    return [(one.key, one.comment_id, one.change, one.last_seen, one.first_missed) for one in known_from(censuses)[1]]


def test_an_edit_is_known_by_the_digest_and_lies_between_the_two_readings():
    """Jira keeps the last text only; the archive's two digests show that it was another, and when at the latest."""
    found = known_from([census(MAY, PAY_7={1: OLD}), census(JULY, PAY_7={1: NEW})])[1]
    assert [(one.key, one.comment_id, one.change, one.last_seen, one.first_missed) for one in found] == [
        ("PAY-7", 1, EDITED, MAY, JULY)
    ]
    assert (found[0].before, found[0].after, found[0].text_changed) == (OLD, NEW, True)


def test_a_text_that_changed_without_a_word_of_jira_is_an_edit_too():
    """The digest decides, not Jira's own time: a change in the database leaves no time."""
    quiet = OLD._replace(sha256=body_digest("rejected"))
    assert told(census(MAY, PAY_7={1: OLD}), census(JUNE, PAY_7={1: quiet})) == [("PAY-7", 1, EDITED, MAY, JUNE)]


def test_a_comment_saved_again_with_the_same_text_is_told_from_another_text():
    """Jira's time alone says that somebody saved it."""
    again = OLD._replace(updated=NEW.updated)
    ((change),) = known_from([census(MAY, PAY_7={1: OLD}), census(JUNE, PAY_7={1: again})])[1]
    assert (change.change, change.text_changed) == (EDITED, False)


def test_a_census_that_did_not_read_an_issue_says_nothing_of_its_comments():
    """The bracket goes from reading to reading: what lies between was not looked at."""
    found = told(
        census(MAY, PAY_7={1: OLD}, PAY_8={2: OLD}),
        census(JUNE, PAY_8={2: OLD}),
        census(JULY, PAY_7={}, PAY_8={2: OLD}),
    )
    assert found == [("PAY-7", 1, GONE, MAY, JULY)]


def test_a_comment_that_comes_back_had_been_hidden():
    """Restricted comments are left out without a word: gone is "deleted or hidden", and back again it was hidden."""
    found = told(
        census(MAY, PAY_7={1: OLD}), census(JUNE, PAY_7={}), census(JULY, PAY_7={}), census(AUGUST, PAY_7={1: OLD})
    )
    assert found == [("PAY-7", 1, GONE, MAY, JUNE), ("PAY-7", 1, RETURNED, MAY, AUGUST)]


def test_a_new_comment_is_no_change():
    """People write comments; only what became of known ones is told."""
    assert told(census(MAY, PAY_7={1: OLD}), census(JUNE, PAY_7={1: OLD, 2: NEW})) == []


def test_the_order_in_which_censuses_are_given_does_not_matter():
    """Files are merged by their times."""
    one, other = census(MAY, PAY_7={1: OLD}), census(JUNE, PAY_7={})
    assert told(one, other) == told(other, one) == [("PAY-7", 1, GONE, MAY, JUNE)]


def test_a_document_has_one_digest_however_its_members_are_ordered():
    """Cloud's text is JSON: the order of its members is no edit, another word is."""
    body = {"type": "doc", "version": 1, "content": [{"type": "text", "text": "né"}]}
    turned = json.loads(json.dumps(dict(reversed(body.items()))))
    assert list(turned) != list(body)
    assert body_digest(turned) == body_digest(body)
    assert body_digest(body) != body_digest({**body, "content": [{"type": "text", "text": "nè"}]})


def test_a_text_has_the_digest_of_its_bytes():
    """Anybody checks it: ``printf approved | sha256sum``."""
    assert body_digest("approved") == "2687f86ed6784b8a5fca36e6c468e12aa44dc3c7e8137e3160d1a95079bdcd02"
    assert body_digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_half_a_character_has_a_digest():
    """JSON can say what UTF-8 can't."""
    assert len(body_digest("\ud83d")) == 64


def test_lines_are_read_as_they_were_written():
    """An issue without comments stands there too: it was read, and a comment of before is missed."""
    comments = {12: OLD, 3: NEW}
    lines = [*census_lines(7, "PAY-7", comments), *census_lines(8, "PAY-8", {})]
    assert len(lines) == 3
    read = read_comment_census(MAY, [*lines, ""])
    assert read.issues == {7: comments, 8: {}}
    assert read.keys == {7: "PAY-7", 8: "PAY-8"}
    assert read_comment_census(MAY, lines, only=frozenset({8})).issues == {8: {}}


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "7", '{"issue": "x", "key": "A-1", "comment": null}', '{"issue": "7", "key": "A-1", "comment": "9"}',
     '{"key": "A-1", "comment": null}', "[" * 100_000],
)  # fmt: skip
def test_a_line_that_is_none_is_named(line):
    """Whatever is in a file of the archive, the error says where."""
    with pytest.raises(AnswerError, match=r"^line 2 is no comment"):
        read_comment_census(MAY, [*census_lines(8, "PAY-8", {}), line])


def test_a_comment_as_jira_sends_it():
    """One that says of no change was last changed when it was written; one without id can't be told again."""
    number, seen = seen_comment({"id": "9", "created": "2026-04-01T10:00:00.000+0000", "body": "approved"})
    assert (number, seen) == (9, OLD)
    with pytest.raises(AnswerError):
        seen_comment({"body": "x"})


def test_issues_read_longest_ago_are_read_again_first():
    """A deletion that leaves no trace on the issue is found in turn; issues without comments have none to lose."""
    readings: dict[int, datetime] = {}
    for at, read in ((MAY, {1: {1: OLD}, 2: {2: OLD}, 3: {}, 4: {4: OLD}, 5: {5: OLD}}), (JUNE, {1: {1: OLD}, 5: {}})):
        note_readings(readings, at, [line for issue, seen in read.items() for line in census_lines(issue, "A-1", seen)])
    assert readings == {1: JUNE, 2: MAY, 4: MAY}
    present = frozenset({1, 2, 3, 4, 5})
    assert due_for_reading(readings, present, frozenset(), 2) == [2, 4]
    assert due_for_reading(readings, present, frozenset({2}), 2) == [1, 4]
    assert due_for_reading(readings, frozenset({1, 3}), frozenset(), 9) == [1]

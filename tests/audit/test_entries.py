"""By which changes an issue came into a status, was closed, and what its texts said at a time; in histories of either Jira."""

from __future__ import annotations

from dataclasses import replace

import pytest
from site_cases import at, issue, step

from auditlib.audit.controls.site.entries import closings, entries, is_closed, texts_at
from auditlib.audit.controls.subject import Value
from auditlib.records.names import NO_NAMES

DONE = ("Done", "Closed")


def numbers(steps):
    return [one.history_id for one in steps]


def entered(*steps):
    return numbers(entries(issue("A-1", *steps), DONE, NO_NAMES))


def closed(*steps, done=()):
    return numbers(closings(issue("A-1", *steps), done, NO_NAMES))


def open_again(*steps, done=()):
    return not is_closed(issue("A-1", *steps), done, NO_NAMES)


def test_an_entry_comes_from_another_status():
    """From one done status into another nobody enters done; what leads elsewhere is no entry."""
    there = step(1, at(6, 1), "Open", "Done")
    assert entered(there, step(2, at(6, 2), "Done", "Closed"), step(3, at(6, 3), "Closed", "Open")) == [1]


def test_only_jiras_own_status_counts():
    """On Data Center a history has no ids of fields: a custom field may be called like one of Jira's own."""
    by_name = step(1, at(6, 1), "Open", "Done", field_id="", field="Status")
    assert entered(by_name) == [1]
    assert entered(step(2, at(6, 1), "Open", "Done", field_id="", field="Status", custom=True)) == []
    assert entered(step(3, at(6, 1), "Open", "Done", field="Phase")) == []
    assert entered(step(4, at(6, 1), "Open", "Done", field_id="status", field="Zustand")) == [4], (
        "by its id in any language"
    )


@pytest.mark.parametrize(
    ("before", "after", "closes"),
    [
        ({}, {"after": "1", "after_text": ""}, True),
        ({}, {"after": "", "after_text": "Fixed"}, True),
        ({}, {}, False),
        ({"before": "1"}, {"after_text": "Fixed"}, False),
        ({"before_text": "Done"}, {"after_text": "Fixed"}, False),
    ],
)
def test_where_no_status_is_named_a_resolution_closes(before, after, closes):
    """By its id or its name; a change of one resolution to another closes nothing, nor does the taking away of one."""
    given = replace(step(1, at(6, 1), "", "", field="resolution"), **before, **after)
    assert closed(given) == ([1] if closes else [])
    assert open_again(given) == (not after)


def test_another_field_closes_nothing():
    """Only the resolution, or the status into which the parameters say that an issue is closed."""
    assert closed(step(1, at(6, 1), "", "Done", field="Outcome")) == []
    assert closed(step(1, at(6, 1), "Open", "Done")) == []
    assert closed(step(1, at(6, 1), "Open", "Done"), done=DONE) == [1]


def test_the_last_change_says_whether_an_issue_is_closed_still():
    """Of the field that closes it; what comes after it in other fields is no matter."""
    there, back = step(1, at(6, 1), "Open", "Done"), step(2, at(6, 2), "Done", "Open")
    assert not open_again(there, step(3, at(6, 3), "", "Fixed", field="resolution"), done=DONE)
    assert open_again(there, back, done=DONE)
    assert not open_again(there, back, step(4, at(6, 4), "Open", "Closed"), done=DONE)
    assert open_again(done=DONE)
    resolved = step(1, at(6, 1), "", "Fixed", field="resolution")
    assert not open_again(resolved, back)
    assert open_again(resolved, step(5, at(6, 5), "Fixed", "", field="resolution"))


WRITTEN = (
    step(1, at(6, 1), "one", "two", field="summary"),
    step(2, at(6, 2), "", "a text", field="description"),
    step(3, at(6, 3), "two", "three", field="summary"),
    step(4, at(6, 5), "three", "four", field="summary"),
    step(5, at(6, 6), "four", "today", field="summary"),
)


@pytest.mark.parametrize(
    ("when", "texts"),
    [
        (at(5, 31), ["one", ""]),
        (at(6, 1), ["two", ""]),
        (at(6, 2), ["two", "a text"]),
        (at(6, 4), ["three", "a text"]),
        (at(7, 1), ["today", "a text"]),
    ],
)
def test_a_text_is_what_it_was_at_a_time(when, texts):
    """From the moment on in which it was written; before the first change it is what that one took away."""
    assert list(texts_at(issue("A-1", *WRITTEN, summary="today", description="a text"), when)) == texts


def test_a_text_that_never_changed_is_that_of_today():
    """Jira may not have sent it: then it says nothing."""
    found = issue("A-1", step(1, at(6, 1), "Open", "Done"), fields={"summary": Value("Summary", "as it is")})
    assert list(texts_at(found, at(6, 2))) == ["as it is", ""]


def test_what_was_written_last_counts_though_jira_did_not_send_the_text():
    """From that instant on."""
    found = issue("A-1", step(1, at(6, 1), "one", "two", field="summary"), fields={})
    assert [next(texts_at(found, when)) for when in (at(5, 31), at(6, 1), at(6, 2))] == ["one", "two", "two"]


def test_of_a_text_with_a_change_whose_time_can_not_be_read_nothing_is_said():
    """The other text is read as ever."""
    found = issue("A-1", *WRITTEN, step(6, "20226", "today", "x", field="summary"), description="a text")
    assert list(texts_at(found, at(6, 2))) == ["a text"]

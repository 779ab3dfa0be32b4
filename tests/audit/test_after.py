"""After the last go nothing that is protected changes; what was not asked for is said, what is refused is no evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, BOB, CAT, change, control, day, issue, moved, only, outcome, walked

from auditlib.audit.controls.bursts import COMMENTS
from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import find_bursts
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Person, Remark

AFTER = control("nothing_changed_after")
DONE = walked("Open > Done")
"""Done on the first day, by entry 11."""


def remark(updated, who, author=BOB, created=0.5):
    return Remark(7, day(created), author, day(updated), who)


def file(number, at, before, after):
    one = change(number, at, "Attachment", before and "test.pdf", after and "test.pdf")
    return replace(one, before=before, after=after)


@pytest.mark.parametrize(
    ("steps", "more", "expected", "ids"),
    [
        ((), {}, PASS, (11,)),
        ((change(20, 2, "summary", "Old", "New"),), {}, EXCEPTION, (11, 20)),
        ((change(20, 2, "description", "Old", "New"),), {}, EXCEPTION, (11, 20)),
        ((change(20, 0.5, "summary", "Old", "New"),), {}, PASS, (11,)),
        ((change(11, 1, "summary", "Old", "New"),), {}, PASS, (11,)),
        ((change(20, 2, "summary", "Old", "Old"),), {}, PASS, (11,)),
        ((change(20, 2, "Rank", "", "higher"),), {}, PASS, (11,)),
        ((file(20, 2, "7", ""),), {}, EXCEPTION, (11, 20)),
        ((file(20, 2, "", "7"),), {}, PASS, (11,)),
        ((file(20, 0.5, "7", ""),), {}, PASS, (11,)),
        ((change(20, 2, "summary", "A", "B"), change(21, 3, "summary", "B", "A")), {}, EXCEPTION, (11, 20, 21)),
        ((), {"comments": [remark(2, CAT)]}, EXCEPTION, (11,)),
        ((), {"comments": [remark(2, BOB)]}, PASS, (11,)),
        ((), {"comments": [remark(1, CAT)]}, PASS, (11,)),
        ((), {"comments": [remark(2, CAT, created=2)]}, PASS, (11,)),
        ((), {"comments": [remark(2, Person("", "Bob"))]}, PASS, (11,)),
        ((), {"comments": [remark(2, Person("z9", "Bob"))]}, EXCEPTION, (11,)),
        ((), {"comments": [remark(2, Person("b2", "Robert"))]}, PASS, (11,)),
        ((), {"comments": [remark(2, Person("", "Cat"))]}, EXCEPTION, (11,)),
        ((), {"comments": [], "all_comments": False}, NO_EVIDENCE, (11,)),
        ((change(20, 2, "summary", "Old", "New"),), {"comments": [], "all_comments": False}, EXCEPTION, (11, 20)),
        ((), {"comments": [remark(2, CAT)], "all_comments": False}, EXCEPTION, (11,)),
    ],
)
def test_nothing_changes_after_the_last_go(steps, more, expected, ids):
    """Protected fields, comments by somebody else, attachments; what came in the entry of the go came with it."""
    together = sorted((*DONE, *steps), key=lambda one: one.at)
    found = only(issue(*together, **more), AFTER)
    assert (found.outcome, found.history_ids) == (expected, ids)


def test_before_and_after_are_shown():
    """With who changed it and when; the time that decides is that of the first change."""
    found = only(issue(*DONE, change(20, 2, "summary", "Old", "New", ANN)), AFTER)
    assert found.evidence.endswith("history 20: summary: 'Old' became 'New' 2026-04-03T12:00:00.000+00:00 by Ann")
    assert found.decided_at == day(2)
    edited = only(issue(*DONE, comments=[remark(2, CAT)]), AFTER)
    assert edited.evidence.endswith("comment 7 by Bob, edited 2026-04-03T12:00:00.000+00:00 by Cat")
    assert edited.decided_at == day(2)


def test_many_changes_are_counted():
    """Five are shown, of the others the number."""
    many = [change(20 + number, 2 + number, "summary", str(number), str(number + 1)) for number in range(7)]
    assert only(issue(*DONE, *many), AFTER).evidence.endswith("; and 2 more")
    assert "more" not in only(issue(*DONE, *many[:5]), AFTER).evidence


def test_what_was_not_asked_for_is_said_and_not_counted():
    """Over a population comments are not read: that is no deviation, and no silent pass."""
    assert only(issue(*DONE), AFTER).evidence.endswith("nothing changed after it; its comments were not asked for")
    assert only(issue(*DONE, comments=[]), AFTER).evidence.endswith("nothing changed after it")


def test_a_field_that_nothing_names_is_no_evidence():
    """A misspelt field never changed either."""
    asked = control("nothing_changed_after", protected=["summary", "Rsik"])
    assert only(issue(*DONE), asked).outcome == NO_EVIDENCE


@pytest.mark.parametrize(
    ("way", "more", "outcomes"),
    [
        ("Open > Done > Open > Done", {}, [NOT_APPLICABLE, PASS]),
        ("Open > Done > Open", {}, [NOT_APPLICABLE]),
        ("Open", {}, [NOT_APPLICABLE]),
        ("Open > Done > Open > Done", {"period_ends": day(2)}, [NOT_APPLICABLE]),
        ("Open > Done > Open > Done", {"period_begins": day(2)}, [PASS]),
    ],
)
def test_the_last_go_is_judged_and_no_open_issue(way, more, outcomes):
    """An earlier go has a row that says so."""
    assert outcome(issue(*walked(way), **more), AFTER) == outcomes


def test_a_go_that_no_entry_shows_is_no_evidence():
    """After when, nobody can tell."""
    assert only(issue(status="Done"), AFTER).outcome == NO_EVIDENCE
    assert only(issue(moved(11, 1, "Open > Approved"), status="Done"), AFTER).outcome == NO_EVIDENCE


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (file(11, 1, "7", ""), PASS),  # in the entry of the go itself
        (file(20, 2, "7", "8"), PASS),  # one file in place of another is none that is gone
        (replace(file(20, 2, "7", ""), before=""), EXCEPTION),
        (replace(file(20, 2, "", "8"), after=""), PASS),
        (replace(file(20, 2, "7", "8"), after=""), PASS),
        (replace(file(20, 2, "7", "8"), after_text=""), PASS),
        (replace(file(20, 2, "7", ""), before_text=""), EXCEPTION),
        (file(20, 2, "", ""), PASS),  # names no file
    ],
)
def test_a_file_is_gone_where_an_entry_takes_it_away_after_the_go(step, expected):
    """By its id or by its name; what is exchanged or added is not removed."""
    together = sorted((*DONE, step), key=lambda one: one.at)
    assert only(issue(*together), AFTER).outcome == expected


def test_people_without_an_account_are_compared_by_their_names():
    """Where one of two has no account, both are known by name alone."""
    known, named_only = Person("b2", "Bob"), Person("", "bob")
    assert only(issue(*DONE, comments=[remark(2, known, author=named_only)]), AFTER).outcome == PASS
    assert only(issue(*DONE, comments=[remark(2, CAT, author=named_only)]), AFTER).outcome == EXCEPTION


def test_comments_make_bursts_too_and_five_notes_are_shown():
    """Many comments of one account in a minute are noted, the first five one by one."""
    asked = control("written_at_the_time", burst=5)

    def written(count):
        remarks = [
            replace(remark(0.5, BOB, created=0.5), id=number, created=day(0.5 + number / 86400))
            for number in range(count)
        ]
        return issue(*DONE, comments=remarks)

    assert find_bursts([written(5)], [asked], Context()).around(COMMENTS, BOB.id, day(0.5)) == 5
    assert only(written(4), asked).evidence == "nothing to note among 0 gates and 4 comments"
    five = only(written(5), asked).evidence
    assert (five.count("one of 5 comments"), "more" in five) == (5, False)
    assert only(written(6), asked).evidence.endswith("; and 1 more")


def test_changes_are_told_in_the_order_in_which_they_were_made():
    """Whatever the order of the fields in the parameters; the first decides when."""
    steps = [change(20, 2, "description", "Old", "New"), change(21, 3, "summary", "Old", "New")]
    found = only(issue(*DONE, *steps), AFTER)
    assert (found.history_ids, found.decided_at) == ((11, 20, 21), day(2))
    assert found.evidence.index("history 20: description") < found.evidence.index("history 21: summary")


def test_a_comment_of_which_jira_tells_no_edit_was_not_edited():
    """It sends the time of the last edit with each that was."""
    assert only(issue(*DONE, comments=[replace(remark(2, CAT), updated="")]), AFTER).outcome == PASS


def test_a_removed_file_and_an_edited_comment_are_told_together():
    """Each is an exception of its own; the time is that of the file, whose entry the history has."""
    found = only(issue(*DONE, file(20, 3, "7", ""), comments=[remark(2, CAT)]), AFTER)
    assert (found.history_ids, found.decided_at) == ((11, 20), day(3))
    assert "history 20: Attachment: 'test.pdf' was removed" in found.evidence
    assert found.evidence.endswith(" by Ann; comment 7 by Bob, edited 2026-04-03T12:00:00.000+00:00 by Cat")

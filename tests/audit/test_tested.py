"""Tested before the go: by statuses, links, files, comments and fields, each only where it can be dated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, BOB, CAT, change, control, day, issue, only, outcome, walked

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Person, Remark, Value

RULE = "tested_before_go"
DONE = walked("Open > Done", start=3)
"""Done on the third day, by entry 13."""


@pytest.mark.parametrize(
    ("way", "outcomes"),
    [
        ("Open > Testing > Done", [PASS]),
        ("Open > In Progress > Testing > Approved > Done", [PASS]),
        ("Open > In Progress > Testing > Waiting > Done", [PASS]),
        ("Open > In Progress > Done", [EXCEPTION]),
        ("Testing > Done", [EXCEPTION]),
        ("Open > Testing > In Progress > Done", [EXCEPTION]),
        ("Open > In Progress > Testing > Open > Done", [EXCEPTION]),
        ("Open > In Progress > Testing > In Progress > Testing > Done", [PASS]),
        ("Open > In Progress > Testing > Checking > In Progress > Done", [EXCEPTION]),
        ("Open > In Progress > Testing > Checking > Done", [PASS]),
        ("Open > Done > Testing > Done", [EXCEPTION, PASS]),
        ("Open > Testing > Done > Open > Done", [PASS, EXCEPTION]),
        ("Open > Testing > Done > Testing > Open > Done", [PASS, EXCEPTION]),
        ("Open > Approved > Testing > Approved > Done", [PASS]),
        ("Open > Testing", [NOT_APPLICABLE]),
    ],
)
def test_testing_is_left_forward(way, outcomes):
    """Into what lies ahead of it; sent back from the last test is not tested."""
    assert outcome(issue(*walked(way)), control(RULE, testing=["Testing", "Checking"])) == outcomes


def test_the_entries_that_show_a_test_are_named():
    """Into testing, out of it, and the go."""
    found = only(issue(*walked("Open > Testing > Waiting > Done")), control(RULE))
    assert (found.history_ids, found.decided_at) == ((11, 12, 13), day(2))
    back = only(issue(*walked("Open > Testing > Open > Done")), control(RULE))
    assert (back.history_ids, back.decided_at) == ((11, 13), day(3))
    assert "left backwards" in back.evidence


def link(number, at, before, after, field="Link"):
    """A link to TEST-1, by the words that a history has."""
    one = change(
        number, at, field, before and "This issue is tested by TEST-1", after and "This issue is tested by TEST-1"
    )
    return replace(one, before=before, after=after)


TESTS = "Test\nis tested by\ntests"


@pytest.mark.parametrize(
    ("links", "steps", "more", "expected"),
    [
        ([TESTS], (link(20, 1, "", "TEST-1"),), {}, PASS),
        ([TESTS], (link(20, 1, "", "TEST-1", "issuelinks"),), {}, PASS),
        ([TESTS], (link(20, 4, "", "TEST-1"),), {}, EXCEPTION),
        ([TESTS], (link(13, 3, "", "TEST-1"),), {}, EXCEPTION),  # in the entry of the go itself
        ([TESTS], (), {}, NO_EVIDENCE),
        ([], (), {}, EXCEPTION),
        ([], (), {"all_links": False}, NO_EVIDENCE),
        ([], (link(20, 1, "", "TEST-1"), link(21, 2, "TEST-1", "")), {}, EXCEPTION),
        ([], (link(20, 1, "", "TEST-1"), link(21, 4, "TEST-1", "")), {}, PASS),
        ([], (link(21, 4, "TEST-1", ""),), {}, NO_EVIDENCE),
        ([], (link(21, 2, "TEST-1", ""),), {}, EXCEPTION),
        (["Blocks\nblocks\nis blocked by"], (), {}, EXCEPTION),
        ([], (link(13, 3, "TEST-1", ""),), {}, NO_EVIDENCE),  # it was gone in the entry of the go itself
        ([], (link(20, 4, "", "TEST-1"), link(21, 5, "TEST-1", "")), {}, EXCEPTION),
        ([TESTS, TESTS], (link(20, 4, "", "TEST-1"),), {}, NO_EVIDENCE),
    ],
)
@pytest.mark.parametrize("wanted", ["is tested by", "TEST", True])
def test_a_link_counts_if_the_history_dates_it(links, steps, more, expected, wanted):
    """Made before the go and there at it; what no entry made may have come after."""
    if (wanted is True and any("Blocks" in one for one in links)) or (wanted == "TEST" and not links):
        return  # any link will do; or the name of a type whose words nothing tells
    together = sorted((*DONE, *steps), key=lambda one: one.at)
    one = issue(*together, links=links, **more)
    found = only(one, control(RULE, tested_by={"link": wanted}))
    assert found.outcome == expected
    assert (20 in found.history_ids) == (expected == PASS)


def test_a_type_of_links_without_words_means_no_other_link():
    """A history that tells of links of another type dates none of this one."""
    other = replace(change(20, 1, "Link", "", "This issue blocks OPS-1"), after="OPS-1")
    one = issue(other, *DONE, links=["Test\n\ntests"])
    assert only(one, control(RULE, tested_by={"link": "Test"})).outcome == NO_EVIDENCE


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"link": True}, "not a link before it"),
        ({"link": "tests"}, "not a link 'tests' before it"),
        ({"attachment": True}, "not an attachment before it"),
        ({"attachment": "*.pdf"}, "not an attachment *.pdf before it"),
    ],
)
def test_what_is_missing_is_named_as_it_was_asked_for(asked, says):
    """Any thing of the kind, or the one of a name."""
    assert only(issue(*DONE, attachments=[]), control(RULE, tested_by=asked)).evidence.endswith(f"; {says}")


def file(number, at, before, after, name="test.pdf"):
    return replace(change(number, at, "Attachment", before and name, after and name), before=before, after=after)


@pytest.mark.parametrize(
    ("steps", "files", "at", "expected"),
    [
        ((file(20, 1, "", "7"),), ["test.pdf"], [day(1)], PASS),
        ((file(20, 4, "", "7"),), ["test.pdf"], [day(4)], EXCEPTION),
        ((), ["test.pdf"], [day(1)], PASS),
        ((), ["test.pdf"], [day(3)], EXCEPTION),
        ((), ["test.pdf"], [day(4)], EXCEPTION),
        ((), ["test.pdf"], ["at noon"], NO_EVIDENCE),
        ((), ["test.pdf"], [], NO_EVIDENCE),
        ((), ["other.png"], [day(1)], EXCEPTION),
        ((), [], [], EXCEPTION),
        ((), None, [], NO_EVIDENCE),
        ((file(20, 1, "", "7"),), None, [], PASS),
        ((file(20, 1, "", "7", "other.png"),), ["other.png"], [day(1)], EXCEPTION),
        ((file(20, 1, "", "7"), file(21, 2, "7", "")), [], [], EXCEPTION),
        ((file(20, 1, "", "7"), file(21, 4, "7", "")), [], [], PASS),
        ((file(21, 4, "7", ""),), [], [], NO_EVIDENCE),
    ],
)
def test_a_file_counts_if_it_was_there_at_the_go(steps, files, at, expected):
    """By the history, else by when Jira says that it was attached."""
    together = sorted((*DONE, *steps), key=lambda one: one.at)
    one = issue(*together, attachments=files, attached_at=at)
    assert only(one, control(RULE, tested_by={"attachment": "*.PDF"})).outcome == expected


def test_the_history_of_a_file_is_told_before_what_jira_says_of_today():
    """The entry by which it was attached shows it to anybody; without one, when Jira says that it was."""
    asked = control(RULE, tested_by={"attachment": "*.pdf"})
    known = {"attachments": ["a.pdf", "test.pdf"], "attached_at": [day(1.5), day(1)]}
    by_history = only(issue(file(20, 1, "", "7"), *DONE, **known), asked)
    assert (by_history.history_ids, by_history.decided_at) == ((20, 13), day(1))
    by_today = only(issue(*DONE, **known), asked)
    assert (by_today.history_ids, by_today.decided_at) == ((13,), day(1.5))
    assert by_today.evidence.startswith("attachment 'a.pdf' 2026-04-03T00:00:00.000+00:00; history 13: Done")


@pytest.mark.parametrize(
    ("value", "text", "shown"), [("7", "test.pdf", "test.pdf"), ("", "test.pdf", "test.pdf"), ("7", "", "7")]
)
def test_a_thing_is_added_by_an_entry_with_its_id_or_its_name(value, text, shown):
    """Histories have both, or one of them; its name is shown where there is one."""
    step = replace(change(20, 1, "Attachment", "", text), after=value)
    found = only(issue(step, *DONE, attachments=[]), control(RULE, tested_by={"attachment": True}))
    assert found.outcome == PASS
    assert found.evidence.startswith(f"history 20: Attachment {shown} 2026-04-02")


def test_of_several_things_the_last_one_added_is_shown():
    """It was there at the go, as the first one was."""
    one = issue(file(20, 1, "", "7", "a.pdf"), file(21, 2, "", "8", "b.pdf"), *DONE, attachments=[])
    assert only(one, control(RULE, tested_by={"attachment": True})).history_ids == (21, 13)


def test_any_file_will_do_where_the_control_says_so():
    """``true`` asks for no name."""
    one = issue(*DONE, attachments=["other.png"], attached_at=[day(1)])
    assert only(one, control(RULE, tested_by={"attachment": True})).outcome == PASS


@pytest.mark.parametrize(
    ("sets", "fields", "expected"),
    [
        ((("", "Passed", 1),), "Passed", PASS),
        ((("", "Passed", 4),), "Passed", EXCEPTION),
        ((("", "Passed", 1), ("Passed", "", 2)), "", EXCEPTION),
        ((("", "Passed", 1), ("Passed", "", 4)), "", PASS),
        ((("Passed", "Failed", 4),), "Failed", NO_EVIDENCE),
        ((), "Passed", NO_EVIDENCE),
        ((), "", EXCEPTION),
        ((), None, NO_EVIDENCE),
        ((("", " ", 1),), " ", EXCEPTION),
        ((("Passed", "", 1),), "", EXCEPTION),
        ((("", "Passed", 1), ("Passed", "", 2)), None, EXCEPTION),
    ],
)
def test_a_field_counts_if_an_entry_before_the_go_filled_it(sets, fields, expected):
    """What stands there today and no entry led to may have come after."""
    steps = [change(20 + place, at, "Test", before, after) for place, (before, after, at) in enumerate(sets)]
    together = sorted((*DONE, *steps), key=lambda one: one.at)
    known = {} if fields is None else {"Test": Value("Test", fields)}
    assert only(issue(*together, fields=known), control(RULE, tested_field="Test")).outcome == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"), [("", "Passed", EXCEPTION), ("Passed", "Failed", NO_EVIDENCE)]
)
def test_what_the_entry_of_the_go_fills_was_empty_before_it(before, after, expected):
    """What it replaces was there before, and no entry says since when."""
    one = issue(*DONE, change(13, 3, "Test", before, after), fields={"Test": Value("Test", after)})
    assert only(one, control(RULE, tested_field="Test")).outcome == expected


def test_a_field_may_hold_an_id_without_words():
    """As where what it names is gone: it is filled by that."""
    asked = control(RULE, tested_field="Test")
    filled = replace(change(20, 1, "Test", "", ""), after="10001")
    found = only(issue(filled, *DONE, fields={"Test": Value("Test", "")}), asked)
    assert (found.outcome, found.history_ids, found.decided_at) == (PASS, (20, 13), day(1))
    assert found.evidence.startswith("history 20: Test 10001 ")
    emptied = replace(change(20, 4, "Test", "", ""), before="10001")
    assert only(issue(*DONE, emptied, fields={"Test": Value("Test", "")}), asked).outcome == NO_EVIDENCE


def test_the_last_value_before_the_go_counts():
    """What it held before that one is no matter."""
    twice = [change(20, 1, "Test", "", "Failed"), change(21, 2, "Test", "Failed", "Passed"), *DONE]
    found = only(issue(*twice, fields={"Test": Value("Test", "Passed")}), control(RULE, tested_field="Test"))
    assert (found.history_ids, found.decided_at) == ((21, 13), day(2))
    assert found.evidence.startswith("history 21: Test Passed ")


def test_of_several_fields_of_a_name_one_that_is_filled_leaves_it_open():
    """No entry says since when it was."""
    fields = {"customfield_1": Value("Test", ""), "customfield_2": Value("Test", "Passed")}
    assert only(issue(*DONE, fields=fields), control(RULE, tested_field="Test")).outcome == NO_EVIDENCE


def test_one_of_several_things_is_enough():
    """A link or a field: what passes shows it; of the rest the one that shows less."""
    filled = [change(20, 1, "Test", "", "Passed"), *DONE]
    asked = control(RULE, tested_by={"link": True}, tested_field="Test")
    empty = {"Test": Value("Test", "")}
    assert only(issue(*filled, fields=empty), asked).outcome == PASS
    assert only(issue(*DONE, fields=empty), asked).outcome == EXCEPTION
    assert only(issue(*DONE, fields=empty, links=[TESTS]), asked).outcome == NO_EVIDENCE


@pytest.mark.parametrize(
    ("remarks", "expected"),
    [
        ([(BOB, 1)], PASS),
        ([(CAT, 1)], NO_EVIDENCE),
        ([(BOB, 3)], NO_EVIDENCE),
        ([(BOB, 4)], NO_EVIDENCE),
        ([(ANN, 1), (BOB, 2)], PASS),
        (None, NO_EVIDENCE),
    ],
)
@pytest.mark.parametrize("wanted", ["assignee", "Bob", "b2"])
def test_a_comment_counts_if_it_was_written_before_the_go(remarks, expected, wanted):
    """By the person named, or by whom the field names; that there is none that the account sees shows nothing."""
    comments = None if remarks is None else [Remark(7, day(at), who, day(at), who) for who, at in remarks]
    one = issue(*DONE, comments=comments, fields={"assignee": Value("Assignee", "Bob", (BOB,))})
    assert only(one, control(RULE, tested_by={"comment_by": wanted})).outcome == expected


@pytest.mark.parametrize(
    ("meant", "author", "expected"),
    [
        (BOB, Person("z9", "Bob"), NO_EVIDENCE),
        (Person("", "Bob"), BOB, PASS),
        (Person("", "Zed"), Person("", "Yan"), NO_EVIDENCE),
    ],
)
def test_people_are_told_apart_by_their_accounts_where_they_have_one(meant, author, expected):
    """A namesake's comment is another's; of whom Jira gives no account the name decides."""
    one = issue(*DONE, comments=[Remark(7, day(1), author, day(1), author)], fields={"QA": Value("QA", "", (meant,))})
    assert only(one, control(RULE, tested_by={"comment_by": "QA"})).outcome == expected


def test_a_comment_whose_time_can_not_be_read_shows_nothing():
    """It may have been written after the go."""
    one = issue(*DONE, comments=[Remark(7, "soon", BOB, "soon", BOB)])
    assert only(one, control(RULE, tested_by={"comment_by": "Bob"})).outcome == NO_EVIDENCE

"""Time limits of incidents and vulnerabilities: by the severity, and by the first priority, on the days the clocks change too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from control_cases import BORN, change, day, resolved
from control_tests import BEGINS, ENDS, control, issue, moved, only, outcome

from auditlib.audit.controls.levels import Held, allowed, held_at
from auditlib.audit.controls.rules.incidents import in_words
from auditlib.audit.controls.spans import Span
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.history import Change

LIMITS = {"High": "2d", "Low": "10d"}
SEVERITY = control("in_time_for_severity", level="Severity", limits=LIMITS)
FIRST = control("in_time_for_first_priority", level="priority", limits=LIMITS)
HOUR = 1 / 24


def incident(*steps: Change, severity: str | None = "High", **more: Any):
    fields = (
        {}
        if severity is None
        else {"customfield_1": Value("Severity", severity), "priority": Value("Priority", severity)}
    )
    return issue(*steps, fields=fields, **more)


def severity(number: int, at: float, before: str, after: str, field: str = "Severity") -> Change:
    known = {"Severity": "customfield_1"}
    return replace(change(number, at, field, before, after), field_id=known.get(field, field))


@pytest.mark.parametrize("asked", [SEVERITY, FIRST])
@pytest.mark.parametrize(("at", "expected"), [(1, PASS), (2, PASS), (2 + HOUR / 3600, EXCEPTION), (3, EXCEPTION)])
def test_the_limit_itself_is_in_time(asked, at, expected):
    """A second later is not."""
    found = only(incident(moved(11, at, "Open > Done")), asked)
    assert (found.outcome, found.round, found.history_ids) == (expected, 1, (11,))
    assert "High allows 2 d" in found.evidence


def test_a_severity_lowered_after_its_time_ran_out_mends_nothing():
    """Lowered before, it is another decision, which the history shows."""
    late = incident(severity(11, 3, "High", "Low"), moved(12, 4, "Open > Done"), severity="Low")
    early = incident(severity(11, 1, "High", "Low"), moved(12, 4, "Open > Done"), severity="Low")
    assert only(late, SEVERITY).outcome == EXCEPTION
    assert only(late, SEVERITY).history_ids == (11, 12)
    assert only(early, SEVERITY).outcome == PASS


def test_a_raised_severity_counts_from_the_beginning():
    """The time was over when it was raised, or ran out then."""
    assert only(incident(severity(11, 3, "Low", "High"), moved(12, 4, "Open > Done")), SEVERITY).outcome == EXCEPTION
    assert only(incident(severity(11, 1, "Low", "High"), moved(12, 1.5, "Open > Done")), SEVERITY).outcome == PASS


def test_a_severity_changed_after_the_end_is_not_looked_at():
    """What it is today says nothing of the day it ended."""
    steps = (moved(11, 3, "Open > Done"), severity(12, 4, "High", "Low"))
    assert only(incident(*steps, severity="Low"), SEVERITY).outcome == EXCEPTION
    steps = (moved(11, 3, "Open > Done"), severity(12, 4, "Low", "High"))
    assert only(incident(*steps), SEVERITY).outcome == PASS


@pytest.mark.parametrize("when", [1, 3])
def test_the_priority_at_creation_decides_whatever_became_of_it(when):
    """Lowered early or late; a raised one leaves the time that it had."""
    lowered = incident(severity(11, when, "High", "Low", "priority"), moved(12, 4, "Open > Done"), severity="Low")
    raised = incident(severity(11, when, "Low", "High", "priority"), moved(12, 4, "Open > Done"))
    assert only(lowered, FIRST).outcome == EXCEPTION
    assert "at creation High allows 2 d" in only(lowered, FIRST).evidence
    assert only(raised, FIRST).outcome == PASS


@pytest.mark.parametrize(
    ("asked", "given", "says"),
    [
        (SEVERITY, incident(moved(11, 1, "Open > Done"), severity=""), "was empty"),
        (SEVERITY, incident(moved(11, 1, "Open > Done"), severity="Medium"), "no time is given"),
        (SEVERITY, incident(moved(11, 1, "Open > Done"), severity=None), "Jira sent no field Severity"),
        (SEVERITY, incident(severity(11, 0.5, "High", ""), moved(12, 1, "Open > Done"), severity=""), "was empty"),
        (FIRST, incident(severity(11, 0.5, "", "High", "priority"), moved(12, 1, "Open > Done")), "at creation was empty"),
        (FIRST, incident(moved(11, 1, "Open > Done"), whole=False), "not read as a whole"),
        (SEVERITY, incident(moved(11, 1, "In Progress > Done")), ""),
    ],
)  # fmt: skip
def test_what_is_not_known_is_no_evidence(asked, given, says):
    """Neither a pass nor an exception, and it is said what is missing."""
    found = only(given, asked)
    if says:
        assert (found.outcome, says in found.evidence) == (NO_EVIDENCE, True), found.evidence


def test_a_severity_set_after_the_creation_is_one():
    """An incident is triaged: empty at first is not empty at the end."""
    assert only(incident(severity(11, 1, "", "High"), moved(12, 1.5, "Open > Done")), SEVERITY).outcome == PASS


@pytest.mark.parametrize("asked", [SEVERITY, FIRST])
@pytest.mark.parametrize(
    ("born", "read", "expected", "later"),
    [
        (80, 95, EXCEPTION, False),  # due on day 82, in the period
        (88.4, 95, EXCEPTION, False),
        (89.6, 95, NOT_APPLICABLE, True),  # the period ends on day 90.5
        (80, 81, NOT_APPLICABLE, True),  # an interim run
    ],
)
def test_what_runs_is_late_in_the_period_or_falls_due_later(asked, born, read, expected, later):
    """What was due in the period and not done by its end is late; what is due after it is no matter of it."""
    found = only(incident(created=day(born), read_at=day(read)), asked)
    assert (found.outcome, found.falls_due_later, found.round) == (expected, later, None if later else 1)


def test_an_end_after_the_period_mends_nothing_and_spoils_nothing():
    """It is judged as it stood at the end of the period."""
    late = incident(moved(11, 95, "Open > Done"), created=day(80))
    in_time = incident(moved(11, 91, "Open > Done"), created=day(89.6))
    assert (only(late, SEVERITY).outcome, only(late, SEVERITY).history_ids) == (EXCEPTION, ())
    assert (only(in_time, SEVERITY).outcome, only(in_time, SEVERITY).falls_due_later) == (NOT_APPLICABLE, True)


def test_an_end_before_the_period_is_no_matter_of_it():
    """Nor is what began after it."""
    before = incident(moved(11, -3, "Open > Done"), created=day(-9))
    after = incident(created=day(95), read_at=day(120))
    assert [only(one, SEVERITY).outcome for one in (before, after)] == [NOT_APPLICABLE] * 2
    assert not only(before, SEVERITY).falls_due_later


def test_each_round_is_judged_from_when_it_was_opened_again():
    """The first in time, the second late; and the one that runs does not stand beside rows that tell more."""
    steps = [moved(11, 1, "Open > Done"), moved(12, 10, "Done > Open"), moved(13, 15, "Open > Done")]
    assert outcome(incident(*steps), SEVERITY) == [PASS, EXCEPTION]
    assert outcome(incident(*steps[:2], moved(13, 11, "Open > Done")), SEVERITY) == [PASS, PASS]
    assert outcome(incident(*steps[:2], read_at=day(11)), SEVERITY) == [PASS]
    assert outcome(incident(*steps[:2]), SEVERITY) == [PASS, EXCEPTION]


def test_a_status_that_no_entry_leads_to_leaves_the_end_unknown():
    """Today's state alone is no evidence."""
    found = only(incident(moved(11, 1, "Open > In Progress"), status="Done"), SEVERITY)
    assert (found.outcome, found.round) == (NO_EVIDENCE, 1)


# other ends


RESOLVED = control("in_time_for_severity", level="Severity", limits=LIMITS, done=())
MITIGATED = control("in_time_for_severity", level="Severity", limits=LIMITS, ends={"to_status": "Mitigated"})


def test_without_statuses_that_end_it_the_resolution_does():
    """Cleared, it is open again; set today without an entry, nothing is known."""
    assert outcome(incident(resolved(1)), RESOLVED) == [PASS]
    assert outcome(incident(resolved(3)), RESOLVED) == [EXCEPTION]
    cleared = change(22, 4, "resolution", "Done", "")
    again = change(23, 9, "resolution", "", "Done")
    assert outcome(incident(resolved(1), cleared, again), RESOLVED) == [PASS, EXCEPTION]
    assert outcome(incident(resolved(1), change(22, 3, "resolution", "Done", "Fixed")), RESOLVED) == [PASS]
    today = issue(fields={"resolution": Value("Resolution", "Done"), "customfield_1": Value("Severity", "High")})
    assert only(today, RESOLVED).outcome == NO_EVIDENCE
    born = incident(change(21, 3, "resolution", "Done", ""))
    assert outcome(born, RESOLVED)[0] == NO_EVIDENCE


def test_an_event_may_end_what_is_measured_before_the_round_ends():
    """The last one of the round; a round without it shows no end, and one that has it is judged although it runs."""
    way = [moved(11, 1, "Open > Mitigated"), moved(12, 9, "Mitigated > Done")]
    assert outcome(incident(*way), MITIGATED) == [PASS]
    assert outcome(incident(way[0]), MITIGATED) == [PASS]
    twice = [
        way[0],
        moved(13, 2, "Mitigated > Open"),
        moved(14, 5, "Open > Mitigated"),
        moved(15, 6, "Mitigated > Done"),
    ]
    assert outcome(incident(*twice), MITIGATED) == [EXCEPTION]
    assert outcome(incident(moved(11, 1, "Open > Done")), MITIGATED) == [NO_EVIDENCE]


def test_an_event_ends_it_where_no_status_does():
    """The last one in the period."""
    asked = control("in_time_for_severity", level="Severity", limits=LIMITS, done=(), ends={"to_status": "Mitigated"})
    way = [moved(11, 1, "Open > Mitigated"), moved(12, 9, "Mitigated > Closed")]
    assert outcome(incident(*way), asked) == [PASS]
    assert outcome(incident(*way, moved(13, 95, "Closed > Mitigated")), asked) == [PASS]
    assert outcome(incident(moved(11, 3, "Open > Closed")), asked) == [EXCEPTION]


# seams


def test_a_severity_changed_in_the_entry_that_closes_mends_nothing():
    """It held until then; one changed before its time ran out is no matter."""
    late = incident(severity(11, 3, "High", "Low"), moved(11, 3, "Open > Done"), severity="Low")
    in_time = incident(severity(11, 2, "High", "Low"), moved(11, 2, "Open > Done"), severity="Low")
    assert [only(one, SEVERITY).outcome for one in (late, in_time)] == [EXCEPTION, PASS]


@pytest.mark.parametrize(("after", "says"), [("Low", "history 11: Low"), ("", "history 11: emptied")])
def test_the_evidence_names_what_the_severity_became_and_when_it_ended(after, says):
    """So that a reader finds both entries; of what runs it says that it did not end."""
    late = incident(severity(11, 3, "High", after), moved(12, 4, "Open > Done"), severity=after)
    runs = incident(severity(11, 3, "High", after), severity=after)
    shown = [only(one, SEVERITY).evidence for one in (late, runs)]
    assert all(says in one for one in shown), shown
    assert "history 12: Done" in shown[0]
    assert shown[1].endswith("not ended in the period")


def test_what_ends_as_it_is_created_is_in_time_and_what_is_due_as_the_period_ends_is_not_late():
    """An end before the creation tells nothing."""
    ends = (ENDS - BORN) / timedelta(days=1)
    assert only(incident(moved(11, 0, "Open > Done")), SEVERITY).outcome == PASS
    assert only(incident(created=day(ends - 2), read_at=day(ends + 9)), SEVERITY).outcome == NOT_APPLICABLE
    odd = only(incident(moved(11, 1, "Open > Done"), created=day(2)), SEVERITY)
    assert (odd.outcome, "ended before that" in odd.evidence) == (NO_EVIDENCE, True)


def test_the_instants_of_the_period_belong_to_it_or_not():
    """Its first does, the first after it does not; what was created then is no matter of it."""
    ends = (ENDS - BORN) / timedelta(days=1)
    begins = (BEGINS - BORN) / timedelta(days=1)
    first = incident(moved(11, begins, "Open > Done"), created=day(begins - 1))
    after = incident(moved(11, ends, "Open > Done"), created=day(ends - 1))
    born = incident(created=day(ends), read_at=day(ends + 50))
    assert [only(one, SEVERITY).outcome for one in (first, after, born)] == [PASS, NOT_APPLICABLE, NOT_APPLICABLE]
    assert [only(one, SEVERITY).falls_due_later for one in (first, after, born)] == [False, True, False]


def test_of_several_fields_of_a_name_the_one_counts_that_holds_something():
    """A project uses one of them."""
    fields = {"customfield_1": Value("Severity", ""), "customfield_2": Value("Severity", "High")}
    assert outcome(issue(moved(11, 1, "Open > Done"), fields=fields), SEVERITY) == [PASS]
    emptied = severity(9, 0.5, "Low", "")
    assert outcome(issue(emptied, moved(11, 1, "Open > Done"), fields=fields), SEVERITY) == [PASS]
    first = {"priority": Value("Priority", ""), "customfield_2": Value("priority", "High")}
    by_name = control("in_time_for_first_priority", level="PRIORITY", limits=LIMITS)
    assert outcome(issue(moved(11, 1, "Open > Done"), fields=first), by_name) == [PASS]


def test_the_priority_is_the_level_where_none_is_named():
    """As in the library."""
    asked = control("in_time_for_first_priority", limits=LIMITS)
    assert outcome(incident(moved(11, 1, "Open > Done")), asked) == [PASS]
    assert only(incident(moved(11, 1, "Open > Done"), severity=None), asked).outcome == NO_EVIDENCE


def test_a_round_that_no_entry_ends_stands_beside_the_others():
    """It is one of the period as far as the history can tell, or it is not."""
    steps = [moved(11, 1, "Open > Done"), moved(12, 2, "Done > Open"), moved(13, 5, "Open > In Progress")]
    assert outcome(incident(*steps, status="Done"), SEVERITY) == [PASS, NO_EVIDENCE]
    before = [
        moved(11, -9, "Lost > Open"),
        moved(12, -8, "Open > Done"),
        moved(13, 1, "Done > Open"),
        moved(14, 2, "Open > Done"),
    ]
    assert outcome(incident(*before, created=day(-10)), SEVERITY) == [PASS]


def test_an_end_whose_time_can_not_be_read_is_no_evidence():
    """Neither in time nor late."""
    odd = replace(resolved(1), at="then")
    found = only(incident(odd), RESOLVED)
    assert (found.outcome, "can't be read" in found.evidence) == (NO_EVIDENCE, True)


@pytest.mark.parametrize(
    ("held", "hours"),
    [
        (Held("1", "High", None, None), 4),
        (Held("", "hIGH ", None, None), 4),
        (Held("10001", "Very high", None, None), 8),
        (Held("2", "Low", None, None), None),
        (Held("", "", None, None), None),
    ],
)
def test_a_limit_is_given_by_the_words_of_a_value_or_by_its_id(held, hours):
    """However they are written; what has no limit has none."""
    found = allowed({"High": "4h", "10001": "8h"}, held)
    assert found == (None if hours is None else timedelta(hours=hours))


def test_what_a_field_held_at_an_instant():
    """From the change that set it, at its very instant, to the next one."""
    set_, reset = severity(1, 1, "Low", "High"), severity(2, 2, "High", "Low")
    course = [Held("", "Low", None, set_), Held("", "High", set_, reset), Held("", "Low", reset, None)]
    found = [held_at(course, day(at).timestamp()).words for at in (0.5, 1, 1.5, 2, 9)]
    assert found == ["Low", "High", "High", "Low", "Low"]


def test_a_span_says_where_it_begins():
    """At the creation, or where the issue was opened again."""
    opened = moved(12, 2, "Done > Open")
    assert Span(1, day(0), None, None, "").from_words.startswith("created 2026-04-01T12:00")
    assert Span(2, opened.at, opened, None, "").from_words.startswith("history 12: opened again")


# clocks


@pytest.mark.parametrize(("hours", "expected"), [(24, PASS), (24.5, EXCEPTION)])
@pytest.mark.parametrize("begins", [datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 10, 24, 18, tzinfo=UTC)])
def test_a_day_has_24_hours_also_when_the_clocks_change(begins, hours, expected):
    """By the clock on the wall it would be 25 in spring, 23 in autumn."""
    zone = ZoneInfo("Europe/Berlin")
    ended = (begins + timedelta(hours=hours)).astimezone(zone)
    step = Change(11, ended, "Bob", "b2", "status", "status", "", "Open", "", "Done")
    asked = control("in_time_for_severity", level="Severity", limits={"High": "1d"})
    given = incident(
        step, created=begins.astimezone(zone), period_begins=None, period_ends=None, read_at=BORN + timedelta(days=300)
    )
    assert only(given, asked).outcome == expected


def test_times_that_cannot_be_read_decide_nothing():
    """Neither of the creation nor of the end nor of a change of the severity."""
    end = moved(11, 1, "Open > Done")
    assert only(incident(end, created="soon"), SEVERITY).outcome == NO_EVIDENCE
    unread = Change(10, "then", "Bob", "b2", "Severity", "", "", "Low", "", "High")
    assert only(incident(unread, end), SEVERITY).outcome == NO_EVIDENCE
    assert (
        only(incident(moved(11, -5, "Open > Done"), created=BORN, period_begins=None), SEVERITY).outcome == NO_EVIDENCE
    )


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h 5 min"),
        (timedelta(hours=4), "4 h"),
        (timedelta(minutes=1, seconds=1.5), "1 min 1.5 s"),
        (timedelta(0), "0 s"),
        (timedelta(days=2, seconds=1), "2 d"),
    ],
)
def test_a_length_of_time_in_words(length, words):
    """Seconds where they are all that tells two apart."""
    assert in_words(length) == words


def test_the_deadline_of_what_runs_is_told():
    """So many days of 24 hours after it was created; it is no row of a round, since its end may yet come in time."""
    found = only(incident(created=day(89.6)), SEVERITY)
    assert (
        "; due 2026-07-02T02:24:00.000+00:00, which had not come when the period ended or it was read" in found.evidence
    )
    assert (found.round, found.decided_at) == (None, None)
    late = only(incident(created=day(80)), SEVERITY)
    assert "; due 2026-06-22T12:00:00.000+00:00, and not ended by then nor in the period" in late.evidence
    assert late.round == 1


def test_without_a_period_what_runs_is_judged_by_when_it_was_read():
    """It was late by then, or it was not yet due."""
    for read, expected in ((2, NOT_APPLICABLE), (2.1, EXCEPTION)):
        found = only(incident(period_begins=None, period_ends=None, read_at=day(read)), SEVERITY)
        assert found.outcome == expected


def test_the_entries_that_show_the_severity_are_named_with_the_end():
    """What set it and what replaced it; the time is that of the end."""
    steps = [severity(11, 0.5, "Low", "High"), moved(12, 1, "Open > Done"), severity(13, 9, "High", "Low")]
    found = only(incident(*steps), SEVERITY)
    assert (found.outcome, found.history_ids, found.decided_at) == (PASS, (11, 12, 13), day(1))


def test_a_severity_that_an_entry_names_by_its_id_alone_is_told_by_it():
    """As where the value is gone; its words come first where there are any."""
    dark = replace(severity(11, 3, "High", ""), after="10002")
    shown = only(incident(dark, moved(12, 4, "Open > Done")), SEVERITY).evidence
    assert "Severity was High, which allows 2 d; history 11: 10002 " in shown
    named = replace(severity(11, 3, "High", "Low"), after="10003")
    assert "; history 11: Low " in only(incident(named, moved(12, 4, "Open > Done")), SEVERITY).evidence


def test_a_severity_without_a_limit_on_the_way_is_passed_over():
    """Its time can't have run out; the one at the end decides."""
    steps = (severity(11, 3, "Medium", "Low"), moved(12, 4, "Open > Done"))
    assert only(incident(*steps, severity="Low"), SEVERITY).outcome == PASS

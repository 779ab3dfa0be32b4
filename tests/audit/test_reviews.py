"""CT-16: an issue for each month, quarter or year of the period, closed in it or some days after, by a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from site_cases import ASKED, BOB, NEW_YORK, PERIOD, at, control, issue, step

from auditlib.audit.controls.site.reviews import review_took_place, spans
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Person
from auditlib.records.actors import APP, ERASED, ON_BEHALF, UNKNOWN
from auditlib.times import Period

REGIONS = {"done": ["Done"]}
REVIEW = control("CT-16", "review_took_place", REGIONS, every="quarter", days=14)
SECOND, THIRD = "2026-04-01 to 2026-06-30", "2026-07-01 to 2026-09-30"


def closed(key, when, number=1, **more):
    return issue(key, step(number, when, "Open", "Done", **more))


def judge(*issues, test=REVIEW, period=PERIOD, asked=ASKED):
    return {one.key: one for one in review_took_place(test, issues, period, asked)}


def outcomes(*issues, **more):
    return [one.outcome for one in judge(*issues, **more).values()]


def test_a_review_in_each_quarter_passes():
    """The row names the issue, who closed it when, and the history entry."""
    found = judge(closed("ACC-1", at(6, 20)), closed("ACC-2", at(9, 20), 2, who=BOB))
    assert [(one.key, one.outcome, one.history_ids) for one in found.values()] == [
        (SECOND, PASS, (1,)),
        (THIRD, PASS, (2,)),
    ]
    assert found[THIRD].evidence == "ACC-2 closed by Bob 20 September 2026, 08:00 -04:00 (history 2)"
    assert found[THIRD].decided_at == at(9, 20)


def test_a_quarter_without_a_review_is_an_exception():
    """What was closed last in another one does not stand for it."""
    found = judge(closed("ACC-1", at(9, 20)))
    assert found[SECOND].outcome == EXCEPTION
    assert (
        "no issue that matches was closed by a person from 2026-04-01 until 15 July 2026, 00:00 -04:00"
        in found[SECOND].evidence
    )
    assert found[SECOND].evidence.endswith("; ACC-1 closed by Ann 20 September 2026, 08:00 -04:00 (history 1)")
    assert found[THIRD].outcome == PASS
    assert judge()[SECOND].evidence.endswith("until 15 July 2026, 00:00 -04:00")


def test_beside_a_missing_review_the_next_one_of_a_person_is_told():
    """From the moment on from which it is too late; not one of before, and not what an app closed."""
    late = datetime(2026, 7, 15, 4, tzinfo=UTC).astimezone(NEW_YORK)
    before, by_app, too_late = closed("ACC-1", at(3, 1)), closed("ACC-2", at(7, 20), kind=APP), closed("ACC-3", late)
    assert judge(before, by_app, too_late)[SECOND].evidence.endswith(
        "; ACC-3 closed by Ann 15 July 2026, 00:00 -04:00 (history 1)"
    )
    for alone in (before, by_app):
        assert judge(alone)[SECOND].evidence.endswith("until 15 July 2026, 00:00 -04:00")


def test_the_earliest_review_counts_whatever_the_order_of_the_issues():
    """So that a later one is left for the next quarter; who has no name is called nobody."""
    nameless = closed("ACC-2", at(7, 2), who=Person("n1", ""))
    found = judge(closed("ACC-1", at(7, 8)), nameless)
    assert found[SECOND].evidence.startswith("ACC-2 closed by nobody that Jira names 2 July")
    assert found[THIRD].evidence.startswith("ACC-1 closed by Ann 8 July")


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        (datetime(2026, 7, 15, 3, 59, 59, 999000, tzinfo=UTC), PASS),
        (datetime(2026, 7, 15, 4, tzinfo=UTC), EXCEPTION),
        (datetime(2026, 4, 1, 4, tzinfo=UTC), PASS),
        (datetime(2026, 4, 1, 3, 59, tzinfo=UTC), EXCEPTION),
    ],
)
def test_it_counts_from_the_first_midnight_until_some_days_after_the_last(when, outcome):
    """In the audit's time zone, to the millisecond."""
    assert judge(closed("ACC-1", when.astimezone(NEW_YORK)))[SECOND].outcome == outcome


@pytest.mark.parametrize(("second", "outcome"), [(24 * 3600 - 1, PASS), (24 * 3600, EXCEPTION)])
def test_days_are_of_24_hours_also_where_the_clocks_change(second, outcome):
    """The quarter ends at the midnight before the day on which Berlin's clocks go back: that day has 25 hours, a day 24."""
    berlin = ZoneInfo("Europe/Berlin")
    period = Period(date(2026, 7, 25), date(2026, 12, 31), berlin)
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    review = closed("ACC-1", datetime.fromtimestamp(midnight.timestamp() + second, berlin))
    test = control("CT-16", "", REGIONS, every="quarter", days=1)
    first = review_took_place(test, [review], period, datetime(2027, 5, 1, tzinfo=UTC))[0]
    assert (first.key, first.outcome) == ("2026-07-25 to 2026-10-24", outcome)


def test_one_review_stands_for_one_quarter_alone():
    """Closed a week after the second quarter it serves that one, and none is left for the third."""
    assert outcomes(closed("ACC-1", at(7, 7))) == [PASS, NOT_APPLICABLE]
    assert outcomes(closed("ACC-1", at(7, 7)), closed("ACC-2", at(7, 8))) == [PASS, PASS]


def test_what_may_still_be_closed_falls_due_later():
    """Late in the period is an exception; due after the period, or after Jira was asked, is not yet one."""
    third = judge(closed("ACC-1", at(6, 1)))[THIRD]
    assert (third.outcome, third.falls_due_later) == (NOT_APPLICABLE, True)
    at_once = control("CT-16", "", REGIONS, every="quarter")
    third = judge(closed("ACC-1", at(6, 1)), test=at_once)[THIRD]
    assert (third.outcome, third.falls_due_later) == (EXCEPTION, False)
    early = judge(asked=at(7, 1))
    assert [(one.outcome, one.falls_due_later) for one in early.values()] == [(NOT_APPLICABLE, True)] * 2
    after = closed("ACC-2", at(10, 5))
    assert judge(closed("ACC-1", at(6, 1)), after)[THIRD].outcome == PASS


@pytest.mark.parametrize("kind", [APP, ON_BEHALF])
def test_an_app_reviews_nothing(kind):
    """Closed by a rule, or by an app for somebody: nobody looked."""
    found = judge(closed("ACC-1", at(6, 20), kind=kind))[SECOND]
    assert (found.outcome, found.history_ids) == (EXCEPTION, (1,))
    assert f"closed by Ann, {kind}, 20 June" in found.evidence


@pytest.mark.parametrize("kind", [ERASED, UNKNOWN])
def test_whoever_may_be_anybody_is_no_evidence(kind):
    """An erased account may have been a person; a person's review beside it passes."""
    found = judge(closed("ACC-1", at(6, 20), kind=kind))[SECOND]
    assert (found.outcome, found.history_ids) == (NO_EVIDENCE, (1,))
    assert outcomes(closed("ACC-1", at(6, 20), kind=kind), closed("ACC-2", at(6, 21)))[0] == PASS
    again = issue("ACC-1", step(1, at(6, 20), "Open", "Done", kind=kind), step(2, at(6, 21), "Done", "Open"))
    assert outcomes(again)[0] == EXCEPTION, "it is open again, whoever closed it"


def test_a_review_that_is_open_again_does_not_count():
    """Closed in time and opened since; closed once more it counts."""
    back = step(2, at(6, 21), "Done", "Open")
    found = judge(issue("ACC-1", step(1, at(6, 20), "Open", "Done"), back))[SECOND]
    assert found.outcome == EXCEPTION
    assert found.evidence.endswith("(history 1), and opened again")
    twice = issue("ACC-1", step(1, at(6, 20), "Open", "Done"), back, step(3, at(8, 1), "Open", "Done"))
    assert judge(twice)[SECOND].history_ids == (1,)
    assert judge(twice)[THIRD].outcome == NOT_APPLICABLE


def test_an_unread_history_is_no_evidence():
    """Only where no other review is found."""
    cut = issue("ACC-1", whole=False)
    assert judge(cut)[SECOND].outcome == NO_EVIDENCE
    assert "the history of ACC-1 was not read whole" in judge(cut)[SECOND].evidence
    assert judge(cut, closed("ACC-2", at(6, 20)))[SECOND].outcome == PASS


def test_without_a_status_of_done_the_resolution_closes():
    """A change of one resolution to another closes nothing; a time that can't be read counts for nothing."""
    test = control("CT-16", "review_took_place", every="quarter", days=14)
    resolved = issue("ACC-1", step(1, at(6, 20), "", "Done", field="resolution"))
    other = issue("ACC-2", step(1, at(9, 20), "Done", "Fixed", field="resolution"))
    timeless = issue("ACC-3", step(1, "20226", "", "Done", field="resolution"))
    assert outcomes(resolved, other, timeless, test=test) == [PASS, NOT_APPLICABLE]
    within_done = issue("ACC-1", step(1, at(6, 20), "Done", "Closed"))
    assert judge(within_done, test=control("CT-16", "", {"done": ["Done", "Closed"]}))[SECOND].outcome == EXCEPTION


@pytest.mark.parametrize(
    ("every", "start", "names"),
    [
        ("month", date(2026, 8, 31), ["2026-08-31 to 2026-09-29", "2026-09-30 to 2026-10-30"]),
        ("quarter", date(2026, 7, 1), ["2026-07-01 to 2026-09-30"]),
        ("year", date(2026, 2, 28), ["2026-02-28 to 2027-02-27"]),
        ("month", date(2026, 9, 30), ["2026-09-30 to 2026-10-29"]),
        ("year", date(2024, 12, 31), ["2024-12-31 to 2025-12-30", "2025-12-31 to 2026-12-30"]),
        ("quarter", date(2026, 8, 31), ["2026-08-31 to 2026-11-29"]),
    ],
)
def test_months_quarters_and_years_count_from_the_first_day_of_the_period(every, start, names):
    """The last one may end after the period; a month that lacks the day ends with its last."""
    test = control("CT-16", "", every=every)
    found = [f"{one.start} to {one.end}" for one in spans(test, Period(start, date(2026, 9, 30), NEW_YORK))]
    assert found == names

"""How far a history leads back, and what is told where it does not."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from histories import COURSES, DATA, DOING, DONE, HOUR, NOTHING, OPEN, START, entry, item, real_histories, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_ways import as_of, states_at

from auditlib.audit.status.histories import history_findings
from auditlib.records.issues import issues_frame
from auditlib.records.reach import (
    BEGINS_EARLIER,
    BEGINS_LATER,
    BROKEN_AFTER,
    BROKEN_BEFORE,
    COMPLETE,
    NOT_READ,
    NOTHING_TO_COMPARE,
    history_breaks,
)
from auditlib.records.state import add_period_end, states_as_of
from auditlib.records.transitions import read_transitions


def born(issue_id: int, status: tuple, resolution: tuple | None = None, resolved: datetime | None = None) -> dict:
    """Make an issue as Jira gives it, with the category of its status and the date of its resolution."""
    category = "done" if status == DONE else "new"
    return {
        "id": issue_id,
        "key": f"AB-{issue_id}",
        "fields": {
            "created": (START - 9 * HOUR).isoformat(),
            "status": {"id": status[0], "name": status[1], "statusCategory": {"key": category}},
            "resolution": None if resolution is None else {"id": resolution[0], "name": resolution[1]},
            "resolutiondate": None if resolved is None else resolved.isoformat(),
        },
    }


FIXED = ("1", "Fixed")
UTC_ZONE = ZoneInfo("UTC")


def frame_of(*records: dict) -> pd.DataFrame:
    made = issues_frame(records, UTC_ZONE)
    return made.assign(url="https://jira.example/browse/" + made["key"])


def test_a_break_before_the_instant_is_named_though_the_state_stands():
    """A change is missing from the history, long ago: the state at the instant follows from what came after it."""
    histories = [
        entry(4, START - 2 * HOUR, item("status", DOING, OPEN)),
        entry(5, START - HOUR, item("status", DOING, DONE), item("resolution", NOTHING, FIXED)),
    ]
    found = as_of(frame_of(born(1, DONE, FIXED)), {1: histories}, START).iloc[0]
    assert (found["closes"], found["history"], found["status_at_period_end"]) == (True, BROKEN_BEFORE, "Done")
    assert found["breaks"] == "status: history 4 led to Open (1), found Doing (3) after it"
    before = as_of(frame_of(born(1, DONE, FIXED)), {1: histories}, START - 2 * HOUR).iloc[0]
    assert (before["closes"], before["history"], before["note"]) == (False, BROKEN_AFTER, before["breaks"])


def test_a_history_that_begins_later_than_the_issue_is_named_so():
    """An import leaves a closed issue without an entry, or one that starts from closed; no state is a break."""
    resolved = START - 5 * HOUR
    issues = frame_of(
        born(1, DONE, FIXED, resolved), born(2, OPEN, FIXED, resolved), born(3, DONE), born(4, OPEN), born(5, OPEN)
    )
    reopened = [entry(7, START - HOUR, item("status", DONE, OPEN), item("resolution", FIXED, NOTHING))]
    found = as_of(issues, {1: [], 2: [], 3: [], 4: [], 5: reopened}, START)
    assert found["history"].tolist() == [BEGINS_LATER] * 3 + [NOTHING_TO_COMPARE, BEGINS_LATER]
    assert found["changes"].tolist() == [0, 0, 0, 0, 2]
    assert found["closes"].all()
    assert texts(found["breaks"])[1:] == [
        "resolution: Fixed (1) today, and no entry says since when",
        "status: Done (6) today, and no entry says since when",
        None,
        "; ".join(
            f"{value} already before the first change, history 7"
            for value in ("status: Done (6)", "resolution: Fixed (1)")
        ),
    ]
    assert texts(found["status_at_period_end"]) == ["Done", "Open", "Done", "Open", "Open"]
    listed = history_breaks(issues, found)
    assert listed["key"].tolist() == ["AB-1", "AB-2", "AB-3", "AB-5"]
    assert set(listed["history"]) == {BEGINS_LATER}


def test_jiras_own_date_of_the_resolution_outweighs_an_empty_history():
    """Resolved after the instant, with no entry: not resolved then, and if no entry tells the status, in none."""
    issues = frame_of(born(1, DONE, FIXED, START), born(2, DONE, FIXED, START), born(3, DONE, FIXED, START - HOUR))
    found = as_of(issues, {1: [], 2: [entry(7, START, item("status", DOING, DONE))], 3: []}, START)
    assert texts(found["resolution_at_period_end"]) == [None, None, "Fixed"]
    assert texts(found["status_at_period_end"]) == [None, "Doing", "Done"]
    assert found["closes"].tolist() == [False, False, True]
    assert found["history"].tolist() == [BEGINS_LATER] * 3
    assert found["note"].iloc[0] == "resolution: Jira's date of it is 2026-01-01T00:00:00.000Z"


def test_a_change_older_than_the_issue_is_named():
    """The time of creation decides what belongs to the population; a second's rounding is no finding."""
    early = START - 9 * HOUR
    issues = frame_of(born(1, DOING), born(2, DOING))
    histories = {
        1: [entry(7, early - 2 * timedelta(seconds=1), item("status", OPEN, DOING))],
        2: [entry(8, early - timedelta(milliseconds=999), item("status", OPEN, DOING))],
    }
    found = as_of(issues, histories, START)
    assert found["history"].tolist() == [BEGINS_EARLIER, COMPLETE]
    assert found["breaks"].iloc[0] == "status: history 7 lies before the issue's creation"


def test_the_worst_is_told_of_each_issue():
    """One kind an issue, all breaks beside it, the newest first."""
    histories = [
        entry(4, START - 3 * HOUR, item("status", OPEN, DONE)),
        entry(5, START - 2 * HOUR, item("status", DOING, OPEN)),
        entry(6, START + HOUR, item("status", DOING, DONE)),
    ]
    found = as_of(frame_of(born(1, DONE)), {1: histories}, START).iloc[0]
    assert (found["history"], found["closes"]) == (BROKEN_AFTER, False)
    assert found["note"] == "status: history 5 led to Open (1), found Doing (3) after it"
    assert found["breaks"] == f"{found['note']}; status: history 4 led to Done (6), found Doing (3) after it"
    assert as_of(frame_of(born(1, DONE)), {}, START)["history"].tolist() == [NOT_READ]


def test_entries_of_one_instant_are_ordered_by_their_ids():
    """A rule that runs on a change changes the issue in the same millisecond."""
    steps = [entry(9, START, item("status", OPEN, DOING)), entry(10, START, item("status", DOING, DONE))]
    for histories in (steps, steps[::-1]):
        found = as_of(frame_of(born(1, DONE)), {1: histories}, START).iloc[0]
        assert (found["history"], found["status_at_period_end"]) == (COMPLETE, "Open")


@settings(deadline=None, max_examples=60)
@given(st.lists(COURSES, min_size=1, max_size=5), st.integers(-1, 30), st.randoms(use_true_random=False))
def test_a_stream_in_pieces_gives_what_histories_at_hand_give(courses, hours, order):
    """Pages cut histories anywhere, repeat entries and mix the issues; other issues pass by."""
    records, histories, number = [], {}, 0
    for issue_id, course in enumerate(courses, start=1):
        at, state, entries = START, OPEN, []
        for later, new in course:
            at, number = at + later * HOUR, number + 1
            entries.append(entry(number, at, item("status", state, new)))
            state = new
        histories[issue_id] = entries
        records.append(born(issue_id, state))
        records[-1]["fields"]["status"] = None if state == NOTHING else records[-1]["fields"]["status"]
    pieces = [(issue_id, [one]) for issue_id, entries in histories.items() for one in [*entries, *entries[:1]]]
    pieces += [(issue_id, []) for issue_id in histories] + [(99, [entry(999, START, item("status", DONE, OPEN))])]
    order.shuffle(pieces)
    issues, instant = frame_of(*records), START + hours * HOUR
    pd.testing.assert_frame_equal(states_at(issues, iter(pieces), instant), as_of(issues, histories, instant))


@settings(deadline=None, max_examples=60)
@given(COURSES, st.integers(0, 7))
def test_a_change_taken_out_is_noticed(course, lost):
    """Whatever single change is lost, the rest no longer fits; unless the issue is back where it was."""
    at, state, entries = START, OPEN, []
    for number, (later, new) in enumerate(course, start=1):
        at += later * HOUR
        if new != state:
            entries.append(entry(number, at, item("status", state, new)))
        state = new
    if lost >= len(entries) or state == NOTHING:
        return
    issues = frame_of(born(1, state))
    whole = as_of(issues, {1: entries}, START)["history"].tolist()
    assert whole == [COMPLETE if entries else NOTHING_TO_COMPARE]
    first_is_lost = lost == 0
    rest = entries[:lost] + entries[lost + 1 :]
    found = as_of(issues, {1: rest}, START)["history"].tolist()
    begins_closed = first_is_lost and (state if not rest else None) == DONE
    begins_closed |= first_is_lost and bool(rest) and rest[0]["items"][0]["from"] == DONE[0] and state == DONE
    if first_is_lost:
        assert found == [BEGINS_LATER if begins_closed else COMPLETE if rest else NOTHING_TO_COMPARE]
    else:
        assert found in ([BROKEN_AFTER], [BROKEN_BEFORE])


@pytest.mark.parametrize("dialect", ["text", "number"])
def test_twenty_thousand_histories_take_seconds(dialect):
    """Columns, not objects: generous here, since machines differ."""
    states = [OPEN, DOING, DONE]

    def passing():
        for issue_id in range(1, 20_001):
            yield (
                issue_id,
                [
                    {
                        "id": str(20 * issue_id + step),
                        "created": f"2026-01-0{1 + step % 9}T00:00:00.000Z"
                        if dialect == "text"
                        else 1767225600000 + step,
                        "items": [item("status", states[step % 3], states[(step + 1) % 3])],
                    }
                    for step in range(9)
                ],
            )

    issues = pd.DataFrame({"id": range(1, 20_001), "key": [f"AB-{it}" for it in range(1, 20_001)]})
    issues = issues.assign(status="Open", status_id="1", resolution=None, resolution_id=None)
    began = process_time()
    found = states_at(issues, passing(), datetime(2026, 1, 4, tzinfo=UTC))
    assert process_time() - began < 15
    assert set(found["history"]) == {COMPLETE}


def test_an_id_stands_among_the_issues_once():
    """Two rows of one id would share its changes."""
    issues = frame_of(born(1, OPEN))
    with pytest.raises(ValueError, match="id 1 stands twice"):
        states_as_of(pd.concat([issues, issues]), read_transitions([]), START)


def test_real_histories_lead_back_to_their_creation():
    """All 33 real issues: every change fits where there is one, none is older than its issue, each was born unresolved."""
    records = real_histories()
    issues = issues_frame(records, UTC_ZONE).assign(url="")
    changelogs = ((int(it["id"]), it["changelog"]["histories"]) for it in records)
    found = states_at(issues, changelogs, datetime(2020, 6, 15, tzinfo=UTC))
    assert set(found["history"]) == {COMPLETE, NOTHING_TO_COMPARE}
    assert found["history"].eq(NOTHING_TO_COMPARE).tolist() == found["changes"].eq(0).tolist()
    assert found["breaks"].isna().all()


def test_real_issues_without_a_history_are_one_limit():
    """Thousands of closed issues with empty histories: one honest sentence with the count, and no exception."""
    folder = DATA / "tidev"
    if not folder.exists():
        pytest.skip("the real data is not at hand")
    records = [
        json.loads(line)
        for path in sorted(folder.glob("*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    issues = issues_frame(records, UTC_ZONE).assign(url="")
    ends = datetime(2016, 1, 1, tzinfo=UTC)
    states = states_at(issues, ((issue_id, []) for issue_id in issues["id"].tolist()), ends)
    done = [
        it["fields"]["status"]["statusCategory"]["key"] == "done" or bool(it["fields"]["resolution"]) for it in records
    ]
    assert (len(records), sum(done)) == (6369, 5929)
    findings = history_findings(add_period_end(issues, states), states, ends)
    assert [(it.severity, it.count) for it in findings] == [("limit", 6369)]
    assert "None of 6,369 issues has a change of status or resolution in its history" in findings[0].statement
    assert "5,929 of them are closed or resolved all the same" in findings[0].statement
    after = [it["fields"]["resolutiondate"] for it in records if it["fields"]["resolutiondate"]]
    since = sum(datetime.fromisoformat(it) >= ends for it in after)
    assert 0 < since < len(after) < sum(done)
    assert f"after it for {since:,}" in findings[0].statement
    assert f"before the period's end for {len(after) - since:,}" in findings[0].statement
    assert f"{sum(done) - len(after)} have none" in findings[0].statement
    assert states["status_at_period_end"].isna().sum() == since


def test_the_companys_holes_are_named(company):
    """Exactly the issues whose entries were taken away, and as beginning later exactly those imported closed."""
    issues, changelogs = [], {}
    categories = {str(one["id"]): one["statusCategory"]["key"] for one in company.world.statuses}
    for issue in company.world.issues.values():
        status, resolution = issue.fields["status"], issue.fields.get("resolution")
        issues.append(
            {
                "id": str(issue.id),
                "key": issue.key,
                "fields": {
                    "created": issue.created.isoformat(),
                    "status": {
                        "id": str(status["id"]),
                        "name": status["name"],
                        "statusCategory": {"key": categories[str(status["id"])]},
                    },
                    "resolution": resolution and {"id": str(resolution["id"]), "name": resolution["name"]},
                },
            }
        )
        changelogs[issue.id] = [
            {"id": str(one.id), "created": one.created.isoformat(), "items": list(one.items)} for one in issue.histories
        ]
    frame = frame_of(*issues)
    found = as_of(frame, changelogs, datetime(2026, 10, 1, 4, tzinfo=UTC)).set_index("id")
    broken = found.index[found["history"].isin([BROKEN_AFTER, BROKEN_BEFORE])]
    assert set(broken) == set(company.truth.holes) & set(found.index)
    later = set(found.index[found["history"] == BEGINS_LATER])
    planted = company.truth.planted
    imported = {*planted["back-dated import"], *planted["back-dated into the period"]}
    imported.add(company.truth.process["change imported as done"])
    closed = {life.id for life in company.truth.lives.values() if life.keys[-1] in imported and life.states[0][2]}
    assert later == closed & set(found.index)
    assert len(later) > 2
    assert len(broken) == 4
    for issue_id, field in company.truth.holes.items():
        assert found.loc[issue_id, "breaks"].startswith(f"{field}: history")

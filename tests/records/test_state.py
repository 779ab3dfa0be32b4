"""The state of an issue at an earlier instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from histories import COURSES, DOING, DONE, HOUR, NOTHING, OPEN, START, entry, item, real_histories, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_ways import as_of

from auditlib.audit.status.distribution import changed_later
from auditlib.audit.status.histories import history_findings
from auditlib.records.issues import issues_frame
from auditlib.records.moves import key_moves
from auditlib.records.reach import (
    COMPLETE,
    NO_HISTORY,
    NOT_READABLE,
)
from auditlib.records.state import add_period_end


def issues_of(*issues: dict) -> pd.DataFrame:
    """Make rows of issues with id, status and resolution."""
    records = [
        {
            "id": it["id"],
            "key": f"AB-{it['id']}",
            "fields": {
                "created": "2026-01-01T00:00:00Z",
                "status": {"id": it["status"][0], "name": it["status"][1]},
                "resolution": it.get("resolution"),
            },
        }
        for it in issues
    ]
    return issues_frame(records, ZoneInfo("UTC"))


def status_at(histories: list[dict], current: tuple, instant: datetime) -> tuple:
    """Return id and name of the status of one issue just before an instant, from its history and its status of today."""
    found = as_of(issues_of({"id": 1, "status": current}), {1: histories}, instant)
    return tuple(texts(found[name])[0] for name in ("status_id_at_period_end", "status_at_period_end"))


@settings(deadline=None)
@given(COURSES, st.integers(-1, 30), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_walking_back_agrees_with_having_been_there(course, hours, data_center, as_numbers, order):
    """An oracle that goes forward: the state just before an instant is the last one entered before it."""
    at, state, states, histories = START, OPEN, [(START - HOUR, OPEN)], []
    for history_id, (later, new) in enumerate(course, start=98):
        at += later * HOUR
        histories.append(entry(history_id, at, item("status", state, new, data_center=data_center)))
        states.append((at, new))
        state = new
    if as_numbers:
        histories = [
            it | {"created": int(datetime.fromisoformat(it["created"]).timestamp()) * 1000} for it in histories
        ]
    order.shuffle(histories)
    instant = START + hours * HOUR
    expected = [it for entered, it in states if entered < instant or entered < START][-1]
    assert status_at(histories, state, instant) == expected


def test_a_change_at_the_very_end_of_the_period_is_not_yet_made():
    """Periods are half-open: midnight after the last day belongs to the next period."""
    histories = [entry(1, START, item("status", OPEN, DONE))]
    assert status_at(histories, DONE, START) == OPEN
    assert status_at(histories, DONE, START + timedelta(milliseconds=1)) == DONE


def test_several_changes_in_one_entry_are_undone_last_first():
    """Items of one entry share its time; their order is the order in which they were made."""
    histories = [entry(1, START, item("status", OPEN, DOING), item("status", DOING, DONE))]
    assert status_at(histories, DONE, START) == OPEN


def test_other_fields_of_the_same_name_do_not_count():
    """A custom field may be called status; on Cloud its id tells, on Data Center its type."""
    cloud = item("status", ("9", "x"), ("8", "y")) | {"fieldId": "customfield_1", "fieldtype": "custom"}
    data_center = item("status", ("9", "x"), ("8", "y"), data_center=True) | {"fieldtype": "custom"}
    histories = [entry(1, START, cloud, data_center, item("summary", NOTHING, NOTHING))]
    assert status_at(histories, DONE, START) == DONE


def test_the_state_at_an_instant_is_a_row_for_every_issue():
    """Status and resolution at once, in the order of the issues; an empty history means nothing changed."""
    fixed = {"id": "1", "name": "Fixed"}
    issues = issues_of({"id": 2, "status": DONE, "resolution": fixed}, {"id": 1, "status": OPEN})
    steps = (item("status", DOING, DONE), item("resolution", NOTHING, ("1", "Fixed")))
    found = as_of(issues, {1: [], 2: [entry(5, START + HOUR, *steps)]}, START)
    assert found["id"].tolist() == [2, 1]
    assert texts(found["status_at_period_end"]) == ["Doing", "Open"]
    assert texts(found["resolution_at_period_end"]) == [None, None]
    assert found["closes"].tolist() == [True, True]
    assert texts(found["note"]) == [None, None]
    later = as_of(issues, {1: [], 2: [entry(5, START + HOUR, *steps)]}, START + 2 * HOUR)
    assert texts(later["resolution_at_period_end"]) == ["Fixed", None]


def test_a_history_that_does_not_lead_to_today_is_told():
    """A missing change is never papered over, whether it happened after the instant or just before it."""
    issues = issues_of({"id": 1, "status": DONE})
    after = as_of(issues, {1: [entry(5, START + HOUR, item("status", OPEN, DOING))]}, START)
    assert after["closes"].tolist() == [False]
    assert after["note"].tolist() == ["status: history 5 led to Doing (3), found Done (6) after it"]
    before = as_of(issues, {1: [entry(5, START - HOUR, item("status", OPEN, DOING))]}, START)
    assert before["closes"].tolist() == [False]
    assert before["status_at_period_end"].tolist() == ["Done"]
    long_ago = [
        entry(4, START - 2 * HOUR, item("status", DOING, OPEN)),
        entry(5, START - HOUR, item("status", DOING, DONE)),
    ]
    assert as_of(issues, {1: long_ago}, START)["closes"].tolist() == [True]


@pytest.mark.parametrize(
    ("led_to", "closes"),
    [
        (("6", "Finished"), True),
        ((None, "Done"), True),
        (("7", "Done"), False),
        ((None, "Finished"), False),
        (("7", None), False),
        (NOTHING, False),
    ],
)
def test_values_are_compared_by_id_then_by_text(led_to, closes):
    """An id survives a rename; where a history has none, the text decides; nothing is not something."""
    found = as_of(issues_of({"id": 1, "status": DONE}), {1: [entry(5, START, item("status", OPEN, led_to))]}, START)
    assert found["closes"].tolist() == [closes]
    nothing = {"id": 1, "status": DONE, "resolution": None}
    changed = as_of(issues_of(nothing), {1: [entry(5, START, item("resolution", NOTHING, ("7", None)))]}, START)
    assert changed["closes"].tolist() == [False]


def test_a_history_nobody_read_is_not_invented():
    """Without a history the earlier state is unknown: empty, and told."""
    found = as_of(issues_of({"id": 1, "status": DONE}), {}, START)
    assert found["status_at_period_end"].isna().all()
    assert found["closes"].tolist() == [False]
    assert found["note"].tolist() == [NO_HISTORY]


def test_a_renamed_status_is_shown_under_the_name_of_then():
    """A status is its id; its name is the last that any history gives before the instant, else the first after, else today's."""
    issues = issues_of(
        {"id": 1, "status": DONE},
        {"id": 2, "status": ("3", "In work")},
        {"id": 3, "status": DONE},
        {"id": 4, "status": OPEN},
    )
    histories = {
        1: [entry(5, START + HOUR, item("status", ("3", "In work"), DONE))],
        2: [entry(6, START - HOUR, item("status", OPEN, ("3", "Doing")))],
        3: [
            entry(7, START, item("status", ("4", "Old name"), ("5", "Other"))),
            entry(8, START + HOUR, item("status", ("5", "Other"), ("4", "New name"))),
            entry(9, START + 2 * HOUR, item("status", ("4", "New name"), DONE)),
        ],
        4: [],
    }
    found = as_of(issues, histories, START)
    assert found["status_at_period_end"].tolist() == ["Doing", "Doing", "Old name", "Open"]
    assert found["status_id_at_period_end"].tolist() == ["3", "3", "4", "1"]
    assert found["closes"].all()
    both = add_period_end(issues, found)
    assert changed_later(both)["id"].tolist() == [1, 3]


def test_two_statuses_of_one_name_are_two():
    """They bear one name and differ by id, so that a history that leads to the other one does not close."""
    twin = ("9", "Done")
    issues = issues_of({"id": 1, "status": twin}, {"id": 2, "status": DONE})
    histories = {number: [entry(number, START, item("status", OPEN, DONE))] for number in (1, 2)}
    found = as_of(issues, histories, START + HOUR)
    assert found["closes"].tolist() == [False, True]
    assert found["status_at_period_end"].tolist() == ["Done", "Done"]
    assert found["status_id_at_period_end"].tolist() == ["9", "6"]


def test_entries_received_twice_count_once():
    """Pages overlap; a change is a change."""
    once = entry(5, START, item("status", OPEN, DONE))
    back = entry(6, START + HOUR, item("status", DONE, OPEN))
    found = as_of(issues_of({"id": 1, "status": OPEN}), {1: [once, back, once, back]}, START + HOUR)
    assert found["status_at_period_end"].tolist() == ["Done"]
    assert found["closes"].tolist() == [True]


@pytest.mark.parametrize("change", [{"created": None}, {"created": "soon"}, {"id": None}])
def test_a_change_of_unknown_time_or_id_leaves_one_state_unknown(change):
    """What can't be put in order can't be undone: that issue's state is not known, and every other one is as before."""
    moved = entry(5, START, item("status", OPEN, DONE))
    issues = issues_of({"id": 1, "status": DONE}, {"id": 2, "status": DONE})
    found = as_of(issues, {1: [moved | change], 2: [moved]}, START)
    assert found["history"].tolist() == [NOT_READABLE, COMPLETE]
    assert texts(found["status_at_period_end"]) == [None, "Open"]
    assert found["closes"].tolist() == [False, True]
    (said,) = history_findings(add_period_end(issues, found), found, START)
    assert (said.id, said.severity, said.count) == ("status.history-unreadable", "exception", 1)


def test_a_move_of_unknown_time_is_a_move():
    """That the key was another one is known, though not since when."""
    moved = entry(7, START, item("Key", (None, "A-3"), (None, "B-9"), data_center=True))
    moves = key_moves([(5, [moved | {"created": "soon"}])])
    assert (moves["from_key"].tolist(), moves["at"].isna().tolist()) == (["A-3"], [True])


def test_the_state_stands_beside_todays():
    """A join that loses or adds no row, in the contract's place."""
    issues = issues_of({"id": 1, "status": DONE}, {"id": 2, "status": OPEN})
    states = as_of(issues, {1: [entry(5, START, item("status", OPEN, DONE))], 2: []}, START)
    found = add_period_end(issues.iloc[::-1], states)
    assert found["key"].tolist() == ["AB-2", "AB-1"]
    assert found["status_at_period_end"].tolist() == ["Open", "Open"]
    place = found.columns.get_loc("resolution")
    assert list(found.columns[place + 1 : place + 4]) == ["status_at_period_end", "resolution_at_period_end", "created"]
    assert add_period_end(found, states).columns.tolist() == found.columns.tolist()
    with pytest.raises(ValueError, match=r"no state .* first with id 2"):
        add_period_end(issues, states.iloc[:1])
    with pytest.raises(ValueError, match="twice"):
        add_period_end(issues, pd.concat([states, states]))


def test_real_histories_close():
    """The histories of all real issues lead to today's status and resolution, back to the first change."""
    records = real_histories()
    issues = issues_frame(records, ZoneInfo("UTC"))
    changelogs = {int(it["id"]): it["changelog"]["histories"] for it in records}
    found = as_of(issues, changelogs, datetime(1990, 1, 1, tzinfo=UTC))
    assert len(found) == 33
    assert found["closes"].all()


def replayed(record: dict, field: str, instant: datetime) -> str | None:
    """Go forward: the id that a field's changes before an instant led to, from the first change's old value."""
    changes = sorted(
        (datetime.fromisoformat(history["created"]), int(history["id"]), it["from"], it["to"])
        for history in record["changelog"]["histories"]
        for it in history["items"]
        if it["field"] == field
    )
    if not changes:
        return (record["fields"][field] or {}).get("id")
    return [changes[0][2], *(after for at, _, _, after in changes if at < instant)][-1]


@pytest.mark.parametrize("field", ["status", "resolution"])
def test_real_states_agree_with_a_replay(field):
    """Going forward from the first change gives the state that walking back gives, at and after every third change."""
    records = real_histories()
    issues = issues_frame(records, ZoneInfo("UTC"))
    changelogs = {int(it["id"]): it["changelog"]["histories"] for it in records}
    entries = [history for histories in changelogs.values() for history in histories]
    items = [it for history in entries for it in history["items"] if it["field"] == field]
    names = {(it[end], it[f"{end}String"]) for it in items for end in ("from", "to")} | {NOTHING}
    names |= {
        (it["id"], it["name"]) for it in (record["fields"][field] or {"id": None, "name": None} for record in records)
    }
    changed = {it["created"] for it in entries if any(change["field"] == field for change in it["items"])}
    instants = [datetime.fromisoformat(it) for it in sorted(changed)[::3]]
    assert len(instants) > 9
    for instant in [*instants, *(at + timedelta(milliseconds=1) for at in instants)]:
        expected = [replayed(record, field, instant) for record in records]
        found = as_of(issues, changelogs, instant)
        assert found["closes"].all()
        assert all(pair in names for pair in zip(expected, texts(found[f"{field}_at_period_end"]), strict=True))
        assert texts(found[f"{field}_id_at_period_end"]) == expected

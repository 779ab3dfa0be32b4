"""Moves between projects, and the state of an issue at an earlier instant."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from plain_ways import as_of, states_at

from auditlib.audit.status.distribution import changed_later
from auditlib.audit.status.histories import history_findings
from auditlib.records.issues import issues_frame
from auditlib.records.moves import key_moves
from auditlib.records.reach import (
    BEGINS_EARLIER,
    BEGINS_LATER,
    BROKEN_AFTER,
    BROKEN_BEFORE,
    COMPLETE,
    NO_HISTORY,
    NOT_READ,
    NOT_READABLE,
    NOTHING_TO_COMPARE,
    history_breaks,
)
from auditlib.records.state import add_period_end, as_of_steps
from auditlib.records.transitions import status_steps

SHARED = SHARED / "data"
START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, DOING, DONE = ("1", "Open"), ("3", "Doing"), ("6", "Done")
NOTHING = (None, None)


def item(field: str, before: tuple, after: tuple, *, data_center: bool = False) -> dict:
    """Make a history item; Data Center's have no fieldId."""
    values = {"from": before[0], "fromString": before[1], "to": after[0], "toString": after[1]}
    return {"field": field, "fieldtype": "jira"} | ({} if data_center else {"fieldId": field}) | values


def entry(history_id: int, at: datetime, *items: dict) -> dict:
    """Make a history entry as Jira gives it."""
    created = at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    return {"id": str(history_id), "created": created, "author": {"displayName": "Ann Ex"}, "items": list(items)}


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
    return issues_frame(records, ZoneInfo("UTC"), "https://jira.example")


def texts(column: pd.Series) -> list:
    """Return a text column with None for what is missing."""
    return [it if isinstance(it, str) else None for it in column]


def status_at(histories: list[dict], current: tuple, instant: datetime) -> tuple:
    """Return id and name of the status of one issue just before an instant, from its history and its status of today."""
    found = as_of(issues_of({"id": 1, "status": current}), {1: histories}, instant)
    return tuple(texts(found[name])[0] for name in ("status_id_at_period_end", "status_at_period_end"))


# Where an issue stood, and after how many hours it changed; some changes share an hour.
COURSES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([OPEN, DOING, DONE, NOTHING])), max_size=8)


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


def test_moves_are_read_from_the_key_item():
    """Every move of an issue, in order of time; a custom field of that name, and other items, are none."""
    first = entry(7, START, item("project", ("1", "A"), ("2", "B")), item("Key", (None, "A-3"), (None, "B-9")))
    del first["items"][1]["fieldId"]
    second = entry(9, START + HOUR, item("Key", (None, "B-9"), (None, "C-1"), data_center=True)) | {"author": None}
    custom = item("Key", ("x", "x"), ("y", "y"), data_center=True) | {"fieldtype": "custom"}
    moves = key_moves([(5, [second, first, second]), (6, [entry(8, START, custom)]), (7, [])])
    assert moves[["issue_id", "history_id", "from_key", "to_key"]].to_numpy().tolist() == [
        [5, 7, "A-3", "B-9"],
        [5, 9, "B-9", "C-1"],
    ]
    assert moves["at"].tolist() == [START, START + HOUR]
    assert texts(moves["author"]) == ["Ann Ex", None]


def test_no_moves_are_a_frame_too():
    """The same columns with the same types."""
    some = key_moves([(5, [entry(7, START, item("Key", (None, "A-3"), (None, "B-9"), data_center=True))])])
    assert key_moves([]).dtypes.tolist() == some.dtypes.tolist()


def test_a_real_move_is_read():
    """The entry that a real move left."""
    path = SHARED / "move-history-entry.json"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    move = key_moves([(88, [json.loads(path.read_text(encoding="utf-8"))])]).iloc[0]
    assert (move["from_key"], move["to_key"], move["history_id"]) == ("IMP-88", "PROMO-1", 11508)
    assert move["at"] == datetime(2023, 9, 8, 17, 1, 2, 699000, UTC)


def real_histories() -> list[dict]:
    """Read real issues with their full histories, where they are at hand."""
    path = SHARED / "devlake" / "issues.jsonl.gz"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_real_histories_close():
    """The histories of all real issues lead to today's status and resolution, back to the first change."""
    records = real_histories()
    issues = issues_frame(records, ZoneInfo("UTC"), "https://jira.example")
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
    issues = issues_frame(records, ZoneInfo("UTC"), "https://jira.example")
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


# How far a history leads back


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
    return issues_frame(records, UTC_ZONE, "https://jira.example")


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
        as_of_steps(pd.concat([issues, issues]), status_steps([]), START)


def test_real_histories_lead_back_to_their_creation():
    """All 33 real issues: every change fits where there is one, none is older than its issue, each was born unresolved."""
    records = real_histories()
    issues = issues_frame(records, UTC_ZONE, "https://jira.example")
    changelogs = ((int(it["id"]), it["changelog"]["histories"]) for it in records)
    found = states_at(issues, changelogs, datetime(2020, 6, 15, tzinfo=UTC))
    assert set(found["history"]) == {COMPLETE, NOTHING_TO_COMPARE}
    assert found["history"].eq(NOTHING_TO_COMPARE).tolist() == found["changes"].eq(0).tolist()
    assert found["breaks"].isna().all()


def test_real_issues_without_a_history_are_one_limit():
    """Thousands of closed issues with empty histories: one honest sentence with the count, and no exception."""
    folder = SHARED / "tidev"
    if not folder.exists():
        pytest.skip("the real data is not at hand")
    records = [
        json.loads(line)
        for path in sorted(folder.glob("*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    issues = issues_frame(records, UTC_ZONE, "https://jira.example")
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
    closed = {life.id for life in company.truth.lives.values() if life.keys[-1] in imported and life.states[0][2]}
    assert later == closed & set(found.index)
    assert len(later) > 2
    assert len(broken) == 3
    for issue_id, field in company.truth.holes.items():
        assert found.loc[issue_id, "breaks"].startswith(f"{field}: history")

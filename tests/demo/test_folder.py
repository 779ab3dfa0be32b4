"""Real issue JSON from a folder: everything that is an issue, nothing invented, everything else named."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from issue_files import issue, write
from places import SHARED

from auditlib.demo.folder.load import load_folder
from auditlib.errors import UsageError

real_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared is not here")


def test_all_three_kinds_of_file_are_read_in_all_sub_folders(tmp_path):
    """One issue a file, a list, a search page, lines, compressed lines."""
    write(tmp_path / "one.json", issue("AB-1", 1))
    write(tmp_path / "deep" / "er" / "list.json", [issue("AB-2", 2), issue("AB-3", 3)])
    write(tmp_path / "deep" / "page.json", {"total": 1, "issues": [issue("CD-1", 4)]})
    write(tmp_path / "lines.jsonl", issue("CD-2", 5), {"issues": [issue("CD-3", 6)]})
    write(tmp_path / "lines.jsonl.gz", issue("CD-4", 7))
    folder = load_folder(tmp_path)
    assert {number: one.key for number, one in folder.world.issues.items()} == {
        1: "AB-1",
        2: "AB-2",
        3: "AB-3",
        4: "CD-1",
        5: "CD-2",
        6: "CD-3",
        7: "CD-4",
    }
    assert folder.ignored == ()
    assert folder.projects == ("AB", "CD")


def test_fields_are_kept_as_received(tmp_path):
    """What Jira said is served again, whatever it is."""
    record = issue("AB-1", 1, odd={"deep": [None, 1.5, "ä\u202e"]}, comment={"comments": [], "total": 3})
    write(tmp_path / "one.json", record)
    one = load_folder(tmp_path).world.issues[1]
    assert one.fields == record["fields"]
    assert one.raw
    assert one.visible


def test_nothing_is_invented(tmp_path):
    """No history, no log, no lead, no members where the data has none."""
    write(tmp_path / "one.json", issue("AB-1", 1))
    world = load_folder(tmp_path).world
    assert world.issues[1].histories == []
    assert world.log == []
    assert world.moved_keys == {}
    assert (world.groups, world.permission_schemes, world.filters, world.role_actors) == ({}, {}, {}, {})
    assert (world.statuses, world.issue_types, world.resolutions) == ([], [], [])
    assert world.projects["AB"].lead == ""
    assert list(world.users) == [world.account.account_id]


def test_the_account_may_browse_and_not_administer(tmp_path):
    """The made-up auditor has no power that would ask for data which is not there."""
    write(tmp_path / "one.json", issue("AB-1", 1))
    world = load_folder(tmp_path).world
    assert "BROWSE_PROJECTS" in world.powers
    assert not {power for power in world.powers if power.startswith("ADMINISTER")}
    assert (world.account.time_zone, world.server_zone) == ("UTC", "UTC")
    assert world.password == "demo-token-not-a-secret"


def test_the_period_is_counted_in_utc(tmp_path):
    """Midnight somewhere else is another day."""
    write(
        tmp_path / "list.json",
        [
            issue("AB-1", 1, "2024-03-01T00:30:00.000+0100"),
            issue("AB-2", 2, "2024-05-31T23:30:00.000-0100"),
            issue("AB-3", 3, "2024-04-01T00:00:00Z"),
        ],
    )
    folder = load_folder(tmp_path)
    assert (folder.first_day, folder.last_day) == (date(2024, 2, 29), date(2024, 6, 1))
    assert folder.world.issues[1].created == datetime(2024, 2, 29, 23, 30, tzinfo=UTC)


def test_a_folder_without_issues_is_a_usage_error(tmp_path):
    """With what was there instead."""
    with pytest.raises(UsageError, match="it is empty"):
        load_folder(tmp_path)
    write(tmp_path / "list.json", [1, 2])
    with pytest.raises(UsageError, match=r"list\.json, item 1-2: not an issue"):
        load_folder(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        load_folder(tmp_path / "list.json")
    with pytest.raises(UsageError, match="is not a folder"):
        load_folder(tmp_path / "nowhere")


NAMES = (
    "id", "key", "fields", "created", "updated", "issues", "names", "changelog", "histories", "items", "total", "comment",
    "comments", "worklog", "worklogs", "attachment", "author", "body", "size", "project", "status", "parent", "subtasks",
    "issuelinks", "type", "displayName", "accountId", "fieldId", "field", "fromString",
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4)
)
ANY_JSON = st.recursive(
    LEAVES | st.sampled_from(["AB-1", "7", "2024-01-01T00:00:00Z", "Key"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)


@settings(deadline=None)
@given(ANY_JSON, st.dictionaries(st.sampled_from(NAMES), ANY_JSON), st.dictionaries(st.sampled_from(NAMES), ANY_JSON))
def test_no_json_breaks_the_loader(tmp_path_factory, anything, fields, around):
    """Whatever a file holds, it is either an issue or named; what else an issue holds can't hurt."""
    path = tmp_path_factory.mktemp("any")
    sound = issue("ZZ-1", 10**9)
    sound["fields"] = fields | sound["fields"] | {"updated": None}
    write(path / "good.json", around | sound)
    write(path / "some.json", anything)
    folder = load_folder(path)
    assert 10**9 in folder.world.issues
    assert len(folder.world.issues) + len(folder.ignored) >= 2


# Real data


@real_data
def test_the_tidev_issues_are_all_read():
    """Counts by project, and the numbers missing in 1 to the highest, as the data's own description tells."""
    folder = load_folder(SHARED / "data" / "tidev")
    numbers = {project: set() for project in folder.projects}
    for one in folder.world.issues.values():
        numbers[one.project].add(one.number)
    assert {project: len(found) for project, found in numbers.items()} == {"AC": 4503, "ALOY": 1499, "MOD": 367}
    assert {project: max(found) - len(found) for project, found in numbers.items()} == {
        "AC": 2224,
        "ALOY": 251,
        "MOD": 2561,
    }
    assert folder.ignored == ()
    assert folder.world.moved_keys == {}
    assert not any(one.histories for one in folder.world.issues.values())
    assert sum(note.startswith("AC-") and note.endswith("comments") for note in folder.notes) == 1033


@real_data
def test_the_devlake_issues_come_with_their_history():
    """All entries as received, people as they were; what else lies there is named."""
    folder = load_folder(SHARED / "data" / "devlake")
    assert Counter(one.project for one in folder.world.issues.values()) == {"EE": 30, "K5": 3}
    with gzip.open(SHARED / "data" / "devlake" / "issues.jsonl.gz", "rt", encoding="utf-8") as lines:
        raw = {int(record["id"]): record for record in map(json.loads, lines)}
    for number, one in folder.world.issues.items():
        entries = raw[number]["changelog"]["histories"]
        assert one.fields == raw[number]["fields"]
        assert [entry.id for entry in one.histories] == [int(entry["id"]) for entry in entries]
        assert [list(entry.items) for entry in one.histories] == [entry["items"] for entry in entries]
        assert [entry.author for entry in one.histories] == [entry.get("author") for entry in entries]
    assert len(folder.ignored) == 5
    assert folder.ignored[0] == "changelog-items.jsonl.gz:1-279: not an issue (no key, no fields.created)"


@real_data
def test_the_whole_folder_of_real_data_is_read():
    """Issues of three sites side by side; every file without issues is named."""
    folder = load_folder(SHARED / "data")
    assert folder.projects == ("AC", "ALOY", "EE", "K5", "KP", "MOD")
    assert len(folder.world.issues) == 6369 + 33 + 18
    named = {line.split(":")[0].split(",")[0] for line in folder.ignored}
    held = {path.relative_to(SHARED / "data").as_posix() for path in (SHARED / "data").rglob("*") if path.is_file()}
    assert held - named == {
        "devlake/issues.jsonl.gz",
        "go-atlassian/issue-search-v2.json",
        "tidev/AC.jsonl.gz",
        "tidev/ALOY.jsonl.gz",
        "tidev/MOD.jsonl.gz",
    }

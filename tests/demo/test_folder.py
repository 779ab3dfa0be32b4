"""Real issue JSON from a folder: everything that is an issue, nothing invented, everything else named."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED

from auditlib.demo.folder.load import load_folder
from auditlib.errors import UsageError

real_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared is not here")


def issue(key, number, created="2024-03-01T10:00:00.000+0100", **fields):
    return {"id": str(number), "key": key, "fields": {"created": created, "summary": f"about {key}", **fields}}


def write(path, *records):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    elif path.suffix == ".jsonl":
        path.write_text(text)
    else:
        (record,) = records
        path.write_text(json.dumps(record))
    return path


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


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"key": "AB-9", "fields": {"created": "2024-03-01T10:00:00.000+0000"}}, "no id"),
        ({"id": "9", "fields": {"created": "2024-03-01T10:00:00.000+0000"}}, "no key"),
        ({"id": "9", "key": "AB-9", "fields": {}}, "no fields.created"),
        ({"id": "9", "key": "AB-9", "fields": {"created": None}}, "no fields.created"),
        ({"id": "9", "key": "AB-9", "fields": []}, "no fields.created"),
        ({"id": "9", "key": "AB-9"}, "no fields.created"),
        (issue("ab-9", 9), "not a Jira key"),
        (issue("AB-0", 9), "not a Jira key"),
        (issue("AB-9/../..", 9), "not a Jira key"),
        (issue("AB-9\n", 9), "not a Jira key"),
        (issue("AB-9", "nine"), "'nine' is not a number"),
        (issue("AB-9", "-9"), "'-9' is not a number"),
        (issue("AB-9", 9, "2024-03-01"), "not a time with an offset"),
        (issue("AB-9", 9, "yesterday"), "not a time with an offset"),
        (issue("AB-9", 9, 1709283600), "not a time with an offset"),
        (issue("AB-9", 9, updated="then"), "not a time with an offset"),
        ("a text", "not an object"),
        (None, "not an object"),
        ({"issues": []}, "an empty list"),
        ([], "an empty list"),
    ],
)
def test_what_is_no_issue_is_named_with_file_line_and_reason(tmp_path, record, reason):
    """Nothing disappears without a word."""
    write(tmp_path / "sub" / "lines.jsonl", issue("AB-1", 1), record, issue("AB-2", 2))
    folder = load_folder(tmp_path)
    assert set(folder.world.issues) == {1, 2}
    (line,) = folder.ignored
    assert line.startswith("sub/lines.jsonl:2")
    assert reason in line
    write(tmp_path / "sub" / "lines.jsonl", issue("AB-1", 1))
    write(tmp_path / "sub" / "whole.json", record)
    (line,) = load_folder(tmp_path).ignored
    assert line.startswith("sub/whole.json")
    assert reason in line


@pytest.mark.parametrize(
    "broken", [b'{"id": "9", "key"', b"\xff\xfe\x00", b"[NaN]", b"[1e999]", b"[" * 100_000, b'{"a": 1} {"b": 2}']
)
def test_a_line_that_is_not_json_is_named_and_the_rest_is_read(tmp_path, broken):
    """Cut off, not UTF-8, not a number, too deep, two on a line."""
    first, second = (json.dumps(issue(f"AB-{number}", number)).encode() for number in (1, 2))
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join((first, b"", broken, second)))
    (tmp_path / "whole.json").write_bytes(broken)
    folder = load_folder(tmp_path)
    assert set(folder.world.issues) == {1, 2}
    assert [line.partition(" (")[0] for line in folder.ignored] == ["lines.jsonl:3: not JSON", "whole.json: not JSON"]


def test_a_compressed_file_that_ends_early_gives_what_it_still_holds(tmp_path):
    """And says after which line it broke off."""
    records = [
        issue(f"AB-{number}", number, noise=[number * 7919 % 1009 for _ in range(50)]) for number in range(1, 2000)
    ]
    file = write(tmp_path / "cut.jsonl.gz", *records)
    file.write_bytes(file.read_bytes()[:-4000])
    folder = load_folder(tmp_path)
    assert 0 < len(folder.world.issues) < 1999
    assert any("can't be unpacked after line" in line for line in folder.ignored)


def test_a_file_that_only_says_it_is_compressed_is_named(tmp_path):
    """Its name is not enough."""
    write(tmp_path / "good.json", issue("AB-1", 1))
    (tmp_path / "bad.jsonl.gz").write_bytes(b"not compressed\n")
    assert [line.partition(" (")[0] for line in load_folder(tmp_path).ignored] == [
        "bad.jsonl.gz: can't be unpacked after line 0"
    ]


def test_other_files_are_named(tmp_path):
    """A reader of the run sees what was in the folder and not used."""
    write(tmp_path / "one.json", issue("AB-1", 1))
    (tmp_path / "notes.txt").write_text("notes")
    assert load_folder(tmp_path).ignored == ("notes.txt: neither .json nor .jsonl nor .jsonl.gz",)


def test_neighbours_with_the_same_reason_share_a_line(tmp_path):
    """A list of 500 other things does not bury the rest."""
    write(tmp_path / "lines.jsonl", issue("AB-1", 1), *[{"id": "9"}] * 3, issue("AB-2", 2), {"id": "9"}, {"key": "X"})
    assert load_folder(tmp_path).ignored == (
        "lines.jsonl:2-4: not an issue (no key, no fields.created)",
        "lines.jsonl:6: not an issue (no key, no fields.created)",
        "lines.jsonl:7: not an issue (no id, no fields.created)",
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_an_issue_met_twice_the_later_update_is_kept(tmp_path, order):
    """Whichever comes first; the other one is named."""
    versions = [issue("AB-1", 1, updated=f"2024-0{month}-01T00:00:00.000+0000", n=month) for month in (5, 6)]
    write(tmp_path / "lines.jsonl", *(versions[place] for place in order))
    folder = load_folder(tmp_path)
    assert folder.world.issues[1].fields["n"] == 6
    (line,) = folder.ignored
    assert line.startswith(f"lines.jsonl:{order.index(0) + 1}: AB-1 has the same id 1")


def test_of_two_issues_with_one_key_the_later_update_is_kept(tmp_path):
    """A key must lead to one issue."""
    write(
        tmp_path / "lines.jsonl",
        issue("AB-1", 1, updated="2024-05-01T00:00:00.000+0000"),
        issue("AB-1", 2, updated="2024-06-01T00:00:00.000+0000"),
        # the same id as the one kept, and the key of another
        issue("AB-3", 3, updated="2024-06-01T00:00:00.000+0000"),
        issue("AB-1", 3, updated="2024-07-01T00:00:00.000+0000"),
    )
    folder = load_folder(tmp_path)
    assert {number: one.key for number, one in folder.world.issues.items()} == {3: "AB-1"}
    assert len(folder.ignored) == 3


def test_histories_are_taken_over_and_moves_read_from_them(tmp_path):
    """Old keys lead to the issue, unless an issue has that key today; a broken entry is named."""
    person = {"accountId": "a1", "displayName": "Corvo Placeholder", "active": False}

    def entry(number, old, new, at):
        item = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": old, "to": None, "toString": new}
        return {"id": str(number), "created": at, "author": person, "items": [item]}

    moved = issue("CD-7", 7)
    moved["changelog"] = {
        "total": 9,
        "histories": [
            entry(12, "AB-2", "CD-7", "2024-05-02T00:00:00.000+0000"),
            entry(11, "XY-1", "AB-2", "2024-05-01T00:00:00.000+0000"),
            entry(10, "AB-1", "XY-1", "2024-04-01T00:00:00.000+0000"),
            {"id": "13", "items": []},
        ],
    }
    write(tmp_path / "list.json", [moved, issue("AB-1", 1)])
    folder = load_folder(tmp_path)
    world = folder.world
    assert world.moved_keys == {"XY-1": 7, "AB-2": 7}
    assert [(one.id, one.author) for one in world.issues[7].histories] == [(12, person), (11, person), (10, person)]
    assert world.users["a1"].display_name == "Corvo Placeholder"
    assert not world.users["a1"].active
    assert folder.projects == ("AB", "CD")
    assert folder.ignored == ("list.json, item 1: history entry 4 of CD-7 (None is not a time with an offset)",)
    assert folder.notes == ("CD-7: 4 of 9 history entries",)


def test_lists_are_collected_from_the_issues_and_their_neighbours(tmp_path):
    """Types, statuses, resolutions, priorities, link types, people: each once, in the order of ids."""
    mine, other = ({"id": "77", "key": key, "name": name} for key, name in (("AB", "Abc"), ("CD", "Another site's")))
    done, todo = {"id": "10004", "name": "Done"}, {"id": "3", "name": "To Do"}
    blocks = {"id": "1", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    person = {"key": "u1", "name": "user1", "displayName": "Dunya Mockington", "emailAddress": "d@example.com"}
    write(
        tmp_path / "list.json",
        [
            issue(
                "AB-1",
                1,
                status=done,
                issuetype={"id": "1", "name": "Bug"},
                reporter=person,
                project=mine,
            ),
            issue("AB-2", 2, status=done, issuelinks=[{"type": blocks, "outwardIssue": {"fields": {"status": todo}}}]),
            issue(
                "CD-1",
                3,
                resolution={"id": "5", "name": "Fixed"},
                project=other,
            ),
        ],
    )
    world = load_folder(tmp_path).world
    assert world.statuses == [todo, done]
    assert [one["name"] for one in world.issue_types + world.resolutions + world.link_types] == [
        "Bug",
        "Fixed",
        "Blocks",
    ]
    assert world.users["u1"].name == "user1"
    assert world.projects["AB"].id == 77
    assert world.projects["AB"].name == "Abc"
    assert len({project.id for project in world.projects.values()}) == 2
    assert {field["id"] for field in world.field_names} >= {"created", "summary", "status", "issuelinks"}


def test_comments_worklogs_and_files_are_records_too(tmp_path):
    """So that their own addresses answer; the content of a file is not known."""
    when = "2024-03-02T10:00:00.000+0000"
    document = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}]}
    write(
        tmp_path / "one.json",
        issue(
            "AB-1",
            1,
            comment={"total": 5, "comments": [{"id": "8", "created": when, "body": document}, {"id": "x"}]},
            worklog={"total": 1, "worklogs": [{"id": "6", "created": when, "timeSpentSeconds": 60}]},
            attachment=[{"id": "7", "filename": "a.txt", "created": when, "size": 3, "mimeType": "text/plain"}],
        ),
    )
    folder = load_folder(tmp_path)
    one = folder.world.issues[1]
    assert [(comment.id, comment.body, comment.updated) for comment in one.comments] == [
        (8, "Hello", datetime(2024, 3, 2, 10, tzinfo=UTC))
    ]
    assert [(worklog.id, worklog.seconds) for worklog in one.worklogs] == [(6, 60)]
    assert [(file.id, file.filename, file.content, file.size) for file in one.attachments] == [(7, "a.txt", None, 3)]
    assert folder.notes == ("AB-1: 2 of 5 comments",)


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


# What such data lacks


def test_what_the_records_lack_is_told_in_numbers(tmp_path):
    """A cut list, a link out of the folder, a part that no record holds: nothing of it may look like none."""
    cut = issue("AB-1", 1, comment={"comments": [], "total": 3}, issuelinks=[{"outwardIssue": {"key": "ELSE-9"}}])
    whole = issue("AB-2", 2, comment={"comments": [], "total": 0}, watches={"watchCount": 0}) | {
        "changelog": {"histories": []}
    }
    (tmp_path / "issues.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in (cut, whole)), encoding="utf-8")
    lacks = ". ".join(load_folder(tmp_path).world.lacks)
    assert "The 2 issues come from files" in lacks
    assert "There is no audit log" in lacks
    assert "1 of 2 issues comes without a history" in lacks
    assert "1 of 2 issues comes with fewer comments than Jira's own count says: 0 of 3" in lacks
    assert "1 link leads out of the files, from 1 issue, and is not shown" in lacks
    assert "1 of 2 issues comes without watchers" in lacks
    assert "No issue comes with votes" in lacks


def test_the_tidev_issues_say_what_they_lack():
    """The published counts: no history, and the lists of comments that are shorter than their own count."""
    if not (SHARED / "data" / "tidev").is_dir():
        pytest.skip("the real data is not at hand")
    lacks = ". ".join(load_folder(SHARED / "data" / "tidev").world.lacks)
    for part in (
        "No issue comes with a history",
        "1,543 of 6,369 issues come with fewer comments",
        "No issue comes with watchers",
    ):
        assert part in lacks

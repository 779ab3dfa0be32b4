"""Histories, moves, lists of values and small records of a folder of issues."""

from __future__ import annotations

from datetime import UTC, datetime

from issue_files import issue, write

from auditlib.demo.folder.load import load_folder


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

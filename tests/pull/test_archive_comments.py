"""Comments in an archive of an embedded Jira: what was edited or went between two archives is told, in both dialects."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace

import pytest
from archive_folders import BEGUN, MONTH, archiver, edit_comment, figures_of, lines_of
from small_world import START, full_issue, issue, small_world

from auditlib.demo.world.records import World
from auditlib.pull.archive import comments as step


def rows(folder, number: int) -> list[dict[str, str]]:
    files = sorted((folder / "comments").glob("*.changes.csv"))
    return list(csv.DictReader(io.StringIO(files[number].read_text("utf-8"))))


def noted(folder, number: int) -> list[dict[str, object]]:
    files = sorted((folder / "comments").glob("*.jsonl.gz"))
    return [json.loads(line) for line in gzip.decompress(files[number].read_bytes()).decode().splitlines()]


def many_comments() -> World:
    """Make an issue with more comments than a search gives with it."""
    world = small_world(full_issue(1))
    first = world.issues[101].comments[0]
    world.issues[101].comments.extend(replace(first, id=8000 + number) for number in range(120))
    return world


@pytest.fixture(params=["cloud", "data-center"])
def archive(request, parameters, tmp_path):
    world = small_world(full_issue(1), full_issue(2), issue(3))
    params = parameters(projects="[AC]", deployment=request.param)
    with archiver(world, params, tmp_path / "archive", request.param) as made:
        yield made


def test_every_issue_is_noted_at_first_and_one_without_comments_too(archive):
    """What is missed later must have been noted before: that there was none is a note as well."""
    archive.archive()
    found = noted(archive.folder, 0)
    expected = {str(one.id): sum(c.visible for c in one.comments) for one in archive.world.issues.values()}
    assert {one["issue"] for one in found} == set(expected)
    for number, count in expected.items():
        mine = [one for one in found if one["issue"] == number]
        assert len([one for one in mine if one["comment"] is not None]) == count
    assert all(len(str(one["sha256"])) == 64 for one in found if one["comment"] is not None)


def test_an_edit_and_a_deletion_that_leave_no_trace_on_the_issue_are_told_with_their_bracket(archive):
    """Jira does not call the issues updated; they are read again in turn, and the two archives are the bracket."""
    archive.archive()
    edited, gone = archive.world.issues[101], archive.world.issues[102]
    changed = edit_comment(edited, "It was never approved.", START)
    lost = gone.comments.pop(0).id
    done = archive.archive()
    seen, missed = "2026-05-01T03:15:00.000Z", "2026-06-01T03:15:00.000Z"
    found = [
        (one["key"], one["comment_id"], one["change"], one["last_seen"], one["first_missed"])
        for one in rows(archive.folder, 0)
    ]
    assert found == [
        ("AC-1", str(changed), "edited", seen, missed),
        ("AC-2", str(lost), "deleted or hidden", seen, missed),
    ]
    said = "\n".join(lines_of(done))
    assert f"AC-1, comment {changed}" in said
    assert f"AC-2, comment {lost}" in said
    assert figures_of(archive.archive())["comments_edited"] == 0  # told once


def test_comments_that_are_cut_inside_an_issue_are_asked_for_by_themselves(parameters, tmp_path):
    """A search gives fewer comments than the issue has: the note is whole all the same."""
    world = many_comments()
    with archiver(world, parameters(projects="[AC]"), tmp_path / "archive", forms={"inline-comments": "20"}) as made:
        made.archive()
    assert {one["comment"] for one in noted(tmp_path / "archive", 0)} == {
        str(one.id) for one in world.issues[101].comments if one.visible
    }


def test_only_updated_issues_and_a_bounded_number_of_others_are_read_later(archive, monkeypatch):
    """A later archive does not read all of Jira again: those read longest ago come first."""
    monkeypatch.setattr(step, "READ_AGAIN", 1)
    archive.archive()
    archive.world.issues[103].updated = BEGUN + MONTH
    for expected in ({101, 103}, {102, 103}):
        archive.archive()
        assert {int(str(one["issue"])) for one in noted(archive.folder, -1)} == expected


def test_comments_that_are_refused_are_told_and_the_archive_goes_on(parameters, tmp_path):
    """An account that may not read them: the rest is kept, and nothing is said of what was not read."""
    world = many_comments()
    forms = {"inline-comments": "20", "refused-part": "comments"}
    with archiver(world, parameters(projects="[AC]"), tmp_path / "archive", forms=forms) as made:
        done = made.archive()
    assert any(line.startswith("Unread    the comments of 1 issue") for line in lines_of(done))
    assert noted(tmp_path / "archive", 0) == []


def test_a_damaged_note_is_passed_over(archive):
    """What an earlier file held is not known any more; the archive goes on from the others."""
    archive.archive()
    (note,) = (archive.folder / "comments").glob("*.jsonl.gz")
    note.write_bytes(b"x" + note.read_bytes()[1:])
    archive.world.issues[102].comments.clear()
    archive.archive()
    assert rows(archive.folder, 0) == []

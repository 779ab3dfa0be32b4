"""Worklogs in an archive of an embedded Jira: what a deleted one said is known from the archive before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from archive_folders import BEGUN, archiver, figures_of, lines_of
from small_world import full_issue, issue, small_world

from auditlib.demo.server.exchange import Answer, Asked
from auditlib.responses.archive import ArchiveFolder


@pytest.fixture(params=["cloud", "data-center"])
def archive(request, parameters, tmp_path):
    world = small_world(full_issue(1), issue(30, "HID"))
    world.issues[130].worklogs.append(replace(world.issues[101].worklogs[0], id=9000))
    params = parameters(projects="[AC]", deployment=request.param)
    with archiver(world, params, tmp_path / "archive", request.param) as made:
        yield made


def test_a_deleted_and_a_changed_worklog_are_told(archive):
    """Jira tells the number of a deleted one alone; whose it was, and how long, the archive has."""
    archive.archive()
    first, second, *_ = archive.world.issues[101].worklogs
    archive.world.issues[101].worklogs[0] = replace(first, seconds=60, updated=BEGUN + timedelta(days=3))
    archive.world.issues[101].worklogs.remove(second)
    archive.world.deleted_worklogs[second.id] = BEGUN + timedelta(days=4)
    archive.world.deleted_worklogs[9999] = BEGUN + timedelta(days=4)
    done = archive.archive()
    said = [line for line in lines_of(done) if "worklog" in line and "noted" not in line]
    assert [line.split(",")[0] for line in said] == [
        f"Edited    worklog {first.id} of issue 101",
        f"Deleted   worklog {second.id} of issue 101",
    ]
    expected = {"worklogs": 1, "worklogs_edited": 1, "worklogs_deleted": 1}
    assert {name: figures_of(done)[name] for name in expected} == expected


def test_worklogs_of_issues_out_of_sight_are_not_kept(archive):
    """Jira tells the numbers of all worklogs of the site; only those of the listed projects are noted."""
    archive.archive()
    folder = ArchiveFolder(archive.folder)
    (path,) = folder.files("worklogs", ".jsonl.gz")
    assert {record["issue"] for record in folder.records(path)} == {"101"}


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_worklogs_that_are_refused_are_told_and_the_archive_goes_on(parameters, tmp_path, dialect):
    """A token without the scope: everything else is kept."""

    def refuse(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403) if "/worklog/" in asked.path else answer

    params = parameters(projects="[AC]", deployment=dialect)
    with archiver(small_world(full_issue(1)), params, tmp_path / "archive", dialect, tamper=refuse) as made:
        done = made.archive()
    assert any(line.startswith("Worklogs  can't be noted") for line in lines_of(done))
    assert not ArchiveFolder(tmp_path / "archive").files("worklogs", ".jsonl.gz")
    assert ArchiveFolder(tmp_path / "archive").files("comments", ".jsonl.gz")

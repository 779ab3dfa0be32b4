"""Who holds which permission, in an archive of an embedded Jira: who gained or lost one between two archives is told."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from archive_folders import archiver, figures_of, lines_of

from auditlib.demo.server.exchange import Answer, Asked
from auditlib.demo.story.company import build_company


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_who_left_a_group_has_lost_what_it_holds(parameters, tmp_path, dialect):
    """By person, project and permission, with the two archives as bracket."""
    params, world = parameters(deployment=dialect), build_company("archives", scale=0.1).world
    with archiver(world, params, tmp_path / "archive", dialect) as made:
        first = made.archive()
        group = max(world.groups.values(), key=lambda one: len(one.members))
        gone = world.users[group.members[0]]
        world.groups[group.group_id] = replace(group, members=group.members[1:])
        second = made.archive()
        third = made.archive()
    assert figures_of(first)["holders"] > 10
    (file, _) = sorted((tmp_path / "archive" / "holders").glob("*.changes.csv"))
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert rows
    account = gone.account_id if dialect == "cloud" else gone.key
    assert {(one["account_id"], one["change"]) for one in rows} == {(account, "lost")}
    assert {(one["last_seen"], one["first_missed"]) for one in rows} == {
        ("2026-05-01T03:15:00.000Z", "2026-06-01T03:15:00.000Z")
    }
    assert any(line.startswith("Lost") and gone.display_name in line for line in lines_of(second))
    assert figures_of(third)["holders_lost"] == 0


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_permissions_that_are_refused_are_told_and_the_archive_goes_on(parameters, tmp_path, dialect):
    """An account without the power: nothing is noted, so nobody seems to have lost anything."""

    def refuse(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403) if "permissionscheme" in asked.path else answer

    params, world = parameters(deployment=dialect), build_company("archives", scale=0.1).world
    with archiver(world, params, tmp_path / "archive", dialect, tamper=refuse) as made:
        done = made.archive()
    assert any(line.startswith("Holders   can't be noted") for line in lines_of(done))
    assert not (tmp_path / "archive" / "holders").exists()

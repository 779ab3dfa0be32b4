"""Workflows in an archive of an embedded Jira: every version that Jira keeps is kept for longer than Jira does."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from archive_folders import archiver, figures_of, lines_of

from auditlib.demo.server.exchange import Answer, Asked
from auditlib.demo.story.company import build_company
from auditlib.pull.from_archive import copy_archive
from auditlib.records.workflows import read_workflows
from auditlib.responses.archive import ArchiveFolder


def kept(folder) -> dict[str, object]:
    archive = ArchiveFolder(folder)
    return {
        path: json.loads(gzip.decompress(b"".join(archive.pieces(path))))
        for path in archive.files("workflows", ".json.gz")
    }


def test_every_version_is_kept_as_it_came_and_once_in_a_package(parameters, tmp_path):
    """Jira keeps versions for 60 days; two archives hold the same answers, and a package takes each once, from the newer."""
    with archiver(build_company("archives", scale=0.1).world, parameters(), tmp_path / "archive") as made:
        first, second = made.archive(), made.archive()
    found = kept(tmp_path / "archive")
    answers = [one for one in found.values() if isinstance(one, dict) and "workflows" in one]
    versions = [one for answer in answers for one in read_workflows(answer)]
    assert len({(one.id, one.number) for one in versions}) == figures_of(first)["workflow_versions"] > 1
    assert figures_of(second)["workflow_versions_new"] == 0
    copy_archive(tmp_path / "archive", tmp_path / "data", made.times[0])
    copied = {
        path.relative_to(tmp_path / "data" / "archive").as_posix() for path in (tmp_path / "data").rglob("*.json.gz")
    }
    newer = {path for path in found if f"{made.times[1]:%Y%m%dT%H%M%SZ}" in path}
    assert newer <= copied  # and of the older one what the newer asked by the name of another issue type
    assert {json.dumps(found[path], sort_keys=True) for path in copied} == {
        json.dumps(one, sort_keys=True) for one in found.values()
    }


def test_data_center_gives_names_and_statuses(parameters, tmp_path):
    """Its REST interface tells no transitions and rules: what it tells is kept."""
    params = parameters(deployment="data-center")
    with archiver(build_company("archives", scale=0.1).world, params, tmp_path / "archive", "data-center") as made:
        made.archive()
    names = {path.rpartition("/")[2] for path in kept(tmp_path / "archive")}
    assert {"names.json.gz", "scheme-PAY.json.gz", "statuses-PAY.json.gz"} <= names


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_workflows_that_are_refused_are_told_and_the_archive_goes_on(parameters, tmp_path, dialect):
    """No administrator, no workflows: the rest is kept."""

    def refuse(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403) if "workflow" in asked.path or "statuses" in asked.path else answer

    params, world = parameters(deployment=dialect), build_company("archives", scale=0.1).world
    with archiver(world, params, tmp_path / "archive", dialect, tamper=refuse) as made:
        done = made.archive()
    assert "Workflows can't be read by this account: none is kept" in lines_of(done)
    assert kept(tmp_path / "archive") == {}


def test_an_answer_that_cannot_be_used_is_told(parameters, tmp_path):
    """Fewer versions than Jira keeps are not all of them: the archive says which answer it lacks."""

    def spoil(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, body=b'{"entries": 7}') if asked.path.endswith("/workflow/history/list") else answer

    world = build_company("archives", scale=0.1).world
    with archiver(world, parameters(projects="[OPS]"), tmp_path / "archive", tamper=spoil) as made:
        (told,) = [line for line in lines_of(made.archive()) if "about workflows can't be used" in line]
    assert "workflow/history/list has not the form of a Jira's: at entries stands 7" in told
    assert kept(tmp_path / "archive")

"""The shared filter in the archive: kept each time, and told when its query is another; a run compares with it."""

from __future__ import annotations

from dataclasses import replace

from archive_folders import archiver
from small_world import issue, small_world

from auditlib.audit.scope.shared_filter import filter_findings
from auditlib.pull.from_archive import copy_archive


def lines(archived) -> list[str]:
    return [line for told in archived.told for line in told.lines if line.startswith(("Filter", "          "))]


def test_a_filter_whose_query_changed_is_told(parameters, tmp_path):
    """The archive says it at once; the next run finds it in its package."""
    world, params = small_world(issue(1)), parameters(projects="[AC]", filter_id=70)
    with archiver(world, params, tmp_path / "archive") as made:
        assert "for the first time" in "".join(lines(made.archive()))
        assert "its query as before" in "".join(lines(made.archive()))
        made.world.filters[70] = replace(made.world.filters[70], jql="project = AC AND labels = x")
        said = "".join(lines(made.archive()))
    assert "its query is another than before" in said
    assert "then project = AC " in said
    copy_archive(tmp_path / "archive", tmp_path / "data", made.times[0])
    assert len(list((tmp_path / "data" / "archive" / "filters").glob("*.json"))) == 3


def test_a_filter_that_is_not_shared_ends_no_archive(parameters, tmp_path):
    """It is said with Jira's reason, and the other steps are done."""
    with archiver(small_world(issue(1)), parameters(projects="[AC]", filter_id=71), tmp_path / "archive") as made:
        said = "".join(lines(made.archive()))
    assert "71 can't be read" in said
    assert not (tmp_path / "archive" / "filters").exists()


def test_parameters_without_a_filter_ask_for_none(parameters, tmp_path):
    """And nothing is kept."""
    with archiver(small_world(issue(1)), parameters(projects="[AC]"), tmp_path / "archive") as made:
        assert not [line for line in lines(made.archive()) if line.startswith("Filter")]
    assert filter_findings(None, []) == []

"""What the records of a folder lack is told in numbers."""

from __future__ import annotations

import json

import pytest
from issue_files import issue
from places import SHARED

from auditlib.demo.folder.load import load_folder


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

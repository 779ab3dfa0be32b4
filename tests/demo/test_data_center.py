"""Searches of the embedded Jira Data Center: totals, caps, pages that follow the world."""

from __future__ import annotations

from jira_caller import Caller, serve
from small_world import full_world, issue


def test_data_center_search_has_a_total_and_a_cap(center: Caller) -> None:
    """``startAt`` and ``total``; a server-side cap on what is asked."""
    page = center.get("search", jql="project = AC ORDER BY key", startAt=2, maxResults=3, fields="summary").json()
    assert [one["key"] for one in page["issues"]] == ["AC-3", "AC-4", "AC-5"]
    assert (page["startAt"], page["maxResults"], page["total"]) == (2, 3, 8)
    assert center.post("search", jql="project = AC", startAt=7).json()["startAt"] == 7
    assert center.get("search", jql="ORDER BY key", maxResults=5000).json()["maxResults"] == 1000
    assert center.get("search", jql="key = AC-99").json()["errorMessages"] == [
        "An issue with key 'AC-99' does not exist for field 'key'."
    ]
    everything = center.get("search", jql="key = AC-1").json()["issues"][0]["fields"]
    assert "summary" in everything
    assert "comment" not in everything


def test_data_center_pages_follow_the_world() -> None:
    """A page after an issue came is a page of the new result."""
    world = full_world()
    for caller in serve(world, "data-center", page_size=2):
        jql = "project = AC ORDER BY key DESC"
        first = caller.get("search", jql=jql).json()
        world.issues[109] = issue(9)
        second = caller.get("search", jql=jql, startAt=2).json()
        assert [one["key"] for one in first["issues"]] == ["AC-8", "AC-7"]
        assert [one["key"] for one in second["issues"]] == ["AC-7", "AC-6"]
        assert (first["total"], second["total"]) == (8, 9)

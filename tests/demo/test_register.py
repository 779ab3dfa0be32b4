"""Projects, filters and lists of values of the embedded Jira."""

from __future__ import annotations

from typing import Any

from jira_caller import Caller, serve
from small_world import STEPS, full_world


def test_projects_are_found_by_key_former_key_and_id(either: Caller) -> None:
    """A renamed project answers to its old key, with the new one."""
    for name, key in {"AC": "AC", "1": "AC", "PRE": "NEW", "OLD": "OLD"}.items():
        assert either.get(f"project/{name}").json()["key"] == key
    assert either.get("project/PRE", expand="projectKeys").json()["projectKeys"] == ["NEW", "PRE"]
    assert either.get("project/OLD").json()["archived"] is True
    answer = either.get("project/HID")
    assert (answer.status_code, answer.json()["errorMessages"]) == (404, ["No project could be found with key 'HID'."])


def test_project_search_filters(cloud: Caller) -> None:
    """Archived projects only on request; an administrator views what they can't browse; the insight counts all."""

    def found(**params: Any) -> list[str]:
        return [one["key"] for one in cloud.get("project/search", **params).json()["values"]]

    assert found() == ["AC", "HID", "NEW"]
    assert found(action="browse") == ["AC", "NEW"]
    assert found(status="archived") == ["OLD"]
    assert found(status="live,archived", action="browse") == ["AC", "NEW", "OLD"]
    assert found(keys=["ac", "OLD"]) == ["AC"]
    assert found(query="new") == ["NEW"]
    assert found(id="1") == ["AC"]
    project = cloud.get("project/search", keys="AC", expand="insight,lead").json()["values"][0]
    assert project["insight"]["totalIssueCount"] == 9
    assert project["lead"]["displayName"] == "Ben Crane"


def test_project_search_pages() -> None:
    """Pages of one lead from one to the next."""
    for caller in serve(full_world(), page_size=1):
        page = caller.get("project/search").json()
        keys = []
        while True:
            keys.extend(one["key"] for one in page["values"])
            if page["isLast"]:
                break
            page = caller.session.get(page["nextPage"], timeout=5).json()
        assert keys == ["AC", "HID", "NEW"]


def test_data_center_lists_projects(center: Caller) -> None:
    """Archived ones only on request."""
    assert [one["key"] for one in center.get("project").json()] == ["AC", "NEW"]
    assert [one["key"] for one in center.get("project", includeArchived="true").json()] == ["AC", "NEW", "OLD"]


def test_filters_are_for_whom_they_are_shared_with(either: Caller) -> None:
    """A private filter of another is like none: 400."""
    shared = either.get("filter/70").json()
    assert (shared["jql"], shared["owner"]["displayName"]) == ("project = AC", "Ana Brook")
    for number in ("71", "72", "x"):
        assert either.get(f"filter/{number}").status_code == 400
    assert either.anonymous().get("filter/70").status_code == 400
    if either.jira.dialect == "cloud":
        page = either.get("filter/search", expand="jql,owner", filterName="pop").json()
        assert [(one["id"], one["jql"]) for one in page["values"]] == [("70", "project = AC")]
        assert "jql" not in either.get("filter/search").json()["values"][0]


def test_lists_of_values(either: Caller) -> None:
    """What issues refer to can be listed."""
    assert [one["name"] for one in either.get("status").json()] == ["To Do", "Done"]
    assert [one["key"] for one in either.get("statuscategory").json()] == ["new", "done"]
    assert [one["name"] for one in either.get("issuetype").json()] == ["Bug", "Task"]
    assert [one["name"] for one in either.get("resolution").json()] == ["Fixed"]
    assert [one["name"] for one in either.get("priority").json()] == ["High", "Low"]
    assert either.get("issueLinkType").json()["issueLinkTypes"][0]["inward"] == "is blocked by"
    assert STEPS in [one["id"] for one in either.get("field").json()]
    assert either.get("project/AC/securitylevel").json()["levels"][0]["name"] == "Secret"
    assert either.get("project/AC/issuesecuritylevelscheme").json()["levels"][0]["name"] == "Secret"
    assert either.get("project/NEW/issuesecuritylevelscheme").status_code == 404

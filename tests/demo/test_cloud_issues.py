"""Histories, comments, worklogs and files of the embedded Jira, in bulk and one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from jira_caller import Caller, serve
from small_world import START, full_issue, full_world, small_world


def test_history_pages_are_oldest_first(cloud: Caller) -> None:
    """Pages of ten add up to all 45, and every page tells the total."""
    seen: list[int] = []
    start = 0
    while True:
        page = cloud.get("issue/HID-7/changelog", startAt=start, maxResults=10).json()
        assert page["total"] == 45
        seen.extend(int(one["id"]) for one in page["values"])
        start += 10
        if page["isLast"]:
            assert "nextPage" not in page
            break
    assert seen == list(range(1000, 1045))
    assert cloud.get("issue/AC-1/changelog", maxResults=1000).json()["maxResults"] == 100


def test_bulk_fetch_leaves_out_without_a_word(cloud: Caller) -> None:
    """In order of id, moved keys under their new ones, each issue once, no errors told."""
    asked = ["AC-8", "102", "HID-7", "AC-20", "AC-99", "HID-30", "ac-8"]
    answer = cloud.post("issue/bulkfetch", issueIdsOrKeys=asked, fields=["summary"]).json()
    assert [one["key"] for one in answer["issues"]] == ["AC-1", "AC-2", "AC-8"]
    assert answer["issueErrors"] == []
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=["AC-2"]).json()["issues"][0]["fields"]["labels"] == []
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=["AC-2"] * 101).status_code == 400
    assert cloud.post("issue/bulkfetch", issueIdsOrKeys=[]).status_code == 400


def test_bulk_history_spans_pages(cloud: Caller) -> None:
    """Merged by issue id, the pages hold every entry once, oldest first."""
    merged: dict[str, list[int]] = {}
    body: dict[str, Any] = {"issueIdsOrKeys": ["AC-1", "AC-2", "AC-99"], "maxResults": 7}
    pages = 0
    while True:
        page = cloud.post("changelog/bulkfetch", **body).json()
        pages += 1
        for one in page["issueChangeLogs"]:
            merged.setdefault(one["issueId"], []).extend(int(entry["id"]) for entry in one["changeHistories"])
        if "nextPageToken" not in page:
            break
        body["nextPageToken"] = page["nextPageToken"]
    assert merged == {"101": list(range(1000, 1045))}
    assert pages == 7


@pytest.mark.parametrize(("size", "more"), [(44, True), (45, False), (46, False)])
def test_bulk_history_ends_with_its_last_entry(cloud: Caller, size: int, more: bool) -> None:
    """A page that is full and holds the last of 45 entries has no other behind it."""
    page = cloud.post("changelog/bulkfetch", issueIdsOrKeys=["AC-1"], maxResults=size).json()
    assert ("nextPageToken" in page) is more


def test_bulk_history_by_field_loses_the_moves(cloud: Caller) -> None:
    """``Key`` has no ``fieldId``: whoever filters by field never sees a move."""
    page = cloud.post("changelog/bulkfetch", issueIdsOrKeys=["AC-1"], fieldIds=["assignee"]).json()
    items = [item["field"] for entry in page["issueChangeLogs"][0]["changeHistories"] for item in entry["items"]]
    assert items == ["assignee"]


def test_bulk_history_orders_by_time_across_issues() -> None:
    """The oldest entry of all issues comes first, then by issue."""
    older, younger = full_issue(1), full_issue(2)
    for offset, made in ((0, older), (1, younger)):
        object.__setattr__(made, "histories", made.histories[:2])
        for index, record in enumerate(made.histories):
            object.__setattr__(record, "created", START + timedelta(hours=index))
            object.__setattr__(record, "id", 10 * (1 - offset) + index)
    for caller in serve(small_world(older, younger), page_size=1):
        order: list[str] = []
        token: str | None = None
        while token != "":
            body = {"nextPageToken": token} if token else {}
            page = caller.post("changelog/bulkfetch", issueIdsOrKeys=["AC-2", "AC-1"], **body).json()
            order.extend(one["issueId"] for one in page["issueChangeLogs"])
            token = page.get("nextPageToken", "")
        assert order == ["101", "102", "101", "102"]


@pytest.mark.parametrize(
    "body",
    [
        {"issueIdsOrKeys": []},
        {"issueIdsOrKeys": ["1"] * 1001},
        {"issueIdsOrKeys": ["AC-1"], "fieldIds": [str(n) for n in range(11)]},
        {"issueIdsOrKeys": ["AC-1"], "maxResults": 10001},
        {"issueIdsOrKeys": ["AC-1"], "maxResults": 0},
        {"issueIdsOrKeys": ["AC-1"], "nextPageToken": "x"},
    ],
)
def test_bulk_history_has_limits(cloud: Caller, body: dict[str, Any]) -> None:
    """The documented limits are kept."""
    assert cloud.post("changelog/bulkfetch", **body).status_code == 400


def test_comments_page_and_the_restricted_are_not_counted(cloud: Caller, center: Caller) -> None:
    """26 of 27 comments can be seen; inside an issue only 20 on Cloud."""
    first = cloud.get("issue/AC-1/comment", maxResults=20).json()
    second = cloud.get("issue/AC-1/comment", maxResults=20, startAt=20, expand="renderedBody").json()
    assert (first["total"], len(first["comments"]), len(second["comments"])) == (26, 20, 6)
    assert second["comments"][-1]["visibility"] == {"type": "group", "value": "staff", "identifier": "g-1"}
    assert second["comments"][0]["renderedBody"] == "<p>Comment <b>20</b> of the fault</p>"
    newest = cloud.get("issue/AC-1/comment", orderBy="-created").json()["comments"][0]
    assert newest["id"] == second["comments"][-1]["id"]
    assert cloud.get("issue/AC-1/comment", orderBy="body").status_code == 400
    assert cloud.get("issue/AC-1/comment", maxResults=1000).json()["maxResults"] == 100
    inline = cloud.get("issue/AC-1", fields="comment").json()["fields"]["comment"]
    assert (inline["total"], len(inline["comments"])) == (26, 20)
    theirs = center.get("issue/AC-1/comment").json()
    assert len(theirs["comments"]) == 26
    assert theirs["comments"][0]["body"] == "Comment *0* of the fault"


def test_comments_by_id(cloud: Caller) -> None:
    """Unknown and restricted ids are left out."""
    page = cloud.post("comment/list", ids=[2000, 2101, 2100, 9]).json()
    assert [one["id"] for one in page["values"]] == ["2000", "2100"]
    assert cloud.post("comment/list", ids=[]).status_code == 400


def test_worklogs_are_cut_inside_an_issue(cloud: Caller, center: Caller) -> None:
    """22 worklogs, of which an issue shows 20."""
    for caller in (cloud, center):
        inline = caller.get("issue/AC-1", fields="worklog").json()["fields"]["worklog"]
        assert (inline["total"], len(inline["worklogs"])) == (22, 20)
        whole = caller.get("issue/AC-1/worklog").json()
        assert len(whole["worklogs"]) == whole["total"] == 22
        assert (whole["worklogs"][0]["timeSpent"], whole["worklogs"][0]["timeSpentSeconds"]) == ("1h 30m", 5400)
        assert "comment" not in whole["worklogs"][0]


def test_an_attachment_is_elsewhere_on_cloud(cloud: Caller) -> None:
    """303 to a media address that needs no credentials, or the file itself with ``redirect=false``."""
    record = cloud.get("attachment/4000").json()
    assert (record["id"], record["size"], record["filename"]) == (4000, 60, "log ü.txt")
    moved = cloud.session.get(record["content"], allow_redirects=False, timeout=5)
    assert moved.status_code == 303
    assert requests.get(moved.headers["Location"], timeout=5).content == b"hello\n" * 10
    assert requests.get(moved.headers["Location"] + "0", timeout=5).status_code == 403
    straight = cloud.get("attachment/content/4000", redirect="false")
    assert (straight.status_code, len(straight.content)) == (200, 60)
    for number in ("4001", "4999", "x"):
        assert cloud.get(f"attachment/content/{number}").status_code == 404
    assert cloud.anonymous().get("attachment/4000").status_code == 404


def test_an_attachment_is_at_hand_on_data_center(center: Caller) -> None:
    """The address in the issue gives the file."""
    field = center.get("issue/AC-1", fields="attachment").json()["fields"]["attachment"]
    assert "/secure/attachment/4000/log%20%C3%BC.txt" in field[0]["content"]
    assert center.session.get(field[0]["content"], timeout=5).content == b"hello\n" * 10
    assert center.session.get(field[1]["content"], timeout=5).status_code == 404


def test_an_attachment_of_a_hidden_issue_is_not_there() -> None:
    """Files share the fate of their issue."""
    world = full_world()
    world.issues[101].visible = False
    for caller in serve(world):
        assert caller.get("attachment/4000").status_code == 404


def test_links_watchers_and_votes(either: Caller) -> None:
    """Small lists beside an issue."""
    assert either.get("issue/AC-1/remotelink").json()[0]["object"]["title"] == "Doc"
    watchers = either.get("issue/AC-1/watchers").json()
    assert (watchers["watchCount"], watchers["isWatching"], len(watchers["watchers"])) == (2, True, 2)
    assert either.get("issue/AC-1/votes").json()["votes"] == 0
    assert either.get("issue/AC-20/votes").status_code == 404

"""The audit log of the embedded Jira, in both dialects."""

from __future__ import annotations

from typing import Any

from jira_caller import Caller, serve
from small_world import full_world


def test_the_log_of_cloud_is_newest_first_and_can_be_narrowed(cloud: Caller) -> None:
    """By time, by words, by page; empty parts are left out."""
    whole = cloud.get("auditing/record").json()
    assert [one["id"] for one in whole["records"]] == [7, 6, 5, 4, 3, 2, 1]
    assert (whole["total"], whole["limit"]) == (7, 1000)
    assert [one["id"] for one in cloud.get("auditing/record", offset=5, limit=5).json()["records"]] == [2, 1]
    deleted = cloud.get("auditing/record", filter="AC-9 issue").json()["records"]
    assert (len(deleted), deleted[0]["authorAccountId"], deleted[0]["authorKey"]) == (1, "acc:ben", "JIRAUSER2")
    assert "authorKey" not in whole["records"][-1]
    span = {"from": "2026-01-02T00:00:00.000+0000", "to": "2026-01-04T23:00:00.000+0000"}
    assert [one["id"] for one in cloud.get("auditing/record", **span).json()["records"]] == [3, 2]
    assert cloud.get("auditing/record", **{"from": "now"}).status_code == 400
    assert cloud.get("auditing/record", limit=5000).json()["limit"] == 1000


def test_the_log_of_data_center_pages_by_cursor() -> None:
    """Each page says where the next one starts; the last says that it is."""
    for caller in serve(full_world(), "data-center"):
        address = f"{caller.jira.url}/rest/auditing/1.0/events"
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 3}
        while True:
            page = caller.session.get(address, params=params, timeout=5).json()
            seen.extend(one["timestamp"] for one in page["entities"])
            if page["pagingInfo"]["lastPage"]:
                break
            params["pageCursor"] = page["pagingInfo"]["nextPageCursor"]
        assert len(seen) == 7
        assert seen == sorted(seen, reverse=True)
        event = caller.session.get(address, params={"search": "AC-9"}, timeout=5).json()["entities"][0]
        assert event["type"]["actionI18nKey"] == "jira.auditing.issue.deleted"
        assert (event["author"]["name"], event["affectedObjects"][0]["name"]) == ("Ben Crane", "AC-9")
        late = caller.session.get(address, params={"from": "2026-01-07T00:00:00Z"}, timeout=5).json()["entities"]
        assert len(late) == 2
        for wrong in ({"pageCursor": "x"}, {"to": "x"}, {"limit": "x"}):
            assert caller.session.get(address, params=wrong, timeout=5).status_code == 400

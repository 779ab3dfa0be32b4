"""Fields, texts, times, people and history items are written as each dialect writes them."""

from __future__ import annotations

from jira_caller import Caller
from small_world import BEN, STEPS


def test_fields_can_be_chosen(either: Caller) -> None:
    """``*all``, ``*navigable``, names, and exclusions."""

    def fields(*names: str) -> set[str]:
        return set(either.get("issue/AC-1", fields=",".join(names)).json()["fields"])

    everything = fields("*all")
    assert {"comment", "worklog", "attachment", "watches", "project", STEPS} <= everything
    assert fields("*navigable") == everything - {"comment", "worklog", "attachment", "watches", "votes"}
    assert fields("-comment", "-summary") == everything - {"comment", "summary"}
    assert fields("summary", "comment") == {"summary", "comment"}
    assert fields("*all", "-comment") == everything - {"comment"}


def test_names_and_schema_come_on_request(either: Caller) -> None:
    """Custom fields are explained."""
    shown = either.get("issue/AC-1", fields=STEPS, expand="names,schema").json()
    assert shown["names"] == {STEPS: "Steps"}
    assert shown["schema"][STEPS]["customId"] == 10050
    path = "search/jql" if either.jira.dialect == "cloud" else "search"
    page = either.get(path, jql="key = AC-1", fields="summary", expand="names,schema").json()
    assert page["names"] == {"summary": "Summary"}


def test_long_texts_are_documents_on_cloud_and_wiki_on_data_center(cloud: Caller, center: Caller) -> None:
    """The same text in two forms, custom text areas included; HTML on request."""
    document = cloud.get("issue/AC-1", fields=f"description,{STEPS}", expand="renderedFields").json()
    kinds = [node["type"] for node in document["fields"]["description"]["content"]]
    assert kinds == ["heading", "paragraph", "bulletList", "codeBlock"]
    assert {"type": "mention", "attrs": {"id": "acc:ben"}} in document["fields"][STEPS]["content"][0]["content"]
    assert "<h2>Why</h2>" in document["renderedFields"]["description"]
    wiki = center.get("issue/AC-1", fields=f"description,{STEPS}").json()["fields"]
    assert wiki["description"].startswith("h2. Why")
    assert wiki[STEPS].startswith("First line\n")


def test_times_are_in_the_accounts_zone_on_cloud_and_the_servers_on_data_center(cloud: Caller, center: Caller) -> None:
    """One instant, two spellings."""
    assert cloud.get("issue/AC-2").json()["fields"]["created"] == "2026-01-03T07:00:00.250-0500"
    assert center.get("issue/AC-2").json()["fields"]["created"] == "2026-01-03T21:00:00.250+0900"
    assert cloud.get("myself").json()["timeZone"] == "America/New_York"
    assert center.get("serverInfo").json()["serverTime"] == "2026-03-15T19:30:00.000+0900"


def test_dates_in_jql_are_read_in_that_zone_too(cloud: Caller, center: Caller) -> None:
    """AC-2 was created at 12:00 UTC: 07:00 in New York, 21:00 in Tokyo."""
    jql = 'project = AC AND created >= "2026-01-03 08:00" AND created < "2026-01-04"'
    assert cloud.post("search/approximate-count", jql=jql).json() == {"count": 0}
    assert center.get("search", jql=jql).json()["total"] == 1


def test_people_are_called_as_each_dialect_does(cloud: Caller, center: Caller) -> None:
    """Account ids on Cloud, keys and names on Data Center."""
    ours = cloud.get("issue/AC-1", fields="assignee").json()["fields"]["assignee"]
    theirs = center.get("issue/AC-1", fields="assignee").json()["fields"]["assignee"]
    assert (ours["accountId"], "name" in ours) == (BEN.account_id, False)
    assert (theirs["key"], theirs["name"], "accountId" in theirs) == (BEN.key, BEN.name, False)


def test_expanded_history_is_cut_on_cloud_and_whole_on_data_center(cloud: Caller, center: Caller) -> None:
    """Only the newest 40 on Cloud, newest first; so it is no evidence."""
    ours = cloud.get("issue/AC-1", expand="changelog").json()["changelog"]
    assert [int(one["id"]) for one in ours["histories"]] == list(range(1044, 1004, -1))
    assert ours["total"] == 45
    theirs = center.get("search", jql="key = AC-1", expand="changelog").json()["issues"][0]["changelog"]
    assert [int(one["id"]) for one in theirs["histories"]] == list(range(1000, 1045))
    assert theirs["total"] == 45
    assert "author" not in theirs["histories"][0]


def test_history_items_differ_by_dialect(cloud: Caller, center: Caller) -> None:
    """Data Center has no ``fieldId`` and names people by key; ``Key`` has none on Cloud either."""
    ours = cloud.get("issue/AC-1/changelog").json()["values"][0]["items"]
    assert [(item["field"], item.get("fieldId"), item["to"]) for item in ours] == [
        ("assignee", "assignee", "acc:ben"),
        ("Key", None, None),
    ]
    theirs = center.get("issue/AC-1", expand="changelog").json()["changelog"]["histories"][0]["items"]
    assert [(item["field"], item.get("fieldId"), item["to"]) for item in theirs] == [
        ("assignee", None, "JIRAUSER2"),
        ("Key", None, None),
    ]

"""Every example answer in Atlassian's description is read by the code that will meet it.

The examples are Atlassian's own words about a live answer, and often say another thing than the declared types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from places import SHARED

from auditlib.dossier.files import dossier_files
from auditlib.dossier.page import issue_page
from auditlib.dossier.parts import Place, Received, Source
from auditlib.dossier.record import read_dossier
from auditlib.jira import cloud
from auditlib.jira.read_only import READ_ONLY
from auditlib.jira.site import deployment_of, read_site
from auditlib.jira.worklogs import Kind, changed_since, read_changed, read_worklogs, worklogs_of
from auditlib.records.audit_log import log_frame
from auditlib.records.field_names import read_field_list
from auditlib.records.holders import read_application_roles, read_members, read_people, read_role_names
from auditlib.records.issues import issues_frame
from auditlib.records.mentions import issue_references
from auditlib.records.moves import key_moves
from auditlib.records.permission_schemes import read_scheme
from auditlib.records.workflows import read_issue_types, read_kept, read_schemes, read_workflows
from auditlib.records.worklog_notes import note_of
from auditlib.times import history_instant

SPEC = SHARED / "spec" / "jira-cloud-v3.audit.json"
pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="../shared, with Atlassian's descriptions, is not here")

ZONE = ZoneInfo("UTC")
PLACE = Place("https://your-domain.atlassian.net", "cloud", "Mia Krystof", "5b10a2844c20165700ede21g", ZONE)
SOURCE = Source("issue", "dossier/EX-1/issue/000001.json.gz", "0" * 64, datetime(2026, 6, 1, tzinfo=UTC), "GET issue")
NOWHERE = {"history": [], "comments": [], "worklogs": [], "remote_links": [], "watchers": None, "votes": None}
ISSUE = {
    "id": "10002",
    "key": "EX-1",
    "fields": {"summary": "x", "created": "2026-05-01T10:00:00.000+0000", "comment": {"total": 0}},
    "names": {},
    "schema": {},
}


def examples() -> dict[str, list[Any]]:
    """Return the examples by operation, of those that may be asked."""
    found: dict[str, list[Any]] = {}
    if not SPEC.is_file():
        return found
    for path, operations in json.loads(SPEC.read_text(encoding="utf-8"))["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path.removeprefix('/rest/api/3/')}"
            if method not in {"get", "post"} or not asked(method.upper(), path):
                continue
            for status, response in operation["responses"].items():
                for content in (response.get("content") or {}).values():
                    if content.get("example") is not None and status == "200":
                        example = content["example"]
                        found.setdefault(name, []).append(json.loads(example) if isinstance(example, str) else example)
    return found


def asked(method: str, path: str) -> bool:
    """Say whether the read-only list holds an operation."""
    for key in ("AB", "AB-1", "1"):
        filled = re.sub(r"\{[^}]*\}", key, path.lstrip("/"))
        if any(method == known and re.fullmatch(pattern, filled) for known, pattern in READ_ONLY):
            return True
    return False


def dossier(**parts: Any) -> Any:
    """Read a record in which the parts are the examples', with the pages and files that are made of it."""
    received = Received(**{"asked": "EX-1", "issue": ISSUE, "totals": {}, "sources": [SOURCE], **NOWHERE, **parts})
    record = read_dossier(received, PLACE)
    assert dossier_files(record)
    assert "EX-1" in issue_page(record)
    return record


def part(name: str) -> Callable[[Any], None]:
    """Read a page of what hangs on an issue, and the record with it."""

    def read(answer: Any) -> None:
        cursor = str(answer["startAt"]) if isinstance(answer, dict) and "startAt" in answer else None
        page = cloud.read_issue_part(name, cloud.issue_part(name, 10002, cursor), answer)
        assert page.records
        record = dossier(**{name: page.records[0] if name in {"watchers", "votes"} else page.records})
        if name == "history":
            assert len(record.changes) == sum(len(one["items"]) for one in answer["values"])
        elif name in {"comments", "worklogs"}:
            assert len(getattr(record, name)) == len(answer[name])

    return read


def histories(answer: Any) -> None:
    """Every entry comes with its time: the example tells it as seconds, which the declared type does not."""
    found = cloud.read_histories(answer)
    assert not found.partial
    for log in answer["issueChangeLogs"]:
        entries = found.by_issue[int(log["issueId"])]
        assert [one["id"] for one in entries] == [one["id"] for one in log["changeHistories"]]
        assert {history_instant(one["created"]).year for one in entries} == {2017}
        key_moves([(int(log["issueId"]), entries)])


def search(answer: Any) -> None:
    """A page of issues with whatever fields they bring."""
    page = cloud.read_search(cloud.search("project = EX", ["summary"], None), answer)
    assert len(page.issues) == len(answer["issues"])
    rows(page.issues)


def rows(found: Any) -> None:
    """Issues become rows once they tell when they were created, which no example does."""
    dated = [one | {"fields": {**one["fields"], "created": "2026-05-01T10:00:00.000+0000"}} for one in found]
    frame = issues_frame(dated, ZONE)
    assert list(frame["key"]) == list({one["id"]: one["key"] for one in reversed(found)}.values())[::-1]
    list(issue_references(dated))


def log(answer: Any) -> None:
    """One record, and nothing after it."""
    page = cloud.read_log(cloud.log(None, None, None), answer)
    frame = log_frame(page.records, "cloud")
    assert list(frame["summary"]) == [one["summary"] for one in answer["records"]]


def bulk(answer: Any) -> None:
    """Issues by key."""
    found = cloud.read_by_identifier(200, answer)
    assert len(found) == len(answer["issues"])
    rows(found)


def server(answer: Any) -> None:
    """A Cloud site, although the example lacks the member that says so."""
    assert deployment_of(answer) == "cloud"
    site = read_site(answer, {}, "cloud")
    assert (site.base_url, site.title) == (answer["baseUrl"], answer["serverTitle"])


def changed_worklogs(kind: Kind, answer: Any) -> None:
    """Numbers of worklogs, with where the next page begins."""
    page = read_changed(changed_since("cloud", kind, 1), answer)
    assert len(page.at) == len(answer["values"])


READERS: dict[str, Callable[[Any], Any]] = {
    "GET auditing/record": log,
    "POST changelog/bulkfetch": histories,
    "GET field": read_field_list,
    "GET filter/{id}": lambda answer: answer["jql"],
    "POST issue/bulkfetch": bulk,
    "GET issue/{issueIdOrKey}": lambda answer: dossier(issue={"names": {}, "schema": {}, **answer}),
    "GET issue/{issueIdOrKey}/changelog": part("history"),
    "GET issue/{issueIdOrKey}/comment": part("comments"),
    "GET issue/{issueIdOrKey}/remotelink": part("remote_links"),
    "GET issue/{issueIdOrKey}/votes": part("votes"),
    "GET issue/{issueIdOrKey}/watchers": part("watchers"),
    "GET issue/{issueIdOrKey}/worklog": part("worklogs"),
    "GET applicationrole": lambda answer: read_application_roles(answer)["jira-software"].groups,
    "GET group/member": lambda answer: read_members(answer).people,
    "GET permissionscheme/{schemeId}": lambda answer: read_scheme(answer).grants,
    "GET project/{projectIdOrKey}/role": read_role_names,
    "GET project/{projectKeyOrId}/permissionscheme": read_scheme,
    "GET user/bulk": read_people,
    "GET project/{projectIdOrKey}/statuses": read_issue_types,
    "GET workflowscheme/project": read_schemes,
    "POST workflow/history": lambda answer: read_workflows(answer)[0].statuses,
    "POST workflow/history/list": read_kept,
    "POST workflows": lambda answer: read_workflows(answer)[0].statuses,
    "GET worklog/deleted": partial(changed_worklogs, "deleted"),
    "GET worklog/updated": partial(changed_worklogs, "updated"),
    "POST worklog/list": lambda answer: [note_of(one) for one in read_worklogs(worklogs_of("cloud", [1]), answer)],
    "GET mypermissions": lambda answer: answer["permissions"],
    "GET myself": lambda answer: read_site({}, answer, "cloud").account_zone,
    "GET project/{projectIdOrKey}": lambda answer: answer["key"],
    "GET project/{projectKeyOrId}/securitylevel": lambda answer: answer["levels"],
    "POST search/approximate-count": lambda answer: cloud.read_count(answer) == 153,
    "POST search/jql": search,
    "GET serverInfo": server,
}


@pytest.mark.parametrize("operation", sorted(READERS))
def test_every_example_is_read(operation):
    """What Atlassian shows as an answer is no reason for an error."""
    found = examples()[operation]
    assert found
    for example in found:
        result = READERS[operation](example)
        assert result is None or result


def test_no_example_is_forgotten():
    """An operation that is asked and has an example is read above."""
    assert set(examples()) == set(READERS)

"""The log of the period arrives whole, in every form in which a Jira gives it; what is not to be had is told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from places import SHARED
from small_world import full_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Tamper
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect

REAL = SHARED / "data" / "go-atlassian" / "get-audit-records.json"
CASE = SHARED / "cases" / "36-dc-events-form"
needs_shared = pytest.mark.skipif(not REAL.is_file(), reason="../shared, with recorded answers, is not here")
JSON = {"Content-Type": "application/json"}
JANUARY = {"period_start": "2026-01-01", "period_end": "2026-01-31"}

Pull = Callable[..., Evidence]


@pytest.fixture
def pull(parameters: Any, tmp_path: Path) -> Pull:
    """Pull the project AC of a small world over loopback, in UTC."""

    def pulled(
        speaks: str, tamper: Tamper | None = None, forms: Mapping[str, str] | None = None, **values: str
    ) -> Evidence:
        given = {"projects": "[AC]", "deployment": speaks, "timezone": "UTC", "sample_size": 2, **JANUARY, **values}
        embedded = partial(EmbeddedJira, full_world(), tamper=tamper, forms=forms or {})
        folder = tmp_path / f"pull-{len(list(tmp_path.iterdir()))}"
        return collect(parameters(**given), folder, {}, lambda *_: None, base=tmp_path, embedded=embedded)

    return pulled


def table(evidence: Evidence, name: str = "activity") -> pd.DataFrame:
    """Return a table as text, as it would stand in the package."""
    return pd.read_csv(io.BytesIO(evidence.table_files()[f"{name}.csv"]), dtype=str, keep_default_na=False)


def statements(evidence: Evidence) -> dict[str, str]:
    """Return what the findings say, by their names."""
    found = table(evidence, "findings")
    return dict(zip(found["id"], found["statement"], strict=True))


def instant(text: str) -> datetime:
    """Read an instant of a query or a record."""
    return datetime.fromisoformat(text)


def log_of_cloud(records: Sequence[Mapping[str, Any]], most: int, *, counts_all: bool = False) -> Tamper:
    """Serve these records at the address of Cloud's log, ``most`` on a page."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/auditing/record"):
            return answer
        one = {name: values[-1] for name, values in asked.query.items()}
        found = [
            record
            for record in records
            if ("from" not in one or instant(record["created"]) >= instant(one["from"]))
            and ("to" not in one or instant(record["created"]) <= instant(one["to"]))
        ]
        offset, size = int(one["offset"]), min(int(one["limit"]), most)
        page = found[offset : offset + size]
        total = len(records if counts_all else found)
        body = {"offset": offset, "limit": size, "total": total, "records": page}
        return replace(answer, status=200, headers=JSON, body=json.dumps(body).encode())

    return tamper


@needs_shared
@pytest.mark.parametrize("counts_all", [False, True])
@pytest.mark.parametrize("most", [1000, 25])
def test_every_record_of_a_real_log_is_in_the_table(pull, most, counts_all):
    """288 records of a Cloud site, on one page and on many; whether the total counts the window or the whole log."""
    real = json.loads(REAL.read_text("utf-8"))["records"]
    year = {"period_start": "2021-01-01", "period_end": "2021-12-31"}
    found = pull("cloud", log_of_cloud(real, most, counts_all=counts_all), **year)
    rows = table(found)
    assert set(rows["id"]) == {str(one["id"]) for one in real}
    assert len(rows) == len(real) == 288
    assert list(rows["at"]) == sorted(rows["at"])
    by_id = {str(one["id"]): one for one in real}
    for row in rows.itertuples():
        record = by_id[row.id]
        assert (row.category, row.summary) == (record["category"], record["summary"])
        assert " ".join(str(record["objectItem"]["name"]).split()) in row.object
        assert all(change["fieldName"] in row.changes for change in record.get("changedValues", ()))
        assert row.remote_address == record.get("remoteAddress", "")
        assert instant(row.at_utc) == instant(record["created"])
    assert found.activity.missing_ids.empty
    assert not {"activity.ids", "activity.total"} & set(statements(found))
    assert "288 records" in found.conclusion("08_activity")


@needs_shared
def test_records_of_the_period_alone_are_in_the_table(pull):
    """Those of the month before are asked for too, to know where the ids begin."""
    real = json.loads(REAL.read_text("utf-8"))["records"]
    found = pull("cloud", log_of_cloud(real, 1000), period_start="2021-02-01", period_end="2021-02-23")
    wanted = {str(one["id"]) for one in real if "2021-02-01" <= one["created"][:10] <= "2021-02-23"}
    assert set(table(found)["id"]) == wanted


@needs_shared
def test_ids_that_did_not_come_are_named(pull):
    """A hole in ids that else run on is told, with what it does not prove; one before the period is not."""
    real = json.loads(REAL.read_text("utf-8"))["records"]
    taken = {10100, 10101, 10102, 10250}
    kept = [one for one in real if one["id"] not in taken]
    found = pull("cloud", log_of_cloud(kept, 1000), period_start="2021-01-01", period_end="2021-12-31")
    said = statements(found)["activity.ids"]
    assert "4 ids" in said
    assert "10100 to 10102 and 10250" in said
    assert "does not say that ids follow one another" in said
    assert list(found.activity.missing_ids["ids"]) == [3, 1]
    late = pull("cloud", log_of_cloud(kept, 1000), period_start="2021-02-01", period_end="2021-02-28")
    assert "activity.ids" not in statements(late)


def events_of_case(pages: Mapping[str, Any], *, second: int = 200) -> Tamper:
    """Serve recorded pages of Data Center's log: the first, and the one behind its cursor."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/auditing/1.0/events"):
            return answer
        behind = "pageCursor" in asked.query
        body = pages["page-2" if behind else "page-1"]
        if "to" in asked.query and not behind:  # nothing is older than what these pages hold
            body = {"pagingInfo": {"lastPage": True, "size": 0}, "entities": []}
        return replace(answer, status=second if behind else 200, headers=JSON, body=json.dumps(body).encode())

    return tamper


@pytest.fixture
def recorded() -> dict[str, Any]:
    """Return the two recorded pages."""
    return {name: json.loads((CASE / f"{name}.json").read_text("utf-8")) for name in ("page-1", "page-2")}


def as_recorded(paging: dict[str, Any]) -> None:
    """Change nothing."""


def link_alone(paging: dict[str, Any]) -> None:
    """Leave nothing but the link."""
    del paging["nextPageCursor"], paging["nextPageOffset"]


def cursor_as_object(paging: dict[str, Any]) -> None:
    """Put the cursor as Atlassian's page shows it."""
    link_alone_of = paging.pop("nextPageLink")
    paging["nextPageCursor"] = {"cursor": dict(parse_qsl(urlsplit(link_alone_of).query))["pageCursor"]}


@needs_shared
@pytest.mark.parametrize("form", [as_recorded, link_alone, cursor_as_object], ids=["as recorded", "link", "object"])
def test_data_centers_recorded_pages_are_read(pull, recorded, form):
    """Both pages, every event, with its key in no language; events have no id and are named by their instant."""
    form(recorded["page-1"]["pagingInfo"])
    found = pull("data-center", events_of_case(recorded), period_start="2021-01-01", period_end="2021-12-31")
    rows, events = table(found), [one for page in recorded.values() for one in page["entities"]]
    assert sorted(rows["event"]) == sorted(one["type"]["actionI18nKey"] for one in events)
    assert sorted(rows["id"]) == sorted(one["timestamp"] for one in events)
    made = rows[rows["event"] == "jira.auditing.version.created"].iloc[0]
    assert (made["object"], made["changes"]) == ("VERSION Version 3.0; PROJECT test", "Name: → Version 3.0")
    assert (made["actor"], made["actor_id"], made["remote_address"]) == ("made.up", "10000", "192.0.2.72")


@needs_shared
@pytest.mark.parametrize("status", [403, 404])
def test_a_log_of_one_page_less_than_it_says_is_a_limit(pull, recorded, status):
    """What came stays, and is not called whole."""
    year = {"period_start": "2021-01-01", "period_end": "2021-12-31"}
    found = pull("data-center", events_of_case(recorded, second=status), **year)
    assert len(table(found)) == 3
    said = statements(found)["activity.reach"]
    assert "3 records of Jira's audit log came, and it was not read to its end" in said
    assert f"Jira answered {status}" in said
    assert "That it holds all of the period is not shown" in found.conclusion("08_activity")


@pytest.mark.parametrize("page", ["usual", "25"])
def test_a_data_center_below_8_8_is_read_at_the_older_resource(pull, page):
    """The newer one is asked first, and answers 404; the records are the same acts."""
    newer, older = (pull("data-center", forms={"log-resource": one, "log-page": page}) for one in ("newer", "older"))
    same = ["at", "category", "summary", "object", "remote_address"]
    pd.testing.assert_frame_equal(table(older)[same], table(newer)[same])
    assert all(table(older)["id"].str.isdigit())
    assert set(table(older)["event"]) == {""}
    assert statements(older)["activity.reach"] == statements(newer)["activity.reach"]
    assert "activity.total" not in statements(older)


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_a_refused_log_ends_no_pull(pull, speaks):
    """The finding says what would cure it; the table is there, and empty."""
    found = pull(speaks, forms={"refused-part": "log"})
    assert table(found).empty
    said = statements(found)["activity.reach"]
    assert "Administer Jira" in said
    assert "read:audit-log:jira" in said
    assert "not shown" in found.conclusion("08_activity")


def test_a_total_that_is_not_reached_is_told(pull):
    """A log that says it holds one record more than it gives; one that counts its page says nothing of the whole."""
    assert "1 is not among them" in statements(pull("cloud", forms={"log-total": "one-more"}))["activity.total"]
    assert "activity.total" not in statements(pull("cloud", forms={"total": "page", "log-page": "25"}))


def test_workspace_events_stand_beside_the_log(pull):
    """Every event of the period, with the catalogue's name for it; what is counted is Jira's own log alone."""
    usual, found = pull("cloud"), pull("cloud", forms={"workspace-events": "present"})
    rows, events = table(usual), table(found)
    mine, theirs = (events[events["source"] == name] for name in ("Jira's audit log", "Workspace Events"))
    assert mine["id"].tolist() == rows["id"].tolist()
    assert sorted(theirs["summary"]) == sorted(rows["summary"])
    assert sorted(theirs["object"]) == sorted(
        rows["object"].str.replace(r"\b[A-Z_]+ ", lambda kind: kind[0].lower(), regex=True)
    )
    assert set(theirs["event"]) == {one.lower().replace(" ", "_") for one in rows["summary"]}
    assert found.activity.by_category.equals(usual.activity.by_category)
    assert f"Workspace Events hold {len(theirs)} of the period" in found.conclusion("08_activity")
    said = statements(found)
    assert "names the deletion of issues: Issue deleted (issue_deleted)" in said["activity.catalogue"]
    assert "issue AC-9" in said["activity.deletions"]
    assert list(found.activity.deletions_told["object"]) == ["issue AC-9; project Acme Core"]
    assert table(found, "deletions").equals(table(usual, "deletions"))


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("absent", "could not be asked (Jira answered 404"),
        ("refused", "could not be asked (Jira answered 403: You do not have permission to read events"),
        ("without-deletions", "names no deletion of an issue"),
    ],
)
def test_what_workspace_events_do_not_tell_is_a_limit(pull, form, told):
    """Absent, refused, or silent about deletions: never an error, and no proof that nothing was deleted."""
    found = pull("cloud", forms={"workspace-events": form})
    assert told in statements(found)["activity.catalogue"]
    assert "activity.deletions" not in statements(found)


def at_workspace(ending: str, body: Any, *, status: int = 200, kind: str = "application/json") -> Tamper:
    """Answer what is asked of the workspace in this way."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not ("/audit-log/" in asked.path and asked.path.endswith(ending)):
            return answer
        return replace(answer, status=status, headers={"Content-Type": kind}, body=content)

    return tamper


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"data": "x"}, 200, "application/json"),
        ({"data": [7]}, 200, "application/json"),
        ([], 200, "application/json"),
        (b"{", 200, "application/json"),
        (b"<html>", 200, "text/html"),
        (b"<html>", 404, "text/html"),
        ({"message": "Unauthorized; scope does not match"}, 401, "application/json"),
        ({}, 500, "application/json"),
    ],
)
@pytest.mark.parametrize("ending", ["/event-actions", "/events"])
def test_whatever_the_gateway_answers_the_pull_goes_on(pull, ending, body, status, kind):
    """A form that nobody foresaw, a page instead of an answer, a refused scope, a fault: a limit, and Jira's log as usual."""
    tamper = at_workspace(ending, body, status=status, kind=kind)
    found = pull("cloud", tamper, {"workspace-events": "present"})
    rows = table(found)
    assert set(rows["source"]) == {"Jira's audit log"}
    said = statements(found)
    assert (
        "could not be asked" in said["activity.catalogue"] if ending == "/event-actions" else "activity.events" in said
    )


def test_pages_of_events_are_followed_to_the_last(pull):
    """By the cursor of a link to wherever; a cursor that comes back ends it, and is not called whole."""
    usual = table(pull("cloud", forms={"workspace-events": "present"}))
    events = [one for one in usual.to_dict("records") if one["source"] == "Workspace Events"]
    raw = [{"id": one["id"], "attributes": {"time": one["at_utc"], "action": one["event"]}} for one in events]

    def serve(*, turns: bool) -> Tamper:
        def tamper(asked: Asked, answer: Answer) -> Answer:
            if not (asked.path.endswith("/events") and "/audit-log/" in asked.path):
                return answer
            start = int(asked.query.get("cursor", ("0",))[-1])
            more = start + 2 < len(raw)
            following = start + 2 if more else 0
            links = {"next": f"https://elsewhere.example/x?cursor={following}"} if more or turns else {}
            body = {"data": raw[start : start + 2], "links": links}
            return replace(answer, status=200, headers=JSON, body=json.dumps(body).encode())

        return tamper

    whole = pull("cloud", serve(turns=False), {"workspace-events": "present"})
    assert sorted(table(whole)["id"]) == sorted(usual["id"])
    assert "activity.events" not in statements(whole)
    round_and_round = pull("cloud", serve(turns=True), {"workspace-events": "present"})
    assert sorted(table(round_and_round)["id"]) == sorted(usual["id"])
    assert "activity.events" in statements(round_and_round)

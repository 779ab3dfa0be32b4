"""Workspace Events: how they are asked at the gateway's host, as which account, and how a page leads on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from auditlib.demo.server.cloud.workspace import CLOUD_ID
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AnswerError, ForbiddenRequestError
from auditlib.jira import gateway
from auditlib.jira.connection import connected
from auditlib.jira.read_only import require_allowed
from auditlib.jira.workspace_events import event_actions, events, read_page
from auditlib.responses.request import get
from auditlib.responses.store import RawStore

BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def test_a_site_is_named_as_a_workspace_in_the_address():
    """Its name is one step of the path; both questions may be asked, and nothing else of that host."""
    root = f"audit-log/v1/workspaces/ari%3Acloud%3Ajira%3A%3Asite%2F{CLOUD_ID}"
    catalogue, page = event_actions(CLOUD_ID), events(CLOUD_ID, BEGINS, ENDS, "c-1")
    assert (catalogue.path, page.path) == (f"{root}/event-actions", f"{root}/events")
    assert dict(page.query) == {"from": "2026-01-01T00:00:00.000Z", "to": "2026-02-01T00:00:00.000Z", "cursor": "c-1"}
    for request in (catalogue, page):
        require_allowed(request.method, request.path)
    for wrong in (f"{root}/event-queries", f"{root}/events/1", root.replace("jira%3A", "confluence%3A") + "/events"):
        with pytest.raises(ForbiddenRequestError):
            require_allowed("GET", wrong)
    with pytest.raises(ForbiddenRequestError):
        require_allowed("POST", page.path)


@pytest.mark.parametrize(
    ("more", "cursor"),
    [
        ({}, None),
        ({"links": {"next": "https://elsewhere.example/x?limit=5&cursor=a%2Bb"}}, "a+b"),
        ({"meta": {"next": "m-1"}}, "m-1"),
        ({"links": {"next": None}, "meta": {"next": None, "total": 3}}, None),
        ({"links": {"next": "no address"}, "meta": 7}, None),
        ({"links": [], "meta": []}, None),
    ],
)
def test_the_next_page_is_named_by_link_or_text(more: dict[str, Any], cursor: str | None):
    """Anything else names none."""
    page = read_page(get("x"), {"data": [{"id": 1}], **more})
    assert (list(page.records), page.cursor) == ([{"id": 1}], cursor)


@pytest.mark.parametrize("answer", [None, [], {}, {"data": None}, {"data": [1]}])
def test_another_form_is_an_error(answer):
    """It is never read as no event."""
    with pytest.raises(AnswerError):
        read_page(get("x"), answer)


def test_the_same_account_asks_at_the_gateways_host(small_company, parameters, tmp_path):
    """The embedded site and its gateway are one; the question goes as the account, and its place is recorded."""
    embedded = partial(EmbeddedJira, small_company.world, forms={"workspace-events": "present"})
    store = RawStore(tmp_path)
    with connected(parameters(), store, {}, embedded=embedded) as (reader, _):
        beside, cloud_id = reader.open_gateway()
        with beside:
            entry = beside.ask("workspace/actions", event_actions(cloud_id))
        assert cloud_id == CLOUD_ID
        assert entry.status == 200
        assert json.loads(store.body(entry))["data"]


def test_a_data_center_has_no_gateway(small_company, parameters, tmp_path):
    """Its token goes nowhere else."""
    embedded = partial(EmbeddedJira, small_company.world)
    with connected(parameters(deployment="data-center"), RawStore(tmp_path), {}, embedded=embedded) as (reader, _):
        assert reader.open_gateway() is None


def test_what_plays_a_site_on_this_machine_never_leads_to_atlassian(small_company, parameters, tmp_path):
    """A token for a server of our own is not sent to api.atlassian.com, whatever that server calls itself."""
    assert gateway.gateway_of({"cloudId": CLOUD_ID}, "http://127.0.0.1:8080", gateway.ATLASSIAN) is None
    with EmbeddedJira(small_company.world, "cloud") as jira:
        params, who = parameters(jira_url=jira.url), {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        with connected(params, RawStore(tmp_path), who) as (reader, _):
            assert reader.open_gateway() is None

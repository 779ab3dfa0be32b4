"""Workspace Events: what all of a Cloud site's products log, at the gateway's host. Facts and their sources: docs/jira.md.

Atlassian describes them before they are generally available, and nobody who tells of it has seen a live answer. So what is
read here is the described form, loosely; any other is one that can't be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from auditlib.jira.reading import require_members, require_records
from auditlib.responses.request import Request, get
from auditlib.times import format_utc

ANSWERS: Final = (200, 400, 401, 403, 404, 405, 410, 501)
"""Statuses that are an answer: all but the first say that these events are not to be had, and everything else goes on."""

_ROOT: Final = "audit-log/v1/workspaces"


@dataclass(frozen=True)
class EventPage:
    """One page of events, or of the actions that a site records: as received, and what to ask for next."""

    records: Sequence[Mapping[str, Any]]
    cursor: str | None = None


def event_actions(cloud_id: str, cursor: str | None = None) -> Request:
    """Ask which actions a site records."""
    return get(f"{_ROOT}/{_workspace(cloud_id)}/event-actions", cursor=cursor)


def events(cloud_id: str, begins: datetime, ends: datetime, cursor: str | None = None) -> Request:
    """Ask for a page of the events of a time."""
    window = {"from": format_utc(begins), "to": format_utc(ends)}
    return get(f"{_ROOT}/{_workspace(cloud_id)}/events", **window, cursor=cursor)


def _workspace(cloud_id: str) -> str:
    """Return the name of a site as a workspace, as it stands in an address."""
    return quote(f"ari:cloud:jira::site/{cloud_id.lower()}", safe="")


def read_page(request: Request, answer: Any) -> EventPage:
    """Read a page; the next one is named by ``links.next``, or by ``meta.next`` as in the API of organisations.

    Of the link only its cursor counts, never its host.
    """
    what = f"the answer to {request}"
    body = require_members(answer, what, "data")
    records = require_records(body, "data", what)
    links, meta = body.get("links"), body.get("meta")
    link = links.get("next") if isinstance(links, dict) else None
    named = parse_qs(urlsplit(link).query).get("cursor") if isinstance(link, str) else None
    other = meta.get("next") if isinstance(meta, dict) else None
    return EventPage(records, named[0] if named else other if isinstance(other, str) and other else None)

"""Workspace Events of a Cloud site: which actions it records, and those of the period. Whatever is not to be had is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from auditlib.errors import SourceError
from auditlib.jira.client import JiraReader
from auditlib.jira.pages import Cursors, names_of
from auditlib.jira.workspace_events import ANSWERS, event_actions, events, read_page
from auditlib.pull.session import Progress, Session
from auditlib.responses import topics
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic

_FIRST_TRIES = 2  # a host that can't be reached from here is told within seconds


def ask_workspace_events(session: Session) -> None:
    """Ask which actions a Cloud site records, and for its events of the period to the last page.

    They are at another host than the site, and not every account may read them: whatever comes of the asking, the pull goes
    on.
    """
    opened = session.reader.open_gateway()
    if opened is None:
        return
    reader, cloud_id = opened
    period = session.evidence.period
    found = Progress(session.tell, "events of the workspace")
    with reader, suppress(SourceError):  # what was refused or is not readable is kept with the reason
        if _follow(reader, topics.EVENT_ACTIONS, lambda cursor: event_actions(cloud_id, cursor), lambda _: None):
            make = lambda cursor: events(cloud_id, period.begins, period.ends, cursor)  # noqa: E731
            _follow(reader, topics.EVENTS, make, found.add)


def _follow(
    reader: JiraReader, topic: Topic, make: Callable[[str | None], Request], add: Callable[[int], None]
) -> bool:
    """Ask for pages to the last; False if one is refused. One that leads nowhere is kept as refused, with the reason."""
    cursor: str | None = None
    cursors = Cursors()
    while True:
        request = make(cursor)
        tries: Mapping[str, Any] = {"most_tries": _FIRST_TRIES} if cursor is None else {}
        entry = reader.ask(topic.of(), request, allowed=ANSWERS, **tries)
        if entry.status != 200:
            return False
        with reader.reading(entry):
            page = read_page(request, reader.store.json(entry))
            cursor = cursors.after(request, page.cursor, names_of(request, page.records))
        add(len(page.records))
        if cursor is None:
            return True

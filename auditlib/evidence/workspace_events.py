"""Workspace Events of a Cloud site, read back from the pages that were kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from auditlib.jira.refusal import refusal
from auditlib.jira.workspace_events import read_page
from auditlib.records.workspace_events import EventAction, event_frame, read_actions
from auditlib.responses import topics
from auditlib.responses.store import RawStore
from auditlib.responses.topic import Topic


@dataclass(frozen=True)
class ReadEvents:
    """Workspace Events, as far as they were read.

    Attributes
    ----------
    actions : tuple of EventAction or None
        What the site records; None if it did not say.
    records : DataFrame or None
        The events, as `audit_log.log_frame`; None if none could be read.
    complete : bool
        They were followed to their end.
    why_not : str
        Why something is missing; empty if nothing is.
    """

    actions: tuple[EventAction, ...] | None
    records: pd.DataFrame | None
    complete: bool
    why_not: str


def read_events(store: RawStore, people: Mapping[str, str]) -> ReadEvents:
    """Return what the site records, and its events of the period.

    Parameters
    ----------
    store : RawStore
        Where the pages are.
    people : mapping of str to str
        Names by account id.
    """
    catalogue, whole = _pages(store, topics.EVENT_ACTIONS)
    found, complete = _pages(store, topics.EVENTS)
    actions = None if catalogue is None else read_actions(catalogue)
    records = None if found is None else event_frame(found, actions or (), people)
    why_not = "" if whole and complete else " ".join(_reasons(store))
    return ReadEvents(actions, records, complete, why_not)


def _pages(store: RawStore, topic: Topic) -> tuple[list[Mapping[str, Any]] | None, bool]:
    """Return the records of all pages, None if there is no page; and whether they were followed to their end."""
    records: list[Mapping[str, Any]] | None = None
    ended = False
    for entry in store.entries(topic.of()):
        if entry.status != 200:
            ended = False
            continue
        page = read_page(entry.request, store.json(entry))
        records = [*(records or ()), *page.records]
        ended = page.cursor is None
    return records, ended


def _reasons(store: RawStore) -> Iterator[str]:
    """Say why pages are missing, in Jira's words."""
    for topic in (topics.EVENT_ACTIONS, topics.EVENTS):
        for entry in store.entries(topic.of()):
            if entry.status != 200:
                yield refusal(entry.status, entry.headers, store.body(entry))
        yield from (one.refused for one in store.refusals() if one.topic == topic.of())

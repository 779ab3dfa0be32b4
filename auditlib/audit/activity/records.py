"""The records of the period, one row each, in words that fit a cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.records.actors import UNKNOWN
from auditlib.records.audit_log import Thing, text_or_none
from auditlib.tables import Column, Table
from auditlib.times import Period

JIRA_LOG: Final = "Jira's audit log"
EVENTS_LOG: Final = "Workspace Events"
"""Where a record stands, as ``activity.csv`` names it."""

ACTIVITY: Final = Table(
    "activity",
    "Records of Jira's audit log made in the period, one each: what was done, by whom, to what. On Cloud Workspace Events too.",
    (
        Column(
            "id",
            "text",
            "Jira's id of the record; where it gives none, as Data Center does, the record's instant (UTC).",
        ),
        Column("at", "instant", "When it was recorded; audit's time zone. Empty where Jira's text is no time."),
        Column(
            "actor",
            "text",
            "Who did it; the id of an account whose name no answer tells. Empty where Jira names nobody.",
        ),
        Column("category", "text", "Jira's category."),
        Column("summary", "text", "What was done, in Jira's words; on Data Center in the language of the account."),
        Column("object", "text", "What it was done to: type and name; further objects behind a semicolon."),
        Column("changes", "text", "What changed, before and after, on one line."),
        Column("remote_address", "text", "The address it came from, as Jira recorded it."),
    ),
    further=(
        Column("at_utc", "instant_utc", "The same instant as at, in UTC."),
        Column("event", "text", "Key of what was done, in no language; of Data Center and Workspace Events."),
        Column("actor_id", "text", "Account id, or id or key of the user, who did it."),
        Column(
            "source", "text", "Which log holds it: Jira's audit log, or Workspace Events. One act may stand in both."
        ),
        Column(
            "actor_kind",
            "text",
            "What kind of account that is, as the histories and the permissions tell it; `unknown` where they do not, empty "
            "where Jira names nobody. The log itself tells none.",
            since=5,
        ),
    ),
    sort_keys=("at", "id", "source", "summary", "object", "changes"),
)

NO_KINDS: Final[Mapping[str, str]] = MappingProxyType({})

_ACCOUNT: Final = re.compile(r"\bJIRAUSER[0-9]+\b|\b[a-z0-9]+:[0-9a-f][0-9a-f:-]{19,}|\b[0-9a-f]{24}\b")
"""Account ids of Cloud and user keys of Data Center, as they stand in a record's texts; old keys look like words."""


def activity_table(
    log: pd.DataFrame | None,
    events: pd.DataFrame | None,
    period: Period,
    people: Mapping[str, str],
    kinds: Mapping[str, str] = NO_KINDS,
) -> pd.DataFrame:
    """Make ``activity.csv``: the records of the period, and those whose time can't be read.

    Parameters
    ----------
    log : DataFrame or None
        From `audit_log.log_frame`; None if it could not be read.
    events : DataFrame or None
        From `workspace_events.event_frame`; None if there are none.
    period : Period
        The audit's period; its zone is that of the times.
    people : mapping of str to str
        Names by account id or user key.
    kinds : mapping of str to str
        Kinds of accounts (`actors.ACTOR_KINDS`) by account id or user key.

    Returns
    -------
    DataFrame
        Of the kinds of `ACTIVITY`.
    """
    logs = {JIRA_LOG: log, EVENTS_LOG: events}
    rows = [
        row
        for source, records in logs.items()
        if records is not None
        for row in _rows(_of_period(records, period), people, kinds, source)
    ]
    return ACTIVITY.sort(ACTIVITY.make(rows, period.zone))


def _of_period(log: pd.DataFrame, period: Period) -> pd.DataFrame:
    inside = (log["at"] >= period.begins) & (log["at"] < period.ends)
    return log[inside | log["at"].isna()]


def of_jira_log(activity: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of Jira's audit log: what is counted, for one act may stand in both logs."""
    return activity[activity["source"] == JIRA_LOG]


def _rows(
    log: pd.DataFrame, people: Mapping[str, str], kinds: Mapping[str, str], source: str
) -> Iterator[tuple[Any, ...]]:
    for record in log.itertuples(index=False):
        own = (text_or_none(record.object_type), text_or_none(record.object_id), text_or_none(record.object_name))
        at = None if pd.isna(record.at) else record.at
        yield (
            text_or_none(record.id),
            at,
            _actor(text_or_none(record.actor), people),
            text_or_none(record.category),
            text_or_none(record.summary),
            _objects_in_words((own, *record.others), people),
            _named(text_or_none(record.changes), people),
            text_or_none(record.remote_address),
            at,
            text_or_none(record.action_key),
            text_or_none(record.actor_id),
            source,
            _kind(text_or_none(record.actor), text_or_none(record.actor_id), kinds),
        )


def _actor(actor: str | None, people: Mapping[str, str]) -> str | None:
    """Return the name of an actor whom the log itself names by an id only, where it is known."""
    return actor if actor is None else people.get(actor, actor)


def _kind(actor: str | None, account: str | None, kinds: Mapping[str, str]) -> str | None:
    """Return the kind of an actor; None where the log names nobody."""
    if actor is None and account is None:
        return None
    return kinds.get(account or "", UNKNOWN)


def _objects_in_words(things: Iterable[Thing], people: Mapping[str, str]) -> str | None:
    """Write what a record is about: ``PROJECT_ROLE Developers; PROJECT Payments``."""
    parts = [" ".join(part for part in (kind, name or number) if part) for kind, number, name in things]
    return _named("; ".join(part for part in parts if part) or None, people)


def _named(text: str | None, people: Mapping[str, str]) -> str | None:
    """Write a text on one line, with the names of accounts behind their ids."""
    if text is None:
        return None

    def name(found: re.Match[str]) -> str:
        known = people.get(found[0])
        return found[0] if known is None else f"{found[0]} ({known})"

    return " ".join(_ACCOUNT.sub(name, text).split())

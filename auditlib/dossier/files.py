"""A dossier as the files of the contract: CSV and JSON. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.changes import Time
from auditlib.dossier.numbers import dumps
from auditlib.dossier.record import Dossier
from auditlib.issues import split_key
from auditlib.tables import make_table, to_csv

Row = tuple[Any, ...]


def _instant(time: Time) -> datetime | None:
    """Return a time for a column of instants; what can't be read stays empty there, and is named in the record."""
    return time if isinstance(time, datetime) else None


def details_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``details.csv``: every field, in the order received."""
    for one in dossier.fields.values():
        yield one.id, one.name, one.text, dumps(one.raw, sort_keys=True), one.html


def history_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``history.csv``: an item a row, oldest first."""
    for one in dossier.changes:
        yield (
            dossier.asked, one.history_id, _instant(one.at), one.author, one.author_id, one.field, one.field_id,
            one.before, one.before_text, one.after, one.after_text,
        )  # fmt: skip


def comment_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``comments.csv``, oldest first."""
    for one in dossier.comments:
        yield (
            dossier.asked, one.id, _instant(one.created), _instant(one.updated), one.author, one.update_author,
            one.visibility, one.text, one.url,
        )  # fmt: skip


def worklog_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``worklogs.csv``."""
    for one in dossier.worklogs:
        yield dossier.asked, one.id, _instant(one.started), one.author, one.seconds, one.comment


def link_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``links.csv``: parent, sub-tasks, links, then remote links."""
    for one in dossier.links:
        yield dossier.asked, one.type, one.direction, one.key, one.url


def attachment_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``attachments.csv``, by attachment id."""
    for one in dossier.attachments:
        yield (
            dossier.asked, one.id, one.name, one.stored_as, one.size, one.sha256, _instant(one.created), one.author,
            one.url,
        )  # fmt: skip


TABLES: Final[Mapping[str, Callable[[Dossier], Iterable[Row]]]] = MappingProxyType(
    {
        "details": details_rows,
        "history": history_rows,
        "comments": comment_rows,
        "worklogs": worklog_rows,
        "links": link_rows,
        "attachments": attachment_rows,
    }
)
"""The CSV files of a dossier, and what their rows are made of."""


def dossier_files(dossier: Dossier) -> dict[str, bytes]:
    """Return the CSV files of a dossier and ``issue.json``, by file name; a function of Jira's answers alone."""
    zone = dossier.place.zone
    files = {f"{name}.csv": to_csv(name, make_table(name, list(rows(dossier)), zone)) for name, rows in TABLES.items()}
    return files | {"issue.json": issue_json(dossier)}


def issue_json(dossier: Dossier) -> bytes:
    """Return what Jira answered of an issue, unchanged in content, as one JSON file: UTF-8, indented by one space."""
    received = dossier.received
    whole = {
        "asked": received.asked,
        "issue": received.issue,
        "history": list(received.history),
        "comments": list(received.comments),
        "worklogs": list(received.worklogs),
        "remote_links": list(received.remote_links),
        "watchers": received.watchers,
        "votes": received.votes,
    }
    text = dumps(whole, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which JSON can say and UTF-8 can't
        return (dumps(whole, indent=1, ensure_ascii=True) + "\n").encode()


def all_rows(name: str, dossiers: Sequence[Dossier], zone: ZoneInfo) -> pd.DataFrame:
    """Return ``sample_history`` or ``sample_comments``: the rows of all dossiers, by project and number."""
    rows = TABLES[name.removeprefix("sample_")]
    in_order = sorted(dossiers, key=lambda one: split_key(one.asked))
    return make_table(name, [row for dossier in in_order for row in rows(dossier)], zone)

"""A dossier as the files of the contract: CSV and JSON. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.dossier.numbers import dumps
from auditlib.dossier.record import Dossier
from auditlib.dossier.served import served_json
from auditlib.dossier.served_files import APPROVALS, SLA, served_tables
from auditlib.phrases import listed
from auditlib.records.actors import ACTOR_KINDS
from auditlib.records.history import Time
from auditlib.records.issues import split_key
from auditlib.tables import Column, Table, to_csv

KINDS_SINCE: Final = 5
"""The version of the tables (`evidence.schema`) from which on a record says what kind of actor each author is."""

_KIND_OF: Final = "What kind of actor {}, one of " + listed([f"`{one}`" for one in ACTOR_KINDS]) + "."

DETAILS: Final = Table(
    "details",
    "Every field of the issue, by its name for people.",
    (
        Column("field_id", "text", "Jira's id of the field."),
        Column("name", "text", "The field's name for people."),
        Column("value", "text", "Its value in words; empty where there is none."),
        Column("raw", "text", "Its value as Jira sent it, as JSON."),
    ),
    further=(Column("rendered", "text", "Jira's own rendering of it, as HTML, where there is one."),),
)

HISTORY: Final = Table(
    "history",
    "Every change of the issue, an item a row, oldest first.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column(
            "history_id",
            "integer",
            "Jira's number of the history entry; several rows are the items of one entry.",
            optional=True,
        ),
        Column("at", "instant", "When the change was made, in the audit's time zone."),
        Column("author", "text", "Name of who made it; empty where Jira names nobody."),
        Column("author_id", "text", "Account id (Data Center: user key) of who made it."),
        Column("field", "text", "The field that was changed, as the history names it."),
        Column("field_id", "text", "Jira's id of the field, where the history gives one."),
        Column("from", "text", "Jira's id of the value before, where it has one."),
        Column("from_text", "text", "The value before, as people see it."),
        Column("to", "text", "Jira's id of the value after, where it has one."),
        Column("to_text", "text", "The value after, as people see it."),
    ),
    further=(
        Column("author_kind", "text", _KIND_OF.format("made it"), since=KINDS_SINCE),
        Column(
            "on_behalf_of",
            "text",
            "For whom a program made it, where the entry says so: account id, user key or name.",
            since=KINDS_SINCE,
        ),
    ),
)

COMMENTS: Final = Table(
    "comments",
    "Every comment on the issue that the account sees, oldest first.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("comment_id", "integer", "Jira's number of the comment.", optional=True),
        Column("created", "instant", "When it was written, in the audit's time zone."),
        Column("updated", "instant", "When it was last changed; later than created for an edited comment."),
        Column("author", "text", "Name of who wrote it; empty where Jira names nobody."),
        Column("update_author", "text", "Name of who changed it last."),
        Column(
            "visibility", "text", "Whom it is restricted to, a group or role; empty for everyone who sees the issue."
        ),
        Column("body", "text", "Its text, without formatting."),
        Column("url", "text", "Where the comment opens in Jira."),
    ),
    further=(
        Column("author_kind", "text", _KIND_OF.format("wrote it"), since=KINDS_SINCE),
        Column("update_author_kind", "text", "The same of who changed it last.", since=KINDS_SINCE),
    ),
)

WORKLOGS: Final = Table(
    "worklogs",
    "Time recorded on the issue.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("worklog_id", "integer", "Jira's number of the worklog.", optional=True),
        Column("started", "instant", "When the work began, in the audit's time zone."),
        Column("author", "text", "Name of who worked."),
        Column("seconds", "integer", "Time spent, in seconds.", optional=True),
        Column("comment", "text", "What was noted, without formatting."),
    ),
    further=(Column("author_kind", "text", _KIND_OF.format("worked"), since=KINDS_SINCE),),
)

LINKS: Final = Table(
    "links",
    "Parent, sub-tasks, linked issues and links to elsewhere.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("type", "text", "What the link says, seen from this issue."),
        Column("direction", "text", "outward, inward, parent, sub-task or remote."),
        Column("other_key", "text", "Key of the other issue; empty for a remote link."),
        Column("url", "text", "Where the link leads."),
    ),
)

ATTACHMENTS: Final = Table(
    "attachments",
    "The files of the issue, and what of them is in the package.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("attachment_id", "integer", "Jira's number of the attachment.", optional=True),
        Column("name", "text", "Its name in Jira."),
        Column("stored_as", "text", "Its name in the folder attachments; empty if it was not downloaded."),
        Column("size", "integer", "Its size in bytes, as Jira says.", optional=True),
        Column("sha256", "text", "SHA-256 of the file as downloaded, in lower-case hex."),
        Column("created", "instant", "When it was attached, in the audit's time zone."),
        Column("author", "text", "Name of who attached it."),
        Column("url", "text", "Where Jira gives it."),
    ),
    further=(Column("author_kind", "text", _KIND_OF.format("attached it"), since=KINDS_SINCE),),
)

COMMENT_CHANGES: Final = Table(
    "comment_changes",
    "Comments that the archive saw otherwise than a later archive or Jira; only where an archive was read.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("comment_id", "integer", "Jira's number of the comment."),
        Column(
            "change",
            "text",
            "`edited`; `deleted or hidden`: Jira leaves restricted comments out without a word; `returned`: it was hidden.",
        ),
        Column("last_seen", "instant", "When an archive last saw it as it was, in the audit's time zone."),
        Column(
            "first_missed",
            "instant",
            "When an archive first saw it otherwise, or not at all; empty where only Jira's answer of this record does.",
        ),
    ),
    (
        Column("created", "instant", "When it was written, as Jira said."),
        Column("updated", "instant", "When it was last changed, as Jira said last."),
        Column("text_changed", "flag", "Whether its text is another; false where it was only saved again."),
    ),
)

SAMPLE_HISTORY: Final = Table(
    "sample_history", "Every change of the sampled issues.", HISTORY.contract, HISTORY.further
)
SAMPLE_COMMENTS: Final = Table(
    "sample_comments", "Every comment on the sampled issues.", COMMENTS.contract, COMMENTS.further
)

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
            one.before, one.before_text, one.after, one.after_text, one.kind, one.on_behalf_of,
        )  # fmt: skip


def comment_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``comments.csv``, oldest first."""
    for one in dossier.comments:
        yield (
            dossier.asked, one.id, _instant(one.created), _instant(one.updated), one.author, one.update_author,
            one.visibility, one.text, one.url, one.kind, one.update_kind,
        )  # fmt: skip


def comment_change_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``comment_changes.csv``, in the order of time."""
    for one in () if dossier.archived is None else dossier.archived.changes:
        yield (
            dossier.asked, one.comment_id, one.change, one.last_seen, one.first_missed, _instant(one.created),
            _instant(one.updated), one.text_changed,
        )  # fmt: skip


def worklog_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``worklogs.csv``."""
    for one in dossier.worklogs:
        yield dossier.asked, one.id, _instant(one.started), one.author, one.seconds, one.comment, one.kind


def link_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``links.csv``: parent, sub-tasks, links, then remote links."""
    for one in dossier.links:
        yield dossier.asked, one.type, one.direction, one.key, one.url


def attachment_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``attachments.csv``, by attachment id."""
    for one in dossier.attachments:
        yield (
            dossier.asked, one.id, one.name, one.stored_as, one.size, one.sha256, _instant(one.created), one.author,
            one.url, one.kind,
        )  # fmt: skip


TABLES: Final[Mapping[Table, Callable[[Dossier], Iterable[Row]]]] = MappingProxyType(
    {
        DETAILS: details_rows,
        HISTORY: history_rows,
        COMMENTS: comment_rows,
        WORKLOGS: worklog_rows,
        LINKS: link_rows,
        ATTACHMENTS: attachment_rows,
    }
)
"""The CSV files of a dossier, and what their rows are made of."""

SOMETIMES: Final = (COMMENT_CHANGES, APPROVALS, SLA)
"""Those that only some dossiers have: where an archive was read, and those of customer requests."""

_OF_ALL: Final = MappingProxyType({SAMPLE_HISTORY.name: history_rows, SAMPLE_COMMENTS.name: comment_rows})


def dossier_files(dossier: Dossier) -> dict[str, bytes]:
    """Return the CSV files of a dossier and ``issue.json``, by file name; a function of Jira's answers alone."""
    return {name: make() for name, make in file_makers(dossier).items()}


def file_makers(dossier: Dossier, version: int = KINDS_SINCE) -> dict[str, Callable[[], bytes]]:
    """Return what makes each of the files of `dossier_files`, by file name, in the form of a version of the tables."""
    tables = {**TABLES, **({} if dossier.archived is None else {COMMENT_CHANGES: comment_change_rows})}
    tables |= served_tables(dossier)
    return {
        **{table.file: partial(_csv_of, table, rows, dossier, version) for table, rows in tables.items()},
        "issue.json": partial(issue_json, dossier),
    }


def _csv_of(table: Table, rows: Callable[[Dossier], Iterable[Row]], dossier: Dossier, version: int) -> bytes:
    frame, then = table.make(rows(dossier), dossier.place.zone), table.as_of(version)
    return to_csv(then, frame[then.names], version)


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
        **served_json(received),
    }
    text = dumps(whole, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which JSON can say and UTF-8 can't
        return (dumps(whole, indent=1, ensure_ascii=True) + "\n").encode()


def all_rows(table: Table, dossiers: Sequence[Dossier], zone: ZoneInfo) -> pd.DataFrame:
    """Return `SAMPLE_HISTORY` or `SAMPLE_COMMENTS`: the rows of all dossiers, by project and number."""
    in_order = sorted(dossiers, key=lambda one: split_key(one.asked))
    return table.make((row for dossier in in_order for row in _OF_ALL[table.name](dossier)), zone)

"""A record of Jira's JSON as an issue of the embedded Jira: its fields, histories, comments, worklogs, attachments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditlib.demo.folder.shelf import Place, Shelf
from auditlib.demo.folder.values import entries_of, instant_of, number_of, object_of, plain_text, short_text
from auditlib.demo.world.records import Attachment, Comment, History, Issue, Worklog
from auditlib.keys import is_key


def issue_of(record: Mapping[str, Any]) -> Issue:
    """Turn a record into an issue, or say what it lacks."""
    fields = record.get("fields")
    created = fields.get("created") if isinstance(fields, dict) else None
    lacks = [
        name
        for name, value in (("id", record.get("id")), ("key", record.get("key")), ("fields.created", created))
        if value is None
    ]
    if lacks or not isinstance(fields, dict):
        raise ValueError(f"no {', no '.join(lacks)}")
    key = record["key"]
    if not is_key(key):
        raise ValueError(f"key {short_text(key)} is not a Jira key")
    begun = instant_of(created)
    return Issue(
        id=number_of(record["id"]),
        key=key,
        created=begun,
        updated=begun if fields.get("updated") is None else instant_of(fields["updated"]),
        fields=fields,
        comments=list(_comments(fields)),
        worklogs=list(_worklogs(fields)),
        attachments=list(_attachments(fields)),
        raw=True,
    )


def histories_of(record: Mapping[str, Any], place: Place, issue: Issue, shelf: Shelf) -> Iterator[History]:
    """Yield the history entries of a record; one that can't be read is ignored with its reason."""
    for number, entry in enumerate(entries_of(record.get("changelog"), "histories"), 1):
        try:
            yield History(
                number_of(entry.get("id")),
                instant_of(entry.get("created")),
                object_of(entry, "author"),
                tuple(entries_of(entry, "items")),
            )
        except ValueError as error:
            shelf.ignore(place, f"history entry {number} of {issue.key} ({error})")


def _comments(fields: Mapping[str, Any]) -> Iterator[Comment]:
    for entry in entries_of(fields.get("comment"), "comments"):
        try:
            created = instant_of(entry.get("created"))
            yield Comment(
                id=number_of(entry.get("id")),
                author=object_of(entry, "author"),
                created=created,
                updated=instant_of(entry["updated"]) if entry.get("updated") else created,
                update_author=object_of(entry, "updateAuthor"),
                body=plain_text(entry.get("body")),
                visibility=object_of(entry, "visibility"),
            )
        except ValueError:
            continue  # it stays in ``fields``, which are served as received


def _worklogs(fields: Mapping[str, Any]) -> Iterator[Worklog]:
    for entry in entries_of(fields.get("worklog"), "worklogs"):
        try:
            created = instant_of(entry.get("created"))
            yield Worklog(
                id=number_of(entry.get("id")),
                author=object_of(entry, "author"),
                created=created,
                updated=instant_of(entry["updated"]) if entry.get("updated") else created,
                started=instant_of(entry["started"]) if entry.get("started") else created,
                seconds=number_of(entry.get("timeSpentSeconds")),
                comment=plain_text(entry.get("comment")),
            )
        except ValueError:
            continue  # as above


def _attachments(fields: Mapping[str, Any]) -> Iterator[Attachment]:
    for entry in entries_of(fields, "attachment"):
        try:
            yield Attachment(
                id=number_of(entry.get("id")),
                filename=str(entry.get("filename", "")),
                author=object_of(entry, "author"),
                created=instant_of(entry.get("created")),
                mime_type=str(entry.get("mimeType", "application/octet-stream")),
                content=None,
                size=number_of(entry.get("size")),
            )
        except ValueError:
            continue  # as above


def note_missing(record: Mapping[str, Any], issue: Issue, shelf: Shelf) -> None:
    """Note where Jira's own count says that the record holds only a part."""
    fields = record["fields"]
    for what, holder, name in (
        ("history entries", record.get("changelog"), "histories"),
        ("comments", fields.get("comment"), "comments"),
        ("worklogs", fields.get("worklog"), "worklogs"),
    ):
        total = holder.get("total") if isinstance(holder, dict) else None
        held = len(entries_of(holder, name))
        if isinstance(total, int) and total > held:
            shelf.notes.append(f"{issue.key}: {held} of {total} {what}")
            shelf.cut.setdefault(what, []).append((held, total))
    if not isinstance(record.get("changelog"), dict):
        shelf.without_history.add(issue.id)

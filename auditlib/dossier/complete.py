"""Whether a record is complete: every count that Jira gives of an issue, against what came. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from auditlib.phrases import agreeing, counted
from auditlib.records.issues import json_object

if TYPE_CHECKING:
    from auditlib.dossier.fields import Field
    from auditlib.dossier.parts import Attachment, Received

_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "history": ("history entry", "history entries"),
    "comments": ("comment", "comments"),
    "worklogs": ("worklog", "worklogs"),
}


def count_records(records: Iterable[Mapping[str, Any]]) -> int:
    """Count records, each once by its id; those without an id count each."""
    ids = [None if one.get("id") is None else str(one["id"]) for one in records]
    return len({one for one in ids if one is not None}) + ids.count(None)


def missing(received: Received, fields: Mapping[str, Field], attachments: Sequence[Attachment]) -> Iterator[str]:
    """Yield what is missing from an incomplete record, one sentence each.

    Parameters
    ----------
    received : Received
        What Jira answered of an issue.
    fields : mapping of str to Field
        The issue's fields.
    attachments : sequence of Attachment
    """
    yield from _paged(received, fields)
    for part, why in received.refused.items():
        yield f"{part.replace('_', ' ')}: {why}"
    yield from _watched(received, fields)
    yield from _voted(received, fields)
    for one in attachments:
        name = f"attachment {one.id} ({one.name})" if one.id is not None else f"an attachment without id ({one.name})"
        if one.problem:
            yield f"{name}: {one.problem}"
        elif received.files and one.downloaded is None:
            yield f"{name}: was not downloaded"


def _paged(received: Received, fields: Mapping[str, Field]) -> Iterator[str]:
    """Compare what came in pages with the count of the pages, and with the count inside the issue."""
    inside = {
        "history": json_object(received.issue.get("changelog")).get("total"),
        "comments": _inner(fields, "comment", "total"),
        "worklogs": _inner(fields, "worklog", "total"),
    }
    came = {"history": received.history, "comments": received.comments, "worklogs": received.worklogs}
    for part, records in came.items():
        if part in received.refused:
            continue
        count, said = count_records(records), received.totals.get(part)
        if said is not None and said != count:
            yield f"Jira says there are {said:,} {_NOUNS[part][1]}, and gave {count:,}"
        own = inside[part]
        if _is_count(own) and own not in {count, said}:
            yield f"the issue itself says that it has {counted(own, *_NOUNS[part])}, and {count:,} came"


def _watched(received: Received, fields: Mapping[str, Field]) -> Iterator[str]:
    if received.watchers is None:
        return
    own, said = _inner(fields, "watches", "watchCount"), received.watchers.get("watchCount")
    named = received.watchers.get("watchers")
    if _is_count(own) and _is_count(said) and own != said:
        yield f"the issue itself says that it has {counted(own, 'watcher')}, its list of watchers {said:,}"
    total = next((one for one in (said, own) if _is_count(one)), None)
    # Without the permission to see who watches, an account is given the count alone; the page says so.
    if total is not None and isinstance(named, list) and len(named) not in {0, total}:
        yield f"Jira says there {agreeing(total, 'is', 'are')} {counted(total, 'watcher')}, and named {len(named):,}"


def _voted(received: Received, fields: Mapping[str, Field]) -> Iterator[str]:
    if received.votes is None:
        return
    own, said = _inner(fields, "votes", "votes"), received.votes.get("votes")
    if _is_count(own) and _is_count(said) and own != said:
        yield f"the issue itself says that it has {counted(own, 'vote')}, its list of votes {said:,}"


def _inner(fields: Mapping[str, Field], field_id: str, member: str) -> Any:
    return json_object(fields[field_id].raw).get(member) if field_id in fields else None


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)

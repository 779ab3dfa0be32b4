"""The replay check: does an issue's history lead from its creation to what the issue is today? Pure.

Each change names a value before and after it. So the changes of a field form a chain, whose last link must be today's
value; a change that was taken out of the history, or put in, breaks it. Fields that hold several things (links, attachments,
versions, components) are walked back instead: what was added last must be there today, what was removed must not be.

Where the history writes a value in another form than the field has today (a text that Cloud keeps as a document), the last
link is not compared, and that is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from auditlib.changes import Change
from auditlib.dossier.fields import Field
from auditlib.dossier.values import document_text, is_document

COLLECTIONS: Final[Mapping[str, str]] = {
    "Link": "issuelinks",
    "Attachment": "attachment",
    "Fix Version": "fixVersions",
    "Version": "versions",
    "Component": "components",
}
"""Fields of histories of which each item adds or removes one thing, and the field of the issue that holds the things."""

NO_STATE: Final = frozenset(
    {
        "Workflow",
        "Rank",
        "RemoteIssueLink",
        "RemoteWorkItemLink",
        "WorklogId",
        "WorklogTimeSpent",
        "Comment",
        "Epic Child",
    }
)
"""Fields of histories that are events: no value of today belongs to them."""

NAMES_OF_SERVER: Final[Mapping[str, str]] = {
    "Parent": "parent",
    "Issue Type": "issuetype",
    "Component": "components",
    "IssueParentAssociation": "parent",
    "Security": "security",
    "Project": "project",
}
"""Names that histories use for fields of Jira's own, where they differ from the field's id."""

_WHITE = re.compile(r"\s+")


@dataclass(frozen=True)
class FieldReplay:
    """What the replay of one field showed.

    Attributes
    ----------
    field, field_id : str
        As the history names it; the id is empty where it gives none.
    changes : int
        Items of the history.
    closes : bool or None
        Whether all links hold; None where none could be compared.
    notes : tuple of str
        Each link that does not hold, or why one was not compared.
    at_creation : str
        What the field held when the issue was created, as the first change says; empty for collections.
    """

    field: str
    field_id: str
    changes: int
    closes: bool | None
    notes: tuple[str, ...]
    at_creation: str


def replay(changes: Sequence[Change], fields: Mapping[str, Field], created: datetime | None) -> tuple[FieldReplay, ...]:
    """Walk the history of every field that it names.

    Parameters
    ----------
    changes : sequence of Change
        The whole history, oldest first.
    fields : mapping of str to Field
        The issue's fields of today, by id.
    created : datetime or None
        Jira's time of the issue's creation.

    Returns
    -------
    tuple of FieldReplay
        In the order in which the history names them first.
    """
    chains: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        chains.setdefault((change.field, change.field_id), []).append(change)
    return tuple(_replay(chain, fields, created) for chain in chains.values())


def _replay(chain: Sequence[Change], fields: Mapping[str, Field], created: datetime | None) -> FieldReplay:
    first = chain[0]
    notes, compared, broken = [], False, False
    if first.field in NO_STATE:
        notes.append("is an event, which leaves no value behind")
    elif first.field in COLLECTIONS and _adds_and_removes(chain):
        held = fields.get(COLLECTIONS[first.field])
        if held is None:
            notes.append("Jira sent no such field today; the changes are not compared with it")
        else:
            compared = True
            faults = _walk_back(chain, _things(first.field, held.raw))
            # A link goes with the issue at its other end, which may have been deleted, moved or hidden.
            broken = bool(faults) and first.field != "Link"
            compared = not faults or broken
            notes += faults
    else:
        compared = len(chain) > 1
        faults = [_gap(one, other) for one, other in pairwise(chain) if not _meets(one, other)]
        today = _today(chain[-1], fields)
        if not today:
            notes.append("today's value has another form, or is not sent; the last change is not compared with it")
        else:
            compared = True
            if not any(_leads_to(chain[-1], one) for one in today):
                faults.append(f"history {chain[-1].history_id} led to {_shown(chain[-1].after_text or chain[-1].after)}, "
                              f"today it is {_shown(today[0].text)}")  # fmt: skip
        broken = bool(faults)
        notes += faults
    if created is not None and first.at < created and (created - first.at).total_seconds() > 1:
        notes.append(f"history {first.history_id} lies before the issue's creation")
        compared = broken = True
    start = "" if first.field in COLLECTIONS or first.field in NO_STATE else first.before_text or first.before
    return FieldReplay(first.field, first.field_id, len(chain), (not broken) if compared else None, tuple(notes), start)


# chains


def _meets(one: Change, other: Change) -> bool:
    """Say whether a change led to what the next one starts from: by id where both have one, else by text."""
    if one.after and other.before:
        return one.after == other.before or (_same(one.after_text, other.before_text) and one.after_text != "")
    return _same(one.after_text, other.before_text)


def _gap(one: Change, other: Change) -> str:
    return (
        f"history {one.history_id} led to {_shown(one.after_text or one.after)}, "
        f"history {other.history_id} starts from {_shown(other.before_text or other.before)}"
    )


def _today(change: Change, fields: Mapping[str, Field]) -> list[Field]:
    """Return the fields whose value of today the last change may have led to; none if they can't be compared.

    A history without field ids names a field only by its name, which several fields may have.
    """
    if change.field_id:
        named = [fields.get(change.field_id)]
    else:
        own = fields.get(NAMES_OF_SERVER.get(change.field, change.field.lower()))
        named = [own, *(one for one in fields.values() if one.name == change.field and one is not own)]
    found = [one for one in named if one is not None and not is_document(one.raw) and not _is_unknown(one.raw)]
    # Cloud has turned epic links into parents, and leaves the field of the link empty.
    return [] if change.field == "Epic Link" and not any(one.raw for one in found) else found


def _is_unknown(raw: Any) -> bool:
    """Say whether a value of today is of a form that histories never repeat."""
    return isinstance(raw, Mapping) and not (_forms(raw) - {""})


def _leads_to(change: Change, today: Field) -> bool:
    raw = today.raw
    if not raw and raw not in (0, False):
        return not change.after_text.strip() and (not change.after.strip() or change.after in {"-1", "[]"})
    wanted = {_plain(one) for one in _forms(raw)}
    given = {_plain(change.after), _plain(change.after_text), _plain(_list_of(change.after))} - {""}
    return bool(wanted & given) or bool({_day(one) for one in given} & {_day(one) for one in wanted} - {""})


def _forms(raw: Any) -> set[str]:
    """Return every form in which a history may write a value."""
    if isinstance(raw, bool):
        return {str(raw), str(raw).lower()}
    if isinstance(raw, int | float):
        return {str(raw), f"{raw:g}", f"{float(raw)}"}
    if isinstance(raw, str):
        return {raw, raw.replace("\r\n", "\n")}
    if isinstance(raw, Mapping):
        if is_document(raw):
            return {document_text(raw)}
        names = ("id", "accountId", "key", "name", "value", "displayName")
        return {str(raw[name]) for name in names if raw.get(name) not in (None, "")}
    if isinstance(raw, Sequence):
        parts = [sorted(_forms(one)) for one in raw]
        ids = [_id_of(one) for one in raw]
        joined = {" ".join(ids), ", ".join(ids), ",".join(ids), json.dumps(ids), f"[{', '.join(ids)}]"}
        for name in ("name", "value", "displayName"):
            texts = [str(one.get(name) or "") if isinstance(one, Mapping) else str(one) for one in raw]
            joined |= {" ".join(texts), ", ".join(texts), ",".join(texts)}
        return joined | ({form for forms in parts for form in forms} if len(parts) == 1 else set())
    return set()


def _id_of(one: Any) -> str:
    if isinstance(one, Mapping):
        return next((str(one[name]) for name in ("id", "accountId", "key", "name", "value") if one.get(name)), "")
    return str(one)


def _list_of(text: str) -> str:
    """Read a list of ids as histories write it, ``["1", "2"]`` or ``[1, 2]``, as ``1, 2``."""
    return ", ".join(re.findall(r"[^\s,\"\[\]]+", text)) if text.startswith("[") else ""


def _day(text: str) -> str:
    """Return the day that a text begins with, empty if it begins with none."""
    found = re.match(r"\d{4}-\d{2}-\d{2}(?=$|[T ]00:00)", text)
    return found[0] if found else ""


# collections


def _adds_and_removes(chain: Iterable[Change]) -> bool:
    """Say whether each item adds or removes one thing."""
    return all(bool(one.before or one.before_text) != bool(one.after or one.after_text) for one in chain)


def _things(field: str, raw: Any) -> list[frozenset[str]]:
    """Return what a field holds today, each thing as all the names that a history may call it by."""
    things = []
    for one in raw or ():
        if field == "Link":
            other: Mapping[str, Any] = next(
                (one[side] for side in ("outwardIssue", "inwardIssue") if isinstance(one.get(side), Mapping)), {}
            )
            things.append(frozenset({str(other.get("key", ""))}))
        else:
            names = ("id", "filename", "name")
            things.append(frozenset(str(one[name]) for name in names if isinstance(one, Mapping) and one.get(name)))
    return things


def _walk_back(chain: Sequence[Change], things: list[frozenset[str]]) -> list[str]:
    """Undo every change, the newest first, and name each that does not fit."""
    held, faults = list(things), []
    for change in reversed(chain):
        added = bool(change.after or change.after_text)
        name = (change.after if added else change.before).strip()
        text = (change.after_text if added else change.before_text).strip()
        there = next((one for one in held if name in one), None) or next((one for one in held if text in one), None)
        if added and there is not None:
            held.remove(there)
        elif added:
            perhaps = "; the other issue may have been deleted, moved or hidden" if change.field == "Link" else ""
            missing = f"added {_shown(text or name)}, which is not there after it{perhaps}"
            faults.append(f"history {change.history_id} {missing}")
        elif there is not None and change.field != "Link":
            faults.append(f"history {change.history_id} removed {_shown(text or name)}, which is there after it")
        else:
            held.append(frozenset({name, text} - {""}))
    return faults


def _same(one: str, other: str) -> bool:
    return one == other or _plain(one) == _plain(other)


def _plain(text: str) -> str:
    """Let white space not decide: Jira writes line ends as CR LF in one place and as LF in another."""
    return _WHITE.sub(" ", text).strip()


def _shown(text: str) -> str:
    short = _plain(text)
    return "nothing" if not short else repr(short if len(short) <= 60 else short[:59] + "…")

"""The replay check: does an issue's history lead from its creation to what the issue is today? Pure.

Each change names a value before and after it. So the changes of a field form a chain, whose last link must be today's
value; a change that was taken out of the history, or put in, breaks it. Fields that hold several things (links, attachments,
versions, components) are walked back instead: what was added last must be there today, what was removed must not be.

Only what can be compared is: a value whose form is not known (of an app's field, a sprint, a cascading choice), one that the
history writes in another form than the field has today (a text that Cloud keeps as a document), and a text that was redacted
break no chain; each is said. Redaction puts bars in place of words, in fields and in histories, and can't be undone
(https://intercom.help/atlassian-beacon, "Redact").

``records.state`` walks status and resolution of a whole population back to an instant. Of what Jira sends of these two, both
judge a link alike, which a test holds them to. One rule for both would change what is said: here texts are compared as
their fields write them, with white space and redaction allowed for, and a link may stay open; there, a break matters to an
instant or not, issues begin open and unresolved, nothing stays open, and a million histories are walked in columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from auditlib.deep_json import as_text
from auditlib.dossier.adf import is_document
from auditlib.dossier.fields import Field
from auditlib.dossier.leads import (
    NAMES_OF_SERVER,
    NO_STATE,
    NOT_COMPARED,
    REDACTED,
    STATES,
    UNKNOWN,
    form_of,
    is_redacted,
    leads_to,
    of_name,
    plain_words,
    same_text,
)
from auditlib.records.history import BREAKS, CLOSES, NOTHING, Change
from auditlib.records.issues import json_object
from auditlib.records.reach import BEFORE_CREATION

COLLECTIONS: Final[Mapping[str, str]] = {
    "Link": "issuelinks",
    "Attachment": "attachment",
    "Fix Version": "fixVersions",
    "Version": "versions",
    "Component": "components",
}
"""Fields of histories of which each item adds or removes one thing, and the field of the issue that holds the things."""


VERDICTS: Final = (CLOSES, BREAKS, REDACTED, NOT_COMPARED)
"""What the replay of one field can show."""


@dataclass(frozen=True)
class FieldReplay:
    """What the replay of one field showed.

    Attributes
    ----------
    field, field_id : str
        As the history names it first; the id is empty where it gives none.
    changes : int
        Items of the history.
    closes : bool or None
        Whether all links that could be compared hold; None where none could.
    notes : tuple of str
        Each link that does not hold, or why one was not compared.
    at_creation : str
        What the field held when the issue was created, as the first change says; empty for collections.
    redacted : bool
        Whether a link could not be compared since a value was redacted.
    """

    field: str
    field_id: str
    changes: int
    closes: bool | None
    notes: tuple[str, ...]
    at_creation: str
    redacted: bool = False

    @property
    def verdict(self) -> str:
        """What is to be said of it: `CLOSES`, `BREAKS`, `REDACTED` or `NOT_COMPARED`."""
        if self.closes is False:
            return BREAKS
        if self.redacted:
            return REDACTED
        return NOT_COMPARED if self.closes is None else CLOSES


def history_verdict(replayed: Sequence[FieldReplay]) -> str:
    """Say of a whole history whether it leads from the creation to today.

    Returns
    -------
    str
        `BREAKS` if one field does; `CLOSES` if at least one does and none breaks; else `NOTHING`: a history that holds
        nothing, or nothing that can be compared, shows nothing.
    """
    verdicts = {one.verdict for one in replayed}
    return BREAKS if BREAKS in verdicts else CLOSES if CLOSES in verdicts else NOTHING


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

    Notes
    -----
    A field is told by its id, which stays when an administrator renames it. Where an item gives no id, as Data Center's
    items of custom fields never do, it belongs to the one field that the history knows by that name, if there is one.
    """
    ids: dict[str, set[str]] = {}
    for change in changes:
        if change.field_id:
            ids.setdefault(change.field, set()).add(change.field_id)
            if change.field_id in fields:
                ids.setdefault(fields[change.field_id].name, set()).add(change.field_id)
    chains: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        named = ids.get(change.field, set())
        field_id = change.field_id or (next(iter(named)) if len(named) == 1 else "")
        chains.setdefault((field_id, "" if field_id else change.field), []).append(change)
    return tuple(_replay(chain, field_id, fields, created) for (field_id, _), chain in chains.items())


def _replay(
    chain: Sequence[Change], field_id: str, fields: Mapping[str, Field], created: datetime | None
) -> FieldReplay:
    first = chain[0]
    links = _Links()
    if first.field in NO_STATE:
        links.notes.append("is an event, which leaves no value behind")
    elif first.field in COLLECTIONS and _adds_and_removes(chain):
        _replay_collection(chain, fields, links)
    else:
        _replay_chain(chain, field_id, fields, links)
    if created is not None and isinstance(first.at, datetime) and created - first.at > BEFORE_CREATION:
        links.add(BREAKS, f"history {first.history_id} lies before the issue's creation")
    start = "" if first.field in COLLECTIONS or first.field in NO_STATE else first.before_text or first.before
    return FieldReplay(
        first.field, first.field_id, len(chain), links.closes, tuple(links.notes), start, REDACTED in links.found
    )


class _Links:
    """What was found of the links of one chain, and the notes on them."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.notes: list[str] = []

    def add(self, verdict: str, note: str = "") -> None:
        self.found.add(verdict)
        if note and verdict != CLOSES:
            self.notes.append(note)

    @property
    def closes(self) -> bool | None:
        return False if BREAKS in self.found else True if CLOSES in self.found else None


def _replay_collection(chain: Sequence[Change], fields: Mapping[str, Field], links: _Links) -> None:
    name = chain[0].field
    held = fields.get(COLLECTIONS[name])
    if held is None:
        links.notes.append("Jira sent no such field today; the changes are not compared with it")
        return
    faults = _walk_back(chain, _things(name, held.raw))
    # A link goes with the issue at its other end, which may have been deleted, moved or hidden.
    links.add(NOT_COMPARED if faults and name == "Link" else BREAKS if faults else CLOSES)
    links.notes += faults


def _replay_chain(chain: Sequence[Change], field_id: str, fields: Mapping[str, Field], links: _Links) -> None:
    named, today = _today(chain[-1], field_id, fields)
    forms = {form_of(one) for one in named}
    form = forms.pop() if len(forms) == 1 else UNKNOWN
    for one, other in pairwise(chain):
        verdict = _meets(one, other, form)
        links.add(verdict, f"{_gap(one, other)}{_WHY.get(verdict, '')}")
    if not today:
        links.add(
            NOT_COMPARED, "today's value has another form, or is not sent; the last change is not compared with it"
        )
        return
    last, verdicts = chain[-1], [leads_to(chain[-1], one) for one in today]
    verdict = next((one for one in (CLOSES, REDACTED, NOT_COMPARED) if one in verdicts), BREAKS)
    links.add(
        verdict,
        f"history {last.history_id} led to {_shown(last.after_text or last.after)}, "
        f"today it is {_shown(today[0].text)}{_WHY.get(verdict, '')}",
    )


_WHY: Final[Mapping[str, str]] = {
    REDACTED: "; a text was redacted, so the two are not compared",
    NOT_COMPARED: "; the form of such values is not known, so the two are not compared",
}


# chains


def _meets(one: Change, other: Change, form: str) -> str:
    """Say whether a change led to what the next one starts from: by id where both have one, else by text."""
    strict = one.field.lower() in STATES and one.after and other.before
    if one.after and one.after == other.before:
        return CLOSES
    if (
        not strict
        and same_text(one.after_text, other.before_text, form)
        and (one.after_text or not (one.after and other.before))
    ):
        return CLOSES
    if any(map(is_redacted, (one.after, one.after_text, other.before, other.before_text))):
        return REDACTED
    return NOT_COMPARED if form == UNKNOWN else BREAKS


def _gap(one: Change, other: Change) -> str:
    return (
        f"history {one.history_id} led to {_shown(one.after_text or one.after)}, "
        f"history {other.history_id} starts from {_shown(other.before_text or other.before)}"
    )


def _today(change: Change, field_id: str, fields: Mapping[str, Field]) -> tuple[list[Field], list[Field]]:
    """Return the fields of today that a change may be of, and those of them whose value can be compared.

    A history without field ids names a field only by its name, which several fields may have.
    """
    if field_id:
        named = [fields[field_id]] if field_id in fields else []
    else:
        own = fields.get(NAMES_OF_SERVER.get(change.field, change.field.lower()))
        named = [*([own] if own is not None else []), *of_name(change.field, fields, own)]
    found = [one for one in named if not is_document(one.raw)]
    # Cloud has turned epic links into parents, and leaves the field of the link empty.
    return named, [] if change.field == "Epic Link" and not any(one.raw for one in found) else found


# collections


def _adds_and_removes(chain: Iterable[Change]) -> bool:
    """Say whether each item adds or removes one thing."""
    return all(bool(one.before or one.before_text) != bool(one.after or one.after_text) for one in chain)


def _things(field: str, raw: Any) -> list[frozenset[str]]:
    """Return what a field holds today, each thing as all the names that a history may call it by."""
    things = []
    for one in raw if isinstance(raw, list | tuple) else ():
        if field == "Link":
            sides = (json_object(one).get(side) for side in ("outwardIssue", "inwardIssue"))
            other: Mapping[str, Any] = next((side for side in sides if isinstance(side, Mapping)), {})
            things.append(frozenset({as_text(other.get("key"))}))
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
        there = next((one for one in held if name in one), None)
        if there is None and not (
            name and change.field == "Attachment"
        ):  # files of one name are told apart by their ids
            there = next((one for one in held if text in one), None)
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


def _shown(text: str) -> str:
    short = plain_words(text)
    return "nothing" if not short else repr(short if len(short) <= 60 else short[:59] + "…")

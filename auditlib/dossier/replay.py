"""The replay check: does an issue's history lead from its creation to what the issue is today? Pure.

Each change names a value before and after it. So the changes of a field form a chain, whose last link must be today's
value; a change that was taken out of the history, or put in, breaks it. Fields that hold several things (links, attachments,
versions, components) are walked back instead: what was added last must be there today, what was removed must not be.

Only what can be compared is: a value whose form is not known (of an app's field, a sprint, a cascading choice), one that the
history writes in another form than the field has today (a text that Cloud keeps as a document), and a text that was redacted
break no chain; each is said. Redaction puts bars in place of words, in fields and in histories, and can't be undone
(https://intercom.help/atlassian-beacon, "Redact").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.dossier.adf import is_document
from auditlib.dossier.fields import Field
from auditlib.dossier.numbers import exact, number_text
from auditlib.records.history import BREAKS, CLOSES, NOTHING, Change, time_of

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
_BETWEEN = re.compile(r"[\s,]+")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:$|[T ]00:00)")
_BARS = re.compile("[\u2580-\u259f\u25a0-\u25ac]{2,}")
_ACCOUNT = re.compile(r"(?:[0-9]+:|qm:|ug:)?[0-9a-f-]{24,}(?::.*)?")
_UTC = ZoneInfo("UTC")


REDACTED: Final = "redacted"
NOT_COMPARED: Final = "not compared"


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
    if created is not None and isinstance(first.at, datetime) and (created - first.at).total_seconds() > 1:
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
    last, verdicts = chain[-1], [_leads_to(chain[-1], one) for one in today]
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
        and _same_text(one.after_text, other.before_text, form)
        and (one.after_text or not (one.after and other.before))
    ):
        return CLOSES
    if any(map(is_redacted, (one.after, one.after_text, other.before, other.before_text))):
        return REDACTED
    return NOT_COMPARED if form == UNKNOWN else BREAKS


def _same_text(one: str, other: str, form: str) -> bool:
    """Compare two texts of histories, each in whatever way a history may write the value."""
    if _plain(one) == _plain(other):
        return True
    if form == "list" or (one.startswith("[") and other.startswith("[")):
        return sorted(_tokens(one)) == sorted(_tokens(other))
    if form == "number":
        return exact(one) is not None and exact(one) == exact(other)
    if form in {"day", "instant"}:
        return _instant(one) is not None and _instant(one) == _instant(other)
    return False


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
        named = [*([own] if own is not None else []), *_of_name(change.field, fields, own)]
    found = [one for one in named if not is_document(one.raw)]
    # Cloud has turned epic links into parents, and leaves the field of the link empty.
    return named, [] if change.field == "Epic Link" and not any(one.raw for one in found) else found


def _of_name(name: str, fields: Mapping[str, Field], own: Field | None) -> list[Field]:
    return [one for one in fields.values() if one.name == name and one is not own]


def _leads_to(change: Change, today: Field) -> str:
    """Say whether a change led to a value of today."""
    raw, form = today.raw, form_of(today)
    if any(map(is_redacted, (change.after, change.after_text, today.text))):
        return REDACTED
    if not raw and raw not in (0, False):
        empty = not change.after_text.strip() and (not change.after.strip() or change.after in {"-1", "[]"})
        return CLOSES if empty else NOT_COMPARED if form == UNKNOWN else BREAKS
    compared = _COMPARED.get(form, _repeats)(change, raw)
    if compared is None:
        return NOT_COMPARED
    return CLOSES if compared else NOT_COMPARED if form == UNKNOWN else BREAKS


def is_redacted(text: str) -> bool:
    """Say whether a text holds the bars that a redaction leaves; the words behind them are gone from Jira."""
    return _BARS.search(text) is not None


# forms

UNKNOWN: Final = "unknown"

STATES: Final = frozenset({"status", "resolution"})
"""Fields whose values are compared by id alone where there are ids: two may bear one name."""

_FORMS_OF_CUSTOM: Final[Mapping[str, str]] = {
    **dict.fromkeys(("textfield", "textarea", "url", "readonlyfield"), "text"),
    **dict.fromkeys(("select", "radiobuttons", "project", "version", "grouppicker"), "record"),
    **dict.fromkeys(("multiselect", "multicheckboxes", "multiuserpicker", "multiversion", "multigrouppicker"), "list"),
    "float": "number", "datepicker": "day", "datetime": "instant", "userpicker": "user", "labels": "list",
}  # fmt: skip
"""How values look by the kind of a custom field, for Jira's own kinds; those of apps look as each app likes."""

_FORMS_OF_KIND: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("option", "priority", "status", "resolution", "issuetype", "project", "securitylevel", "version", "component",
         "group", "issuelink"), "record",
    ),
    "string": "text", "number": "number", "date": "day", "datetime": "instant", "user": "user", "array": "list",
}  # fmt: skip


def form_of(field: Field) -> str:
    """Return how the values of a field look: text, number, day, instant, record, user, list, or `UNKNOWN`."""
    if field.custom:
        form = _FORMS_OF_CUSTOM.get(field.custom, UNKNOWN)
    elif field.kind:
        form = _FORMS_OF_KIND.get(field.kind, UNKNOWN)
    else:
        form = _form_of_value(field.raw)
    ordinary = field.raw is None or form == UNKNOWN or _form_of_value(field.raw) in _ALIKE[form]
    return form if ordinary else UNKNOWN


_ALIKE: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"text"}),
    "number": frozenset({"number"}),
    "day": frozenset({"text"}),
    "instant": frozenset({"text", "number"}),
    "record": frozenset({"record", "text"}),
    "user": frozenset({"record", "text"}),
    "list": frozenset({"list"}),
}
"""Forms of JSON in which a value of each form may come."""


def _form_of_value(raw: Any) -> str:
    if isinstance(raw, bool):
        return "text"
    if isinstance(raw, int | float):
        return "number"
    if isinstance(raw, str):
        return UNKNOWN if raw.startswith("com.atlassian.greenhopper") else "text"
    if isinstance(raw, Mapping):
        return "record" if _names_of(raw) and not {"child", "boardId"} & set(raw) else UNKNOWN
    if isinstance(raw, Sequence):
        return "list" if all(_form_of_value(one) in {"text", "record"} for one in raw) else UNKNOWN
    return UNKNOWN


def _repeats(change: Change, raw: Any) -> bool | None:
    """Say whether a history writes a value of no known form as it is; None if it writes it otherwise."""
    wanted = {_plain(one) for one in _writings(raw)}
    given = {_plain(change.after), _plain(change.after_text)} - {""}
    return True if wanted & given else None


def _text_leads(change: Change, raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return bool({change.after.lower(), change.after_text.lower()} & {str(raw).lower()}) or None
    return _plain(str(raw)) in {_plain(change.after), _plain(change.after_text)}


def _number_leads(change: Change, raw: Any) -> bool | None:
    found = [number for number in (exact(change.after), exact(change.after_text)) if number is not None]
    return exact(raw) in found if found else False if not (change.after + change.after_text).strip() else None


def _time_leads(change: Change, raw: Any) -> bool | None:
    if _plain(str(raw)) in {_plain(change.after), _plain(change.after_text)}:
        return True
    given, wanted = [_instant(change.after), _instant(change.after_text)], _instant(raw)
    if not (change.after + change.after_text).strip():
        return False
    same_kind = [one for one in given if one is not None and wanted is not None and type(one) is type(wanted)]
    return wanted in same_kind if same_kind else None


def _record_leads(change: Change, raw: Any) -> bool | None:
    """Compare by id where both have one of the same form; by text else, which does not survive a rename."""
    if not isinstance(raw, Mapping):
        return _text_leads(change, raw)
    identity, text = str(raw.get("id") or ""), _plain(change.after_text)
    strict = change.field.lower() in STATES
    if change.after and identity.isdigit() and change.after.isdigit():
        return change.after == identity or (not strict and text in _names_of(raw) and bool(text))
    if not (change.after + text).strip():
        return False
    if ({change.after, text} - {""}) & _names_of(raw):
        return True
    return False if not change.after and not identity else None


def _user_leads(change: Change, raw: Any) -> bool | None:
    if not isinstance(raw, Mapping):
        return _text_leads(change, raw)
    if {change.after, _plain(change.after_text)} & _names_of(raw):
        return True
    account, given = str(raw.get("accountId") or ""), change.after.strip()
    if not (given + change.after_text).strip():
        return False
    # Names change, and a history that was brought from a server names people by what they were there.
    return False if given and (not account or _ACCOUNT.fullmatch(given)) else None


def _list_leads(change: Change, raw: Any) -> bool | None:
    things = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else [raw]
    given = [sorted(_tokens(one)) for one in (change.after, change.after_text) if one.strip()]
    for name in ("id", "accountId", "key", "name", "value", "displayName"):
        called = [str(one.get(name) or "") if isinstance(one, Mapping) else str(one) for one in things]
        if sorted(_tokens(" ".join(called))) in given:
            return True
    ids = [str(one.get("id") or "") if isinstance(one, Mapping) else "" for one in things]
    numbered = all(map(str.isdigit, ids)) and change.after and all(map(str.isdigit, _tokens(change.after)))
    plain = all(isinstance(one, str) for one in things)
    return False if numbered or plain or not given else None


_COMPARED: Final[Mapping[str, Callable[[Change, Any], bool | None]]] = {
    "text": _text_leads,
    "number": _number_leads,
    "day": _time_leads,
    "instant": _time_leads,
    "record": _record_leads,
    "user": _user_leads,
    "list": _list_leads,
}
"""By form, whether a change led to a value; None where what the history writes can't be compared with it."""


def _writings(raw: Any) -> set[str]:
    """Return every way in which a history may write a value of a form that is not known."""
    if isinstance(raw, bool):
        return {str(raw), str(raw).lower()}
    if isinstance(raw, int | float):
        return {number_text(raw)}
    if isinstance(raw, Mapping):
        return set(_names_of(raw))
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        joined = set()
        for name in ("id", "name", "value"):
            texts = [str(one.get(name) or "") if isinstance(one, Mapping) else str(one) for one in raw]
            joined |= {" ".join(texts), ", ".join(texts), ",".join(texts), f"[{', '.join(texts)}]"}
        return joined - {""}
    return {str(raw)}


def _names_of(raw: Mapping[str, Any]) -> set[str]:
    names = ("id", "accountId", "key", "name", "value", "displayName")
    return {_plain(str(raw[name])) for name in names if raw.get(name) not in (None, "")}


def _tokens(text: str) -> list[str]:
    """Return the parts of a list as histories write one: ``["1", "2"]``, ``[1, 2]``, ``a b``, ``A, B``."""
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1].replace('"', "")
    return [one for one in _BETWEEN.split(inner) if one]


def _instant(value: Any) -> datetime | date | None:
    """Return the instant, to the second, or the day that a history or field writes; None if it writes neither."""
    found = time_of(value, _UTC)
    if isinstance(found, datetime):
        return found.replace(microsecond=0)
    day = _DAY.match(str(value).strip())
    try:
        return date.fromisoformat(day[1]) if day else None
    except ValueError:
        return None


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


def _plain(text: str) -> str:
    """Let white space not decide: Jira writes line ends as CR LF in one place and as LF in another."""
    return _WHITE.sub(" ", text).strip()


def _shown(text: str) -> str:
    short = _plain(text)
    return "nothing" if not short else repr(short if len(short) <= 60 else short[:59] + "…")

"""Does one value of a history lead to the next, or to what the issue shows today? By the form of its field. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.deep_json import as_text
from auditlib.dossier.fields import Field
from auditlib.dossier.numbers import exact, number_text
from auditlib.records.history import BREAKS, CLOSES, Change, time_of

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


def same_text(one: str, other: str, form: str) -> bool:
    """Compare two texts of histories, each in whatever way a history may write the value."""
    if plain_words(one) == plain_words(other):
        return True
    if form == "list" or (one.startswith("[") and other.startswith("[")):
        return sorted(_tokens(one)) == sorted(_tokens(other))
    if form == "number":
        return exact(one) is not None and exact(one) == exact(other)
    if form in {"day", "instant"}:
        return _instant(one) is not None and _instant(one) == _instant(other)
    return False


def of_name(name: str, fields: Mapping[str, Field], own: Field | None) -> list[Field]:
    """Return the fields that bear a name and may be meant by an item of a history that gives no id."""
    return [one for one in fields.values() if one.name == name and one is not own]


def leads_to(change: Change, today: Field) -> str:
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
    wanted = {plain_words(one) for one in _writings(raw)}
    given = {plain_words(change.after), plain_words(change.after_text)} - {""}
    return True if wanted & given else None


def _text_leads(change: Change, raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return bool({change.after.lower(), change.after_text.lower()} & {str(raw).lower()}) or None
    return plain_words(str(raw)) in {plain_words(change.after), plain_words(change.after_text)}


def _number_leads(change: Change, raw: Any) -> bool | None:
    found = [number for number in (exact(change.after), exact(change.after_text)) if number is not None]
    return exact(raw) in found if found else False if not (change.after + change.after_text).strip() else None


def _time_leads(change: Change, raw: Any) -> bool | None:
    if plain_words(str(raw)) in {plain_words(change.after), plain_words(change.after_text)}:
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
    identity, text = as_text(raw.get("id")), plain_words(change.after_text)
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
    if {change.after, plain_words(change.after_text)} & _names_of(raw):
        return True
    account, given = as_text(raw.get("accountId")), change.after.strip()
    if not (given + change.after_text).strip():
        return False
    # Names change, and a history that was brought from a server names people by what they were there.
    return False if given and (not account or _ACCOUNT.fullmatch(given)) else None


def _list_leads(change: Change, raw: Any) -> bool | None:
    things = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else [raw]
    given = [sorted(_tokens(one)) for one in (change.after, change.after_text) if one.strip()]
    for name in ("id", "accountId", "key", "name", "value", "displayName"):
        called = [as_text(one.get(name)) if isinstance(one, Mapping) else str(one) for one in things]
        if sorted(_tokens(" ".join(called))) in given:
            return True
    ids = [as_text(one.get("id")) if isinstance(one, Mapping) else "" for one in things]
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
            texts = [as_text(one.get(name)) if isinstance(one, Mapping) else str(one) for one in raw]
            joined |= {" ".join(texts), ", ".join(texts), ",".join(texts), f"[{', '.join(texts)}]"}
        return joined - {""}
    return {str(raw)}


def _names_of(raw: Mapping[str, Any]) -> set[str]:
    names = ("id", "accountId", "key", "name", "value", "displayName")
    return {plain_words(str(raw[name])) for name in names if raw.get(name) not in (None, "")}


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


def plain_words(text: str) -> str:
    """Let white space not decide: Jira writes line ends as CR LF in one place and as LF in another."""
    return _WHITE.sub(" ", text).strip()

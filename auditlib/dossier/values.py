"""A field's value as Jira sends it becomes words. Pure.

Cloud and Data Center name people, options and documents differently; whatever is not known here is shown as the JSON that
came, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.dossier.adf import is_document
from auditlib.dossier.numbers import dumps, number_text
from auditlib.dossier.plain import document_text
from auditlib.times import format_instant, parse_instant

_NAMES: Final = ("displayName", "value", "name", "key")
"""Members by which a record is called, the first that it has."""

DEEPEST: Final = 100
"""Lists and options within each other that become words."""

_SPRINT = re.compile(r"com\.atlassian\.greenhopper[^\s\[]*\[")
"""How Data Center begins to write a sprint; its members follow."""

_SPRINT_NAME = re.compile(r"\bname=")
_NEXT_MEMBER = re.compile(r",\w+=")


def value_text(value: Any, kind: str = "", zone: ZoneInfo | None = None) -> str:
    """Return a field's value in words, empty where there is none.

    Parameters
    ----------
    value : JSON
        As received.
    kind : str
        The type that Jira gives for the field, such as ``datetime``; empty if it gives none.
    zone : ZoneInfo, optional
        In which instants are written; without it they stay as received.

    Returns
    -------
    str
        Several values are joined with ``; ``; what lies in more than `DEEPEST` lists is shown as the JSON that came.
    """
    return _value_text(value, kind, zone, DEEPEST)


def _value_text(value: Any, kind: str, zone: ZoneInfo | None, left: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        return _text(value, kind, zone)
    if left == 0:
        return dumps(value, sort_keys=True)
    if isinstance(value, Mapping):
        return _record_text(value, left)
    if isinstance(value, Sequence):
        return "; ".join(_value_text(one, "", None, left - 1) for one in value)
    return str(value)


def _text(value: str, kind: str, zone: ZoneInfo | None) -> str:
    sprint = _sprint_name(value)
    if sprint is not None:
        return sprint
    if kind == "datetime" and zone is not None:
        try:
            return format_instant(parse_instant(value), zone)
        except (ValueError, OverflowError):
            return value
    return value


def _sprint_name(value: str) -> str | None:
    """Return the name of a sprint as Data Center writes it, None of any other text."""
    begun = _SPRINT.match(value)
    name = begun and _SPRINT_NAME.search(value, begun.end())
    after = name and _NEXT_MEMBER.search(value, name.end())
    return value[name.end() : after.start()] if name and after else None


def _record_text(value: Mapping[str, Any], left: int) -> str:
    if is_document(value):
        return document_text(value)
    for name in _NAMES:
        if isinstance(value.get(name), str) and value[name]:
            below = value.get("child")
            summary = value.get("fields", {}).get("summary") if isinstance(value.get("fields"), Mapping) else None
            more = [f" / {_value_text(below, '', None, left - 1)}"] if isinstance(below, Mapping) else []
            more += [f" {summary}"] if name == "key" and summary else []
            return "".join([value[name], *more])
    if isinstance(value.get("accountId"), str) and value["accountId"]:
        return str(value["accountId"])
    for name in ("watchCount", "votes", "percent"):
        if isinstance(value.get(name), int):
            return str(value[name])
    return dumps(value, sort_keys=True) if value else ""

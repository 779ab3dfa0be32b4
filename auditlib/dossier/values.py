"""A field's value as Jira sends it becomes words. Pure.

Cloud and Data Center name people, options and documents differently; whatever is not known here is shown as the JSON that
came, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.dossier.numbers import dumps, number_text
from auditlib.times import format_instant, parse_instant

_NAMES: Final = ("displayName", "value", "name", "key")
"""Members by which a record is called, the first that it has."""

_SPRINT = re.compile(r"com\.atlassian\.greenhopper\S*\[.*?\bname=(?P<name>.*?),\w+=", re.DOTALL)
"""How Data Center writes a sprint."""

_BLOCKS: Final = frozenset(
    {"paragraph", "heading", "codeBlock", "blockquote", "listItem", "taskItem", "tableRow", "rule"}
)


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
        Several values are joined with ``; ``.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        return _text(value, kind, zone)
    if isinstance(value, Mapping):
        return _record_text(value)
    if isinstance(value, Sequence):
        return "; ".join(value_text(one) for one in value)
    return str(value)


def _text(value: str, kind: str, zone: ZoneInfo | None) -> str:
    sprint = _SPRINT.match(value)
    if sprint is not None:
        return sprint["name"]
    if kind == "datetime" and zone is not None:
        try:
            return format_instant(parse_instant(value), zone)
        except (ValueError, OverflowError):
            return value
    return value


def _record_text(value: Mapping[str, Any]) -> str:
    if is_document(value):
        return document_text(value)
    for name in _NAMES:
        if isinstance(value.get(name), str) and value[name]:
            below = value.get("child")
            summary = value.get("fields", {}).get("summary") if isinstance(value.get("fields"), Mapping) else None
            more = [f" / {value_text(below)}"] if isinstance(below, Mapping) else []
            more += [f" {summary}"] if name == "key" and summary else []
            return "".join([value[name], *more])
    if isinstance(value.get("accountId"), str) and value["accountId"]:
        return str(value["accountId"])
    for name in ("watchCount", "votes", "percent"):
        if isinstance(value.get(name), int):
            return str(value[name])
    return dumps(value, sort_keys=True) if value else ""


def is_document(value: Any) -> bool:
    """Say whether a value is a text in Atlassian's document format, as Cloud's version 3 sends it."""
    return isinstance(value, Mapping) and value.get("type") == "doc" and isinstance(value.get("content"), Sequence)


def document_text(document: Mapping[str, Any]) -> str:
    """Return the plain text of a document; blocks stand on lines of their own.

    Notes
    -----
    Nodes that carry no text are named in brackets, so that a reader sees that something stood there.
    """
    text = "".join(_pieces(document))
    return re.sub(r"\n{2,}", "\n", text).strip("\n")


def _pieces(node: Mapping[str, Any]) -> Iterator[str]:
    kind = str(node.get("type", ""))
    attributes: Any = node.get("attrs") if isinstance(node.get("attrs"), Mapping) else {}
    if kind == "text":
        yield str(node.get("text", ""))
        return
    if kind == "hardBreak":
        yield "\n"
        return
    inner = [child for child in node.get("content") or () if isinstance(child, Mapping)]
    if not inner and kind not in _BLOCKS | {"doc"}:
        yield _leaf(kind, attributes)
        return
    for child in inner:
        yield from _pieces(child)
        if kind == "tableRow" and child is not inner[-1]:
            yield "\t"
    if kind in _BLOCKS:
        yield "\n"


def _leaf(kind: str, attributes: Mapping[str, Any]) -> str:
    """Return the words for a node without content: a mention, an emoji, a date, a picture."""
    for name in ("text", "shortName", "url", "timestamp", "alt"):
        if attributes.get(name):
            return str(attributes[name])
    who = attributes.get("id")
    return f"@{who}" if kind == "mention" and who else f"[{kind}]"

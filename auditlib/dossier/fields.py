"""The fields of an issue, by their names for people, rendered and as received. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.deep_json import as_text
from auditlib.dossier.adf import is_document
from auditlib.dossier.values import value_text
from auditlib.records.issues import json_object


@dataclass(frozen=True)
class Field:
    """One field of the issue.

    Attributes
    ----------
    id, name : str
        Jira's id and its name for people.
    kind : str
        The type that Jira gives, such as ``user``; empty if it gives none.
    text : str
        The value in words; empty where there is none.
    html : str
        Jira's own rendering of it, untrusted; empty where Jira gives none.
    raw : JSON
        As received.
    custom : str
        Which kind of custom field it is, by the last word of Jira's name for it, such as ``userpicker``; empty for others.
    """

    id: str
    name: str
    kind: str
    text: str
    html: str
    raw: Any
    custom: str = ""


def read_fields(issue: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Field]:
    """Return every field of an issue as received, by id."""
    names, schemas = json_object(issue.get("names")), json_object(issue.get("schema"))
    rendered = json_object(issue.get("renderedFields"))
    found = {}
    for field_id, raw in json_object(issue.get("fields")).items():
        kind, custom = _declared(schemas[field_id]) if field_id in schemas else ("", "")
        html = rendered.get(field_id)
        long_text = isinstance(raw, str) or is_document(raw)
        found[field_id] = Field(
            id=field_id,
            name=str(names.get(field_id, field_id)),
            kind=kind,
            text=value_text(raw, kind, zone),
            html=html if long_text and isinstance(html, str) and kind not in {"datetime", "date"} else "",
            raw=raw,
            custom=custom,
        )
    return found


def _declared(schema: Any) -> tuple[str, str]:
    """Return the type that Jira declares for a field, and which kind of custom field it is."""
    declared = json_object(schema)
    return as_text(declared.get("type")), as_text(declared.get("custom")).rpartition(":")[2]

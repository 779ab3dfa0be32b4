"""A document of many issues, set as far as it can be: one that the typesetter refuses has a page that says so."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from auditlib.dossier.apart import LARGE, EndedError, set_apart
from auditlib.dossier.typeset import printable, typeset
from auditlib.errors import AuditError
from auditlib.text import shorten

Json = dict[str, Any]

_TEMPLATE: Final = "dossiers.typ"


def as_far_as_it_can_be_set(data: Json, at: datetime) -> bytes:
    """Set a document; an issue that can't be set, alone or in time, has a page that says so, and the others are set."""
    issues: list[Json] = data["issues"]
    try:
        return _set(data, at)
    except EndedError as error:
        unset: list[Json] = [_not_set(one, str(error)) for one in issues]
    except AuditError as error:
        unset = [_if_it_can_be_set(one, data, at) for one in issues]
        if unset == issues:
            raise AuditError(str(error)) from error
    listed = [
        {**row, "notes": "not set here: see its page"} if "failed" in one else row
        for row, one in zip(data["list"], unset, strict=True)
    ]
    return _set({**data, "list": listed, "issues": unset}, at)


def _if_it_can_be_set(issue: Json, data: Json, at: datetime) -> Json:
    """Return an issue if it can be set alone, else what stands in its place."""
    try:
        _set({**data, "list": [], "absent": [], "issues": [issue]}, at)
    except AuditError as error:
        return _not_set(issue, str(error))
    return issue


def _not_set(issue: Json, why: str) -> Json:
    """Return what stands in place of an issue that can't be set: its key, and where its record is."""
    kept = {name: issue[name] for name in ("key", "folder", "foot", "head")}
    return {**kept, "head": {**kept["head"], "opens": ""}, "failed": printable(shorten(why, 300))}


def _set(data: Json, at: datetime) -> bytes:
    large = len(json.dumps(data, ensure_ascii=False)) > LARGE
    return (set_apart if large else typeset)(_TEMPLATE, data, at)

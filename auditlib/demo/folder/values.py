"""The small conversions from Jira's JSON: numbers, instants, texts, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def entries_of(holder: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list in a record; none where there is no such list."""
    values = holder.get(name) if isinstance(holder, dict) else None
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def object_of(holder: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return an object of a record, or None."""
    value = holder.get(name)
    return value if isinstance(value, dict) else None


def number_of(value: Any) -> int:
    """Read a number, which Jira often writes as text."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    raise ValueError(f"{short_text(value)} is not a number")


def instant_of(value: Any) -> datetime:
    """Read a time with an offset, as UTC."""
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:  # a time without an offset is no instant
            return instant.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{short_text(value)} is not a time with an offset")


def plain_text(value: Any) -> str:
    """Give text as it is; of Atlassian's document format (v3) the words."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if value.get("type") == "text":
        return str(value.get("text", ""))
    between = "\n" if value.get("type") == "doc" else ""
    return between.join(plain_text(part) for part in entries_of(value, "content"))


def short_text(value: object) -> str:
    """Show a value or an error in 60 characters at most."""
    text = str(value) if isinstance(value, BaseException) else repr(value)
    text = text or type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."

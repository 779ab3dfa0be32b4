"""Records of Jira's audit log in both dialects, made by hand from one description."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.records.audit_log import log_frame

BEGINS = datetime(2026, 5, 4, tzinfo=UTC)
KEYS = {
    "Permission": "admin.common.words.permission",
    "Type": "admin.common.words.type",
    "Value": "admin.common.words.value",
    "Group": "admin.common.words.group",
    "Users": "admin.common.words.users",
    "Groups": "common.words.groups",
    "Project lead": "common.concepts.projectlead",
    "Active / Inactive": "admin.common.phrases.active.inactive",
    "Name": "common.words.name",
}
"""How Data Center names changed values in every language."""

Thing = tuple[str, str | None, str]


def cloud(
    number: int,
    at: datetime | None,
    summary: str,
    category: str,
    *things: Thing,
    values: dict[str, tuple[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make a record of Cloud; things are (type, id, name), values (before, after) by their name."""
    first, *others = [{"typeName": kind, "id": key, "name": name} for kind, key, name in things] or [{}]
    return {
        "id": number,
        "summary": summary,
        "category": category,
        "created": None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "objectItem": first,
        "associatedItems": others,
        "changedValues": [
            {"fieldName": name, "changedFrom": before, "changedTo": after}
            for name, (before, after) in (values or {}).items()
        ],
        **more,
    }


def data_center(
    number: int,
    at: datetime | None,
    key: str,
    category: str,
    *things: Thing,
    values: dict[str, tuple[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make an event of Data Center, whose words are in a language that nobody here reads."""
    return {
        "id": number,
        "timestamp": None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "author": {"id": "JIRAUSER1", "name": "ana"},
        "type": {
            "category": "Kategorie",
            "categoryI18nKey": f"jira.auditing.category.{category.replace(' ', '')}",
            "action": "Etwas geschah",
            "actionI18nKey": f"jira.auditing.{key}",
        },
        "affectedObjects": [{"type": kind, "id": known, "name": name} for kind, known, name in things],
        "changedValues": [
            {"key": "Wert", "i18nKey": KEYS.get(name, name), "from": before, "to": after}
            for name, (before, after) in (values or {}).items()
        ],
        **more,
    }


def day(number: float) -> datetime:
    """Return an instant so many days after the log begins."""
    return BEGINS + timedelta(days=number)


def frames(summary: str, key: str, category: str, *things: Thing, **more: Any) -> list[Any]:
    """Return the same record as Cloud and as Data Center tell it, each as a log."""
    return [
        log_frame([cloud(1, day(1), summary, category, *things, **more)], "cloud"),
        log_frame([data_center(1, day(1), key, category, *things, **more)], "data-center"),
    ]

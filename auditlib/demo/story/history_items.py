"""Items of a history entry, as Jira writes them."""

from __future__ import annotations

from typing import Any

from auditlib.demo.world.records import User

Item = dict[str, Any]


def change(
    name: str, old: tuple[str | None, str | None], new: tuple[str | None, str | None], field_id: str | None = None
) -> Item:
    """Write a history item; ``old`` and ``new`` are (id, text)."""
    return {
        "field": name,
        "fieldtype": "custom" if field_id and field_id.startswith("customfield_") else "jira",
        "fieldId": field_id or name,
        "from": old[0],
        "fromString": old[1],
        "to": new[0],
        "toString": new[1],
    }


def change_of_known(name: str, known: dict[str, dict[str, Any]], old: str | None, new: str | None) -> Item:
    """Write a history item of a field whose values are known by name."""
    return change(name, (known[old]["id"] if old else None, old), (known[new]["id"] if new else None, new))


def option_sides(value: Any) -> tuple[str | None, str | None]:
    """Return id and text of a custom field's value."""
    if isinstance(value, dict):
        return value["id"], value["value"]
    return None, None if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def user_sides(user: User | None) -> tuple[str | None, str | None]:
    """Return id and name of a person, as an item shows them."""
    return (user.account_id, user.display_name) if user else (None, None)


def link_item(old: str | None, new: str | None, word: str) -> Item:
    """Write the history item of a link that is made or removed."""
    return {
        "field": "Link",
        "fieldtype": "jira",
        "from": old,
        "fromString": old and f"This issue {word} {old}",
        "to": new,
        "toString": new and f"This issue {word} {new}",
    }


def added_item(name: str, number: int, text: str, *, field_id: str | None = None) -> Item:
    """Write the history item of a file or a worklog that is added."""
    return {
        "field": name,
        "fieldtype": "jira",
        **({"fieldId": field_id} if field_id else {}),
        "from": None,
        "fromString": None,
        "to": str(number),
        "toString": text,
    }


def removed_item(number: int, name: str) -> Item:
    """Write the history item of a file that is removed."""
    return {
        "field": "Attachment",
        "fieldtype": "jira",
        "fieldId": "attachment",
        "from": str(number),
        "fromString": name,
        "to": None,
        "toString": None,
    }


def key_item(old: str, new: str) -> Item:
    """Write the history item of the key that a move changes."""
    return {"field": "Key", "fieldtype": "jira", "from": None, "fromString": old, "to": None, "toString": new}

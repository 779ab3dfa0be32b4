"""What stands above everything on the cover: what was audited, when Jira was read and by whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from auditlib.phrases import day, listed
from auditlib.text import is_web_address


def lines(summary: Mapping[str, Any]) -> list[list[tuple[str, str]]]:
    """Return the two lines under the title, each in parts: text, and an address if it is one."""
    pulled, period = summary["pulled"], summary["period"]
    name, identity = summary["account"].get("name"), summary["account"].get("id")
    first = [(listed([str(one) for one in summary["projects"]], 8), "")]
    if period is not None:
        begins, ends = (_day(str(period[end])) for end in ("start", "end"))
        first.append((f"created {begins} to {ends}, both days included ({period['timezone']})", ""))
    address = str(summary["jira_url"])
    second = [
        (address, address if is_web_address(address) else ""),
        (str(summary["deployment"]), ""),
        (f"read {_span(str(pulled['from']), str(pulled['to']))}", ""),
        (f"as {name or identity or 'nobody, without a login'}", ""),
    ]
    return [first, second]


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _span(begins: str, ends: str) -> str:
    """Return two instants as one span in UTC; the day of the second only if it is another."""
    try:
        first, last = (datetime.fromisoformat(one).astimezone(UTC) for one in (begins, ends))
    except ValueError:
        return f"from {begins} to {ends}"
    if first.date() == last.date():
        return f"{day(first.date())}, {first:%H:%M:%S} to {last:%H:%M:%S} UTC"
    return f"{day(first.date())}, {first:%H:%M} UTC to {day(last.date())}, {last:%H:%M} UTC"


def facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return all of what was asked, exactly, as names and values."""
    pulled, account = summary["pulled"], summary["account"]
    name, identity = account.get("name"), account.get("id")
    who = f"{name} ({identity})" if name and identity else str(name or identity or "anonymous")
    return [
        *_period_facts(summary["period"]),
        ("Projects", ", ".join(map(str, summary["projects"]))),
        ("Jira", str(summary["jira_url"])),
        ("Deployment", str(summary["deployment"])),
        ("Read as", who),
        ("Read", f"from {moment(pulled['from'])} to {moment(pulled['to'])}"),
    ]


def _period_facts(period: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return what is said of the period; nothing where a package has none."""
    if period is None:
        return []
    return [
        ("Period", f"{period['start']} to {period['end']}, both days included, in {period['timezone']}"),
        ("As instants", f"from {moment(period['begins'])} up to, not including, {moment(period['ends'])}"),
    ]


def moment(text: str) -> str:
    """Write an ISO 8601 instant for people, ``2026-10-02 08:31:12 UTC``; as it is if it is none."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text

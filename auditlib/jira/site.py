"""The site: what serverInfo tells of a Jira, and which of both deployments it is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlib.deep_json import as_text
from auditlib.text import is_web_address
from auditlib.times import parse_instant


@dataclass(frozen=True)
class Site:
    """What a Jira says of itself and of the account that asks.

    Attributes
    ----------
    base_url : str
        The address under which people open issues.
    deployment : str
        ``cloud`` or ``data-center``.
    version, title : str
        As the server says.
    account_id, account_name, account_zone : str
        Account id (Data Center: user key), display name, and the time zone of the account's profile.
    """

    base_url: str
    deployment: str
    version: str
    title: str
    account_id: str
    account_name: str
    account_zone: str


def read_site(server: Mapping[str, Any], account: Mapping[str, Any], deployment: str, asked_at: str = "") -> Site:
    """Make a ``Site`` of the answers to serverInfo and myself; a Jira that tells no address has the one given."""
    said = server.get("baseUrl")
    return Site(
        base_url=(said if isinstance(said, str) and is_web_address(said) else asked_at).rstrip("/"),
        deployment=deployment,
        version=as_text(server.get("version")),
        title=as_text(server.get("serverTitle")),
        account_id=as_text(account.get("accountId") or account.get("key") or account.get("name")),
        account_name=as_text(account.get("displayName") or account.get("name")),
        account_zone=as_text(account.get("timeZone")),
    )


def deployment_of(server: Mapping[str, Any]) -> str:
    """Return ``cloud`` or ``data-center``, as serverInfo says.

    Atlassian's own example of a Cloud answer has no ``deploymentType``; its version begins with 1001, as no Data Center's.
    """
    told = as_text(server.get("deploymentType")).lower()
    return (
        "cloud"
        if told == "cloud" or (not told and as_text(server.get("version")).startswith("1001."))
        else "data-center"
    )


def server_time(server: Mapping[str, Any]) -> datetime | None:
    """Return what time it is by Jira's own clock (UTC), None where it tells none that can be read."""
    try:
        return parse_instant(server.get("serverTime", ""))
    except ValueError:
        return None

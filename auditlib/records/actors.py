"""Actors: what kind of author a history entry, a comment or a log record has. Pure."""

from __future__ import annotations

from typing import Final

PERSON: Final = "person"
APP: Final = "app"
SERVICE_ACCOUNT: Final = "service account"
AGENT: Final = "agent"
ON_BEHALF: Final = "on behalf"
CUSTOMER: Final = "customer"
ERASED: Final = "erased"
UNKNOWN: Final = "unknown"

ACTOR_KINDS: Final = (PERSON, APP, SERVICE_ACCOUNT, AGENT, ON_BEHALF, CUSTOMER, ERASED, UNKNOWN)
"""Every actor is of one of these; only a person can approve."""

"""What proves who asks: taken from the environment, checked, and put on a request. Never shown.

User and password go out as UTF-8 (RFC 7617), as Jira reads them; no file such as ``.netrc`` is looked into.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase

from auditlib.errors import UsageError

SECRET_VARIABLES = ("JIRA_USER", "JIRA_TOKEN", "JIRA_CLIENT_ID", "JIRA_CLIENT_SECRET", "JIRA_ORG_KEY")
"""Variables that no kernel gets to see."""

_PAIRS = (("JIRA_USER", "JIRA_TOKEN"), ("JIRA_CLIENT_ID", "JIRA_CLIENT_SECRET"), ("", "JIRA_ORG_KEY"))
"""Which variable says who, and which proves it."""

_NO_PART = re.compile(r"[^A-Z0-9]+")
_ELLIPSIS = "\u2026"
_OBTAINED: set[str] = set()


@dataclass(frozen=True)
class Credentials:
    """What proves who asks; never shown.

    Attributes
    ----------
    token : str
        API token, password or personal access token; of a service account with client credentials, its secret.
    user : str or None
        E-mail address (Cloud) or user name (Data Center); None sends the token as a bearer.
    client : str or None
        Client id of a service account (Cloud): then the secret is not sent to Jira, but exchanged for a token.
    """

    token: str = field(repr=False)
    user: str | None = field(default=None, repr=False)
    client: str | None = field(default=None, repr=False)


def credentials_from(environ: Mapping[str, str]) -> Credentials:
    """Take the credentials from the environment.

    Raises
    ------
    UsageError
        If there are none, both kinds, or one that can't be sent.
    """
    names = ("JIRA_TOKEN", "JIRA_USER", "JIRA_CLIENT_ID", "JIRA_CLIENT_SECRET")
    token, user, client, secret = (environ.get(name, "").strip() for name in names)
    if client or secret:
        if not (client and secret):
            raise UsageError("JIRA_CLIENT_ID and JIRA_CLIENT_SECRET go together: one of them is not set")
        if token:
            raise UsageError("set either JIRA_TOKEN or JIRA_CLIENT_ID and JIRA_CLIENT_SECRET, not both")
        require_sendable("JIRA_CLIENT_ID", client, header=True)
        require_sendable("JIRA_CLIENT_SECRET", secret, header=True)
        return Credentials(secret, client=client)
    if not token:
        raise UsageError(
            "JIRA_TOKEN is not set. Cloud: JIRA_USER is the e-mail address and JIRA_TOKEN the API token; "
            "Data Center: JIRA_TOKEN alone is a personal access token, or JIRA_USER and JIRA_TOKEN are name and password"
        )
    require_sendable("JIRA_TOKEN", token, header=not user)
    if user:
        require_sendable("JIRA_USER", user, header=False)
        if ":" in user:
            raise UsageError("JIRA_USER holds a colon: no such name can be sent with a password (RFC 7617)")
    return Credentials(token, user or None)


def remember(token: str) -> None:
    """Keep in mind a token that was got in exchange for a secret, for as long as this process lives (`secrets_in`)."""
    _OBTAINED.add(token)


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """Return the texts that must stand nowhere: what the environment holds, for one audit or all, and what was got for it.

    Parameters
    ----------
    environ : mapping
        With the credentials; ``JIRA_TOKEN_EU`` is one too.
    """
    pairs = [("", token) for token in sorted(_OBTAINED)]
    for variable, value in environ.items():
        for user, token in _PAIRS:
            if variable == token or variable.startswith(f"{token}_"):
                pairs.append((environ.get(f"{user}{variable.removeprefix(token)}", "") if user else "", value))
    # Spaces about a credential are not sent.
    return [one for user, token in pairs if token.strip() for one in (token.strip(), f"{user.strip()}:{token.strip()}")]


def is_secret(variable: str) -> bool:
    """Say whether a variable of the environment holds a credential, be it that of one audit among several."""
    return variable.startswith(tuple(f"{name}_" for name in SECRET_VARIABLES)) or variable in SECRET_VARIABLES


def ending_of(name: str) -> str:
    """Return what stands behind the variables of one audit among several: ``_2026_EU`` for ``2026-eu``.

    >>> ending_of("2026-eu")
    '_2026_EU'
    """
    return f"_{_NO_PART.sub('_', name.upper()).strip('_')}"


def has_own(environ: Mapping[str, str], name: str) -> bool:
    """Say whether the environment has credentials for one audit alone, in variables with its name behind them."""
    return any(environ.get(f"{variable}{ending_of(name)}", "").strip() for variable in SECRET_VARIABLES)


def environment_for(environ: Mapping[str, str], name: str) -> Mapping[str, str]:
    """Return the environment of one audit among several: with credentials of its own, if it has any, in place of all others.

    Parameters
    ----------
    environ : mapping
        ``JIRA_TOKEN_2026_EU`` is the token of the audit ``2026-eu``. What is set for all is not mixed with what is its own.
    name : str
        Of the audit: the name of its parameter file without ending.
    """
    if not has_own(environ, name):
        return environ
    kept = {variable: value for variable, value in environ.items() if not is_secret(variable)}
    own = {variable: environ.get(f"{variable}{ending_of(name)}", "") for variable in SECRET_VARIABLES}
    return {**kept, **{variable: value for variable, value in own.items() if value.strip()}}


def require_sendable(name: str, value: str, *, header: bool) -> None:
    """Refuse what can't be sent, by name, character and place; the value itself is not shown.

    Parameters
    ----------
    name, value : str
        Variable and what it holds.
    header : bool
        Whether it goes into a header as it is, which holds visible ASCII only; else it is encoded.
    """
    for place, character in enumerate(value, start=1):
        code, kind = f"U+{ord(character):04X}", unicodedata.category(character)
        if kind == "Cs":
            what = "a byte that is not UTF-8: was it set in another encoding?"
        elif character in "\r\n":
            what = f"a line end ({code}): was more than one line copied?"
        elif kind == "Cc" or character == _ELLIPSIS or (header and not "!" <= character <= "~"):
            named = unicodedata.name(character, "a control character").lower()
            what = f"{code} ({named}): was it copied whole, and nothing else?"
        else:
            continue
        raise UsageError(f"{name} can't be sent: character {place} of {len(value)} is {what}")


class Authorization(AuthBase):
    """Puts the credentials on each request of a session; being there, it keeps requests from looking into ``.netrc``.

    Parameters
    ----------
    header : callable or None
        Returns the value of ``Authorization`` at this moment; None sends none.
    """

    def __init__(self, header: Callable[[], str] | None) -> None:
        self._header = header

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the header on a request."""
        if self._header is not None:
            request.headers["Authorization"] = self._header()
        return request


def header_of(who: Credentials) -> str:
    """Return the value of ``Authorization``: Basic for user and password, Bearer for a token alone."""
    if who.user is None:
        return f"Bearer {who.token}"
    return "Basic " + base64.b64encode(f"{who.user}:{who.token}".encode()).decode()

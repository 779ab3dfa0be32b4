"""Atlassian's gateway in front of a Cloud site, and the tokens of service accounts. Facts and their sources: docs/jira.md.

Tokens with scopes, and all of service accounts, are accepted at the gateway only. It is used for a site that says of itself
that it is Cloud, and over https; no other host is told a credential.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from auditlib.errors import AccountRefusedError, SourceError, UnreachableError
from auditlib.jira.credentials import Authorization, Credentials, remember
from auditlib.jira.network import cause_of
from auditlib.jira.read_only import require_token_request
from auditlib.jira.refusal import UNSAID, reason
from auditlib.jira.request_log import Trip, log_request
from auditlib.jira.wire import make_session
from auditlib.responses.request import Request, get, post

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_JIRA: Final = "/ex/jira"
_CLOUD_ID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TOKEN: Final = re.compile(r"[!-~]+")
_LONGEST: Final = 3600.0
_EARLY_SECONDS: Final = 120.0
_NEW_SECONDS: Final = 60.0
_TRIES: Final = 3
_TIMEOUTS: Final = (10.0, 60.0)


@dataclass(frozen=True)
class Hosts:
    """The addresses outside of a site that may see a credential.

    Attributes
    ----------
    gateway : str
        In front of all sites; followed by a site's cloud id.
    accounts : str
        Exchanges the secret of a service account for a token.
    organizations : str
        Knows when people were last active; it sees no credential but the key of the organisation.
    """

    gateway: str = "https://api.atlassian.com/ex/jira"
    accounts: str = "https://auth.atlassian.com"
    organizations: str = "https://api.atlassian.com"

    @property
    def root(self) -> str:
        """The gateway's host, where what is of more than Jira is asked."""
        return self.gateway.removesuffix(_JIRA)


ATLASSIAN: Final = Hosts()


def tenant_info() -> Request:
    """Ask a site for its cloud id, which it tells without credentials."""
    return get("_edge/tenant_info")


def gateway_of(answer: Any, site: str, hosts: Hosts) -> str | None:
    """Return the address of the gateway to a site, from its answer to ``tenant_info``; None if there is none.

    Parameters
    ----------
    answer : parsed JSON
        As received.
    site : str
        Base address of the site; a credential goes from there to the gateway over https only, but on this machine.
    hosts : Hosts
        Atlassian's.
    """
    cloud_id = answer.get("cloudId") if isinstance(answer, dict) else None
    if not isinstance(cloud_id, str) or not _CLOUD_ID.fullmatch(cloud_id):
        return None
    if not (is_safe(site) and is_safe(hosts.gateway)):
        return None
    if is_here(site) and not is_here(hosts.gateway):
        return None  # what plays a site on this machine is none of Atlassian's
    return f"{hosts.gateway}/{cloud_id}"


def is_safe(address: str) -> bool:
    """Say whether a credential may go to an address: over https, or on this machine."""
    return urlsplit(address).scheme == "https" or is_here(address)


def is_here(address: str) -> bool:
    """Say whether an address is on this machine."""
    return urlsplit(address).hostname in LOOPBACK


class ServiceAccount:
    """The token of a service account with client credentials: asked for when it is needed, and again before it ends.

    Parameters
    ----------
    who : Credentials
        With the client id; its token is the client's secret.
    hosts : Hosts
        Atlassian's.
    clock : callable
        Seconds that never go back.
    trust_environment : bool
        Whether the variables for proxies and certificates hold.
    """

    def __init__(
        self,
        who: Credentials,
        hosts: Hosts = ATLASSIAN,
        clock: Callable[[], float] = time.monotonic,
        *,
        trust_environment: bool = True,
    ) -> None:
        self._who = who
        self._hosts = hosts
        self._clock = clock
        self._trust_environment = trust_environment
        self._token = ""
        self._since = self._ends = 0.0
        self._lock = threading.Lock()

    def header(self) -> str:
        """Return the value of ``Authorization`` at this moment.

        Raises
        ------
        AccountRefusedError, UnreachableError, SourceError
            If there is no token to be had.
        """
        with self._lock:
            if not self._token or self._clock() >= self._ends:
                self._token, lasts = self._exchange()
                self._ends = self._clock() + max(lasts - _EARLY_SECONDS, lasts / 2)
            return f"Bearer {self._token}"

    def renewed(self, refused: str) -> bool:
        """Say whether there is another header than this one, which was refused; one that was new is refused for good."""
        with self._lock:
            if refused == f"Bearer {self._token}":
                if self._clock() - self._since < _NEW_SECONDS:
                    return False
                self._token = ""
            return True

    def _exchange(self) -> tuple[str, float]:
        """Exchange the secret for a token; return it, and the seconds for which it holds."""
        asked = post("oauth/token", grant_type="client_credentials", client_id=self._who.client, client_secret="")
        for sent in range(1, _TRIES + 1):
            response, why = self._send(asked, sent)
            if response is not None and response.status_code < 500 and response.status_code != 429:
                return self._read(response)
            if sent < _TRIES:
                time.sleep(2.0**sent / 2)
        raise UnreachableError(f"{self._hosts.accounts} gave no token in {_TRIES} tries: {why}")

    def _send(self, asked: Request, sent: int) -> tuple[requests.Response | None, str]:
        """Ask once; return the answer if one came, and what speaks against it."""
        trip = Trip(asked, sent, self._clock(), 0.0, self._clock())
        session = make_session(
            self._hosts.accounts,
            Authorization(None),
            timeouts=_TIMEOUTS,
            longest_answer=_TIMEOUTS[1],
            trust_environment=self._trust_environment,
            permit=require_token_request,
        )
        with session:
            try:
                response = session.post(
                    f"{self._hosts.accounts}/{asked.path}",
                    json={**(asked.body or {}), "client_secret": self._who.token},
                    headers={"Accept": "application/json"},
                    allow_redirects=False,
                )
            except (requests.exceptions.RequestException, HTTPError) as error:
                cause = cause_of(error, self._hosts.accounts)
                trip.lost = cause.words
                if cause.lasting:
                    raise SourceError(f"{self._hosts.accounts} can't be asked: {cause.words}") from None
                return None, cause.words
            finally:
                log_request(trip, self._clock())
            return response, f"status {response.status_code}"

    def _read(self, response: requests.Response) -> tuple[str, float]:
        """Read the answer; a token that can't stand in a header is none."""
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            answer = None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if response.status_code == 200 and isinstance(token, str) and _TOKEN.fullmatch(token):
            lasts = answer.get("expires_in")
            self._since = self._clock()
            remember(token)
            return token, float(lasts) if isinstance(lasts, int | float) and 0 < lasts < _LONGEST else _LONGEST
        words = reason(response.status_code, response.headers, response.content)
        told = "" if words == UNSAID else f": {words}"
        raise AccountRefusedError(
            f"{self._hosts.accounts} gives no token for this service account ({response.status_code}{told}). Check "
            "JIRA_CLIENT_ID and JIRA_CLIENT_SECRET"
        )

"""Identity: as whom a Jira is asked and at which of its addresses, and what is said when it does not know us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urlsplit

import requests

from auditlib.errors import AccountRefusedError
from auditlib.jira.credentials import Credentials, header_of
from auditlib.jira.refusal import UNSAID, reason, wants_captcha
from auditlib.responses.entry import IDENTITY_HEADER


class Renewable(Protocol):
    """Credentials that end, and can be had anew."""

    def header(self) -> str:
        """Return the value of ``Authorization`` at this moment."""

    def renewed(self, refused: str) -> bool:
        """Say whether there is a new value, after this one was refused."""


class Identity:
    """The account that asks, and where it asks. May be used by many threads at once.

    Parameters
    ----------
    base_url : str
        Base address of the site.
    credentials : Credentials
        What is sent, unless ``authorization`` has it.
    address : str, optional
        Where the questions go, if not to the site.
    authorization : Renewable, optional
        Credentials that end.
    is_cloud : bool or None
        What is known of the site, for advice; None if nothing is.

    Attributes
    ----------
    address : str
        Where questions go: the site, or Atlassian's gateway to it.
    account_id : str or None
        Of the account that every answer must be for, where Jira tells it (Cloud).
    known : bool
        Whether Jira said who we are: from then on, a refusal is one of what was asked for, not of the account.
    elsewhere : callable or None
        Finds the other address at which the same Jira may accept the account, or None; asked at most once, after a 401.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        address: str | None = None,
        authorization: Renewable | None = None,
        is_cloud: bool | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.address = (address or base_url).rstrip("/")
        self.is_cloud = is_cloud
        self.account_id: str | None = None
        self.known = False
        self.elsewhere: Callable[[], str | None] | None = None
        self._credentials = credentials
        self._authorization = authorization
        self._settled = False
        self._moving = threading.Lock()

    def header(self) -> str:
        """Return the value of ``Authorization`` at this moment."""
        return header_of(self._credentials) if self._authorization is None else self._authorization.header()

    @property
    def other_address(self) -> str:
        """The address at which it is asked, if that is not the site."""
        return "" if self.address == self.base_url else self.address

    def path_of(self, response: requests.Response) -> str:
        """Return the path of a request below the base address."""
        return urlsplit(response.url).path.removeprefix(urlsplit(self.address).path).lstrip("/")

    def settle(self) -> None:
        """Note that the account was accepted at this address: it is asked nowhere else from now on."""
        self._settled = True

    def has_another_way(self, response: requests.Response) -> bool:
        """After a 401, say whether to ask once more: with a new token, or at the other address of the same Jira."""
        refused = response.request.headers.get("Authorization", "")
        if self._authorization is not None and self._authorization.renewed(refused):
            return True
        if self._settled:
            return False
        with self._moving:
            if not (response.url or "").startswith(f"{self.address}/"):
                return True  # another thread has moved meanwhile
            find, self.elsewhere = self.elsewhere, None
            other = None if find is None else find()
            if other is None:
                return False
            self.address = other
            return True

    def problem(self, response: requests.Response) -> AccountRefusedError | None:
        """Return what speaks against an answer that was given to another account, or to nobody, or None.

        Notes
        -----
        Once credentials have ended, a Jira with public projects may go on answering 200 as to anybody; then Cloud says
        ``X-Seraph-LoginReason: AUTHENTICATED_FAILED`` and a node of Data Center ``X-AUSERNAME: anonymous``
        (n8n-io/n8n#16325, atlassian/data-center-helm-charts#204).
        """
        asked, seen = asked_by(response), response.headers.get(IDENTITY_HEADER)
        if self.known and _is_anonymous(response.headers):
            return AccountRefusedError(
                f"{asked} was answered as to nobody: the credentials were accepted before, and are not any more"
            )
        if self.account_id is None or seen is None or seen == self.account_id:
            return None
        return AccountRefusedError(f"{asked} was answered for account {seen}, not for {self.account_id}")

    def refused(self, response: requests.Response) -> AccountRefusedError:
        """Return the error that the account is refused: in Jira's words, and with what to do."""
        status, words = response.status_code, words_of(response)
        where = f"{self.base_url} (at {self.address})" if self.other_address else self.base_url
        if wants_captcha(response.headers):
            return AccountRefusedError(
                f"{where} wants a CAPTCHA from this user, after failed log-ins ({status}{words}). Log in with a browser once, "
                "or use a personal access token; each further try with the password is one more failed log-in"
            )
        message = f"{where} does not accept the account ({status}{words}). {self._remedy(status, words)}"
        return AccountRefusedError(message, answered=status, lacks_scope="scope" in words.lower())

    def _remedy(self, status: int, words: str) -> str:
        """Return what to do about a refused account."""
        said, who = words.lower(), self._credentials
        if "basic auth" in said and ("disabled" in said or "not allowed" in said):
            return "Use a personal access token: JIRA_TOKEN alone, without JIRA_USER"
        if "scope" in said:
            return (
                "The token lacks a scope for this: make one that has at least read:jira-work and read:jira-user; "
                "docs/administrators.md says what each brings"
            )
        if who.client is not None:
            return "Check JIRA_CLIENT_ID and JIRA_CLIENT_SECRET, and that the service account may use this site"
        if self.known:
            return "It was accepted before: the token may have expired or been revoked meanwhile"
        if who.user is None and self.is_cloud is not False:
            return (
                "JIRA_USER is not set, so JIRA_TOKEN went as a personal access token (Data Center) or one of a service account; "
                "on Cloud, JIRA_USER must be set to the e-mail address of a person's API token. It may have expired, too"
            )
        if status == 403:
            return "Ask Jira's administrator whether this account may use the REST API from here"
        return "Check JIRA_USER and JIRA_TOKEN; the token may have expired or been revoked"


def words_of(response: requests.Response) -> str:
    """Return Jira's own words on why it refused, to follow the status."""
    words = reason(response.status_code, response.headers, response.content)
    return "" if words == UNSAID else f": {words}"


def asked_by(response: requests.Response) -> str:
    """Return the request that a response answers: method and path."""
    return f"{response.request.method} {urlsplit(response.url).path}"


def _is_anonymous(headers: Mapping[str, str]) -> bool:
    """Say whether an answer tells that it was given to nobody."""
    return (
        headers.get("X-AUSERNAME", "").casefold() == "anonymous"
        or headers.get("X-Seraph-LoginReason", "").upper() == "AUTHENTICATED_FAILED"
    )

"""The Atlassian organisation of a Cloud site, asked with a key of its own when people were last active.

It answers at another host than the site and its gateway, over https, and only this host sees the key. It knows accounts by
their ids and needs no account of Jira. Facts and their sources: docs/jira.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from auditlib.errors import SourceError
from auditlib.jira.asking import Asker
from auditlib.jira.credentials import Credentials, require_sendable
from auditlib.jira.gate import Gate
from auditlib.jira.gateway import Hosts, is_safe
from auditlib.jira.identity import Identity
from auditlib.jira.judging import Judge
from auditlib.jira.keeping import Keeper
from auditlib.jira.last_seen import KEY
from auditlib.jira.read_only import require_organization_request
from auditlib.jira.retries import Retries, RetryBudget, Wanted
from auditlib.jira.sender import Sender
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

_TIMEOUTS: Final = (10.0, 60.0)
_RETRIES: Final = 30
_TRIES: Final = 3
"""A host that a firewall hides is told within seconds."""

_FIRST_WAIT: Final = 2.0
_PATIENCE: Final = 180.0
"""So many seconds it may refuse everything; it is said to take 200 questions a minute (docs/jira.md)."""


class Organization:
    """Asks an organisation; may be used by many threads at once.

    Parameters
    ----------
    org_id : str
        Id of the organisation.
    key : str
        API key of the organisation.
    site : str
        Base address of the Jira that is audited.
    store : RawStore
        Where responses go.
    hosts : Hosts
        Atlassian's.
    first_wait_seconds : float
        Before the first retry.
    trust_environment : bool
        Whether the variables for proxies and certificates hold.

    Raises
    ------
    SourceError
        If the key would go out unencrypted.
    """

    def __init__(
        self,
        org_id: str,
        key: str,
        site: str,
        store: RawStore,
        hosts: Hosts,
        *,
        first_wait_seconds: float = _FIRST_WAIT,
        trust_environment: bool = True,
    ) -> None:
        if not is_safe(hosts.organizations):
            raise SourceError(f"{hosts.organizations} would see {KEY} unencrypted: it is asked over https only")
        self.org_id = org_id
        self._store = store
        identity = Identity(site, Credentials(key), address=hosts.organizations, is_cloud=True)
        identity.known = True  # the key is of no account, and what it may not ask is a refused part
        self._gate = Gate(patience_seconds=_PATIENCE)
        self._sender = Sender(
            identity,
            self._gate,
            is_cloud=True,
            timeouts=_TIMEOUTS,
            longest_answer=_TIMEOUTS[1],
            trust_environment=trust_environment,
            permit=require_organization_request,
        )
        self._keeper = Keeper(store, identity)
        self._retries = Retries(RetryBudget(_RETRIES), self._gate, first_wait_seconds)
        self._asker = Asker(
            self._sender, self._retries, Judge(identity, lambda: None), self._keeper, require_organization_request
        )

    def ask(self, topic: str, request: Request) -> tuple[Entry, Any]:
        """Ask one question; return the kept response and its parsed body, None if it was refused.

        Raises
        ------
        SourceError
            If no answer came.
        """
        known = self._store.find(topic, request)
        if known is not None:
            return known, self._store.json(known) if known.status == 200 else None
        return self._asker.ask(topic, request, Wanted((200,), part=True, most_tries=_TRIES), None)

    def reading(self, entry: Entry) -> AbstractContextManager[None]:
        """Take back a response that turns out not to be readable; as ``JiraReader.reading``."""
        return self._keeper.reading(entry)

    def stop(self, why: str) -> None:
        """Ask nothing more: every thread that waits or comes gets an ``UnreachableError`` that says why."""
        self._gate.stop(why)
        self._retries.stop()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._sender.close()


def organization_key(environ: Mapping[str, str]) -> str:
    """Take the key of the organisation from the environment; empty if it is not set.

    Raises
    ------
    UsageError
        If it can't be sent.
    """
    key = environ.get(KEY, "").strip()
    if key:
        require_sendable(KEY, key, header=True)
    return key

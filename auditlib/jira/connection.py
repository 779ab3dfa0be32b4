"""From parameters and environment to a connected client: the one place where credentials are taken and the address is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

from auditlib.errors import AccountRefusedError, FormError, SourceError, UsageError
from auditlib.jira import cloud, gateway
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials, credentials_from
from auditlib.jira.organization import Organization, organization_key
from auditlib.jira.protocol import dialect
from auditlib.jira.retries import RetryBudget
from auditlib.jira.site import deployment_of
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.responses import topics
from auditlib.responses.store import RawStore

FIRST_CONTACT_TRIES = 2
"""A wrong address is told within seconds."""

_FIRST_CONTACT_SECONDS = 25.0
"""The longest wait for what a Jira tells to anybody; a server that says nothing is told within a minute, too."""

_RETRIES_BESIDE = 20

Speaks: TypeAlias = Literal["cloud", "data-center"]


class Served(Protocol):
    """A Jira inside of this process: where it answers while it is entered, whom it accepts, and what it lacks of a Jira.

    Its organisation answers there too, to a key of its own.
    """

    url: str
    user: str
    token: str
    lacks: tuple[str, ...]
    org_key: str

    def __enter__(self) -> Any: ...
    def __exit__(self, *error: object) -> None: ...


Embedded: TypeAlias = Callable[[Speaks], Served]
"""Makes the Jira of ``jira_url: demo``. Whoever starts a run brings it along; what asks a Jira knows of none."""

_CLOUD_DOMAINS = (".atlassian.net", ".jira.com")


@contextmanager
def connected(
    params: Parameters,
    store: RawStore,
    environ: Mapping[str, str],
    embedded: Embedded | None = None,
    hosts: gateway.Hosts | None = None,
) -> Iterator[tuple[JiraReader, Credentials]]:
    """Connect the client to the Jira of the parameters, in its dialect; for ``demo``, let the embedded Jira run meanwhile.

    Parameters
    ----------
    params : Parameters
        jira_url and deployment.
    store : RawStore
        Where responses go.
    environ : mapping
        JIRA_USER and JIRA_TOKEN, or JIRA_CLIENT_ID and JIRA_CLIENT_SECRET; JIRA_ORG_KEY; none of them for ``demo``.
    embedded : callable, optional
        Makes the embedded Jira, for ``demo``.
    hosts : Hosts, optional
        Atlassian's, if left out.

    Raises
    ------
    UsageError
        If credentials are missing, or can't be sent; or for ``demo`` without an embedded Jira.
    UnreachableError, AnswerError, AccountRefusedError
        If the server does not answer, or not like a Jira.
    """
    if params.jira_url == DEMO:
        with serve(params, embedded) as jira:
            speaks = _speaks(params)
            who = Credentials(jira.token, jira.user)
            # A proxy of the environment has no way to what runs inside of this process.
            with JiraReader(
                jira.url, dialect(speaks), who, store, trust_environment=False, is_cloud=speaks == "cloud"
            ) as reader:
                _ask_server(reader)
                if speaks == "cloud":
                    here = gateway.Hosts(gateway=f"{jira.url}/ex/jira", accounts=jira.url, organizations=jira.url)
                    reader.open_gateway = lambda: _open_gateway(reader, who, here, trust_environment=False)
                    reader.organization = _organization(params, reader, jira.org_key, here)
                yield reader, who
        return
    who = credentials_from(environ)
    _require_https(params.jira_url)
    with _first_contact(params, store, who, hosts or gateway.ATLASSIAN) as reader:
        key = organization_key(environ)
        reader.organization = _organization(params, reader, key, hosts or gateway.ATLASSIAN)
        yield reader, who


def _organization(params: Parameters, reader: JiraReader, key: str, hosts: gateway.Hosts) -> Organization | None:
    """Return the organisation of the parameters, if it can be asked: for a site of Cloud, with its key."""
    if params.org_id is None or not key or reader.dialect.NAME != cloud.NAME:
        return None
    if gateway.is_here(reader.base_url) and not gateway.is_here(hosts.organizations):
        return None  # what plays a site on this machine is none of Atlassian's
    trusted = params.jira_url != DEMO
    return Organization(params.org_id, key, reader.base_url, reader.store, hosts, trust_environment=trusted)


def serve(params: Parameters, embedded: Embedded | None) -> Served:
    """Return the embedded Jira of these parameters, not yet entered.

    Raises
    ------
    UsageError
        If there is none.
    """
    if embedded is None:
        raise UsageError(f"jira_url: {DEMO} is the embedded Jira, which only the command line starts")
    return embedded(_speaks(params))


def _speaks(params: Parameters) -> Speaks:
    return "data-center" if params.deployment == "data-center" else "cloud"


@contextmanager
def _first_contact(params: Parameters, store: RawStore, who: Credentials, hosts: gateway.Hosts) -> Iterator[JiraReader]:
    """Find out what the site is, and at which address it accepts the account."""
    site, deployment = params.jira_url, str(params.deployment)
    asks: dict[str, Any] = {"is_cloud": None if deployment == "auto" else deployment == "cloud"}
    if who.client is not None:
        if deployment == "data-center":
            raise UsageError("JIRA_CLIENT_ID is for Cloud; on Data Center use a personal access token in JIRA_TOKEN")
        asks["authorization"] = gateway.ServiceAccount(who, hosts)
    # Version 2 of serverInfo is the one address that both answer.
    speaks = "data-center" if deployment == "auto" else deployment
    with JiraReader(site, dialect(speaks), who, store, timeout_seconds=_FIRST_CONTACT_SECONDS, **asks) as reader:
        found = _find_gateway(reader, hosts) if who.client is not None else None
        if who.client is not None and found is None:
            raise AccountRefusedError(f"{site} is not Jira Cloud, and client credentials are for Cloud: use JIRA_TOKEN")
        try:
            server = _ask_server(reader, anonymous=found is not None)
        except AccountRefusedError as error:
            # A site that tells even this to nobody: if it is Cloud, its gateway may.
            hopeless = error.answered != 401 or deployment == "data-center"
            found = None if hopeless else _find_gateway(reader, hosts)
            if found is None:
                raise
            reader.identity.address = found
            server = _ask_server(reader)
    if deployment == "auto":
        deployment = deployment_of(server)
    asks["is_cloud"] = deployment == "cloud"
    with JiraReader(site, dialect(deployment), who, store, **asks, address=found or _recorded(store, hosts)) as reader:
        if deployment == "cloud":
            reader.identity.elsewhere = lambda: _other_address(reader, hosts)
            renewed = asks.get("authorization")
            reader.open_gateway = lambda: _open_gateway(reader, who, hosts, authorization=renewed)
        yield reader


def _ask_server(reader: JiraReader, *, anonymous: bool = False) -> Mapping[str, Any]:
    """Ask what this Jira is; a wrong address is told within seconds."""
    try:
        entry = reader.ask(
            topics.SERVER.of(), reader.dialect.server_info(), most_tries=FIRST_CONTACT_TRIES, anonymous=anonymous
        )
    except FormError as error:
        raise SourceError(
            f"{reader.base_url} does not say what it is: is this the base address of a Jira? ({error})"
        ) from None
    answer: Mapping[str, Any] = reader.store.json(entry)
    return answer


def _find_gateway(reader: JiraReader, hosts: gateway.Hosts) -> str | None:
    """Return the address of the gateway to a site, if the site says that it is Cloud."""
    with suppress(SourceError):
        request = gateway.tenant_info()
        entry = reader.ask(topics.GATEWAY.of(), request, anonymous=True, most_tries=FIRST_CONTACT_TRIES)
        return gateway.gateway_of(reader.store.json(entry), reader.base_url, hosts)
    return None


def _open_gateway(
    reader: JiraReader,
    who: Credentials,
    hosts: gateway.Hosts,
    *,
    authorization: gateway.ServiceAccount | None = None,
    trust_environment: bool = True,
) -> tuple[JiraReader, str] | None:
    """Return a reader at the gateway's own host, and the cloud id of the site; None if the site has no gateway.

    It has a budget of retries of its own, so that what fails there takes nothing from the pull.
    """
    at_gateway = reader.address.startswith(f"{hosts.gateway}/")
    address = reader.address if at_gateway else _find_gateway(reader, hosts)
    if address is None:
        return None
    beside = JiraReader(
        reader.base_url,
        reader.dialect,
        who,
        reader.store,
        address=hosts.root,
        budget=RetryBudget(_RETRIES_BESIDE),
        authorization=authorization,
        trust_environment=trust_environment,
        is_cloud=True,
    )
    return beside, address.removeprefix(f"{hosts.gateway}/")


def _other_address(reader: JiraReader, hosts: gateway.Hosts) -> str | None:
    """Return the gateway for a reader that asks at the site, and the site for one that asks at the gateway."""
    return reader.base_url if reader.address != reader.base_url else _find_gateway(reader, hosts)


def _recorded(store: RawStore, hosts: gateway.Hosts) -> str | None:
    """Return the gateway at which what is on disk was asked, if it was; a run that goes on begins there."""
    known = (*store.entries(topics.ACCOUNT.of()), *store.entries(topics.LOGGED_IN.of()))
    asked_at = {entry.asked_at for entry in known}
    return next((address for address in asked_at if address.startswith(f"{hosts.gateway}/")), None)


def _require_https(address: str) -> None:
    """Refuse to send a credential of Cloud unencrypted; its sites would answer with nothing but a redirect."""
    parts = urlsplit(address)
    if parts.scheme == "http" and (parts.hostname or "").endswith(_CLOUD_DOMAINS):
        raise SourceError(f"{address} is a site of Jira Cloud, which answers at https:// only; put that into jira_url")

"""From parameters and environment to a reader: the one place where credentials are taken and the dialect is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from auditlib.demo.company import build_company
from auditlib.demo.server import EmbeddedJira
from auditlib.demo.world import World
from auditlib.errors import UsageError
from auditlib.jira.dialect import dialect
from auditlib.jira.reader import Credentials, JiraReader
from auditlib.params import Parameters
from auditlib.raw import RawStore
from auditlib.records import deployment_of

DEMO = "demo"
"""The value of ``jira_url`` that means the embedded Jira."""

FIRST_CONTACT_TRIES = 2
"""A wrong address is told within seconds."""


def credentials_from(environ: Mapping[str, str]) -> Credentials:
    """Take the credentials from the environment.

    Raises
    ------
    UsageError
        If JIRA_TOKEN is not set.
    """
    token, user = environ.get("JIRA_TOKEN", "").strip(), environ.get("JIRA_USER", "").strip()
    if not token:
        raise UsageError(
            "JIRA_TOKEN is not set. Cloud: JIRA_USER is the e-mail address and JIRA_TOKEN the API token; "
            "Data Center: JIRA_TOKEN alone is a personal access token, or JIRA_USER and JIRA_TOKEN are name and password"
        )
    return Credentials(token, user or None)


@contextmanager
def connected(
    params: Parameters, store: RawStore, environ: Mapping[str, str], world: World | None = None
) -> Iterator[tuple[JiraReader, Credentials]]:
    """Open a reader for the Jira of the parameters, in its dialect; for ``demo``, start the embedded Jira meanwhile.

    Parameters
    ----------
    params : Parameters
        jira_url and deployment.
    store : RawStore
        Where responses go.
    environ : mapping
        JIRA_USER and JIRA_TOKEN, but for ``demo``.
    world : World, optional
        What the embedded Jira holds; the made-up company if left out.

    Raises
    ------
    UsageError
        If credentials are missing.
    UnreachableError, AnswerError
        If the server does not answer, or not like a Jira.
    """
    if params.jira_url == DEMO:
        speaks: Literal["cloud", "data-center"] = "data-center" if params.deployment == "data-center" else "cloud"
        with EmbeddedJira(world or build_company().world, speaks) as jira:
            who = Credentials(jira.token, jira.user)
            with JiraReader(jira.url, dialect(speaks), who, store) as reader:
                reader.ask("server", reader.dialect.server_info(), most_tries=FIRST_CONTACT_TRIES)
                yield reader, who
        return
    who = credentials_from(environ)
    deployment: str = params.deployment
    if deployment == "auto":
        # Version 2 of serverInfo is the one address that both answer.
        with JiraReader(params.jira_url, dialect("data-center"), who, store) as reader:
            deployment = deployment_of(
                store.json(reader.ask("server", reader.dialect.server_info(), most_tries=FIRST_CONTACT_TRIES))
            )
    with JiraReader(params.jira_url, dialect(deployment), who, store) as reader:
        if params.deployment != "auto":
            reader.ask("server", reader.dialect.server_info(), most_tries=FIRST_CONTACT_TRIES)
        yield reader, who

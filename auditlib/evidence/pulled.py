"""A pulled folder: what was asked for, what came, and of which Jira, as which account. All parts of the evidence read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditlib.dossier.parts import Place
from auditlib.errors import SourceError
from auditlib.evidence.answers import Answers
from auditlib.evidence.archived import ArchiveCopy
from auditlib.evidence.schema import schema_of
from auditlib.jira.protocol import Dialect, dialect
from auditlib.jira.site import Site, deployment_of, read_site, server_time
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.store import RawStore
from auditlib.responses.topic import Topic
from auditlib.responses.topics import read_topic
from auditlib.times import Period


class Pulled:
    """A pulled folder, opened.

    Parameters
    ----------
    folder : Path
        The package, or the working folder of a run; holds ``data/``.
    params : Parameters
        What was asked for.
    kept : Path, optional
        Where a run keeps what it computed with these parameters; only for the kernels that it started.
    store : RawStore, optional
        The responses, where they are open already: of who still writes into them. Else they are opened.
    """

    def __init__(
        self, folder: Path, params: Parameters, kept: Path | None = None, *, store: RawStore | None = None
    ) -> None:
        self.folder = folder
        self.params = params
        self.kept = kept
        self.store = RawStore(folder / "data" / "raw") if store is None else store

    def only(self, topic: str) -> Any:
        """Return the one answer to a question.

        Raises
        ------
        SourceError
            If there is none.
        """
        entries = self.store.entries(topic)
        if not entries:
            raise SourceError(f"{self.folder}: nothing was pulled for {topic}; the pull did not finish")
        return self.store.json(entries[0])

    def told(self, topic: str) -> Mapping[str, Any]:
        """Return what Jira told of something that it may refuse to tell; nothing if it did refuse."""
        told = [entry for entry in self.store.entries(topic) if entry.status == 200]
        answer = self.store.json(told[0]) if told else {}
        return answer if isinstance(answer, dict) else {}

    @cached_property
    def answers(self) -> Answers:
        """What Jira answered, as frames."""
        return Answers(self.store, self.dialect)

    @cached_property
    def schema(self) -> Mapping[str, int]:
        """The versions of tables and index in which it is shown: those of when it was pulled."""
        return schema_of(self.folder)

    @cached_property
    def archive(self) -> ArchiveCopy:
        """What the package holds of the archive."""
        return ArchiveCopy(self.folder / "data")

    # of which Jira, and when

    @property
    def server(self) -> Entry:
        """The first answer of Jira: what it is, and its clock."""
        return self.store.entries(topics.SERVER.of())[0]

    @cached_property
    def site(self) -> Site:
        """The Jira and the account; where the gateway gives its own address for the site's, the site is as it was given."""
        site = read_site(
            self.only(topics.SERVER.of()),
            self._account(topics.ACCOUNT, topics.LOGGED_IN),
            self.deployment,
            self.params.jira_url,
        )
        given, asked_at = self.params.jira_url, self.server.asked_at
        gateway = urlsplit(asked_at).netloc if asked_at else None
        return replace(site, base_url=given) if gateway == urlsplit(site.base_url).netloc else site

    @property
    def address_said(self) -> str:
        """The address that Jira gives itself; empty for the embedded one, and where the gateway gives its own for it."""
        server, asked_at = self.only(topics.SERVER.of()), self.server.asked_at
        said = server.get("baseUrl") if isinstance(server, dict) else None
        of_gateway = isinstance(said, str) and asked_at and _host(asked_at) == _host(said)
        return said if isinstance(said, str) and self.params.jira_url != DEMO and not of_gateway else ""

    @property
    def account_untold(self) -> str:
        """Why Jira does not name the account, in its words; empty if it does."""
        if not self.store.entries(topics.LOGGED_IN.of()):
            return ""
        refused = [one.refused for one in self.store.refusals() if read_topic(one.topic).topic is topics.ACCOUNT]
        return refused[-1] if refused else "the token lacks a scope"

    def _account(self, named: Topic, logged_in: Topic) -> Mapping[str, Any]:
        """Return what Jira tells of the account; where it may not be asked, the id that stands above an answer."""
        shown = self.store.entries(logged_in.of())
        if self.store.entries(named.of()) or not shown:
            account: Mapping[str, Any] = self.only(named.of())
            return account
        return {
            "accountId": shown[0].account_id,
            "displayName": "an account that Jira does not name",
        }

    @cached_property
    def deployment(self) -> str:
        """``cloud`` or ``data-center``: as the parameters say, else as the server says."""
        if self.params.deployment != "auto":
            return self.params.deployment
        return deployment_of(self.only(topics.SERVER.of()))

    @property
    def dialect(self) -> Dialect:
        """How to read the answers."""
        return dialect(self.deployment)

    @cached_property
    def clock_ahead(self) -> timedelta:
        """How far Jira's clock is ahead of ours."""
        told = server_time(self.only(topics.SERVER.of()))
        return timedelta() if told is None else told - self.server.at

    @cached_property
    def began(self) -> datetime:
        """When the pull began, by Jira's own clock."""
        return self.server.at + self.clock_ahead

    @cached_property
    def place(self) -> Place:
        """Where and as whom the sampled issues were read; after ``--from`` perhaps as another account."""
        site = self.site
        if self.store.entries(topics.AGAIN_SERVER.of()):
            server, account = (
                self.only(topics.SERVER.of()),
                self._account(topics.AGAIN_ACCOUNT, topics.AGAIN_LOGGED_IN),
            )
            site = read_site(server, account, self.deployment, self.params.jira_url)
        return Place(site.base_url, site.deployment, site.account_name, site.account_id, self.params.period.zone)

    @property
    def asked_again(self) -> datetime:
        """When the sampled issues began to be read, by Jira's own clock; after ``--from`` later than the population."""
        again = self.store.entries(topics.AGAIN_SERVER.of())
        if not again:
            return self.began
        return server_time(self.store.json(again[0])) or again[0].at


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


class Part:
    """What the evidence of a package shows of one subject, computed when first looked at.

    A part knows the pulled folder and the parts that it is computed from, and nobody who looks at it: with the last of those
    all that it remembers is let go at once.
    """

    def __init__(self, pulled: Pulled) -> None:
        self.pulled = pulled

    @property
    def folder(self) -> Path:
        """The package, or the working folder of a run."""
        return self.pulled.folder

    @property
    def params(self) -> Parameters:
        """What was asked for."""
        return self.pulled.params

    @property
    def kept(self) -> Path | None:
        """Where a run keeps what it computed; None for whoever was not started by one."""
        return self.pulled.kept

    @property
    def store(self) -> RawStore:
        """The responses."""
        return self.pulled.store

    @property
    def answers(self) -> Answers:
        """What Jira answered, as frames."""
        return self.pulled.answers

    @property
    def site(self) -> Site:
        """The Jira and the account."""
        return self.pulled.site

    @property
    def deployment(self) -> str:
        """``cloud`` or ``data-center``."""
        return self.pulled.deployment

    @property
    def period(self) -> Period:
        """The audit's period."""
        return self.params.period

    @property
    def projects(self) -> tuple[str, ...]:
        """The project keys, sorted."""
        return tuple(sorted(self.params.projects))

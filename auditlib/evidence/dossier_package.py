"""The full records of some issues, read from one package, and what they show: all that a package of dossiers holds.

Nothing here asks Jira. Everything is read from ``data/raw`` and ``data/params.yaml`` of one package, so that a notebook, a
reader of a sealed package and ``auditlib verify`` see the same. ``evidence`` adds the population from which issues are drawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import pandas as pd

from auditlib.audit import finding
from auditlib.audit.controls.findings import attribute_findings, dossier_findings
from auditlib.audit.controls.rates import ATTRIBUTE_RATES, ATTRIBUTES, attributes_table, rates_table, untestable
from auditlib.audit.controls.wording import claims
from auditlib.audit.finding import FINDINGS, Finding
from auditlib.dossier.files import SAMPLE_COMMENTS, SAMPLE_HISTORY, all_rows, dossier_files
from auditlib.dossier.parts import Absent, Place
from auditlib.dossier.record import Dossier
from auditlib.dossier.subject import names_in_dossier, subject_of_dossier
from auditlib.errors import SourceError
from auditlib.evidence.dossiers import read_dossiers
from auditlib.evidence.kernel_cache import computed
from auditlib.jira.protocol import Dialect, dialect
from auditlib.jira.site import Site, deployment_of, read_site, server_time
from auditlib.params.model import Parameters
from auditlib.records.names import Called, called_by
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.store import RawStore
from auditlib.responses.topics import read_topic
from auditlib.tables import Table, to_csv
from auditlib.times import Period

DOSSIER_KEYS: Final = "dossier_keys.txt"
"""Names the keys of a package that holds dossiers only."""


class Records:
    """The content of one package as far as single issues go, computed when first looked at.

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

    tables: ClassVar[tuple[Table, ...]] = (SAMPLE_HISTORY, SAMPLE_COMMENTS, ATTRIBUTES, ATTRIBUTE_RATES, FINDINGS)
    """The tables of such a package, in the order in which they are written."""

    def __init__(
        self, folder: Path, params: Parameters, kept: Path | None = None, *, store: RawStore | None = None
    ) -> None:
        self.folder = folder
        self.params = params
        self.kept = kept
        self.store = RawStore(folder / "data" / "raw") if store is None else store

    @property
    def period(self) -> Period:
        """The audit's period."""
        return self.params.period

    def _only(self, topic: str) -> Any:
        entries = self.store.entries(topic)
        if not entries:
            raise SourceError(f"{self.folder}: nothing was pulled for {topic}; the pull did not finish")
        return self.store.json(entries[0])

    @property
    def _server(self) -> Entry:
        """The first answer of Jira: what it is, and its clock."""
        return self.store.entries(topics.SERVER.of())[0]

    @cached_property
    def site(self) -> Site:
        """The Jira and the account; where the gateway gives its own address for the site's, the site is as it was given."""
        site = read_site(
            self._only(topics.SERVER.of()), self._only(topics.ACCOUNT.of()), self.deployment, self.params.jira_url
        )
        given, asked_at = self.params.jira_url, self._server.asked_at
        gateway = urlsplit(asked_at).netloc if asked_at else None
        return replace(site, base_url=given) if gateway == urlsplit(site.base_url).netloc else site

    @cached_property
    def deployment(self) -> str:
        """``cloud`` or ``data-center``: as the parameters say, else as the server says."""
        if self.params.deployment != "auto":
            return self.params.deployment
        return deployment_of(self._only(topics.SERVER.of()))

    @property
    def dialect(self) -> Dialect:
        """How to read the answers."""
        return dialect(self.deployment)

    @cached_property
    def _clock_ahead(self) -> timedelta:
        """How far Jira's clock is ahead of ours."""
        told = server_time(self._only(topics.SERVER.of()))
        return timedelta() if told is None else told - self._server.at

    @cached_property
    def began(self) -> datetime:
        """When the pull began, by Jira's own clock."""
        return self._server.at + self._clock_ahead

    @property
    def asked_again(self) -> datetime:
        """When the sampled issues began to be read, by Jira's own clock; after ``--from`` later than the population."""
        again = self.store.entries(topics.AGAIN_SERVER.of())
        if not again:
            return self.began
        return server_time(self.store.json(again[0])) or again[0].at

    @property
    def dossier_keys(self) -> tuple[str, ...]:
        """The keys whose full record was asked for, as they were given."""
        return tuple((self.folder / "data" / DOSSIER_KEYS).read_text(encoding="utf-8").split())

    @cached_property
    def place(self) -> Place:
        """Where and as whom the sampled issues were read; after ``--from`` perhaps as another account."""
        site = self.site
        if self.store.entries(topics.AGAIN_ACCOUNT.of()):
            server, account = self._only(topics.SERVER.of()), self._only(topics.AGAIN_ACCOUNT.of())
            site = read_site(server, account, self.deployment, self.params.jira_url)
        return Place(site.base_url, site.deployment, site.account_name, site.account_id, self.period.zone)

    @computed
    def collection(self) -> tuple[list[Dossier], list[Absent]]:
        """The dossiers, in the order of their keys, and the keys that did not answer."""
        unread = set(self.unread)
        return read_dossiers(
            self.store, self.dialect, [key for key in self.dossier_keys if key not in unread], self.place
        )

    @property
    def unread(self) -> list[str]:
        """Sampled issues whose record was not asked for, as after another seed by hand on a package that is there."""
        return [key for key in self.dossier_keys if not self.store.entries(topics.DOSSIER_ISSUE.of(key))]

    @property
    def dossiers(self) -> list[Dossier]:
        """The full records of the sampled issues, in drawing order."""
        dossiers: list[Dossier] = self.collection[0]
        return dossiers

    @property
    def sample_history(self) -> pd.DataFrame:
        """``sample_history.csv``."""
        return all_rows(SAMPLE_HISTORY, self.dossiers, self.period.zone)

    @property
    def sample_comments(self) -> pd.DataFrame:
        """``sample_comments.csv``."""
        return all_rows(SAMPLE_COMMENTS, self.dossiers, self.period.zone)

    @property
    def called(self) -> Called:
        """The names of statuses, resolutions, types and fields, of today and before."""
        return self.called_in_records

    @cached_property
    def called_in_records(self) -> Called:
        """The names of statuses, resolutions, types and fields that the records of single issues show."""
        return called_by(sighting for one in self.dossiers for sighting in names_in_dossier(one))

    @computed
    def attributes(self) -> pd.DataFrame:
        """``attributes.csv``."""
        asked, absent = self.params.attributes, self.collection[1]
        subjects = (subject_of_dossier(one, self.asked_again, self.judged_until) for one in self.dossiers)
        found = attributes_table(subjects, asked, self.called)
        return pd.concat([found, untestable([one.asked for one in absent], asked)], ignore_index=True)

    @property
    def judged_until(self) -> datetime | None:
        """The deadline of attribute tests: what falls due then or later is not judged; None: all that was due when read is."""
        return None

    @property
    def tested(self) -> pd.DataFrame:
        """The outcomes of attribute tests that count."""
        return self.attributes

    @computed
    def attribute_rates(self) -> pd.DataFrame:
        """``attribute_rates.csv``: counts alone, since nobody drew these issues."""
        return rates_table(self.tested, self.params.attributes, scope="sample", random=False)

    @property
    def tested_on_sample_only(self) -> list[str]:
        """Attributes that were not asked of a population although there is one."""
        return []

    @computed
    def findings(self) -> pd.DataFrame:
        """``findings.csv``."""
        return finding.findings_table(self.record_findings)

    @property
    def record_findings(self) -> list[Finding]:
        """What the records and the attributes show."""
        absent = [one.asked for one in self.collection[1]]
        return [
            *dossier_findings(self.dossier_facts, absent, self.unread),
            *attribute_findings(
                self.tested, self.attribute_rates, self.tested_on_sample_only, claims(self.params.attributes)
            ),
        ]

    @property
    def dossier_facts(self) -> list[dict[str, Any]]:
        """Of each dossier what conclusions are made of: key, now_key, incomplete, breaks, history, comment_items."""
        return [
            {
                "key": one.asked,
                "now_key": one.key,
                "incomplete": one.incomplete,
                "breaks": [broken.field for broken in one.breaks],
                "history": one.history_verdict,
                "redacted": [field.field for field in one.replay if field.redacted],
                "comment_items": sum(change.field == "Comment" for change in one.changes),
            }
            for one in self.dossiers
        ]

    # files

    @property
    def table_names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(one.name for one in self.tables)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name in ``table_names``."""
        frame: pd.DataFrame = getattr(self, name)
        return frame

    @property
    def says(self) -> dict[str, str]:
        """What each file in ``tables/`` holds, by its name, in the order in which the cover lists them."""
        return {one.file: one.says for one in self.tables}

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``, by file name."""
        return {}

    def table_files(self) -> dict[str, bytes]:
        """Return the content of every file in ``tables/``, by file name; a function of the answers and parameters alone."""
        return {one.file: to_csv(one, self.table(one.name)) for one in self.tables} | self.companion_files()

    def dossier_files(self) -> dict[str, bytes]:
        """Return the content of the files that make up each dossier, by path below ``data/``, but for the attachments."""
        return {
            f"dossiers/{one.asked}/{name}": content
            for one in self.dossiers
            for name, content in dossier_files(one).items()
        }

    def feeds(self) -> dict[str, dict[str, list[str]]]:
        """Return which rows of which tables each response feeds, by its file below ``raw/``: ``{table: [row key, …]}``.

        Rows are named by issue key; ``all`` stands for all of them.
        """
        return {entry.file: self.feeds_of(entry) for entry in self.store.entries()}

    def feeds_of(self, entry: Entry) -> dict[str, list[str]]:
        """Return which rows a response feeds: an answer of a single issue its own, any other the findings."""
        named = read_topic(entry.topic)
        if "key" not in named.parts:
            return {"findings": ["all"]}
        feeds_not = set() if self.params.attributes else {"attributes"}
        if named.topic is topics.DOSSIER_ISSUE and "history" in self.dialect.PARTS:
            feeds_not.add("sample_history")  # which then comes by itself
        key, tables_here = named.text("key"), set(self.table_names) - feeds_not
        return {table: [key] for table in named.topic.feeds if table in tables_here}

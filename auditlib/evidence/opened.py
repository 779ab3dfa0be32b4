"""A package, opened: what Jira answered, and every table computed from it.

Nothing here asks Jira. Everything is read from ``data/raw`` and ``data/params.yaml`` of one package, so that a notebook, a
reader of a sealed package and ``auditlib verify`` see the same.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from auditlib.audit.answers.answered import ANSWERS_TEMPLATE, answers_template
from auditlib.audit.numbering.gaps import Numbering
from auditlib.audit.sampling.sample import Drawn
from auditlib.errors import UsageError
from auditlib.evidence.chapters import OF_POPULATION
from auditlib.evidence.content import Content
from auditlib.evidence.differences import sentence
from auditlib.evidence.digest import identifiers_of
from auditlib.evidence.dossier_package import DOSSIER_KEYS, Records
from auditlib.evidence.kernel_cache import cache_of_run
from auditlib.evidence.schema import newer_schema
from auditlib.evidence.subjects import Subjects
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.tables import to_csv

PULLED: Final = "run.json"
"""Is written when all that the tables need has come; a folder without it is no package to work on."""


class Evidence(Subjects):
    """The content of one package with a population, computed when first looked at; parameters as `Pulled`."""

    known_chapters = OF_POPULATION

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``: the templates to fill in, what redoes the draw."""
        return self.numbers.companion_files() | self.sampled.companion_files() | self._answers_template

    @property
    def _answers_template(self) -> dict[str, bytes]:
        if not self.has_answers:
            return {}
        template = answers_template(self.answered)
        return {ANSWERS_TEMPLATE.file: to_csv(ANSWERS_TEMPLATE, template, self.pulled.schema["tables"])}

    def feeds(self) -> dict[str, dict[str, list[str]]]:
        """Return which rows of which tables each response feeds, by its file below ``raw/``: ``{table: [row key, …]}``.

        Rows are named by issue key, missing key or project, as the table's first columns have them.
        """
        in_scope = dict(zip(self.listing.with_ids["id"], self.listing.with_ids["key"], strict=True))
        missing = set(self.numbers.gaps["key"])
        return {entry.file: self._feeds_of(entry, in_scope, missing) for entry in self.store.entries()}

    def _feeds_of(self, entry: Entry, in_scope: Mapping[int, str], missing: Container[str]) -> dict[str, list[str]]:
        """Return which rows a response feeds; ``in_scope`` has the keys of the population by id."""
        named = read_topic(entry.topic)
        if "key" in named.parts:
            return self.feeds_of(entry)
        rows: dict[str, list[str]] = {}
        for table, by in named.topic.feeds.items():
            if by == "issues":
                digest = self.answers.digest(entry)
                rows[table] = [in_scope[issue] for issue in digest.ids or digest.histories_of if issue in in_scope]
            elif by == "asked":
                rows[table] = [key for key in identifiers_of(entry) if key in missing]
            elif named.parts.get("project") == topics.SEVERAL:
                rows[table] = sorted({key.rpartition("-")[0] for key in identifiers_of(entry)} & set(self.projects))
            else:
                rows[table] = [str(named.parts.get("project", "all"))]
        here = {one.name for one in self.tables} - self.left_empty
        return {table: keys for table, keys in rows.items() if keys and table in here}

    # what notebooks show beside the tables

    @property
    def population(self) -> pd.DataFrame:
        """``population.csv``."""
        return self.listing.population

    @property
    def drift(self) -> pd.DataFrame:
        """Issues that were created, went, moved or changed while Jira was asked."""
        drift: pd.DataFrame = self.passes.drift
        return drift

    @property
    def numberings(self) -> dict[str, Numbering]:
        """What is known of the numbers of each project."""
        numberings: dict[str, Numbering] = self.numbers.numberings
        return numberings

    @property
    def changed_later(self) -> pd.DataFrame:
        """The issues of the population whose status or resolution is another than at the period's end."""
        return self.states.changed_later

    @property
    def history_breaks(self) -> pd.DataFrame:
        """Issues of the population whose history does not lead back to their creation."""
        breaks: pd.DataFrame = self.states.history_breaks
        return breaks

    @property
    def drawn(self) -> Drawn:
        """The sample and how it was drawn."""
        drawn: Drawn = self.sampled.drawn
        return drawn


def open_evidence(package: Path) -> Evidence:
    """Open a package or a pulled folder that has a population.

    Raises
    ------
    UsageError
        If there is no evidence in this folder, or no population, or its schema is newer than what is known here.
    """
    params = _params_of(package)
    if (package / "data" / DOSSIER_KEYS).is_file():
        raise UsageError(f"{package} holds dossiers only, without a population")
    return Evidence(package, params, cache_of_run(package, os.environ))


def open_records(package: Path) -> Content:
    """Open any package: one with a population, or one of dossiers only.

    Raises
    ------
    UsageError
        If there is no evidence in this folder, or its schema is newer than what is known here.
    """
    params = _params_of(package)
    return Records(package, params) if (package / "data" / DOSSIER_KEYS).is_file() else open_evidence(package)


def _params_of(package: Path) -> Parameters:
    path = package / "data" / "params.yaml"
    if not path.is_file():
        raise UsageError(f"{package} holds no evidence: {path} is missing")
    if (newer := newer_schema(package)) is not None:
        raise UsageError(f"{package}: {sentence(newer)}")
    return load_parameters(path)

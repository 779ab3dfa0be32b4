"""The passes over the listed projects: which issues each found, all of them as rows, and what changed between the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

import pandas as pd

from auditlib.audit.population import drift
from auditlib.audit.status.distribution import categories_by_status
from auditlib.errors import AnswerError
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.packed import Ids
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.memory import give_back
from auditlib.records.issues import issues_frame
from auditlib.responses import topics


class Passes(Part):
    """What the passes found."""

    def __init__(self, pulled: Pulled, provenance: Provenance) -> None:
        super().__init__(pulled)
        self._provenance = provenance

    @cached_property
    def first(self) -> dict[str, Ids]:
        """Issue ids of the pass with fields, by project."""
        return {project: self.answers.ids(topics.FIRST_PASS.below(project)) for project in self.projects}

    @cached_property
    def second(self) -> dict[str, Ids]:
        """Issue ids of the pass for ids only, by project."""
        found = {project: self.answers.ids(topics.SECOND_PASS.of(project)) for project in self.projects}
        # Of two equal sets one is enough.
        return {project: first if ids == (first := self.first[project]) else ids for project, ids in found.items()}

    @property
    def expected(self) -> dict[str, int]:
        """How many issues the passes may bring, by project: Jira's count, or all that the project holds today."""
        return {
            project: len(self.answers.walk(project)) if count is None else count
            for project, count in self._provenance.counts.items()
        }

    @kernel_cached
    def issues(self) -> pd.DataFrame:
        """All issues of the pass with fields, two days wider than the period on both sides; one row an issue."""
        issues = issues_frame(self.received(), self.period.zone)
        give_back()  # the answers, and the parts that the frame was put together from
        return issues

    @kernel_cached
    def categories(self) -> dict[str, str]:
        """Category key by status id, as the issues show it."""
        return categories_by_status(self.issues)

    def handed_over(self) -> pd.DataFrame:
        """Return the issues for the last time, for the population to be cut from; who asks later has them read again."""
        issues = self.issues
        vars(self).pop("issues", None)
        return issues

    def received(self) -> Iterator[Mapping[str, Any]]:
        """Yield the issues of the pass with fields, as received."""
        return chain.from_iterable(self.received_by_project().values())

    def received_by_project(self) -> dict[str, Iterator[Mapping[str, Any]]]:
        """Return the issues of the pass with fields, as received, by project."""
        return {project: self.answers.issues(topics.FIRST_PASS.below(project)) for project in self.projects}

    @property
    def restrictions(self) -> tuple[str, ...]:
        """The JQL by which the population is narrowed further."""
        jql = [self.params.population_jql] if self.params.population_jql else []
        shared = self._provenance.shared_filter
        if shared is not None:
            query = shared.get("jql")
            if not isinstance(query, str) or not query.strip():
                raise AnswerError(
                    f"filter {self.params.filter_id} has no JQL that this account is told", expected="jql"
                )
            jql.append(query)
        return tuple(jql)

    @cached_property
    def in_filter(self) -> frozenset[int] | None:
        """Ids that pass the JQL or filter of the parameters, or None without one."""
        if not self.restrictions:
            return None
        return frozenset().union(*(self.answers.ids(topics.FILTER_PASS.of(project)) for project in self.projects))

    @kernel_cached
    def drift(self) -> pd.DataFrame:
        """Issues that were created, went, moved or changed while Jira was asked: columns of ``drift.COLUMNS``."""
        parts = [self.drift_of(project) for project in self.projects]
        began = self.pulled.began
        since, between = self.answers.changed_since(began), self.answers.updated_between_passes
        parts.append(drift.edited(self.issues, since, between, began))
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    def drift_of(self, project: str) -> pd.DataFrame:
        """Return the issues of a project in one pass only for which Jira shows why, as ``drift.explain``."""
        found = {
            issue: (key, digest.created[issue])
            for _, digest in self.answers.digests(topics.DRIFT.of(project))
            for issue, key in zip(digest.ids, digest.keys, strict=True)
        }
        first, second = self.first[project], self.second[project]
        return drift.explain(project, first, second, answers=found, moves=self.answers.moves, began=self.pulled.began)

    @property
    def gone(self) -> frozenset[int]:
        """Ids of the issues that went while Jira was asked."""
        return frozenset(self.drift.loc[self.drift["kind"] == "gone", "id"])

    @property
    def edited_read_at(self) -> dict[int, datetime]:
        """When the issues that were edited while Jira was asked were read (UTC), by id: what came later does not fit to them."""
        edited = frozenset(self.drift.loc[self.drift["kind"] == "edited", "id"])
        return {
            issue: entry.at + self.pulled.clock_ahead
            for entry, digest in (self.answers.digests(topics.FIRST_PASS.below()) if edited else ())
            for issue in digest.ids
            if issue in edited
        }

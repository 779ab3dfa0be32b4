"""A pulled folder, opened: what Jira answered, and every table computed from it.

Nothing here asks Jira. Everything is read from ``data/raw`` and ``data/params.yaml`` of one package, so that a notebook, a
reader of a sealed package and ``auditlib verify`` see the same.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final

import pandas as pd

from auditlib.audit import finding
from auditlib.audit.controls.findings import conclude_dossiers
from auditlib.audit.controls.rates import (
    ATTRIBUTE_DEVIATIONS,
    ATTRIBUTE_RATES,
    ATTRIBUTES,
    attributes_table,
    over_population,
    rates_table,
)
from auditlib.audit.controls.subject import DEVIATIONS, Subject
from auditlib.audit.numbering import gaps
from auditlib.audit.numbering.causes import (
    DELETIONS,
    Sight,
    contradicted,
    deletions_table,
    other_records,
    possibilities,
)
from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS, explanations_template, parse_explanations
from auditlib.audit.numbering.findings import conclude_numbering, log_findings, numbering_findings, unlisted_findings
from auditlib.audit.numbering.issued import present_numbers
from auditlib.audit.numbering.sums import RangeSums, range_sums, sums
from auditlib.audit.numbering.witnesses import missing_numbers
from auditlib.audit.population import cut, drift
from auditlib.audit.population.findings import conclude_population, drift_findings, population_findings
from auditlib.audit.sampling import sample
from auditlib.audit.sampling.findings import conclude_sample, sample_findings
from auditlib.audit.scope.findings import conclude_scope, scope_findings
from auditlib.audit.status import closing, distribution
from auditlib.audit.status.findings import (
    closing_findings,
    conclude_closing,
    conclude_status,
    status_findings,
    unread_times_findings,
)
from auditlib.audit.status.histories import Histories, count_histories, history_findings
from auditlib.audit.summary import conclude_summary
from auditlib.dossier.files import SAMPLE_COMMENTS, SAMPLE_HISTORY
from auditlib.dossier.subject import subject_of_issue
from auditlib.errors import AnswerError, SampleError, UsageError
from auditlib.evidence.answers import Answers
from auditlib.evidence.changed import SAMPLE_CHANGES, changes_since
from auditlib.evidence.differences import sentence
from auditlib.evidence.digest import identifiers_of
from auditlib.evidence.dossier_package import DOSSIER_KEYS, Records
from auditlib.evidence.kernel_cache import computed, kept_for
from auditlib.evidence.log import ReadLog
from auditlib.evidence.schema import newer_schema
from auditlib.jira.site import server_time
from auditlib.keys import former_keys, project_state, reused, today_keys
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters
from auditlib.records import issues, state
from auditlib.records.audit_log import log_frame
from auditlib.records.census import Census, census_instant, census_mentions, read_census, vanished
from auditlib.records.deletions import issue_deletions, log_mentions
from auditlib.records.grants import granted
from auditlib.records.issues import split_key
from auditlib.records.log_reach import LogReach, describe_log, log_reach
from auditlib.records.mentions import MAY_NOT_BE_SEEN, mention_frame, mention_table, named_highest
from auditlib.records.names import Called, called_by, names_in_columns, names_in_steps
from auditlib.records.reach import history_breaks, read_in_part
from auditlib.records.transitions import NAMED_FIELDS, StatusSteps, instant_or_none, status_steps
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.tables import Table, to_csv
from auditlib.times import Period, format_instant

TABLES: Final = (
    cut.POPULATION,
    cut.EXCLUDED,
    cut.RECONCILIATION,
    gaps.NUMBERING,
    gaps.GAPS,
    DELETIONS,
    distribution.STATUS,
    closing.CLOSING,
    sample.SAMPLE,
    SAMPLE_CHANGES,
    SAMPLE_HISTORY,
    SAMPLE_COMMENTS,
    ATTRIBUTES,
    ATTRIBUTE_RATES,
    ATTRIBUTE_DEVIATIONS,
    finding.FINDINGS,
)
"""The tables of this version, in the order in which the notebooks make them."""

NOT_ACTED_ON: Final = (
    "permissions",
    "previous",
    "signing_key",
    "timestamp_url",
)
"""Parameters of the contract that this version checks and does nothing with; a run that sets one is told so."""


PULLED: Final = "run.json"
"""Is written when all that the tables need has come; a folder without it is no package to work on."""

LACKS: Final = "lacks.txt"
"""Says, a sentence a line, what recorded issues lack that were served in place of a Jira; not there for a real one."""


class Evidence(Records):
    """The content of one package with a population, computed when first looked at; parameters as `Records`."""

    tables: ClassVar[tuple[Table, ...]] = TABLES

    @property
    def projects(self) -> tuple[str, ...]:
        """The project keys, sorted."""
        return tuple(sorted(self.params.projects))

    # what Jira is, and as whom it was asked

    def _told(self, topic: str) -> Mapping[str, Any]:
        """Return what Jira told of something that it may refuse to tell; nothing if it did refuse."""
        told = [entry for entry in self.store.entries(topic) if entry.status == 200]
        answer = self.store.json(told[0]) if told else {}
        return answer if isinstance(answer, dict) else {}

    @cached_property
    def powers(self) -> pd.DataFrame:
        """Permissions of the account: columns project, permission, have."""
        rows = []
        for project in self.projects:
            rows += [(project, name, have) for name, have in granted(self._told(topics.POWERS.of(project))).items()]
        return pd.DataFrame(rows, columns=["project", "permission", "have"]).astype({"have": bool})

    @cached_property
    def security_levels(self) -> dict[str, int | None]:
        """Number of issue security levels by project; None where Jira does not tell.

        Jira lists the levels that the account may use, so an empty list says something only to who may set them.
        """
        may_set = self.powers[(self.powers["permission"] == "SET_ISSUE_SECURITY") & self.powers["have"]]
        counts: dict[str, int | None] = {}
        for project in self.projects:
            levels: Any = self._told(topics.SECURITY.of(project)).get("levels")
            told = isinstance(levels, list) and (bool(levels) or project in set(may_set["project"]))
            counts[project] = len(levels) if told else None
        return counts

    @cached_property
    def not_live(self) -> dict[str, str]:
        """Listed projects that are archived or in the trash, with that word."""
        told = {project: project_state(self._only(topics.PROJECT.of(project))) for project in self.projects}
        return {project: state for project, state in told.items() if state is not None}

    @cached_property
    def shared_filter(self) -> Mapping[str, Any] | None:
        """The filter of the parameters as Jira holds it, or None."""
        return self._only(topics.FILTER.of()) if self.params.filter_id is not None else None

    @cached_property
    def counts(self) -> dict[str, int | None]:
        """Jira's own count of the widened query, by project (Cloud: an estimate); None where it refused to count."""
        told = {project: self._told(topics.COUNT.of(project)) for project in self.projects}
        return {project: self.dialect.read_count(answer) if answer else None for project, answer in told.items()}

    @property
    def expected(self) -> dict[str, int]:
        """How many issues the passes may bring, by project: Jira's count, or all that the project holds today."""
        return {
            project: len(self.answers.walk(project)) if count is None else count
            for project, count in self.counts.items()
        }

    @cached_property
    def former_keys(self) -> dict[str, tuple[str, ...]]:
        """The listed projects, each with the keys that it had before."""
        return former_keys(self._only(topics.PROJECT.of(project)) for project in self.projects)

    # the passes

    @cached_property
    def answers(self) -> Answers:
        """What Jira answered, as frames."""
        return Answers(self.store, self.dialect)

    @cached_property
    def first_pass(self) -> dict[str, frozenset[int]]:
        """Issue ids of the pass with fields, by project."""
        return {project: self.answers.ids(topics.FIRST_PASS.below(project)) for project in self.projects}

    @cached_property
    def second_pass(self) -> dict[str, frozenset[int]]:
        """Issue ids of the pass for ids only, by project."""
        found = {project: self.answers.ids(topics.SECOND_PASS.of(project)) for project in self.projects}
        # Of two equal sets one is enough: each takes a hundred bytes an issue.
        return {project: first if ids == (first := self.first_pass[project]) else ids for project, ids in found.items()}

    @computed
    def issues(self) -> pd.DataFrame:
        """All issues of the pass with fields, two days wider than the period on both sides; one row an issue."""
        return issues.issues_frame(self._pulled_issues(), self.period.zone, self.site.base_url)

    def _pulled_issues(self) -> Iterator[Mapping[str, Any]]:
        """Yield the issues of the pass with fields, as received."""
        for project in self.projects:
            yield from self.answers.issues(topics.FIRST_PASS.below(project))

    @cached_property
    def in_filter(self) -> frozenset[int] | None:
        """Ids that pass the JQL or filter of the parameters, or None without one."""
        if not self.restrictions:
            return None
        return frozenset().union(*(self.answers.ids(topics.FILTER_PASS.of(project)) for project in self.projects))

    @property
    def restrictions(self) -> tuple[str, ...]:
        """The JQL by which the population is narrowed further."""
        jql = [self.params.population_jql] if self.params.population_jql else []
        if self.shared_filter is not None:
            query = self.shared_filter.get("jql")
            if not isinstance(query, str) or not query.strip():
                raise AnswerError(
                    f"filter {self.params.filter_id} has no JQL that this account is told", expected="jql"
                )
            jql.append(query)
        return tuple(jql)

    @computed
    def drift(self) -> pd.DataFrame:
        """Issues that were created, went, moved or changed while Jira was asked: columns of ``drift.COLUMNS``."""
        parts = [self.drift_of(project) for project in self.projects]
        parts.append(
            drift.edited(
                self.issues, self.answers.changed_since(self.began), self.answers.updated_between_passes, self.began
            )
        )
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    def drift_of(self, project: str) -> pd.DataFrame:
        """Return the issues of a project in one pass only for which Jira shows why, as ``drift.explain``."""
        found = {
            issue: (key, digest.created[issue])
            for _, digest in self.answers.digests(topics.DRIFT.of(project))
            for issue, key in zip(digest.ids, digest.keys, strict=True)
        }
        first, second = self.first_pass[project], self.second_pass[project]
        return drift.explain(project, first, second, answers=found, moves=self.answers.moves, began=self.began)

    # numbering

    def present(self, project: str) -> pd.DataFrame:
        """Return what is known of each number that the project holds today, as ``given_out.present_numbers``."""
        answers = self.answers
        walk, created = answers.walk(project), answers.created(project)
        return present_numbers(walk, created, self._moves_by_todays_names(), self.period, answers.known_histories)

    def named_highest(self, project: str) -> int | None:
        """Return the highest number of the project that any record pulled names, or None."""
        return named_highest(project, self.mentions, self.issue_deletions, self.census_mentions)

    @property
    def mentions(self) -> pd.DataFrame:
        """Numbers of the listed projects that Jira's records name, as ``mentions.mention_table``; the log's among them."""
        return self.answers.once("mentions", self._mentions)

    def _mentions(self) -> pd.DataFrame:
        found = mention_table(self.answers.references, self.answers.keys, self.former_keys)
        unlisted = mention_frame(
            (*split_key(key), "answers under its own key, in no search", None, "history")
            for key in self.answers.unlisted
        )
        hidden = mention_frame((*split_key(key), MAY_NOT_BE_SEEN, None, "hidden") for key in self.answers.hidden)
        parts = [hidden, unlisted, found, *([] if self.log is None else [log_mentions(self.log, self.former_keys)])]
        return pd.concat([part for part in parts if len(part)] or [found], ignore_index=True)

    @property
    def log(self) -> pd.DataFrame | None:
        """Jira's audit log, as far as it was read; None if it could not be."""
        return self._log.records

    @cached_property
    def _log(self) -> ReadLog:
        return self.answers.log(log_asked_from(self.period))

    @cached_property
    def log_reach(self) -> LogReach:
        """How far the log reaches, and whether its silence means anything."""
        log, older = self._log, self.answers.log_is_older()
        return log_reach(
            log.records, log_asked_from(self.period), complete=log.complete, older=older, why_not=log.why_not
        )

    @property
    def issue_deletions(self) -> pd.DataFrame:
        """Deletions of issues of the listed projects that the log records."""
        log = log_frame((), self.deployment) if self.log is None else self.log
        return self.answers.once("issue_deletions", lambda: issue_deletions(log, self.former_keys))

    @cached_property
    def censuses(self) -> list[Census]:
        """Earlier censuses of all issues, from the archive as it was copied into the package; oldest first."""
        return [_census(path) for path in sorted((self.folder / "data" / "archive" / "census").glob("*.jsonl.gz"))]

    @cached_property
    def census_mentions(self) -> pd.DataFrame:
        """Numbers that earlier censuses name."""
        return census_mentions(self.censuses, self.former_keys)

    def _other_records(self, project: str, present: pd.DataFrame, highest: int | None) -> pd.DataFrame:
        missing = missing_numbers(present, highest)
        return other_records(project, missing, self.issue_deletions, self.mentions, self.census_mentions)

    def resolved(self, project: str) -> pd.DataFrame:
        """Return the missing numbers of a project that answer under another key, as ``Answers.resolved``."""
        return self.answers.resolved(project, self.former_keys)

    def _moves_by_todays_names(self) -> pd.DataFrame:
        """Return the key changes, with keys of projects that were renamed since under their name of today."""
        moves, former = self.answers.moves, self.former_keys
        return moves.assign(from_key=today_keys(moves["from_key"], former), to_key=today_keys(moves["to_key"], former))

    @computed
    def numberings(self) -> dict[str, gaps.Numbering]:
        """What is known of the numbers of each project."""
        moves = self._moves_by_todays_names()
        found = {}
        for project in self.projects:
            present, highest = self.present(project), self.named_highest(project)
            found[project] = gaps.audit_numbers(
                project,
                present,
                self.resolved(project),
                moves,
                self.period,
                self.site.base_url,
                named_highest=highest,
                explanations=self.explanations,
                other=self._other_records(project, present, highest),
            )
        return found

    @cached_property
    def explanations(self) -> pd.DataFrame | None:
        """The analyst's explanations of missing numbers, from the copy in the package."""
        path = self.folder / "data" / "gap_explanations.csv"
        if not path.exists():
            return None
        return parse_explanations(path.read_text(encoding="utf-8-sig"), str(path), self.projects)

    # the tables

    @cached_property
    def cut(self) -> cut.Population:
        """The population as the period cuts it, and the exclusions."""
        called = self._called_in_histories  # before what asks for parts of histories, which then are read already
        return cut.cut_population(
            self.issues,
            self.period,
            self.projects,
            self.params.issue_types,
            self.in_filter,
            self._moved_out(),
            called=called,
        )

    @cached_property
    def _steps(self) -> StatusSteps:
        """Every change of a status, resolution or type in the histories pulled; let go when all is made of it."""
        steps = status_steps(self.answers.histories(), NAMED_FIELDS)  # first of all, so that each answer is read once
        return steps.until(self._edited_read_at)

    @computed
    def _called_in_histories(self) -> Called:
        """What statuses, resolutions and types are and were called, as the issues pulled and their histories show it."""
        return called_by((*names_in_columns(self.issues), *names_in_steps(self._steps)))

    @property
    def called(self) -> Called:
        """The names of statuses, resolutions, types and fields, with those that the records of the sampled issues show."""
        pulled: Called = self._called_in_histories
        return pulled.also(self.called_in_records)

    @cached_property
    def states(self) -> pd.DataFrame:
        """State of each issue of the population at the period's end, and how far its history leads, as ``history.as_of``."""
        states = state.as_of_steps(self.cut.population, self._steps, self.period.ends)
        del self._steps  # some hundred bytes an issue
        return read_in_part(states, self.cut.population["id"].isin(self.answers.partial_histories))

    @computed
    def history_breaks(self) -> pd.DataFrame:
        """Issues of the population whose history does not lead back to their creation, as ``history.history_breaks``."""
        return history_breaks(self.population, self.states)

    @computed
    def history_counts(self) -> Histories:
        """How far the histories of the population lead."""
        return count_histories(self.population, self.states, self.categories)

    @property
    def _edited_read_at(self) -> dict[int, datetime]:
        """When the issues that were edited while Jira was asked were read (UTC), by id: what came later does not fit to them."""
        edited = frozenset(self.drift.loc[self.drift["kind"] == "edited", "id"])
        return {
            issue: entry.at + self._clock_ahead
            for entry, digest in (self.answers.digests(topics.FIRST_PASS.below()) if edited else ())
            for issue in digest.ids
            if issue in edited
        }

    def _histories_as_read(self) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
        """Yield the histories up to the moment at which the issue itself was read."""
        read_at = self._edited_read_at
        for issue, entries in self.answers.histories():
            if issue in read_at:
                times = [(one, instant_or_none(one.get("created"))) for one in entries]
                yield issue, [one for one, at in times if at is None or at <= read_at[issue]]
            else:
                yield issue, entries

    def _moved_out(self) -> pd.DataFrame:
        """Issues created in the period under a key of a listed project that now stand in a project that is not listed."""
        parts = []
        for project in self.projects:
            left = self.resolved(project)
            left = left[~left["now_key"].str.rpartition("-")[0].isin(self.projects)] if len(left) else left
            left = left[self.period.holds(left["created"])]
            parts.append(
                pd.DataFrame(
                    {
                        "key": [f"{project}-{number}" for number in left["number"]],
                        "project": project,
                        "number": left["number"].to_numpy(),
                        "issue_type": left["issue_type"].to_numpy(),
                        "created": left["created"].dt.tz_convert(self.period.zone).to_numpy(),
                        "now_key": left["now_key"].to_numpy(),
                    }
                )
            )
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    @computed
    def population_with_ids(self) -> pd.DataFrame:
        """The population, with the ids by which statuses, resolutions and types are told apart."""
        in_scope = state.add_period_end(self.cut.population, self.states)
        leads_back = self.states.set_index("id")["history"].reindex(in_scope["id"]).to_numpy()
        return in_scope.assign(history=leads_back)

    @cached_property
    def population(self) -> pd.DataFrame:
        """``population.csv``."""
        ids = [*issues.INTERNAL_COLUMNS, "status_id_at_period_end", "resolution_id_at_period_end"]
        return cut.POPULATION.check(self.population_with_ids.drop(columns=ids))

    @property
    def changed_later(self) -> pd.DataFrame:
        """The issues of the population whose status or resolution is another than at the period's end."""
        return self.population.loc[distribution.changed_later(self.population_with_ids).index]

    @computed
    def test_issues(self) -> frozenset[int] | None:
        """Ids of the issues that the company marks as tests; None if the parameters don't say how."""
        if not self.params.test_issue_jql:
            return None
        return frozenset().union(*(self.answers.ids(topics.TEST_ISSUES.of(project)) for project in self.projects))

    @computed
    def closing(self) -> pd.DataFrame:
        """``closing.csv``."""
        accepted = self.params.closing_resolutions
        return closing.closing_table(self.population_with_ids, accepted, self.test_issues, self._called_in_histories)

    @computed
    def excluded(self) -> pd.DataFrame:
        """``excluded.csv``."""
        return self.cut.excluded

    @computed
    def reconciliation(self) -> pd.DataFrame:
        """``reconciliation.csv``."""
        explained = {project: frozenset(self.drift_of(project)["id"]) for project in self.projects}
        return cut.reconcile(self.projects, self.first_pass, self.second_pass, self.counts, self.cut, explained)

    @computed
    def numbering_and_gaps(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """``numbering.csv`` and ``gaps.csv``."""
        summary, missing = gaps.join_numberings(self.numberings.values())
        reused_keys = reused(self.former_keys)
        sights = {
            project: Sight(security_levels=self.security_levels[project], used_by=reused_keys.get(project))
            for project in self.projects
        }
        missing = missing.assign(possible=possibilities(missing, sights, self.log_reach))
        return gaps.NUMBERING.check(summary), gaps.GAPS.check(missing)

    @computed
    def range_sums(self) -> RangeSums:
        """How the numbers that answer and the population belong together."""
        return range_sums(self.numberings.values(), self.population, self.excluded)

    @property
    def sums(self) -> list[str]:
        """How the headline figures add up, in sentences."""
        return sums(self.reconciliation, self.table("numbering"), self.range_sums)

    @computed
    def deletions(self) -> pd.DataFrame:
        """``deletions.csv``."""
        ids, keys = self._answering
        gone = vanished(self.censuses, self.former_keys)
        return deletions_table(
            self.issue_deletions, gone, self.period, answering_ids=ids, answering_keys=keys, census=self.census_mentions
        )

    @cached_property
    def _answering(self) -> tuple[frozenset[int], frozenset[str]]:
        """Ids and keys of deletions that answer nevertheless, but for issues that went while Jira was asked."""
        gone = frozenset(self.drift.loc[self.drift["kind"] == "gone", "id"])
        records, missed = self.issue_deletions, vanished(self.censuses, self.former_keys)
        ids = {*records["issue_id"].dropna().astype("int64"), *missed["issue_id"]} - gone
        keys, answers = frozenset(records["key"].dropna()), self.answers.keys
        return (
            frozenset(issue for issue in ids if issue in answers),
            frozenset(key for issue, key in answers.items() if key in keys and issue not in gone),
        )

    @property
    def _contradicted(self) -> pd.DataFrame:
        return contradicted(self.issue_deletions, *self._answering)

    @computed
    def status(self) -> pd.DataFrame:
        """``status.csv``."""
        return distribution.status_table(self.population_with_ids, self.categories)

    @computed
    def drawn(self) -> sample.Drawn:
        """The sample and how it was drawn."""
        keys = sample_key_text(self.folder, self.params)
        return sample.plan_and_draw(self.population, self.params, keys, self.why_not)

    def why_not(self, key: str) -> str:
        """Say why a key that the auditor names is not in the population."""
        project, number = split_key(key)
        if project not in self.projects:
            return "in a project that is not listed"
        left_out = self.excluded[self.excluded["key"] == key]
        if len(left_out):
            return f"left out of the population: {left_out['reason'].iloc[0]}"
        if (self.answers.walk(project)["number"] == number).any():
            return "not created in the period"
        missing = self.table("gaps")
        known = missing[missing["key"] == key]
        moved = known[known["classification"] == "moved"]
        return f"moved: answers as {moved['now_key'].iloc[0]}" if len(moved) else "does not answer"

    @property
    def sample(self) -> pd.DataFrame:
        """``sample.csv``."""
        return self.drawn.sample

    # the sampled issues

    @property
    def dossier_keys(self) -> tuple[str, ...]:
        """The keys of the sample, in drawing order."""
        return tuple(self.sample["key"])

    @property
    def all_drawn(self) -> bool:
        """Whether every issue of the population is tested in the sample."""
        return len(self.drawn.tested) == len(self.population)

    @property
    def judged_until(self) -> datetime | None:
        """The deadline of attribute tests, the period's end: what falls due later is a matter of the next period."""
        return self.period.ends

    @property
    def tested(self) -> pd.DataFrame:
        """The outcomes of attribute tests that count: not those of issues that were replaced."""
        return self.attributes[self.attributes["key"].isin(self.drawn.tested["key"])]

    @property
    def tested_on_sample_only(self) -> list[str]:
        """Attributes that the data pulled for the whole population can't answer."""
        return [one.name for one in self.params.attributes if not over_population(one)]

    @computed
    def sample_changes(self) -> pd.DataFrame:
        """``sample_changes.csv``: what became of the sampled issues since the population was read."""
        return changes_since(self.sample, self.dossiers, self.collection[1], self.period.zone)

    @computed
    def population_outcomes(self) -> pd.DataFrame:
        """What the attributes that the data pulled can answer say of every issue of the population."""
        asked = [one for one in self.params.attributes if over_population(one)]
        return attributes_table(self._population_subjects() if asked else (), asked, self.called)

    def _population_subjects(self) -> Iterator[Subject]:
        keys = dict(zip(self.population["id"], self.population["key"], strict=True))
        issues_by_id = {int(issue["id"]): issue for issue in self._pulled_issues() if int(issue["id"]) in keys}
        for issue, entries in self._histories_as_read():
            if issue in issues_by_id:
                yield subject_of_issue(keys[issue], issues_by_id.pop(issue), entries, self.began, self.period)
        for issue, record in issues_by_id.items():
            yield subject_of_issue(keys[issue], record, None, self.began, self.period)

    @computed
    def attribute_rates(self) -> pd.DataFrame:
        """``attribute_rates.csv``."""
        asked, drawn = self.params.attributes, self.drawn
        over = [one for one in asked if over_population(one)]
        limits = {"confidence": drawn.confidence, "tolerable_rate": drawn.tolerable}
        parts = [
            # of a sample that is the whole population no limit follows: what is found in it is exact
            rates_table(self.tested, asked, scope="sample", random=drawn.random and not self.all_drawn, **limits),
            rates_table(self.population_outcomes, over, scope="population", random=False, **limits),
        ]
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    @computed
    def attribute_deviations(self) -> pd.DataFrame:
        """``attribute_deviations.csv``: issues of the population that deviate, as far as the data pulled shows it."""
        outcomes = self.population_outcomes
        deviating = outcomes[outcomes["outcome"].isin(DEVIATIONS)]
        sampled = deviating["key"].isin(self.sample["key"]).astype("boolean")
        return ATTRIBUTE_DEVIATIONS.check(ATTRIBUTE_DEVIATIONS.sort(deviating.assign(sampled=sampled)))

    @computed
    def findings(self) -> pd.DataFrame:
        """``findings.csv``."""
        return finding.findings_table(
            [
                *scope_findings(
                    interim_until=self.interim_until,
                    powers=self.powers,
                    security_levels=self.security_levels,
                    filter_record=self.shared_filter,
                    unused=self.unused_parameters,
                    not_live=self.not_live,
                    lacks=self.lacks,
                ),
                *drift_findings(self.drift),
                *population_findings(self.reconciliation, self.excluded, estimate=self.deployment == "cloud"),
                *unlisted_findings(self.answers.unlisted),
                *numbering_findings(*self.numbering_and_gaps),
                *log_findings(
                    describe_log(self.log_reach, self.period),
                    self.deletions,
                    self._contradicted,
                    self.table("gaps"),
                    self.period,
                ),
                *status_findings(self.population_with_ids),
                *history_findings(self.cut.population, self.states, self.period.ends),
                *unread_times_findings(self.cut.population),
                *closing_findings(
                    self.population_with_ids, self.closing, self.params.closing_resolutions, self._called_in_histories
                ),
                *sample_findings(
                    self.drawn.reason,
                    self.drawn.rejected,
                    reduced=self.drawn.reduced,
                    sample=self.sample,
                    changes=self.sample_changes,
                ),
                *self.record_findings,
            ]
        )

    @property
    def lacks(self) -> list[str]:
        """What recorded issues lack that were served in place of a Jira, in sentences; empty for a Jira."""
        path = self.folder / "data" / LACKS
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

    @cached_property
    def interim_until(self) -> str | None:
        """When Jira was asked by its own clock, if the period was not over then; else None."""
        instant = server_time(self._only(topics.SERVER.of())) or self._server.at
        return format_instant(instant, self.period.zone) if instant < self.period.ends else None

    @property
    def unused_parameters(self) -> tuple[str, ...]:
        """Parameters that are set and that this version does not act on."""
        fields = type(self.params).model_fields
        return tuple(name for name in NOT_ACTED_ON if getattr(self.params, name) != fields[name].default)

    def conclusion(self, notebook: str) -> str:
        """Return the computed conclusion of a notebook."""
        drawn = self.drawn
        match notebook:
            case "01_scope":
                address, account = self.site.base_url, self.site.account_name
                return conclude_scope(self.period, address, account, self.reconciliation)
            case "02_population":
                return conclude_population(self.period, self.population, self.reconciliation, self.not_live)
            case "03_numbering":
                return conclude_numbering(self.table("numbering"), self.table("gaps"), self.range_sums, self.not_live)
            case "04_status":
                states = conclude_status(self.population_with_ids, self.categories, self.history_counts)
                any_accepted, tests_marked = not self.params.closing_resolutions, self.test_issues is not None
                closed = conclude_closing(
                    self.population, self.closing, any_accepted=any_accepted, tests_marked=tests_marked
                )
                return f"{states} {closed}".strip()
            case "05_sample":
                total = len(self.population)
                return conclude_sample(
                    drawn.sample,
                    total,
                    seed=drawn.seed,
                    strata=drawn.strata,
                    reason=drawn.reason,
                    confidence=drawn.confidence,
                )
            case "06_dossiers":
                return conclude_dossiers(self.dossier_facts, self.attribute_rates, random=drawn.random)
            case "09_summary":
                return conclude_summary(self.findings)
        raise UsageError(f"there is no notebook {notebook}")

    @computed
    def categories(self) -> dict[str, str]:
        """Category key by status id, as the issues of the first pass show it."""
        return distribution.categories_by_status(self.issues)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by the name of one of ``TABLES``."""
        if name in {"numbering", "gaps"}:
            return self.numbering_and_gaps[name == "gaps"]
        return super().table(name)

    @property
    def says(self) -> dict[str, str]:
        """What each file in ``tables/`` holds, by its name, in the order in which the cover lists them."""
        form = GAP_EXPLANATIONS
        return super().says | {form.file: form.says} | sample.BESIDE

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``: the keys, the script that redoes the draw, the template."""
        form, template = GAP_EXPLANATIONS, explanations_template(self.table("gaps"))
        files = {form.file: to_csv(form, template)}
        return files | sample.redraw_files(self.population, self.drawn)

    def feeds(self) -> dict[str, dict[str, list[str]]]:
        """Return which rows of which tables each response feeds, by its file below ``raw/``: ``{table: [row key, …]}``.

        Rows are named by issue key, missing key or project, as the table's first columns have them.
        """
        in_scope = dict(zip(self.population["id"], self.population["key"], strict=True))
        missing = set(self.table("gaps")["key"])
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
            else:
                rows[table] = [str(named.parts.get("project", "all"))]
        return {table: keys for table, keys in rows.items() if keys}


def log_asked_from(period: Period) -> datetime:
    """Return the instant from which the audit log is read: a month before the period, for numbers at its edge."""
    return period.begins - timedelta(days=31)


def sample_key_text(folder: Path, params: Parameters) -> str | None:
    """Return the auditor's own list of keys as it was put into the package, or None."""
    if params.sample_keys is None or not isinstance(params.sample_keys, str):
        return None
    path = folder / "data" / "sample_keys.txt"
    if not path.exists():
        raise SampleError(f"{path} is missing: the auditor's list was not copied into the package")
    return path.read_text(encoding="utf-8-sig")


def _census(path: Path) -> Census:
    """Read a census from its file.

    Raises
    ------
    AnswerError
        Naming the file, if it can't be read, or is no census.
    """
    try:
        return read_census(census_instant(path.name), gzip.decompress(path.read_bytes()).decode().splitlines())
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, AnswerError) as error:
        raise AnswerError(f"archive/census/{path.name} can't be read: {error}") from None


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
    return Evidence(package, params, kept_for(package, os.environ))


def open_records(package: Path) -> Records:
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

"""The sample: how it was drawn, what became of its issues, their full records, and the controls over all of the population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from auditlib.audit.controls.bursts import Bursts
from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import RULES, find_bursts, test_issue
from auditlib.audit.controls.rates import ATTRIBUTE_DEVIATIONS, attributes_table, over_population, rates_table
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import DEVIATIONS, Subject
from auditlib.audit.finding import Finding
from auditlib.audit.population.identity import of_another, record_findings
from auditlib.audit.sampling.sample import Drawn, plan_and_draw, redraw_files
from auditlib.dossier.record import Dossier
from auditlib.dossier.standing import SAMPLED
from auditlib.dossier.subject import subject_of_issue
from auditlib.errors import SampleError
from auditlib.evidence.as_received import AsReceived
from auditlib.evidence.changed import changes_since
from auditlib.evidence.control_members import ControlMembers
from auditlib.evidence.follow_ups import FollowUps
from auditlib.evidence.full_records import FullRecords
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.numbers import Numbers
from auditlib.evidence.passes import Passes
from auditlib.evidence.pulled import Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.evidence.request_approvals import RequestApprovals
from auditlib.evidence.second_source import SecondSource
from auditlib.jira.reading import readable_instant
from auditlib.params.model import Parameters
from auditlib.records.history import Time
from auditlib.records.issues import json_object, split_key
from auditlib.records.names import Called


class Sampled(FullRecords):
    """The sample of the population, and the full records of its issues."""

    def __init__(
        self,
        pulled: Pulled,
        passes: Passes,
        histories: PulledHistories,
        listing: Listing,
        numbers: Numbers,
        *,
        follow_ups: FollowUps,
        approvals: RequestApprovals,
        members: ControlMembers,
        source: SecondSource,
    ) -> None:
        super().__init__(pulled)
        self._members = members
        self._source = source
        self._follow_ups = follow_ups
        self._approvals = approvals
        self._passes = passes
        self._histories = histories
        self._listing = listing
        self._numbers = numbers

    # the draw

    @kernel_cached
    def drawn(self) -> Drawn:
        """The sample and how it was drawn."""
        keys = sample_key_text(self.folder, self.params)
        return plan_and_draw(self._listing.population, self.params, keys, self.why_not)

    @property
    def sample(self) -> pd.DataFrame:
        """``sample.csv``."""
        sample: pd.DataFrame = self.drawn.sample
        return sample

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the sample, in drawing order."""
        return tuple(self.sample["key"])

    @property
    def called_one(self) -> str:
        """What one of the issues is called."""
        return SAMPLED

    @property
    def replaced(self) -> dict[str, str]:
        """Why sampled issues are not tested, by their key."""
        sample = self.sample[self.sample["replaced"] != ""]
        return dict(zip(sample["key"], sample["replaced"], strict=True))

    @property
    def all_drawn(self) -> bool:
        """Whether every issue of the population is tested in the sample."""
        return len(self.drawn.tested) == len(self._listing.with_ids)

    def why_not(self, key: str) -> str:
        """Say why a key that the auditor names is not in the population."""
        project, number = split_key(key)
        if project not in self.projects:
            return "in a project that is not listed"
        excluded = self._listing.excluded
        left_out = excluded[excluded["key"] == key]
        if len(left_out):
            return f"left out of the population: {left_out['reason'].iloc[0]}"
        if (self.answers.walk(project)["number"] == number).any():
            return "not created in the period"
        gaps = self._numbers.gaps
        known = gaps[gaps["key"] == key]
        moved = known[known["classification"] == "moved"]
        return f"moved: answers as {moved['now_key'].iloc[0]}" if len(moved) else "does not answer"

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``: the keys, and the script that redoes the draw."""
        return redraw_files(self._listing.population, self.drawn)

    @kernel_cached
    def changes(self) -> pd.DataFrame:
        """``sample_changes.csv``: what became of the sampled issues since the population was read."""
        return changes_since(self.sample, self.dossiers, self.absent, self.period.zone)

    @property
    def contradicted(self) -> dict[str, str]:
        """By key, how full records are not those of the issues of the population, as ``identity.of_another``."""
        rows = {row.key: (row.id, row.created_utc) for row in self.sample.itertuples()}
        found = {
            one.asked: of_another(*rows[one.asked], one.id, _created_of(one))
            for one in self.dossiers
            if one.asked in rows
        }
        return {key: how for key, how in found.items() if how}

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Of each dossier what conclusions are made of; one that is of another issue is not complete."""
        contradicted = self.contradicted
        return [
            one | {"incomplete": (*one["incomplete"], contradicted[one["key"]])} if one["key"] in contradicted else one
            for one in super().facts
        ]

    @property
    def findings(self) -> list[Finding]:
        """What the records and the attributes show."""
        return [*record_findings(self.contradicted), *super().findings]

    # control tests

    @property
    def called(self) -> Called:
        """The names of statuses, resolutions, types and fields, with those that the records of the sampled issues show."""
        pulled: Called = self._histories.called
        return pulled.also(self.called_in_records)

    @property
    def judged_until(self) -> datetime | None:
        """The deadline of attribute tests, the period's end: what falls due later is a matter of the next period."""
        return self.period.ends

    @property
    def judged_since(self) -> datetime | None:
        """The period's beginning: a go before it is no matter of this period."""
        return self.period.begins

    @property
    def tested(self) -> pd.DataFrame:
        """The outcomes of attribute tests that count: not those of issues that were replaced."""
        return self.attributes[self.attributes["key"].isin(self.drawn.tested["key"])]

    @property
    def tested_on_sample_only(self) -> list[str]:
        """Attributes that the data pulled for the whole population can't answer."""
        return [one.name for one in self.params.attributes if not over_population(one)]

    @kernel_cached
    def population_outcomes(self) -> pd.DataFrame:
        """What the attributes that the data pulled can answer say of every issue of the population."""
        asked = [one for one in self.params.attributes if over_population(one)]
        subjects = self.population_subjects() if asked else ()
        return attributes_table(subjects, asked, self.called, by_rounds=self.judged_by_rounds)

    @property
    def control_context(self) -> Context:
        """What control tests of all issues share: bursts over all of them, members of roles and groups, the second source."""
        members, deployments = self._members.of(self.control_tests), self._source.by_key
        return replace(super().control_context, bursts=self._bursts, members=members, deployments=deployments)

    @cached_property
    def _bursts(self) -> Bursts | None:
        """What was done in bursts, by the full records and of the other issues by what was pulled for all."""
        recorded = {one.asked for one in self.collection[0]}
        others = (one for one in self.population_subjects() if one.key not in recorded)
        return find_bursts(chain(self.recorded_subjects(), others), self.control_tests, super().control_context)

    def population_results(self) -> Iterator[Result]:
        """Yield what the controls that look at single issues say of every issue of the population, by what was pulled for all."""
        tests = self.control_tests
        if not any(one.rule in RULES for one in tests):
            return
        context = self.control_context
        for subject in self.population_subjects():
            yield from test_issue(subject, tests, context)

    @property
    def closed(self) -> dict[str, Time]:
        """When issues were resolved that follow from others, by key."""
        return self._follow_ups.closed

    def population_subjects(self) -> Iterator[Subject]:
        """Yield every issue of the population as control tests look at it, by what was pulled for all."""
        population, began = self._listing.with_ids, self.pulled.began
        keys = dict(zip(population["id"], population["key"], strict=True))
        records = AsReceived(self._passes.received_by_project(), keys)
        for issue, entries in self._histories.as_read():
            record = records.take(issue)
            if record is not None:
                given = self._approvals.of(issue, record, entries)
                yield subject_of_issue(keys[issue], record, entries, began, self.period, approvals=given)
        for issue, record in records.left():
            yield subject_of_issue(keys[issue], record, None, began, self.period)

    @kernel_cached
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

    @kernel_cached
    def attribute_deviations(self) -> pd.DataFrame:
        """``attribute_deviations.csv``: issues of the population that deviate, as far as the data pulled shows it."""
        outcomes = self.population_outcomes
        deviating = outcomes[outcomes["outcome"].isin(DEVIATIONS)]
        sampled = deviating["key"].isin(self.sample["key"]).astype("boolean")
        return ATTRIBUTE_DEVIATIONS.check(ATTRIBUTE_DEVIATIONS.sort(deviating.assign(sampled=sampled)))


def _created_of(dossier: Dossier) -> datetime | None:
    """Return when an issue was created, by its full record; None if that can't be read."""
    return readable_instant(json_object(dossier.received.issue.get("fields")).get("created"))


def sample_key_text(folder: Path, params: Parameters) -> str | None:
    """Return the auditor's own list of keys as it was put into the package, or None."""
    if params.sample_keys is None or not isinstance(params.sample_keys, str):
        return None
    path = folder / "data" / "sample_keys.txt"
    if not path.exists():
        raise SampleError(f"{path} is missing: the auditor's list was not copied into the package")
    return path.read_text(encoding="utf-8-sig")

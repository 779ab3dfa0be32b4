"""The full records of single issues, read from one package, and what the control attributes find in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from auditlib.audit.archive.findings import archived_comment_findings
from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.findings import attribute_findings, dossier_findings, unreadable_findings
from auditlib.audit.controls.outcomes import SINCE as CONTROLS_SINCE
from auditlib.audit.controls.rates import attributes_table, rates_table, untestable
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import Subject
from auditlib.audit.controls.wording import claims
from auditlib.audit.finding import Finding
from auditlib.audit.tokens import SINCE as TOKENS_SINCE
from auditlib.audit.tokens import Seen, places_of, token_findings
from auditlib.dossier.files import SAMPLE_COMMENTS, SAMPLE_HISTORY, all_rows
from auditlib.dossier.made import Made, made_files
from auditlib.dossier.parts import Absent
from auditlib.dossier.record import Dossier
from auditlib.dossier.standing import CHOSEN, SINCE, Standing, standings
from auditlib.dossier.subject import names_in_dossier, subject_of_dossier
from auditlib.dossier.texts import texts_of
from auditlib.evidence.dossiers import read_dossiers, was_asked
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part
from auditlib.params.controls import ControlTest
from auditlib.params.library import resolve
from auditlib.records.history import Time
from auditlib.records.issues import json_object, number_of
from auditlib.records.names import Called, called_by
from auditlib.responses import topics


class FullRecords(Part, ABC):
    """The full records of some issues, and the control tests of them."""

    @property
    @abstractmethod
    def keys(self) -> tuple[str, ...]:
        """The keys whose full record was asked for, in the order in which they were given or drawn."""

    @kernel_cached
    def collection(self) -> tuple[list[Dossier], list[Absent]]:
        """The dossiers, in the order of their keys, and the keys that did not answer."""
        unread = set(self.unread)
        asked = [key for key in self.keys if key not in unread]
        return read_dossiers(self.store, self.pulled.dialect, asked, self.pulled.place, self.pulled.archive)

    @property
    def issue_ids(self) -> frozenset[int]:
        """The numbers of the issues whose full record came."""
        entries = (entry for key in self.keys for entry in self.store.entries(topics.DOSSIER_ISSUE.of(key)))
        issues = (json_object(self.store.json(entry)) for entry in entries if entry.status == 200)
        return frozenset(number_of(issue.get("id"), "an issue") for issue in issues)

    @property
    def unread(self) -> list[str]:
        """Sampled issues whose record was not asked for, as after another seed by hand on a package that is there."""
        return [key for key in self.keys if not was_asked(self.store, key)]

    @cached_property
    def made(self) -> dict[str, Made]:
        """The files of each dossier, by the key that was asked for; no attachments."""
        read, version, stands = self.collection[0], self.pulled.schema["tables"], self.standings
        return {one.asked: made_files(one, self.params.audit, version, stands.get(one.asked)) for one in read}

    @property
    def standings(self) -> dict[str, Standing]:
        """Where each issue stands among those collected, by the key that was asked for; of an older package none."""
        if self.pulled.schema["tables"] < SINCE:
            return {}
        outcomes: list[tuple[str, str, str, str, int | None]] = list(self.attributes.itertuples(index=False, name=None))
        there = {one.asked for one in self.collection[0]}
        controls = self.control_results if self.control_tests else None
        return standings(
            self.keys, outcomes, called=self.called_one, there=there, replaced=self.replaced, controls=controls
        )

    @property
    def called_one(self) -> str:
        """What one of the issues is called."""
        return CHOSEN

    @property
    def replaced(self) -> dict[str, str]:
        """Why issues are not tested, by their key; none where nobody drew them."""
        return {}

    @kernel_cached
    def lacks(self) -> dict[str, tuple[str, ...]]:
        """What could not be made of a dossier, by the key that was asked for."""
        return {key: made.lacks for key, made in self.made.items() if made.lacks}

    @cached_property
    def dossiers(self) -> list[Dossier]:
        """The full records of the sampled issues, in drawing order; what could not be made of one is incomplete in it."""
        read: list[Dossier] = self.collection[0]
        lacks: dict[str, tuple[str, ...]] = self.lacks
        return [
            replace(one, incomplete=(*one.incomplete, *lacks[one.asked])) if one.asked in lacks else one for one in read
        ]

    @property
    def absent(self) -> list[Absent]:
        """The keys that did not answer."""
        absent: list[Absent] = self.collection[1]
        return absent

    @property
    def history(self) -> pd.DataFrame:
        """``sample_history.csv``."""
        return all_rows(SAMPLE_HISTORY, self.dossiers, self.period.zone)

    @property
    def comments(self) -> pd.DataFrame:
        """``sample_comments.csv``."""
        return all_rows(SAMPLE_COMMENTS, self.dossiers, self.period.zone)

    @property
    def called(self) -> Called:
        """The names of statuses, resolutions, types and fields, of today and before."""
        return self.called_in_records

    @cached_property
    def called_in_records(self) -> Called:
        """The names of statuses, resolutions, types and fields that the records of single issues show."""
        return called_by(sighting for one in self.collection[0] for sighting in names_in_dossier(one))

    # control tests

    @kernel_cached
    def attributes(self) -> pd.DataFrame:
        """``attributes.csv``."""
        asked = self.params.attributes
        subjects = (subject_of_dossier(one, self.pulled.asked_again, self.judged_until) for one in self.collection[0])
        found = attributes_table(subjects, asked, self.called, by_rounds=self.judged_by_rounds)
        return pd.concat([found, untestable([one.asked for one in self.absent], asked)], ignore_index=True)

    @property
    def judged_by_rounds(self) -> bool:
        """Whether attributes judge each go by its own round, which those of older packages did not."""
        return self.pulled.schema["tables"] >= CONTROLS_SINCE

    @property
    def judged_until(self) -> datetime | None:
        """The deadline of attribute tests: what falls due then or later is not judged; None: all that was due when read is."""
        return None

    @property
    def judged_since(self) -> datetime | None:
        """The beginning of what control tests judge; None where no period is audited."""
        return None

    @property
    def tested(self) -> pd.DataFrame:
        """The outcomes of attribute tests that count."""
        return self.attributes

    @kernel_cached
    def attribute_rates(self) -> pd.DataFrame:
        """``attribute_rates.csv``: counts alone, where nobody drew these issues."""
        return rates_table(self.tested, self.params.attributes, scope="sample", random=False)

    @property
    def tested_on_sample_only(self) -> list[str]:
        """Attributes that were not asked of a population although there is one."""
        return []

    @cached_property
    def control_tests(self) -> tuple[ControlTest, ...]:
        """The controls of the library that are tested, in the order of the parameters; in an older package none were."""
        return resolve(self.params) if self.pulled.schema["tables"] >= CONTROLS_SINCE else ()

    @property
    def control_context(self) -> Context:
        """What control tests of all issues share."""
        return Context(called=self.called, closed=self.closed)

    @property
    def closed(self) -> dict[str, Time]:
        """When issues were resolved that follow from others, by key; nothing where no population was pulled."""
        return {}

    @kernel_cached
    def control_results(self) -> list[Result]:
        """What the controls that look at single issues say of those whose full record was read."""
        tests = self.control_tests
        if not tests:
            return []
        context = self.control_context
        return [one for subject in self.recorded_subjects() for one in test_issue(subject, tests, context)]

    def recorded_subjects(self) -> Iterator[Subject]:
        """Yield the issues whose full record was read as control tests look at them."""
        until, since = self.judged_until, self.judged_since
        for one in self.collection[0]:
            yield subject_of_dossier(one, self.pulled.asked_again, until, since)

    # in words

    @property
    def findings(self) -> list[Finding]:
        """What the records and the attributes show."""
        return [
            *dossier_findings(self.facts, [one.asked for one in self.absent if not one.unreadable], self.unread),
            *unreadable_findings({one.asked: one.said for one in self.absent if one.unreadable}),
            *archived_comment_findings(self.facts),
            *token_findings("dossiers.tokens", "06_dossiers", self._tokens),
            *attribute_findings(
                self.tested,
                self.attribute_rates,
                self.tested_on_sample_only,
                claims(self.params.attributes, by_rounds=self.judged_by_rounds),
            ),
        ]

    @property
    def _tokens(self) -> list[Seen]:
        """Where something in their texts looks like a credential; older packages do not tell."""
        if self.pulled.schema["tables"] < TOKENS_SINCE:
            return []
        return [seen for one in self.dossiers for seen in places_of(one.asked, texts_of(one))]

    @property
    def facts(self) -> list[dict[str, Any]]:
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
                "comments_gone": 0 if one.archived is None else len(one.archived.gone),
                "comments_edited": 0 if one.archived is None else len(one.archived.edited),
            }
            for one in self.dossiers
        ]

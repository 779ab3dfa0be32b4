"""Issues that follow from others: which incidents link to them, and when they were resolved, as far as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from auditlib.audit.controls.concerned import outside
from auditlib.dossier.subject import subject_of_issue
from auditlib.evidence.passes import Passes
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.keys import is_key
from auditlib.params.controls import ControlTest
from auditlib.params.library import resolve
from auditlib.records.history import Time, time_of
from auditlib.records.issues import json_object
from auditlib.records.names import folded
from auditlib.responses import topics


class FollowUps(Part):
    """The issues to which those link that a control on follow-up concerns."""

    def __init__(self, pulled: Pulled, passes: Passes, histories: PulledHistories) -> None:
        super().__init__(pulled)
        self._passes = passes
        self._histories = histories

    @cached_property
    def tests(self) -> list[ControlTest]:
        """The controls that look at follow-up."""
        return [one for one in resolve(self.params) if one.given.follow_up]

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The keys of all issues to which those of the pass link so, sorted."""
        return tuple(sorted(set(self._named()))) if self.tests else ()

    def _named(self) -> Iterator[str]:
        tests, called = self.tests, self._histories.called
        for issue in self._passes.received():
            if not json_object(issue.get("fields")).get("issuelinks"):
                continue
            subject = subject_of_issue(str(issue["key"]), issue, None, self.pulled.began, self.period)
            for test in tests:
                if not outside(subject, test.given.applies_to, called):
                    wanted = folded(test.given.follow_up or "")
                    linked = subject.linked or ()
                    yield from (one.key for one in linked if wanted in map(folded, one.names.split("\n")))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Those that the pass did not bring along, and that can be asked for by their key."""
        known = self._pulled
        return tuple(one for one in self.named if one not in known and is_key(one))

    @cached_property
    def _pulled(self) -> dict[str, Time]:
        """When those that the pass brought along were resolved, in the audit's zone; an empty text where one is not."""
        wanted = frozenset(self.named)
        found = (issue for issue in self._passes.received() if issue.get("key") in wanted) if wanted else ()
        return {str(one["key"]): self._resolved(one.get("fields")) for one in found}

    @property
    def closed(self) -> dict[str, Time]:
        """When issues that follow from others were resolved, by key; those that were not read are missing."""
        if not self.named:
            return {}
        dialect, asked = self.pulled.dialect, dict[str, Time]()
        for entry in self.answers.entries(topics.FOLLOW_UPS.of()):
            answer = self.store.json(entry) if entry.status == 200 else None
            for issue in dialect.read_by_identifier(entry.status, answer) if entry.status == 200 else ():
                asked[str(issue["key"])] = self._resolved(issue.get("fields"))
        return asked | self._pulled

    def _resolved(self, fields: object) -> Time:
        return time_of(json_object(fields).get("resolutiondate"), self.period.zone)

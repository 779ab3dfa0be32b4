"""Approvals of Jira Service Management over the population: which issues they are asked of, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.concerned import outside
from auditlib.audit.controls.request_findings import request_findings
from auditlib.audit.controls.rounds import Course
from auditlib.audit.controls.subject import Subject
from auditlib.audit.controls.trail import Trail
from auditlib.audit.finding import Finding
from auditlib.dossier.served import kinds_of_people
from auditlib.dossier.subject import subject_of_issue
from auditlib.evidence.passes import Passes
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.jira.refusal import refusal
from auditlib.jira.scopes import NEEDS
from auditlib.params.controls import ControlTest
from auditlib.params.library import resolve
from auditlib.records.issues import json_object
from auditlib.records.service_desk import Approval, is_service_project, read_approvals
from auditlib.responses import topics


class RequestApprovals(Part):
    """The approvals of customer requests, where a control counts them."""

    def __init__(self, pulled: Pulled, passes: Passes, histories: PulledHistories) -> None:
        super().__init__(pulled)
        self._passes = passes
        self._histories = histories

    @cached_property
    def tests(self) -> list[ControlTest]:
        """The controls that count approvals."""
        return [one for one in resolve(self.params) if one.given.approvals]

    @cached_property
    def wanted(self) -> tuple[int, ...]:
        """The ids of the issues that such a control judges: of a service project, concerned, with a go in the period."""
        return tuple(sorted(self._wanted())) if self.tests else ()

    def _wanted(self) -> Iterator[int]:
        tests, context = self.tests, Context(called=self._histories.called)
        issues = {
            int(issue["id"]): issue
            for issue in self._passes.received()
            if is_service_project(json_object(issue.get("fields")).get("project"))
        }
        for number, entries in self._histories.as_read() if issues else ():
            issue = issues.get(number)
            if issue is None:
                continue
            subject = subject_of_issue(str(issue["key"]), issue, entries, self.pulled.began, self.period)
            if any(_judges(test, subject, context) for test in tests):
                yield number

    def of(
        self, issue_id: int, issue: Mapping[str, Any], history: Sequence[Mapping[str, Any]]
    ) -> tuple[Approval, ...] | None:
        """Return the approvals of an issue; None if they were not given.

        Parameters
        ----------
        issue_id : int
        issue, history : JSON
            As received; they tell the kinds of accounts, which an approval does not.
        """
        entries = self.answers.entries(topics.APPROVALS.of(issue_id)) if self.tests else []
        if not entries or any(one.status != 200 for one in entries):
            return None
        records: list[Mapping[str, Any]] = []
        for one in entries:
            records += self.pulled.dialect.read_issue_part("approvals", one.request, self.store.json(one)).records
        return read_approvals(records, self.period.zone, kinds_of_people(issue, history))

    @property
    def findings(self) -> list[Finding]:
        """Of how many issues approvals could not be read, why, and what it takes."""
        unread, why = 0, ""
        for issue in self.wanted:
            entries = self.answers.entries(topics.APPROVALS.of(issue))
            refused = [one for one in entries if one.status != 200]
            unread += not entries or bool(refused)
            why = why or next((refusal(one.status, one.headers, self.store.body(one)) for one in refused), "")
        takes = NEEDS["servicedeskapi/request/approval"].takes(scopes=self.deployment == "cloud")
        return request_findings(len(self.wanted), unread, why, takes)


def _judges(test: ControlTest, subject: Subject, context: Context) -> bool:
    """Say whether a control judges an issue: it concerns it, and there is a go in the period."""
    if outside(subject, test.given.applies_to, context.called):
        return False
    course = Course(subject, Trail(subject.steps), context.statuses(test.workflow))
    return bool(course.in_period(subject))

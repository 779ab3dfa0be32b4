"""A case: one control test on one issue, with all that rules share. Pure.

A rule is given a case and returns rows. What holds for every test of a go is said here once: an issue that has not reached
it in the period is not concerned, and where the history does not show the way to it, nothing follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Course, Round, StatusMap
from auditlib.audit.controls.site.deployments import Deployment
from auditlib.audit.controls.site.second_source import Match
from auditlib.audit.controls.subject import NO_EVIDENCE, NOT_APPLICABLE, Subject
from auditlib.audit.controls.trail import Trail
from auditlib.params.controls import ControlTest, Workflow
from auditlib.records.history import Time
from auditlib.records.names import NO_NAMES, Called


@dataclass(frozen=True, slots=True)
class Context:
    """What tests of all issues share.

    Attributes
    ----------
    called : Called
        What statuses, types and fields are and were called.
    deployments : mapping of str to sequence of Deployment, or None
        What the second source tells, by the issue keys that it names; None where no second source is given.
    matched : dict of str to sequence of Match
        By issue key, how those were judged; filled while issues are tested.
    """

    called: Called = NO_NAMES
    deployments: Mapping[str, Sequence[Deployment]] | None = None
    matched: dict[str, Sequence[Match]] = field(default_factory=dict, compare=False)
    _maps: dict[int, tuple[Workflow, StatusMap]] = field(default_factory=dict, repr=False, compare=False)

    def statuses(self, workflow: Workflow) -> StatusMap:
        """Return which statuses lie in which region of a workflow; made once for each."""
        known = self._maps.get(id(workflow))
        if known is None:  # the workflow is kept beside it, so that no other one takes its place in memory
            known = self._maps[id(workflow)] = (workflow, StatusMap(workflow, self.called))
        return known[1]


@dataclass(frozen=True, slots=True)
class Case:
    """One control test on one issue.

    Attributes
    ----------
    subject : Subject
    test : ControlTest
    context : Context
    trail : Trail
        The history, read once for all tests of the issue.
    statuses : StatusMap
    course : Course
        The statuses that it stood in and its rounds, by the regions of this test.
    """

    subject: Subject
    test: ControlTest
    context: Context
    trail: Trail
    statuses: StatusMap
    course: Course

    def result(
        self,
        outcome: str,
        evidence: str,
        one: Round | None = None,
        at: Time | None = None,
        ids: tuple[int, ...] = (),
        *,
        falls_due_later: bool = False,
    ) -> Result:
        """Return a row on this issue, of one of its rounds or of none."""
        number = None if one is None else one.number
        return Result(self.test.label, self.subject.key, number, outcome, at, evidence, ids, falls_due_later)

    def each_round(self, judge: Callable[[Round], Result]) -> list[Result]:
        """Judge each round whose go lies in the period; one row says so where there is none."""
        if not self.subject.whole:
            return [self.result(NO_EVIDENCE, "the history was not read as a whole")]
        rounds = self.course.in_period(self.subject)
        if not rounds:
            return [self.result(NOT_APPLICABLE, self._no_go())]
        return [judge(one) for one in rounds]

    def unknown(self, one: Round) -> Result | None:
        """Return the row of a round whose go the history does not show; None if it shows it."""
        if not one.why_not:
            return None
        step = one.go.step
        ids = () if step is None or step.history_id is None else (step.history_id,)
        return self.result(NO_EVIDENCE, one.why_not, one, None if step is None else step.at, ids)

    def _no_go(self) -> str:
        done = ", ".join(self.test.workflow.done)
        if self.course.rounds:
            return f"to status {done}: not in the period"
        return f"to status {done}: not until it was read"


Rule: TypeAlias = Callable[[Case], list[Result]]
"""A control test on an issue; returns at least one row."""

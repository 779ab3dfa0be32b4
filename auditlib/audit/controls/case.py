"""A case: one control test on one issue, with all that rules share. Pure.

A rule is given a case and returns rows. What holds for every test of a go is said here once: an issue that has not reached
it in the period is not concerned, and where the history does not show the way to it, nothing follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from auditlib.audit.controls.bursts import Bursts
from auditlib.audit.controls.fields import Fields
from auditlib.audit.controls.match import Deployment
from auditlib.audit.controls.members import Members
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Course, Round, StatusMap, Stay, is_one_of
from auditlib.audit.controls.subject import NO_EVIDENCE, NOT_APPLICABLE, Subject
from auditlib.audit.controls.trail import Trail, numbers, timestamp
from auditlib.params.controls import ControlTest, Workflow
from auditlib.records.history import Time
from auditlib.records.names import NO_NAMES, Called, folded


@dataclass(frozen=True, slots=True)
class Context:
    """What tests of all issues share.

    Attributes
    ----------
    called : Called
        What statuses, types and fields are and were called.
    members : mapping of (str, str, str) to Members
        Of roles and groups that controls name: kind (``role``, ``group``), name, and the project whose role it is (empty
        of a group). What could not be read is missing.
    bursts : Bursts or None
        What was done in bursts over all issues; None where only the issue itself is looked at.
    deployments : mapping of str to sequence of Deployment, or None
        What the second source tells, by the issue keys that it names; None where no second source is given.
    closed : mapping of str to (datetime or str)
        When issues that others link to were resolved, by their keys; an empty text where one is not; what was not read is
        missing.
    fields : Fields
        The fields that the parameters name.
    """

    called: Called = NO_NAMES
    members: Mapping[tuple[str, str, str], Members] = field(default_factory=dict)
    bursts: Bursts | None = None
    deployments: Mapping[str, Sequence[Deployment]] | None = None
    closed: Mapping[str, Time] = field(default_factory=dict)
    fields: Fields = field(init=False, repr=False, compare=False)
    _maps: dict[int, tuple[Workflow, StatusMap]] = field(default_factory=dict, repr=False, compare=False)
    _meant: dict[tuple[tuple[str, ...], str, str], bool] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up names of fields once."""
        object.__setattr__(self, "fields", Fields(self.called))

    def statuses(self, workflow: Workflow) -> StatusMap:
        """Return which statuses lie in which region of a workflow; made once for each."""
        known = self._maps.get(id(workflow))
        if known is None:  # the workflow is kept beside it, so that no other one takes its place in memory
            known = self._maps[id(workflow)] = (workflow, StatusMap(workflow, self.called))
        return known[1]

    def members_of(self, kind: str, name: str, project: str) -> Members | None:
        """Return the members of a role of a project, or of a group; None if they could not be read."""
        return self.members.get((kind, folded(name), project if kind == "role" else ""))

    def means(self, wanted: tuple[str, ...], stay: Stay) -> bool:
        """Say whether a stay is in one of some statuses that the parameters name."""
        key = (wanted, stay.status, stay.name)
        known = self._meant.get(key)
        if known is None:
            known = self._meant[key] = is_one_of(wanted, stay.status, stay.name, self.called)
        return known


@dataclass(slots=True)  # not frozen: a million issues have some millions of cases
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

    def in_period(self, at: Time) -> bool:
        """Say whether an instant lies in the period; one that can't be read may."""
        moment = timestamp(at)
        begins, ends = timestamp(self.subject.period_begins), timestamp(self.subject.period_ends)
        return moment is None or ((begins is None or begins <= moment) and (ends is None or moment < ends))

    def unknown(self, one: Round) -> Result:
        """Return the row of a round of which the history does not show all (`Round.why_not`)."""
        step = one.go.step
        at = None if step is None else step.at
        return self.result(NO_EVIDENCE, one.why_not, one, at, numbers(one.doubt, step))

    def _no_go(self) -> str:
        done = ", ".join(self.test.workflow.done)
        if self.course.rounds:
            return f"to status {done}: not in the period"
        return f"to status {done}: not until it was read"


Rule: TypeAlias = Callable[[Case], list[Result]]
"""A control test on an issue; returns at least one row."""

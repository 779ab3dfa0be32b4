"""CT-18, the workflow enforces the gate: does every way from the creation of an issue to done lead through it? Pure.

A version of a workflow is a graph of statuses by id. A way avoids the gate if it comes from an initial transition into a
status of done and enters none of the gate; a global transition leads on from every status, one that stays in its status leads
nowhere. Conditions, validators and approvals may stop somebody, and who sets them may take them away: they are told, and never
taken for a gate.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import is_one_of
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.workflows.versions import Held, Known, in_period
from auditlib.params.controls import ControlTest, Regions
from auditlib.phrases import clauses, listed, minute
from auditlib.records.audit_log import text_or_none
from auditlib.records.names import NO_NAMES, Called, folded
from auditlib.records.workflow_log import Logged
from auditlib.records.workflow_rules import gates
from auditlib.records.workflows import GLOBAL, INITIAL, Transition, Workflow
from auditlib.times import Period

_MOST: Final = 3
"""Rules of one way that are told; beyond them only how many more there are."""

_Step = tuple[str, Transition]
"""The id of the status into which a transition leads, and the transition."""


def workflow_enforces_gate(  # noqa: PLR0917 - what is known of the workflows, as `workflows_table` takes it
    test: ControlTest,
    held: Sequence[Held],
    versions: Mapping[str, Sequence[Known]],
    logged: Sequence[Logged],
    period: Period,
    called: Called = NO_NAMES,
    swapped: pd.DataFrame | None = None,
) -> list[Result]:
    """Test each version that was in force in the period.

    Parameters
    ----------
    test : ControlTest
    held : sequence of Held
        The issue types of the listed projects; those that the control applies to count.
    versions : mapping of str to sequence of Known
        By workflow id, the oldest first.
    logged : sequence of Logged
        What the log records of workflows: a workflow that was made in the period has nothing before.
    period : Period
    called : Called
        What statuses are and were called: a name means every id that has or had it.
    swapped : DataFrame, optional
        The changes of configuration that the log records, as `permission_changes.permission_changes`: a project that got
        another workflow scheme in the period had other workflows before.

    Returns
    -------
    list of Result
        By workflow: a row for each version, for the time before the first that is known, and for a workflow of which Jira
        told no transitions; then one for each other scheme that a project had in the period.
    """
    concerned = [one for one in held if _concerns(test, one)]
    groups = _by_workflow(concerned)
    names = Counter(one[0].name for one in groups)
    found: list[Result] = []
    for told in sorted(groups, key=lambda one: (one[0].name, one[0].workflow_id, one[0].project, one[0].issue_type)):
        name = told[0].name or f"workflow of {told[0].issue_type} of {told[0].project}"
        name = f"{name} ({told[0].workflow_id})" if names[told[0].name] > 1 and told[0].workflow_id else name
        one = _Tested(test, name, told, called, period)
        known = versions.get(told[0].workflow_id, ())
        found += one.versions(known, logged) if known else [one.unread()]
    projects = {one.project for one in concerned}
    return found if swapped is None else [*found, *_swaps(test, swapped, projects, period)]


def _swaps(test: ControlTest, changes: pd.DataFrame, projects: Collection[str], period: Period) -> Iterator[Result]:
    """Yield a row for each time that a project got another workflow scheme: what held before is not told."""
    of_workflows = changes[(changes["kind"] == "scheme swapped") & (changes["scheme_kind"] == "workflow")]
    for row in of_workflows[period.holds(of_workflows["at"])].itertuples():
        if row.does == "added" and row.project in projects:
            at = row.at.to_pydatetime().astimezone(period.zone)
            before = text_or_none(row.before) or "another one, or none"
            said = (
                f"the workflow scheme of {row.project} is {row.scheme} from {minute(at, period.zone)} on, before that it was "
                f"{before}: which workflows held then is not told"
            )
            yield Result(
                test.label, f"workflow scheme of {row.project}, before log {row.id}", None, NO_EVIDENCE, at, said
            )


def _concerns(test: ControlTest, held: Held) -> bool:
    """Say whether a control is about the issues of a type in a project."""
    applies = test.given.applies_to
    if applies is None:
        return True
    of_type = not applies.issue_type or folded(held.issue_type) in map(folded, applies.issue_type)
    return of_type and (not applies.project or held.project in applies.project)


def _by_workflow(held: Iterable[Held]) -> list[list[Held]]:
    """Put together the issue types that have the same workflow; of one that is not told, each type stands alone."""
    found: dict[tuple[str, ...], list[Held]] = {}
    for one in held:
        name = ("name", one.name) if one.name else ("type", one.project, one.issue_type)
        found.setdefault(("id", one.workflow_id) if one.workflow_id else name, []).append(one)
    return list(found.values())


@dataclass(frozen=True)
class _Tested:
    """A workflow that is tested, how it is called, and the issue types that have it."""

    test: ControlTest
    name: str
    held: Sequence[Held]
    called: Called
    period: Period

    def is_in(self, regions: Regions) -> Callable[[str, str], bool]:
        """Return what says of the id and the name of a status whether a region holds it."""
        return lambda identity, name: is_one_of(regions, identity, name, self.called)

    @property
    def types(self) -> str:
        """The issue types that have the workflow: ``Change of OPS``."""
        return listed([f"{one.issue_type} of {one.project}" for one in self.held])

    def result(self, key: str, outcome: str, evidence: str, at: datetime | None = None) -> Result:
        return Result(self.test.label, key, None, outcome, at, evidence)

    def versions(self, known: Sequence[Known], logged: Sequence[Logged]) -> Iterator[Result]:
        """Yield a row for each version in force in the period, and one for the time before the first."""
        before = self._before(known[0], logged)
        yield from () if before is None else (before,)
        for _, one, ends in in_period(known, self.period):
            if one.begins is None or one.begins < self.period.ends:
                yield self._version(one, ends)

    def _version(self, known: Known, ends: datetime | None) -> Result:
        workflow, done, gate = known.workflow, self.is_in(self.test.workflow.done), self.is_in(self.test.workflow.gate)
        key, force = f"{self.name}, {_number(known)}", self._force(known.begins, ends)
        at = None if known.begins is None else known.begins.astimezone(self.period.zone)
        if not any(done(one.id, one.name) for one in workflow.statuses):
            none = f"{force}; it has no status of {listed(self.test.workflow.done)}"
            return self.result(key, NOT_APPLICABLE, none, at)
        if not _creating(workflow):
            return self.result(key, NO_EVIDENCE, f"{force}; Jira told no transition with which an issue is created", at)
        way = shortest_way(workflow, gate, done)
        if way is not None:
            avoids = f"{force}; it can be done without {listed(self.test.workflow.gate)}: {_in_words(way)}"
            return self.result(key, EXCEPTION, f"{avoids}{_stopping(way, workflow)}", at)
        passed = f"{force}; every way from the creation to {listed(self.test.workflow.done)} leads through the gate"
        return self.result(key, PASS, f"{passed}{_again(workflow, gate, done)}", at)

    def _force(self, begins: datetime | None, ends: datetime | None) -> str:
        """Say for which issue types a version was in force, and when."""
        since = "since when is not told" if begins is None else f"from {minute(begins, self.period.zone)}"
        until = "" if ends is None else f" to {minute(ends, self.period.zone)}"
        return f"in force for {self.types} {since}{until}"

    def _before(self, first: Known, logged: Sequence[Logged]) -> Result | None:
        """Return a row for the part of the period of which no version is known; None if there is none."""
        begins, key = first.begins, f"{self.name}, before {_number(first)}"
        if begins is None:
            return self.result(
                key, NO_EVIDENCE, f"since when {_number(first)} is in force is not told, nor what was before"
            )
        made = any(
            one.workflow == first.workflow.name and one.done == "created" and self.period.begins <= one.at <= begins
            for one in logged
        )
        if made or begins <= self.period.begins:
            return None
        said = f"what it said before {minute(begins, self.period.zone)} is known neither from Jira nor from an archive"
        return self.result(key, NO_EVIDENCE, said, begins.astimezone(self.period.zone))

    def unread(self) -> Result:
        """Return the row of a workflow of which no version is told."""
        done, statuses = self.is_in(self.test.workflow.done), [name for one in self.held for name in one.statuses]
        if statuses and not any(done("", one) for one in statuses):
            none = f"{self.types} has no status of {listed(self.test.workflow.done)}"
            return self.result(self.name, NOT_APPLICABLE, none)
        said = f"Jira did not tell the transitions of the workflow of {self.types}"
        return self.result(self.name, NO_EVIDENCE, said)


def shortest_way(
    workflow: Workflow, gate: Callable[[str, str], bool], done: Callable[[str, str], bool]
) -> tuple[Transition, ...] | None:
    """Return the shortest way from the creation to done that enters no status of the gate; None if there is none.

    Parameters
    ----------
    workflow : Workflow
    gate, done : callable
        Say of the id and the name of a status whether it belongs to the gate, to done.

    Notes
    -----
    Of ways that are equally short, the one whose transitions come first in Jira's answer.
    """
    return _way(workflow, [(one.target_id, one) for one in _creating(workflow)], gate, done)


def _creating(workflow: Workflow) -> list[Transition]:
    """Return the transitions with which an issue is created, of those of which Jira told into which status they lead."""
    return [one for one in workflow.transitions if one.kind == INITIAL and one.target]


def _way(
    workflow: Workflow,
    begins: Iterable[_Step],
    gate: Callable[[str, str], bool],
    done: Callable[[str, str], bool],
) -> tuple[Transition, ...] | None:
    """Search from some steps on, nearest first."""
    seen: set[str] = set()
    waiting: deque[tuple[str, tuple[Transition, ...]]] = deque()

    def enter(status: str, way: tuple[Transition, ...]) -> tuple[Transition, ...] | None:
        name = way[-1].target
        if status in seen or gate(status, name):
            return None
        if done(status, name):
            return way
        seen.add(status)
        waiting.append((status, way))
        return None

    for status, one in begins:
        if (found := enter(status, (one,))) is not None:
            return found
    while waiting:
        status, way = waiting.popleft()
        for one in _leaving(workflow, status):
            if (found := enter(one.target_id, (*way, one))) is not None:
                return found
    return None


def _leaving(workflow: Workflow, status: str) -> list[Transition]:
    """Return the transitions that lead from a status into one; those that stay where they are lead nowhere."""
    return [one for one in workflow.transitions if one.target and (one.kind == GLOBAL or status in one.origin_ids)]


def _again(workflow: Workflow, gate: Callable[[str, str], bool], done: Callable[[str, str], bool]) -> str:
    """Say whether an issue that was done can be opened and done again without the gate; empty if it can't.

    The control asks about the way from the creation; of each round of an issue, CT-01 tells what was done.
    """
    for status in workflow.statuses:
        if not done(status.id, status.name):
            continue
        opened = [(one.target_id, one) for one in _leaving(workflow, status.id) if not done(one.target_id, one.target)]
        way = _way(workflow, opened, gate, done)
        if way is not None:
            shown = _in_words(way, status.name)
            return f"; once done, an issue can be opened and done again without it: {shown}"
    return ""


def _in_words(way: Sequence[Transition], begins: str = "new") -> str:
    """Return a way with its statuses and, in brackets, the transitions into them: ``new → Open (Create) → Done (Finish)``."""
    steps = [
        f"{one.target} ({one.name or 'a transition without a name'}{', from any status' if one.kind == GLOBAL else ''})"
        for one in way
    ]
    return " → ".join([begins, *steps])


def _stopping(way: Sequence[Transition], workflow: Workflow) -> str:
    """Name the rules on a way that may stop somebody, which are no gate."""
    rules = [f"{one.name}: {words}" for one in way for words in gates(one.rules)] + list(workflow.approvals)
    return f"; rules that may stop somebody there, and are no gate: {clauses(rules, _MOST, ', ')}" if rules else ""


def _number(known: Known) -> str:
    number = known.workflow.number
    return "a version without a number" if number is None else f"version {number}"

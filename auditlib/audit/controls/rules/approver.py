"""Rules on who approved: neither asked for it nor did it, was entitled to, and was not alone. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import (
    deciding,
    entries_into,
    gates_before,
    nobody_approved,
)
from auditlib.audit.controls.people import Circle, Involved, beneficiaries, requesters, workers
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Approved, Gate, Round
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS
from auditlib.audit.controls.trail import numbers

_TAKES: Final = MappingProxyType(
    {
        "role": "Administer Jira, or Administer Projects in its project",
        "group": "Browse users and groups, or Administer Jira",
    }
)
"""The right that lets an account read who is in a role or group (Atlassian's description of the interface)."""


def independent_approver(case: Case) -> list[Result]:
    """CT-04: the person of the deciding gate neither asked for the change nor made it."""

    def judge(one: Round) -> Result:
        found = deciding(case, one)
        return found if isinstance(found, Result) else _independent(case, one, found)

    return case.each_round(judge)


def _independent(case: Case, one: Round, found: Approved) -> Result:
    circle = joined(requesters(case, found.gate), workers(case, one))
    gate = next((each for each in found.beside if circle.of(each.by) is None), found.gate)
    involved = circle.of(gate.by)
    if involved is not None:
        return conflict(case, one, gate, involved)
    doubt = doubts(circle)
    if doubt:
        return case.result(NO_EVIDENCE, f"{gate.shown}; {doubt}", one, gate.at, numbers(gate))
    shown = f"{gate.shown}; {_told_apart(circle)}"
    return case.result(PASS, shown, one, gate.at, numbers(gate))


def conflict(case: Case, one: Round, gate: Gate, involved: Involved) -> Result:
    """Return the row of a gate whose person belongs to those who may not approve."""
    return case.result(EXCEPTION, f"{gate.shown}; {involved.shown}", one, gate.at, numbers(gate, involved))


def joined(*circles: Circle) -> Circle:
    """Put together those who may not approve."""
    return Circle(
        tuple(one for circle in circles for one in circle.people),
        tuple(text for circle in circles for text in circle.missing),
    )


def doubts(circle: Circle) -> str:
    """Say why it is not known who belongs to a circle; empty if it is known."""
    if circle.missing:
        return "; ".join(circle.missing)
    unnamed = circle.unnamed
    return f"{unnamed.shown}, of whom Jira gives no account" if unnamed else ""


def _told_apart(circle: Circle) -> str:
    names = dict.fromkeys(one.called for one in circle.people)
    return f"asked for or made by {', '.join(names)}" if names else "Jira names nobody who asked for it or made it"


def entitled_approver(case: Case) -> list[Result]:
    """CT-05: the person of the deciding gate is a member of the role or group named."""

    def judge(one: Round) -> Result:
        found = deciding(case, one)
        return found if isinstance(found, Result) else _entitled(case, one, found)

    return case.each_round(judge)


def _entitled(case: Case, one: Round, found: Approved) -> Result:
    given, gate = case.test.given, found.gate
    groups = [("role", given.role), ("group", given.group)]
    said, unread = [], []
    for kind, name in groups:
        if name is None:
            continue
        members = case.context.members_of(kind, name, case.subject.project)
        if members is None:
            unread.append(f"the members of {kind} {name} could not be read, which takes {_TAKES[kind]}")
            continue
        for each in found.beside:
            is_member, by = members.holds(each.by, each.at)
            if is_member:
                shown = f"{each.shown}; a member of {kind} {name} ({by})"
                return case.result(PASS, shown, one, each.at, numbers(each))
            if is_member is None:
                unread.append(by)
            said.append(f"no member of {kind} {name} ({by})")
    if unread:
        return case.result(NO_EVIDENCE, f"{gate.shown}; {'; '.join(unread)}", one, gate.at, numbers(gate))
    return case.result(EXCEPTION, f"{gate.shown}; {'; '.join(said)}", one, gate.at, numbers(gate))


# Two approvals


def two_approvals(case: Case) -> list[Result]:
    """CT-14: two persons approved before the go, neither of them the beneficiary, a requester or a worker."""

    def judge(one: Round) -> Result:
        first = gates_before(case, one)
        if isinstance(first, Result):
            return first
        wanted = case.test.given.second_gate
        return _two(case, one, first, entries_into(case, one, wanted) if wanted else None)

    return case.each_round(judge)


def _two(case: Case, one: Round, first: list[Gate], second: list[Gate] | None) -> Result:
    """Judge the approvals of a round; without a second gate two entries into the first are needed."""
    go = one.go_step
    every = [*first, *(second or ())]
    if not first or (len(first) < 2 if second is None else not second):
        said = "only one of two approvals" if every else "no approval"
        parts = [*(gate.shown for gate in every), one.go_shown, f"{said} before it in this round"]
        return case.result(EXCEPTION, "; ".join(parts), one, go.at, numbers(*every, go))
    persons = [gate for gate in first if gate.by_person]
    others = persons if second is None else [gate for gate in second if gate.by_person]
    pair = next(((it, last) for last in reversed(others) for it in reversed(persons) if it.by != last.by), None)
    if pair is not None:
        return _neither(case, one, *pair)
    by_nobody = [gate for gate in every if not gate.by_person]
    if by_nobody:
        return nobody_approved(case, one, by_nobody)
    shown = f"{'; '.join(gate.shown for gate in every)}: both by one person"
    return case.result(EXCEPTION, shown, one, every[-1].at, numbers(*every))


def _neither(case: Case, one: Round, first: Gate, second: Gate) -> Result:
    """Judge two approvals by two persons: neither may be of those who get, asked for or made it."""
    pair = sorted((first, second), key=lambda gate: gate.place)
    of_work, found = workers(case, one), list[tuple[Gate, Circle]]()
    for gate in pair:
        found.append((gate, joined(beneficiaries(case, gate), requesters(case, gate), of_work)))
    for gate, circle in found:
        involved = circle.of(gate.by)
        if involved is not None:
            return conflict(case, one, gate, involved)
    shown = "; ".join(gate.shown for gate in pair)
    doubt = next((text for gate, circle in found if (text := doubts(circle))), "")
    if doubt:
        return case.result(NO_EVIDENCE, f"{shown}; {doubt}", one, pair[-1].at, numbers(*pair))
    return case.result(PASS, f"{shown}; {_told_apart(found[-1][1])}", one, pair[-1].at, numbers(*pair))

"""Rules on the approval of a change: it came before the go. Pure.

Only a person can approve. Where a gate was entered by something else, an app or an account that names nobody, a person may
have decided behind it, which the history does not show: no evidence, neither a pass nor an exception.
"""

from __future__ import annotations

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import gates_before, nobody_approved
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Round
from auditlib.audit.controls.subject import EXCEPTION, PASS
from auditlib.audit.controls.trail import numbers, told


def approved_before_go(case: Case) -> list[Result]:
    """CT-01: each go has a gate in its round before it, whatever came after."""

    def judge(one: Round) -> Result:
        found = gates_before(case, one)
        if isinstance(found, Result):
            return found
        go = one.go.step
        assert go is not None  # noqa: S101 - a round without an entry is unknown, above
        shown = told(go, one.go.name)
        if not found:
            return case.result(EXCEPTION, f"{shown}; no approval before it in this round", one, go.at, numbers(go))
        by_people = [gate for gate in found if gate.by_person]
        if not by_people:
            return nobody_approved(case, one, found)
        gate = by_people[-1]
        ids = tuple(number for number in (gate.number, go.history_id) if number is not None)
        return case.result(PASS, f"{gate.shown}; {shown}", one, gate.at, ids)

    return case.each_round(judge)

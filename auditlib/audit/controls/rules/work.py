"""Rules on the work of a change: authorised before it began. Pure."""

from __future__ import annotations

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import entries_into, nobody_approved
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import WORKING, Round
from auditlib.audit.controls.subject import EXCEPTION, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import numbers, told


def authorised_before_work(case: Case) -> list[Result]:
    """CT-07: before work began in a round, its design gate was entered."""

    def judge(one: Round) -> Result:
        if one.why_not:
            return case.unknown(one)
        work = next((stay for stay in one.before_go if stay.regions & WORKING), None)
        if work is None:
            shown = f"{one.go_shown}; never in {', '.join(case.test.workflow.working)} in this round"
            return case.result(NOT_APPLICABLE, shown, one)
        began = f"created in {work.name}" if work.step is None else told(work.step, work.name)
        at = case.subject.created if work.step is None else work.step.at
        own = () if work.step is None else (work.step,)
        gates = [gate for gate in entries_into(case, one, case.test.given.design_gate) if gate.place < work.place]
        if not gates:
            return case.result(EXCEPTION, f"{began}; work was not authorised before", one, at, numbers(*own))
        by_people = [gate for gate in gates if gate.by_person]
        if not by_people:
            return nobody_approved(case, one, gates)
        gate = by_people[-1]
        return case.result(PASS, f"{gate.shown}; {began}", one, gate.at, numbers(gate, *own))

    return case.each_round(judge)

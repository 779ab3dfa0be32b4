"""Rules on the approval of a change: before its go, still standing then, of what was done. Pure.

Only a person can approve. Where a gate was entered by something else, an app or an account that names nobody, a person may
have decided behind it, which the history does not show: no evidence, neither a pass nor an exception.
"""

from __future__ import annotations

from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import difference, is_change
from auditlib.audit.controls.gates import deciding, gates_before, nobody_approved, withdrawn
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Approved, Round
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS
from auditlib.audit.controls.trail import END, Mark, numbers, told

SHOWN: Final = 5
"""Changes that are shown one by one; of more, their number."""


def approved_before_go(case: Case) -> list[Result]:
    """CT-01: each go has a gate in its round before it, whatever came after."""

    def judge(one: Round) -> Result:
        found = gates_before(case, one)
        if isinstance(found, Result):
            return found
        go = one.go_step
        if not found:
            shown = f"{one.go_shown}; no approval before it in this round"
            return case.result(EXCEPTION, shown, one, go.at, numbers(go))
        by_people = [gate for gate in found if gate.by_person]
        if not by_people:
            return nobody_approved(case, one, found)
        gate = by_people[-1]
        return case.result(PASS, f"{gate.shown}; {one.go_shown}", one, gate.at, numbers(gate, go))

    return case.each_round(judge)


def approval_still_stood(case: Case) -> list[Result]:
    """CT-02: between the last gate and the go the issue did not leave the approved region backwards."""

    def judge(one: Round) -> Result:
        found = deciding(case, one)
        return found if isinstance(found, Result) else _still_stood(case, one, found)

    return case.each_round(judge)


def _still_stood(case: Case, one: Round, found: Approved) -> Result:
    go, gate = one.go_step, found.gate
    back = withdrawn(case, one, gate)
    if back is None:
        return case.result(PASS, f"{gate.shown}; {one.go_shown}", one, gate.at, numbers(gate, go))
    step, left = back.step, told(back.step, back.step.after_text)
    shown = f"{gate.shown}; {left}: back, and not approved again; {one.go_shown}"
    return case.result(EXCEPTION, shown, one, step.at, numbers(gate, step, go))


def approved_was_done(case: Case) -> list[Result]:
    """CT-03: no protected field changed between the deciding gate and the go."""

    def judge(one: Round) -> Result:
        found = deciding(case, one)
        return found if isinstance(found, Result) else _was_done(case, one, found)

    return case.each_round(judge)


def _was_done(case: Case, one: Round, found: Approved) -> Result:
    gate, go = found.gate, one.go_step
    changed: list[Mark] = []
    missing: list[str] = []
    for wanted in case.test.given.protected:
        chains = case.context.fields.marks(case.subject, case.trail, wanted)
        if not case.context.fields.is_known(case.subject, case.trail, wanted):
            missing.append(f"Jira sent no field {wanted} and no change of it")
        for chain in chains:
            changed += [it for it in chain if gate.place < it.place <= one.go.place and is_change(it.step)]
            missing += _breaks(case, chain, gate.place, one.go.place)
    if changed:
        changed.sort(key=lambda mark: mark.place)
        shown = f"{gate.shown}; {changes_shown(changed)}; {one.go_shown}"
        return case.result(
            EXCEPTION, shown, one, changed[0].step.at, numbers(gate, *(mark.step for mark in changed), go)
        )
    if missing:
        return case.result(NO_EVIDENCE, f"{gate.shown}; {'; '.join(missing)}", one, gate.at, numbers(gate, go))
    shown = f"{gate.shown}; {', '.join(case.test.given.protected)} did not change; {one.go_shown}"
    return case.result(PASS, shown, one, gate.at, numbers(gate, go))


def _breaks(case: Case, chain: list[Mark], gate: int, go: int) -> list[str]:
    """Say where a history does not show how a text came to what it held later, if that may have been between gate and go.

    Only texts are compared: of what has ids a history may note each thing that is added or removed, and names change.
    """
    found = []
    for mark, after in zip(chain, [*chain[1:], None], strict=True):
        step = mark.step
        if after is not None:
            holds, until, when = after.step.before_text, after.place, f"before history {after.step.history_id}"
            is_text = not (step.after or after.step.before)
        else:
            today = case.subject.fields.get("summary") if chain is case.trail.of("summary") else None
            holds, until, when = today.text if today else "", END, "today"
            is_text = today is not None
        if is_text and mark.place < go and until > gate and holds.split() != step.after_text.split():
            found.append(f"{told(step, step.field)}: it held something else {when}, and no history entry leads there")
    return found


def changes_shown(changed: list[Mark]) -> str:
    """Show changes of fields with what they held before and after."""
    shown = [f"{told(step, f'{step.field}: {difference(step)}')}" for _, step in changed[:SHOWN]]
    more = len(changed) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)

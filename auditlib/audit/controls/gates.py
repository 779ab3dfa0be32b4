"""The gates of a round, of whatever kind a control asks for: statuses, a field that was set, approvals. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import fields_meant, holds_one_of
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import GATE, Approved, Gate, Round, behind, entered, first_back, gate_of, mark_of
from auditlib.audit.controls.subject import NO_EVIDENCE, NOT_APPLICABLE
from auditlib.audit.controls.trail import Mark, moment, numbers, timestamp
from auditlib.params.controls import FieldValues
from auditlib.records.actors import PERSON, UNKNOWN
from auditlib.records.history import Change
from auditlib.records.service_desk import APPROVED


def gates_before(case: Case, one: Round) -> list[Gate] | Result:
    """Return the approvals of a round before its go, oldest first; a row that says what is missing where nothing follows."""
    if one.why_not:
        return case.unknown(one)
    if case.test.given.approvals:
        if case.subject.approvals is None:
            return case.result(NO_EVIDENCE, "its approvals in Jira Service Management were not read", one)
        unread = next((each for each in _approvals(case, one) if timestamp(each.at) is None), None)
        if unread is not None:
            return case.result(NO_EVIDENCE, f"{unread.shown}: its time can't be read", one)
    found = _gates(case, one)
    wanted = case.test.given.gate_field
    said = _undated(case, one, wanted) if wanted is not None and not found else ""
    return case.result(NO_EVIDENCE, said, one) if said else found


def _gates(case: Case, one: Round) -> list[Gate]:
    """Return the approvals of a round before its go: statuses, unless the control asks for a field or for approvals."""
    wanted = case.test.given.gate_field
    if wanted is None and not case.test.given.approvals:
        return one.gates
    found = _field_gates(case, one, wanted) if wanted is not None else []
    found += _approvals(case, one) if case.test.given.approvals else []
    return sorted(found, key=lambda gate: gate.place)


def every_gate(case: Case) -> list[Gate]:
    """Return all approvals of an issue, in whatever round, oldest first."""
    given = case.test.given
    found = [*_set(case, given.gate_field)] if given.gate_field is not None else []
    found += _given(case) if given.approvals else []
    if given.gate_field is None and not given.approvals:
        found = [gate_of(stay) for stay in case.course.stays if stay.regions & GATE and stay.step is not None]
    return sorted(found, key=lambda gate: gate.place)


def entries_into(case: Case, one: Round, wanted: tuple[str, ...]) -> list[Gate]:
    """Return the entries into some statuses in a round before its go, oldest first."""
    return [
        gate_of(stay)
        for stay in one.before_go
        if stay.step is not None and stay.place < one.go.place and case.context.means(wanted, stay)
    ]


def deciding(case: Case, one: Round) -> Approved | Result:
    """Return the approval that decides on a round, or the row that says why there is none."""
    given = case.test.given
    of_status = given.gate_field is None and not given.approvals
    if of_status and one.approved is not None:
        return one.approved
    found = gates_before(case, one)
    if isinstance(found, Result):
        return found
    if not found:
        return case.result(NOT_APPLICABLE, f"{one.go_shown}; no approval before it in this round", one)
    by_people = [gate for gate in found if gate.by_person]
    if not by_people:
        return nobody_approved(case, one, found)
    last = by_people[-1]
    moment_of = (last.place, last.history_id, last.at)
    beside = tuple(gate for gate in by_people if (gate.place, gate.history_id, gate.at) == moment_of)
    approved = Approved(last, beside)
    if of_status:
        one.approved = approved
    return approved


def nobody_approved(case: Case, one: Round, gates: Sequence[Gate]) -> Result:
    """Return the row of a round in which no person is shown to have approved."""
    gate = gates[-1]
    return case.result(
        NO_EVIDENCE,
        f"{gate.shown}: {whose(gate)}, so no person is shown to have approved",
        one,
        gate.at,
        numbers(*gates),
    )


def whose(gate: Gate) -> str:
    """Say of what kind the actor of a gate is that is no person who can be told from others."""
    if gate.kind == PERSON or (gate.kind == UNKNOWN and not gate.by):
        return "Jira names nobody"
    return f"its author is of the kind {gate.kind!r}"


def withdrawn(case: Case, one: Round, since: Gate) -> Mark | None:
    """Return the first change by which an issue left the approved region backwards between a gate and the go, if it did."""
    back, wanted = _status_back(case, one, since), case.test.given.gate_field
    if wanted is None:
        return back
    unset = (mark for mark in _changes(case, wanted) if not _sets(mark.step, wanted))
    taken = next((mark for mark in unset if since.place < mark.place < one.go.place), None)
    return min((mark for mark in (back, taken) if mark is not None), key=lambda mark: mark.place, default=None)


def _status_back(case: Case, one: Round, since: Gate) -> Mark | None:
    if one.stays[one.last - 1].place <= since.place:
        return None
    rounds = [*case.course.rounds[: one.number - 1], one]
    firsts = [next((gate.place for gate in _gates(case, each)), None) for each in rounds]
    back = first_back(one, behind(rounds, firsts), since.place, case.statuses)
    return None if back is None else mark_of(back)


def _field_gates(case: Case, one: Round, wanted: FieldValues) -> list[Gate]:
    """Return each setting of a field to one of the values in a round."""
    begins = one.stays[one.first].place
    return [gate for gate in _set(case, wanted) if begins <= gate.place < one.go.place]


def _set(case: Case, wanted: FieldValues) -> Iterator[Gate]:
    """Yield each setting of a field to one of the values."""
    for place, step in _changes(case, wanted):
        if _sets(step, wanted):
            yield entered(place, step, f"{step.field} {step.after_text or step.after}")


def _undated(case: Case, one: Round, wanted: FieldValues) -> str:
    """Say that a field may have approved without an entry that leads to it; empty if it surely did not."""
    changes, values = _changes(case, wanted), fields_meant(case.subject, wanted.field, case.context.called)
    if not changes and not values:
        if case.context.fields.is_known(case.subject, case.trail, wanted.field):
            return f"what {wanted.field} holds was not read, and no history entry changed it"
        return f"Jira sent no field {wanted.field} and no change of it"
    held = [value.text for value in values.values()]
    if changes:
        held = [changes[0].step.before_text] if changes[0].place >= one.go.place else []
    return next(
        (
            f"{wanted.field} is {text}: no history entry leads there"
            for text in held
            if holds_one_of(text, wanted.values)
        ),
        "",
    )


def _changes(case: Case, wanted: FieldValues) -> list[Mark]:
    marks = case.context.fields.marks(case.subject, case.trail, wanted.field)
    return sorted((mark for chain in marks for mark in chain), key=lambda mark: mark.place)


def _sets(step: Change, wanted: FieldValues) -> bool:
    """Say whether a change leaves a field with one of the values."""
    return step.after in wanted.values or holds_one_of(step.after_text, wanted.values)


def _approvals(case: Case, one: Round) -> list[Gate]:
    """Return the approvals of Jira Service Management that were given in a round, or may have been.

    They stand in no history: at the same moment as an entry an approval comes first, since it sets off the transition.
    """
    begin, go = one.stays[one.first].step, one.go.step
    since = timestamp(case.subject.created if begin is None else begin.at)
    until = None if go is None else timestamp(go.at)
    found = [(timestamp(gate.at), gate) for gate in _given(case)]
    return [
        gate for at, gate in found if at is None or ((since is None or since <= at) and (until is None or at <= until))
    ]


def _given(case: Case) -> Iterator[Gate]:
    """Yield the approvals of Jira Service Management that were given, one for each who approved.

    Jira tells when the approval as a whole was decided, not when each approver was.
    """
    for approval in case.subject.approvals or ():
        if approval.decision != APPROVED:
            continue
        at = approval.completed
        place = _place_at(case, timestamp(at))
        for each in approval.approvers:
            if each.decision == APPROVED:
                who = each.actor
                shown = f"approval {approval.id} {approval.name!r} {moment(at)} by {who.name or 'nobody'}"
                yield Gate(place, at, who.id, who.name, who.nobody, who.kind, None, shown)


def _place_at(case: Case, at: float | None) -> int:
    """Return the place of the last history entry before an instant, so that what came with it or after it comes later."""
    before = (place for place, when in case.trail.times if when is not None and at is not None and when < at)
    return max(before, default=-1)

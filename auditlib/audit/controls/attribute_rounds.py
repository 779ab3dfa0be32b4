"""Attribute tests by rounds: each time that the deciding event happened is judged by what came before it in its round. Pure.

A round goes from the creation, or from the last time that the state was left, to the next time that it was entered, as in
`rounds`. So what came after an event does not make up for what was missing before it. An issue has the gravest outcome of its
rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from auditlib.audit.controls.attribute_events import (
    Asked,
    Happening,
    best,
    created_as,
    field_before,
    happened,
    happenings,
    is_past,
    named,
    not_yet,
    without_time,
)
from auditlib.audit.controls.fields import held_at
from auditlib.audit.controls.rounds import Course, Round, StatusMap, behind, first_back, mark_of
from auditlib.audit.controls.subject import (
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    Outcome,
    Person,
    Value,
)
from auditlib.audit.controls.trail import Mark, timestamp, told
from auditlib.params.attributes import Event, FilledBefore, Order, Test, ToStatus
from auditlib.params.controls import Workflow
from auditlib.records.actors import PERSON


class Turn(NamedTuple):
    """One time that an event happened, at the end of its round.

    Attributes
    ----------
    begins : int
        Place of the entry by which the round begins; -1 is the creation.
    event : Happening or None
        That ends the round; None where nothing follows from it.
    why_not : str
        What is missing, so that nothing follows; empty if nothing is.
    doubtful : int or None
        Id of the entry that does not show it.
    round : Round or None
        The round of the statuses, where the event is a status.
    """

    begins: int
    event: Happening | None
    why_not: str = ""
    doubtful: int | None = None
    round: Round | None = None


def by_each_round(asked: Asked, test: Test) -> Outcome | None:
    """Judge an attribute by rounds; None for a test that has none: a time limit, what hangs on the issue, fields alone."""
    if test.order is not None and test.order.then != "created":
        return _order(asked, test.order)
    if test.filled_before is not None and test.filled_before.event != "created":
        return _filled_before(asked, test.filled_before)
    if test.different_people is not None:
        return _different_people(asked, test.different_people)
    return None


# Rounds


def _judged(asked: Asked, event: Event, turns: Sequence[Turn], judge: Callable[[Turn, Happening], Outcome]) -> Outcome:
    """Return the gravest outcome of the rounds of an event; of passes the last."""
    if not asked.subject.whole:
        return Outcome(NO_EVIDENCE, f"{named(event)}: the history was not read as a whole")
    if not turns:
        return not_yet(asked, event)
    found = []
    for turn in turns:
        if turn.event is None:
            found.append(Outcome(NO_EVIDENCE, f"{named(event)}: {turn.why_not}", turn.doubtful))
        else:
            found.append(judge(turn, turn.event))
    grave = [OUTCOMES.index(one.outcome) for one in found]
    first = grave.index(min(grave))
    at = len(found) - 1 if found[first].outcome == PASS else first
    gravest = found[at]
    said = f"round {at + 1} of {len(found)}: {gravest.evidence}" if len(found) > 1 else gravest.evidence
    return Outcome(gravest.outcome, said, gravest.history_id)


def _statuses(asked: Asked, done: ToStatus, gate: tuple[str, ...] = ()) -> StatusMap:
    return StatusMap(Workflow(gate=gate, done=(done.to_status,)), asked.called)


def _turns(asked: Asked, event: Event) -> list[Turn]:
    if isinstance(event, ToStatus):
        return _of_status(asked, _statuses(asked, event))
    return _of_resolution(asked)


def _of_status(asked: Asked, statuses: StatusMap) -> list[Turn]:
    found = []
    for one in Course(asked.subject, asked.trail, statuses).rounds:
        go, begins = one.go, one.stays[one.first].place
        if one.why_not:
            doubtful = next((step.history_id for step in (one.doubt, go.step) if step is not None), None)
            found.append(Turn(begins, None, one.why_not, doubtful, one))
        else:
            event = happened(Mark(go.place, one.go_step), one.go_step.after_text)
            found.append(Turn(begins, event, round=one))
    return found


def _of_resolution(asked: Asked) -> list[Turn]:
    """Return each time that a resolution was set where there was none."""
    marks, found, begins = asked.trail.of("resolution"), list[Turn](), -1
    held = bool(marks) and bool(marks[0].step.before or marks[0].step.before_text)
    if held:
        found.append(Turn(begins, None, "no history entry shows it: it was created so"))
    for mark in marks:
        sets = bool(mark.step.after or mark.step.after_text)
        if held:
            begins = mark.place
        elif sets and timestamp(mark.step.at) is None:
            why_not = f"{told(mark.step, 'resolved')}: its time can't be read"
            found.append(Turn(begins, None, why_not, mark.step.history_id))
        elif sets:
            found.append(Turn(begins, happened(mark, f"resolved {mark.step.after_text}")))
        held = sets
    if is_past(asked, "resolved") and not held:
        found.append(Turn(begins, None, "today's state says so, and no history entry shows it"))
    return found


def _in_round(asked: Asked, event: Event, begins: int, until: Happening) -> list[Happening]:
    """Return the times that an event happened in a round until its end; the creation in whatever round."""
    if event == "created":
        return [created_as(asked.subject, "")]
    return [one for one in happenings(asked, event) if begins <= one.place <= until.place]


# Tests


def _order(asked: Asked, test: Order) -> Outcome:
    first, then = test.first, test.then
    gate = (first.to_status,) if isinstance(first, ToStatus) else ()
    statuses = _statuses(asked, then, gate) if isinstance(then, ToStatus) else None
    turns = _of_resolution(asked) if statuses is None else _of_status(asked, statuses)

    def judge(turn: Turn, later: Happening) -> Outcome:
        came = _in_round(asked, first, turn.begins, later)
        found = [one for one in came if statuses is None or not gate or one.place < later.place]
        if not found:
            never = "not before it in this round" if happenings(asked, first) else "never"
            outcome = EXCEPTION if happenings(asked, first) else NO_EVIDENCE
            return Outcome(outcome, f"{later.shown}; {named(first)}: {never}", later.history_id)
        earlier = found[-1]
        if timestamp(earlier.at) is None:
            return without_time(earlier, later)
        back = _back(turns, turn, earlier.place, statuses) if statuses is not None and gate else None
        if back is not None:
            shown = f"{earlier.shown}; {told(back.step, back.step.after_text)}: back; {later.shown}"
            return Outcome(EXCEPTION, shown, back.step.history_id)
        return Outcome(PASS, f"{earlier.shown}; {later.shown}", earlier.history_id)

    return _judged(asked, then, turns, judge)


def _back(turns: Sequence[Turn], turn: Turn, since: int, statuses: StatusMap) -> Mark | None:
    """Return the first change after an event by which the issue went back behind it; None if it did not."""
    rounds = [each.round for each in turns[: turns.index(turn) + 1] if each.round is not None]
    firsts = [next((gate.place for gate in one.gates), None) for one in rounds]
    if rounds[0].before_go and since == -1:
        firsts[0] = -1  # it was created so
    back = first_back(rounds[-1], behind(rounds, firsts), since, statuses)
    return None if back is None else mark_of(back)


def _filled_before(asked: Asked, test: FilledBefore) -> Outcome:
    fields, chains = asked.fields(test.field), asked.marks_of(test.field)

    def judge(_turn: Turn, event: Happening) -> Outcome:
        if not fields and not chains:
            return Outcome(NO_EVIDENCE, f"Jira sent no field {test.field} and no change of it", event.history_id)
        return best(_field_at(event, fields.get(one), chains.get(one, ()), test.field) for one in {**fields, **chains})

    return _judged(asked, test.event, _turns(asked, test.event), judge)


def _field_at(event: Happening, value: Value | None, chain: Sequence[Mark], name: str) -> Outcome:
    before = [mark.step for mark in chain if mark.place <= event.place]
    return field_before(event, value, before, [mark.step for mark in chain[len(before) :]], name)


def _different_people(asked: Asked, wanted: Sequence[str | ToStatus]) -> Outcome | None:
    """Compare the people of events and fields in each round of the event that came last; None where fields alone are named."""
    events: list[Event] = [one for one in wanted if isinstance(one, ToStatus) or one == "resolved"]  # type: ignore[misc]
    if not events or not asked.subject.whole:
        return None if not events else Outcome(NO_EVIDENCE, f"{named(events[-1])}: the history was not read as a whole")
    came = [(happenings(asked, event), event) for event in events]
    for found, event in came:
        if not found:
            return _never(asked, event)
    last = max(range(len(came)), key=lambda at: (came[at][0][-1].place, at))
    decides = came[last][1]
    return _judged(
        asked, decides, _turns(asked, decides), lambda turn, event: _apart(asked, wanted, decides, turn, event)
    )


def _never(asked: Asked, event: Event) -> Outcome:
    if asked.subject.is_open and not is_past(asked, event):
        return Outcome(NOT_APPLICABLE, f"{named(event)}: not until it was read, and the issue is still open")
    return Outcome(NO_EVIDENCE, f"{named(event)}: never")


def _apart(asked: Asked, wanted: Sequence[str | ToStatus], decides: Event, turn: Turn, event: Happening) -> Outcome:
    """Compare the people of one round."""
    people_of: list[tuple[str, Sequence[Person]]] = []
    for one in wanted:
        if isinstance(one, ToStatus) or one in {"created", "resolved"}:
            found = [event] if one == decides else _in_round(asked, one, turn.begins, event)  # type: ignore[arg-type]
            if not found:
                return Outcome(
                    NO_EVIDENCE, f"{event.shown}; {named(one)}: not before it in this round", event.history_id
                )
            if found[-1].kind != PERSON:
                said = f"{found[-1].shown}: its author is of the kind {found[-1].kind!r}"
                return Outcome(NO_EVIDENCE, said, found[-1].history_id)
            people_of.append((found[-1].shown, (found[-1].person,)))
            continue
        name, people = _in_field(asked, one, event)
        if not people:
            return Outcome(NO_EVIDENCE, f"{name} names nobody")
        people_of.append((f"{name} {', '.join(person.name for person in people)}", people))
    shown = "; ".join(text for text, _ in people_of)
    if not all(person.told_apart for _, people in people_of for person in people):
        return Outcome(NO_EVIDENCE, f"{shown}: Jira does not name everyone", event.history_id)
    seen: set[str] = set()
    for _, people in people_of:
        ids = {person.id for person in people}
        if ids & seen:
            return Outcome(EXCEPTION, shown, event.history_id)
        seen |= ids
    return Outcome(PASS, shown, event.history_id)


def _in_field(asked: Asked, wanted: str, until: Happening) -> tuple[str, Sequence[Person]]:
    """Return a field's name and its people: of assignee and reporter those before the round's end, of others today's."""
    values = asked.fields(wanted)
    name = next((value.name for value in values.values()), wanted)
    people: dict[Person, None] = {}
    for one, value in values.items():
        marks = asked.trail.of(one) if one in {"assignee", "reporter"} else ()
        held = (
            [person for person in held_at(marks, until.place) if person.id or person.name][:1]
            if marks
            else value.people
        )
        people |= dict.fromkeys(held)
    return name, tuple(people)

"""Who asked for a change and who made it, by its history. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import fields_meant, held_at, people_before
from auditlib.audit.controls.rounds import DONE, GATE, TESTING, WORKING, Gate, Round
from auditlib.audit.controls.subject import Person
from auditlib.audit.controls.trail import Mark, told
from auditlib.records.actors import PERSON


@dataclass(frozen=True)
class Involved:
    """Somebody who may not approve, by what, and the history entry that shows it."""

    person: Person
    shown: str
    history_id: int | None = None


@dataclass(frozen=True)
class Circle:
    """All who may not approve a round, and what is missing to know them all."""

    people: tuple[Involved, ...]
    missing: tuple[str, ...] = ()

    def of(self, account: str) -> Involved | None:
        """Return by what an account belongs to them; None if it does not."""
        return next((one for one in self.people if one.person.id == account), None)

    @property
    def unnamed(self) -> Involved | None:
        """One of them of whom Jira gives no account, so that it may be anyone."""
        return next((one for one in self.people if not one.person.id), None)


def requesters(case: Case, gate: Gate) -> Circle:
    """Return who asked for a change: the creator, and the reporter when it was approved."""
    subject, missing = case.subject, []
    found: list[Involved] = []
    creator = subject.fields.get("creator")
    if creator is None:
        missing.append("who created it was not read")
    else:
        found += [Involved(one, f"{one.name or one.id} created it") for one in creator.people]
    reporters = people_before(subject, case.trail, "reporter", gate.place)
    if reporters is None:
        missing.append("who reported it was not read")
    else:
        found += [Involved(one, f"{one.name or one.id} was its reporter then") for one in reporters]
    return Circle(tuple(found), tuple(missing))


def beneficiaries(case: Case, gate: Gate) -> Circle:
    """Return who gets what is asked for: whom the field named when it was approved; nobody where the control names no field."""
    wanted = case.test.given.beneficiary
    if wanted is None:
        return Circle(())
    chains = case.context.fields.marks(case.subject, case.trail, wanted)
    people = [person for chain in chains for person in held_at(chain, gate.place)]
    if not chains:
        values = fields_meant(case.subject, wanted, case.context.called).values()
        if not values:
            return Circle((), (f"Jira sent no field {wanted} and no change of it",))
        people = [one for value in values for one in value.people or (Person("", value.text),)]
    found = [
        Involved(one, f"{one.name or one.id} is whom {wanted} named") for one in people if one.id or one.name.strip()
    ]
    return Circle(tuple(found), () if found else (f"{wanted} named nobody",))


def workers(case: Case, one: Round) -> Circle:
    """Return who made a change: who was assignee in a working status, or moved it into one to begin.

    Who moves it there from a gate, from testing or from done sends it back, which is no work.
    """
    found: dict[str, Involved] = {}
    spans: list[tuple[int, int, str]] = []
    for at in range(one.first, one.last):
        stay = one.stays[at]
        if not stay.regions & WORKING:
            continue
        spans.append((stay.place, one.stays[at + 1].place, stay.name))
        step, before = stay.step, one.stays[at - 1] if at else None
        if step is None or before is None or before.regions & (GATE | TESTING | DONE) or step.kind != PERSON:
            continue
        mover = Person(step.author_id, step.author, step.nobody)
        found.setdefault(mover.id or mover.name, Involved(mover, told(step, stay.name), step.history_id))
    if not spans:
        return Circle(())
    assignees = _assignees(case)
    if assignees is None:
        return Circle(tuple(found.values()), ("who was assignee was not read",))
    for person, begin, end, history_id in assignees:
        worked = next((name for since, until, name in spans if begin < until and since < end), None)
        if worked is not None and (person.id or person.name):
            shown = f"{person.name or person.id} was assignee in {worked}"
            shown = shown if history_id is None else f"{shown} (history {history_id})"
            found.setdefault(person.id or person.name, Involved(person, shown, history_id))
    return Circle(tuple(found.values()))


def _assignees(case: Case) -> list[tuple[Person, int, int, int | None]] | None:
    """Return who was assignee from which entry to which, and the entry that says so; None if that was not read."""
    end = 1 << 60
    marks = case.trail.of("assignee")
    if not marks:
        value = case.subject.fields.get("assignee")
        return None if value is None else [(one, -1, end, None) for one in value.people]
    first = marks[0].step
    found = [(Person(first.before, first.before_text), -1, marks[0].place, first.history_id)]
    following: list[Mark | None] = [*marks[1:], None]
    for mark, after in zip(marks, following, strict=True):
        step = mark.step
        until = end if after is None else after.place
        found.append((Person(step.after, step.after_text), mark.place, until, step.history_id))
    return found

"""Who asked for a change and who made it, by its history. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import fields_meant, held_at, people_before
from auditlib.audit.controls.rounds import DONE, GATE, TESTING, WORKING, Gate, Round
from auditlib.audit.controls.subject import Person
from auditlib.audit.controls.trail import END, told
from auditlib.records.actors import PERSON
from auditlib.records.history import Change

_SENDS_BACK: Final = GATE | TESTING | DONE


class Involved(NamedTuple):
    """Somebody who may not approve, by what, and the history entry that shows it.

    ``step`` is the change by which somebody began the work; what else makes them one of these stands in ``how``.
    """

    account: str
    name: str
    how: str
    history_id: int | None = None
    step: Change | None = None

    @property
    def called(self) -> str:
        """The name, or else the account."""
        return self.name or self.account

    @property
    def shown(self) -> str:
        """By what, in words."""
        return f"{self.called} {self.how}" if self.step is None else told(self.step, self.how)


class Circle(NamedTuple):
    """All who may not approve a round, and what is missing to know them all."""

    people: tuple[Involved, ...]
    missing: tuple[str, ...] = ()

    def of(self, account: str) -> Involved | None:
        """Return by what an account belongs to them; None if it does not."""
        for one in self.people:
            if one.account == account:
                return one
        return None

    @property
    def unnamed(self) -> Involved | None:
        """One of them of whom Jira gives no account, so that it may be anyone."""
        return self.of("")


def requesters(case: Case, gate: Gate) -> Circle:
    """Return who asked for a change: the creator, and the reporter when it was approved."""
    subject = case.subject
    missing: list[str] = []
    found: list[Involved] = []
    creator = subject.fields.get("creator")
    if creator is None:
        missing.append("who created it was not read")
    else:
        found += [Involved(one.id, one.name, "created it") for one in creator.people]
    reporters = people_before(subject, case.trail, "reporter", gate.place)
    if reporters is None:
        missing.append("who reported it was not read")
    else:
        found += [Involved(one.id, one.name, "was its reporter then") for one in reporters]
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
    named = [one for one in people if one.id or one.name.strip()]
    found = tuple(Involved(one.id, one.name, f"is whom {wanted} named") for one in named)
    return Circle(found, () if found else (f"{wanted} named nobody",))


def workers(case: Case, one: Round) -> Circle:
    """Return who made a change: who was assignee in a working status, or moved it into one to begin.

    Who moves it there from a gate, from testing or from done sends it back, which is no work.
    """
    found: dict[str, Involved] = {}  # by account; of those without one the first tells that there are some
    spans: list[tuple[int, int, str]] = []
    for at in range(one.first, one.last):
        stay = one.stays[at]
        if not stay.regions & WORKING:
            continue
        spans.append((stay.place, one.stays[at + 1].place, stay.name))
        step = stay.step
        if step is None or one.stays[at - 1].regions & _SENDS_BACK or step.kind != PERSON:
            continue
        found.setdefault(step.author_id, Involved(step.author_id, step.author, stay.name, step.history_id, step))
    if not spans:
        return Circle(())
    assignees = _assignees(case)
    if assignees is None:
        return Circle(tuple(found.values()), ("who was assignee was not read",))
    for account, name, begin, end, history_id in assignees:
        if not (account or name) or account in found:
            continue
        for since, until, status in spans:
            if begin < until and since < end:
                entry = "" if history_id is None else f" (history {history_id})"
                found[account] = Involved(account, name, f"was assignee in {status}{entry}", history_id)
                break
    return Circle(tuple(found.values()))


def _assignees(case: Case) -> list[tuple[str, str, int, int, int | None]] | None:
    """Return who was assignee from which entry to which, and the entry that says so; None if that was not read."""
    marks = case.trail.of("assignee")
    if not marks:
        value = case.subject.fields.get("assignee")
        return None if value is None else [(one.id, one.name, -END, END, None) for one in value.people]
    first = marks[0].step
    found = [(first.before, first.before_text, -END, marks[0].place, first.history_id)]
    ends = [*(mark.place for mark in marks[1:]), END]
    for (place, step), until in zip(marks, ends, strict=True):
        found.append((step.after, step.after_text, place, until, step.history_id))
    return found

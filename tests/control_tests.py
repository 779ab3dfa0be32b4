"""Control tests as the parameters would make them, and histories with who acted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from control_cases import ANN, BOB, change, day, subject

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import Person, Subject
from auditlib.params.controls import Control, ControlTest, Workflow
from auditlib.records.actors import PERSON
from auditlib.records.history import Change

CAT, DAN = Person("c3", "Cat"), Person("d4", "Dan")
"""Cat approves, Dan does nothing unless a test says so; Ann asks for changes, Bob makes them."""

WORKFLOW = Workflow(gate=("Approved",), working=("In Progress",), testing=("Testing",), done=("Done",))
BEGINS, ENDS = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def control(rule: str, **given: Any) -> ControlTest:
    """Return a control as the parameters put it together; ``gate`` and such stand for all of the workflow's regions."""
    regions = {name: given.pop(name) for name in ("gate", "working", "testing", "done") if name in given}
    mapped = {name: tuple(found) for name, found in regions.items()}
    workflow = (
        WORKFLOW.model_copy(update=mapped) if mapped else WORKFLOW
    )  # one object, as controls of an audit share it
    one = Control.model_validate({"id": "CT-00", **given})
    return ControlTest("CT-00", "CT-00", rule, "CC8.1", "Is it?", rule, one, workflow)


def moved(number: int, at: float, way: str, who: Person = BOB, kind: str = PERSON) -> Change:
    """Return a change of status, ``Open > Done``."""
    before, after = way.split(" > ")
    return by(change(number, at, "status", before, after, who), kind)


def handed(number: int, at: float, before: Person | None, after: Person | None, field: str = "assignee") -> Change:
    """Return a change of a field that names a person."""
    one = change(number, at, field, before.name if before else "", after.name if after else "", DAN)
    return replace(one, before=before.id if before else "", after=after.id if after else "")


def by(one: Change, kind: str) -> Change:
    """Return a change by an actor of some kind."""
    return replace(one, kind=kind)


def walked(way: str, *who: Person, start: int = 1) -> list[Change]:
    """Return the changes of status along a way, one a day; the people in turn, Bob behind them."""
    names = way.split(" > ")
    people = (*who, *[BOB] * len(names))
    steps = zip(names, names[1:], people, strict=False)
    return [moved(10 + place, place, f"{one} > {two}", person) for place, (one, two, person) in enumerate(steps, start)]


def issue(*steps: Change, **more: Any) -> Subject:
    """Return an issue in the status that its history leads to, in the period."""
    states = [one.after_text for one in steps if one.field == "status"]
    known = {"status": states[-1] if states else "Open", "period_begins": BEGINS, "period_ends": ENDS}
    return subject(*steps, **(known | more))


def outcome(one: Subject, asked: ControlTest, context: Context | None = None) -> list[str]:
    """Return the outcomes of one control on one issue, round by round."""
    return [found.outcome for found in test_issue(one, [asked], context or Context())]


def only(one: Subject, asked: ControlTest, context: Context | None = None) -> Result:
    """Return the one row of a control on an issue."""
    (found,) = test_issue(one, [asked], context or Context())
    return found


__all__ = [
    "ANN",
    "BOB",
    "CAT",
    "DAN",
    "by",
    "change",
    "control",
    "day",
    "handed",
    "issue",
    "moved",
    "only",
    "outcome",
    "walked",
]

"""Controls in a parameter file: which of the library are tested, and which statuses mean what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from auditlib.params.attributes import AppliesTo, Event, Has
from auditlib.params.sizes import Record
from auditlib.params.types import Days, Names, SomeNames, Text, Truth, Whole

Regions = Names
"""Names or ids of statuses."""


class Workflow(Record):
    """Which statuses mean what; a name means every status that has it, or had it in any history."""

    gate: Regions = ()
    """Statuses by which a change is approved."""
    working: Regions = ()
    """Statuses in which the work is done."""
    testing: Regions = ()
    """Statuses in which it is tested."""
    done: Regions = ()
    """Statuses in which it is released or finished: the go."""


class FieldValues(Record):
    """A field that holds one of some values."""

    field: Text
    """Name or id of the field."""
    values: SomeNames
    """The values, as Jira shows them."""


class Control(Record):
    """One control test of the library, with what differs from its defaults; each takes the keys that its page names."""

    id: Text
    """Its number in the library: `CT-03`."""
    name: Text | None = None
    """Short name; needed where one control is used more than once."""
    applies_to: AppliesTo | None = None
    """Which issues it concerns; all if left out."""
    gate: Regions | None = None
    """As in `workflow`, for this control alone."""
    gate_field: FieldValues | None = None
    """A field by which a change is approved, instead of a status."""
    approvals: Truth = False
    """`true`: an approval of Jira Service Management approves."""
    working: Regions | None = None
    """As in `workflow`."""
    testing: Regions | None = None
    """As in `workflow`."""
    done: Regions | None = None
    """As in `workflow`."""
    protected: Names = ("summary", "description")
    """Fields that may not change once approved."""
    role: Text | None = None
    """The project role whose members may approve."""
    group: Text | None = None
    """The group whose members may approve."""
    tested_by: Has | None = None
    """What shows that it was tested, instead of a status: a link or an attachment."""
    tested_field: Text | None = None
    """The field that shows that it was tested."""
    design_gate: Regions = ()
    """Statuses by which work is authorised."""
    review: Regions = ()
    """Statuses by which an emergency change is reviewed."""
    days: Days | None = None
    """Days of 24 hours that are allowed."""
    hours: Whole | None = None
    """Hours that are allowed."""
    steps: Regions = ()
    """Statuses that must be passed, in this order."""
    limits: Annotated[dict[str, str], Field()] = {}
    """Time allowed by severity or priority: `{Highest: "4h", High: "3d"}`."""
    level: Text | None = None
    """Field that holds the severity or priority."""
    root_cause: Text | None = None
    """Field that holds the root cause."""
    follow_up: Text | None = None
    """Type of the link that leads to the follow-up action."""
    ends: Event | None = None
    """The event that ends the time that is measured; `resolved` if left out."""
    beneficiary: Text | None = None
    """Field that names who gets the access."""
    second_gate: Regions = ()
    """Statuses of the second of two approvals."""
    every: Literal["month", "quarter", "year"] = "quarter"
    """How often a review takes place."""
    burst: Whole = 20
    """Gates or comments of one actor in a minute from which on they are noted."""
    requested_on: Text | None = None
    """Day of the auditor's request: what is written later is noted."""


@dataclass(frozen=True)
class ControlTest:
    """A control of the library as it is tested here: defaults, `workflow` and what the parameters say put together.

    Attributes
    ----------
    id, label, title, criterion, question : str
        ``label`` is the id, with the name behind it where one control is used twice: ``CT-03 (releases)``.
    rule : str
        Name of the rule that tests it: ``approved_before_go``.
    given : Control
        Every key with its value.
    workflow : Workflow
        The regions that hold for this control.
    """

    id: str
    label: str
    title: str
    criterion: str
    question: str
    rule: str
    given: Control
    workflow: Workflow

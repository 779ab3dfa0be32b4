"""Controls in a parameter file: which of the library are tested, and which statuses mean what. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from auditlib.params.attributes import Has, ToStatus
from auditlib.params.faults import fault
from auditlib.params.sizes import Record
from auditlib.params.types import (
    Day,
    Days,
    Names,
    ProjectKeys,
    SomeNames,
    Text,
    Truth,
    Whole,
    distinct,
    list_of,
    one_of,
)

Regions = Annotated[tuple[Text, ...], BeforeValidator(list_of('["Approved", "10011"]')), AfterValidator(distinct)]
"""Names or ids of statuses."""

REGIONS: Final = ("gate", "working", "testing", "done")
"""The keys of `Workflow`, which a control may have of its own."""


class Workflow(Record):
    """Which statuses mean what; a name means every status that has it, or had it in any history."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"gate": ["Approved"], "working": ["In Progress"], "testing": ["In Review"], "done": ["Done"]}]
        }
    )

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


class Concerned(Record):
    """Which issues a control concerns; where several keys stand, all must hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    issue_type: SomeNames = ()
    """Names of issue types."""
    status: SomeNames = ()
    """Names of statuses, as at extraction."""
    project: ProjectKeys = ()
    """Project keys."""
    field: FieldValues | None = None
    """A field that holds one of some values, as at extraction: `{field: labels, values: [emergency]}`."""

    @model_validator(mode="after")
    def _restricts(self) -> Self:
        """Refuse an empty restriction."""
        if not (self.issue_type or self.status or self.project or self.field):
            raise fault(
                "at least one of issue_type, status, project, field is needed; leave the key out to test all issues"
            )
        return self


# Time that is allowed ------------------------------------------------------------------------------------------------

_LIMIT = re.compile(r"([1-9][0-9]{0,5})(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def _limit(value: object) -> str:
    if isinstance(value, str) and _LIMIT.fullmatch(value):
        return value
    raise fault("a time is needed, like 30m, 4h or 3d: minutes, hours or days of 24 hours")


def _limits(value: object) -> object:
    if isinstance(value, dict) and value:
        return value
    raise fault('times by severity or priority are needed, like {Highest: "4h", High: "3d"}')


def duration_of(limit: str) -> timedelta:
    """Return the time that a limit of `Control.limits` allows.

    >>> duration_of("3d")
    datetime.timedelta(days=3)
    """
    found = _LIMIT.fullmatch(limit)
    if found is None:
        raise ValueError(limit)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Limits = Annotated[
    dict[
        Text,
        Annotated[str, BeforeValidator(_limit), Field(json_schema_extra={"pattern": f"^{_LIMIT.pattern}$"})],
    ],
    BeforeValidator(_limits),
    Field(json_schema_extra={"minProperties": 1}),
]


# What ends it


def _end_name(value: object) -> str:
    if value == "resolved":
        return "resolved"
    raise fault('an end is needed: resolved or {to_status: "NAME"}')


def _end_kind(value: object) -> str:
    return "<status>" if isinstance(value, dict | ToStatus) else "<name>"


End = Annotated[
    Annotated[Literal["resolved"], BeforeValidator(_end_name), Tag("<name>")] | Annotated[ToStatus, Tag("<status>")],
    Discriminator(_end_kind),
]
"""An event that ends a time: as `attributes.Event`, without the creation, from which it is counted."""


# Controls ------------------------------------------------------------------------------------------------------------


class Control(Record):
    """One control test of the library, with what differs from its defaults; each takes the keys that its page names."""

    id: Text
    """Its number in the library: `CT-03`."""
    name: Text | None = None
    """Short name, which stands behind the id; needed where one control is used more than once."""
    applies_to: Concerned | None = None
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
    limits: Limits = Field(default_factory=dict)
    """Time allowed by severity or priority, in minutes, hours or days of 24 hours: `{Highest: "4h", High: "3d"}`."""
    level: Text | None = None
    """Field that holds the severity or priority."""
    root_cause: Text | None = None
    """Field that holds the root cause."""
    follow_up: Text | None = None
    """Type of the link that leads to the follow-up action."""
    ends: End | None = None
    """What ends the time: `resolved` or `{to_status: NAME}`; left out, `done`, and without that the resolution."""
    beneficiary: Text | None = None
    """Field that names who gets the access."""
    second_gate: Regions = ()
    """Statuses of the second of two approvals."""
    every: Annotated[Literal["month", "quarter", "year"], BeforeValidator(one_of(("month", "quarter", "year")))] = (
        "quarter"
    )
    """How often a review takes place."""
    burst: Whole = 20
    """Gates or comments of one actor in a minute from which on they are noted."""
    requested_on: Day | None = None
    """Day of the auditor's request: what is written later is noted."""

    @property
    def label(self) -> str:
        """What it is called in tables: ``CT-03``, or ``CT-03 (releases)``."""
        return self.id if self.name is None else f"{self.id} ({self.name})"


@dataclass(frozen=True)
class ControlTest:
    """A control of the library as it is tested here: defaults, `workflow` and what the parameters say put together.

    Attributes
    ----------
    id, label, title, criterion, question : str
        ``label`` is the id, with the name behind it where it has one: ``CT-03 (releases)``.
    rule : str
        Name of the rule that tests it: ``approved_before_go``.
    given : Control
        What the parameters say, with the library's defaults.
    workflow : Workflow
        The regions that hold for this control: its own, or else those of the parameter file.
    """

    id: str
    label: str
    title: str
    criterion: str
    question: str
    rule: str
    given: Control
    workflow: Workflow

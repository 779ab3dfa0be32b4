"""Control attributes in a parameter file: which issues they concern, and what is tested. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from auditlib.params.faults import fault, faults
from auditlib.params.sizes import Record
from auditlib.params.types import Days, ProjectKeys, SomeNames, Text, distinct, list_of, text_of


class ToStatus(Record):
    """The event that an issue comes into a status."""

    to_status: Text
    """Name of the status."""


def _event_name(value: object) -> str:
    if isinstance(value, str) and value in {"created", "resolved"}:
        return value
    raise fault('an event is needed: created, resolved or {to_status: "NAME"}')


def _event_kind(value: object) -> str:
    return "<status>" if isinstance(value, dict | ToStatus) else "<name>"


Event = Annotated[
    Annotated[Literal["created", "resolved"], BeforeValidator(_event_name), Tag("<name>")]
    | Annotated[ToStatus, Tag("<status>")],
    Discriminator(_event_kind),
]
EventOrField = Annotated[
    Annotated[Text, Tag("<name>")] | Annotated[ToStatus, Tag("<status>")], Discriminator(_event_kind)
]


class AppliesTo(Record):
    """Which sampled issues an attribute is tested on; where several keys stand, all must hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    issue_type: SomeNames = ()
    """Names of issue types."""
    status: SomeNames = ()
    """Names of statuses, as at extraction."""
    project: ProjectKeys = ()
    """Project keys."""

    @model_validator(mode="after")
    def _restricts(self) -> Self:
        """Refuse an empty restriction."""
        if not (self.issue_type or self.status or self.project):
            raise fault("at least one of issue_type, status, project is needed; leave the key out to test all issues")
        return self


class Order(Record):
    """One event comes before another."""

    first: Event
    """It must come before, in the round of the other."""
    then: Event
    """Each occurrence counts: a round goes from the creation, or from the last leaving of that state, to the next."""


class FilledBefore(Record):
    """A field is filled when an event happens."""

    field: Text
    """Name or id of the field."""
    event: Event
    """The event before which it must be filled."""


def _any_or_text(value: object) -> object:
    if value is True:
        return value
    if isinstance(value, str):
        return text_of(value)
    raise fault("true (any will do) or text in quotes is needed")


AnyOrText = Annotated[
    Literal[True] | str,
    BeforeValidator(_any_or_text),
    WithJsonSchema({"anyOf": [{"const": True}, {"type": "string", "minLength": 1}]}),
]


class Has(Record):
    """Something hangs on the issue: exactly one of the three."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    link: AnyOrText | None = None
    """A link: `true` for any, or the name of a link type."""
    attachment: AnyOrText | None = None
    """An attachment: `true` for any, or a file name pattern with * and ?."""
    comment_by: Text | None = None
    """A comment by a person: a display name, an account id, or a field that holds one (`assignee`)."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        """Refuse none and several."""
        _exactly_one(self, "has")
        return self


class Within(Record):
    """One event follows another within a number of days of 24 hours."""

    from_event: Event = Field(alias="from")
    """Its first occurrence counts."""
    to_event: Event = Field(alias="to")
    """Its last occurrence counts."""
    days: Days
    """Days of 24 hours."""


def _two_people(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(values) < 2:
        raise fault("at least two events or fields are needed, whose people are compared")
    return values


class Test(Record):
    """What is tested on one issue: exactly one of the five."""

    __test__ = False  # pytest would collect it for its name
    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    order: Order | None = None
    """One event before another."""
    different_people: (
        Annotated[
            tuple[EventOrField, ...],
            BeforeValidator(list_of("[reporter, {to_status: Approved}]")),
            AfterValidator(_two_people),
            AfterValidator(distinct),
            Field(json_schema_extra={"minItems": 2}),
        ]
        | None
    ) = None
    """Events (`created`, `resolved`, `{to_status: NAME}`) or fields, whose people must all differ."""
    filled_before: FilledBefore | None = None
    """A field filled before an event."""
    has: Has | None = None
    """A link, an attachment or a comment."""
    within: Within | None = None
    """One event within some days of another."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        """Refuse none and several."""
        _exactly_one(self, "an attribute")
        return self

    @property
    def kind(self) -> str:
        """Name of the one test that is given, such as ``order``."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


def _exactly_one(record: Record, what: str) -> None:
    """Refuse a record with none or several of its keys."""
    known = list(type(record).model_fields)
    given = [name for name in known if getattr(record, name) is not None]
    if len(given) != 1:
        seen = f"{' and '.join(given)} stand here" if given else "there is none"
        one = "test" if what == "an attribute" else "thing"
        raise fault(f"{what} has exactly one {one} of {', '.join(known)}, and {seen}")


class Attribute(Record):
    """One attribute of a control, tested on each sampled issue."""

    name: Text
    """Short name, as it stands in attributes.csv."""
    question: Text
    """What is asked of each issue, in words."""
    applies_to: AppliesTo | None = None
    """Which of the sampled issues; all if left out."""
    test: Test
    """How it is answered."""


def _names_differ(values: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    names = [attribute.name for attribute in values]
    twice = [index for index, name in enumerate(names) if name in names[:index]]
    if twice:
        raise faults(((index, "name"), "another attribute has this name; give each its own") for index in twice)
    return values


Attributes = Annotated[
    tuple[Attribute, ...],
    BeforeValidator(list_of("[{name: ..., question: ..., test: {...}}]")),
    AfterValidator(_names_differ),
]

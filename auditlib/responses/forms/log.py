"""The forms of the audit log, at its three resources, and of Workspace Events. Pure.

What a record holds is shown as text, so a leaf may be text, a number or nothing; a list or an object stands only where Jira
has one. A page with a record of another form is none: the log then counts as not read to its end, and that is told.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec import field as member

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Count, Object, Scalar, Text


class Item(Struct, gc=False):
    """What a record is about."""

    id: Scalar = None
    name: Scalar = None
    typeName: Scalar = None  # noqa: N815 - Jira's own names, here and below
    type: Scalar = None


class Changed(Struct, gc=False):
    """A value that was changed: ``fieldName`` with both sides, or, of an event, its keys."""

    fieldName: Scalar = None  # noqa: N815
    changedFrom: Scalar = None  # noqa: N815
    changedTo: Scalar = None  # noqa: N815
    key: Scalar = None
    i18nKey: Scalar = None  # noqa: N815
    before: Scalar = member(name="from", default=None)
    to: Scalar = None


class Record(Struct, gc=False):
    """A record of Cloud, or of Data Center's older resource."""

    id: Scalar = None
    created: Scalar = None
    summary: Scalar = None
    category: Scalar = None
    remoteAddress: Scalar = None  # noqa: N815
    authorKey: Scalar = None  # noqa: N815
    authorAccountId: Scalar = None  # noqa: N815
    objectItem: Item | None = None  # noqa: N815
    associatedItems: list[Item] | None = None  # noqa: N815
    changedValues: list[Changed] | None = None  # noqa: N815


class Records(Struct, gc=False):
    """A page of records."""

    records: list[Record]
    offset: Count | None = None
    limit: Count | None = None
    total: Count | None = None


class Author(Struct, gc=False):
    """Who did what an event tells."""

    id: Scalar = None
    name: Scalar = None
    type: Scalar = None


class EventType(Struct, gc=False):
    """What was done, in the reader's language and as a key."""

    category: Scalar = None
    action: Scalar = None
    actionI18nKey: Scalar = None  # noqa: N815
    categoryI18nKey: Scalar = None  # noqa: N815


class Event(Struct, gc=False):
    """An event of Data Center's log."""

    id: Scalar = None
    timestamp: Scalar = None
    author: Author | None = None
    type: EventType | None = None
    affectedObjects: list[Item] | None = None  # noqa: N815
    changedValues: list[Changed] | None = None  # noqa: N815
    source: Scalar = None


class Paging(Struct, gc=False):
    """What follows a page of events: a cursor as text, or in an object; a link; an offset."""

    lastPage: bool | None = None  # noqa: N815
    nextPageCursor: Text | Object = None  # noqa: N815
    nextPageLink: Text = None  # noqa: N815
    nextPageOffset: Count | None = None  # noqa: N815


class Events(Struct, gc=False):
    """A page of events."""

    entities: list[Event]
    pagingInfo: Paging  # noqa: N815


class Listed(Struct, gc=False):
    """A page of Workspace Events, or of the actions that a site records: loosely, for nobody has seen a live one."""

    data: list[Object]
    links: Object | None = None
    meta: Object | None = None


FORMS: Final[tuple[Form, ...]] = (
    Form("GET", r"rest/api/[23]/auditing/record", Records),
    Form("GET", r"rest/auditing/1\.0/events", Events),
    Form("GET", r"audit-log/v1/workspaces/[^/]+/(events|event-actions)", Listed),
)

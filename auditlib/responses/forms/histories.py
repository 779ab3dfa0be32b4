"""The forms of answers that bring histories, and of one entry of a history. Pure.

An entry that has not its form makes that history a partial one; it refuses no answer.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from msgspec import field as member

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Id, Object, Person, Scalar


class Item(Struct, gc=False):
    """One change of a history entry; ids of fields are absent on many, on Data Center for custom fields always."""

    field: Scalar = None
    fieldId: Scalar = None  # noqa: N815 - Jira's own names, here and below
    fieldtype: Scalar = None
    before: Scalar = member(name="from", default=None)
    fromString: Scalar = None  # noqa: N815
    to: Scalar = None
    toString: Scalar = None  # noqa: N815


class Entry(Struct, gc=False):
    """One entry of a history. Its time is text, or a number of milliseconds or seconds since 1970."""

    id: Id
    created: str | int | float
    items: list[Item]
    author: Person = None


class ChangeLog(Struct, gc=False):
    """The entries of one issue in an answer for many; what is no list of entries makes the history partial."""

    issueId: Id  # noqa: N815
    changeHistories: Any = None  # noqa: N815


class Bulk(Struct, gc=False):
    """A page of the histories of many issues; an issue may go on on the next page."""

    issueChangeLogs: list[ChangeLog] | None  # noqa: N815
    nextPageToken: str | int | None = None  # noqa: N815


class OnePage(Struct, gc=False):
    """A page of the history of one issue."""

    values: list[Object]


FORMS: Final = (
    Form("POST", r"rest/api/3/changelog/bulkfetch", Bulk),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/changelog", OnePage),
)

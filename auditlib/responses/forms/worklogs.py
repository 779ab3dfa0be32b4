"""The forms of answers about worklogs that were changed or deleted. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Count, Id, Object, Person, Scalar


class Change(Struct, gc=False):
    """That a worklog was changed or deleted, and when."""

    worklogId: Id  # noqa: N815 - Jira's own names, here and below
    updatedTime: Count | None = None  # noqa: N815


class Changes(Struct, gc=False):
    """A page of changed worklogs."""

    values: list[Change]
    until: Count | None = None
    lastPage: bool | None = None  # noqa: N815
    isLastPage: bool | None = None  # noqa: N815


class Worklog(Struct, gc=False):
    """A worklog; its comment is text or a document."""

    id: Id
    issueId: Id  # noqa: N815
    author: Person = None
    started: Scalar = None
    updated: Scalar = None
    created: Scalar = None
    timeSpentSeconds: Count | None = None  # noqa: N815
    comment: str | Object | None = None


FORMS: Final = (
    Form("GET", r"rest/api/[23]/worklog/(updated|deleted)", Changes),
    Form("POST", r"rest/api/[23]/worklog/list", list[Worklog]),
)

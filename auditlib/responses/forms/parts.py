"""The forms of what hangs on an issue: comments, worklogs, links to elsewhere, watchers, votes, approvals, SLAs. Pure.

One that is not usable is kept as refused, and named in the issue's record; the rest of the record goes on.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Object


class Comments(Struct, gc=False):
    """A page of comments."""

    comments: list[Any]


class Worklogs(Struct, gc=False):
    """A page of worklogs, or all of them."""

    worklogs: list[Any]


class Served(Struct, gc=False):
    """A page of approvals or SLAs of a customer request."""

    values: list[Any]


FORMS: Final = (
    Form("GET", r"rest/servicedeskapi/request/[0-9]+/(?:approval|sla)", Served),
    Form("GET", r"rest/servicedeskapi/request/[0-9]+", Object),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/comment", Comments),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/worklog", Worklogs),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/remotelink", list[Object]),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/watchers", Object),
    Form("GET", r"rest/api/[23]/issue/[0-9]+/votes", Object),
)

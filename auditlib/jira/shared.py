"""What Cloud and Data Center have in common: endpoints that differ by the version of the API alone, and parts of an issue.

Parts are what hangs on a single issue: its history, comments, worklogs, links, watchers, votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.jira.reading import Histories, PartPage, sound_entries, whole_number
from auditlib.responses.forms.form import sound
from auditlib.responses.forms.shapes import Object
from auditlib.responses.request import Request, get

PATHS: Final[Mapping[str, str]] = {
    "history": "changelog",
    "comments": "comment",
    "worklogs": "worklog",
    "remote_links": "remotelink",
    "watchers": "watchers",
    "votes": "votes",
}
"""The end of the address of each part, behind that of the issue."""

MEMBERS_PAGE: Final = 50
"""Members of a group on a page; Jira gives no more."""

_EXPANDED: Final = ("names", "schema", "renderedFields")

_RECORDS: Final[Mapping[str, str]] = {"history": "values", "comments": "comments", "worklogs": "worklogs"}
"""The member of an answer that holds the records; the other parts are one record, or a list."""


@dataclass(frozen=True)
class Endpoints:
    """The endpoints that stand in both Jiras below the root of their REST API.

    Attributes
    ----------
    root : str
        ``rest/api/3`` on Cloud, ``rest/api/2`` on Data Center.
    """

    root: str

    def server_info(self) -> Request:
        """Ask for the server info: which Jira this is, its version and its clock."""
        return get(f"{self.root}/serverInfo")

    def myself(self) -> Request:
        """Ask for ``myself``: the account as which we are seen."""
        return get(f"{self.root}/myself")

    def project(self, key: str) -> Request:
        """Ask for a project, with the keys it had before."""
        return get(f"{self.root}/project/{key}", expand="projectKeys")

    def powers(self, project: str, permissions: Sequence[str] = ()) -> Request:
        """Ask for the account's permissions in a project: for those named, or where none is, for all of them."""
        named = ",".join(permissions) or None
        return get(f"{self.root}/mypermissions", projectKey=project, permissions=named)

    def all_fields(self) -> Request:
        """Ask which fields there are, with their ids and names."""
        return get(f"{self.root}/field")

    def security_levels(self, project: str) -> Request:
        """Ask for the issue security levels of a project, as far as the account may see them."""
        return get(f"{self.root}/project/{project}/securitylevel")

    def permission_scheme(self, project: str) -> Request:
        """Ask for the permission scheme of a project with its grants, and the records of their holders."""
        return get(f"{self.root}/project/{project}/permissionscheme", expand="all")

    def scheme(self, number: str) -> Request:
        """Ask for a permission scheme by its number, with its grants."""
        return get(f"{self.root}/permissionscheme/{number}", expand="all")

    def project_roles(self, project: str) -> Request:
        """Ask which roles a project has."""
        return get(f"{self.root}/project/{project}/role")

    def project_role(self, project: str, number: str) -> Request:
        """Ask who acts in a role of a project."""
        return get(f"{self.root}/project/{project}/role/{number}")

    def application_roles(self) -> Request:
        """Ask which groups give access to which application."""
        return get(f"{self.root}/applicationrole")

    def members(self, start: int, **group: str | None) -> Request:
        """Ask for a page of the members of a group, the deactivated among them; more than 50 are not given."""
        query = group | {"includeInactiveUsers": "true", "startAt": str(start), "maxResults": str(MEMBERS_PAGE)}
        return get(f"{self.root}/group/member", **query)

    def shared_filter(self, filter_id: int) -> Request:
        """Ask for a filter, with its JQL, owner and share permissions."""
        return get(f"{self.root}/filter/{filter_id}")

    def issue(self, identifier: str, *more: str) -> Request:
        """Ask for an issue with every field, their names, Jira's own rendering, and what else there is to expand.

        An old key leads to the issue of today.
        """
        return get(f"{self.root}/issue/{identifier}", fields="*all", expand=",".join((*_EXPANDED, *more)))

    def part(self, part: str, issue_id: int, **query: str | int | None) -> Request:
        """Ask for a part of an issue; comments with Jira's own rendering, in the order in which they were written."""
        if part == "comments":
            query |= {"orderBy": "created", "expand": "renderedBody"}
        return get(f"{self.root}/issue/{issue_id}/{PATHS[part]}", **query)


def read_history_part(request: Request, answer: Any) -> Histories:
    """Read a page of one issue's history; the issue is partial if the last page does not reach the count that Jira tells."""
    page = read_part("history", request, answer, paged=True)
    entries, whole = sound_entries(page.records)
    issue_id = int(request.path.split("/")[-2])
    reached = int(dict(request.query).get("startAt", "0")) + len(page.records)
    whole = page.whole and whole and (page.cursor is not None or reached >= (page.total or 0))
    return Histories({issue_id: entries}, page.cursor, frozenset() if whole else frozenset({issue_id}))


def read_part(part: str, request: Request, answer: Any, *, paged: bool) -> PartPage:
    """Read a page of comments, worklogs or another part of an issue.

    Cloud's ``total`` is described as the number of items returned, so it tells the end only together with a page that is
    not full; an empty page is the end in any case.

    Raises
    ------
    AnswerError
        If the answer has not the form of this part, or begins elsewhere than asked.
    """
    what = f"the answer to {request}"
    if part not in _RECORDS:
        single: list[Any] = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(one, dict) for one in single) or isinstance(answer, list) != (part == "remote_links"):
            raise AnswerError(f"{what} is not what a Jira answers", found=str(answer)[:80])
        return PartPage(single, None, None)
    came = answer.get(_RECORDS[part]) if isinstance(answer, dict) else None
    if not isinstance(came, list):
        raise AnswerError(f"{what} holds no list of {part}", expected=_RECORDS[part], found=str(answer)[:80])
    records, whole = sound(came, Object)
    total = answer.get("total")
    total = total if isinstance(total, int) else None
    if not paged:
        return PartPage(records, None, total, whole)
    asked = int(dict(request.query).get("startAt", "0"))
    if whole_number(answer.get("startAt"), asked) != asked:
        raise AnswerError(f"{what} begins at {answer['startAt']}, asked for {asked}", expected=str(asked))
    reached, size = asked + len(came), answer.get("maxResults")
    full = not isinstance(size, int) or len(came) >= size
    ended = not came or answer.get("isLast") is True or (total is not None and reached >= total and not full)
    return PartPage(records, None if ended else str(reached), total, whole)

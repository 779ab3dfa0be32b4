"""What Jira told of schemes, roles, groups and people, read back from the answers that were kept; and what is still to be asked.

The pull asks what this says is missing, so that what is asked and what the tables are made of can't differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.errors import AnswerError
from auditlib.evidence.pulled import Part
from auditlib.jira.refusal import refusal
from auditlib.records import permission_schemes as schemes
from auditlib.records.holders import (
    ApplicationRole,
    GroupName,
    MembersPage,
    Person,
    Role,
    follow_members,
    merge_people,
    people_beside,
    read_application_roles,
    read_members,
    read_people,
    read_person,
    read_role,
    read_role_names,
)
from auditlib.records.issues import json_object
from auditlib.records.names import folded
from auditlib.records.permission_schemes import Grant, Scheme, asked_grants, read_scheme
from auditlib.responses import topics
from auditlib.responses.request import Request
from auditlib.responses.topics import read_topic

MOST_SINGLY: Final = 500
"""Accounts that are asked for one by one, where Jira knows no other way (Data Center)."""

_ABOUT_ACCESS: Final = (
    *(topics.SCHEME, topics.GRANTS, topics.ROLES, topics.ROLE),
    *(topics.APPLICATIONS, topics.MEMBERS, topics.PEOPLE),
)
_NOT_ASKED: Final = "it was not asked for"
_ASKED_BY: Final = frozenset({"accountId", "key", "username"})


@dataclass(frozen=True)
class Question:
    """A question about access: its topic, the request, and how an answer is read."""

    topic: str
    request: Request
    read: Callable[[Any], Any]


class Told(Part):
    """Schemes, roles, groups and people, as far as Jira told of them. Nothing but readings of single answers is remembered."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._readings: dict[str, tuple[Any, str]] = {}

    # single answers

    def _answer(self, question: Question) -> tuple[Any, str]:
        """Return what the answer to a question says, or None and why there is none; each answer is read once."""
        entry = self.store.find(question.topic, question.request)
        if entry is None:
            return None, self._refused.get((question.topic, question.request.digest), _NOT_ASKED)
        if entry.file not in self._readings:
            self._readings[entry.file] = (None, "")
            try:
                self._readings[entry.file] = (
                    (question.read(self.store.json(entry)), "")
                    if entry.status == 200
                    else (None, refusal(entry.status, entry.headers, self.store.body(entry)))
                )
            except AnswerError as error:
                self._readings[entry.file] = (None, str(error))
        return self._readings[entry.file]

    @property
    def _refused(self) -> dict[tuple[str, str], str]:
        """Why answers about access can't be used, by topic and question."""
        return self.answers.once(
            "refused_access",
            lambda: {
                (one.topic, one.request.digest): one.refused
                for one in self.store.refusals()
                if read_topic(one.topic).topic in _ABOUT_ACCESS
            },
        )

    # projects and their schemes

    @property
    def asked(self) -> bool:
        """Whether any project was asked for its permission scheme, be it in vain."""
        return any(self._answer(self._scheme(project))[1] != _NOT_ASKED for project in self.projects)

    def _scheme(self, project: str) -> Question:
        request = self.pulled.dialect.permission_scheme(project)
        return Question(topics.SCHEME.of(project), request, lambda answer: (read_scheme(answer), people_beside(answer)))

    def _grants(self, number: str) -> Question:
        request = self.pulled.dialect.scheme(number)
        return Question(topics.GRANTS.of(), request, lambda answer: (read_scheme(answer), people_beside(answer)))

    def _record(self, project: str) -> Mapping[str, Any]:
        record: Mapping[str, Any] = self._answer(
            Question(topics.PROJECT.of(project), self.pulled.dialect.project(project), json_object)
        )[0]
        return record or {}

    def team_managed(self, project: str) -> bool:
        """Say whether a project has roles of its own instead of a shared scheme."""
        record = self._record(project)
        return record.get("simplified") is True or record.get("style") == "next-gen"

    def project(self, project: str) -> ProjectAccess:
        """Return what Jira tells of a project, with its scheme."""
        record = self._record(project)
        told, why_not = self._answer(self._scheme(project))
        scheme: Scheme | None = told[0] if told else None
        if scheme is not None and scheme.grants is None:
            whole, why_not = self._answer(self._grants(scheme.id))
            scheme = whole[0] if whole else scheme
            if whole and scheme is not None and scheme.grants is None:
                why_not = "Jira does not tell the grants of this scheme"
        private = record.get("isPrivate")
        return ProjectAccess(
            project,
            self.team_managed(project),
            private if isinstance(private, bool) else None,
            read_person(record.get("lead")),
            scheme,
            why_not,
        )

    def grants_of(self, project: str) -> tuple[Grant, ...]:
        """Return the grants of the permissions asked for in a project."""
        scheme = self.project(project).scheme
        return () if scheme is None else asked_grants(scheme, self.params.permissions)

    # roles

    def role_names(self, project: str) -> Mapping[str, str]:
        """Return the names of the roles of a team-managed project by their numbers; none of any other."""
        told = self._answer(self._role_names(project))[0] if self.team_managed(project) else None
        return told or {}

    def roles_refused(self, project: str) -> str:
        """Return why it is not told which roles a team-managed project has; empty if it is, and of any other."""
        told, why = self._answer(self._role_names(project)) if self.team_managed(project) else ({}, "")
        return "" if told is not None else why

    @property
    def _by_controls(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The roles that controls name, as names are compared, and the groups."""
        named = self.params.controls
        return frozenset(folded(one.role) for one in named if one.role), tuple(one.group for one in named if one.group)

    def _tells_roles(self, project: str) -> bool:
        """Say whether a project is asked for the names of its roles."""
        return bool(self._by_controls[0]) or self.team_managed(project)

    def _roles_of_controls(self, project: str) -> Iterator[str]:
        """Yield the numbers of the roles of a project that controls name."""
        wanted = self._by_controls[0]
        told: Mapping[str, str] = (self._answer(self._role_names(project))[0] or {}) if wanted else {}
        yield from (number for number, name in told.items() if folded(name) in wanted)

    def _role_names(self, project: str) -> Question:
        return Question(topics.ROLES.of(project), self.pulled.dialect.project_roles(project), read_role_names)

    def _role(self, project: str, number: str) -> Question:
        return Question(topics.ROLE.of(project), self.pulled.dialect.project_role(project, number), read_role)

    def _wanted_roles(self) -> Iterator[tuple[str, str]]:
        """Yield the roles, by project and number, that grants asked for or controls name, and all of team-managed projects."""
        for project in self.projects:
            granted = (one.holder_id for one in self.grants_of(project) if one.holder_type == schemes.PROJECT_ROLE)
            named = dict.fromkeys((*granted, *self.role_names(project), *self._roles_of_controls(project)))
            yield from ((project, one) for one in named if _is_number(one))

    # applications and groups

    def _applications(self) -> Question:
        return Question(topics.APPLICATIONS.of(), self.pulled.dialect.application_roles(), read_application_roles)

    def _wanted_applications(self) -> set[str]:
        """Return the applications that the grants asked for name; an empty key stands for any."""
        grants = (one for project in self.projects for one in self.grants_of(project))
        return {one.holder_id for one in grants if one.holder_type == schemes.APPLICATION_ROLE}

    def groups(self) -> dict[GroupName, GroupName]:
        """Return every group that grants, roles and applications lead to, with the one name under which it is asked for."""
        found = dict.fromkeys(self._named_groups())
        ids = {one.name: one.id for one in found if one.id and one.name}
        names = {number: name for name, number in ids.items()}
        return {
            one: GroupName(one.id or ids.get(one.name, ""), one.name or names.get(one.id, ""))
            for one in found
            if one.id or one.name
        }

    def _named_groups(self) -> Iterator[GroupName]:
        for project in self.projects:
            for one in self.grants_of(project):
                if one.holder_type == schemes.GROUP:
                    yield GroupName(one.holder_id, one.holder_name)
        yield from (GroupName("", name) for name in self._by_controls[1])
        for wanted in self._wanted_roles():
            role: Role | None = self._answer(self._role(*wanted))[0]
            yield from (one.group for one in (role.actors if role is not None else ()) if one.group is not None)
        applications: Mapping[str, ApplicationRole] = self._answer(self._applications())[0] or {}
        wanted_keys = self._wanted_applications()
        for role_of in applications.values():
            if "" in wanted_keys or role_of.key in wanted_keys:
                yield from role_of.groups

    def _page(self, group: GroupName, start: int) -> Question:
        return Question(topics.MEMBERS.of(), self.pulled.dialect.members(group, start), read_members)

    def _pages(self, group: GroupName) -> tuple[dict[int, MembersPage], list[int], str]:
        """Return the pages of a group by their offset, the offsets that are missing, and why the first of those is not there."""
        pages: dict[int, MembersPage] = {}
        missing, why_not = [0], _NOT_ASKED
        while missing:
            told = {start: self._answer(self._page(group, start)) for start in missing}
            came = {start: page for start, (page, _) in told.items() if page is not None}
            pages |= came
            if not came:
                why_not = next(iter(told.values()))[1]
                break
            missing = list(follow_members(pages).missing)
        return pages, missing, why_not

    def members(self, group: GroupName) -> Members:
        """Return the members of a group, as far as they are listed."""
        pages, missing, why_not = self._pages(group)
        accounts = tuple(sorted({one.account_id for page in pages.values() for one in page.people}))
        complete = bool(pages) and not missing and follow_members(pages).complete
        if complete:
            return Members(group.name, group.id, accounts, complete=True)
        if not missing:
            why_not = "the list ended before all were named"
        return Members(group.name, group.id, accounts, complete=False, why_not=why_not)

    # people

    def _people_told(self) -> Iterator[Person]:
        """Yield the records of people, those that tell most first."""
        for group in dict.fromkeys(self.groups().values()):
            for page in self._pages(group)[0].values():
                yield from page.people
        for entry in self.store.entries(topics.PEOPLE.of()):
            yield from self._answer(Question(entry.topic, entry.request, read_people))[0] or ()
        for project in self.projects:
            lead = self.project(project).lead
            yield from () if lead is None else (lead,)
            told, _ = self._answer(self._scheme(project))
            yield from told[1] if told else ()
            if told and told[0].grants is None:
                whole, _ = self._answer(self._grants(told[0].id))
                yield from whole[1] if whole else ()

    def _named_in_roles(self) -> dict[str, str]:
        """Return the accounts that roles name, as they name them, with their display names."""
        roles: Iterator[Role | None] = (self._answer(self._role(*wanted))[0] for wanted in self._wanted_roles())
        return {one.account: one.name for role in roles if role for one in role.actors if one.kind == "user"}

    def directory(self) -> Directory:
        """Return people, groups and roles, by what grants name them."""
        told = merge_people(self._people_told())
        by_name = {one.name: account for account, one in sorted(told.items()) if one.name}
        named = self._named_in_roles()
        told = merge_people(
            (*told.values(), *(Person(by_name.get(one, one), display_name=shown) for one, shown in named.items()))
        )
        roles, refused = {}, {}
        for wanted in self._wanted_roles():
            role, why_not = self._answer(self._role(*wanted))
            if role is None:
                refused[wanted] = why_not
            else:
                actors = (replace(one, account=by_name.get(one.account, one.account)) for one in role.actors)
                roles[wanted] = replace(role, actors=tuple(actors))
        members = {asked: self.members(asked) for asked in self.groups().values()}
        groups = {key: members[asked] for one, asked in self.groups().items() for key in (one.id, one.name) if key}
        applications, why_not = self._answer(self._applications()) if self._wanted_applications() else (None, "")
        return Directory(told, groups, roles, refused, applications, why_not)

    def _wanted_people(self) -> tuple[list[str], list[str]]:
        """Return the accounts without a record, by id or key, and those of which only the user name is known."""
        told = merge_people(self._people_told())
        by_name = {one.name for one in told.values() if one.name}
        grants = (one for project in self.projects for one in self.grants_of(project))
        ids = {one.holder_id for one in grants if one.holder_type == schemes.USER and one.holder_id}
        names = set(self._named_in_roles())
        if self.deployment == "cloud":
            ids, names = ids | names, set()
        asked = {
            value
            for entry in self.store.entries(topics.PEOPLE.of())
            for name, value in entry.request.query
            if name in _ASKED_BY
        }
        known = {account for account, one in told.items() if one.active is not None and one.display_name}
        return sorted(ids - known - asked), sorted(names - by_name - asked - set(told))

    def _people(self) -> Iterator[Question]:
        size = self.pulled.dialect.PEOPLE_PER_REQUEST
        left = (
            len(self.params.projects) * 10**6 if size > 1 else MOST_SINGLY - len(self.store.entries(topics.PEOPLE.of()))
        )
        for accounts, by_name in zip(self._wanted_people(), (False, True), strict=True):
            batches = [accounts[start : start + size] for start in range(0, len(accounts), size)][: max(0, left)]
            left -= len(batches)
            for batch in batches:
                request = self.pulled.dialect.people(batch, by_name=by_name)
                yield Question(topics.PEOPLE.of(), request, read_people)

    # what is still to be asked

    def open_questions(self) -> Iterator[list[Question]]:
        """Yield what is to be asked, each list after the answers to the one before: schemes, grants, roles, groups, people."""
        yield [self._scheme(project) for project in self.projects]
        yield [self._role_names(project) for project in self.projects if self._tells_roles(project)]
        told = (self._answer(self._scheme(project))[0] for project in self.projects)
        numbers = dict.fromkeys(one[0].id for one in told if one and one[0].grants is None)
        yield [self._grants(number) for number in numbers if _is_number(number)]
        applications = [self._applications()] if self._wanted_applications() else []
        yield [*(self._role(*wanted) for wanted in self._wanted_roles()), *applications]
        yielded = set[Request]()
        while pages := [
            page
            for group in dict.fromkeys(self.groups().values())
            for page in (self._page(group, start) for start in self._open_pages(group))
            if page.request not in yielded
        ]:
            yielded.update(page.request for page in pages)
            yield pages
        yield list(self._people())

    def _open_pages(self, group: GroupName) -> list[int]:
        """Return the offsets at which a group was not asked for yet; none where an answer was refused."""
        _, missing, _ = self._pages(group)
        reasons = [self._answer(self._page(group, start))[1] for start in missing]
        return missing if all(why == _NOT_ASKED for why in reasons) else []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19

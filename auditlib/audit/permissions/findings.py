"""What permissions show, in words: who can delete, move, rewrite, hide and administer, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.able import BROWSE, Able, Marks
from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.resolve import ANYBODY, NOT_KNOWN, OF_AN_ISSUE, Holding
from auditlib.phrases import agreeing, clauses, counted, listed

_NOTEBOOK: Final = "07_permissions"


@dataclass(frozen=True)
class Power:
    """Permissions that an auditor asks about together: what they are called in a finding, and what they allow."""

    id: str
    does: str
    permissions: tuple[str, ...]


POWERS: Final = (
    Power("delete", "delete or move issues", ("DELETE_ISSUES", "MOVE_ISSUES")),
    Power(
        "comments",
        "edit or delete what others wrote, attached or logged",
        (
            *("EDIT_ALL_COMMENTS", "DELETE_ALL_COMMENTS", "DELETE_ALL_ATTACHMENTS"),
            *("EDIT_ALL_WORKLOGS", "DELETE_ALL_WORKLOGS"),
        ),
    ),
    Power("security", "set security levels", ("SET_ISSUE_SECURITY",)),
    Power("administer", "administer the project", ("ADMINISTER_PROJECTS",)),
)
"""The powers by which a record can be changed, hidden or lost, in the order in which an auditor asks about them."""

STRONG: Final = tuple(name for one in POWERS for name in one.permissions)
"""The permissions of all of them, the strongest first."""


@dataclass(frozen=True)
class Unread:
    """What could not be read: a kind of request with what it takes, of what, and in whose words."""

    kind: str
    takes: str
    of: str
    why: str


@dataclass(frozen=True)
class Answered:
    """All that the findings are made of.

    Attributes
    ----------
    projects : tuple of ProjectAccess
    permissions : tuple of str
        Those asked for.
    holdings : tuple of Holding
    able : Able
    directory : Directory
    counts : DataFrame
        ``permission_counts.csv``.
    unread : tuple of Unread
    asked : bool
        False for a population that was pulled before permissions were asked for.
    """

    projects: tuple[ProjectAccess, ...]
    permissions: tuple[str, ...]
    holdings: tuple[Holding, ...]
    able: Able
    directory: Directory
    counts: pd.DataFrame
    unread: tuple[Unread, ...]
    asked: bool

    @property
    def told(self) -> list[str]:
        """The projects whose grants Jira tells."""
        return [one.project for one in self.projects if one.scheme is not None and one.scheme.grants is not None]

    def browsing(self, project: str) -> list[str] | None:
        """Return who can browse a project; None where not all of them can be named."""
        holders = [one for one in self.holdings if (one.project, one.permission) == (project, BROWSE)]
        ways = [way for one in holders for way in one.ways]
        if BROWSE not in self.permissions or any(way.is_open or way.who in {ANYBODY, OF_AN_ISSUE} for way in ways):
            return None
        return self.able.people([project], [BROWSE])

    @property
    def not_all_known(self) -> frozenset[tuple[str, str]]:
        """Projects and permissions that somebody may hold who is not named; the permission is empty where it may be any."""
        told, directory = set(self.told), self.directory
        silent = {one.project for one in self.projects if not one.team_managed and one.project not in told}
        teams = {one.project for one in self.projects if one.team_managed}
        silent |= {project for project, _ in directory.role_refused if project in teams}
        for (project, _), role in directory.roles.items():
            members = (directory.members(actor.group) for actor in role.actors if actor.group is not None)
            if project in teams and not all(one is not None and one.complete for one in members):
                silent.add(project)
        ways = {(one.project, one.permission) for one in self.holdings if any(way.is_open for way in one.ways)}
        return frozenset({(project, "") for project in silent} | ways)


def permission_findings(found: Answered) -> list[Finding]:
    """Say what of the permissions a reader must know."""
    if not found.asked:
        text = "Jira was not asked who may do what: this population was pulled before permissions were."
        return [Finding("permissions.not-asked", _NOTEBOOK, "limit", text, len(found.projects), "")]
    return [
        *_powers(found),
        *_anybody(found),
        *_everybody(found),
        *_kinds(found),
        *_of_issues(found),
        *_ungranted(found),
        *_limits(found),
    ]


def _powers(found: Answered) -> list[Finding]:
    """Answer an auditor's questions: how many can do it, project by project, against those who can browse."""
    findings = []
    for power in POWERS:
        asked = [name for name in power.permissions if name in found.permissions]
        if not asked or not found.told:
            continue
        people = found.able.people(found.told, asked)
        most_first = sorted(found.told, key=lambda project: -len(found.able.people([project], asked)))
        shown = [_in_project(found, project, asked) for project in most_first]
        who = "No account" if not people else counted(len(people), "account")
        text = (
            f"{who} can {power.does} ({', '.join(asked)}): {listed(shown)}. "
            f"{_who(found, people)}{_beyond(found, asked)}"
        )
        findings.append(Finding(f"permissions.{power.id}", _NOTEBOOK, "note", text.strip(), len(people), "permissions"))
    return findings


def _in_project(found: Answered, project: str, asked: Sequence[str]) -> str:
    """Say how many can do it in a project, against those who can browse it."""
    able, browsing = len(found.able.people([project], asked)), found.browsing(project)
    against = "not all who can browse are known" if browsing is None else f"{len(browsing):,} can browse"
    return f"{able:,} in {project} ({against})"


def _who(found: Answered, people: Sequence[str]) -> str:
    """Name people as long as they are few."""
    if not people or len(people) > 12:
        return ""
    names = [found.directory.person(account).display_name or account for account in people]
    return f"{agreeing(len(people), 'It is', 'They are')} {listed(names, most=12)}."


def _beyond(found: Answered, asked: Sequence[str]) -> str:
    """Say that holders which are not counted hold it too."""
    ways = [way for one in found.holdings if one.permission in asked for way in one.ways]
    kinds = {way.who for way in ways}
    parts = [
        words
        for holds, words in (
            (ANYBODY in kinds, "anybody, without logging in"),
            (OF_AN_ISSUE in kinds, "whoever an issue names"),
            (any(way.is_open for way in ways), "holders that could not be read, or not to their end"),
        )
        if holds
    ]
    return f" Beside them, and not counted: {listed(parts)}." if parts else ""


def _anybody(found: Answered) -> list[Finding]:
    """Say what is granted to anybody; to browse is less grave than to change."""
    findings = []
    for kind, severity, permissions in (
        ("anonymous", "exception", STRONG),
        ("public", "note", [name for name in found.permissions if name not in STRONG]),
    ):
        where: dict[str, set[str]] = {}
        for one in found.holdings:
            if one.permission in permissions and any(way.who == ANYBODY for way in one.ways):
                where.setdefault(one.permission, set()).add(one.project)
        if where:
            shown = [f"{name} in {listed(sorted(projects))}" for name, projects in where.items()]
            count = len(set().union(*where.values()))
            text = f"Granted to anybody, also without logging in: {clauses(shown)}."
            findings.append(Finding(f"permissions.{kind}", _NOTEBOOK, severity, text, count, "permissions"))
    return findings


def _everybody(found: Answered) -> list[Finding]:
    """Say where all who can browse a project can delete or move its issues: there, nobody was chosen for it."""
    asked = [name for name in POWERS[0].permissions if name in found.permissions]
    shown = []
    for project in found.told:
        browsing = found.browsing(project)
        if browsing is not None and len(browsing) > 1 and not set(browsing) - set(found.able.people([project], asked)):
            shown.append(f"all {len(browsing):,} in {project}")
    if not shown:
        return []
    text = f"Whoever can browse can delete or move issues: {listed(shown)}. Nobody was chosen for it."
    return [Finding("permissions.everybody", _NOTEBOOK, "exception", text, len(shown), "permission_counts")]


def _kinds(found: Answered) -> list[Finding]:
    """Say which of those with a strong power are no people of the company, or deactivated."""
    able = found.able
    strong = able.marks(found.told, [name for name in STRONG if name in found.permissions])
    active = strong & ~able.deactivated
    findings = []
    for kind, severity, marks, words in (
        (
            "customers",
            "exception",
            active & able.customers,
            ("customer of a portal holds", "customers of a portal hold"),
        ),
        ("apps", "note", active & able.apps, ("app holds", "apps hold")),
        ("deactivated", "note", strong & able.deactivated, ("deactivated account holds", "deactivated accounts hold")),
    ):
        if marks.any():
            accounts = _accounts(able, marks)
            names = [found.directory.person(account).display_name or account for account in accounts]
            after = (
                " Jira lets a deactivated account do nothing; who reactivates it gives it these powers."
                if kind == "deactivated"
                else ""
            )
            text = (
                f"{len(accounts):,} {words[len(accounts) != 1]} a power to delete, move, rewrite, hide or administer: "
                f"{listed(names)}.{after}"
            )
            findings.append(Finding(f"permissions.{kind}", _NOTEBOOK, severity, text, len(accounts), "permissions"))
    unknown = active & able.unknown
    if unknown.any():
        text = (
            f"Jira does not tell of {counted(int(unknown.sum()), 'account')} with such a power whether "
            f"{agreeing(int(unknown.sum()), 'it is', 'they are')} deactivated; "
            f"{agreeing(int(unknown.sum()), 'it is', 'they are')} counted as if not."
        )
        findings.append(
            Finding("permissions.state-unknown", _NOTEBOOK, "limit", text, int(unknown.sum()), "permissions")
        )
    return findings


def _accounts(able: Able, marks: Marks) -> list[str]:
    return [able.accounts[place] for place in np.flatnonzero(marks)]


def _of_issues(found: Answered) -> list[Finding]:
    """Say which strong powers an issue gives to whoever it names."""
    where: dict[tuple[str, str], set[str]] = {}
    for one in found.holdings:
        for way in one.ways:
            if one.permission in STRONG and way.who == OF_AN_ISSUE:
                where.setdefault((one.permission, way.note), set()).add(one.project)
    if not where:
        return []
    shown = [f"{name} to {who} in {listed(sorted(projects))}" for (name, who), projects in sorted(where.items())]
    text = f"Granted to whoever an issue names, which changes with the issue and can't be listed: {clauses(shown)}."
    return [Finding("permissions.of-issues", _NOTEBOOK, "note", text, len(shown), "permissions")]


def _ungranted(found: Answered) -> list[Finding]:
    """Say which permissions asked for no scheme grants: nobody holds them, or Jira does not know the name."""
    granted = {one.permission for one in found.holdings}
    silent = [name for name in found.permissions if name not in granted]
    if not silent or not found.told:
        return []
    text = (
        f"No scheme of {listed(found.told)} grants {listed(silent)}: nobody holds {agreeing(len(silent), 'it', 'them')} there, "
        f"or this Jira knows no permission of {agreeing(len(silent), 'this name', 'these names')}."
    )
    return [Finding("permissions.not-granted", _NOTEBOOK, "note", text, len(silent), "permission_counts")]


def _limits(found: Answered) -> list[Finding]:
    """Say what could not be read, each kind with what would cure it, and what is not known of team-managed projects."""
    findings = []
    by_kind: dict[tuple[str, str], list[Unread]] = {}
    for one in found.unread:
        by_kind.setdefault((one.kind, one.takes), []).append(one)
    for (kind, takes), ones in by_kind.items():
        why = listed(list(dict.fromkeys(one.why.rstrip(".") for one in ones)), most=2)
        cure = f" It takes {takes}." if takes else ""
        text = f"Could not be read: {listed([one.of for one in ones])} ({why}).{cure}"
        findings.append(Finding(f"permissions.unread:{kind}", _NOTEBOOK, "limit", text, len(ones), "permissions"))
    unknown = sorted(
        {
            f"{one.holder_type} {one.holder}".strip()
            for one in found.holdings
            for way in one.ways
            if way.who == NOT_KNOWN
        }
    )
    if unknown:
        text = (
            f"Granted to holders of which this version does not know whom they mean: {listed(unknown)}. permissions.csv shows "
            "them as they are."
        )
        findings.append(Finding("permissions.unknown-holders", _NOTEBOOK, "limit", text, len(unknown), "permissions"))
    cut = [one for one in _distinct(found.directory.groups) if not one.complete and one.accounts]
    if cut:
        text = (
            f"The members of {counted(len(cut), 'group')} are listed in part: "
            f"{listed([f'{one.name or one.group_id} ({len(one.accounts):,} named: {one.why_not})' for one in cut])}."
        )
        findings.append(Finding("permissions.in-part", _NOTEBOOK, "limit", text, len(cut), "group_members"))
    return [*findings, *_team_managed(found)]


def _team_managed(found: Answered) -> list[Finding]:
    """Say what is not known of team-managed projects, also of one for which Jira told a scheme."""
    team = [one.project for one in found.projects if one.team_managed]
    if not team:
        return []
    told = [one for one in team if one in found.told]
    silent = [one for one in team if one not in told]
    text = (
        f"{listed(team)} {agreeing(len(team), 'is', 'are')} team-managed: which rights the roles of such a project have is not "
        "told by any answer that the workbook knows. project_roles.csv shows the roles as far as this account may read them"
    )
    text += f"; who can delete in {listed(silent)} is not shown." if silent else "."
    if told:
        text += (
            f" For {listed(told)} Jira told a permission scheme all the same, and who holds what there is counted by it: whether "
            "such a project goes by it is not known."
        )
    return [Finding("permissions.team-managed", _NOTEBOOK, "limit", text, len(team), "project_roles")]


def _distinct(groups: Mapping[str, Members]) -> Iterable[Members]:
    return dict.fromkeys(groups.values())


def conclude_permissions(found: Answered) -> str:
    """Return the conclusion of ``07_permissions``."""
    if not found.asked:
        return "Jira was not asked who may do what."
    if not found.told:
        return "Jira tells this account of no listed project who may do what there."
    answers = []
    for power in POWERS:
        asked = [name for name in power.permissions if name in found.permissions]
        if asked:
            answers.append(f"{len(found.able.people(found.told, asked)):,} can {power.does}")
    known = [found.browsing(project) for project in found.told]
    everyone = set().union(*(one for one in known if one is not None))
    if None not in known:
        answers.insert(0, f"{len(everyone):,} can browse")
    silent = [one.project for one in found.projects if one.project not in set(found.told)]
    rest = f" Of {listed(silent)} Jira does not tell it." if silent else ""
    not_all = any(way.is_open for one in found.holdings for way in one.ways)
    unread = " Not all holders could be read, so there may be more." if not_all else ""
    return f"How many accounts have which powers in {listed(found.told)}: {'; '.join(answers)}.{rest}{unread}"

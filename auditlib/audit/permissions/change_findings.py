"""What the audit log's changes of permissions show, in words: administrators, powers, schemes, and what it can't tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.changes import Belonging
from auditlib.audit.permissions.findings import STRONG
from auditlib.phrases import agreeing, counted, listed, minute
from auditlib.records.log_reach import LogReach
from auditlib.times import Period

_NOTEBOOK: Final = "07_permissions"
_TABLE: Final = "permission_changes"


@dataclass(frozen=True)
class Recorded:
    """All that the findings are made of.

    Attributes
    ----------
    changes : DataFrame
        ``permission_changes.csv``.
    found : tuple of Belonging
    reach : LogReach
    period : Period
    takes : str
        What it takes to read the log.
    names : mapping of str to str
        Display names by account.
    nesting : bool
        Groups may lie within groups, and their members are told with those of the outer one, as on Data Center.
    """

    changes: pd.DataFrame
    found: tuple[Belonging, ...]
    reach: LogReach
    period: Period
    takes: str
    names: Mapping[str, str]
    nesting: bool = False


def change_findings(recorded: Recorded) -> list[Finding]:
    """Say what the log records of permissions that asks for an answer, and how far it tells."""
    return [
        *_administrators(recorded),
        *_grants(recorded),
        *_swaps(recorded),
        *_memberships(recorded),
        *_contradictions(recorded),
        *_nesting(recorded),
        *_untold(recorded),
        *_reach(recorded),
    ]


def _finding(kind: str, severity: str, text: str, count: int, table: str = _TABLE) -> Finding:
    return Finding(f"changes.{kind}", _NOTEBOOK, severity, text, count, table)


def _told(row: Any, side: str, recorded: Recorded) -> str:
    """Tell one change: who or what, where, by whom and when."""
    what = getattr(row, side)
    actor = row.actor if isinstance(row.actor, str) else "nobody named"
    return f"{what} ({row.what}, by {actor}, {minute(row.at, recorded.period.zone)})"


def _listing(rows: pd.DataFrame, side: str, recorded: Recorded) -> str:
    return listed([_told(row, side, recorded) for row in rows.itertuples(index=False)])


def _administrators(recorded: Recorded) -> list[Finding]:
    """Say who became, and who no longer is, an administrator of the whole Jira."""
    findings = []
    for kind, side, severity, words in (
        ("made", "after", "exception", "The log records that administrators of Jira were made in the period"),
        ("removed", "before", "note", "The log records that administrators of Jira were removed in the period"),
    ):
        rows = recorded.changes[recorded.changes["kind"] == f"administrator {kind}"]
        if len(rows):
            text = f"{words}, {counted(len(rows), 'change')}: {_listing(rows, side, recorded)}."
            findings.append(_finding(f"administrators-{kind}", severity, text, len(rows)))
    return findings


def _grants(recorded: Recorded) -> list[Finding]:
    """Say which powers to delete, move, rewrite, hide or administer were given in schemes of listed projects, and taken."""
    findings = []
    strong = recorded.changes["permission"].isin(STRONG) & recorded.changes["project"].notna()
    for kind, side, severity in (("added", "after", "exception"), ("removed", "before", "note")):
        rows = recorded.changes[strong & (recorded.changes["kind"] == f"grant {kind}")]
        if len(rows):
            text = (
                f"{counted(len(rows), 'grant')} of a power to delete, move, rewrite, hide or administer "
                f"{agreeing(len(rows), 'was', 'were')} {kind} in the period, in permission schemes that listed projects use "
                f"today: {_listing(rows, side, recorded)}."
            )
            findings.append(_finding(f"grants-{kind}", severity, text, len(rows)))
    return findings


def _swaps(recorded: Recorded) -> list[Finding]:
    """Say which projects got another permission scheme."""
    changes = recorded.changes
    told = changes[
        (changes["kind"] == "scheme swapped") & changes["scheme_kind"].isin(("permission", "issue security"))
    ]
    rows = told[told["after"].notna()]
    if rows.empty:
        return []
    shown = [
        f"{row.what}: {row.before if isinstance(row.before, str) else 'not recorded'} → {row.after} "
        f"({minute(row.at, recorded.period.zone)})"
        for row in rows.itertuples(index=False)
    ]
    records = f" (told by {len(told):,} records)" if len(told) > len(rows) else ""  # one of what went, one of what came
    text = (
        f"{counted(len(rows), 'change')}{records} in the period gave a project another permission or issue security scheme, by "
        f"which other people may hold its permissions, or see its issues: {listed(shown)}."
    )
    return [_finding("schemes", "exception", text, len(rows))]


def _memberships(recorded: Recorded) -> list[Finding]:
    """Say who belonged to the groups and roles at the end of the period and not today, and the other way round."""
    left: list[tuple[str, str]] = []
    joined: list[tuple[str, str]] = []
    for one in recorded.found:
        members = one.end.members or frozenset()
        for account in sorted(one.differing):
            named = (recorded.names.get(account, account), _place(one))
            (left if account in members else joined).append(named)
    findings = []
    for kind, people, verbs, words in (
        ("left", left, ("was", "were"), "there at the end of the period, and not today"),
        ("joined", joined, ("is", "are"), "there today, and not at the end of the period"),
    ):
        if people:
            shown = listed([f"{name} ({where})" for name, where in people])
            number = f"{counted(len(people), 'membership')} of groups and roles"
            text = f"By the log, {number} {agreeing(len(people), *verbs)} {words}: {shown}."
            findings.append(_finding(f"members-{kind}", "note", text, len(people), "memberships"))
    return findings


def _place(one: Belonging) -> str:
    kind, name, project = one.holder.place
    return f"group {name}" if kind == "group" else f"role {name} of {project}"


def _contradictions(recorded: Recorded) -> list[Finding]:
    odd = [
        f"{_place(one)}: {said.in_words(recorded.names.get(said.member, said.member), minute(said.at, recorded.period.zone))}"
        for one in recorded.found
        for said in one.contradictions
    ]
    if not odd:
        return []
    text = (
        f"{counted(len(odd), 'record')} of the log {agreeing(len(odd), 'does', 'do')} not fit today's members, so that earlier "
        f"members are not certain there: {listed(odd)}."
    )
    return [_finding("contradictions", "limit", text, len(odd), "memberships")]


def _nesting(recorded: Recorded) -> list[Finding]:
    """Say that members through a group within a group can't be told from others."""
    known = [one for one in recorded.found if one.holder.place[0] == "group" and one.end.members is not None]
    if not recorded.nesting or not known:
        return []
    text = (
        "Jira lists the members of a group within a group among the outer one's own, and does not say which they are; who came "
        "into or left the inner group is undone there only. So earlier members through such a group are not certain: of "
        f"{counted(len(known), 'group')} it is not known whether one lies within."
    )
    return [_finding("nested-groups", "limit", text, len(known), "memberships")]


def _untold(recorded: Recorded) -> list[Finding]:
    number = int((recorded.changes["kind"] == "other").sum())
    if not number:
        return []
    text = (
        f"Of {counted(number, 'record')} about permissions, groups, people, workflows or fields the log does not show in a form "
        "that is known what changed; they are listed as `other`."
    )
    return [_finding("other", "limit", text, number)]


def _reach(recorded: Recorded) -> list[Finding]:
    """Say from when on changes are known."""
    reach, period = recorded.reach, recorded.period
    if not reach.readable:
        why = f" ({reach.why_not})" if reach.why_not else ""
        text = (
            f"Jira's audit log could not be read{why}: which permissions, roles and groups changed in the period is not known. "
            f"It takes {recorded.takes}."
        )
        return [_finding("log", "limit", text, 0)]
    if reach.covers(period.begins):
        return []
    since = "it was not read to its end"
    if reach.begins is not None:
        since = f"it reaches back to {minute(reach.begins, period.zone)} only"
    elif reach.records == 0:
        since = "it gave this account no record"
    elif reach.timeless:
        since = "the time of none of its records can be read"
    text = (
        f"The audit log does not tell of all of the period: {since}. What changed before is not in permission_changes.csv, and "
        "who belonged to groups and roles before is not known."
    )
    return [_finding("log", "limit", text, len(recorded.changes))]


def conclude_changes(recorded: Recorded) -> str:
    """Return what the chapter's conclusion says of changes."""
    if not recorded.reach.readable:
        return "Changes of permissions in the period are not known, for the audit log could not be read."
    kinds: Sequence[tuple[str, str]] = (
        ("grant added", "grants added"),
        ("grant removed", "removed"),
        ("administrator made", "administrators made"),
        ("role membership", "changes of roles"),
        ("group membership", "of groups"),
    )
    counts = recorded.changes["kind"].value_counts()
    shown = [f"{int(counts.get(kind, 0)):,} {words}" for kind, words in kinds]
    part = "" if recorded.reach.covers(recorded.period.begins) else ", which does not cover all of it,"
    return f"In the period the log{part} records {listed(shown)}."

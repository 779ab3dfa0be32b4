"""Who held which permission at the time of an archive, and who gained or lost one since. Pure.

A note holds the rows of ``permissions.csv`` and the members of the groups that stand there as one row. Who could not be read in
one of two archives has neither gained nor lost anything between them, as far as is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

import pandas as pd

from auditlib.errors import AnswerError
from auditlib.tables import Column, Table
from auditlib.text import shorten

GAINED: Final = "gained"
LOST: Final = "lost"

HOLDER_CHANGES: Final = Table(
    "holder_changes",
    "Who gained or lost a permission, or the membership of a large group that holds one, between two archives.",
    (
        Column("project", "text", "Key of the project; empty for the members of a group."),
        Column("permission", "text", "Jira's key of the permission; empty for the members of a group."),
        Column("holder_type", "text", "To what the scheme grants it, in Jira's word."),
        Column("holder", "text", "Name of the holder; of a membership, the group."),
        Column(
            "account_id",
            "text",
            "Account id (Data Center: user key); empty where the holder stands for no one account.",
        ),
        Column("display_name", "text", "Name of the account, as Jira showed it."),
        Column("via", "text", "The group through which the holder reaches the account."),
        Column("change", "text", "`gained` or `lost`."),
        Column("last_seen", "instant_utc", "The archive that last saw it as it was before."),
        Column("first_missed", "instant_utc", "The archive that first saw it so."),
    ),
)

_UNREAD: Final = frozenset({"not readable", "not known"})


class Held(NamedTuple):
    """One row: a permission held, or a membership where project and permission are empty.

    ``holder`` names what is granted to for people, ``holder_id`` for programs.
    """

    project: str
    permission: str
    holder_type: str
    holder_id: str
    who: str
    account_id: str
    via: str


@dataclass(frozen=True)
class HolderNote:
    """What one archive noted of the holders.

    Attributes
    ----------
    at : datetime
    rows : mapping of Held to (str, str)
        With the names of the holder and of the account.
    unread : frozenset of (str, str)
        Projects and permissions, or "" and groups, of which not everybody could be read.
    projects : frozenset of str
        Projects whose grants were read.
    """

    at: datetime
    rows: Mapping[Held, tuple[str, str]]
    unread: frozenset[tuple[str, str]]
    projects: frozenset[str]

    @cached_property
    def groups(self) -> frozenset[str]:
        """The groups whose members stand apart from the projects."""
        return frozenset(one.holder_id for one in self.rows if not one.project)


def holder_lines(permissions: pd.DataFrame, members: pd.DataFrame, projects: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a note: which projects' grants were read, then the rows of both tables.

    Parameters
    ----------
    permissions, members : DataFrame
        ``permissions.csv`` and ``group_members.csv``.
    projects : iterable of str
        Whose grants were read.
    """
    yield json.dumps({"projects": sorted(projects)})
    for table, frame in (("permissions", permissions), ("group_members", members)):
        kept = [name for name in frame.columns if name not in {"people", "members", "note"}]
        for row in frame[kept].astype(object).where(frame[kept].notna(), None).to_dict("records"):
            yield json.dumps({"table": table, **row}, default=str)


def read_holders(at: datetime, lines: Iterable[str]) -> HolderNote:
    """Read a note, as `holder_lines` gives it.

    Raises
    ------
    AnswerError
        Naming the line, if it is none.
    """
    rows: dict[Held, tuple[str, str]] = {}
    unread: set[tuple[str, str]] = set()
    projects: set[str] = set()
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if "projects" in record:
                projects.update(map(str, record["projects"]))
                continue
            held, names, whole = _row(record)
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
            message = f"line {place} is no holder: {shorten(line.strip(), 80)!r}"
            raise AnswerError(message, expected="a row of permissions.csv", found=line[:80]) from error
        if not whole:
            unread.add((held.project, held.permission) if held.project else ("", held.holder_id))
        rows[held] = names
    return HolderNote(at, rows, frozenset(unread), frozenset(projects))


def _row(record: Mapping[str, Any]) -> tuple[Held, tuple[str, str], bool]:
    def text(name: str) -> str:
        return "" if record.get(name) is None else str(record[name])

    if record["table"] == "group_members":
        group = text("group_id") or text("group")
        held = Held("", "", "group", group, "member", text("account_id"), "")
        return held, (text("group"), text("display_name")), record.get("complete") is True
    held = Held(
        text("project"), text("permission"), text("holder_type"), text("holder_id") or text("holder"), text("who"),
        text("account_id"), text("via"),
    )  # fmt: skip
    return held, (text("holder"), text("display_name")), held.who not in _UNREAD


def holder_changes(before: HolderNote, after: HolderNote) -> pd.DataFrame:
    """Return who gained or lost what between two notes, as `HOLDER_CHANGES`."""
    found = []
    for change, one, other in ((GAINED, after, before), (LOST, before, after)):
        for held in one.rows.keys() - other.rows.keys():
            if _is_known(held, before) and _is_known(held, after):
                holder, name = one.rows[held]
                row = (held.project, held.permission, held.holder_type, holder or held.holder_id, held.account_id, name)
                found.append((*row, held.via, change, before.at, after.at))
    return HOLDER_CHANGES.make(sorted(found))


def _is_known(held: Held, note: HolderNote) -> bool:
    """Say whether a note holds everybody whom a row is about."""
    if held.who in _UNREAD:
        return False
    if held.project:
        return held.project in note.projects and (held.project, held.permission) not in note.unread
    return held.holder_id in note.groups and ("", held.holder_id) not in note.unread

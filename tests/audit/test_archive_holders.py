"""Who gained or lost a permission between two archives; who could not be read in one of them did neither."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from auditlib.audit.archive.holders import holder_changes, holder_lines, read_holders
from auditlib.errors import AnswerError

MAY, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6))


def row(
    account: str, *, who: str = "person", project: str = "PAY", permission: str = "DELETE_ISSUES"
) -> dict[str, Any]:
    return {
        "project": project, "permission": permission, "holder_type": "group", "holder": "admins", "holder_id": "g1",
        "account_id": account or None, "display_name": account.title() or None, "who": who, "via": "itself", "people": 1,
        "note": None,
    }  # fmt: skip


def member(account: str, *, complete: bool = True) -> dict[str, Any]:
    return {"group": "everybody", "group_id": "g9", "account_id": account, "display_name": account.title(),
            "members": 200, "complete": complete, "note": None}  # fmt: skip


def note(at: datetime, rows: list[dict[str, Any]], members: list[dict[str, Any]] | None = None, *projects: str):
    lines = holder_lines(pd.DataFrame(rows), pd.DataFrame(members or []), projects or ("PAY",))
    return read_holders(at, lines)


def told(before, after) -> list[tuple[str, str, str]]:
    frame = holder_changes(before, after)
    return list(zip(frame["project"], frame["account_id"], frame["change"], strict=True))


def test_who_gained_and_who_lost():
    """By project, permission and account; who held it both times is not told."""
    before, after = note(MAY, [row("ana"), row("ben")]), note(JUNE, [row("ben"), row("cyd")])
    assert told(before, after) == [("PAY", "ana", "lost"), ("PAY", "cyd", "gained")]
    assert list(holder_changes(before, after)["last_seen"]) == [MAY, MAY]


def test_a_group_that_could_not_be_read_has_lost_nobody():
    """In June its members are not readable: nothing follows from their absence."""
    before, after = note(MAY, [row("ana")]), note(JUNE, [row("", who="not readable")])
    assert told(before, after) == told(after, before) == []


def test_a_project_whose_grants_could_not_be_read_has_lost_nobody():
    """The scheme was refused; the others are compared."""
    both = [row("ana"), row("ben", project="OPS")]
    before, after = note(MAY, both, None, "PAY", "OPS"), note(JUNE, [row("cyd")], None, "PAY")
    assert told(before, after) == [("PAY", "ana", "lost"), ("PAY", "cyd", "gained")]


def test_members_of_a_large_group_are_compared_where_both_lists_are_whole():
    """They stand apart from the projects, once."""
    before = note(MAY, [row("ana")], [member("ben"), member("cyd")])
    assert told(before, note(JUNE, [row("ana")], [member("ben")])) == [("", "cyd", "lost")]
    assert told(before, note(JUNE, [row("ana")], [member("ben", complete=False)])) == []
    assert told(before, note(JUNE, [row("ana")])) == []


@pytest.mark.parametrize("line", ["{", "7", "[]", "{}", '{"projects": 7}', '{"table": "permissions"', "[" * 100_000])
def test_a_line_that_is_none_is_named(line):
    """Whatever is in a file of the archive, the error says where."""
    with pytest.raises(AnswerError, match=r"^line 2 is no holder"):
        read_holders(MAY, [json.dumps({"projects": []}), line])

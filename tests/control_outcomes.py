"""What the engine says of the histories, and what it must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from control_histories import Json, Reading, expected
from control_subjects import called, closed, subjects

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import RULES, find_bursts, test_issue
from auditlib.audit.controls.members import MemberChange, Members
from auditlib.audit.controls.result import Result
from auditlib.records.names import folded
from auditlib.times import parse_instant

SHOWN: Final = 12
"""Rows of a history whose words are kept: two hundred equal issues say the same."""


def members_of(told: Reading) -> dict[tuple[str, str, str], Members]:
    """Return who belongs to the roles and groups that the history tells of; what was refused is missing."""
    found = {}
    for place, accounts in told.case.get("members", {}).items():
        kind, _, name = place.partition(" ")
        project = told.dossiers[0].project if kind == "role" else ""
        if accounts is not None:
            changes = [_member_change(one) for one in told.case.get("member_log", ()) if one["of"] == place]
            found[kind, folded(name), project] = Members(frozenset(accounts), changes)
    return found


def _member_change(record: Json) -> MemberChange:
    return MemberChange(parse_instant(record["at"]), record["member"], record["what"] == "added", f"log {record['at']}")


@cache
def tested(told: Reading, way: str) -> Mapping[tuple[str, str], Sequence[Result]]:
    """Return the rows of a history's controls, by control and key."""
    context = Context(called(told), members_of(told), closed=closed(told))
    rows: dict[tuple[str, str], list[Result]] = {}
    issues = subjects(told, way)
    context = replace(context, bursts=find_bursts(issues, told.controls, context))
    for subject in issues:
        for row in test_issue(subject, told.controls, context):
            rows.setdefault((row.control, row.key), []).append(row)
    return rows


def words(told: Reading) -> list[str]:
    """Return every row of a history, by its whole record, in a line each: what it says, when, and by which entries."""
    rows = [row for rows in tested(told, "record").values() for row in rows]
    return [
        f"{row.control} {row.key} {row.round} {row.outcome} {row.decided_at} {list(row.history_ids)} {row.evidence}"
        for row in rows[:SHOWN]
    ]


def wrong(told: Reading, way: str) -> list[str]:
    """Return a sentence for each row that is not as it must be."""
    found, sentences = tested(told, way), list[str]()
    rules = {one.id: one.rule for one in told.controls}
    for (control, key), rows in expected(told.case, told.dialect).items():
        if rules[control] not in RULES:
            continue
        for one in [issue.key for issue in told.dossiers] if "times" in told.case else [key]:
            sentences += _differences(f"{control} of {one}", rows, found.get((control, one), ()))
    return sentences


def _differences(what: str, rows: Sequence[Json], found: Sequence[Result]) -> Iterator[str]:
    want = [(one["round"], one["outcome"]) for one in rows]
    if [(one.round, one.outcome) for one in found] != want:
        is_now = [(one.round, one.outcome, one.evidence) for one in found]
        yield f"{what} must be {want} and is {is_now}: {rows[0]['why']}"
        return
    for row, must in zip(found, rows, strict=True):
        if not set(must.get("entries", ())) <= set(row.history_ids):
            yield f"{what}: entries {must['entries']} decide, not {row.history_ids}"
        if row.evidence.startswith("note: ") != must.get("note", False):
            yield f"{what}: noted or not, {row.evidence}"
        if row.falls_due_later != must.get("falls_due_later", False):
            yield f"{what}: falls due later is {row.falls_due_later}"

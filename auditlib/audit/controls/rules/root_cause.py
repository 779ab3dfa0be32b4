"""A rule on what follows from an incident: its root cause is recorded, and a linked action was closed in time. Pure."""

from __future__ import annotations

from datetime import timedelta

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.levels import held_at, held_values
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Round
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Linked
from auditlib.audit.controls.trail import instant, later, moment, numbers, timestamp, told
from auditlib.records.history import Change
from auditlib.records.names import folded

Found = tuple[str, str, Change | None]
"""An outcome, what shows it in words, and the history entry that does."""


def root_cause_followed_up(case: Case) -> list[Result]:
    """CT-12: by so many days after the go the root cause is recorded, and a linked action is closed.

    Of the two only what the parameters name is tested. An action that was closed before the incident was created follows
    from something else. What falls due after the period, or after the issue was read, is no matter of it, unless all is done.
    """
    return case.each_round(lambda one: _judge(case, one))


def _judge(case: Case, one: Round) -> Result:
    if one.why_not:
        return case.unknown(one)
    go = one.go_step
    given, subject = case.test.given, case.subject
    days = timedelta(days=given.days or 0)
    due = one.went + days.total_seconds()
    until = timestamp(subject.period_ends)
    read = subject.read_at.timestamp()
    over = due < (read if until is None else min(until, read))
    parts = [_cause(case, given.root_cause, min(due, read))] if given.root_cause else []
    parts += [_action(case, given.follow_up, due)] if given.follow_up else []
    shown = f"{told(go, one.go.name)}; {'; '.join(words for _, words, _ in parts)}"
    ids = tuple(sorted(numbers(go, *(step for _, _, step in parts))))
    outcomes = {outcome for outcome, _, _ in parts}
    if outcomes == {PASS}:
        return case.result(PASS, shown, one, go.at, ids)
    if not over:
        words = f"{shown}; due {moment(later(go.at, days))}, after the period or after it was read"
        return case.result(NOT_APPLICABLE, words, one, go.at, ids, falls_due_later=True)
    return case.result(EXCEPTION if EXCEPTION in outcomes else NO_EVIDENCE, shown, one, go.at, ids)


def _cause(case: Case, wanted: str, at: float) -> Found:
    """Say whether the field of the root cause was filled at an instant; one of several fields of that name is enough."""
    courses = held_values(case, wanted)
    if isinstance(courses, str):
        return NO_EVIDENCE, courses, None
    held = [held_at(course, at) for course in courses]
    filled = next((one for one in held if one.words), None)
    if filled is not None:
        since = (
            "" if filled.since is None or filled.since.history_id is None else f" (history {filled.since.history_id})"
        )
        return PASS, f"{wanted} was filled{since}", filled.since
    changes = [one.since for course in courses for one in course if one.since is not None and one.words]
    filled_later = next((change for change in changes if instant(change.at) > at), None)
    if filled_later is not None:
        return EXCEPTION, f"{wanted} was empty until {told(filled_later, 'filled')}", filled_later
    return EXCEPTION, f"{wanted} was empty", held[0].since


def _action(case: Case, wanted: str, due: float) -> Found:
    """Say whether one of the linked actions was closed by an instant."""
    linked = case.subject.linked
    if linked is None:
        return NO_EVIDENCE, "its links were not read", None
    actions = [one for one in linked if folded(wanted) in map(folded, one.names.split("\n"))]
    if not actions:
        return EXCEPTION, f"no link {wanted!r}", None
    found = [_closed(case, one, due) for one in actions]
    outcome = next(one for one in (PASS, NO_EVIDENCE, EXCEPTION) if any(it[0] == one for it in found))
    return outcome, "; ".join(words for kind, words, _ in found if kind == outcome), None


def _closed(case: Case, action: Linked, due: float) -> Found:
    """Say whether an action was closed in time, as far as that was read."""
    at = case.context.closed.get(action.key)
    if at is None:
        if action.is_done is False:
            return EXCEPTION, f"{action.key} is not closed", None
        return NO_EVIDENCE, f"when {action.key} was closed was not read", None
    if at == "":
        if action.is_done:
            return NO_EVIDENCE, f"{action.key} is done, and Jira tells no time at which it was resolved", None
        return EXCEPTION, f"{action.key} is not closed", None
    closed, born = timestamp(at), timestamp(case.subject.created)
    if closed is None or born is None:
        return NO_EVIDENCE, f"{action.key} was closed {moment(at)}: a time can't be read", None
    if closed < born:
        return EXCEPTION, f"{action.key} was closed {moment(at)}, before the incident", None
    return PASS if closed <= due else EXCEPTION, f"{action.key} was closed {moment(at)}", None

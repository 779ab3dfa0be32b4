"""Rules on what came after, and when things were written: nothing changed after closing, no bursts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from auditlib.audit.controls.bursts import COMMENTS, GATES, Bursts, Done
from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import attachments, is_change
from auditlib.audit.controls.gates import every_gate
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Round
from auditlib.audit.controls.rules.approval import SHOWN, changes_shown
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Remark
from auditlib.audit.controls.trail import Mark, moment, numbers, timestamp
from auditlib.records.history import Time
from auditlib.records.names import folded


def nothing_changed_after(case: Case) -> list[Result]:
    """CT-20: after the last go no protected field changed, no comment was edited by somebody else, no attachment removed."""

    def judge(one: Round) -> Result:
        if not case.course.is_done:
            return case.result(NOT_APPLICABLE, "open: it was opened again after this go", one)
        if one is not case.course.rounds[-1]:
            return case.result(NOT_APPLICABLE, "it was opened again after this go; the last go is judged", one)
        if one.why_not:
            return case.unknown(one)
        return _after(case, one)

    return case.each_round(judge)


def _after(case: Case, one: Round) -> Result:
    go, subject = one.go_step, case.subject
    shown = one.go_shown
    changed = [
        mark
        for wanted in case.test.given.protected
        for chain in case.context.fields.marks(subject, case.trail, wanted)
        for mark in chain
        if mark.place > one.go.place and is_change(mark.step)
    ]
    changed += [mark for mark in attachments(case.trail) if mark.place > one.go.place and _removes(mark)]
    changed.sort(key=lambda mark: mark.place)
    edited = [it for it in subject.comments or () if _edited_after(it, one.went)]
    if changed or edited:
        said = [changes_shown(changed)] if changed else []
        said += [
            f"comment {it.id} by {it.author.name}, edited {moment(it.updated)} by {it.update_author.name}"
            for it in edited
        ]
        at = changed[0].step.at if changed else edited[0].updated
        return case.result(
            EXCEPTION, f"{shown}; {'; '.join(said)}", one, at, numbers(go, *(mark.step for mark in changed))
        )
    unknown = [
        f"Jira sent no field {wanted} and no change of it"
        for wanted in case.test.given.protected
        if not case.context.fields.is_known(subject, case.trail, wanted)
    ]
    if not subject.all_comments:
        unknown.append("its comments could not be read")
    if unknown:
        return case.result(NO_EVIDENCE, f"{shown}; {'; '.join(unknown)}", one, go.at, numbers(go))
    unasked = "; its comments were not asked for" if subject.comments is None else ""
    return case.result(PASS, f"{shown}; nothing changed after it{unasked}", one, go.at, numbers(go))


def _removes(mark: Mark) -> bool:
    return bool(mark.step.before or mark.step.before_text) and not (mark.step.after or mark.step.after_text)


def _edited_after(comment: Remark, go: float) -> bool:
    """Say whether somebody other than its author edited a comment after an instant."""
    updated, created = timestamp(comment.updated), timestamp(comment.created)
    if updated is None or updated <= go or updated == created:
        return False
    one, other = comment.author, comment.update_author
    return one.id != other.id if one.id and other.id else folded(one.name) != folded(other.name)


# Written at the time


def done_in(case: Case) -> Iterator[Done]:
    """Yield the gates and comments of an issue by which bursts are found; those of all issues make `Bursts`."""
    yield from ((GATES, gate.by, gate.at) for gate in every_gate(case))
    for comment in case.subject.comments or ():
        yield COMMENTS, comment.author.id, comment.created


def written_at_the_time(case: Case) -> list[Result]:
    """CT-21: no bursts of gates or comments by one actor in a minute, none after the day of the request; a note, no exception."""
    bursts = case.context.bursts or Bursts(done_in(case))
    gates = [gate for gate in every_gate(case) if case.in_period(gate.at)]
    comments = [comment for comment in case.subject.comments or () if case.in_period(comment.created)]
    noted = [(gate, text) for gate in gates if (text := _note(case, bursts, GATES, gate.by, gate.at))]
    notes = [f"{gate.shown}: {text}" for gate, text in noted]
    notes += [
        f"comment {it.id} {moment(it.created)} by {it.author.name}: {text}"
        for it in comments
        if (text := _note(case, bursts, COMMENTS, it.author.id, it.created))
    ]
    shown = [*notes[:SHOWN], *([f"and {len(notes) - SHOWN} more"] if len(notes) > SHOWN else [])]
    unread = "" if case.subject.whole else "; the history was not read as a whole"
    said = (
        f"note: {'; '.join(shown)}"
        if notes
        else f"nothing to note among {len(gates)} gates and {len(comments)} comments"
    )
    at = noted[0][0].at if noted else gates[-1].at if gates else None
    return [case.result(PASS, f"{said}{unread}", None, at, numbers(*(gate for gate, _ in noted)))]


def _note(case: Case, bursts: Bursts, kind: str, account: str, at: Time) -> str:
    """Say what is odd about when something was done; empty if nothing is."""
    many = bursts.around(kind, account, at)
    found = [f"one of {many} {kind} of this account within a minute"] if many >= case.test.given.burst else []
    day = case.test.given.requested_on
    if day is not None and isinstance(at, datetime) and at.date() > day:
        found.append(f"after the day of the request, {day}")
    return " and ".join(found)

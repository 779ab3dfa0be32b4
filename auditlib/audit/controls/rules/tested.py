"""The rule that a change was tested before its go: by its statuses, or by what the control names instead. Pure.

A link, a file or a field's value counts only if it can be dated: what is there today and no history entry led to may have come
after the go.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.fields import attachments, fields_meant
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import TESTING, Round, behind, lies_back
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS
from auditlib.audit.controls.trail import Mark, moment, numbers, timestamp, told
from auditlib.params.attributes import Has
from auditlib.records.history import Change
from auditlib.records.names import folded

LINKS: Final = ("issuelinks", "Link", "RemoteIssueLink", "RemoteWorkItemLink")
"""What histories call a link to another issue, by id and by name, and one to a page elsewhere."""


def tested_before_go(case: Case) -> list[Result]:
    """CT-06: before each go the issue left testing forward or, where the control says so, showed what it names."""
    given = case.test.given

    def judge(one: Round) -> Result:
        if one.why_not:
            return case.unknown(one)
        found = []
        if given.tested_by is not None:
            found.append(_thing_before(case, one, given.tested_by))
        if given.tested_field is not None:
            found.append(_filled_before(case, one, given.tested_field))
        if not found:
            return _left_forward(case, one)
        return min(found, key=lambda row: (PASS, NO_EVIDENCE, EXCEPTION).index(row.outcome))

    return case.each_round(judge)


def _left_forward(case: Case, one: Round) -> Result:
    """Judge by statuses: testing was entered, and left for what lies ahead of it."""
    go, last = one.go_step, None
    rounds = case.course.rounds[: one.number]
    firsts = [next((stay.place for stay in each.before_go if stay.regions & TESTING), None) for each in rounds]
    left = behind(rounds, firsts)
    for at in range(one.first, one.last):
        stay, after = one.stays[at], one.stays[at + 1]
        if stay.step is None or after.step is None or not stay.regions & TESTING:
            continue
        last = stay.step
        if not after.regions & TESTING and not lies_back(after, left, case.statuses, worked=True):
            shown = f"{told(stay.step, stay.name)}; {told(after.step, after.name)}"
            return case.result(PASS, shown, one, after.step.at, numbers(stay.step, after.step, go))
    shown = one.go_shown
    if last is None:
        never = f"{shown}; never came into {', '.join(case.test.workflow.testing)} before it in this round"
        return case.result(EXCEPTION, never, one, go.at, numbers(go))
    back = f"{told(last, last.after_text)}; left backwards; {shown}"
    return case.result(EXCEPTION, back, one, go.at, numbers(last, go))


# What hangs on it


def _thing_before(case: Case, one: Round, wanted: Has) -> Result:
    if wanted.link is not None:
        return _link_before(case, one, wanted.link)
    if wanted.attachment is not None:
        return _attachment_before(case, one, wanted.attachment)
    return _comment_before(case, one, str(wanted.comment_by))


def _link_before(case: Case, one: Round, wanted: str | bool) -> Result:
    subject = case.subject
    types = [[folded(line) for line in text.split("\n")] for text in subject.links]
    mine = [lines for lines in types if wanted is True or folded(str(wanted)) in lines]
    # Histories hold the words of a link's direction, not the name of its type.
    phrases = {"" if wanted is True else folded(str(wanted)), *(line for lines in mine for line in lines if line)}
    marks = [
        mark for field in LINKS for mark in case.trail.of(field) if any(each in _words(mark.step) for each in phrases)
    ]
    unread = "" if subject.all_links else "its links were not read as a whole"
    called = "a link" if wanted is True else f"a link {wanted!r}"
    return _hangs_before(case, one, sorted(marks, key=lambda mark: mark.place), len(mine), unread, called)


def _words(step: Change) -> str:
    return folded(f"{step.before_text} {step.after_text}")


def _attachment_before(case: Case, one: Round, wanted: str | bool) -> Result:
    """Judge files: by the history, else by when Jira says that one of today was attached."""
    subject, go = case.subject, one.go_step
    pattern = "*" if wanted is True else folded(str(wanted))
    names = list(subject.attachments or ())
    dated = list(zip(names, subject.attached_at or [""] * len(names), strict=True))
    mine = [(name, at) for name, at in dated if fnmatchcase(folded(name), pattern)]
    marks = [
        mark
        for mark in attachments(case.trail)
        if fnmatchcase(folded(mark.step.after_text or mark.step.before_text), pattern)
    ]
    undated = sum(timestamp(at) is None for _, at in mine)
    unread = "its attachments were not read" if subject.attachments is None else ""
    called = "an attachment" if wanted is True else f"an attachment {wanted}"
    found = _hangs_before(case, one, marks, undated, unread, called)
    early = next(((name, at) for name, at in mine if (timestamp(at) or one.went) < one.went), None)
    if found.outcome == PASS or early is None:
        return found
    shown = f"attachment {early[0]!r} {moment(early[1])}; {one.go_shown}"
    return case.result(PASS, shown, one, early[1], numbers(go))


def _hangs_before(  # noqa: PLR0917 - what is known of the things
    case: Case, one: Round, marks: Sequence[Mark], today: int, unread: str, called: str
) -> Result:
    """Judge things of which each history entry adds or removes one: one must have been added before the go and be there at it.

    Parameters
    ----------
    marks : sequence of Mark
        Of these things, oldest first.
    today : int
        How many there are today.
    unread : str
        What of today's was not read; empty if all was.
    called : str
        What they are.
    """
    go = one.go_step
    there, unseen, then = dict[str, Change](), False, dict[str, Change]()
    for place, step in marks:
        gone = f"{step.before} {step.before_text}".strip()
        if gone and there.pop(gone, None) is None:
            unseen = place >= one.go.place
        if step.after or step.after_text:
            there[f"{step.after} {step.after_text}".strip()] = step
        if place < one.go.place:
            then = dict(there)
    shown = one.go_shown
    if then:
        added = list(then.values())[-1]
        what = told(added, f"{added.field} {added.after_text or added.after}")
        return case.result(PASS, f"{what}; {shown}", one, added.at, numbers(added, go))
    if unseen or today > len(there):
        return case.result(
            NO_EVIDENCE, f"{shown}; the history does not say since when it had {called}", one, go.at, numbers(go)
        )
    if unread:
        return case.result(
            NO_EVIDENCE, f"{shown}; no history entry adds {called}, and {unread}", one, go.at, numbers(go)
        )
    return case.result(EXCEPTION, f"{shown}; not {called} before it", one, go.at, numbers(go))


def _comment_before(case: Case, one: Round, wanted: str) -> Result:
    subject, go = case.subject, one.go_step
    shown = one.go_shown
    people = [it for value in fields_meant(subject, wanted, case.context.called).values() for it in value.people]
    names = {it.id for it in people if it.id} | {it.name for it in people if not it.id} or {wanted}
    for comment in subject.comments or ():
        at = timestamp(comment.created)
        if {comment.author.id, comment.author.name} & names and at is not None and at < one.went:
            said = f"comment {comment.id} {moment(comment.created)} by {comment.author.name}"
            return case.result(PASS, f"{said}; {shown}", one, comment.created, numbers(go))
    return case.result(
        NO_EVIDENCE, f"{shown}; no comment by {wanted} before it that the account sees", one, go.at, numbers(go)
    )


# A field


def _filled_before(case: Case, one: Round, wanted: str) -> Result:
    """Judge a field: it must have been filled by a history entry before the go; of several of that name one is enough."""
    go = one.go_step
    shown = one.go_shown
    chains = case.context.fields.marks(case.subject, case.trail, wanted)
    for chain in chains:
        before = [mark.step for mark in chain if mark.place < one.go.place]
        if before and (held := before[-1].after_text or before[-1].after).strip():
            last = before[-1]
            return case.result(PASS, f"{told(last, f'{last.field} {held}')}; {shown}", one, last.at, numbers(last, go))
    first = [chain[0] for chain in chains if chain[0].place >= one.go.place]
    values = fields_meant(case.subject, wanted, case.context.called).values()
    if any((mark.step.before_text or mark.step.before).strip() for mark in first) or (
        not chains and any(value.text.strip() for value in values)
    ):
        return case.result(
            NO_EVIDENCE, f"{shown}; the history does not say since when {wanted} was filled", one, go.at, numbers(go)
        )
    if not chains and not values:
        return case.result(
            NO_EVIDENCE, f"{shown}; Jira sent no field {wanted} and no change of it", one, go.at, numbers(go)
        )
    return case.result(EXCEPTION, f"{shown}; {wanted} was empty before it", one, go.at, numbers(go))

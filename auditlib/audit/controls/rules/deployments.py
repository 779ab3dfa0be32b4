"""CT-09, change and deployment match: what the second source tells of an issue, beside its approvals. Pure.

A deployment belongs to the round in which it was made: from the creation, or from the last leaving of a done status, until the
next such leaving, so that one that follows the go belongs to it. It was approved if a person's approval of that round came
before it, and the issue had not been sent back between the two. The source's times may be to the second or the minute: then
the approval may lie in that second, and the deployment did not come before it, as far as anybody can tell. A day alone tells no
order within the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import gates_before, nobody_approved, withdrawn
from auditlib.audit.controls.match import Deployment, Match, Span
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import DONE, Gate, Round, Stay, hole
from auditlib.audit.controls.site.second_source import AFTER, NO_GO
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import END, instant, moment, numbers, timestamp
from auditlib.phrases import clauses
from auditlib.records.history import Time

BEFORE: Final = "before its approval"
WITHOUT: Final = "without an approval"
SENT_BACK: Final = "after its approval was taken back"
SAME_DAY: Final = "on the day of its approval"
NOT_SHOWN: Final = "approval not shown"

_OUTCOMES: Final = {
    AFTER: PASS, BEFORE: EXCEPTION, WITHOUT: EXCEPTION, SENT_BACK: EXCEPTION, SAME_DAY: NO_EVIDENCE, NOT_SHOWN: NO_EVIDENCE,
}  # fmt: skip
_GRAVEST: Final = (EXCEPTION, NO_EVIDENCE, PASS)
_BETTER: Final = (AFTER, SAME_DAY, NOT_SHOWN, SENT_BACK)
"""Of several approvals before a deployment the one to which it lies best counts."""

_MOST_SHOWN: Final = 3


def matches_deployment(case: Case) -> list[Result]:
    """CT-09: each go has a deployment in its round, and none of the period was made without an approval that stood.

    The first row keeps the deployments themselves beside it, for the reconciliation.
    """
    if case.context.deployments is None:
        return [case.result(NOT_APPLICABLE, "no second source is given")]
    rounds = rounds_of(case)
    found = [
        _match(case, row, _round_of(case, rounds, row.when))
        for row in case.context.deployments.get(case.subject.key, ())
    ]
    first, *others = _results(case, rounds, found)
    return [replace(first, beside=tuple(found)) if found else first, *others]


def _results(case: Case, rounds: Sequence[Round], found: Sequence[Match]) -> list[Result]:
    if not case.subject.whole:
        return case.each_round(case.unknown)
    judged = {one.number for one in case.course.in_period(case.subject)}
    concerned = {*judged, *(one.round for one in found if one.counts)}
    if not concerned:
        return [case.result(NOT_APPLICABLE, NO_GO)]
    return [
        _judge(case, one, _looked_at(found, one, go=one.number in judged), go=one.number in judged)
        for one in rounds
        if one.number in concerned
    ]


def _looked_at(found: Sequence[Match], one: Round, *, go: bool) -> list[Match]:
    """Return the deployments of a round; without a go in the period those of the period alone."""
    return [each for each in found if each.round == one.number and (go or each.counts)]


def _judge(case: Case, one: Round, found: Sequence[Match], *, go: bool) -> Result:
    """Return the row of a round."""
    if one.why_not:
        return case.unknown(one)
    step = one.go.step if go else None
    if not found:
        assert step is not None  # noqa: S101 - a round without a deployment is looked at for its go alone
        said = f"done {moment(step.at)}; no row of the second source names it in this round"
        return case.result(NO_EVIDENCE, said, one, step.at, numbers(step))
    gates = gates_before(case, one)
    if isinstance(gates, Result):
        return gates
    if gates and not any(gate.by_person for gate in gates):
        return nobody_approved(case, one, gates)
    outcomes = [_OUTCOMES[each.verdict] for each in found]
    outcome = next(one for one in _GRAVEST if one in outcomes)
    shown = [each for each, its in zip(found, outcomes, strict=True) if its == outcome]
    said = clauses([_said(each) for each in shown], _MOST_SHOWN)
    if outcome == PASS and go and not any(each.stands for each in found):
        last = [gate for gate in gates if gate.by_person][-1]
        outcome, said = EXCEPTION, f"{said}; none after the approval that decides, {last.shown}"
        shown = shown[-1:]
    return case.result(outcome, said, one, shown[0].deployment.when.at, numbers(*(each.gate for each in shown)))


def _said(match: Match) -> str:
    row = match.deployment
    where = f" to {row.environment}" if row.environment else ""
    gate = "" if match.gate is None else f": {match.gate.shown}"
    return f"{row.ref}{where} {row.told}, {match.verdict}{gate}"


# Rounds as the times between which deployments were made


def rounds_of(case: Case) -> list[Round]:
    """Return the rounds; last the one that has no go yet, if there is one. None of a history that is not whole."""
    if not case.subject.whole:
        return []
    rounds, stays = case.course.rounds, case.course.stays
    last = rounds[-1].last if rounds else -1
    opened = next((place for place in range(last + 1, len(stays)) if not stays[place].regions & DONE), None)
    if opened is None:
        return rounds
    today = Stay("", "", DONE, None, END)
    return [*rounds, Round(len(rounds) + 1, [*stays, today], opened, len(stays), *hole(stays[opened:]))]


def _round_of(case: Case, rounds: Sequence[Round], when: Span) -> Round | None:
    """Return the round in which something was made: the last one that had begun, or the first one; None where none is known."""
    for one in reversed(rounds[1:]):
        step = case.course.stays[one.first].step
        began = None if step is None else timestamp(step.at)
        if began is not None and began < when.until.timestamp():
            return one
    return rounds[0] if rounds else None


def _in_period(case: Case, when: Span) -> bool:
    begins, ends = case.subject.period_begins, case.subject.period_ends
    return (begins is None or when.until > begins) and (ends is None or when.at < ends)


# One deployment


def _match(case: Case, row: Deployment, one: Round | None) -> Match:
    counts = _in_period(case, row.when)
    if one is None:
        return Match(row, None, NOT_SHOWN, counts=counts)
    verdict, gate = _verdict(case, row.when, one)
    if gate is None:
        return Match(row, one.number, verdict, counts=counts)
    return Match(row, one.number, verdict, gate.at, gate, withdrawn(case, one, gate) is None, counts)


def _verdict(case: Case, when: Span, one: Round) -> tuple[str, Gate | None]:
    """Say how a deployment lies to its approval, and which that is."""
    found = gates_before(case, one)
    if isinstance(found, Result):
        return NOT_SHOWN, None
    gates = [gate for gate in found if gate.by_person]
    if not gates:
        return (NOT_SHOWN, found[-1]) if found else (WITHOUT, None)
    earlier = [(_beside(case, when, one, gate), gate) for gate in reversed(gates) if _may_precede(gate.at, when)]
    return min(earlier, key=lambda beside: _BETTER.index(beside[0]), default=(BEFORE, gates[0]))


def _beside(case: Case, when: Span, one: Round, gate: Gate) -> str:
    """Say how a deployment lies to an approval that came before it, or may have."""
    back = withdrawn(case, one, gate)
    if timestamp(gate.at) is None or (back is not None and timestamp(back.step.at) is None):
        return NOT_SHOWN
    if back is not None and _precedes(back.step.at, when):
        return SENT_BACK
    if when.day and (not _precedes(gate.at, when) or (back is not None and _may_precede(back.step.at, when))):
        return SAME_DAY
    return AFTER


def _precedes(at: Time, when: Span) -> bool:
    """Say whether a time in the history lies before a deployment, whenever in what is told of it that was."""
    return instant(at) < when.at.timestamp()


def _may_precede(at: Time, when: Span) -> bool:
    """Say whether a time in the history may lie before a deployment; one that can't be read may."""
    moment_of = timestamp(at)
    return moment_of is None or moment_of < when.until.timestamp()

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
from datetime import datetime
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import gates_before, nobody_approved, withdrawn
from auditlib.audit.controls.match import Deployment, Match, Span
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import DONE, Gate, Round, Stay
from auditlib.audit.controls.site.second_source import AFTER, NO_GO
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import moment, numbers, timestamp
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

_MOST_SHOWN: Final = 3


def matches_deployment(case: Case) -> list[Result]:
    """CT-09: each go has a deployment in its round, and none of the period was made without an approval that stood.

    The first row keeps the deployments themselves beside it, for the reconciliation.
    """
    if case.context.deployments is None:
        return [case.result(NOT_APPLICABLE, "no second source is given")]
    rounds = rounds_of(case)
    found = matches(case, rounds)
    first, *others = _results(case, rounds, found)
    return [replace(first, beside=tuple(found)) if found else first, *others]


def _results(case: Case, rounds: Sequence[Round], found: Sequence[Match]) -> list[Result]:
    if not case.subject.whole:
        return case.each_round(lambda one: case.result(NO_EVIDENCE, NOT_SHOWN, one))
    judged = {one.number for one in case.course.in_period(case.subject)}
    concerned = judged.union(one.round for one in found if one.counts and one.round is not None)
    if not concerned:
        return [case.result(NOT_APPLICABLE, NO_GO)]
    return [
        _judge(case, one, _looked_at(found, one, go=one.number in judged), go=one.number in judged)
        for one in rounds
        if one.number in concerned
    ]


def matches(case: Case, rounds: Sequence[Round]) -> list[Match]:
    """Return the deployments that name an issue, each with its round and how it lies to its approval."""
    rows = (case.context.deployments or {}).get(case.subject.key, ())
    return [_match(case, one, _round_of(case, rounds, one.when)) for one in rows]


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
        ids = () if step.history_id is None else (step.history_id,)
        said = f"done {moment(step.at)}; no row of the second source names it in this round"
        return case.result(NO_EVIDENCE, said, one, step.at, ids)
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
        shown = [each for each in shown if each.gate is not None][-1:]
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
    today = Stay("", "", DONE, None, stays[-1].place + 1_000_000)
    gap = next((stay for stay in stays[opened:] if stay.gap), None)
    why = f"it stood in {gap.name or gap.status}, and no history entry leads there" if gap else ""
    return [*rounds, Round(len(rounds) + 1, [*stays, today], opened, len(stays), why)]


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
    verdict, gate, stands = _verdict(case, row.when, one)
    return Match(row, one.number, verdict, None if gate is None else gate.at, gate, stands, counts)


def _verdict(case: Case, when: Span, one: Round) -> tuple[str, Gate | None, bool]:
    """Say how a deployment lies to its approval, which that is, and whether it was not taken back after the deployment."""
    found = gates_before(case, one)
    if isinstance(found, Result):
        return NOT_SHOWN, None, False
    gates = [gate for gate in found if gate.by_person]
    if not gates:
        return (NOT_SHOWN, found[-1], False) if found else (WITHOUT, None, False)
    earlier = [gate for gate in gates if _lies(gate.at, when) <= 0]
    if not earlier:
        return BEFORE, gates[0], False
    beside = [_beside(case, when, one, gate) for gate in reversed(earlier)]
    return beside[0] if len(beside) == 1 else min(beside, key=lambda one: (AFTER, SAME_DAY, SENT_BACK).index(one[0]))


def _beside(case: Case, when: Span, one: Round, gate: Gate) -> tuple[str, Gate, bool]:
    """Say how a deployment lies to an approval that came before it, or may have."""
    back = withdrawn(case, one, gate)
    gone = 1 if back is None else _lies(back.step.at, when)
    if gone < 0:
        return SENT_BACK, gate, False
    if when.day and 0 in {_lies(gate.at, when), gone}:
        return SAME_DAY, gate, False
    return AFTER, gate, back is None


def _lies(at: Time, when: Span) -> int:
    """Say whether a time in the history lies before a deployment (-1), within what is told of its time (0), or after (1)."""
    if not isinstance(at, datetime) or at >= when.until:
        return 1
    return -1 if at < when.at else 0

"""CT-09, change and deployment match: what the second source tells of an issue, beside its approvals. Pure.

A deployment belongs to the round in which it was made: from the creation, or from the last leaving of a done status, until the
next such leaving, so that one that follows the go belongs to it. It was approved if a person's approval of that round came
before it, and the issue had not been sent back between the two. The source's times may be to the second or the minute: then
the approval may lie in that second, and the deployment did not come before it, as far as anybody can tell. A day alone tells no
order within the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditlib.audit.controls.case import Case, Context
from auditlib.audit.controls.concerned import outside
from auditlib.audit.controls.gates import gates_before, nobody_approved, withdrawn
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import DONE, Course, Gate, Round, Stay
from auditlib.audit.controls.site.deployments import Deployment
from auditlib.audit.controls.site.second_source import Ticket
from auditlib.audit.controls.site.source_times import Span
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Subject
from auditlib.audit.controls.trail import Trail, moment, numbers, timestamp
from auditlib.params.controls import ControlTest
from auditlib.phrases import clauses
from auditlib.records.history import Time

AFTER: Final = "after its approval"
BEFORE: Final = "before its approval"
WITHOUT: Final = "without an approval"
SENT_BACK: Final = "after its approval was taken back"
SAME_DAY: Final = "on the day of its approval"
NOT_SHOWN: Final = "approval not shown"
NOT_FOUND: Final = "no deployment"
NO_GO: Final = "no deployment, and no go in the period"
NOT_CONCERNED: Final = "not concerned"

_OUTCOMES: Final = {
    AFTER: PASS, BEFORE: EXCEPTION, WITHOUT: EXCEPTION, SENT_BACK: EXCEPTION, SAME_DAY: NO_EVIDENCE, NOT_SHOWN: NO_EVIDENCE,
}  # fmt: skip
_GRAVEST: Final = (EXCEPTION, NO_EVIDENCE, PASS)

_MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A deployment beside the round in which it was made.

    Attributes
    ----------
    deployment : Deployment
    round : int or None
        From 1; one more than there are gos where it was made after the last reopening. None where the history is not whole.
    verdict : str
        How it lies to its approval.
    gate : Gate or None
        The approval that it is compared with.
    stands : bool
        Whether that approval was not taken back later in the round either.
    counts : bool
        Whether it was made in the period.
    """

    deployment: Deployment
    round: int | None
    verdict: str
    gate: Gate | None
    stands: bool
    counts: bool

    @property
    def gate_at(self) -> Time | None:
        """When that approval was given."""
        return None if self.gate is None else self.gate.at


def matches(case: Case) -> list[Match]:
    """Return the deployments that name an issue, each with its round and how it lies to its approval."""
    rows = (case.context.deployments or {}).get(case.subject.key, ())
    if not rows or not case.subject.whole:
        return [Match(one, None, NOT_SHOWN, None, stands=False, counts=_in_period(case, one.when)) for one in rows]
    spans = list(_spans(case))
    return [_match(case, one, _of(spans, one.when)) for one in rows]


def matches_deployment(case: Case) -> list[Result]:
    """CT-09: each go has a deployment in its round, and none of the period was made without an approval that stood."""
    if case.context.deployments is None:
        return [case.result(NOT_APPLICABLE, "no second source is given")]
    found = matches(case)
    judged = {one.number for one in case.course.in_period(case.subject)}
    looked_at = sorted({*judged, *(one.round for one in found if one.counts and one.round is not None)})
    if not case.subject.whole or not looked_at:
        return case.each_round(lambda one: case.result(NO_EVIDENCE, NOT_SHOWN, one))
    rounds = {one.number: one for one, _ in _spans(case)}
    return [
        _judge(case, rounds[number], [one for one in found if one.round == number], go=number in judged)
        for number in looked_at
    ]


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
    outcome = min((_OUTCOMES[each.verdict] for each in found), key=_GRAVEST.index)
    shown = [each for each in found if _OUTCOMES[each.verdict] == outcome]
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


def _spans(case: Case) -> Iterator[tuple[Round, float | None]]:
    """Yield each round with the time at which it began; last the one that has no go yet, if there is one."""
    course, stays = case.course, case.course.stays
    for one in course.rounds:
        yield one, _began(case, stays[one.first])
    last = course.rounds[-1].last if course.rounds else -1
    opened = next((place for place in range(last + 1, len(stays)) if not stays[place].regions & DONE), None)
    if opened is not None:
        today = Stay("", "", DONE, None, stays[-1].place + 1_000_000)
        gap = next((stay for stay in stays[opened:] if stay.gap), None)
        why = f"it stood in {gap.name or gap.status}, and no history entry leads there" if gap else ""
        yield (
            Round(len(course.rounds) + 1, [*stays, today], opened, len(stays), why),
            _began(case, stays[opened]),
        )


def _began(case: Case, stay: Stay) -> float | None:
    return timestamp(case.subject.created if stay.step is None else stay.step.at)


def _of(spans: Sequence[tuple[Round, float | None]], when: Span) -> Round:
    """Return the round in which something was made: the last one that had begun; before the first one, that."""
    begun = [one for one, began in spans if began is not None and began < when.until.timestamp()]
    return begun[-1] if begun else spans[0][0]


def _in_period(case: Case, when: Span) -> bool:
    begins, ends = case.subject.period_begins, case.subject.period_ends
    return (begins is None or when.until > begins) and (ends is None or when.at < ends)


# One deployment


def _match(case: Case, row: Deployment, one: Round) -> Match:
    verdict, gate, stands = _verdict(case, row.when, one)
    return Match(row, one.number, verdict, gate, stands=stands, counts=_in_period(case, row.when))


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
    return min(
        (_beside(case, when, one, gate) for gate in reversed(earlier)),
        key=lambda found: (AFTER, SAME_DAY, SENT_BACK).index(found[0]),
    )


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


# The issue on its side of the reconciliation


def ticket_of(subject: Subject, test: ControlTest, context: Context) -> Ticket | None:
    """Return an issue beside the rows that name it; None if the control does not concern it and no row names it."""
    trail, statuses = Trail(subject.steps), context.statuses(test.workflow)
    case = Case(subject, test, context, trail, statuses, Course(subject, trail, statuses))
    applies = test.given.applies_to
    if applies is not None and outside(subject, applies, context.called):
        rows = (context.deployments or {}).get(subject.key, ())
        found = [Match(one, None, NOT_CONCERNED, None, stands=False, counts=False) for one in rows]
        return Ticket(subject.key, NOT_CONCERNED, found) if found else None
    if not subject.whole:
        return Ticket(subject.key, NOT_SHOWN, matches(case))
    went = case.course.in_period(subject)
    return Ticket(subject.key, NOT_FOUND if went else NO_GO, matches(case))

"""A rule on the steps of an incident: all were taken, in their order. Pure."""

from __future__ import annotations

from itertools import pairwise

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import DONE, Round, Stay
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS
from auditlib.audit.controls.trail import moment, numbers, told
from auditlib.phrases import listed


def steps_in_order(case: Case) -> list[Result]:
    """CT-10: in each round the issue came into every step, for the first time in the order of the parameters.

    Steps may lie behind the go, among the statuses that are done, as long as the issue is not opened again. A step may be
    entered again. An order that is broken weighs more than a step that is missing.
    """
    return case.each_round(lambda one: _judge(case, one))


def _judge(case: Case, one: Round) -> Result:
    if one.why_not:
        return case.unknown(one)
    stays, wanted = _of_round(one), case.test.given.steps
    firsts = [
        next((place for place, stay in enumerate(stays) if case.context.means((step,), stay)), None) for step in wanted
    ]
    taken = [(place, step) for place, step in zip(firsts, wanted, strict=True) if place is not None]
    shown = "; ".join(_told(case, stays[place], step) for place, step in taken)
    ids = tuple(sorted(numbers(*(stays[place].step for place, _ in taken), one.go.step)))
    at = None if one.go.step is None else one.go.step.at
    broken = [(later, earlier) for (before, earlier), (after, later) in pairwise(taken) if after < before]
    if broken:
        later, earlier = broken[0]
        return case.result(EXCEPTION, f"{later} came before {earlier}: {shown}", one, at, ids)
    missing = [step for place, step in zip(firsts, wanted, strict=True) if place is None]
    if missing:
        there = f"; {shown}" if shown else ""
        return case.result(NO_EVIDENCE, f"no entry into {listed(missing)} in this round{there}", one, at, ids)
    return case.result(PASS, shown, one, at, ids)


def _of_round(one: Round) -> list[Stay]:
    """Return the stays of a round with those behind its go, up to where the issue is opened again."""
    behind = one.stays[one.last + 1 :]
    until = next((place for place, stay in enumerate(behind) if not stay.regions & DONE), len(behind))
    return [*one.stays[one.first : one.last + 1], *behind[:until]]


def _told(case: Case, stay: Stay, step: str) -> str:
    if stay.step is None:
        return f"created {moment(case.subject.created)} in {stay.name or step}"
    return told(stay.step, stay.name or step)

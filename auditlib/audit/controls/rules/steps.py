"""A rule on the steps of an incident: all were taken, in their order. Pure."""

from __future__ import annotations

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import DONE, Round, Stay, is_one_of
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
        next((place for place, stay in enumerate(stays) if is_one_of((step,), stay.status, stay.name, case.context.called)), None)
        for step in wanted
    ]  # fmt: skip
    taken = [(place, step) for place, step in zip(firsts, wanted, strict=True) if place is not None]
    shown = "; ".join(_told(case, stays[place], step) for place, step in taken)
    ids = numbers(
        *(stay.step for stay in sorted({stays[place] for place, _ in taken}, key=lambda stay: stay.place)), one.go.step
    )
    at = None if one.go.step is None else one.go.step.at
    broken = [
        (later, earlier) for (before, earlier), (after, later) in zip(taken, taken[1:], strict=False) if after < before
    ]
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

"""The rule that an emergency change was reviewed afterwards, in time and by somebody who did not make it. Pure."""

from __future__ import annotations

from datetime import timedelta

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.gates import whose
from auditlib.audit.controls.people import workers
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Gate, Round, gate_of
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import instant, numbers, timestamp

_DAY = timedelta(days=1).total_seconds()


def emergency_reviewed(case: Case) -> list[Result]:
    """CT-08: within N days after each go somebody entered a review who was no worker of its round."""

    def judge(one: Round) -> Result:
        if one.why_not:
            return case.unknown(one)
        return _Review(case, one).result()

    return case.each_round(judge)


class _Review:
    """The review of one round."""

    def __init__(self, case: Case, one: Round) -> None:
        self.case = case
        self.one = one
        self.days = case.test.given.days or 0
        self.deadline = one.went + self.days * _DAY
        after = one.stays[one.last + 1 :]
        self.gap = next((stay for stay in after if stay.gap), None)
        wanted = case.test.given.review
        self.reviews = [gate_of(stay) for stay in after if stay.step is not None and case.context.means(wanted, stay)]
        self.shown = one.go_shown

    def result(self) -> Result:
        """Return the row: a good review in time, or why there is none."""
        unread = next((gate for gate in self.reviews if timestamp(gate.at) is None), None)
        if unread is not None:
            return self._row(NO_EVIDENCE, f"{self.shown}; {unread.shown}: its time can't be read", unread)
        ends = timestamp(self.case.subject.period_ends)
        in_time = [gate for gate in self.reviews if instant(gate.at) <= self.deadline]
        made = workers(self.case, self.one)
        for gate in in_time:
            if gate.by_person and made.of(gate.by) is None and (ends is None or instant(gate.at) < ends):
                return self._good(gate, made.missing)
        if ends is not None and self.deadline >= ends:
            said = f"{self.shown}; the {self.days} days were not over at the period's end"
            return self.case.result(NOT_APPLICABLE, said, self.one, falls_due_later=True)
        if self.deadline >= self.case.subject.read_at.timestamp():
            return self.case.result(
                NOT_APPLICABLE, f"{self.shown}; the {self.days} days were not over when it was read", self.one
            )
        return self._bad(in_time)

    def _good(self, gate: Gate, missing: tuple[str, ...]) -> Result:
        if missing:
            return self._row(NO_EVIDENCE, f"{self.shown}; {gate.shown}; {'; '.join(missing)}", gate)
        return self._row(PASS, f"{self.shown}; {gate.shown}, within {self.days} days", gate)

    def _bad(self, in_time: list[Gate]) -> Result:
        """Say why no review counts: by nobody, by a worker, late, or none."""
        nobody = next((gate for gate in in_time if not gate.by_person), None)
        if nobody is not None:
            return self._row(NO_EVIDENCE, f"{self.shown}; {nobody.shown}: {whose(nobody)}", nobody)
        if in_time:
            involved = workers(self.case, self.one).of(in_time[-1].by)
            said = involved.shown if involved else ""
            return self._row(EXCEPTION, f"{self.shown}; {in_time[-1].shown}, who made it: {said}", in_time[-1])
        if self.gap is not None:
            said = f"it stood in {self.gap.name or self.gap.status} later, and no history entry leads there"
            return self._row(NO_EVIDENCE, f"{self.shown}; {said}")
        if self.reviews:
            late = self.reviews[0]
            return self._row(EXCEPTION, f"{self.shown}; {late.shown}: more than {self.days} days later", late)
        return self._row(EXCEPTION, f"{self.shown}; not reviewed, and the {self.days} days are over")

    def _row(self, outcome: str, evidence: str, gate: Gate | None = None) -> Result:
        go = self.one.go_step
        at = go.at if gate is None else gate.at
        return self.case.result(outcome, evidence, self.one, at, numbers(go, gate))

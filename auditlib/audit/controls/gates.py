"""The gates of a round, of whatever kind a control asks for: statuses, a field that was set, approvals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditlib.audit.controls.case import Case
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Gate, Round
from auditlib.audit.controls.subject import NO_EVIDENCE
from auditlib.records.actors import PERSON, UNKNOWN

_UNNAMED: Final = "somebody whom Jira does not name"


def gates_before(case: Case, one: Round) -> list[Gate] | Result:
    """Return the approvals of a round before its go, oldest first; the row that says what is missing where that is not known."""
    unknown = case.unknown(one)
    if unknown is not None:
        return unknown
    return one.gates


def nobody_approved(case: Case, one: Round, gates: Sequence[Gate]) -> Result:
    """Return the row of a round in which no person is shown to have approved."""
    gate = gates[-1]
    ids = tuple(each.number for each in gates if each.number is not None)
    return case.result(
        NO_EVIDENCE, f"{gate.shown}: {whose(gate)}, so no person is shown to have approved", one, gate.at, ids
    )


def whose(gate: Gate) -> str:
    """Say what kind of actor a gate is of, where it is no person."""
    if gate.kind == PERSON or (gate.kind == UNKNOWN and not gate.by):
        return _UNNAMED
    return f"its author is of the kind {gate.kind}"

"""Changes: approved, tested and done as they should be, and every way around that an auditor looks for."""

from __future__ import annotations

from typing import Final

from auditlib.demo.story.process.case import (
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    Case,
    Outcomes,
    Step,
    way,
)

KIND: Final = "Change"

ORDINARY: Final[Outcomes] = {
    **dict.fromkeys(("CT-01", "CT-02", "CT-03", "CT-04", "CT-05", "CT-06", "CT-07", "CT-20"), PASS),
    "CT-08": NOT_APPLICABLE,
    "CT-09": NO_EVIDENCE,
}
"""What is said of a change, but where its case says otherwise: no deployment names it, and it is no emergency."""

_APPROVAL: Final = ("CT-02", "CT-03", "CT-04", "CT-05")
_NOT_APPROVED: Final = {"CT-01": EXCEPTION, **dict.fromkeys(_APPROVAL, NOT_APPLICABLE), "CT-07": EXCEPTION}
_NO_PERSON: Final = dict.fromkeys(("CT-01", *_APPROVAL, "CT-07"), NO_EVIDENCE)
_NOTHING_KNOWN: Final = dict.fromkeys(("CT-01", *_APPROVAL, "CT-06", "CT-07", "CT-09", "CT-20"), NO_EVIDENCE)
_NOT_RELEASED: Final = dict.fromkeys(("CT-01", *_APPROVAL, "CT-06", "CT-07", "CT-09", "CT-20"), NOT_APPLICABLE)

_GIVEN: Final[Step] = (0.5, "requester", "assigns", "worker")
_SUBMITTED: Final[Step] = (1, "requester", "moves to", "In Review")
_TESTED: Final = way((30, "worker", "Testing"), (40, "worker", "Done"))
_BUILT: Final = (*way((8, "worker", "In Progress")), *_TESTED)


def _approved(by: str = "approver") -> tuple[Step, ...]:
    return (_GIVEN, _SUBMITTED, *way((4, by, "Approved")))


_USUAL: Final = (*_approved(), *_BUILT)

CHANGES: Final[tuple[Case, ...]] = (
    Case("change as it should be", KIND, "07-13 13", _USUAL, {"CT-09": PASS}),
    Case("change never approved, released", KIND, "07-14 13", (_GIVEN, *_BUILT), _NOT_APPROVED),
    Case(
        "change approved after it was done",
        KIND,
        "07-15 13",
        (_GIVEN, *_BUILT, *way((50, "approver", "Approved"), (60, "worker", "Done"))),
        {
            "CT-01": (EXCEPTION, PASS),
            **dict.fromkeys(_APPROVAL, (NOT_APPLICABLE, PASS)),
            "CT-06": (PASS, EXCEPTION),
            "CT-07": (EXCEPTION, NOT_APPLICABLE),
            "CT-09": (NO_EVIDENCE, NO_EVIDENCE),
            "CT-20": (NOT_APPLICABLE, PASS),
        },
    ),
    Case(
        "change approved by an app",
        KIND,
        "07-16 13",
        (*_approved("app"), *_BUILT),
        _NO_PERSON,
        # Data Center does not tell apps from people
        {**dict.fromkeys(("CT-01", "CT-02", "CT-03", "CT-04", "CT-07"), PASS), "CT-05": EXCEPTION},
    ),
    Case("change approved by nobody", KIND, "07-17 13", (*_approved("nobody"), *_BUILT), _NO_PERSON),
    Case(
        "change sent back after its approval",
        KIND,
        "07-20 13",
        (
            *_approved(),
            *way((8, "worker", "In Progress"), (12, "other", "In Review"), (16, "worker", "In Progress")),
            *_TESTED,
        ),
        {"CT-02": EXCEPTION},
    ),
    Case(
        "change approved anew after rework",
        KIND,
        "07-21 13",
        (
            *_approved(),
            *way(
                (8, "worker", "In Progress"),
                (12, "other", "In Review"),
                (14, "approver", "Approved"),
                (16, "worker", "In Progress"),
            ),
            *_TESTED,
        ),
        {"CT-09": EXCEPTION},
    ),
    Case(
        "change rewritten after its approval",
        KIND,
        "07-22 13",
        (*_USUAL, (20, "worker", "describes", "Another thing altogether.")),
        {"CT-03": EXCEPTION},
    ),
    Case(
        "change rewritten and put back",
        KIND,
        "07-23 13",
        (*_USUAL, (20, "worker", "titles", "Swap the pumps"), (21, "worker", "titles", "Replace the pumps")),
        {"CT-03": EXCEPTION},
        values={"summary": "Replace the pumps"},
    ),
    Case(
        "change approved by who built it",
        KIND,
        "07-24 13",
        (*_approved(), (5, "requester", "assigns", "approver"), *way((8, "approver", "In Progress")), *_TESTED),
        {"CT-04": EXCEPTION},
    ),
    Case("change approved by who asked for it", KIND, "07-27 13", _USUAL, {"CT-04": EXCEPTION}, by="approver"),
    Case("change approved by a stranger", KIND, "07-28 13", (*_approved("stranger"), *_BUILT), {"CT-05": EXCEPTION}),
    Case(
        "change approved by a later manager",
        KIND,
        "08-05 13",
        (*_approved("later manager"), *_BUILT),
        {"CT-05": EXCEPTION},
    ),
    Case("change approved by a manager of then", KIND, "08-10 13", (*_approved("former manager"), *_BUILT)),
    Case(
        "change never tested",
        KIND,
        "07-29 13",
        (*_approved(), *way((8, "worker", "In Progress"), (40, "worker", "Done"))),
        {"CT-06": EXCEPTION},
    ),
    Case(
        "change released after a failed test",
        KIND,
        "07-30 13",
        (
            *_approved(),
            *way(
                (8, "worker", "In Progress"),
                (20, "other", "Testing"),
                (24, "other", "In Progress"),
                (40, "worker", "Done"),
            ),
        ),
        {"CT-06": EXCEPTION},
    ),
    Case(
        "change begun before its approval",
        KIND,
        "07-31 13",
        (
            _GIVEN,
            *way((2, "worker", "In Progress"), (6, "worker", "In Review"), (10, "approver", "Approved")),
            *_TESTED,
        ),
        {"CT-07": EXCEPTION},
    ),
    Case(
        "change without work",
        KIND,
        "08-03 13",
        (*_approved(), *way((40, "approver", "Done"))),
        {"CT-06": EXCEPTION, "CT-07": NOT_APPLICABLE},
    ),
    Case(
        "change with a hole in its history",
        KIND,
        "08-04 13",
        (*_approved(), *way((8, "worker", "In Progress")), (40, "worker", "jumps to", "Done")),
        _NOTHING_KNOWN,
    ),
    Case("change imported as done", KIND, "08-06 13", (), _NOTHING_KNOWN, status="Done"),
    Case(
        "change still open",
        KIND,
        "08-07 13",
        (_GIVEN, _SUBMITTED),
        _NOT_RELEASED,
    ),
    Case("change done after the period", KIND, "09-29 13", _USUAL, _NOT_RELEASED),
    Case(
        "change rewritten after it was done",
        KIND,
        "08-11 13",
        (*_USUAL, (100, "worker", "describes", "What was done in fact.")),
        {"CT-20": EXCEPTION},
    ),
    Case(
        "change whose proof was removed",
        KIND,
        "08-12 13",
        (*_USUAL, (20, "worker", "attaches", "test.log"), (100, "worker", "removes", "test.log")),
        {"CT-20": EXCEPTION},
    ),
    Case(
        "ticket of the change of the workflow",
        KIND,
        "07-22 13",
        _USUAL,
        values={
            "summary": "Strengthen the Change Workflow",
            "description": "Separate the duties of its first two steps.",
        },
    ),
)

_EMERGENCY: Final = {"labels": ["emergency"]}


def _reviewed(hours: float, by: str) -> tuple[Step, ...]:
    return (*_USUAL, *way((hours, by, "Reviewed")))


_AS_PLANNED: Final = (
    "Only these may change: the Change Workflow and the Software Simplified Workflow for Project PAY; the field =Team, the field "
    "Risk and the field Systems affected; the permissions Bulk Change, Create Shared Objects and Manage Group Filter "
    "Subscriptions; the Default Permission Scheme."
)
WINDOWS: Final[tuple[Case, ...]] = tuple(
    Case(
        f"configuration window of {name}",
        KIND,
        f"{at} 06",
        (
            *_approved(by),
            *way(
                (8, "worker", "In Progress"), (24 * days - 20, "worker", "Testing"), (24 * days - 8, "worker", "Done")
            ),
        ),
        values={"description": _AS_PLANNED},
    )
    for at, name, days, by in (
        ("05-17", "May", 15, "former manager"),  # the log, which tells the managers of then, has to begin before
        ("06-01", "June", 30, "former manager"),
        ("07-01", "July", 31, "former manager"),
        ("08-01", "August", 31, "former manager"),
        ("09-01", "September", 30, "approver"),
    )
)
"""Tickets under which the configuration may change for a month; what they do not name needs one of its own."""

EMERGENCIES: Final[tuple[Case, ...]] = (
    *(
        Case(
            f"emergency {number} reviewed in time",
            KIND,
            at,
            _reviewed(90, "approver"),
            {"CT-08": PASS},
            values=_EMERGENCY,
        )
        for number, at in enumerate(
            ("07-13 17", "07-27 17", "08-13 17", "08-17 17", "08-19 17", "08-24 17", "09-07 17"), 1
        )
    ),
    Case(
        "emergency reviewed late", KIND, "07-14 17", _reviewed(300, "approver"), {"CT-08": EXCEPTION}, values=_EMERGENCY
    ),
    Case("emergency never reviewed", KIND, "07-15 17", _USUAL, {"CT-08": EXCEPTION}, values=_EMERGENCY),
    Case(
        "emergency reviewed by who did it",
        KIND,
        "07-16 17",
        _reviewed(90, "worker"),
        {"CT-08": EXCEPTION},
        values=_EMERGENCY,
    ),
    Case(
        "emergency reviewed by nobody",
        KIND,
        "07-17 17",
        _reviewed(90, "nobody"),
        {"CT-08": NO_EVIDENCE},
        values=_EMERGENCY,
    ),
    Case(
        "emergency whose review falls due later", KIND, "09-26 13", _USUAL, {"CT-08": NOT_APPLICABLE}, values=_EMERGENCY
    ),
)
"""Changes of which five days are left for a review."""

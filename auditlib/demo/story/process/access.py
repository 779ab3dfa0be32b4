"""Requests for access, with their two approvals, and the monthly review of access."""

from __future__ import annotations

from typing import Final

from auditlib.demo.story.process.case import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Case, Outcomes, Step, way

REQUEST: Final = "Access request"
REVIEW: Final = "Access review"

OF_REQUESTS: Final[Outcomes] = {"CT-14": PASS}

_DONE: Final = way((12, "worker", "Done"))


def _both(first: str, second: str) -> tuple[Step, ...]:
    return (*way((2, first, "Approved"), (4, second, "Approved twice")), *_DONE)


_FOR: Final = {"beneficiary": "beneficiary"}

BY_TWO: Final = tuple(f"access {number} approved by two" for number in range(1, 7))

REQUESTS: Final[tuple[Case, ...]] = (
    *(
        Case(name, REQUEST, f"06-{day} 13", _both("approver", "other"), values=_FOR)
        for name, day in zip(BY_TWO, ("08", "16", "17", "18", "22", "23"), strict=True)
    ),
    Case(
        "access approved by one",
        REQUEST,
        "06-09 13",
        (*way((2, "approver", "Approved")), *_DONE),
        {"CT-14": EXCEPTION},
        values=_FOR,
    ),
    Case(
        "access approved twice by one",
        REQUEST,
        "06-10 13",
        _both("approver", "approver"),
        {"CT-14": EXCEPTION},
        values=_FOR,
    ),
    Case(
        "access approved by who gets it",
        REQUEST,
        "06-11 13",
        _both("approver", "beneficiary"),
        {"CT-14": EXCEPTION},
        values=_FOR,
    ),
    Case(
        "access approved by nobody", REQUEST, "06-12 13", _both("nobody", "nobody"), {"CT-14": NO_EVIDENCE}, values=_FOR
    ),
    Case(
        "access not yet given",
        REQUEST,
        "06-15 13",
        way((2, "approver", "Approved")),
        {"CT-14": NOT_APPLICABLE},
        values=_FOR,
    ),
)

REVIEWS: Final[tuple[Case, ...]] = tuple(
    Case(f"review of {month}", REVIEW, at, way((hours, by, "Done")))
    for month, at, hours, by in (
        ("April", "04-27 13", 20, "approver"),
        ("May", "05-28 13", 200, "approver"),  # in June, within the days that are left
        ("June", "06-25 13", 20, "app"),
        ("August", "08-27 13", 20, "nobody"),
    )
)
"""None in July; none in September either, but that falls due after the period."""

SPANS: Final[Outcomes] = {
    "2026-04-01 to 2026-04-30": PASS,
    "2026-05-01 to 2026-05-31": PASS,
    "2026-06-01 to 2026-06-30": EXCEPTION,
    "2026-07-01 to 2026-07-31": EXCEPTION,
    "2026-08-01 to 2026-08-31": NO_EVIDENCE,
    "2026-09-01 to 2026-09-30": NOT_APPLICABLE,
}
"""What is said of each month, 14 days after which a review may still be closed."""

SPANS_OF_CENTER: Final[Outcomes] = {"2026-06-01 to 2026-06-30": PASS}
"""Data Center does not tell the app that closed June's from a person."""

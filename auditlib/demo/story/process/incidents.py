"""Incidents and vulnerabilities: their steps, times, causes and what followed from them."""

from __future__ import annotations

from typing import Final

from auditlib.demo.story.process.case import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Case, Outcomes, Step, way

INCIDENT: Final = "Incident"
VULNERABILITY: Final = "Vulnerability"
ACTION: Final = "Task"

OF_INCIDENTS: Final[Outcomes] = dict.fromkeys(("CT-10", "CT-11", "CT-12"), PASS)
OF_VULNERABILITIES: Final[Outcomes] = {"CT-13": PASS}

_CAUSE: Final = "A cable that nobody had labelled."


def _steps(done: float = 3) -> tuple[Step, ...]:
    return way((0.5, "worker", "In Progress"), (done - 0.5, "other", "In Review"), (done, "other", "Done"))


_EXPLAINED: Final[Step] = (3.5, "worker", "alters", f"Root cause: {_CAUSE}")
_FOLLOWED: Final[Step] = (4, "worker", "links to", "action that was taken")

ACTIONS: Final[tuple[Case, ...]] = (
    Case("action that was taken", ACTION, "05-04 13", way((30, "worker", "In Progress"), (400, "worker", "Done"))),
    Case("action that was never taken", ACTION, "05-04 14", way((30, "worker", "In Progress"))),
)
"""What follows from incidents; no control is about them by themselves."""

_KNOWN: Final = {"severity": "High"}

INCIDENTS: Final[tuple[Case, ...]] = (
    Case("incident as it should be", INCIDENT, "05-05 13", (*_steps(), _EXPLAINED, _FOLLOWED), values=_KNOWN),
    Case(
        "incident with steps in another order",
        INCIDENT,
        "05-06 13",
        (*way((0.5, "other", "In Review"), (1, "worker", "In Progress"), (3, "other", "Done")), _EXPLAINED, _FOLLOWED),
        {"CT-10": EXCEPTION},
        values=_KNOWN,
    ),
    Case(
        "incident without a step",
        INCIDENT,
        "05-07 13",
        (*way((0.5, "worker", "In Progress"), (3, "other", "Done")), _EXPLAINED, _FOLLOWED),
        {"CT-10": NO_EVIDENCE},
        values=_KNOWN,
    ),
    Case(
        "incident over its time",
        INCIDENT,
        "05-08 13",
        (*_steps(30), _EXPLAINED, _FOLLOWED),
        {"CT-11": EXCEPTION},
        values=_KNOWN,
    ),
    Case(
        "incident without severity",
        INCIDENT,
        "05-09 13",
        (*_steps(), _EXPLAINED, _FOLLOWED),
        {"CT-11": NO_EVIDENCE, "CT-12": NOT_APPLICABLE},
    ),
    Case("incident without a cause", INCIDENT, "05-10 13", (*_steps(), _FOLLOWED), {"CT-12": EXCEPTION}, values=_KNOWN),
    Case(
        "incident without an action taken",
        INCIDENT,
        "05-11 13",
        (*_steps(), _EXPLAINED, (4, "worker", "links to", "action that was never taken")),
        {"CT-12": EXCEPTION},
        values=_KNOWN,
    ),
    Case(
        "incident below the severity",
        INCIDENT,
        "05-12 13",
        _steps(),
        {"CT-12": NOT_APPLICABLE},
        values={"severity": "Low"},
    ),
    Case(
        "incident still open",
        INCIDENT,
        "05-13 13",
        way((0.5, "worker", "In Progress")),
        {"CT-10": NOT_APPLICABLE, "CT-11": EXCEPTION, "CT-12": NOT_APPLICABLE},
        values=_KNOWN,
    ),
)

_WORST: Final = {"priority": "Highest"}


def _remedied(hours: float) -> tuple[Step, ...]:
    return way((2, "worker", "In Progress"), (hours, "worker", "Done"))


VULNERABILITIES: Final[tuple[Case, ...]] = (
    *(
        Case(f"vulnerability {number} remedied in time", VULNERABILITY, f"06-{day} 13", _remedied(50), values=_WORST)
        for number, day in enumerate(("01", "08", "15", "22", "26", "29"), 1)
    ),
    Case("vulnerability remedied late", VULNERABILITY, "06-02 13", _remedied(100), {"CT-13": EXCEPTION}, values=_WORST),
    Case(
        "vulnerability made less urgent on the way",
        VULNERABILITY,
        "06-03 13",
        (*_remedied(100), (10, "worker", "ranks", "Low")),
        {"CT-13": EXCEPTION},
        values=_WORST,
    ),
    Case(
        "vulnerability whose priority has no limit",
        VULNERABILITY,
        "06-04 13",
        _remedied(50),
        {"CT-13": NO_EVIDENCE},
        values={"priority": "Lowest"},
    ),
    Case(
        "vulnerability that falls due later",
        VULNERABILITY,
        "09-28 13",
        way((2, "worker", "In Progress")),
        {"CT-13": NOT_APPLICABLE},
        values={"priority": "Low"},
    ),
)

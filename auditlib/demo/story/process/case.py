"""A case of the change process: an issue, who does what to it when, and what each control must say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PASS: Final = "pass"  # noqa: S105 - the outcome of a test
EXCEPTION: Final = "exception"
NO_EVIDENCE: Final = "no evidence"
NOT_APPLICABLE: Final = "not applicable"

Outcomes = Mapping[str, str | tuple[str, ...]]
"""By control: its outcome, or one for each round of the issue."""

Step = tuple[float, str, str, str]
"""Hours after the creation, who, what is done, and to what.

Done are: moves to, assigns, describes, titles, ranks, alters, attaches, removes, links to; and jumps to, which leaves a hole in
the history: its entry names a status before that the issue never came into.
"""


@dataclass(frozen=True)
class Case:
    """One issue of the process.

    Attributes
    ----------
    name : str
        By which it is planted.
    kind : str
        Its type.
    at : str
        Month, day and hour of 2026, UTC, in which it is created.
    steps : tuple of Step
    says : mapping
        What each control that concerns it says, where it is not what `ordinary` says of its type.
    center : mapping
        The same, where Data Center tells less than Cloud.
    by : str
        Who creates it.
    status : str
        In which it is created.
    values : mapping
        Further fields at the creation.
    """

    name: str
    kind: str
    at: str
    steps: tuple[Step, ...]
    says: Outcomes = field(default_factory=dict)
    center: Outcomes = field(default_factory=dict)
    by: str = "requester"
    status: str = "Open"
    values: Mapping[str, Any] = field(default_factory=dict)


def way(*steps: tuple[float, str, str]) -> tuple[Step, ...]:
    """Return the steps of a way through the statuses: hours, who, status."""
    return tuple((hours, who, "moves to", status) for hours, who, status in steps)

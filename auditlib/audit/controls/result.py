"""What a control test says of one round of an issue, or of another thing that it looks at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from auditlib.audit.controls.match import Match
from auditlib.records.history import Time


@dataclass(slots=True, unsafe_hash=True)  # not frozen: made some millions of times, and never changed
class Result:
    """One row of ``controls.csv``.

    Attributes
    ----------
    control : str
        Its label: the id, with the name behind it where it has one.
    key : str
        The issue; of a test that looks at something else, what that is called.
    round : int or None
        The round of the issue that is judged, from 1 in the order of its whole history; None where none is.
    outcome : str
        Of `subject.OUTCOMES`.
    decided_at : datetime, str or None
        When what decides happened; None where nothing did.
    evidence : str
        In words, naming Jira's own records.
    history_ids : tuple of int
        The history entries that decide, oldest first.
    falls_due_later : bool
        Whether it is not applicable because its deadline lies after the period.
    beside : tuple of Match
        The rows of the second source that name the issue, on the first row of the control that looked at them.
    """

    control: str
    key: str
    round: int | None
    outcome: str
    decided_at: Time | None
    evidence: str
    history_ids: tuple[int, ...] = ()
    falls_due_later: bool = False
    beside: tuple[Match, ...] = ()

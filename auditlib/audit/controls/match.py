"""A deployment that another tool tells, and how it lies to the approval of the issue that it names. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from auditlib.records.history import Time


class Span(NamedTuple):
    """When something happened: not before ``at``, and before ``until``; both in UTC.

    ``day`` says that only the day is known.
    """

    at: datetime
    until: datetime
    day: bool = False


class Deployment(NamedTuple):
    """One row of the file.

    Attributes
    ----------
    line : int
        Where it stands in the file.
    ref : str
        What the tool calls it; its line where the file does not tell.
    when : Span
        When it was deployed or merged.
    told : str
        That time as the source writes it.
    environment : str
        Where to; empty where the file does not tell.
    keys : tuple of (str, str)
        The issue keys that it names, each once, with the column in which it stands.
    """

    line: int
    ref: str
    when: Span
    told: str
    environment: str
    keys: tuple[tuple[str, str], ...]


class Approval(Protocol):
    """An approval that a deployment is compared with."""

    @property
    def shown(self) -> str:
        """In words."""

    @property
    def history_id(self) -> int | None:
        """Id of the history entry."""


class Match(NamedTuple):
    """A deployment beside the issue that it names.

    Attributes
    ----------
    deployment : Deployment
    round : int or None
        In which it was made, from 1; one more than there are gos where that was after the last reopening. None where the
        history is not whole, or nobody looked.
    verdict : str
        How it lies to its approval.
    gate_at : datetime, str or None
        When the approval was given that it is compared with.
    gate : Approval or None
        That approval.
    stands : bool
        Whether it was not taken back later in the round either.
    counts : bool
        Whether it was made in the period.
    """

    deployment: Deployment
    round: int | None
    verdict: str
    gate_at: Time | None = None
    gate: Approval | None = None
    stands: bool = False
    counts: bool = False

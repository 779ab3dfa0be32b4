"""An issue as control tests look at it: its people, values and history, and what became of a test. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from auditlib.records.actors import UNKNOWN
from auditlib.records.history import Change, Time
from auditlib.records.issues import is_nobody, person_id, person_name
from auditlib.records.service_desk import Approval

PASS: Final = "pass"  # noqa: S105 - the outcome of a test
EXCEPTION: Final = "exception"
NO_EVIDENCE: Final = "no evidence"
NOT_APPLICABLE: Final = "not applicable"
OUTCOMES: Final = (EXCEPTION, NO_EVIDENCE, PASS, NOT_APPLICABLE)
"""The gravest first."""

DEVIATIONS: Final = (EXCEPTION, NO_EVIDENCE)

SIGNS: Final[Mapping[str, str]] = MappingProxyType({EXCEPTION: "●", NO_EVIDENCE: "○", PASS: "✓", NOT_APPLICABLE: "–"})
"""The tick mark of each outcome, the same on the cover, in the matrix and in the workbook."""


@dataclass(frozen=True)
class Person:
    """Who: an id, by which people are told apart, and a name; a field may hold several.

    ``nobody`` marks an erased or deleted account, which may be anyone.
    """

    id: str
    name: str
    nobody: bool = False

    @property
    def told_apart(self) -> bool:
        """Whether this person can be told from others."""
        return bool(self.id) and not self.nobody


@dataclass(frozen=True)
class Value:
    """What a field holds today: its words, empty if it is empty, and its people."""

    name: str
    text: str
    people: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A comment: who wrote it when, and who edited it last."""

    id: int | None
    created: Time
    author: Person
    updated: Time
    update_author: Person
    kind: str = UNKNOWN


@dataclass(frozen=True)
class Linked:
    """Another issue to which an issue links.

    Attributes
    ----------
    key : str
    names : str
        The names of the link's type, joined by a line feed.
    is_done : bool or None
        Whether its status of today is of a kind that is done; None where Jira does not tell.
    """

    key: str
    names: str
    is_done: bool | None = None


@dataclass(frozen=True)
class Subject:
    """An issue as a test looks at it.

    Attributes
    ----------
    key, project, issue_type, status : str
    created : datetime or str
        When it was created; text where that can't be read.
    read_at : datetime
        When it was read: what had not happened until then had not happened.
    steps : sequence of Change
        The whole history, oldest first.
    fields : mapping of str to Value
        Fields by id.
    issue_type_id, status_id : str
        Jira's ids of both; empty where it gives none.
    links : sequence of str
        Of each link the names of its type, joined by a line feed.
    linked : sequence of Linked or None
        The issues to which it links; None if the links were not read.
    all_links : bool
        Whether these are all; False where Jira refused a part.
    attachments : sequence of str or None
        Names; None if they were not read.
    commenters : sequence of (Person, int or None) or None
        Who wrote which comment (id); None if they were not read.
    is_open : bool
        Whether Jira puts today's status into a category other than done, and shows no resolution: what has not happened
        may still happen. Where Jira does not tell, it is taken for closed, so that missing evidence stays a deviation.
    whole : bool
        Whether the whole history was read; of a part, or of none, nothing follows, so that it is not looked at.
    period_ends : datetime or None
        What falls due at this instant or later is no matter of the period; None where no period is audited.
    period_begins : datetime or None
        A go before this instant is no matter of the period; None where no period is audited.
    comments : sequence of Remark or None
        None if they were not asked for.
    all_comments : bool
        Whether those are all that the account may see; False where Jira refused them, or gave a part.
    attached_at : sequence of (datetime or str)
        Of each of `attachments`, when it was attached; empty where that was not read.
    approvals : sequence of Approval or None
        Those of Jira Service Management; None if they were not read.
    """

    key: str
    project: str
    issue_type: str
    status: str
    created: Time
    read_at: datetime
    steps: Sequence[Change]
    fields: Mapping[str, Value]
    issue_type_id: str = ""
    status_id: str = ""
    links: Sequence[str] = ()
    all_links: bool = True
    attachments: Sequence[str] | None = None
    commenters: Sequence[tuple[Person, int | None]] | None = None
    is_open: bool = False
    whole: bool = True
    period_ends: datetime | None = None
    period_begins: datetime | None = None
    comments: Sequence[Remark] | None = None
    all_comments: bool = True
    attached_at: Sequence[Time] = ()
    approvals: Sequence[Approval] | None = None
    linked: Sequence[Linked] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a test says of an issue, in which words, and the history entry that decides it."""

    outcome: str
    evidence: str
    history_id: int | None = None


def people_of(raw: Any, *, named: bool = False) -> tuple[Person, ...]:
    """Return the people in a field as Jira sends it; empty for fields that hold none.

    Parameters
    ----------
    raw : JSON
        As received.
    named : bool
        Whether the field is known to hold people, so that plain text in it, or a record with a bare name, is one.
    """
    if isinstance(raw, str):
        return (Person("", raw),) if named and raw.strip() else ()
    if isinstance(raw, dict):
        if not named and "displayName" not in raw and "accountId" not in raw:
            return ()
        identity = person_id(raw)
        return (Person(identity, person_name(raw) or identity, is_nobody(raw)),)
    if isinstance(raw, list | tuple):
        return tuple(person for one in raw for person in people_of(one, named=named))
    return ()

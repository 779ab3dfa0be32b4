"""Rounds: from creation, or from the last leaving of a done status, to the next coming into one. Pure.

Each round is judged by its own gates, so that no approval that came after a go makes up for it, and none of an earlier round
stands for a later one.

The statuses that an issue stood in follow from its history, whose entries name the status before and after them. A status
that an entry names and no entry leads to, in the middle or today, is a gap: of a round with one nothing is known for
certain. What an issue was created in was entered by nobody: it is no gate and, where it is done, a go that no entry shows.

Backwards is where an issue stood before it was approved. After an approval a move goes backwards if it leads to a status that
the issue had left before the first approval of its round, this one or one before; or to a working one, if work had begun by
then. From testing the same holds of the first test, and every working status lies behind. Whatever else comes for the first
time lies ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from auditlib.audit.controls.subject import Subject
from auditlib.audit.controls.trail import Mark, Trail, instant, moment, timestamp, told
from auditlib.params.controls import Workflow
from auditlib.records.actors import PERSON
from auditlib.records.history import Change, Time
from auditlib.records.names import Called, folded

GATE: Final = 1
WORKING: Final = 2
TESTING: Final = 4
DONE: Final = 8


class StatusMap:
    """Which regions of a workflow a status belongs to; each status is looked up once."""

    def __init__(self, workflow: Workflow, called: Called) -> None:
        self._regions = (
            (GATE, workflow.gate),
            (WORKING, workflow.working),
            (TESTING, workflow.testing),
            (DONE, workflow.done),
        )
        self._called = called
        self._known: dict[tuple[str, str], int] = {}

    def regions(self, identity: str, name: str) -> int:
        """Return the regions of a status, added up; names mean every id that has or had them, ids themselves."""
        found = self._known.get((identity, name))
        if found is None:
            found = sum(region for region, wanted in self._regions if is_one_of(wanted, identity, name, self._called))
            self._known[identity, name] = found
        return found

    def is_same(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Say whether two mentions (id, name) are of one status: by id or name; by what it was called where an id is missing."""
        if one == other or folded(one[1]) == folded(other[1]) != "":
            return True
        ids, others = (
            frozenset({identity} if identity else self._called.ids.get(("status", folded(name)), ()))
            for identity, name in (one, other)
        )
        return not ids.isdisjoint(others)


def is_one_of(wanted: Sequence[str], identity: str, name: str, called: Called) -> bool:
    """Say whether a status is one of those that the parameters name, by name or id."""
    return any(one == identity or called.means("status", one, identity, name) for one in wanted)


class Stay(NamedTuple):
    """A time in one status.

    Attributes
    ----------
    status, name : str
        Its id and its name of that day.
    regions : int
        Added up.
    step : Change or None
        What led into it; None at the creation, and where no entry does.
    place : int
        Of that entry, as in `trail.Mark`; -1 at the creation. Of a gap, that of the entry that names the status.
    gap : bool
        Whether an entry, or today's state, names it, and none leads to it.
    """

    status: str
    name: str
    regions: int
    step: Change | None
    place: int
    gap: bool = False


class Gate(NamedTuple):
    """An approval: an entry into a gate, a field that was set, or an approval of Jira Service Management.

    Attributes
    ----------
    place : int
        Of the history entry; of an approval that stands in no history, of the last one before it.
    at, by, author, nobody, kind
        When, and the account's id, its name, whether it is nobody in particular, and of what kind.
    history_id : int or None
        Id of the history entry.
    what : str
        In words what was entered or set; of an approval that stands in no history, all that is said of it.
    step : Change or None
        The history entry.
    """

    place: int
    at: Time
    by: str
    author: str
    nobody: bool
    kind: str
    history_id: int | None
    what: str
    step: Change | None = None

    @property
    def shown(self) -> str:
        """It in words; made when they are asked for, which most are never."""
        return self.what if self.step is None else told(self.step, self.what)

    @property
    def by_person(self) -> bool:
        """Whether a person approved that can be told from others."""
        return self.kind == PERSON and bool(self.by) and not self.nobody


class Approved(NamedTuple):
    """The approval that decides on a round: the last one by a person.

    Attributes
    ----------
    gate : Gate
    beside : tuple of Gate
        It and those at the same moment: an approval of Jira Service Management may be of several people.
    """

    gate: Gate
    beside: tuple[Gate, ...]


@dataclass(slots=True)
class Round:
    """One round, with the stays from its begin to its go.

    Attributes
    ----------
    number : int
        From 1 in the whole history.
    stays : list of Stay
        All of the issue.
    first, last : int
        Places in them: of the first of this round, and of the go.
    why_not : str
        What is missing so that nothing follows; empty if nothing is.
    doubt : Change or None
        The entry whose time can't be read, where that is it.
    approved : Approved or None
        By the statuses, once it was asked for.
    """

    number: int
    stays: list[Stay]
    first: int
    last: int
    why_not: str = ""
    doubt: Change | None = None
    approved: Approved | None = None
    _gates: list[Gate] | None = field(default=None, repr=False)
    _shown: str = field(default="", repr=False)

    @property
    def go(self) -> Stay:
        """The stay in a done status by which it ends."""
        return self.stays[self.last]

    @property
    def go_step(self) -> Change:
        """The entry of its go, of a round that is shown (`why_not` is empty)."""
        step = self.go.step
        if step is None:
            raise ValueError(self.why_not)
        return step

    @property
    def went(self) -> float:
        """The instant of its go, in seconds since 1970, of a round that is shown."""
        return instant(self.go_step.at)

    @property
    def go_shown(self) -> str:
        """That entry in words."""
        if not self._shown:
            self._shown = told(self.go_step, self.go.name)
        return self._shown

    @property
    def before_go(self) -> list[Stay]:
        """The stays before the go."""
        return self.stays[self.first : self.last]

    @property
    def gates(self) -> list[Gate]:
        """The entries into gates before the go, oldest first."""
        if self._gates is None:
            go = self.stays[self.last].place
            self._gates = [
                gate_of(one) for one in self.before_go if one.regions & GATE and one.step is not None and one.place < go
            ]
        return self._gates


def mark_of(stay: Stay) -> Mark:
    """Return the entry into a status, of one that an entry leads to."""
    if stay.step is None:
        raise ValueError(stay)
    return Mark(stay.place, stay.step)


def gate_of(stay: Stay) -> Gate:
    """Return the entry into a status as a gate."""
    return entered(*mark_of(stay), stay.name)


def entered(place: int, step: Change, what: str) -> Gate:
    """Return a history entry as a gate: what was entered or set by it, in words."""
    return Gate(place, step.at, step.author_id, step.author, step.nobody, step.kind, step.history_id, what, step)


class Course:
    """The statuses that an issue stood in, and its rounds."""

    __slots__ = ("_in_period", "is_done", "rounds", "stays")

    def __init__(self, subject: Subject, trail: Trail, statuses: StatusMap) -> None:
        self.stays = _stays(subject, trail, statuses)
        self.rounds: list[Round] = []
        self.is_done = False
        self._in_period: list[Round] | None = None
        first = 0
        for place, stay in enumerate(self.stays):
            was_done, self.is_done = self.is_done, bool(stay.regions & DONE)
            if was_done:
                first = place
            elif self.is_done:
                one = Round(len(self.rounds) + 1, self.stays, first, place)
                one.why_not, one.doubt = _missing(subject, one)
                self.rounds.append(one)

    def in_period(self, subject: Subject) -> list[Round]:
        """Return the rounds whose go lies in the period, or may lie in it."""
        if self._in_period is None:
            self._in_period = self._judged(subject)
        return self._in_period

    def _judged(self, subject: Subject) -> list[Round]:
        begins, ends = timestamp(subject.period_begins), timestamp(subject.period_ends)
        return [one for one in self.rounds if _may_lie_in(self._when(subject, one), begins, ends)]

    def _when(self, subject: Subject, one: Round) -> tuple[float | None, float | None]:
        """Return the earliest and the latest instant at which the go of a round may have been; None where none is known."""
        go = one.go
        if not go.gap:
            at = timestamp(subject.created if go.step is None else go.step.at)
            return at, at
        before = (timestamp(stay.step.at) for stay in reversed(self.stays[: one.last]) if stay.step is not None)
        after = (timestamp(stay.step.at) for stay in self.stays[one.last + 1 :] if stay.step is not None)
        return (
            next((at for at in before if at is not None), timestamp(subject.created)),
            next((at for at in after if at is not None), None),
        )


def _may_lie_in(span: tuple[float | None, float | None], begins: float | None, ends: float | None) -> bool:
    earliest, latest = span
    if begins is not None and latest is not None and latest < begins:
        return False
    return ends is None or earliest is None or earliest < ends


def _stays(subject: Subject, trail: Trail, statuses: StatusMap) -> list[Stay]:
    """Return the statuses of an issue, oldest first, with those that no entry leads to."""
    marks = trail.of("status")
    today = (subject.status_id, subject.status)
    born = (marks[0].step.before, marks[0].step.before_text) if marks else today
    found = [Stay(*born, statuses.regions(*born), None, -1)]
    now = born
    for place, step in marks:
        before, after = (step.before, step.before_text), (step.after, step.after_text)
        if not statuses.is_same(now, before):
            found.append(Stay(*before, statuses.regions(*before), None, place, gap=True))
        found.append(Stay(*after, statuses.regions(*after), step, place))
        now = after
    if any(today) and not statuses.is_same(now, today):
        found.append(Stay(*today, statuses.regions(*today), None, found[-1].place + 1, gap=True))
    return found


def hole(stays: Sequence[Stay]) -> tuple[str, Change | None]:
    """Say what is not known of some stays: which no entry leads to, or at an unknown time; empty if all is known."""
    for stay in stays:
        if stay.gap:
            return f"it stood in {stay.name or stay.status}, and no history entry leads there", None
        if stay.step is not None and timestamp(stay.step.at) is None:
            return f"{told(stay.step, stay.name)}: its time can't be read", stay.step
    return "", None


def _missing(subject: Subject, one: Round) -> tuple[str, Change | None]:
    """Say what a round's history does not show, so that nothing follows from it, and which entry; empty if it shows all."""
    unknown = hole(one.stays[one.first : one.last + 1])
    if unknown[0]:
        return unknown
    if one.go.step is None:
        when = "today" if len(one.stays) == 1 else "before its first change of status"
        since = f"no history entry since its creation {moment(subject.created)} leads there"
        return f"in {one.go.name or one.go.status} {when}, and {since}", None
    return "", None


def behind(rounds: Sequence[Round], firsts: Sequence[int | None]) -> list[Stay]:
    """Return the stays that an issue left before the first approval of each round: where backwards lies.

    Parameters
    ----------
    rounds : sequence of Round
        The one that is judged and those before it.
    firsts : sequence of int or None
        Of each the place of its first approval (or test); None if it has none.
    """
    return [
        one.stays[at]
        for one, first in zip(rounds, firsts, strict=True)
        for at in range(one.first, one.last)
        if first is None or one.stays[at + 1].place <= first
    ]


def first_back(one: Round, left: Sequence[Stay], since: int, statuses: StatusMap) -> Stay | None:
    """Return the first move backwards of a round, after an entry of its history; None if there is none.

    Parameters
    ----------
    one : Round
    left : sequence of Stay
        What lies behind, as `behind` says.
    since : int
        Place of the entry after which is looked.
    statuses : StatusMap
    """
    worked = any(stay.regions & WORKING for stay in left)
    after = (stay for stay in one.before_go if stay.place > since)
    return next((stay for stay in after if lies_back(stay, left, statuses, worked=worked)), None)


def lies_back(stay: Stay, left: Sequence[Stay], statuses: StatusMap, *, worked: bool) -> bool:
    """Say whether a stay lies behind what was left, and so is no gate and not done; where work had begun, a working one does."""
    if stay.regions & (GATE | DONE):
        return False
    if worked and stay.regions & WORKING:
        return True
    return any(statuses.is_same((stay.status, stay.name), (it.status, it.name)) for it in left)

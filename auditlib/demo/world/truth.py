"""What a perfect observer of the made-up company knows: the answers against which tables are tested.

Everything here was written down when it happened, event by event; nothing is read back from the world as Jira shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

PRESENT = "present"
MOVED = "moved"
DELETED = "deleted"
HIDDEN = "hidden"
NEVER = "never allocated"


@dataclass(frozen=True)
class Fate:
    """What became of one number of one project.

    Attributes
    ----------
    kind : str
        ``present``: the account sees an issue under this very key. ``hidden``: an issue has this key, the account does
        not see it (security level, or a project that it may not browse). ``moved``: the issue that had it has another
        key today. ``deleted``: the issue that had it is gone, under this key or, after a move, under another.
        ``never allocated``: no issue ever had it.
    given_out : datetime or None
        When an issue got this number: its creation, the move for a moved-in one, the import for a back-dated one.
    created : datetime or None
        The issue's ``created`` as Jira shows it; before ``given_out`` for moved-in and back-dated ones.
    issue_type : str or None
        Today's, or the last one.
    now_key : str or None
        Today's key of the issue; None if there is none.
    now_visible : bool
        Whether the account sees the issue today, under whatever key.
    left_at : datetime or None
        When the issue left this number, by a move or by being deleted.
    left_by : str or None
        Account id of who moved or deleted it.
    recorded : bool
        A record of the log, as it stands today, names this very key as deleted.
    named_by : tuple of int
        Issues visible today that name this key: in their history, or (not for present ones) in their links.
    backdated : bool
        An import wrote an older ``created``.
    """

    project: str
    number: int
    kind: str
    issue_id: int | None = None
    issue_type: str | None = None
    created: datetime | None = None
    given_out: datetime | None = None
    now_key: str | None = None
    now_visible: bool = False
    left_at: datetime | None = None
    left_by: str | None = None
    recorded: bool = False
    named_by: tuple[int, ...] = ()
    backdated: bool = False

    @property
    def key(self) -> str:
        """The key that this fate is about."""
        return f"{self.project}-{self.number}"

    @property
    def classification(self) -> str | None:
        """What can be proved by asking for single keys alone: ``moved``, ``unexplained``, None for a present one."""
        if self.kind == PRESENT:
            return None
        return MOVED if self.kind == MOVED and self.now_visible else "unexplained"

    @property
    def proof(self) -> str | None:
        """What all records together prove, if every issue that the account sees is read; None for a present number.

        The first that applies: ``moved``, ``deleted`` (the log says so), ``existed`` (another issue names it), else
        ``unexplained``.
        """
        return self.proof_from(self.named_by)

    def proof_from(self, issue_ids: Collection[int]) -> str | None:
        """Say what is proved if of all issues only these (ids) are read, and the whole log."""
        if self.classification != "unexplained":
            return self.classification
        if self.recorded:
            return DELETED
        return "unexplained" if frozenset(self.named_by).isdisjoint(issue_ids) else "existed"


@dataclass(frozen=True)
class Life:
    """One issue from its creation to today.

    Attributes
    ----------
    keys : tuple of str
        All keys that it ever had, in order; the last one is today's, or the one it was deleted under.
    states : tuple of (datetime, str, str or None)
        Status and resolution (names) from that instant on; the first entry is the creation.
    visible : bool
        Exists today, and the account may see it.
    searchable : bool
        ``visible``, and its project is not archived (Jira's search leaves those out).
    """

    id: int
    keys: tuple[str, ...]
    created: datetime
    issue_type: str
    states: tuple[tuple[datetime, str, str | None], ...]
    visible: bool
    searchable: bool
    deleted_at: datetime | None = None

    @property
    def project(self) -> str:
        """The project it is in today, or was in when it was deleted."""
        return self.keys[-1].rpartition("-")[0]


@dataclass(frozen=True)
class Move:
    """One change of key, as it happened."""

    issue_id: int
    at: datetime
    history_id: int
    from_key: str
    to_key: str
    author: str


@dataclass(frozen=True)
class Deletion:
    """One deletion; ``log_id`` is the record that stands in the log today, None if there is none (any more)."""

    issue_id: int
    key: str
    at: datetime
    author: str
    log_id: int | None


@dataclass(frozen=True)
class Departure:
    """One person who left, as the list of the people department has it.

    Attributes
    ----------
    account_id : str
        Who it is; empty for somebody whom Jira never knew.
    left_on : str
        The day.
    account, email, name : str
        What the list tells; empty where it tells nothing.
    """

    account_id: str
    left_on: str
    account: str
    email: str
    name: str


@dataclass(frozen=True)
class Access:
    """Changes of permissions, and who belonged where.

    Attributes
    ----------
    planted : dict
        Name of a planted change to the id of its record in the log.
    members : dict
        By (``group`` or ``projectRole``, its name, the role's project or empty text): who were members until just before an
        instant, the oldest first, the last without an end. People by account id, groups as ``group NAME``.
    """

    planted: Mapping[str, int]
    members: Mapping[tuple[str, str, str], tuple[tuple[datetime, tuple[str, ...]], ...]]


@dataclass(frozen=True)
class Truth:
    """All answers.

    Attributes
    ----------
    counters : dict
        Project to the last number that it gave out or skipped.
    lives : dict
        Issue id to its life, deleted ones included.
    moves, deletions : tuple
        In the order of time.
    holes : dict
        Issue id to the field (``status``, ``resolution``) whose history does not close.
    filtered : frozenset of int
        Issues of today that the shared filter (id 10100) finds, seen or not.
    planted : dict
        Name of a planted case to the keys it is about: the missing key for missing numbers, else today's key.
    access : Access
        Of permissions, groups and roles.
    departures : tuple of Departure
        Who left.
    process : dict
        Name of a case of the change process to the key of its issue.
    lists : dict
        What files beside the parameters say that no Jira has (``leavers.csv``), by name.
    controls : mapping
        What each control says of what it looks at: by dialect, control (``CT-01``) and key (of an issue, or what else is
        looked at is called), its outcomes, one for each round that is judged.
    """

    counters: Mapping[str, int]
    lives: Mapping[int, Life]
    moves: tuple[Move, ...]
    deletions: tuple[Deletion, ...]
    holes: Mapping[int, str]
    filtered: frozenset[int]
    planted: Mapping[str, tuple[str, ...]]
    access: Access
    _fates: Mapping[str, Mapping[int, Fate]] = field(repr=False)
    departures: tuple[Departure, ...] = ()
    process: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    controls: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = field(default_factory=dict)

    def fates(self, project: str) -> dict[int, Fate]:
        """Give the fate of every number of a project, from 1 to its counter."""
        return dict(self._fates[project])

    def fate(self, key: str) -> Fate:
        """Give the fate of one key."""
        project, _, number = key.rpartition("-")
        return self._fates[project][int(number)]

    def missing(self, project: str, first: int, last: int) -> dict[int, Fate]:
        """Give the fates of the numbers from ``first`` to ``last`` (both included) that do not answer as themselves.

        Numbers beyond the project's counter are ``never allocated``.
        """
        known = self._fates[project]
        fates = (known.get(number) or Fate(project, number, NEVER) for number in range(max(first, 1), last + 1))
        return {fate.number: fate for fate in fates if fate.kind != PRESENT}

    def population(self, projects: Collection[str], begins: datetime, ends: datetime) -> set[str]:
        """Give the keys of the issues that search can find today in these projects, created in [begins, ends)."""
        return {
            life.keys[-1]
            for life in self.lives.values()
            if life.searchable and life.project in projects and begins <= life.created < ends
        }

    def status_at(self, issue_id: int, instant: datetime) -> tuple[str, str | None]:
        """Give status and resolution (names) of an issue at an instant.

        Raises
        ------
        ValueError
            If the issue did not exist yet, or no longer.
        """
        life = self.lives[issue_id]
        if instant < life.created or (life.deleted_at is not None and instant >= life.deleted_at):
            raise ValueError(f"issue {issue_id} did not exist at {instant.isoformat()}")
        _, status, resolution = next(state for state in reversed(life.states) if state[0] <= instant)
        return status, resolution

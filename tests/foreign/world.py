"""A made-up company of two listed projects, and the truth about every number it ever gave out.

LUM began before the period and goes on after it; DOCK began in it, and nothing stands behind its last issue; ATTIC is not
listed and takes what is moved out. Everything is written down: no chance, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

AUDIT_ZONE = "America/St_Johns"  # -03:30 in winter, -02:30 in summer
FIRST_DAY, LAST_DAY = date(2025, 3, 1), date(2025, 8, 31)
LISTED = ("LUM", "DOCK")
PROJECTS = {  # key: id, name, type; an unknown type is what products to come look like
    "LUM": ("10011", "Lumen", "software"),
    "DOCK": ("10012", "Dockyard «süd»", "product_discovery"),
    "ATTIC": ("10013", "Attic", "business"),
}
PEOPLE = {  # name: account id, name or key on Data Center, display name
    "ada": ("557058:a0da-0001", "ada.v", "Ada Vornholm"),
    "bo": ("5b10a2844c20165700ed0002", "bo", "Bo Ōkubo"),
    "robot": ("557058:robot-0003", "robot", "Tidy Robot"),  # accountType app
    "ghost": ("unknown", "jirauser10107", "Former user"),  # erased
    "mute": ("5b10a2844c20165700ed0005", "JIRAUSER10205", None),  # a person without a displayName
}
STATUSES = {"1": ("To Do", "new"), "3": ("Doing", "indeterminate"), "5": ("Done", "done"), "77": ("Parked", None)}
Item = tuple[str, str | None, str | None, str | None, str | None, str | None]  # field, id, from, its text, to, its text


@dataclass(frozen=True)
class Entry:
    """One entry of an issue's history."""

    id: int
    at: datetime
    who: str | None
    items: list[Item]
    behalf: str | None = None


@dataclass
class Issue:
    """One issue as it stands today, whatever it was called before."""

    id: int
    key: str
    created: datetime
    type: str = "Task"
    status: str = "1"
    resolved: datetime | None = None
    was: list[str] = field(default_factory=list)
    history: list[Entry] = field(default_factory=list)
    comments: list[tuple[int, datetime, str, str]] = field(default_factory=list)
    worklogs: list[tuple[int, datetime, str, int]] = field(default_factory=list)
    attachments: list[tuple[int, datetime, str, bytes]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    parent: str | None = None
    hidden: bool = False

    @property
    def project(self) -> str:
        """Give the project's key."""
        return self.key.partition("-")[0]

    @property
    def number(self) -> int:
        """Give the number in the key."""
        return int(self.key.partition("-")[2])

    @property
    def updated(self) -> datetime:
        """Give the last instant at which something happened to it."""
        return max([self.created, *(entry.at for entry in self.history), *(one[1] for one in self.comments)])


@dataclass(frozen=True)
class Record:
    """One record of the log. `gone` is the key of a deleted issue."""

    id: int
    at: datetime
    who: str | None
    what: str
    gone: str | None = None


@dataclass(frozen=True)
class Missing:
    """What is true of a missing number, and what either Jira lets one know."""

    classification: str
    now_key: str = ""
    hidden: bool = False  # Data Center says that it may not be seen: known there to have existed

    def on(self, dialect: str) -> str:
        """Say what one dialect lets one know."""
        return "existed" if self.hidden and dialect == "data-center" else self.classification


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def in_period(instant: datetime) -> bool:
    """Whether an instant lies in the period, by the days of the audit's zone."""
    zone = ZoneInfo(AUDIT_ZONE)
    start = datetime.combine(FIRST_DAY, time(), zone)
    return start <= instant < datetime.combine(LAST_DAY + timedelta(days=1), time(), zone)


def lum_slot(number: int) -> datetime:
    return utc("2025-03-02T09:15:30.120+00:00") + timedelta(hours=86 * (number - 11))


def dock_slot(number: int) -> datetime:
    return utc("2025-03-20T07:00:00.007+00:00") + timedelta(hours=100 * (number - 1))


LUM_EDGES = {
    **{n: utc("2025-01-02T10:00:00+00:00") + timedelta(days=7 * n) for n in range(1, 8)},
    8: utc("2025-02-28T23:59:59.999-03:30"),  # 1 March nearly everywhere else
    10: utc("2025-03-01T00:00:00.000-03:30"),
    61: utc("2025-08-31T23:59:59.999-02:30"),  # 1 September nearly everywhere else
    62: utc("2025-09-01T00:00:00.000-02:30"),
    **{n: utc("2025-09-03T12:00:00+00:00") + timedelta(days=n - 63) for n in range(63, 67)},
}
GONE_BY_LOG = {  # key: who, when; LUM-6 was given out before the period, DOCK-38 and ATTIC-9 are traps
    "LUM-6": ("ada", utc("2025-03-11T08:00:00.000+00:00")),
    "LUM-17": ("bo", utc("2025-05-02T14:00:00.500+00:00")),
    "LUM-18": ("bo", utc("2025-05-02T14:00:00.500+00:00")),  # in one go: the same millisecond
    "LUM-47": ("robot", utc("2025-08-01T00:00:01.000+00:00")),
    "DOCK-16": (None, utc("2025-06-30T22:10:00.000+00:00")),  # a record that names nobody
    "DOCK-38": ("ada", utc("2025-09-10T09:00:00.000+00:00")),  # after the period
    "ATTIC-9": ("ada", utc("2025-08-08T09:00:00.000+00:00")),  # was LUM-35, which nothing says any more
}
MOVES = {  # key today: the keys before, oldest first, and when each was left
    "ATTIC-3": [("LUM-14", utc("2025-04-20T06:30:00.000+00:00"))],
    "DOCK-20": [("LUM-25", dock_slot(20))],
    "DOCK-31": [("LUM-30", utc("2025-06-01T00:00:00.000+00:00")), ("ATTIC-5", dock_slot(31))],
    "LUM-58": [("DOCK-12", lum_slot(58))],
    "DOCK-25": [("ATTIC-2", dock_slot(25))],  # created years before: present, not of the population
}
GAPS = {
    "LUM": {
        9: Missing("unexplained"),
        14: Missing("moved", "ATTIC-3"),
        17: Missing("deleted"),
        18: Missing("deleted"),
        23: Missing("unexplained", hidden=True),
        25: Missing("moved", "DOCK-20"),
        27: Missing("existed"),  # a link of LUM-28 names it
        30: Missing("moved", "DOCK-31"),
        33: Missing("existed"),  # the history of LUM-34 names it
        35: Missing("unexplained"),  # moved to ATTIC-9, deleted there
        40: Missing("unexplained"),
        41: Missing("unexplained"),  # a comment says its name, and proves nothing
        42: Missing("unexplained"),
        47: Missing("deleted"),
        52: Missing("existed", hidden=True),  # the parent of LUM-53
    },
    "DOCK": {
        12: Missing("moved", "LUM-58"),
        16: Missing("deleted"),
        37: Missing("unexplained"),
        38: Missing("deleted"),
        39: Missing("unexplained"),
        40: Missing("existed"),  # the history of DOCK-5 names it, and nothing higher is named
    },
}
RANGE = {"LUM": (9, 61), "DOCK": (1, 40)}  # first and last number audited
SHORT_HISTORY = {"LUM-20": True, "LUM-21": False}  # on Data Center; whether /changelog has the rest
LONG_TALK = "LUM-28"  # comments and worklogs over several pages


class World:
    """The company, built once for each server."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._entries = 50_000
        self._things = 900
        for number in range(1, 67):
            if number not in GAPS["LUM"] and number != 6:
                self._add(10_100 + number, f"LUM-{number}", LUM_EDGES.get(number, lum_slot(number)))
        for number in range(1, 37):
            if number not in GAPS["DOCK"]:
                self._add(10_300 + number, f"DOCK-{number}", dock_slot(number))
        for number in (1, 3, 4, 6, 7, 8):
            self._add(10_500 + number, f"ATTIC-{number}", utc("2024-11-11T11:11:11+00:00") + timedelta(days=number))
        for key in ("LUM-23", "LUM-52"):
            self._add(10_100 + int(key[4:]), key, lum_slot(int(key[4:]))).hidden = True
        self._special()
        for issue in self.issues:
            self._move(issue)
            issue.history.sort(key=lambda entry: (entry.at, entry.id))
        self.by_id = {issue.id: issue for issue in self.issues}
        self.by_key = {key: issue for issue in self.issues for key in (issue.key, *issue.was)}
        self.log = self._log()

    def population(self) -> list[str]:
        """Every key of the population."""
        return sorted(i.key for i in self.issues if i.project in LISTED and not i.hidden and in_period(i.created))

    def _entry(self, issue: Issue, at: datetime, who: str | None, *items: Item, behalf: str | None = None) -> None:
        self._entries += 1
        issue.history.append(Entry(self._entries, at, who, list(items), behalf))

    def _thing(self) -> int:
        self._things += 1
        return self._things

    def _add(self, identity: int, key: str, created: datetime) -> Issue:
        """Add an issue with the ordinary life of its kind."""
        issue = Issue(identity, key, created, "Bug" if identity % 3 == 0 else "Task")
        who = ("ada", "bo", "robot", "ghost", None, "mute")[identity % 6]
        hour = timedelta(hours=1)
        behalf = "on behalf of accountId=" + PEOPLE["bo"][0] if who == "robot" else None
        self._entry(issue, created + hour, who, ("assignee", "assignee", None, None, PEOPLE["bo"][0], PEOPLE["bo"][2]))
        if identity % 4:
            step = ("status", "status", "1", "To Do", "3", "Doing")
            self._entry(issue, created + 5 * hour, who, step, behalf=behalf)
            issue.status = "3"
        if identity % 4 > 1:
            done: Item = ("status", "status", "3", "Doing", "5", "Done")
            self._entry(issue, created + 9 * hour, "ada", done, ("resolution", "resolution", None, None, "1", "Done"))
            issue.status, issue.resolved = "5", created + 9 * hour
        if identity % 5 == 0:
            issue.comments.append((self._thing(), created + 2 * hour, "bo", "Seen — “fine” <b>so far</b>"))
        self.issues.append(issue)
        return issue

    def _special(self) -> None:
        """Give single issues what makes them worth asking for."""
        own = {issue.key: issue for issue in self.issues}
        own["DOCK-10"].created = utc("2023-05-05T05:05:05.005+00:00")  # an import that set the date
        own["DOCK-20"].created, own["DOCK-31"].created = lum_slot(25), lum_slot(30)
        own["DOCK-20"].id, own["DOCK-31"].id = 10_125, 10_130
        own["LUM-58"].created, own["LUM-58"].id = dock_slot(12), 10_312
        own["ATTIC-3"].created, own["ATTIC-3"].id = lum_slot(14), 10_114
        own["DOCK-25"].created, own["DOCK-25"].id = utc("2022-02-02T02:02:02.020+00:00"), 10_502
        own["LUM-28"].links.append((771, "LUM-27"))
        own["LUM-53"].parent, own["LUM-53"].type = "LUM-52", "Sub-task"
        blocks = ("Link", None, None, None, "LUM-33", "This issue blocks LUM-33")
        self._entry(own["LUM-34"], own["LUM-34"].created + timedelta(days=2), "ada", blocks)
        back = ("Link", None, "DOCK-40", "This issue is blocked by DOCK-40", None, None)
        self._entry(own["DOCK-5"], utc("2025-09-20T10:00:00+00:00"), "bo", back)
        parked = ("status", "status", own["LUM-24"].status, STATUSES[own["LUM-24"].status][0], "77", "Parked")
        self._entry(own["LUM-24"], own["LUM-24"].created + timedelta(days=3), None, parked)
        own["LUM-24"].status, own["LUM-24"].resolved = "77", None
        late = own["LUM-29"]  # done after the period's end
        late.history, late.status, late.resolved = late.history[:1], "5", utc("2025-09-05T10:00:00.250+00:00")
        self._entry(late, late.created + timedelta(days=1), "bo", ("status", "status", "1", "To Do", "3", "Doing"))
        done: Item = ("resolution", "resolution", None, None, "1", "Done")
        self._entry(late, late.resolved, "ada", ("status", "status", "3", "Doing", "5", "Done"), done)
        for key, count in (("LUM-20", 64), ("LUM-21", 14)):
            for turn in range(count):
                risk = ("Risk", "customfield_10310", None, str(turn), None, str(turn + 1))
                self._entry(own[key], own[key].created + timedelta(days=1, minutes=turn), "bo", risk)
        talk = own[LONG_TALK]
        for turn in range(23):
            at = talk.created + timedelta(days=4, hours=turn)
            talk.comments.append((self._thing(), at, ("ada", "mute", "ghost")[turn % 3], f"Remark {turn}, see LUM-41"))
        for turn in range(7):
            talk.worklogs.append((self._thing(), talk.created + timedelta(days=5, hours=turn), "bo", 600 * (turn + 1)))
        for name in ("Prüfung 1.txt", "run.log"):
            talk.attachments.append(
                (self._thing(), talk.created + timedelta(hours=3), name, b"made up: " + name.encode())
            )

    def _move(self, issue: Issue) -> None:
        """Write the moves of an issue into its history, as a real move does: project and Key in one entry."""
        keys = [*MOVES.get(issue.key, []), (issue.key, None)]
        for (old, at), (new, _) in pairwise(keys):
            home, target = PROJECTS[old.partition("-")[0]], PROJECTS[new.partition("-")[0]]
            assert at is not None
            project = ("project", "project", home[0], home[1], target[0], target[1])
            self._entry(issue, at, "ada", project, ("Key", None, None, old, None, new))
            issue.was.append(old)

    def _log(self) -> list[Record]:
        """Make the log, newest first: deletions among everyday records, enough for several pages."""
        start = utc("2025-01-03T03:00:00.000+00:00")
        everyday = ("User added to group", "Permission scheme updated", "Workflow updated", "Custom field created")
        records = [
            Record(0, start + timedelta(hours=44 * turn), "ada" if turn % 3 else None, everyday[turn % 4])
            for turn in range(170)
        ]
        records += [Record(0, at, who, "Issue deleted", key) for key, (who, at) in GONE_BY_LOG.items()]
        records.sort(key=lambda record: (record.at, record.gone or ""))
        return [Record(7000 + n, r.at, r.who, r.what, r.gone) for n, r in enumerate(records)][::-1]

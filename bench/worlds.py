"""Large made-up worlds for the embedded Jira: lean, quick to make, the same for the same seed.

Three audited projects and an archive that nobody lists. As in a real Jira, a number is given out at creation or when an
issue moves in; some are deleted, some move away (to the archive, or between audited projects), concurrent creates stand
out of order, and a few issues were imported with dates of long ago.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditlib.demo.world.records import History, Issue, LogRecord, Project, User, World

PROJECTS: Mapping[str, float] = {"CORE": 0.6, "OPS": 0.1, "WEB": 0.3}
"""The audited projects, with their shares of the issues."""

EIGHT: Mapping[str, float] = {
    "CORE": 0.4, "WEB": 0.2, "OPS": 0.1, "DATA": 0.1, "PAY": 0.08, "RISK": 0.06, "HELP": 0.04, "LAW": 0.02,
}  # fmt: skip
"""Eight audited projects, as many companies have them: one large, most small."""

ARCHIVE = "ARCH"
"""The project that no audit lists; most issues that move go there."""

PART_BEGINS, PART_ENDS = "2025-03-01", "2025-09-13"
"""A period that holds a good half of the issues."""

PERIOD_START, PERIOD_END, TIME_ZONE = "2025-01-01", "2025-12-31", "America/New_York"
BASE_URL = "https://jira.example"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 24 * 3600 * 1000  # milliseconds, as all times here until they become records
_BEGINS = int(datetime(2025, 1, 1, 5, tzinfo=UTC).timestamp()) * 1000
_ENDS = int(datetime(2026, 1, 1, 5, tzinfo=UTC).timestamp()) * 1000

_SWAPPED = 0.005  # share of numbers given out out of order, by concurrent creates
_IMPORTED = 0.0002  # share of issues with a creation date of years ago
_TO_AUDITED = 0.2  # share of the moves that end in another audited project
_UNNAMED = 0.02  # share of the moves that no history names
_LOGGED = 0.5  # share of the deletions that the audit log names
_LINKED = 0.1  # share of the issues with a link to another one

_TYPES = tuple(
    {"id": str(10000 + n), "name": name, "subtask": False} for n, name in enumerate(("Task", "Bug", "Story"))
)
_CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
_STATUSES = tuple(
    {"id": str(number), "name": name, "description": "", "statusCategory": _CATEGORIES[category]}
    for number, name, category in (
        (1, "Open", "new"),
        (3, "In Progress", "indeterminate"),
        (4, "In Review", "indeterminate"),
        (6, "Closed", "done"),
    )
)
_RESOLUTIONS = tuple(
    {"id": str(10000 + n), "name": name, "description": ""} for n, name in enumerate(("Done", "Won't Do", "Duplicate"))
)
_PRIORITIES = tuple({"id": str(n), "name": name} for n, name in enumerate(("High", "Medium", "Low"), start=1))
_LINK_TYPE = {"id": "10100", "name": "Relates", "inward": "relates to", "outward": "relates to"}
_WORDS = tuple(
    f"{what} {how}"
    for what in (
        "Ledger export",
        "Card gateway",
        "Nightly import",
        "Rate table",
        "Access review",
        "Mail queue",
        "Report",
    )
    for how in ("is slow after the update", "fails on Mondays", "needs an owner", "shows old data", "stops half-way")
)

Items = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class _Course:
    """What happens to an issue: its changes in order, and the status and resolution that they end in."""

    changes: tuple[Items, ...]
    status: dict[str, Any]
    resolution: dict[str, Any] | None


@dataclass
class _Numbers:
    """The numbers of one project in the order given out: one element a number, the first is number 1.

    ``given_out`` and ``created`` are milliseconds since 1970; ``fate`` is 0 for an issue that is there, 1 deleted,
    2 moved away; ``moved_in`` marks the numbers that an issue of another project took over.
    """

    given_out: NDArray[np.int64]
    created: NDArray[np.int64]
    fate: NDArray[np.int8]
    moved_in: NDArray[np.bool_]


def big_world(
    issues: int,
    seed: int,
    *,
    missing_share: float = 0.05,
    moved_share: float = 0.01,
    projects: Mapping[str, float] = PROJECTS,
) -> World:
    """Make a world with about so many issues created in the period.

    Parameters
    ----------
    issues : int
        Issues of the audited projects created from `PERIOD_START` to `PERIOD_END`; 4 % more lie before, and 4 % after.
    seed : int
        Equal seeds make equal worlds.
    missing_share : float
        Of the numbers given out, the share that does not answer under its own key, moved ones included.
    moved_share : float
        Of the numbers given out, the share that moved to another project; at most `missing_share`.
    projects : mapping of str to float
        The audited projects, with their shares of the issues.

    Returns
    -------
    World
        About 5 history entries an issue; 2 KiB of memory an issue.
    """
    rng = np.random.default_rng(seed)
    numbers = {
        project: _numbers(rng, max(10, round(issues * share)), missing_share, moved_share)
        for project, share in projects.items()
    }
    users = _users()
    world = _bare_world(users, projects)
    with _no_collection():
        _fill(world, rng, numbers, tuple(users.values()))
    return world


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking over millions of new records again and again."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()


def _numbers(rng: np.random.Generator, issues: int, missing_share: float, moved_share: float) -> _Numbers:
    """Give out the numbers of a project, and decide what became of each."""
    in_period = round(issues / (1 - missing_share))
    around = max(60, issues // 25)
    margin = 30 * _DAY
    given_out = np.concatenate(
        [
            np.sort(rng.integers(low, high, size))
            for low, high, size in (
                (_BEGINS - margin, _BEGINS, around),
                (_BEGINS, _ENDS, in_period),
                (_ENDS, _ENDS + margin, around),
            )
        ]
    )
    total = len(given_out)
    swapped = rng.random(total - 1) < _SWAPPED
    for place in np.flatnonzero(swapped).tolist():
        given_out[[place, place + 1]] = given_out[[place + 1, place]]
    missing = rng.permutation(total)[: round(total * missing_share)]
    fate = np.zeros(total, dtype=np.int8)
    fate[missing] = 1
    fate[missing[: round(total * min(moved_share, missing_share))]] = 2
    created = given_out.copy()
    there = np.flatnonzero(fate == 0)
    imported = rng.choice(there, size=max(1, round(len(there) * _IMPORTED)), replace=False)
    created[imported] -= 1500 * _DAY
    return _Numbers(given_out, created, fate, np.zeros(total, dtype=bool))


def _fill(world: World, rng: np.random.Generator, numbers: Mapping[str, _Numbers], users: tuple[User, ...]) -> None:
    """Make the issues, and the records of those that went."""
    arrivals = _arrivals(rng, numbers)
    ids = _ids(numbers)
    courses = _courses()
    next_history = 100_000
    for project, made in numbers.items():
        size = len(made.given_out)
        course = rng.integers(0, len(courses), size).tolist()
        person = rng.integers(0, len(users), (size, 2)).tolist()
        text = rng.integers(0, len(_WORDS), size).tolist()
        kind = rng.integers(0, len(_TYPES), size).tolist()
        pace = rng.exponential(3 * _DAY, size).clip(60_000, 6 * _DAY).astype(np.int64).tolist()
        linked = (rng.random(size) < _LINKED).tolist()
        created, there = made.created.tolist(), (made.fate == 0).tolist()
        number_ids = ids[project].tolist()
        for place in range(size):
            if not there[place] or made.moved_in[place]:
                continue
            one = _issue(
                number_ids[place], f"{project}-{place + 1}", created[place], pace[place], courses[course[place]],
                (users[person[place][0]], users[person[place][1]]), text[place], kind[place], next_history,
            )  # fmt: skip
            next_history += len(one.histories) + 1
            if linked[place] and place:
                one.fields["issuelinks"] = [_link(number_ids[place], project, place)]
            world.issues[one.id] = one
    targets = {source: target for target, source in arrivals.items()}
    _move(world, rng, numbers, (ids, targets), first_history=next_history)
    _log(world, rng, numbers, ids, users)


def _arrivals(rng: np.random.Generator, numbers: Mapping[str, _Numbers]) -> dict[tuple[str, int], tuple[str, int]]:
    """Choose the moves between audited projects: from where each came, by where it is now (places, not numbers)."""
    arrivals: dict[tuple[str, int], tuple[str, int]] = {}
    names = list(numbers)
    for source, target in zip(names, names[1:] + names[:1], strict=True):
        leaving = np.flatnonzero(numbers[source].fate == 2)
        leaving = leaving[: round(len(leaving) * _TO_AUDITED)]
        to = numbers[target]
        free = np.flatnonzero(to.fate == 0)
        for place in leaving.tolist():
            # The next number that the target gives out a few days later.
            after = int(np.searchsorted(to.given_out[free], numbers[source].created[place] + 5 * _DAY))
            if after < len(free) and (target, int(free[after])) not in arrivals:
                arrivals[target, int(free[after])] = (source, place)
                to.moved_in[free[after]] = True
    del rng
    return arrivals


def _ids(numbers: Mapping[str, _Numbers]) -> dict[str, NDArray[np.int64]]:
    """Number all issues of the site in the order in which they were made, also those that are gone."""
    sizes = [len(made.given_out) for made in numbers.values()]
    order = np.argsort(np.concatenate([made.given_out for made in numbers.values()]), kind="stable")
    ids = np.empty(len(order), dtype=np.int64)
    ids[order] = 20_000 + np.arange(len(order))
    return dict(zip(numbers, np.split(ids, np.cumsum(sizes)[:-1]), strict=True))


def _issue(  # noqa: PLR0917 - called a million times
    issue_id: int, key: str, created: int, pace: int, course: _Course, people: tuple[User, User], text: int, kind: int,
    history_id: int,
) -> Issue:  # fmt: skip
    begun = _instant(created)
    step = timedelta(milliseconds=pace)
    when = begun
    histories = []
    for items in course.changes:
        when += step
        history_id += 1
        histories.append(History(history_id, when, people[history_id % 2], items))
    fields: dict[str, Any] = {
        "summary": f"{_WORDS[text]} ({key})",
        "issuetype": _TYPES[kind],
        "status": course.status,
        "resolution": course.resolution,
        "resolutiondate": when if course.resolution else None,
        "priority": _PRIORITIES[kind],
        "labels": [],
        "reporter": people[0],
        "creator": people[0],
        "assignee": people[1] if kind else None,
        "issuelinks": [],
        "subtasks": [],
        "components": [],
        "fixVersions": [],
    }
    return Issue(issue_id, key, begun, when, fields, histories)


def _link(issue_id: int, project: str, place: int) -> dict[str, Any]:
    other = {
        "id": str(issue_id - 1),
        "key": f"{project}-{place}",
        "fields": {"summary": "Another one", "status": _STATUSES[0], "issuetype": _TYPES[0]},
    }
    return {"id": str(issue_id), "type": _LINK_TYPE, "outwardIssue": other}


def _move(
    world: World,
    rng: np.random.Generator,
    numbers: Mapping[str, _Numbers],
    ids_and_targets: tuple[Mapping[str, NDArray[np.int64]], Mapping[tuple[str, int], tuple[str, int]]],
    *,
    first_history: int,
) -> None:
    """Make the issues that moved, under the keys that they have now."""
    (ids, targets), courses, users = ids_and_targets, _courses(), tuple(world.users.values())
    next_history = first_history
    in_archive = 0
    for project, made in numbers.items():
        for place in np.flatnonzero(made.fate == 2).tolist():
            number_id, old = int(ids[project][place]), f"{project}-{place + 1}"
            target = targets.get((project, place))
            if target is None:
                in_archive += 1
                new, at = f"{ARCHIVE}-{in_archive}", int(made.created[place]) + 5 * _DAY
            else:
                new, at = f"{target[0]}-{target[1] + 1}", int(numbers[target[0]].given_out[target[1]])
            one = _issue(
                number_id, new, int(made.created[place]), _DAY // 2, courses[number_id % len(courses)],
                (users[0], users[1]), number_id % len(_WORDS), number_id % len(_TYPES), next_history,
            )  # fmt: skip
            next_history += len(one.histories) + 2
            if target is not None or rng.random() >= _UNNAMED:
                items = tuple(
                    {
                        "field": field,
                        "fieldtype": "jira",
                        "from": None,
                        "fromString": before,
                        "to": None,
                        "toString": after,
                    }
                    | ({} if field == "Key" else {"fieldId": field})
                    for field, before, after in (("project", project, new.rpartition("-")[0]), ("Key", old, new))
                )
                one.histories.append(History(next_history - 1, _instant(at), users[2], items))
                one.histories.sort(key=lambda entry: (entry.created, entry.id))
            world.issues[one.id] = one
            world.moved_keys[old] = one.id


def _log(
    world: World,
    rng: np.random.Generator,
    numbers: Mapping[str, _Numbers],
    ids: Mapping[str, NDArray[np.int64]],
    users: tuple[User, ...],
) -> None:
    """Write the deletions that the audit log names."""
    for project, made in numbers.items():
        for place in np.flatnonzero(made.fate == 1).tolist():
            if rng.random() < _LOGGED:
                when = _instant(int(made.created[place]) + 20 * _DAY)
                item = {"id": str(ids[project][place]), "name": f"{project}-{place + 1}", "typeName": "ISSUE"}
                world.log.append(
                    LogRecord(
                        len(world.log) + 1, when, users[0].account_id, "Issue deleted", "issue",
                        "jira.auditing.issue.deleted", item,
                    )
                )  # fmt: skip
    world.log.sort(key=lambda record: (record.created, record.id))


def _courses() -> tuple[_Course, ...]:
    """Return ways through the workflow, of two to eight changes; the records are shared by all issues."""
    opened, progress, review, closed = _STATUSES
    assigned = (_item("assignee", None, None, None, "somebody"),)
    labelled = (_item("labels", None, "", None, "checked"),)
    described = (_item("description", None, "It was short.", None, "It was short. Now it says more."),)
    start, ask, back = (_status(*pair) for pair in ((opened, progress), (progress, review), (review, progress)))

    def close(origin: dict[str, Any], resolution: dict[str, Any]) -> Items:
        done = _item("resolution", None, None, resolution["id"], resolution["name"])
        return (done, *_status(origin, closed))

    done, wont, duplicate = _RESOLUTIONS
    return (
        _Course((assigned, labelled), opened, None),
        _Course((assigned, start, described), progress, None),
        _Course((labelled, close(opened, duplicate)), closed, duplicate),
        _Course((assigned, described, start, close(progress, wont)), closed, wont),
        _Course((assigned, start, ask, described), review, None),
        _Course((assigned, start, ask, labelled, close(review, done)), closed, done),
        _Course((assigned, described, start, labelled, ask, close(review, done)), closed, done),
        _Course((assigned, start, ask, back, ask, described, close(review, done)), closed, done),
        _Course((assigned, labelled, start, ask, back, described, ask, close(review, done)), closed, done),
    )


def _status(before: Mapping[str, Any], after: Mapping[str, Any]) -> Items:
    return (_item("status", before["id"], before["name"], after["id"], after["name"]),)


def _item(
    field: str, before: str | None, before_text: str | None, after: str | None, after_text: str
) -> dict[str, Any]:
    shown = {"field": field, "fieldtype": "jira", "fieldId": field, "from": before, "fromString": before_text}
    return shown | {"to": after, "toString": after_text}


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _users() -> dict[str, User]:
    made = (
        User(f"account:{n:03d}", f"JIRAUSER{n}", f"person{n:03d}", f"Person {n:03d}", f"person{n:03d}@example.com")
        for n in range(40)
    )
    return {user.account_id: user for user in made}


def _bare_world(users: Mapping[str, User], audited: Mapping[str, float]) -> World:
    reader = User(
        "account:reader", "JIRAUSER999", "reader", "Evidence reader", "reader@example.com", time_zone=TIME_ZONE
    )
    lead = next(iter(users))
    projects = [Project(10_000 + n, key, f"Project {key}", lead) for n, key in enumerate((*audited, ARCHIVE))]
    return World(
        title="A large Jira",
        account=reader,
        password="a-made-up-token",  # noqa: S106 - opens nothing but this
        server_zone="UTC",
        powers=frozenset({"BROWSE_PROJECTS", "ADMINISTER", "ADMINISTER_PROJECTS"}),
        base_url=BASE_URL,
        users=dict(users),
        projects={project.key: project for project in projects},
        issue_types=list(_TYPES),
        statuses=list(_STATUSES),
        resolutions=list(_RESOLUTIONS),
        priorities=list(_PRIORITIES),
        link_types=[_LINK_TYPE],
    )

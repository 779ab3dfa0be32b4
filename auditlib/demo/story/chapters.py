"""The story of the made-up company: ordinary traffic, and a chapter for each planted case on a day of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.demo.story import scenery, texts
from auditlib.demo.story.cast import group_id
from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.world.records import User

PERIOD_START = date(2026, 4, 1)
PERIOD_END = date(2026, 9, 30)
TIME_ZONE = "America/New_York"
"""The demo's audit period; the first and the last day belong to it."""

BEGIN = datetime(2023, 10, 1, tzinfo=UTC)
END = datetime(2026, 10, 31, 22, tzinfo=UTC)
EDGE_ZONES = ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")

_MIX: dict[str, tuple[int, tuple[str, ...]]] = {
    # issues at scale 1, and their types as drawn
    "PAY": (640, ("Story", "Story", "Bug", "Bug", "Task", "Epic")),
    "PAYX": (230, ("Story", "Task", "Bug")),
    "OPS": (480, ("Change", "Change", "Incident", "Task", "Bug")),
    "HR": (50, ("Task",)),
    "LAB": (40, ("Task", "Bug")),
    "OLD": (130, ("Story", "Bug", "Task")),
}
_PATHS: dict[str, tuple[str, ...]] = {
    "Change": ("In Review", "Approved", "In Progress", "Done"),
    "Epic": ("In Progress", "Done"),
}
_PLAIN_TYPES = ("Story", "Task", "Bug")
_PATH = ("In Progress", "In Review", "Done")
_SECOND = timedelta(seconds=1)


def edges() -> Iterator[tuple[str, datetime]]:
    """Yield names and instants of the period's edges in several zones, and of the moments just beside them."""
    beside = {"-1s": -_SECOND, "exact": timedelta(0), "+1s": _SECOND}
    for zone in EDGE_ZONES:
        finer = {"-1ms": -_SECOND / 1000, "+1ms": _SECOND / 1000} if zone == TIME_ZONE else {}
        for side, day in (("begin", PERIOD_START), ("end", PERIOD_END + timedelta(days=1))):
            edge = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
            for name, offset in (beside | finer).items():
                yield f"edge {zone} {side} {name}", edge + offset


class Story:
    """What happens in the company: each method plants one chapter, ``traffic`` the ordinary life around them."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.rng = sim.rng
        self.planted_keys: defaultdict[str, list[str]] = defaultdict(list)
        self.planted_records: defaultdict[str, list[Record]] = defaultdict(list)

    def tell(self, scale: float) -> None:
        """Queue everything, then let it happen."""
        for chapter in (
            self.edge_issues,
            self.concurrent_issues,
            self.hidden_issues,
            self.moves_in_sight,
            self.moves_out_of_sight,
            self.moves_then_deletions,
            self.moves_in,
            self.single_deletions,
            self.deletions_at_the_edges,
            self.deletion_runs,
            self.deletions_with_family,
            self.numbers_never_given,
            self.imports,
            self.closings,
            self.reopenings,
            self.after_the_period,
            self.holes,
            self.comments,
            self.hostile_texts,
            self.attachments,
            self.changes,
            self.company_of_issues,
        ):
            chapter()
        # last, because it keeps out of the stretches of time that the chapters have reserved
        self.traffic(scale)
        self.sim.run()

    # Tools

    def slot(self, month: int, day: int, year: int = 2026) -> datetime:
        """Give a moment of that day, and keep ordinary traffic away from it for an hour."""
        instant = datetime(year, month, day, 9, tzinfo=UTC) + timedelta(seconds=self.rng.randrange(3 * 3600))
        self.sim.reserve(instant - timedelta(minutes=10), instant + timedelta(hours=1))
        return instant

    def issue(
        self,
        instant: datetime,
        project: str,
        issue_type: str = "Task",
        *,
        then: Callable[[Record], object] | None = None,
        name: str = "",
        summary: str = "",
        by: User | None = None,
        **values: Any,
    ) -> None:
        """Queue the creation of an issue; ``name`` plants it, ``then`` goes on with it (default: ordinary work)."""

        def happen() -> None:
            author = by or self.anyone()
            made = self.sim.create(
                project,
                issue_type,
                summary or texts.summary(self.rng),
                author,
                **({"description": texts.description(self.rng)} | values),
            )
            if name:
                self.planted_records[name].append(made)
            (then or self.work)(made)

        self.sim.at(instant, happen)

    def later(self, record: Record, instant: datetime, action: Callable[[], object]) -> None:
        """Queue an action on an issue at an instant; it falls away if the issue is deleted before."""
        self.sim.at(instant, lambda: record.deleted_at is None and action())

    def plant(self, name: str, *keys: str) -> None:
        """Write down that these missing keys are a case."""
        self.planted_keys[name] += keys

    def anyone(self) -> User:
        """Pick someone who works here."""
        return self.rng.choice(self.sim.cast.staff)

    def worker(self, project: str) -> User:
        """Pick someone who does the work of a project."""
        staff = self.sim.cast.staff
        return self.rng.choice(staff[20:48] if project == "OPS" else staff[:24])

    def when(self, month: int, day: int) -> datetime:
        """Give a moment of that day of 2026, after the hours of ``slot``."""
        return datetime(2026, month, day, 14, tzinfo=UTC) + timedelta(seconds=self.rng.randrange(4 * 3600))

    # Ordinary life

    def traffic(self, scale: float) -> None:
        """Queue the issues that are nobody's special case."""
        for project, (count, types) in _MIX.items():
            begin, end = BEGIN + timedelta(hours=8), END - timedelta(hours=1)
            if project == "OLD":
                end = datetime(2025, 1, 15, tzinfo=UTC)
            for _ in range(max(round(count * scale), 4)):
                # a growing company: later days are busier
                instant = self.sim.clear(begin + (end - begin) * self.rng.random() ** 0.85)
                self.issue(
                    instant, project, self.rng.choice(types), then=partial(self.work, roam=True), **self.looks(project)
                )

    def looks(self, project: str) -> dict[str, Any]:
        """Draw the fields of an ordinary issue."""
        rng = self.rng
        components, versions = scenery.COMPONENTS[project], scenery.VERSIONS[project]
        more: dict[str, Any] = {}
        if rng.random() < 0.4:
            more[scenery.POINTS] = float(rng.choice((1, 2, 3, 5, 8)))
        if project == "OPS":
            risk = rng.choice(("Low", "Medium", "High"))
            more[scenery.RISK] = {"id": str(10020 + len(risk)), "value": risk}
            more[scenery.SYSTEMS] = [{"id": "10030", "value": "Core"}, {"id": "10031", "value": "Edge"}][
                : rng.randint(0, 2)
            ]
        if rng.random() < 0.2:
            more[scenery.SPRINT] = [
                {"id": 7, "name": f"{project} Sprint 7", "state": "closed", "boardId": 8, "goal": ""}
            ]
        if rng.random() < 0.1:
            more[scenery.APPROVER] = self.anyone()
        if rng.random() < 0.1:
            more[scenery.START_DATE] = f"2026-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
        labels = rng.sample(("backend", "customer", "quick-win", "soc2", "vendor"), rng.choice((0, 0, 1, 2)))
        if rng.random() < 0.03:
            labels.append(scenery.TEST_LABEL)
        return {
            "priority": rng.choice(("Highest", "High", "Medium", "Medium", "Medium", "Low", "Lowest")),
            "labels": sorted(labels),
            "components": list(rng.sample(components, 1)) if components and rng.random() < 0.5 else [],
            "versions": list(rng.sample(versions, 1)) if rng.random() < 0.3 else [],
            "more": more,
        }

    def work(self, record: Record, *, roam: bool = False) -> None:
        """Queue the work on an issue; with ``roam`` it may also be moved, hidden, deleted, cloned or split."""
        sim, rng = self.sim, self.rng
        worker = self.worker(record.project)
        hours = rng.expovariate(1 / 20)
        sim.after(hours, record, partial(sim.assign, record, self.anyone(), worker))
        path = list(_PATHS.get(record.issue_type, _PATH))
        if rng.random() < 0.1:
            path[1:1] = ["Blocked", "In Progress"]
        if rng.random() < 0.15:
            path = path[: rng.randrange(len(path))]
        for status in path:
            hours += rng.expovariate(1 / 45)
            actor = self.anyone() if status in {"Approved", "In Review"} else worker
            sim.after(hours, record, partial(self.step, record, actor, status))
        if path and path[-1] == "Done":
            self.aftermath(record, worker, hours)
        self.talk(record, worker, hours + 1)
        if roam:
            self.roam(record)

    def step(self, record: Record, actor: User, status: str) -> None:
        """Take one step of the workflow; most issues end as done, some otherwise."""
        resolution = None
        if status == "Done":
            resolution = self.rng.choices(
                ("Done", "Won't Do", "Duplicate", "Cannot Reproduce", None), (86, 6, 4, 2, 2)
            )[0]
        self.sim.transition(record, actor, status, resolution)

    def aftermath(self, record: Record, worker: User, hours: float) -> None:
        """Close what is done, or open it again."""
        chance, gap = self.rng.random(), self.rng.expovariate(1 / 250)
        if chance < 0.25:
            self.sim.after(hours + gap, record, partial(self.close, record, self.anyone()))
        elif chance < 0.33:
            self.sim.after(hours + gap, record, partial(self.sim.transition, record, self.anyone(), "Reopened"))
            self.sim.after(hours + gap + 30, record, partial(self.sim.transition, record, worker, "In Progress"))
            self.sim.after(hours + gap + 80, record, partial(self.sim.transition, record, worker, "Done", "Done"))

    def close(self, record: Record, actor: User) -> None:
        """Close an issue with the resolution that it has."""
        self.sim.transition(record, actor, "Closed", record.resolution)

    def talk(self, record: Record, worker: User, hours: float) -> None:
        """Queue comments, logged work, files, watchers, links, within the hours that the work takes."""
        sim, rng = self.sim, self.rng

        def sometime(chance: float, action: Callable[[], object]) -> None:
            if rng.random() < chance:
                sim.after(rng.uniform(0, hours), record, action)

        for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
            author = rng.choice((worker, self.anyone(), self.anyone(), sim.cast.app))
            sometime(1, partial(sim.comment, record, author, texts.comment(rng)))
        sometime(0.15, partial(sim.log_work, record, worker, 900 * rng.randint(1, 20), texts.comment(rng)))
        sometime(0.1, partial(sim.edit, record, worker, "summary", texts.summary(rng)))
        sometime(0.1, partial(sim.edit, record, worker, "description", f"{texts.summary(rng)}.\n\nEdited."))
        sometime(0.08, partial(sim.rank, record, worker, rng.choice(tuple(scenery.PRIORITIES))))
        points = float(rng.choice((1, 2, 3, 5, 8)))
        sometime(0.1, partial(sim.alter, record, worker, scenery.POINTS, "Story point estimate", points))
        if record.issue_type in _PLAIN_TYPES:
            sometime(0.08, partial(sim.retype, record, worker, rng.choice(_PLAIN_TYPES)))
        content = f"log line {rng.randrange(10**6)}\n".encode()
        sometime(0.06, partial(sim.attach, record, worker, "app.log", content, "text/plain"))
        sometime(0.12, partial(self.link_to_any, record, worker))
        if rng.random() < 0.3:
            record.watchers += [one.account_id for one in rng.sample(sim.cast.staff, rng.randint(1, 3))]

    def link_to_any(self, record: Record, actor: User) -> None:
        """Link to some issue of a project that everyone sees."""
        others = [one for one in self.sim.records.values() if one.project in PROJECTS]
        if others:
            kind = self.rng.choice(("Blocks", "Relates", "Duplicate"))
            self.sim.link(record, actor, kind, self.rng.choice(others))

    def roam(self, record: Record) -> None:
        """Queue what befalls few issues."""
        sim, rng = self.sim, self.rng
        chance, actor = rng.random(), self.anyone()
        wait = rng.expovariate(1 / 400)
        if record.issue_type == "Epic" or record.project == "OLD":
            return
        if chance < 0.02:
            sim.after(wait, record, partial(sim.delete, record, actor, recorded=rng.random() < 0.6))
        elif chance < 0.035 and sim.now > datetime(2024, 9, 1, tzinfo=UTC):
            self.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(self.wander, record, actor))
        elif chance < 0.045 and record.project in {"PAY", "OPS"}:
            sim.after(wait, record, partial(sim.hide, record, actor))
        elif chance < 0.06:
            self.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(self.split, record, actor, 2))
        elif chance < 0.07:
            self.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(sim.clone, record, actor))
        elif chance < 0.075:
            self.later(record, sim.clear(sim.now), partial(self.fail, record.project))

    def wander(self, record: Record, actor: User) -> None:
        """Move an issue to another project, seldom out of sight."""
        others = [one for one in (*PROJECTS, *PROJECTS, "HR") if one != record.project]
        self.sim.move(record, actor, self.rng.choice(others))

    def split(self, record: Record, actor: User, count: int) -> None:
        """Cut an issue into sub-tasks."""
        if record.parent is None:
            for _ in range(count):
                self.work(self.sim.create(record.project, "Sub-task", texts.summary(self.rng), actor, parent=record))

    def fail(self, project: str) -> None:
        """Fail to create an issue, after its number was taken."""
        self.sim.skip(project)

    # Chapters on numbers

    def edge_issues(self) -> None:
        """Create issues within a second of the period's edges."""
        for name, instant in edges():
            self.issue(instant, "PAY", "Task", name=name, then=lambda _: None)
            self.sim.reserve(instant - timedelta(minutes=30), instant + timedelta(minutes=30))
        for name, begins in (("before the period", self.slot(6, 5, 2025)), ("after the period", self.slot(10, 20))):
            for step, project in enumerate(PROJECTS):
                self.issue(begins + step * _SECOND, project, name=name)

    def concurrent_issues(self) -> None:
        """Create two issues at once: the higher number is some milliseconds older, in one case exactly as old."""
        begins = self.slot(4, 2)
        for step, project in enumerate((*PROJECTS, "PAY")):
            self.sim.at(begins + timedelta(minutes=step), partial(self._pair, project, step))

    def _pair(self, project: str, step: int) -> None:
        lower, higher = self.sim.take_number(project), self.sim.take_number(project)
        self._numbered(project, higher)
        gap = timedelta(milliseconds=self.rng.randint(3, 40) if step < 3 else 0)
        self.sim.at(self.sim.now + gap, partial(self._numbered, project, lower))

    def _numbered(self, project: str, number: int) -> None:
        made = self.sim.create(project, "Bug", texts.summary(self.rng), self.anyone(), number=number)
        self.planted_records["concurrent"].append(made)
        self.work(made)

    def hidden_issues(self) -> None:
        """Create issues behind a security level, and put others there later; show one level that hides nothing."""
        begins = self.slot(4, 3)
        for step, project in enumerate(("PAY", "OPS", "PAY")):
            self.issue(begins + timedelta(minutes=step), project, then=partial(self._hidden, step))
        self.issue(begins + timedelta(minutes=5), "PAY", name="security level in sight", security=0)

    def _hidden(self, step: int, record: Record) -> None:
        if step < 2:
            self.sim.hide(record)
        else:
            self.later(record, self.when(6, 30), partial(self.sim.hide, record, self.sim.cast.admin))
        self.plant("hidden", record.key)
        self.work(record)

    def moves_in_sight(self) -> None:
        """Move issues between the audited projects, once, twice, and with sub-tasks."""
        begins = self.slot(4, 8)
        routes = (("PAY", "OPS"), ("PAY", "PAYX"), ("OPS", "PAYX"), ("OPS", "PAY"), ("PAYX", "PAY"), ("PAY", "OPS"))
        for step, (here, there) in enumerate(routes):
            self.issue(
                begins + timedelta(minutes=2 * step),
                here,
                then=partial(self._moved, "moved", self.when(4, 15 + step), there),
            )
        self.issue(self.slot(4, 10), "PAY", "Bug", then=self._moved_twice)
        self.issue(self.slot(4, 24), "OPS", "Task", then=self._moved_family)

    def _moved(self, name: str, instant: datetime, there: str, record: Record) -> None:
        self.work(record)
        self.later(record, instant, lambda: self.plant(name, self.sim.move(record, self.anyone(), there)))

    def _moved_twice(self, record: Record) -> None:
        self._moved("moved twice", self.when(4, 17), "OPS", record)
        self.later(
            record, self.when(5, 11), lambda: self.plant("moved twice", self.sim.move(record, self.anyone(), "PAYX"))
        )

    def _moved_family(self, record: Record) -> None:
        self.split(record, self.anyone(), 2)
        family = [record, *record.children]
        self.plant("moved with its sub-tasks", *(one.key for one in family))
        self.work(record)
        self.later(record, self.when(5, 6), partial(self.sim.move, record, self.anyone(), "PAY"))

    def moves_out_of_sight(self) -> None:
        """Move issues to a project that is not audited, to one that is closed, or behind a security level."""
        begins = self.slot(4, 14)
        for step, project in enumerate(("PAY", "OPS")):
            self.issue(
                begins + timedelta(minutes=step),
                project,
                then=partial(self._moved, "moved out of sight", self.when(4, 22), "HR"),
            )
        self.issue(begins + timedelta(minutes=9), "PAY", then=self._moved_and_hidden)
        for step, project in enumerate(("PAY", "OPS")):
            self.issue(
                begins + timedelta(minutes=12 + step),
                project,
                then=partial(self._moved, "moved out of scope", self.when(7, 7), "LAB"),
            )

        self.issue(begins + timedelta(minutes=20), "PAY", security=1, visible=False, then=self._moved_into_sight)

    def _moved_into_sight(self, record: Record) -> None:
        """Lose the security level on the way: the old number answers with a key that everyone sees."""
        self._moved("hidden, moved into sight", self.when(7, 8), "PAYX", record)

    def _moved_and_hidden(self, record: Record) -> None:
        self._moved("moved, then hidden", self.when(4, 23), "OPS", record)
        self.later(record, self.when(4, 25), partial(self.sim.hide, record, self.anyone()))

    def moves_then_deletions(self) -> None:
        """Move issues and delete them where they went; the old keys stop resolving."""
        begins = self.slot(4, 21)
        for step, recorded in enumerate((True, False)):
            self.issue(begins + timedelta(minutes=step), "PAYX", then=partial(self._moved_and_deleted, recorded))

    def _moved_and_deleted(self, recorded: bool, record: Record) -> None:
        self._moved("moved, then deleted", self.when(4, 28), "OPS", record)
        self.later(record, self.when(5, 20), partial(self.sim.delete, record, self.anyone(), recorded=recorded))

    def moves_in(self) -> None:
        """Move old issues into the audited projects during the period: a new number, an old creation date."""
        routes = (
            (self.slot(9, 5, 2024), "OPS", "PAY", self.when(4, 27)),
            (self.slot(2, 11, 2025), "PAYX", "PAY", self.when(5, 12)),
            (self.slot(11, 20, 2025), "PAY", "OPS", self.when(7, 14)),
            (self.slot(3, 10), "PAY", "PAYX", self.when(8, 4)),
            (self.slot(3, 12), "HR", "PAY", self.when(4, 29)),
            # from one project to the other after the end of the period, created in it
            (self.slot(8, 11), "OPS", "PAY", self.when(10, 8)),
        )
        for instant, here, there, moved in routes:
            name = "moved after the period" if moved > datetime(2026, 10, 1, 4, tzinfo=UTC) else "moved in"
            self.issue(instant, here, name=name, then=partial(self._moved, f"{name}, key left", moved, there))

    def single_deletions(self) -> None:
        """Delete issues, with a record in the log, without one, and so long ago that the record is gone."""
        self.issue(
            self.slot(4, 6), "PAY", then=partial(self._deleted, "deleted, record expired", self.when(4, 20), True)
        )
        begins, bare = self.slot(5, 21), self.slot(5, 26)
        for step, project in enumerate(("PAY", "PAYX", "OPS", "PAY")):
            soon, wait = timedelta(minutes=3 * step), timedelta(days=3 + 9 * step)
            self.issue(
                begins + soon,
                project,
                then=partial(self._deleted, "deleted with a record", self.when(5, 22) + wait, True),
            )
            self.issue(
                bare + soon,
                project,
                then=partial(self._deleted, "deleted without a record", self.when(5, 27) + wait, False),
            )
        self.issue(self.slot(5, 28), "PAY", "Bug", then=self._deleted_but_linked)
        # the first number that was ever given out, and the last one
        self.issue(
            BEGIN + timedelta(hours=1),
            "OPS",
            then=partial(self._deleted, "first of all deleted", self.when(6, 2), False),
        )
        self.issue(
            END - timedelta(minutes=40),
            "PAYX",
            then=partial(self._deleted, "last of all deleted", END - timedelta(minutes=9), False),
        )
        self.issue(
            self.slot(9, 9), "PAY", then=partial(self._deleted, "deleted after the period", self.when(10, 12), True)
        )

    def _deleted(self, name: str, instant: datetime, recorded: bool, record: Record) -> None:
        self.plant(name, record.key)
        self.work(record)
        self.later(record, instant, partial(self.sim.delete, record, self.anyone(), recorded=recorded))

    def _deleted_but_linked(self, record: Record) -> None:
        """Let other issues' histories name what is deleted later."""
        self.issue(
            self.sim.now + 30 * _SECOND,
            "PAY",
            "Bug",
            name="names a deleted issue",
            then=partial(self._link_now, record),
        )
        self._deleted("deleted, named by a link", self.when(6, 4), False, record)

    def _link_now(self, target: Record, record: Record) -> None:
        self.work(record)
        self.sim.link(record, self.anyone(), "Relates", target)

    def deletions_at_the_edges(self) -> None:
        """Delete the first and the last number that ``OPS`` gave out in the period."""
        begins, ends = (
            datetime.combine(day, time(), ZoneInfo(TIME_ZONE)).astimezone(UTC)
            for day in (PERIOD_START, PERIOD_END + timedelta(days=1))
        )
        for name, edge, instant, gone, recorded in (
            ("first number of the period deleted", begins, begins + timedelta(minutes=20), self.when(6, 10), True),
            ("last number of the period deleted", ends, ends - timedelta(minutes=20), self.when(10, 5), False),
        ):
            self.sim.reserve(edge - timedelta(hours=3), edge + timedelta(hours=3))
            self.issue(instant, "OPS", "Change", then=partial(self._deleted, name, gone, recorded))
            # a neighbour on the other side, so that the edge is tight
            other_side = edge - (instant - edge)
            self.issue(other_side, "OPS", "Change", name="neighbour of the period's edge")

    def deletion_runs(self) -> None:
        """Delete numbers in a row."""
        for begins, project, count, gone, recorded, name in (
            (self.slot(5, 13), "PAY", 8, self.when(5, 14), False, "deletion run without records"),
            (self.slot(5, 18), "OPS", 5, self.when(5, 19), True, "deletion run with records"),
        ):
            for step in range(count):
                self.issue(begins + 3 * step * _SECOND, project, then=partial(self._deleted, name, gone, recorded))

    def deletions_with_family(self) -> None:
        """Delete an issue with its sub-tasks."""
        self.issue(self.slot(6, 1), "PAY", "Story", then=self._family_deleted)

    def _family_deleted(self, record: Record) -> None:
        self.split(record, self.anyone(), 2)
        self.plant("deleted with its parent", *(one.key for one in record.children))
        self._deleted("deleted with its sub-tasks", self.when(6, 11), True, record)

    def numbers_never_given(self) -> None:
        """Let counters go on without issues: one number, or a whole range as after an import."""
        begins = self.slot(6, 3)
        for step, project in enumerate(PROJECTS):
            self.sim.at(begins + timedelta(minutes=step), partial(self._skipped, "never allocated", project, 1))
        for name, instant, project in (
            ("range never allocated", self.slot(6, 9), "PAY"),
            ("range never allocated before the period", self.slot(6, 12, 2024), "OPS"),
        ):
            self.sim.at(instant, partial(self._skipped, name, project, 60 + self.rng.randrange(30)))

    def _skipped(self, name: str, project: str, count: int) -> None:
        self.plant(name, *self.sim.skip(project, count))

    def imports(self) -> None:
        """Import issues with their old creation dates; one batch after the period brings dates inside it."""
        old = [datetime(2024, 2, 3, 10, tzinfo=UTC) + timedelta(days=37 * step) for step in range(6)]
        inside = [datetime(2026, 5, 5, 10, tzinfo=UTC), datetime(2026, 8, 20, 10, tzinfo=UTC)]
        for begins, project, dates, name in (
            (self.slot(6, 15), "PAY", old, "back-dated import"),
            (self.slot(11, 4, 2025), "OPS", old[:4], "back-dated import"),
            (self.slot(10, 13), "PAYX", inside, "back-dated into the period"),
        ):
            for step, day in enumerate(dates):
                born = day + timedelta(seconds=self.rng.randrange(3600))
                done: dict[str, Any] = (
                    {"status": "Closed", "resolution": "Done", "resolved": born + timedelta(days=2)} if step % 2 else {}
                )
                self.issue(
                    begins + step * _SECOND,
                    project,
                    "Story",
                    name=name,
                    by=self.sim.cast.app,
                    created=born,
                    reporter=self.sim.cast.left[0],
                    then=lambda _: None,
                    **done,
                )

    # Chapters on states

    def closings(self) -> None:
        """Close issues in the ways that an auditor asks about."""
        begins = self.slot(5, 4)
        for step, (name, status, resolution, labels) in enumerate(
            (
                ("closed without resolution", "Done", None, []),
                ("closed without resolution", "Closed", None, ["soc2"]),
                ("closed as Won't Do", "Closed", "Won't Do", []),
                ("closed as Duplicate", "Closed", "Duplicate", []),
                ("closed test issue", "Done", "Done", [scenery.TEST_LABEL]),
                ("closed test issue", "Closed", "Done", [scenery.TEST_LABEL, "vendor"]),
                ("open test issue", "In Progress", None, [scenery.TEST_LABEL]),
            )
        ):
            for project in ("PAY", "OPS"):
                self.issue(
                    begins + timedelta(minutes=step, seconds=len(project)),
                    project,
                    name=name,
                    labels=list(labels),
                    summary="[TEST] please ignore" if scenery.TEST_LABEL in labels else "",
                    then=partial(self._walk, ((20, "In Progress", None), (50, status, resolution))),
                )

    def _walk(self, steps: tuple[tuple[float, str, str | None], ...], record: Record) -> None:
        """Queue transitions: hours from now, status, resolution."""
        for hours, status, resolution in steps:
            self.sim.after(
                hours, record, partial(self.sim.transition, record, self.worker(record.project), status, resolution)
            )

    def reopenings(self) -> None:
        """Open issues again, all within the period."""
        begins = self.slot(6, 17)
        steps = (
            (5.0, "In Progress", None),
            (30.0, "Done", "Done"),
            (90.0, "Reopened", None),
            (120.0, "In Progress", None),
            (160.0, "Done", "Won't Do"),
            (170.0, "Closed", "Won't Do"),
        )
        for step, project in enumerate(PROJECTS):
            self.issue(
                begins + step * _SECOND, project, "Bug", name="reopened", then=partial(self._walk, steps[: 4 + step])
            )

    def after_the_period(self) -> None:
        """Change status and resolution after the period's end, so that the two pictures differ."""
        begins = self.slot(9, 10)
        day = 24.0
        for step, (name, steps) in enumerate(
            (
                ("resolved after the period", ((5 * day, "In Progress", None), (35 * day, "Done", "Done"))),
                ("reopened after the period", ((5 * day, "Done", "Done"), (30 * day, "Reopened", None))),
                ("closed after the period", ((5 * day, "Done", "Duplicate"), (28 * day, "Closed", "Duplicate"))),
                ("first touched after the period", ((40 * day, "In Progress", None),)),
            )
        ):
            for project in ("PAY", "OPS"):
                self.issue(
                    begins + timedelta(minutes=step, seconds=len(project)),
                    project,
                    name=name,
                    then=partial(self._walk, steps),
                )

    def holes(self) -> None:
        """Lose history items, as a migration does; the truth names the issues."""
        begins = self.slot(6, 18)
        for step, (project, lost) in enumerate((("PAY", "status"), ("OPS", "status"), ("PAY", "resolution"))):
            steps = (
                (10.0, "In Progress", None),
                (40.0, "Done", "Done"),
                (70.0, "Reopened", None),
                (100.0, "Done", "Done"),
            )
            self.issue(
                begins + step * _SECOND, project, "Bug", name=f"hole in {lost}", then=partial(self._holed, lost, steps)
            )

    def _holed(self, lost: str, steps: tuple[tuple[float, str, str | None], ...], record: Record) -> None:
        self._walk(steps, record)
        self.sim.after(200, record, partial(self._lose, lost, record))

    def _lose(self, lost: str, record: Record) -> None:
        """Take the third change out of the history: the reopening, without which the rest does not fit."""
        victim = [entry for entry in record.histories if any(item["field"] == "status" for item in entry.items)][2]
        rest = tuple(item for item in victim.items if item["field"] != lost)
        place = record.histories.index(victim)
        kept = type(victim)(victim.id, victim.created, victim.author, rest)
        record.histories[place : place + 1] = [kept] if rest else []
        self.sim.holes[record.id] = lost

    # Chapters on content

    def comments(self) -> None:
        """Write comments that are restricted, edited, by people who left, in other scripts."""
        begins = self.slot(6, 22)
        for step, (project, chapter) in enumerate(
            (("PAY", self._restricted), ("OPS", self._restricted), ("PAY", self._spoken), ("OPS", self._spoken))
        ):
            self.issue(begins + timedelta(minutes=step), project, "Story", then=chapter)

    def _restricted(self, record: Record) -> None:
        sim = self.sim
        managers, everyone = (
            sim.cast.groups[group_id(sim.cast, name)] for name in ("release-managers", "jira-software-users")
        )
        role = {"type": "role", "value": "Administrators", "identifier": "Administrators"}
        cases = (
            ("comment hidden by role", role, False),
            (
                "comment hidden by group",
                {"type": "group", "value": managers.name, "identifier": managers.group_id},
                False,
            ),
            (
                "comment restricted in sight",
                {"type": "group", "value": everyone.name, "identifier": everyone.group_id},
                True,
            ),
        )
        for hours, (name, visibility, visible) in enumerate(cases, 1):
            self.planted_records[name].append(record)
            sim.after(
                hours,
                record,
                partial(
                    sim.comment, record, self.anyone(), f"For few: {name}.", visibility=visibility, visible=visible
                ),
            )
        self.work(record)

    def _spoken(self, record: Record) -> None:
        sim = self.sim
        lines = [
            *(("comment by a person who left", one, texts.comment(self.rng)) for one in sim.cast.left[:3]),
            *(("comment in another script", self.anyone(), text) for text in texts.OTHER_SCRIPTS),
            *(
                ("hostile comment", one, text)
                for one, text in zip(sim.cast.hostile, texts.HOSTILE_COMMENTS, strict=False)
            ),
        ]
        for hours, (name, author, text) in enumerate(lines, 1):
            if record not in self.planted_records[name]:
                self.planted_records[name].append(record)
            sim.after(hours, record, partial(sim.comment, record, author, text))
        self.planted_records["edited comment"].append(record)
        sim.after(
            40, record, lambda: sim.edit_comment(record, record.comments[0], self.anyone(), "I meant something else.")
        )
        self.work(record)

    def hostile_texts(self) -> None:
        """Write summaries, descriptions and names that break careless programs; drop a reporter."""
        begins = self.slot(6, 24)
        cast = self.sim.cast
        # ordinary work might write a harmless summary over them
        quiet = partial(self._walk, ((5.0, "In Progress", None), (90.0, "Done", "Done")))
        for step, text in enumerate(texts.HOSTILE_SUMMARIES):
            project = PROJECTS[step % 3]
            self.issue(begins + step * _SECOND, project, "Bug", name="hostile summary", summary=text, then=quiet)
        long_text = "".join(f"Line {number}: {texts.summary(self.rng)}.\n" for number in range(1400))
        described = [("hostile description", text) for text in texts.HOSTILE_DESCRIPTIONS]
        described.append(("long description", long_text[:32000].ljust(32000, "x")))
        for step, (name, text) in enumerate(described):
            soon = timedelta(minutes=2, seconds=step)
            self.issue(begins + soon, "PAY", "Bug", name=name, description=text, then=quiet)
        for step, person in enumerate(cast.hostile):
            self.issue(
                begins + timedelta(minutes=5, seconds=step),
                "OPS",
                name="hostile display name",
                by=person,
                labels=["<b>bold</b>", "=label"],
                then=partial(self._assigned_to, person),
            )
        self.issue(begins + timedelta(minutes=7), "PAY", name="no reporter", reporter=None, then=self._anonymous)
        self.issue(
            begins + timedelta(minutes=8),
            "PAY",
            name="people who left",
            by=cast.left[1],
            then=partial(self._assigned_to, cast.left[2]),
        )

    def _anonymous(self, record: Record) -> None:
        """Let nobody change the status and comment, as it stands after an account was erased."""
        self.sim.after(2, record, partial(self.sim.transition, record, None, "In Progress"))
        self.sim.after(3, record, partial(self.sim.comment, record, None, "Written by an account that is no more."))

    def _assigned_to(self, person: User, record: Record) -> None:
        self.sim.after(1, record, partial(self.sim.assign, record, self.anyone(), person))
        self._walk(((4, "In Progress", None), (60, "Done", "Done")), record)

    def attachments(self) -> None:
        """Attach files whose names climb paths, collide, or are no names at all."""
        self.issue(self.slot(6, 26), "PAY", "Bug", name="hostile attachment names", then=self._attached)

    def _attached(self, record: Record) -> None:
        for step, (filename, content, mime_type) in enumerate(texts.HOSTILE_FILES):
            self.sim.after(
                0.1 + step / 10, record, partial(self.sim.attach, record, self.anyone(), filename, content, mime_type)
            )
        self.work(record)

    def changes(self) -> None:
        """Make changes with and without a proper approval, for the attribute tests."""
        begins = self.slot(7, 1)
        staff = self.sim.cast.staff[20:48]
        author, approver = staff[0], staff[1]
        for step, (name, steps) in enumerate(
            (
                ("change approved by another", ((author, "In Review"), (approver, "Approved"), (author, "Done"))),
                ("change approved by its author", ((author, "In Review"), (author, "Approved"), (author, "Done"))),
                ("change never approved", ((author, "In Review"), (author, "Done"))),
                ("change approved afterwards", ((author, "Done"), (approver, "Approved"), (author, "Done"))),
            )
        ):
            for again in range(2):
                self.issue(
                    begins + timedelta(minutes=step, seconds=20 * again),
                    "OPS",
                    "Change",
                    name=name,
                    by=author,
                    more={
                        scenery.APPROVER: approver if name.endswith("another") else None,
                        scenery.RELEASE_NOTES: "h2. Notes\n* one",
                    },
                    then=partial(self._acted, steps),
                )

    def _acted(self, steps: tuple[tuple[User, str], ...], record: Record) -> None:
        for hours, (actor, status) in enumerate(steps, 1):
            resolution = "Done" if status == "Done" else None
            self.sim.after(12 * hours, record, partial(self.sim.transition, record, actor, status, resolution))

    def company_of_issues(self) -> None:
        """Make an issue that has everything: sub-tasks, links, a clone, worklogs, watchers, remote links."""
        self.issue(self.slot(7, 6), "PAY", "Story", name="issue with everything", then=self._everything)

    def _everything(self, record: Record) -> None:
        sim = self.sim
        self.split(record, self.anyone(), 3)
        self.planted_records["sub-task"] += record.children
        self.issue(sim.now + timedelta(minutes=3), "PAY", "Bug", name="linked", then=partial(self._link_now, record))
        self.issue(sim.now + timedelta(minutes=4), "OPS", "Change", name="linked", then=partial(self._link_now, record))
        sim.at(
            sim.now + timedelta(minutes=6),
            lambda: self.planted_records["clone"].append(sim.clone(record, self.anyone())),
        )
        record.watchers = [one.account_id for one in (*sim.cast.staff[:12], sim.cast.left[0])]
        record.remote_links = [
            {
                "id": 10000 + step,
                "globalId": f"system=https://ci.example.com&id={step}",
                "application": {"type": "com.example.ci", "name": "Imaginary CI"},
                "relationship": "built by",
                "object": {
                    "url": f"https://ci.example.com/build/{step}",
                    "title": title,
                    "summary": "A made-up build",
                    "status": {"resolved": step == 1},
                },
            }
            for step, title in enumerate(("Build 1", "<b>Build</b> 2"), 1)
        ]
        for step in range(3):
            sim.after(5 + step, record, partial(sim.log_work, record, self.worker("PAY"), 1800 * (step + 1), "=worked"))
        sim.after(9, record, partial(sim.attach, record, self.anyone(), "plan.txt", b"the plan\n", "text/plain"))
        self.work(record)

"""Ordinary work on an issue: its creation, its way through the workflow, comments, links, and what befalls few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from auditlib.demo.story import scenery, texts
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.world.records import User

_PATHS: dict[str, tuple[str, ...]] = {
    "Change": ("In Review", "Approved", "In Progress", "Done"),
    "Epic": ("In Progress", "Done"),
}
_PLAIN_TYPES = ("Story", "Task", "Bug")
_PATH = ("In Progress", "In Review", "Done")


def queue_issue(
    story: Story,
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
        author = by or story.anyone()
        made = story.sim.create(
            project,
            issue_type,
            summary or texts.summary(story.rng),
            author,
            **({"description": texts.description(story.rng)} | values),
        )
        if name:
            story.planted_records[name].append(made)
        (then or partial(work, story))(made)

    story.sim.at(instant, happen)


def work(story: Story, record: Record, *, roam: bool = False) -> None:
    """Queue the work on an issue; with ``roam`` it may also be moved, hidden, deleted, cloned or split."""
    sim, rng = story.sim, story.rng
    worker = story.worker(record.project)
    hours = rng.expovariate(1 / 20)
    sim.after(hours, record, partial(sim.assign, record, story.anyone(), worker))
    path = list(_PATHS.get(record.issue_type, _PATH))
    if rng.random() < 0.1:
        path[1:1] = ["Blocked", "In Progress"]
    if rng.random() < 0.15:
        path = path[: rng.randrange(len(path))]
    for status in path:
        hours += rng.expovariate(1 / 45)
        actor = story.anyone() if status in {"Approved", "In Review"} else worker
        sim.after(hours, record, partial(take_step, story, record, actor, status))
    if path and path[-1] == "Done":
        aftermath(story, record, worker, hours)
    talk(story, record, worker, hours + 1)
    if roam:
        befall(story, record)


def take_step(story: Story, record: Record, actor: User, status: str) -> None:
    """Take one step of the workflow; most issues end as done, some otherwise."""
    resolution = None
    if status == "Done":
        resolution = story.rng.choices(("Done", "Won't Do", "Duplicate", "Cannot Reproduce", None), (86, 6, 4, 2, 2))[0]
    story.sim.transition(record, actor, status, resolution)


def aftermath(story: Story, record: Record, worker: User, hours: float) -> None:
    """Close what is done, or open it again."""
    chance, gap = story.rng.random(), story.rng.expovariate(1 / 250)
    if chance < 0.25:
        story.sim.after(hours + gap, record, partial(close_issue, story, record, story.anyone()))
    elif chance < 0.33:
        story.sim.after(hours + gap, record, partial(story.sim.transition, record, story.anyone(), "Reopened"))
        story.sim.after(hours + gap + 30, record, partial(story.sim.transition, record, worker, "In Progress"))
        story.sim.after(hours + gap + 80, record, partial(story.sim.transition, record, worker, "Done", "Done"))


def close_issue(story: Story, record: Record, actor: User) -> None:
    """Close an issue with the resolution that it has."""
    story.sim.transition(record, actor, "Closed", record.resolution)


def talk(story: Story, record: Record, worker: User, hours: float) -> None:
    """Queue comments, logged work, files, watchers, links, within the hours that the work takes."""
    sim, rng = story.sim, story.rng

    def sometime(chance: float, action: Callable[[], object]) -> None:
        if rng.random() < chance:
            sim.after(rng.uniform(0, hours), record, action)

    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
        author = rng.choice((worker, story.anyone(), story.anyone(), sim.cast.app))
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
    sometime(0.12, partial(link_to_any, story, record, worker))
    if rng.random() < 0.3:
        record.watchers += [one.account_id for one in rng.sample(sim.cast.staff, rng.randint(1, 3))]


def link_to_any(story: Story, record: Record, actor: User) -> None:
    """Link to some issue of a project that everyone sees."""
    others = [one for one in story.sim.records.values() if one.project in PROJECTS]
    if others:
        kind = story.rng.choice(("Blocks", "Relates", "Duplicate"))
        story.sim.link(record, actor, kind, story.rng.choice(others))


def befall(story: Story, record: Record) -> None:
    """Queue what befalls few issues."""
    sim, rng = story.sim, story.rng
    chance, actor = rng.random(), story.anyone()
    wait = rng.expovariate(1 / 400)
    if record.issue_type == "Epic" or record.project == "OLD":
        return
    if chance < 0.02:
        sim.after(wait, record, partial(sim.delete, record, actor, recorded=rng.random() < 0.6))
    elif chance < 0.035 and sim.now > datetime(2024, 9, 1, tzinfo=UTC):
        story.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(wander, story, record, actor))
    elif chance < 0.045 and record.project in {"PAY", "OPS"}:
        sim.after(wait, record, partial(sim.hide, record, actor))
    elif chance < 0.06:
        story.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(split_issue, story, record, actor, 2))
    elif chance < 0.07:
        story.later(record, sim.clear(sim.now + timedelta(hours=wait)), partial(sim.clone, record, actor))
    elif chance < 0.075:
        story.later(record, sim.clear(sim.now), partial(fail_to_create, story, record.project))


def wander(story: Story, record: Record, actor: User) -> None:
    """Move an issue to another project, seldom out of sight."""
    others = [one for one in (*PROJECTS, *PROJECTS, "HR") if one != record.project]
    story.sim.move(record, actor, story.rng.choice(others))


def split_issue(story: Story, record: Record, actor: User, count: int) -> None:
    """Cut an issue into sub-tasks."""
    if record.parent is None:
        for _ in range(count):
            work(story, story.sim.create(record.project, "Sub-task", texts.summary(story.rng), actor, parent=record))


def fail_to_create(story: Story, project: str) -> None:
    """Fail to create an issue, after its number was taken."""
    story.sim.skip(project)


def walk(story: Story, steps: tuple[tuple[float, str, str | None], ...], record: Record) -> None:
    """Queue transitions: hours from now, status, resolution."""
    for hours, status, resolution in steps:
        story.sim.after(
            hours, record, partial(story.sim.transition, record, story.worker(record.project), status, resolution)
        )


def link_now(story: Story, target: Record, record: Record) -> None:
    """Work on an issue, and link it to another at once."""
    work(story, record)
    story.sim.link(record, story.anyone(), "Relates", target)

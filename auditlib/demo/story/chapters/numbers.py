"""Chapters on numbers: edges of the period, two issues at once, hidden issues, numbers never given, imports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from auditlib.demo.story import texts
from auditlib.demo.story.period import SECOND, edges
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.story.work import queue_issue, work


def edge_issues(story: Story) -> None:
    """Create issues within a second of the period's edges."""
    for name, instant in edges():
        queue_issue(story, instant, "PAY", "Task", name=name, then=lambda _: None)
        story.sim.reserve(instant - timedelta(minutes=30), instant + timedelta(minutes=30))
    for name, begins in (("before the period", story.slot(6, 5, 2025)), ("after the period", story.slot(10, 20))):
        for step, project in enumerate(PROJECTS):
            queue_issue(story, begins + step * SECOND, project, name=name)


def concurrent_issues(story: Story) -> None:
    """Create two issues at once: the higher number is some milliseconds older, in one case exactly as old."""
    begins = story.slot(4, 2)
    for step, project in enumerate((*PROJECTS, "PAY")):
        story.sim.at(begins + timedelta(minutes=step), partial(_pair, story, project, step))


def _pair(story: Story, project: str, step: int) -> None:
    lower, higher = story.sim.take_number(project), story.sim.take_number(project)
    _numbered(story, project, higher)
    gap = timedelta(milliseconds=story.rng.randint(3, 40) if step < 3 else 0)
    story.sim.at(story.sim.now + gap, partial(_numbered, story, project, lower))


def _numbered(story: Story, project: str, number: int) -> None:
    made = story.sim.create(project, "Bug", texts.summary(story.rng), story.anyone(), number=number)
    story.planted_records["concurrent"].append(made)
    work(story, made)


def hidden_issues(story: Story) -> None:
    """Create issues behind a security level, and put others there later; show one level that hides nothing."""
    begins = story.slot(4, 3)
    for step, project in enumerate(("PAY", "OPS", "PAY")):
        queue_issue(story, begins + timedelta(minutes=step), project, then=partial(_hidden, story, step))
    queue_issue(story, begins + timedelta(minutes=5), "PAY", name="security level in sight", security=0)


def _hidden(story: Story, step: int, record: Record) -> None:
    if step < 2:
        story.sim.hide(record)
    else:
        story.later(record, story.when(6, 30), partial(story.sim.hide, record, story.sim.cast.admin))
    story.plant("hidden", record.key)
    work(story, record)


def numbers_never_given(story: Story) -> None:
    """Let counters go on without issues: one number, or a whole range as after an import."""
    begins = story.slot(6, 3)
    for step, project in enumerate(PROJECTS):
        story.sim.at(begins + timedelta(minutes=step), partial(_skipped, story, "never allocated", project, 1))
    for name, instant, project in (
        ("range never allocated", story.slot(6, 9), "PAY"),
        ("range never allocated before the period", story.slot(6, 12, 2024), "OPS"),
    ):
        story.sim.at(instant, partial(_skipped, story, name, project, 60 + story.rng.randrange(30)))


def _skipped(story: Story, name: str, project: str, count: int) -> None:
    story.plant(name, *story.sim.skip(project, count))


def imports(story: Story) -> None:
    """Import issues with their old creation dates; one batch after the period brings dates inside it."""
    old = [datetime(2024, 2, 3, 10, tzinfo=UTC) + timedelta(days=37 * step) for step in range(6)]
    inside = [datetime(2026, 5, 5, 10, tzinfo=UTC), datetime(2026, 8, 20, 10, tzinfo=UTC)]
    for begins, project, dates, name in (
        (story.slot(6, 15), "PAY", old, "back-dated import"),
        (story.slot(11, 4, 2025), "OPS", old[:4], "back-dated import"),
        (story.slot(10, 13), "PAYX", inside, "back-dated into the period"),
    ):
        for step, day in enumerate(dates):
            born = day + timedelta(seconds=story.rng.randrange(3600))
            done: dict[str, Any] = (
                {"status": "Closed", "resolution": "Done", "resolved": born + timedelta(days=2)} if step % 2 else {}
            )
            queue_issue(
                story,
                begins + step * SECOND,
                project,
                "Story",
                name=name,
                by=story.sim.cast.app,
                created=born,
                reporter=story.sim.cast.left[0],
                then=lambda _: None,
                **done,
            )

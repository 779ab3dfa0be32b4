"""Chapters on states: closings, reopenings, changes after the period, holes in histories."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from auditlib.demo.story import scenery
from auditlib.demo.story.period import SECOND
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.story.work import queue_issue, walk


def closings(story: Story) -> None:
    """Close issues in the ways that an auditor asks about."""
    begins = story.slot(5, 4)
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
            queue_issue(
                story,
                begins + timedelta(minutes=step, seconds=len(project)),
                project,
                name=name,
                labels=list(labels),
                summary="[TEST] please ignore" if scenery.TEST_LABEL in labels else "",
                then=partial(walk, story, ((20, "In Progress", None), (50, status, resolution))),
            )


def reopenings(story: Story) -> None:
    """Open issues again, all within the period."""
    begins = story.slot(6, 17)
    steps = (
        (5.0, "In Progress", None),
        (30.0, "Done", "Done"),
        (90.0, "Reopened", None),
        (120.0, "In Progress", None),
        (160.0, "Done", "Won't Do"),
        (170.0, "Closed", "Won't Do"),
    )
    for step, project in enumerate(PROJECTS):
        queue_issue(
            story, begins + step * SECOND, project, "Bug", name="reopened", then=partial(walk, story, steps[: 4 + step])
        )


def after_the_period(story: Story) -> None:
    """Change status and resolution after the period's end, so that the two pictures differ."""
    begins = story.slot(9, 10)
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
            queue_issue(
                story,
                begins + timedelta(minutes=step, seconds=len(project)),
                project,
                name=name,
                then=partial(walk, story, steps),
            )


def holes(story: Story) -> None:
    """Lose history items, as a migration does; the truth names the issues."""
    begins = story.slot(6, 18)
    for step, (project, lost) in enumerate((("PAY", "status"), ("OPS", "status"), ("PAY", "resolution"))):
        steps = (
            (10.0, "In Progress", None),
            (40.0, "Done", "Done"),
            (70.0, "Reopened", None),
            (100.0, "Done", "Done"),
        )
        queue_issue(
            story,
            begins + step * SECOND,
            project,
            "Bug",
            name=f"hole in {lost}",
            then=partial(_holed, story, lost, steps),
        )


def _holed(story: Story, lost: str, steps: tuple[tuple[float, str, str | None], ...], record: Record) -> None:
    walk(story, steps, record)
    story.sim.after(200, record, partial(_lose, story, lost, record))


def _lose(story: Story, lost: str, record: Record) -> None:
    """Take the third change out of the history: the reopening, without which the rest does not fit."""
    victim = [entry for entry in record.histories if any(item["field"] == "status" for item in entry.items)][2]
    rest = tuple(item for item in victim.items if item["field"] != lost)
    place = record.histories.index(victim)
    kept = type(victim)(victim.id, victim.created, victim.author, rest)
    record.histories[place : place + 1] = [kept] if rest else []
    story.sim.holes[record.id] = lost

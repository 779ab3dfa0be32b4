"""The chapter on controls: changes with and without a proper approval."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from auditlib.demo.story import scenery
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.work import queue_issue
from auditlib.demo.world.records import User


def changes(story: Story) -> None:
    """Make changes with and without a proper approval, for the attribute tests."""
    begins = story.slot(7, 1)
    staff = story.sim.cast.staff[20:48]
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
            queue_issue(
                story,
                begins + timedelta(minutes=step, seconds=20 * again),
                "OPS",
                "Change",
                name=name,
                by=author,
                more={
                    scenery.APPROVER: approver if name.endswith("another") else None,
                    scenery.RELEASE_NOTES: "h2. Notes\n* one",
                },
                then=partial(_acted, story, steps),
            )


def _acted(story: Story, steps: tuple[tuple[User, str], ...], record: Record) -> None:
    for hours, (actor, status) in enumerate(steps, 1):
        resolution = "Done" if status == "Done" else None
        story.sim.after(12 * hours, record, partial(story.sim.transition, record, actor, status, resolution))

"""Chapters on content: comments, hostile texts, files, and the issue that has everything."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from auditlib.demo.story import texts
from auditlib.demo.story.cast import group_id
from auditlib.demo.story.period import SECOND
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.story.work import link_now, queue_issue, split_issue, walk, work
from auditlib.demo.world.records import User


def comments(story: Story) -> None:
    """Write comments that are restricted, edited, by people who left, in other scripts."""
    begins = story.slot(6, 22)
    for step, (project, chapter) in enumerate(
        (("PAY", _restricted), ("OPS", _restricted), ("PAY", _spoken), ("OPS", _spoken))
    ):
        queue_issue(story, begins + timedelta(minutes=step), project, "Story", then=partial(chapter, story))


def _restricted(story: Story, record: Record) -> None:
    sim = story.sim
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
        story.planted_records[name].append(record)
        sim.after(
            hours,
            record,
            partial(sim.comment, record, story.anyone(), f"For few: {name}.", visibility=visibility, visible=visible),
        )
    work(story, record)


def _spoken(story: Story, record: Record) -> None:
    sim = story.sim
    lines = [
        *(("comment by a person who left", one, texts.comment(story.rng)) for one in sim.cast.left[:3]),
        *(("comment in another script", story.anyone(), text) for text in texts.OTHER_SCRIPTS),
        *(("hostile comment", one, text) for one, text in zip(sim.cast.hostile, texts.HOSTILE_COMMENTS, strict=False)),
    ]
    for hours, (name, author, text) in enumerate(lines, 1):
        if record not in story.planted_records[name]:
            story.planted_records[name].append(record)
        sim.after(hours, record, partial(sim.comment, record, author, text))
    story.planted_records["edited comment"].append(record)
    sim.after(
        40, record, lambda: sim.edit_comment(record, record.comments[0], story.anyone(), "I meant something else.")
    )
    work(story, record)


def hostile_texts(story: Story) -> None:
    """Write summaries, descriptions and names that break careless programs; drop a reporter."""
    begins = story.slot(6, 24)
    cast = story.sim.cast
    # ordinary work might write a harmless summary over them
    quiet = partial(walk, story, ((5.0, "In Progress", None), (90.0, "Done", "Done")))
    for step, text in enumerate(texts.HOSTILE_SUMMARIES):
        project = PROJECTS[step % 3]
        queue_issue(story, begins + step * SECOND, project, "Bug", name="hostile summary", summary=text, then=quiet)
    long_text = "".join(f"Line {number}: {texts.summary(story.rng)}.\n" for number in range(1400))
    described = [("hostile description", text) for text in texts.HOSTILE_DESCRIPTIONS]
    described.append(("long description", long_text[:32000].ljust(32000, "x")))
    for step, (name, text) in enumerate(described):
        soon = timedelta(minutes=2, seconds=step)
        queue_issue(story, begins + soon, "PAY", "Bug", name=name, description=text, then=quiet)
    for step, person in enumerate(cast.hostile):
        queue_issue(
            story,
            begins + timedelta(minutes=5, seconds=step),
            "OPS",
            name="hostile display name",
            by=person,
            labels=["<b>bold</b>", "=label"],
            then=partial(_assigned_to, story, person),
        )
    queue_issue(
        story, begins + timedelta(minutes=7), "PAY", name="no reporter", reporter=None, then=partial(_anonymous, story)
    )
    queue_issue(
        story,
        begins + timedelta(minutes=8),
        "PAY",
        name="people who left",
        by=cast.left[1],
        then=partial(_assigned_to, story, cast.left[2]),
    )


def _anonymous(story: Story, record: Record) -> None:
    """Let nobody change the status and comment, as it stands after an account was erased."""
    story.sim.after(2, record, partial(story.sim.transition, record, None, "In Progress"))
    story.sim.after(3, record, partial(story.sim.comment, record, None, "Written by an account that is no more."))


def _assigned_to(story: Story, person: User, record: Record) -> None:
    story.sim.after(1, record, partial(story.sim.assign, record, story.anyone(), person))
    walk(story, ((4, "In Progress", None), (60, "Done", "Done")), record)


def attachments(story: Story) -> None:
    """Attach files whose names climb paths, collide, or are no names at all."""
    queue_issue(story, story.slot(6, 26), "PAY", "Bug", name="hostile attachment names", then=partial(_attached, story))


def _attached(story: Story, record: Record) -> None:
    for step, (filename, content, mime_type) in enumerate(texts.HOSTILE_FILES):
        story.sim.after(
            0.1 + step / 10, record, partial(story.sim.attach, record, story.anyone(), filename, content, mime_type)
        )
    work(story, record)


def company_of_issues(story: Story) -> None:
    """Make an issue that has everything: sub-tasks, links, a clone, worklogs, watchers, remote links."""
    queue_issue(story, story.slot(7, 6), "PAY", "Story", name="issue with everything", then=partial(_everything, story))


def _everything(story: Story, record: Record) -> None:
    sim = story.sim
    split_issue(story, record, story.anyone(), 3)
    story.planted_records["sub-task"] += record.children
    queue_issue(
        story, sim.now + timedelta(minutes=3), "PAY", "Bug", name="linked", then=partial(link_now, story, record)
    )
    queue_issue(
        story, sim.now + timedelta(minutes=4), "OPS", "Change", name="linked", then=partial(link_now, story, record)
    )
    sim.at(
        sim.now + timedelta(minutes=6),
        lambda: story.planted_records["clone"].append(sim.clone(record, story.anyone())),
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
        sim.after(5 + step, record, partial(sim.log_work, record, story.worker("PAY"), 1800 * (step + 1), "=worked"))
    sim.after(9, record, partial(sim.attach, record, story.anyone(), "plan.txt", b"the plan\n", "text/plain"))
    work(story, record)

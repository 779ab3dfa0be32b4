"""Ordinary traffic: the issues that are nobody's special case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from auditlib.demo.story import scenery
from auditlib.demo.story.period import BEGIN, END
from auditlib.demo.story.planting import Story
from auditlib.demo.story.work import queue_issue, work

_MIX: dict[str, tuple[int, tuple[str, ...]]] = {
    # issues at scale 1, and their types as drawn
    "PAY": (640, ("Story", "Story", "Bug", "Bug", "Task", "Epic")),
    "PAYX": (230, ("Story", "Task", "Bug")),
    "OPS": (480, ("Change", "Change", "Incident", "Task", "Bug")),
    "HR": (50, ("Task",)),
    "LAB": (40, ("Task", "Bug")),
    "OLD": (130, ("Story", "Bug", "Task")),
}


def traffic(story: Story, scale: float) -> None:
    """Queue the issues that are nobody's special case."""
    for project, (count, types) in _MIX.items():
        begin, end = BEGIN + timedelta(hours=8), END - timedelta(hours=1)
        if project == "OLD":
            end = datetime(2025, 1, 15, tzinfo=UTC)
        for _ in range(max(round(count * scale), 4)):
            # a growing company: later days are busier
            instant = story.sim.clear(begin + (end - begin) * story.rng.random() ** 0.85)
            queue_issue(
                story,
                instant,
                project,
                story.rng.choice(types),
                then=partial(work, story, roam=True),
                **looks(story, project),
            )


def looks(story: Story, project: str) -> dict[str, Any]:
    """Draw the fields of an ordinary issue."""
    rng = story.rng
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
        more[scenery.SPRINT] = [{"id": 7, "name": f"{project} Sprint 7", "state": "closed", "boardId": 8, "goal": ""}]
    if rng.random() < 0.1:
        more[scenery.APPROVER] = story.anyone()
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

"""Tells the change process: its issues go through their cases in a Jira of their own, and are put into the company's.

Nothing is drawn from the story's chance, and what was there before stays as it is: the project is new, and so are the ids.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from auditlib.demo.story import scenery
from auditlib.demo.story.access import role_actors_of_process
from auditlib.demo.story.cast import Cast
from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.history_items import change_of_known, removed_item
from auditlib.demo.story.outcome import fates, issues, lives
from auditlib.demo.story.period import BEGIN, END
from auditlib.demo.story.process import access, changes, incidents
from auditlib.demo.story.process.case import Case, Outcomes, Step
from auditlib.demo.story.process.expected import expected
from auditlib.demo.story.process.lists import before_go, deployed, lists, of_people
from auditlib.demo.story.process.requests import requests_of, says_of
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROCESS
from auditlib.demo.world.records import User, World
from auditlib.demo.world.truth import Access, Truth

_FIRST_ID: Final = 900_000
"""Above every id of the rest of the company."""

CASES: Final[tuple[Case, ...]] = (
    *changes.CHANGES,
    *changes.WINDOWS,
    *changes.EMERGENCIES,
    *incidents.ACTIONS,
    *incidents.INCIDENTS,
    *incidents.VULNERABILITIES,
    *access.REQUESTS,
    *access.REVIEWS,
)

_ORDINARY: Final[Mapping[str, Outcomes]] = {
    changes.KIND: changes.ORDINARY,
    incidents.INCIDENT: incidents.OF_INCIDENTS,
    incidents.VULNERABILITY: incidents.OF_VULNERABILITIES,
    access.REQUEST: access.OF_REQUESTS,
}
"""What is said of an issue of a type, but where its case says otherwise."""

_DONE: Final = ("Done", "Reviewed", "Closed")
_DESCRIPTION: Final = "What is to be done, why, and how it can be taken back."


def with_process(world: World, told: Truth, cast: Cast) -> tuple[World, Truth]:
    """Return a company with its change process, and what an observer knows with it.

    Parameters
    ----------
    world : World
        Changed in place, too.
    told : Truth
    cast : Cast
    """
    project = scenery.process_project(cast)
    sim = Simulation(random.Random(PROCESS), cast, {PROCESS: project}, BEGIN, END, first_id=_FIRST_ID)
    people = _people(cast, told.access)
    process = _Process(sim, people)
    for case in CASES:
        process.queue(case)
    sim.run()
    world.projects[PROCESS] = project
    world.issues |= issues(sim)
    world.requests |= requests_of(process.records, people)
    world.field_names += scenery.PROCESS_FIELDS
    actors = role_actors_of_process(cast)
    world.role_actors |= actors
    groups = {number: one.name for number, one in world.groups.items()}
    always = datetime.max.replace(tzinfo=UTC)
    members = {
        ("projectRole", world.roles[role].name, PROCESS): (
            (
                always,
                tuple(sorted(one.holder if one.kind == "user" else f"group {groups[one.holder]}" for one in held)),
            ),
        )
        for (_, role), held in actors.items()
    }
    off = next(one.created for one in world.log if one.id == told.access.planted["person deactivated"])
    cases = {name: one.key for name, one in process.records.items()}
    return world, replace(
        told,
        counters={**told.counters, **sim.counters},
        lives={**told.lives, **lives(sim)},
        filtered=told.filtered | {one.id for one in sim.records.values() if one.issue_type in scenery.FILTER_TYPES},
        holes={**told.holes, **sim.holes},
        process=cases,
        lists=lists(cast, cases, off, _released()),
        access=replace(told.access, members={**told.access.members, **members}),
        controls=expected(
            {name: (key, _kind_says(name)) for name, key in cases.items()}, told.access, of_people(cast, off)
        ),
        _fates={**told._fates, **fates(sim, ())},  # noqa: SLF001 - put together by whoever makes it
    )


def _kind_says(name: str) -> tuple[Outcomes, Outcomes]:
    """Return what the controls say of a case, on Cloud and on Data Center."""
    case = next(one for one in CASES if one.name == name)
    cloud, center = _without_lists(case)
    made = {"CT-09": outcome} if (outcome := deployed((cloud, center))) else {}
    return {**cloud, **made}, {**center, **made}


def _without_lists(case: Case) -> tuple[Outcomes, Outcomes]:
    cloud = {**_ORDINARY.get(case.kind, {}), **says_of(case.name, case.kind), **case.says}
    return cloud, {**cloud, **case.center}


def _released() -> dict[str, datetime]:
    """Return when changes were deployed, by name of the case."""
    return {one.name: before_go(one) for one in CASES if deployed(_without_lists(one))}


def _people(cast: Cast, told: Access) -> dict[str, User | None]:
    """Say who plays which part; nobody is nobody. The stranger was never among the managers."""
    managers = {one for _, members in told.members["group", "release-managers", ""] for one in members}
    return {
        "requester": cast.staff[30],
        "worker": cast.staff[31],
        "other": cast.staff[33],
        "approver": cast.staff[2],
        "later manager": cast.staff[1],
        "former manager": cast.staff[9],
        "stranger": next(one for one in cast.staff[34:] if one.account_id not in managers),
        "beneficiary": cast.staff[32],
        "app": cast.app,
        "nobody": None,
    }


class _Process:
    """The cases while they happen."""

    def __init__(self, sim: Simulation, people: Mapping[str, User | None]) -> None:
        self._sim = sim
        self._people = people
        self.records: dict[str, Record] = {}

    def queue(self, case: Case) -> None:
        """Queue a case and all its steps."""
        begins = datetime.strptime(f"2026-{case.at}", "%Y-%m-%d %H").replace(tzinfo=UTC)
        self._sim.at(begins, partial(self._create, case))
        for step in case.steps:
            self._sim.at(begins + timedelta(hours=step[0]), partial(self._take, case, step))

    def _person(self, name: str) -> User | None:
        return self._people[name]

    def _create(self, case: Case) -> None:
        values = dict(case.values)
        severity, beneficiary = values.pop("severity", None), values.pop("beneficiary", None)
        more = {
            scenery.SEVERITY: None if severity is None else _option(severity),
            scenery.ROOT_CAUSE: None,
            scenery.BENEFICIARY: None if beneficiary is None else self._person(beneficiary),
        }
        creator = self._person(case.by)
        assert creator is not None  # noqa: S101 - nobody creates nothing
        summary = values.pop("summary", case.name.capitalize())
        known = {"description": _DESCRIPTION, "status": case.status, "more": more} | values
        if case.status in _DONE:
            known |= {"resolution": "Done", "resolved": self._sim.now}
        self.records[case.name] = self._sim.create(PROCESS, case.kind, summary, creator, **known)

    def _take(self, case: Case, step: Step) -> None:
        """Take one step."""
        _, name, verb, what = step
        sim, record, who = self._sim, self.records[case.name], self._person(name)
        if verb == "moves to":
            sim.transition(record, who, what, "Done" if what in _DONE else None)
            return
        assert who is not None  # noqa: S101 - whoever does the rest has a name
        if verb == "jumps to":
            self._jump(record, who, what)
        elif verb == "assigns":
            sim.assign(record, who, self._person(what))
        elif verb in {"describes", "titles"}:
            sim.edit(record, who, "description" if verb == "describes" else "summary", what)
        elif verb == "ranks":
            sim.rank(record, who, what)
        elif verb == "alters":
            field, _, value = what.partition(": ")
            sim.alter(record, who, {"Root cause": scenery.ROOT_CAUSE}[field], field, value)
        elif verb == "attaches":
            sim.attach(record, who, what, b"all tests passed\n", "text/plain")
        elif verb == "removes":
            removed = next(one for one in record.attachments if one.filename == what)
            record.attachments.remove(removed)
            sim.note(record, who, removed_item(removed.id, what))
        else:
            sim.link(record, who, "Relates", self.records[what])

    def _jump(self, record: Record, who: User, status: str) -> None:
        """Write an entry that comes from a status into which none led."""
        sim = self._sim
        record.resolution, record.resolved = "Done", sim.now
        record.status = status
        sim.holes[record.id] = "status"
        record.states.append((sim.now, status, "Done"))
        sim.note(
            record,
            who,
            change_of_known("resolution", scenery.RESOLUTIONS, None, "Done"),
            change_of_known("status", scenery.STATUSES, "Testing", status),
        )


def _option(value: str) -> dict[str, str]:
    return {"id": {"High": "10050", "Low": "10051"}[value], "value": value}

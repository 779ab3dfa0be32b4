"""What the made-up company's audit log tells of its permissions: planted changes, and ordinary ones that fit today's world.

Who is in which group and role today is settled elsewhere; the log is made to lead there. Going back from today, a record of
somebody who is a member says that they were added, and of somebody who is not, that they were removed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.demo.story.cast import Cast
from auditlib.demo.world.records import LogRecord, World
from auditlib.demo.world.truth import Access

_Place = tuple[str, str, str]
"""``group`` or ``projectRole``, its name, and of a role the project's key."""

_GLOBAL = ("Bulk Change", "Create Shared Objects", "Manage Group Filter Subscriptions")
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class _Planted:
    """One planted change: its name in the truth, when it is wished, its record, and whose membership it changes, if it does."""

    name: str
    wished: datetime
    record: LogRecord
    member: tuple[_Place, str] | None = None


def with_access(
    log: Sequence[LogRecord], world: World, cast: Cast, rng: random.Random
) -> tuple[list[LogRecord], Access]:
    """Plant changes of permissions into a log, and make its ordinary ones lead to today's members.

    The ids and times of the records that are there already stay as they are.

    Returns
    -------
    list of LogRecord
    Access
        What an observer knows: the planted changes, and who belonged where at any time.
    """
    planted = [*_memberships(cast), *_settings(cast)]
    records, by_id = _squeezed_in(log, planted)
    story = _Undoing(world, rng, frozenset(one.member for one in planted if one.member is not None))
    told = [story.undo(record, by_id.get(record.id)) for record in reversed(records)]
    return told[::-1], Access({one.name: number for number, one in by_id.items()}, story.members())


class _Undoing:
    """Today's members of all groups and roles, going back through the log."""

    def __init__(self, world: World, rng: random.Random, taken: frozenset[tuple[_Place, str]]) -> None:
        self._world = world
        self._rng = rng
        self._taken = taken
        groups = {number: one.name for number, one in world.groups.items()}
        self._state: dict[_Place, set[str]] = {
            ("group", one.name, ""): set(one.members) for one in world.groups.values()
        }
        for (project, role), actors in world.role_actors.items():
            held = {one.holder if one.kind == "user" else f"group {groups[one.holder]}" for one in actors}
            self._state["projectRole", world.roles[role].name, project] = held
        never = datetime.max.replace(tzinfo=UTC)
        self._lines = {place: [(never, tuple(sorted(members)))] for place, members in self._state.items()}

    def members(self) -> dict[_Place, tuple[tuple[datetime, tuple[str, ...]], ...]]:
        """Return who was a member until when, the oldest first."""
        return {place: tuple(reversed(line)) for place, line in self._lines.items()}

    def undo(self, record: LogRecord, planted: _Planted | None) -> LogRecord:
        """Return a record as it must have been for what came after it, and go back before it."""
        kind, name = record.object_item.get("typeName"), str(record.object_item.get("name", ""))
        if kind == "GROUP" and record.associated_items:
            place = ("group", name, "")
            member = self._member(place, planted, str(record.associated_items[0]["id"]))
            return self._of_group(record, member, added=self._back(place, member, record.created))
        if kind == "PROJECT_ROLE":
            places = sorted(one for one in self._state if one[:2] == ("projectRole", name))
            place = (
                planted.member[0] if planted is not None and planted.member is not None else self._rng.choice(places)
            )
            member = self._member(place, planted, "")
            after = frozenset(self._state[place])
            self._back(place, member, record.created)
            return self._of_role(record, place, after)
        if kind == "PERMISSIONS" and not record.changed_values:
            group = self._rng.choice(sorted(one.name for one in self._world.groups.values()))
            return replace(record, changed_values=values(Permission=("", self._rng.choice(_GLOBAL)), Group=("", group)))
        return record

    def _member(self, place: _Place, planted: _Planted | None, drawn: str) -> str:
        """Return whose membership a record changes: an ordinary one never touches those that are planted."""
        if planted is not None and planted.member is not None:
            return planted.member[1]
        planted_here = {member for where, member in self._taken if where == place}
        if drawn and drawn not in planted_here:
            return drawn
        return self._rng.choice(sorted(one for one in self._world.users if one not in planted_here))

    def _back(self, place: _Place, member: str, at: datetime) -> bool:
        """Undo a change of one member, and say whether it was an addition."""
        added = member in self._state[place]
        self._state[place] ^= {member}
        self._lines[place].append((at, tuple(sorted(self._state[place]))))
        return added

    def _of_group(self, record: LogRecord, member: str, *, added: bool) -> LogRecord:
        does = "added to" if added else "removed from"
        return replace(
            record,
            summary=f"User {does} group",
            action_key=f"jira.auditing.user.{does.replace(' ', '.')}.group",
            associated_items=({"id": member, "name": self._world.users[member].name, "typeName": "USER"},),
        )

    def _of_role(self, record: LogRecord, place: _Place, after: frozenset[str]) -> LogRecord:
        _, name, key = place
        role = next(one for one in self._world.roles.values() if one.name == name)
        project = self._world.projects[key]
        both = {
            value: (_listed(self._state[place], groups=groups), _listed(after, groups=groups))
            for value, groups in (("Users", False), ("Groups", True))
        }
        return replace(
            record,
            object_item={"id": str(role.id), "name": name, "typeName": "PROJECT_ROLE"},
            changed_values=values(**{value: sides for value, sides in both.items() if sides[0] != sides[1]}),
            associated_items=({"id": str(project.id), "name": project.name, "typeName": "PROJECT"},),
        )


def _listed(members: Iterable[str], *, groups: bool) -> str:
    return ", ".join(sorted(one.removeprefix("group ") for one in members if one.startswith("group ") == groups))


def values(**both: tuple[str, str]) -> tuple[dict[str, Any], ...]:
    """Return changed values as a record has them: before and after, by name."""
    return tuple({"fieldName": name, "changedFrom": old, "changedTo": new} for name, (old, new) in both.items())


# Planted records


def _squeezed_in(log: Sequence[LogRecord], planted: Sequence[_Planted]) -> tuple[list[LogRecord], dict[int, _Planted]]:
    """Give each planted change an id between two that are there, in the order of their times."""
    records, by_id = list(log), {}
    least = datetime.min.replace(tzinfo=UTC)
    for one in sorted(planted, key=lambda planting: planting.wished):
        wished = max(one.wished, least)
        place = next(index for index in range(len(records)) if _room(records, index, wished))
        before = records[place]
        least = max(wished, before.created + _MILLISECOND)
        records.insert(place + 1, replace(one.record, id=before.id + 1, created=least))
        by_id[before.id + 1] = one
    return records, by_id


def _room(records: Sequence[LogRecord], index: int, wished: datetime) -> bool:
    """Say whether there is room for a record behind one: an unused id, and time from an instant on."""
    if index + 1 == len(records):
        return True
    record, following = records[index : index + 2]
    ends, begins = following.created, max(wished, record.created + _MILLISECOND)
    return following.id - record.id > 1 and ends > begins


def _at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 30, tzinfo=UTC)


def _record(cast: Cast, summary: str, category: str, key: str, item: dict[str, Any], **more: Any) -> LogRecord:
    """Make a record by the administrator; its id and time are given where it is put."""
    rest = {"remote_address": "192.0.2.9"} | more
    return LogRecord(0, _at(1, 1), cast.admin.account_id, summary, category, f"jira.auditing.{key}", item, **rest)


def _memberships(cast: Cast) -> list[_Planted]:
    """Plant changes of members, in the period and after it."""
    staff, left = cast.staff, cast.left
    planted: list[tuple[str, datetime, _Place, str]] = [
        ("role left", _at(6, 3), ("projectRole", "Administrators", "PAY"), staff[7].account_id),
        ("role given", _at(6, 10), ("projectRole", "Administrators", "PAY"), staff[3].account_id),
        ("group joined", _at(7, 6), ("group", "release-managers", ""), staff[2].account_id),
        ("administrator made", _at(7, 13), ("group", "jira-administrators", ""), staff[0].account_id),
        ("role given to a group", _at(8, 5), ("projectRole", "Administrators", "OPS"), "group release-managers"),
        ("administrator removed", _at(8, 12), ("group", "jira-administrators", ""), left[1].account_id),
        ("group left", _at(8, 20), ("group", "release-managers", ""), staff[9].account_id),
        ("group left later", _at(10, 12), ("group", "payments-developers", ""), staff[30].account_id),
        ("group joined later", _at(10, 15), ("group", "release-managers", ""), staff[1].account_id),
        ("role given later", _at(10, 19), ("projectRole", "Developers", "PAY"), staff[50].account_id),
    ]
    made = []
    for name, at, place, member in planted:
        kind = "GROUP" if place[0] == "group" else "PROJECT_ROLE"
        category, key = ("projects", "project.roles.changed") if kind == "PROJECT_ROLE" else ("group management", "")
        record = _record(cast, "Project roles changed", category, key, {"name": place[1], "typeName": kind})
        if kind == "GROUP":
            record = replace(record, associated_items=({"id": member},))
        made.append(_Planted(name, at, record, (place, member)))
    return made


def _settings(cast: Cast) -> list[_Planted]:
    """Plant changes of grants, schemes, administrators, people, workflows and fields."""
    careful = {"id": "10100", "name": "Payments Permission Scheme", "typeName": "SCHEME"}
    lax = {"id": "0", "name": "Default Permission Scheme", "typeName": "SCHEME"}
    project = {"id": "10003", "name": "Operations", "typeName": "PROJECT"}
    everywhere = {"name": "Global Permissions", "typeName": "PERMISSIONS"}
    person = {"id": cast.left[2].account_id, "name": cast.left[2].name, "typeName": "USER"}
    workflow = {"id": "Change Workflow", "name": "Change Workflow", "typeName": "WORKFLOW"}
    field = {"id": "customfield_10099", "name": "Emergency reason", "typeName": "CUSTOM_FIELD"}
    given = {"Permission": ("", "Delete All Comments"), "Type": ("", "Group"), "Value": ("", "operations")}
    moving = {"Permission": ("", "Move Issues"), "Type": ("", "Group"), "Value": ("", "release-managers")}
    admin = {"Permission": ("", "Administer Jira"), "Group": ("", "operations")}
    updated = ("Permission scheme updated", "permissions", "permission.scheme.updated", careful)
    away = ("Permission scheme removed from project", "permissions", "permission.scheme.removed.from.project", project)
    to = ("Permission scheme added to project", "permissions", "permission.scheme.added.to.project", project)
    planted: list[tuple[str, datetime, tuple[str, str, str, dict[str, Any]], dict[str, Any]]] = [
        ("grant added", _at(5, 18), updated, {"changed_values": values(**given)}),
        ("grant removed", _at(6, 22), updated, {"changed_values": values(**_taken(given))}),
        ("scheme taken from a project", _at(7, 14), away, {"associated_items": (careful,)}),
        ("scheme swapped", _at(7, 14), to, {"associated_items": (lax,)}),
        (
            "administrators made",
            _at(8, 1),
            ("Global permission added", "permissions", "global.permission.added", everywhere),
            {"changed_values": values(**admin)},
        ),
        (
            "administrators removed",
            _at(8, 3),
            ("Global permission deleted", "permissions", "global.permission.deleted", everywhere),
            {"changed_values": values(**_taken(admin))},
        ),
        ("grant to move", _at(8, 10), updated, {"changed_values": values(**moving)}),
        (
            "person deactivated",
            _at(5, 27),
            ("User updated", "user management", "user.updated", person),
            {"changed_values": values(**{"Active / Inactive": ("Active", "Inactive")})},
        ),
        ("workflow updated", _at(7, 24), ("Workflow updated", "workflows", "workflow.updated", workflow), {}),
        (
            "field created",
            _at(6, 16),
            ("Custom field created", "fields", "customfield.created", field),
            {"changed_values": values(Name=("", "Emergency reason"))},
        ),
    ]
    return [_Planted(name, at, _record(cast, *of, **more)) for name, at, of, more in planted]


def _taken(given: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {name: (after, before) for name, (before, after) in given.items()}

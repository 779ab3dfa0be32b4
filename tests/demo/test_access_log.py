"""The made-up company's audit log leads to the groups and roles of today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from made_up import SEEDS, company_of, members_before

from auditlib.demo.story.company import LOG_BEGIN

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def members_today(world):
    """Return who is where, as the groups and roles of the world have it."""
    today = {("group", one.name, ""): set(one.members) for one in world.groups.values()}
    names = {number: one.name for number, one in world.groups.items()}
    for (project, role), actors in world.role_actors.items():
        held = {one.holder if one.kind == "user" else f"group {names[one.holder]}" for one in actors}
        today["projectRole", world.roles[role].name, project] = held
    return today


def role_sides(record, side):
    """Return who held a role before or after a record of it."""
    listed = {one["fieldName"]: one[side] for one in record.changed_values}
    people = {one for one in listed.get("Users", "").split(", ") if one}
    return people | {f"group {one}" for one in listed.get("Groups", "").split(", ") if one}


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_going_forward_from_the_beginning_leads_to_today(seed):
    """Each record of a member fits what stood before it, and at the end everybody is where they are today."""
    company = company_of(seed, 0.1)
    world, access = company.world, company.truth.access
    state = {place: set(members_before(access, place, LOG_BEGIN)) for place in access.members}
    keys = {str(one.id): one.key for one in world.projects.values()}
    for record in world.log:
        kind, name = record.object_item.get("typeName"), record.object_item.get("name")
        if kind == "GROUP":
            place, member = ("group", name, ""), record.associated_items[0]["id"]
            assert (member in state[place]) == ("removed" in record.summary)
            assert record.action_key.endswith("removed.from.group" if "removed" in record.summary else "added.to.group")
            state[place] ^= {member}
        elif kind == "PROJECT_ROLE":
            place = ("projectRole", name, keys[record.associated_items[0]["id"]])
            before, after = role_sides(record, "changedFrom"), role_sides(record, "changedTo")
            assert len(before ^ after) == 1
            state[place] ^= before ^ after
        else:
            continue
        assert state[place] == members_before(access, place, min(NOW, _next(world.log, record)))
    assert state == members_today(world)


def _next(log, record):
    return next((one.created for one in log if one.id > record.id), NOW)


def test_the_planted_changes_are_there_in_the_period():
    """Each has its record, about when it was wished; what was changed later than the period is told of as later."""
    company = company_of("demo", 0.1)
    by_id = {record.id: record for record in company.world.log}
    planted = {name: by_id[number] for name, number in company.truth.access.planted.items()}
    assert {
        "grant added",
        "grant removed",
        "scheme swapped",
        "administrator made",
        "group left later",
    } <= planted.keys()
    assert planted["grant added"].created < planted["grant removed"].created < planted["group left later"].created
    end = datetime(2026, 10, 1, tzinfo=UTC)
    assert {name for name, record in planted.items() if record.created >= end} == {
        name for name in planted if name.endswith("later")
    }
    assert planted["scheme swapped"].associated_items[0]["name"] == "Default Permission Scheme"
    assert company.world.projects["OPS"].permission_scheme == 0
    deletion = {value["fieldName"]: value["changedTo"] for value in planted["grant added"].changed_values}
    assert deletion == {"Permission": "Delete All Comments", "Type": "Group", "Value": "operations"}

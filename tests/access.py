"""Who has access, asked of an embedded Jira over real HTTP: the permission part of a pull alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.permissions import holds
from auditlib.demo.world.records import World
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.params.model import Parameters
from auditlib.pull.access import identify, require_browsable
from auditlib.pull.collect import begin
from auditlib.pull.permissions import ask_permissions
from auditlib.pull.session import CHAINS, Session


def ask_access(world: World, params: Parameters, folder: Path, **options: Any) -> Evidence:
    """Ask an embedded Jira of this world who may do what, and open what came."""
    evidence = begin(params, folder, folder)
    with connected(params, evidence.store, {}, partial(EmbeddedJira, world, **options)) as (reader, _):
        identify(reader)
        require_browsable(reader, evidence.projects)
        with ThreadPoolExecutor(CHAINS) as pool:
            ask_permissions(Session(reader, evidence, lambda *_: None, pool))
    return Evidence(folder, params)


def truth_of(world: World, params: Parameters) -> dict[tuple[str, str], set[str]]:
    """Return who holds each permission of each project as the world itself knows it, by account id or user key."""
    center = params.deployment == "data-center"
    return {
        (project, permission): {
            person.key if center else person.account_id
            for person in world.users.values()
            if holds(world, person.account_id, permission, world.projects[project], nested=center)
        }
        for project in params.projects
        for permission in params.permissions
    }


def people_in_tables(evidence: Evidence) -> dict[tuple[str, str], set[str]]:
    """Return who holds each permission of each project as the tables say, without the deactivated."""
    permissions, members = evidence.table("permissions"), evidence.table("group_members")
    groups = {str(name): rows for name, rows in members.groupby("group")}
    found: dict[tuple[str, str], set[str]] = {
        (project, permission): set()
        for project in evidence.params.projects
        for permission in evidence.params.permissions
    }
    for row in permissions.itertuples():
        place = found[row.project, row.permission]
        if row.who == "person":
            place |= {row.account_id} if row.active is pd.NA or row.active else set()
        elif row.who == "members of a group":
            listed = groups[row.via]
            place |= set(listed.loc[listed["active"].fillna(value=False), "account_id"])
    return found

"""What it costs to ask who may do what: many people in many projects, in both dialects, with latency.

    make bench-people

Counted are the requests of the permission part of a pull, with the last activity; seconds are those of the asking and of each
table, beside the floor: requests × latency / 8, which no client with 8 connections can undercut.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from crowd import crowd

from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.params.model import Parameters
from auditlib.pull.access import identify, require_browsable
from auditlib.pull.collect import begin
from auditlib.pull.last_seen import ask_last_seen
from auditlib.pull.permissions import ask_permissions
from auditlib.pull.session import CHAINS, Session

CONNECTIONS = 8
TABLES = ("permissions", "permission_counts", "group_members", "access_review")


def main() -> None:
    """Measure both dialects."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--projects", type=int, default=100)
    options.add_argument("--latency", type=float, default=0.02, help="seconds")
    given = options.parse_args()
    for dialect in ("cloud", "data-center"):
        with tempfile.TemporaryDirectory() as folder:
            for line in measured(dialect, given.people, given.projects, given.latency, Path(folder)):
                sys.stdout.write(f"{dialect}: {line}\n")
                sys.stdout.flush()


def measured(dialect: str, people: int, projects: int, latency: float, folder: Path) -> list[str]:
    """Ask, make the tables, and say what each took."""
    world = crowd(people, projects)
    params = Parameters.model_validate(
        {
            "audit": "bench",
            "jira_url": "demo",
            "projects": list(world.projects),
            "period_start": "2026-04-01",
            "period_end": "2026-09-30",
            "timezone": "UTC",
            "deployment": dialect,
        }
    )
    evidence = begin(params, folder, folder)
    with connected(params, evidence.store, {}, partial(EmbeddedJira, world, latency=latency)) as (reader, _):
        identify(reader)
        require_browsable(reader, evidence.projects)
        before = len(evidence.store.entries())
        with ThreadPoolExecutor(CHAINS) as pool:
            session = Session(reader, evidence, lambda *_: None, pool)
            seconds = timed(lambda: (ask_permissions(session), ask_last_seen(session)))
    requests = len(evidence.store.entries()) - before
    floor = requests * latency / CONNECTIONS
    lines = [
        (
            f"{people:,} people × {projects} projects, {latency * 1000:.0f} ms: {requests:,} requests in {seconds:.1f} s, "
            f"{seconds / floor:.1f} times the floor of {floor:.1f} s; {before} more for projects and powers"
        )
    ]
    opened = Evidence(folder, params)
    for name in TABLES:
        took = timed(partial(opened.table, name))
        lines.append(f"{name}.csv: {len(opened.table(name)):,} rows in {took:.1f} s")
    return lines


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()

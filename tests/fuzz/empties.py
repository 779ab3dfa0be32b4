"""Jiras that have nothing of something: no issue at all, none of the type, none sampled, one alone, none with a history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fuzz.worlds import fuzzed_world
from small_world import small_world

from auditlib.demo.world.records import World
from auditlib.demo.world.workflows import Workflows
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters

_PARAMS: Final = """
audit: "Nothing of it"
jira_url: demo
projects: [AC, NEW]
period_start: "2026-01-02"
period_end: "2026-01-10"
timezone: America/New_York
sample_seed: "nothing"
attachments: true
archive: none
"""


@dataclass(frozen=True)
class Empty:
    """A Jira that lacks something, and what is asked of it.

    Attributes
    ----------
    world : callable
        Makes it.
    values : mapping
        Parameters that are others.
    population, sampled : int
        How many issues there are then.
    refused : str
        What the sentence names with which a run ends that can't do as it is told; empty if none does.
    """

    world: Callable[[], World]
    values: Mapping[str, Any] = field(default_factory=dict)
    population: int = 0
    sampled: int = 0
    refused: str = ""

    def params(self, dialect: str) -> Parameters:
        """Return the parameters."""
        given = [f"deployment={dialect}", *(f"{name}={value}" for name, value in self.values.items())]
        return parse_parameters(_PARAMS, "empty", given)


def _bare() -> World:
    """Make a Jira with projects and nothing in them, around them or behind them."""
    world = small_world()
    world.log = []
    world.groups, world.roles, world.role_actors, world.permission_schemes = {}, {}, {}, {}
    world.workflows, world.filters = Workflows(), {}
    return world


def _only(*keys: str) -> World:
    world = fuzzed_world()
    world.issues = {number: one for number, one in world.issues.items() if one.key in keys}
    world.moved_keys, world.remote_links, world.watchers = {}, {}, {}
    return world


def _without_histories() -> World:
    world = fuzzed_world()
    for one in world.issues.values():
        one.histories.clear()
    return world


EMPTIES: Final[Mapping[str, Empty]] = {
    "nothing at all": Empty(_bare),
    "no issues": Empty(_only),
    "none of the type": Empty(fuzzed_world, {"issue_types": "[Nothing]"}),
    "none in the period": Empty(lambda: _only("AC-12", "AC-13", "NEW-3")),
    "none sampled": Empty(fuzzed_world, {"sample_seed": "", "sample_keys": "[AC-12, AC-9]"}, 9, refused="sample_keys"),
    "one issue": Empty(lambda: _only("AC-3"), {"sample_size": "1"}, 1, 1),
    "no histories": Empty(_without_histories, {"sample_size": "2"}, 9, 2),
}

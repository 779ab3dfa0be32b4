"""The workflows of the embedded Jira: versions with statuses, transitions and rules, and the schemes that give them to types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Step:
    """A transition, with statuses by name.

    ``kind`` is Jira's word for it (``INITIAL``, ``GLOBAL``, ``DIRECTED``); ``conditions`` is Jira's group of conditions,
    ``validators`` and ``actions`` are Jira's rules.
    """

    id: int
    name: str
    target: str
    origins: tuple[str, ...] = ()
    kind: str = "DIRECTED"
    conditions: Mapping[str, Any] | None = None
    validators: tuple[Mapping[str, Any], ...] = ()
    actions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Version:
    """A version of a workflow: its number, when and by whom (account id) it was made, and what it says."""

    number: int
    written: datetime
    author: str
    statuses: tuple[str, ...]
    steps: tuple[Step, ...]
    intermediate: bool = False


@dataclass(frozen=True)
class Workflow:
    """A workflow with the versions that Jira keeps, the oldest first; ``project`` is the key of a team-managed project."""

    id: str
    name: str
    versions: tuple[Version, ...]
    description: str = ""
    project: str | None = None

    @property
    def current(self) -> Version:
        """The version of today."""
        return self.versions[-1]


@dataclass(frozen=True)
class Scheme:
    """Which workflow each issue type has: names of workflows by the id of the type, and the default one."""

    id: int
    name: str
    default: str
    by_type: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workflows:
    """All workflows of a world, and the scheme of each project by its key."""

    all: tuple[Workflow, ...] = ()
    schemes: Mapping[str, Scheme] = field(default_factory=dict)

    def of(self, project: str, issue_type_id: str) -> Workflow | None:
        """Return the workflow of an issue type in a project; a team-managed project has one of its own."""
        scheme = self.schemes.get(project)
        name = None if scheme is None else scheme.by_type.get(issue_type_id, scheme.default)
        own = (one for one in self.all if (one.project == project if name is None else one.name == name))
        return next(own, None)

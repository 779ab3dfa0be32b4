"""The workflows of the listed projects: what Jira told of them, with the versions that an archive kept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.workflows.findings import untold_findings, workflow_findings
from auditlib.audit.workflows.versions import JIRA, Held, Known, by_version, merged, workflows_table
from auditlib.errors import AnswerError
from auditlib.evidence.access import Access
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses
from auditlib.jira import cloud
from auditlib.jira.scopes import NEEDS
from auditlib.records.workflow_log import Logged, logged_workflows
from auditlib.records.workflows import (
    IssueType,
    Kept,
    Scheme,
    Workflow,
    read_issue_types,
    read_kept,
    read_named,
    read_scheme,
    read_schemes,
    read_workflows,
)
from auditlib.responses import topics
from auditlib.responses.bounds import unpack
from auditlib.responses.topics import read_topic

_Read = TypeVar("_Read")

ARCHIVED: Final = "archive/workflows"
"""Below ``data/``: a folder for each time, with answers about workflows as they came."""


class Workflows(Part):
    """Which issue type has which workflow, and what the versions of it say."""

    def __init__(self, pulled: Pulled, witnesses: Witnesses, access: Access) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses
        self._access = access

    @property
    def cloud(self) -> bool:
        """Whether this is Jira Cloud, which tells transitions and rules."""
        return self.deployment == cloud.NAME

    @cached_property
    def types(self) -> dict[str, list[IssueType]]:
        """The issue types of the listed projects with their statuses; a project that Jira told nothing of is not there."""
        told = {key: self._told(topics.WORKFLOW_STATUSES.of(key), read_issue_types) for key in self.projects}
        return {key: types[0] for key, types in told.items() if types}

    @cached_property
    def logged(self) -> list[Logged]:
        """What the log records of workflows."""
        told = logged_workflows(self._witnesses.log)
        return [replace(one, actor=self.people.get(one.actor, one.actor)) for one in told]

    @property
    def people(self) -> Mapping[str, str]:
        """Names by account id."""
        return self._access.names

    @cached_property
    def held(self) -> list[Held]:
        """What is known of the workflow of each issue type."""
        find = self._held_by_workflow() if self.cloud else self._held_by_name()
        return [find(key, kind) for key, types in sorted(self.types.items()) for kind in types]

    @cached_property
    def versions(self) -> dict[str, list[Known]]:
        """The versions of those workflows that are known, by workflow id, the oldest first."""
        ids = {one.workflow_id for one in self.held}
        known = [*self._of_jira(), *self._of_archive()]
        return {workflow: versions for workflow, versions in merged(known).items() if workflow in ids}

    @kernel_cached
    def workflows(self) -> pd.DataFrame:
        """``workflows.csv``."""
        return workflows_table(self.held, self.versions, self.logged, self.people, self.period)

    @property
    def findings(self) -> list[Finding]:
        """What of the workflows a reader must know."""
        known = (self.held, self.versions, self.logged, self.people, self.period)
        untold = [key for key in self.projects if not self.types.get(key)]
        takes = NEEDS["project/statuses"].takes(scopes=self.cloud)
        return [*workflow_findings(*known, cloud=self.cloud), *untold_findings(untold, takes)]

    @property
    def by_version(self) -> pd.DataFrame:
        """Each version once, with the issue types that have it, as ``versions.by_version``."""
        return by_version(self.workflows)

    @property
    def current(self) -> list[Workflow]:
        """The newest version of each workflow, by name."""
        newest = (versions[-1].workflow for versions in self.versions.values())
        return sorted(newest, key=lambda one: (one.name, one.id))

    # what Jira told

    def _told(self, topic: str, read: Callable[[Any], _Read]) -> list[_Read]:
        """Read the answers to a question that Jira gave; none where it refused."""
        return [read(self.store.json(entry)) for entry in self.store.entries(topic) if entry.status == 200]

    @cached_property
    def _now(self) -> dict[tuple[str, str], list[Workflow]]:
        """The workflows as they were when Jira was asked, by project and id of the issue type."""
        found = {}
        for entry in self.store.entries(topics.WORKFLOW_NOW.folder):
            named = read_topic(entry.topic)
            if named.topic is topics.WORKFLOW_NOW and entry.status == 200:
                found[named.text("project"), named.text("type")] = read_workflows(self.store.json(entry))
        return found

    def _held_by_workflow(self) -> Callable[[str, IssueType], Held]:
        """Return what finds the workflow of an issue type on Cloud: by its scheme's name for it, else the type's own."""
        schemes: dict[str, Scheme] = {}
        for entry in self.store.entries(topics.WORKFLOW_SCHEMES.folder):
            if read_topic(entry.topic).topic is topics.WORKFLOW_SCHEMES and entry.status == 200:
                schemes |= read_schemes(self.store.json(entry))
        by_question: dict[str, Workflow] = {}
        for (key, kind), workflows in sorted(self._now.items()):
            scheme = schemes.get(self._project_id(key))
            if scheme is not None and workflows:
                name = scheme.workflow(kind)
                by_question[name] = next((one for one in workflows if one.name == name), workflows[0])

        def find(key: str, kind: IssueType) -> Held:
            scheme = schemes.get(self._project_id(key))
            own = next(iter(self._now.get((key, kind.id), ())), None)
            found = own if scheme is None else by_question.get(scheme.workflow(kind.id))
            name = "" if scheme is None else scheme.workflow(kind.id)
            known = ("", "") if found is None else (found.name, found.id)
            return Held(key, kind.name, kind.statuses, known[0] or name, known[1])

        return find

    def _project_id(self, key: str) -> str:
        return str(self.pulled.told(topics.PROJECT.of(key)).get("id"))

    def _held_by_name(self) -> Callable[[str, IssueType], Held]:
        """Return what finds the name of the workflow of an issue type on Data Center."""
        told = {key: self._told(topics.WORKFLOW_SCHEME.of(key), read_scheme) for key in self.projects}
        names = self._told(topics.WORKFLOW_NAMES.of(), read_named)
        changed_by = {one.name: one.changed_by for one in (names[0] if names else ())}

        def find(key: str, kind: IssueType) -> Held:
            name = told[key][0].workflow(kind.id) if told[key] else ""
            return Held(key, kind.name, kind.statuses, name, changed_by=changed_by.get(name, ""))

        return find

    def _of_jira(self) -> Iterator[Known]:
        """Yield the versions that Jira told, those of its history first, which name who made them."""
        kept: dict[str, dict[int, Kept]] = {}
        read: list[Workflow] = []
        for entry in self.store.entries(topics.WORKFLOW_VERSIONS.folder):
            named = read_topic(entry.topic)
            if entry.status == 200 and named.topic is topics.WORKFLOW_VERSIONS:
                kept[named.text("workflow")] = {one.number: one for one in read_kept(self.store.json(entry))}
            if entry.status == 200 and named.topic is topics.WORKFLOW_VERSION:
                read += read_workflows(self.store.json(entry))
        for one in [*read, *(one for workflows in self._now.values() for one in workflows)]:
            listed = None if one.number is None else kept.get(one.id, {}).get(one.number)
            yield Known(one, one.updated if listed is None else listed.at or one.updated, JIRA)

    def _of_archive(self) -> Iterator[Known]:
        """Yield the versions that an archive kept, the newest archive first."""
        folder = self.folder / "data" / ARCHIVED
        for path in sorted(folder.glob("*/*.json*"), reverse=True):
            for one in _archived(path):
                yield Known(one, one.updated, f"archive {path.parent.name}")


def _archived(path: Path) -> list[Workflow]:
    """Read the workflows that an archive kept in a file, plain or compressed; none where it holds something else.

    Raises
    ------
    AnswerError
        Naming the file, if it can't be read.
    """
    try:
        content = path.read_bytes()
        answer = json.loads(unpack(content) if path.suffix == ".gz" else content)
        return read_workflows(answer) if isinstance(answer, dict) and "workflows" in answer else []
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, AnswerError) as error:
        raise AnswerError(f"{ARCHIVED}/{path.parent.name}/{path.name} can't be read: {error}") from None

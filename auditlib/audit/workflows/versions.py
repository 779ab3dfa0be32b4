"""The versions of workflows that were in force for each issue type of each listed project. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd

from auditlib.audit.workflows.version_changes import changes_in_words, transition_in_words
from auditlib.records.workflow_log import Logged
from auditlib.records.workflows import Workflow
from auditlib.tables import Column, Table
from auditlib.times import Period

NOT_READABLE: Final = "not readable"
"""Stands where Jira did not tell the workflow of an issue type, or its version."""

JIRA: Final = "Jira"
"""Where a version comes from that Jira itself told."""

_TOGETHER: Final = timedelta(minutes=2)
"""How far a record of the log and the time of a version may be apart for one to tell of the other."""

WORKFLOWS: Final = Table(
    "workflows",
    "Versions of the workflows of the listed projects in the period and since, one row per issue type and version.",
    (
        Column("project", "text", "Key of the project."),
        Column("issue_type", "text", "Name of the issue type."),
        Column("workflow", "text", "Name of its workflow; not readable where Jira did not tell it."),
        Column("version", "text", "Jira's number of the version; not readable where Jira did not tell it."),
        Column(
            "from",
            "instant",
            "When this version was made; audit's time zone. Cloud writes no zone there: read as UTC. Empty where not told.",
        ),
        Column("to", "instant", "When the next version that is known was made; empty if none is."),
        Column("statuses", "text", "Its statuses; behind a semicolon each."),
        Column("transitions", "text", "Its transitions, from which status to which; behind a semicolon each."),
        Column("changed_by", "text", "Who made this version; on Data Center who last changed the workflow."),
    ),
    further=(
        Column("rules", "text", "Conditions, validators, post functions, triggers, screens and approvals, in words."),
        Column("change", "text", "What differs from the version before that is known."),
        Column("log_id", "text", "The record of Jira's audit log that tells of the change."),
        Column("workflow_id", "text", "Jira's id of the workflow."),
        Column("source", "text", "Where this version comes from: Jira, or an archive and when it was made."),
    ),
    sort_keys=("project", "issue_type", "workflow", "from", "version"),
)


@dataclass(frozen=True)
class Known:
    """A version that is known: what it says, when it was made (UTC), and where it comes from."""

    workflow: Workflow
    begins: datetime | None
    source: str = JIRA


@dataclass(frozen=True)
class Held:
    """What is known of the workflow of an issue type.

    Attributes
    ----------
    project, issue_type : str
        Key and name.
    statuses : tuple of str
        As the project's statuses by issue type tell them.
    name : str
        Of its workflow; empty if Jira did not tell it.
    workflow_id : str
        By which the versions are found; empty if they were not told.
    changed_by : str
        Who last changed it, where nothing but that is told.
    """

    project: str
    issue_type: str
    statuses: tuple[str, ...]
    name: str = ""
    workflow_id: str = ""
    changed_by: str = ""


def merged(versions: Iterable[Known]) -> dict[str, list[Known]]:
    """Return versions by workflow id, each number once, the oldest first; the first that comes of a number counts."""
    found: dict[str, dict[int, Known]] = {}
    for one in versions:
        number = -1 if one.workflow.number is None else one.workflow.number
        found.setdefault(one.workflow.id, {}).setdefault(number, one)
    return {workflow: [known[number] for number in sorted(known)] for workflow, known in sorted(found.items())}


def in_period(versions: Sequence[Known], period: Period) -> list[tuple[Known | None, Known, datetime | None]]:
    """Return the versions that were in force in the period or since, each with the one before and when the next was made."""
    ends = [one.begins for one in versions[1:]] + [None]
    before: list[Known | None] = [None, *versions[:-1]]
    told = zip(before, versions, ends, strict=True)
    last = versions[-1:]
    return [(old, new, end) for old, new, end in told if [new] == last or end is None or end > period.begins]


def record_of(known: Known, logged: Iterable[Logged]) -> Logged | None:
    """Return the record of the log that tells of a version: of its workflow, of about the same time; None if there is none."""
    if known.begins is None:
        return None
    near = [
        (abs(one.at - known.begins), one.id, one)
        for one in logged
        if one.workflow == known.workflow.name and abs(one.at - known.begins) <= _TOGETHER
    ]
    return min(near)[2] if near else None


def workflows_table(
    held: Iterable[Held],
    versions: Mapping[str, Sequence[Known]],
    logged: Sequence[Logged],
    people: Mapping[str, str],
    period: Period,
) -> pd.DataFrame:
    """Make ``workflows.csv``.

    Parameters
    ----------
    held : iterable of Held
        The issue types of the listed projects.
    versions : mapping of str to sequence of Known
        By workflow id, the oldest first.
    logged : sequence of Logged
        What the log records of workflows.
    people : mapping of str to str
        Names by account id.
    period : Period

    Returns
    -------
    DataFrame
        Of the kinds of `WORKFLOWS`.
    """
    rows = [row for one in held for row in _rows(one, versions.get(one.workflow_id, ()), logged, people, period)]
    return WORKFLOWS.sort(WORKFLOWS.make(rows, period.zone))


def _rows(
    held: Held, versions: Sequence[Known], logged: Sequence[Logged], people: Mapping[str, str], period: Period
) -> Iterator[tuple[Any, ...]]:
    if not versions:
        statuses = "; ".join(held.statuses) or None
        changed_by = people.get(held.changed_by, held.changed_by) or None
        said = (held.name or NOT_READABLE, NOT_READABLE, None, None, statuses, None, changed_by)
        yield (held.project, held.issue_type, *said, None, None, None, held.workflow_id or None, JIRA)
        return
    for before, known, ends in in_period(versions, period):
        workflow, record = known.workflow, record_of(known, logged)
        author = people.get(workflow.author, workflow.author) or ("" if record is None else record.actor)
        rules = [f"{one.name}: {rule}" for one in workflow.transitions for rule in one.rules]
        change = [] if before is None else changes_in_words(before.workflow, workflow)
        yield (
            held.project,
            held.issue_type,
            workflow.name,
            NOT_READABLE if workflow.number is None else str(workflow.number),
            known.begins,
            ends,
            "; ".join(one.name for one in workflow.statuses) or None,
            "; ".join(map(transition_in_words, workflow.transitions)) or None,
            author or None,
            "; ".join([*rules, *workflow.approvals]) or None,
            "; ".join(change) or None,
            None if record is None else record.id,
            workflow.id,
            known.source,
        )


_OF_VERSION: Final = ("workflow", "version", "from", "to", "changed_by", "statuses", "change", "rules")


def by_version(table: pd.DataFrame) -> pd.DataFrame:
    """Return each version of ``workflows.csv`` once, with the issue types that have it: ``OPS: Bug, Task; PAY: Bug``."""
    rows = []
    for _, group in table.groupby(list(_OF_VERSION), dropna=False, sort=False):
        projects = group.groupby("project", sort=True)["issue_type"].agg(list)
        held = "; ".join(f"{project}: {', '.join(types)}" for project, types in projects.items())
        rows.append((*group.iloc[0][list(_OF_VERSION)], held))
    found = pd.DataFrame(rows, columns=[*_OF_VERSION, "issue_types"])
    return found.sort_values(["workflow", "from"], kind="stable", ignore_index=True)

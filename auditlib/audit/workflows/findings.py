"""What the workflows show, in words: what changed in the period, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditlib.audit.chapters import ACTIVITY
from auditlib.audit.finding import Finding
from auditlib.audit.workflows.version_changes import changes_in_words, safeguards_gone
from auditlib.audit.workflows.versions import Held, Known, record_of
from auditlib.phrases import agreeing, clauses, counted, listed, minute
from auditlib.records.workflow_log import Logged
from auditlib.times import Period

KEPT_DAYS = 60
"""For how many days Jira Cloud keeps versions of workflows (Atlassian's OpenAPI description)."""


def workflow_findings(
    held: Sequence[Held],
    versions: Mapping[str, Sequence[Known]],
    logged: Sequence[Logged],
    people: Mapping[str, str],
    period: Period,
    *,
    cloud: bool,
) -> list[Finding]:
    """Say what of the workflows a reader must know; parameters as in `versions.workflows_table`.

    Parameters
    ----------
    cloud : bool
        Whether this is Jira Cloud, which tells transitions and rules.
    """
    new = [
        (before, known)
        for one in versions.values()
        for before, known in zip([None, *one[:-1]], one, strict=True)
        if known.begins is not None and period.begins <= known.begins < period.ends
    ]
    return [
        *_changed(new, logged, people, period),
        *_loosened(new, period),
        *_only_logged(held, new, logged, period, cloud=cloud),
        *(_late(versions, period) if cloud else ()),
        *(_unread(held) if cloud else _data_center(held)),
    ]


def _finding(name: str, severity: str, text: str, count: int) -> Finding:
    return Finding(f"workflows.{name}", ACTIVITY.notebook, severity, text, count, "workflows")


def _changed(
    new: Sequence[tuple[Known | None, Known]], logged: Sequence[Logged], people: Mapping[str, str], period: Period
) -> Iterator[Finding]:
    if new:
        shown = [_version_in_words(before, known, logged, people, period) for before, known in new]
        text = f"{counted(len(new), 'version')} of workflows {agreeing(len(new), 'was', 'were')} made in the period: "
        yield _finding("changed", "note", f"{text}{clauses(shown)}.", len(new))


def _version_in_words(
    before: Known | None, known: Known, logged: Sequence[Logged], people: Mapping[str, str], period: Period
) -> str:
    workflow, record = known.workflow, record_of(known, logged)
    author = people.get(workflow.author, workflow.author) or ("" if record is None else record.actor)
    when = minute(known.begins, period.zone) if known.begins is not None else "at an unknown time"
    text = f"{workflow.name}, version {workflow.number}, {when}, by {author or 'somebody whom Jira does not name'}"
    if before is None:
        return f"{text} (no version before it is known)"
    changes = changes_in_words(before.workflow, workflow)
    return f"{text} ({clauses(changes, 4, ', ')})" if changes else f"{text} (in nothing that is read here)"


def _loosened(new: Sequence[tuple[Known | None, Known]], period: Period) -> Iterator[Finding]:
    """Ask about versions that lack a safeguard that the one before had."""
    shown = []
    for before, known in new:
        gone = [] if before is None else safeguards_gone(before.workflow, known.workflow)
        if gone and known.begins is not None:
            at = minute(known.begins, period.zone)
            shown.append(f"{known.workflow.name}, version {known.workflow.number} ({at}): {clauses(gone, 4, ', ')}")
    if shown:
        text = (
            f"{counted(len(shown), 'version')} of workflows made in the period "
            f"{agreeing(len(shown), 'lacks', 'lack')} a safeguard of the version before, or "
            f"{agreeing(len(shown), 'has', 'have')} it in other words: {clauses(shown)}. "
            "Who approved that?"
        )
        yield _finding("safeguard-gone", "exception", text, len(shown))


def _only_logged(
    held: Sequence[Held],
    new: Iterable[tuple[Known | None, Known]],
    logged: Sequence[Logged],
    period: Period,
    *,
    cloud: bool,
) -> Iterator[Finding]:
    """Name the changes of which the log tells, and of which no version is known."""
    names = {one.name for one in held if one.name} | {known.workflow.name for _, known in new}
    matched = {record.id for _, known in new if (record := record_of(known, logged)) is not None}
    left = [
        one
        for one in logged
        if one.workflow in names and period.begins <= one.at < period.ends and one.id not in matched
    ]
    if left:
        shown = [
            f"{one.workflow} {one.done} {minute(one.at, period.zone)} by {one.actor or 'nobody that Jira names'}"
            for one in sorted(left, key=lambda one: (one.at, one.id))
        ]
        why = f"Jira keeps versions for {KEPT_DAYS} days" if cloud else "Data Center's REST interface tells no versions"
        text = (
            f"Jira's audit log records {counted(len(left), 'change')} of workflows of the listed projects in the period, of "
            f"which it does not tell what changed, and no version is known ({why}): {listed(shown)}."
        )
        yield _finding("only-logged", "limit", text, len(left))


def _late(versions: Mapping[str, Sequence[Known]], period: Period) -> Iterator[Finding]:
    """Name the workflows of which no version is known from the beginning of the period on."""
    late = [
        f"{one[0].workflow.name} (from {minute(one[0].begins, period.zone)} on)"
        if one[0].begins is not None
        else f"{one[0].workflow.name} (since when is not told)"
        for one in versions.values()
        if one[0].begins is None or one[0].begins > period.begins
    ]
    if late:
        text = (
            f"What {counted(len(late), 'workflow')} said at the beginning of the period is not shown; known "
            f"{agreeing(len(late), 'is', 'are')} {listed(late)}. Jira keeps versions for {KEPT_DAYS} days; a monthly archive "
            "keeps them for longer."
        )
        yield _finding("late", "limit", text, len(late))


def _unread(held: Sequence[Held]) -> Iterator[Finding]:
    unread = [one for one in held if not one.workflow_id]
    if unread:
        projects = sorted({one.project for one in unread})
        text = (
            f"The workflows of {counted(len(unread), 'issue type')} of {listed(projects)} can't be read by this account: "
            "workflows.csv has their statuses only. It takes Administer Jira, or for a team-managed project's own workflow "
            "Administer Projects or View (Read-Only) Workflow; a token with scopes needs manage:jira-configuration, or "
            "read:workflow:jira and the scopes of workflow schemes."
        )
        yield _finding("unread", "limit", text, len(unread))


def _data_center(held: Sequence[Held]) -> Iterator[Finding]:
    if not held:
        return
    unnamed = [one for one in held if not one.name]
    text = (
        "Data Center's REST interface tells the statuses of each issue type and the name of its workflow; transitions, rules "
        "and versions are not read."
    )
    if unnamed:
        projects = listed(sorted({one.project for one in unnamed}))
        text += f" This account may not know the names in {projects}: that takes Administer Jira."
    elif not any(one.changed_by for one in held):
        text += " Who last changed a workflow is not told either."
    yield _finding("data-center", "limit", text, len(held))


def untold_findings(untold: Sequence[str], takes: str) -> list[Finding]:
    """Name the projects of which Jira told no statuses by issue type, so that no row stands for them, and what it takes."""
    if not untold:
        return []
    text = f"Jira told nothing of the workflows of {listed(sorted(untold))}: workflows.csv has no row of them. It takes {takes}."
    return [_finding("untold", "limit", text, len(untold))]

"""Does this site record deletions of issues, and do its Workspace Events show any? In words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from auditlib.audit.activity.records import EVENTS_LOG
from auditlib.audit.chapters import ACTIVITY
from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, listed
from auditlib.records.workspace_events import EventAction


def deleting(actions: Sequence[EventAction] | None) -> tuple[EventAction, ...]:
    """Return the actions that are the deletion of an issue."""
    return tuple(one for one in actions or () if one.deletes_issues)


def deletions_told(activity: pd.DataFrame, actions: Sequence[EventAction] | None) -> pd.DataFrame:
    """Return the rows of ``activity.csv`` that are Workspace Events and say that an issue was deleted."""
    named = [one.id for one in deleting(actions)]
    return activity[(activity["source"] == EVENTS_LOG) & activity["event"].isin(named)]


def workspace_findings(
    activity: pd.DataFrame, actions: Sequence[EventAction] | None, *, events_complete: bool, why_not: str
) -> list[Finding]:
    """Say what Workspace Events tell of deletions, and what is not known without them.

    Parameters
    ----------
    activity : DataFrame
        ``activity.csv``.
    actions : sequence of EventAction or None
        What the site records; None if it did not say.
    events_complete : bool
        The events of the period were read to their end.
    why_not : str
        Why something is missing.
    """
    why = f" ({why_not.rstrip('. ')})" if why_not else ""
    found = [_catalogue_finding(actions, why)]
    if actions is not None and not events_complete:
        text = f"Workspace Events of the period were not read, or not to their end{why}."
        found.append(Finding("activity.events", ACTIVITY.notebook, "limit", text, 1, "activity"))
    told = deletions_told(activity, actions)
    if len(told):
        things = list(dict.fromkeys(told["object"].dropna()))
        which = f": {listed(things)}" if things else ""
        text = (
            f"{counted(len(told), 'Workspace Event')} of the period {agreeing(len(told), 'says', 'say')} that an issue was "
            f"deleted{which}."
        )
        found.append(Finding("activity.deletions", ACTIVITY.notebook, "exception", text, len(told), "activity"))
    return found


def _catalogue_finding(actions: Sequence[EventAction] | None, why: str) -> Finding:
    def say(severity: str, text: str) -> Finding:
        return Finding("activity.catalogue", ACTIVITY.notebook, severity, text, 1, "activity")

    if actions is None:
        return say(
            "limit",
            f"Whether this site records deletions of issues could not be asked{why}: Atlassian's list of the actions that a site "
            "records is at api.atlassian.com, takes Administer Jira, and of a token with scopes manage:jira-configuration.",
        )
    names = [one.shown for one in deleting(actions)]
    if names:
        return say(
            "note",
            f"Atlassian's list of the {counted(len(actions), 'action')} that this site records names the deletion of issues: "
            f"{listed(names)}. Since when, and whether of every deletion, it does not tell.",
        )
    return say(
        "limit",
        f"Atlassian's list of the {counted(len(actions), 'action')} that this site records names no deletion of an issue: "
        "that no event shows one does not mean that there was none.",
    )

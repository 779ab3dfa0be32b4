"""What the filter that narrows the population shows, in words: who can change it, and whether it changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from auditlib.audit.chapters import SCOPE
from auditlib.audit.finding import Finding
from auditlib.phrases import listed
from auditlib.records.filters import SharedFilter


def filter_findings(now: SharedFilter | None, before: Sequence[tuple[str, SharedFilter]]) -> list[Finding]:
    """Say of the filter of the parameters what a reader must know.

    Parameters
    ----------
    now : SharedFilter or None
        As Jira holds it; None if the parameters name none.
    before : sequence of (str, SharedFilter)
        As archives kept it, each with when (in words), the oldest first; of whatever filters.
    """
    if now is None:
        return []
    same = [one for one in before if one[1].id == now.id]
    return [_editors(now), *_changed(now, same)]


def _finding(severity: str, what: str, text: str) -> Finding:
    return Finding(f"scope.filter-{what}", SCOPE.notebook, severity, text, 1, "excluded")


def _editors(now: SharedFilter) -> Finding:
    """Say who can change the query, and with it the population of the next run."""
    owner = f"its owner {now.owner}" if now.owner else "its owner, whom Jira does not name,"
    if now.owner_active is False:
        owner += " (deactivated)"
    begins = f"Filter {now.id} is shared with {listed(now.shares) or 'nobody'}, and can be changed by {owner}"
    if now.editors is None:
        return _finding("limit", "editors", f"{begins}; Jira does not tell this account who else can change it.")
    others = listed(now.editors) or "nobody else that its edit permissions name"
    text = (
        f"{begins} and by {others}; an administrator of Jira can give it another owner. Who changes its query changes what a "
        "run takes for the population."
    )
    if not now.everybody:
        return _finding("note", "editors", text)
    return _finding("exception", "editors", f"{text} Should it be {listed(now.everybody)}?")


def _changed(now: SharedFilter, before: Sequence[tuple[str, SharedFilter]]) -> list[Finding]:
    """Compare the query with that of the newest archive that kept it."""
    if not before:
        return []
    at, then = before[-1]
    if then.jql == now.jql:
        text = f"Filter {now.id} has the same query as in the archive of {at}."
        return [_finding("note", "same", text)]
    text = (
        f"The query of filter {now.id} is another than in the archive of {at}. Then: {then.jql or 'not told'} Now: "
        f"{now.jql or 'not told'} Who changed it, and who agreed?"
    )
    return [_finding("exception", "changed", text)]

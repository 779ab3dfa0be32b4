"""Approvals of Jira Service Management that could not be read, in words. Pure."""

from __future__ import annotations

from auditlib.audit.chapters import CONTROLS
from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted


def request_findings(wanted: int, unread: int, why: str, takes: str) -> list[Finding]:
    """Say of how many issues approvals could not be read.

    Parameters
    ----------
    wanted : int
        Issues that a control judges by their approvals.
    unread : int
        Those of which Jira gave none.
    why : str
        Jira's own words; empty where it was not asked.
    takes : str
        What it takes to be told.
    """
    if not unread:
        return []
    said = f" ({why})" if why else ""
    text = (
        f"Of {unread:,} of {counted(wanted, 'issue')} that controls judge by approvals of Jira Service Management, the approvals "
        f"could not be read{said}: {agreeing(unread, 'it counts', 'they count')} as without evidence there. It takes {takes}; an "
        "issue that did not come as a customer request has none."
    )
    return [Finding("controls.approvals-unread", CONTROLS.notebook, "limit", text, unread, "controls")]

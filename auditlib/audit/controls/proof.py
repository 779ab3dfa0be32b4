"""Which entry of an issue shows the outcome of a test, and where its record has it. Pure."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from auditlib.audit.controls.subject import NOT_APPLICABLE, OUTCOMES

OUTCOMES_PLACE: Final = "outcomes"
"""The section of the page of an issue that has all of its outcomes, with their evidence."""

_COMMENT: Final = re.compile(r"comment ([0-9]{1,20}) by ")


def anchor_of(history_id: Any, evidence: str) -> str:
    """Return the anchor, on the page of an issue, of the entry that decides an outcome; empty if no single one does.

    Parameters
    ----------
    history_id : int or missing
        Jira's number of the entry, as ``attributes.csv`` has it.
    evidence : str
        As ``attributes.csv`` has it; a comment is named there alone.

    Examples
    --------
    >>> anchor_of(29199, "Assignee was empty; history 29199: resolved"), anchor_of(None, "comment 7 by Ada"), anchor_of(None, "")
    ('history-29199', 'comment-7', '')
    """
    if not pd.isna(history_id):
        return f"history-{int(history_id)}"
    comment = _COMMENT.match(evidence)
    return f"comment-{comment[1]}" if comment else ""


def place_of(outcome: str, history_id: Any, evidence: str) -> str:
    """Return where the page of an issue shows an outcome: the entry that decides, else its section of all outcomes.

    Empty for an attribute that does not concern the issue, of which there is nothing to show.

    Examples
    --------
    >>> place_of("pass", 4, "history 4: resolved"), place_of("exception", None, "resolved: not until it was read")
    ('history-4', 'outcomes')
    >>> place_of("not applicable", None, "issue type is Bug")
    ''
    """
    if outcome not in OUTCOMES or outcome == NOT_APPLICABLE:
        return ""
    return anchor_of(history_id, evidence) or OUTCOMES_PLACE


def record_address(key: str, anchor: str = "") -> str:
    """Return where the record of an issue stands below ``data/``, or an entry on it.

    >>> record_address("PAY-17", "history-4")
    'dossiers/PAY-17/issue.html#history-4'
    """
    return f"dossiers/{quote(key)}/issue.html" + (f"#{anchor}" if anchor else "")

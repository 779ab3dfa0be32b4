"""What Jira's audit log records of workflows: that one was made, changed, renamed or deleted, not what it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.records.audit_log import text_or_none

_DONE: Final[Mapping[str, str]] = MappingProxyType({one: one for one in ("created", "updated", "renamed", "deleted")})
_CLOUD: Final = "workflow "
_DATA_CENTER: Final = "jira.auditing.workflow."


@dataclass(frozen=True)
class Logged:
    """A record of the log about a workflow: which, what was done with it, when (UTC), and by whom."""

    id: str
    at: datetime
    actor: str
    done: str
    workflow: str


def logged_workflows(log: pd.DataFrame | None) -> list[Logged]:
    """Return the records about workflows that have a time, in the order of the log.

    Parameters
    ----------
    log : DataFrame or None
        As `audit_log.log_frame`; None if it could not be read.

    Notes
    -----
    Cloud's summaries ``Workflow created`` and ``Workflow updated`` stand in a recorded log, whose records name the workflow
    both as id and as name; the keys of Data Center stand in the source of old Jira.
    """
    if log is None:
        return []
    found = []
    for record in log[log["at"].notna()].itertuples(index=False):
        done = _done(record)
        name = text_or_none(record.object_name) or text_or_none(record.object_id)
        if done is not None and name is not None:
            found.append(
                Logged(str(record.id), record.at.to_pydatetime(), text_or_none(record.actor) or "", done, name)
            )
    return found


def _done(record: Any) -> str | None:
    key = text_or_none(record.action_key)
    if key is not None:
        return _DONE.get(key.removeprefix(_DATA_CENTER)) if key.startswith(_DATA_CENTER) else None
    summary = (text_or_none(record.summary) or "").casefold()
    return _DONE.get(summary.removeprefix(_CLOUD)) if summary.startswith(_CLOUD) else None

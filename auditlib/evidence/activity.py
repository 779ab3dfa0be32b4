"""What Jira's logs say was done in the period."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import pandas as pd

from auditlib.audit.activity.findings import conclude_activity, id_findings, reach_findings
from auditlib.audit.activity.ids import missing_ids
from auditlib.audit.activity.records import activity_table, of_jira_log
from auditlib.audit.activity.tallies import counts_by_category, records_by_actor, records_by_event
from auditlib.audit.activity.workspace import deletions_told, workspace_findings
from auditlib.audit.finding import Finding
from auditlib.evidence.access import Access
from auditlib.evidence.actors import Actors
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses
from auditlib.evidence.workspace_events import ReadEvents, read_events


class Activity(Part):
    """The records of the period, and how far the log reaches."""

    def __init__(self, pulled: Pulled, witnesses: Witnesses, access: Access, actors: Actors) -> None:
        super().__init__(pulled)
        self._actors = actors
        self._witnesses = witnesses
        self._access = access

    @kernel_cached
    def activity(self) -> pd.DataFrame:
        """``activity.csv``."""
        return activity_table(
            self._witnesses.log, self._events.records, self.period, self._access.names, self._actors.kinds
        )

    @cached_property
    def _events(self) -> ReadEvents:
        return read_events(self.store, self.answers.people)

    @property
    def findings(self) -> list[Finding]:
        """What of the logs a reader must know."""
        reach, total, events = self._witnesses.log_reach, self._witnesses.log_total, self._events
        found = [*reach_findings(reach, self.period, total), *id_findings(self.missing_ids)]
        if self.deployment != "cloud":
            return found
        complete, why_not = events.complete, events.why_not
        return [
            *found,
            *workspace_findings(self.activity, events.actions, events_complete=complete, why_not=why_not),
        ]

    @property
    def conclusion(self) -> str:
        """What the logs show, in words."""
        return conclude_activity(self.activity, self._witnesses.log_reach, self.period)

    # what the notebook shows beside the table

    @property
    def by_category(self) -> pd.DataFrame:
        """Records by category and week, month or year, as ``tallies.counts_by_category``."""
        return counts_by_category(of_jira_log(self.activity), self.period)

    @property
    def begins(self) -> datetime | None:
        """From which instant on every record that the log holds was read; None if that is not known."""
        begins: datetime | None = self._witnesses.log_reach.begins
        return begins

    @property
    def by_actor(self) -> pd.DataFrame:
        """Who made the records, as ``tallies.records_by_actor``."""
        return records_by_actor(of_jira_log(self.activity))

    @property
    def by_event(self) -> pd.DataFrame:
        """What was done how often, as ``tallies.records_by_event``."""
        return records_by_event(of_jira_log(self.activity))

    @property
    def missing_ids(self) -> pd.DataFrame:
        """Ids of the log that are not among its records, as ``ids.missing_ids``."""
        return missing_ids(self._witnesses.log, self.period)

    @property
    def deletions_told(self) -> pd.DataFrame:
        """Workspace Events of the period that say that an issue was deleted."""
        return deletions_told(self.activity, self._events.actions)

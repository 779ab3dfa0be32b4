"""What Jira's logs say was done in the period."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.activity.findings import conclude_activity, reach_findings
from auditlib.audit.activity.records import activity_table
from auditlib.audit.activity.tallies import counts_by_category, records_by_actor, records_by_event
from auditlib.audit.finding import Finding
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses


class Activity(Part):
    """The records of the period, and how far the log reaches."""

    def __init__(self, pulled: Pulled, witnesses: Witnesses) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses

    @kernel_cached
    def activity(self) -> pd.DataFrame:
        """``activity.csv``."""
        return activity_table(self._witnesses.log, self.period, self.answers.people)

    @property
    def findings(self) -> list[Finding]:
        """What of the log a reader must know."""
        return reach_findings(self._witnesses.log_reach, self.period)

    @property
    def conclusion(self) -> str:
        """What the log shows, in words."""
        return conclude_activity(self.activity, self._witnesses.log_reach, self.period)

    # what the notebook shows beside the table

    @property
    def by_category(self) -> pd.DataFrame:
        """Records by category and week, month or year, as ``tallies.counts_by_category``."""
        return counts_by_category(self.activity, self.period)

    @property
    def by_actor(self) -> pd.DataFrame:
        """Who made the records, as ``tallies.records_by_actor``."""
        return records_by_actor(self.activity)

    @property
    def by_event(self) -> pd.DataFrame:
        """What was done how often, as ``tallies.records_by_event``."""
        return records_by_event(self.activity)

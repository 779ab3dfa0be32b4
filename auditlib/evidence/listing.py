"""The population as the period cuts it from the issues found, what was left out, and how the passes reconcile."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from auditlib.audit.population import cut
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.passes import Passes
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.keys import addresses
from auditlib.memory import give_back
from auditlib.records import state
from auditlib.records.reach import read_in_part


class Listing(Part):
    """The population, its exclusions and its reconciliation."""

    def __init__(self, pulled: Pulled, provenance: Provenance, passes: Passes, histories: PulledHistories) -> None:
        super().__init__(pulled)
        self._provenance = provenance
        self._passes = passes
        self._histories = histories

    @cached_property
    def cut(self) -> cut.Population:
        """The population as the period cuts it, and the exclusions."""
        called = self._histories.called  # before what asks for parts of histories, which then are read already
        _ = self._passes.categories, self._passes.drift  # what else needs the issues of other days too
        in_filter, moved_out = self._passes.in_filter, self._moved_out()
        # The issues are handed over, not lent: the cut lets each column go once it is made.
        found = cut.cut_population(
            self._passes.handed_over(),
            self.period,
            self.projects,
            self.params.issue_types,
            in_filter,
            moved_out,
            called=called,
        )
        give_back()
        return found

    @property
    def unused_types(self) -> list[str]:
        """Types in scope that no issue of the period has."""
        return cut.unused_types(self.cut, self.params.issue_types, self._histories.called)

    def _moved_out(self) -> pd.DataFrame:
        """Issues created in the period under a key of a listed project that now stand in a project that is not listed."""
        parts = []
        for project in self.projects:
            left = self.answers.resolved(project, self._provenance.former_keys)
            left = left[~left["now_key"].str.rpartition("-")[0].isin(self.projects)] if len(left) else left
            left = left[self.period.holds(left["created"])]
            parts.append(
                pd.DataFrame(
                    {
                        "key": [f"{project}-{number}" for number in left["number"]],
                        "project": project,
                        "number": left["number"].to_numpy(),
                        "issue_type": left["issue_type"].to_numpy(),
                        "created": left["created"].dt.tz_convert(self.period.zone).to_numpy(),
                        "now_key": left["now_key"].to_numpy(),
                    }
                )
            )
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    @cached_property
    def states(self) -> pd.DataFrame:
        """State of each issue of the population at the period's end, and how far its history leads, as ``state.states_as_of``."""
        states = state.states_as_of(self.cut.population, self._histories.taken(), self.period.ends)
        give_back()
        return read_in_part(states, self.cut.population["id"].isin(self.answers.partial_histories))

    @kernel_cached
    def with_ids(self) -> pd.DataFrame:
        """The population, with the ids by which statuses, resolutions and types are told apart."""
        in_scope = state.add_period_end(self.cut.population, self.states)
        leads_back = self.states.set_index("id")["history"].reindex(in_scope["id"]).to_numpy()
        return in_scope.assign(history=leads_back)

    @property
    def population(self) -> pd.DataFrame:
        """``population.csv``; with the addresses, which nothing here needs, made for who asks: of a million, 90 MB."""
        rows = self.with_ids
        url = addresses(self.site.base_url, rows["key"])
        columns = {name: url if name == "url" else rows[name] for name in cut.POPULATION.names}
        return cut.POPULATION.check(pd.DataFrame(columns, copy=False))

    @kernel_cached
    def excluded(self) -> pd.DataFrame:
        """``excluded.csv``."""
        return self.cut.excluded

    @kernel_cached
    def reconciliation(self) -> pd.DataFrame:
        """``reconciliation.csv``."""
        passes = self._passes
        explained = {project: frozenset(passes.drift_of(project)["id"]) for project in self.projects}
        return cut.reconcile(self.projects, passes.first, passes.second, self._provenance.counts, self.cut, explained)

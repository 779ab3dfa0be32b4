"""Who made the history entries of the population, and who may have had a rule make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from auditlib.audit.controls.actors import SINCE, RuleSetters, actor_findings, actors_table
from auditlib.audit.finding import Finding
from auditlib.evidence.access import Access
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.records.actors import ON_BEHALF, UNKNOWN, account_kind
from auditlib.records.holders import Person
from auditlib.records.permission_changes import ADMINISTRATOR_GROUPS
from auditlib.records.permission_names import ADMINISTRATORS

_OF_PROJECTS: Final = "ADMINISTER_PROJECTS"


class Actors(Part):
    """Actors of the population's histories."""

    def __init__(
        self,
        pulled: Pulled,
        provenance: Provenance,
        histories: PulledHistories,
        listing: Listing,
        *,
        access: Access,
        changes: AccessChanges,
    ) -> None:
        super().__init__(pulled)
        self._provenance = provenance
        self._histories = histories
        self._listing = listing
        self._access = access
        self._changes = changes

    @kernel_cached
    def table(self) -> pd.DataFrame:
        """``actors.csv``."""
        population = self._listing.with_ids  # before the counts: by the way to it the histories are read
        return actors_table(self._histories.taken_counts().within(population["id"]))

    @property
    def kinds(self) -> dict[str, str]:
        """What kind each account is of, by account id or user key, as permissions and histories tell it."""
        if self.pulled.schema["tables"] < SINCE:
            return {}
        told = {
            account: _kind_of(one, self.deployment) for account, one in self._access.answered.directory.people.items()
        }
        own = self.table[~self.table["kind"].isin([ON_BEHALF, UNKNOWN])]
        return told | dict(zip(own["account_id"], own["kind"], strict=True))

    @property
    def findings(self) -> list[Finding]:
        """What of them a reader must know."""
        return actor_findings(self.table, self._rule_setters, kinds_told=self.deployment == "cloud")

    @property
    def _rule_setters(self) -> RuleSetters:
        found, names = self._access.answered, self._access.names
        place = self.pulled.place
        of_jira = sorted(
            {names.get(one, place.account if one == place.account_id else one) for one in self._administrators()}
        )
        if _OF_PROJECTS not in found.permissions or not found.told:
            return RuleSetters(of_jira, None)
        held = found.able.people(found.told, [_OF_PROJECTS])
        open_in = {project for project, permission in found.not_all_known if permission in {"", _OF_PROJECTS}}
        of_projects = [names.get(one, one) for one in held]
        return RuleSetters(of_jira, sorted(of_projects), all_of_projects=not open_in)

    def _administrators(self) -> Iterator[str]:
        """Yield the accounts, and groups, of which an answer says that they administer the whole Jira.

        That are the asking account, who is in a group that does by its name, and whom the log last records to be made one.
        """
        powers = self._provenance.powers
        if (powers["have"] & powers["permission"].isin(ADMINISTRATORS)).any():
            yield self.pulled.place.account_id
        groups = self._access.answered.directory.groups
        for name in ADMINISTRATOR_GROUPS & groups.keys():
            yield from groups[name].accounts
        log = self._changes.all_changes
        last = log[log["kind"].isin(["administrator made", "administrator removed"])]
        for who, does in {
            row.account_id if isinstance(row.account_id, str) else f"group {row.holder}": row.kind
            for row in last.itertuples()
        }.items():
            if does == "administrator made":
                yield who


def _kind_of(person: Person, deployment: str) -> str:
    """Return what kind of account somebody has whom groups, roles or grants name."""
    if deployment == "cloud":
        record = {"accountId": person.account_id, "accountType": person.account_type}
    else:
        record = {"key": person.account_id, "name": person.name}
    return account_kind(record | {"displayName": person.display_name})

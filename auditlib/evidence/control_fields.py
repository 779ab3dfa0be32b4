"""The fields that controls look at: which of this Jira's they are, and whether the population was pulled with them."""

from __future__ import annotations

from functools import cached_property

from auditlib.audit.controls.field_findings import field_findings
from auditlib.audit.finding import Finding
from auditlib.evidence.pulled import Part
from auditlib.jira.protocol import POPULATION_FIELDS
from auditlib.jira.scopes import NEEDS
from auditlib.params.control_fields import fields_named
from auditlib.params.library import resolve
from auditlib.records.field_names import FieldName, fields_meant, names_of_fields, read_field_list
from auditlib.records.names import NO_NAMES, Called
from auditlib.responses import topics


class ControlFields(Part):
    """The fields that the controls of the parameters look at."""

    @cached_property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The fields as the parameters write them, each with the labels of the controls that look at it."""
        return fields_named(resolve(self.params))

    @property
    def known(self) -> tuple[FieldName, ...] | None:
        """The fields that Jira told; None if it was not asked, or did not tell."""
        told = [entry for entry in self.store.entries(topics.FIELDS.of()) if entry.status == 200]
        return read_field_list(self.store.json(told[0])) if told else None

    @property
    def meant(self) -> dict[str, tuple[str, ...]]:
        """The ids that each name means."""
        return fields_meant(self.named, self.known)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids for which the pass with fields asks because of controls, sorted."""
        ids = {one for meant in self.meant.values() for one in meant}
        return tuple(sorted(ids.difference(POPULATION_FIELDS)))

    @property
    def called(self) -> Called:
        """The names of fields, as Jira lists them: the issues of a pass come without."""
        return NO_NAMES if self.known is None else names_of_fields(self.known)

    @property
    def findings(self) -> list[Finding]:
        """Which fields of controls can't be looked at in the population."""
        takes = NEEDS["field"].takes(scopes=self.deployment == "cloud") if self.known is None else ""
        return field_findings(self.named, self.meant, self.not_pulled, takes=takes)

    @property
    def not_pulled(self) -> tuple[str, ...]:
        """The ids that controls look at and that the pass did not ask for: of a population pulled before they were named."""
        asked = {
            str(field)
            for entry in self.store.entries(topics.FIRST_PASS.below())[:1]
            for field in (entry.request.body or {}).get("fields", ())
        }
        return tuple(one for one in self.wanted if asked and one not in asked)

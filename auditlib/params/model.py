"""The parameter file: what an audit asks for, checked before anything is asked of Jira.

`load_parameters` reads a file as a person wrote it and tells everything that is wrong with it at once;
`parse_parameters` does the same with text, such as the ``params.yaml`` of an evidence package, and touches no disk;
`dump_parameters` writes that text. ``python -m auditlib.params.model > params/schema.json`` writes the schema for editors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from auditlib.params import types as kinds
from auditlib.params.attributes import Attribute, Attributes
from auditlib.params.chosen import Controls
from auditlib.params.controls import Control, Workflow
from auditlib.params.faults import fault, faults
from auditlib.params.second_source import SecondSource
from auditlib.params.sizes import Extensions, Record, Replacement, Replacements, SampleSize
from auditlib.params.types import DEFAULT_PERMISSIONS, DEMO
from auditlib.params.yamlfile import Step
from auditlib.times import Period

# The model -----------------------------------------------------------------------------------------------------------


def _default_archive(data: Mapping[str, Any]) -> str:
    """Name the archive for the host, without the characters that Windows forbids."""
    host = DEMO if data["jira_url"] == DEMO else urlsplit(data["jira_url"]).hostname or ""
    return f"archive/{host.replace(':', '-')}"


class Parameters(Record):
    """Everything that one audit asks for; see the contract's table of keys."""

    audit: kinds.Text
    """Title of the audit, for example `SOC 2 Type II 2026`."""
    jira_url: kinds.JiraAddress
    """Base address of Jira, with its context path if there is one; `demo` means the embedded Jira."""
    projects: kinds.ProjectKeys
    """Keys of the projects in scope, at least one."""
    period_start: kinds.Day
    """First day of the period, which belongs to it: `"2026-04-01"`."""
    period_end: kinds.Day
    """Last day of the period, which belongs to it. A period that is not over makes the run an interim one."""
    timezone: kinds.ZoneName
    """IANA name of the time zone in which the period's days are counted: `America/New_York`."""
    deployment: kinds.Deployment = "auto"
    """`cloud`, `data-center`, or `auto` to ask Jira."""
    issue_types: kinds.Names = ()
    """Issue types of the population; empty means all. Narrows the population, never the numbering."""
    population_jql: kinds.Jql | None = None
    """JQL that restricts the population further; what it leaves out is listed in excluded.csv."""
    filter_id: kinds.Whole | None = None
    """Number of a shared filter that restricts the population further; its JQL and shares are recorded."""
    closing_resolutions: kinds.Names = ()
    """Every resolution acceptable on a closed issue, ordinary completion included; empty means any."""
    test_issue_jql: kinds.Jql | None = None
    """JQL that says how this company marks test issues."""
    gap_explanations: kinds.Text | None = None
    """Path of the CSV file in which the analyst explains missing numbers."""
    sample_size: SampleSize = 25
    """A number; rates to compute it from; or the audit firm's table by size of the population."""
    sample_seed: kinds.Seed | None = None
    """Text from which the sample is drawn, in quotes; drawn and recorded if left out."""
    sample_strata: kinds.Columns = ()
    """Columns of population.csv by which the sample is spread; empty means a simple random sample."""
    sample_extensions: Extensions = ()
    """Issues drawn in addition, after the first ones were tested, each with the reason; the first ones stay."""
    sample_replacements: Replacements = ()
    """Sampled issues that are not tested, each with the reason; the next ones drawn take their places."""
    sample_keys: kinds.SampleKeys | None = None
    """The auditor's own selection instead of a draw: a list of issue keys, or the path of a text or CSV file."""
    attributes: Attributes = ()
    """Control attributes tested on each sampled issue."""
    workflow: Workflow | None = None
    """Which statuses mean what, once for all controls: gate, working, testing, done, by name or id."""
    controls: Controls = ()
    """Control tests of the library, on the whole population and on the sample: ids, or mappings with what differs."""
    second_source: SecondSource | None = None
    """Deployments or merges of another tool, which the issues are reconciled with."""
    answers: kinds.Text | None = None
    """Path of the CSV file in which management answers exceptions and limits: finding, case, cause, response, by, on."""
    requests: kinds.Text | None = None
    """Path of the auditor's request list, a CSV file: request, wanted, answered_by (tables or files of the package)."""
    leavers: kinds.Text | None = None
    """Path of a CSV file that says who left, and when: left_on, and account_id, email or name."""
    review: kinds.Text | None = None
    """Path of the last access review, `access_review.csv` with its decisions: keep, remove or changed."""
    org_id: kinds.OrganizationId | None = None
    """Id of the Atlassian organisation, to ask it when people were last active (Cloud; its key is JIRA_ORG_KEY)."""
    permissions: kinds.Permissions = DEFAULT_PERMISSIONS
    """Jira's keys of the project permissions to evidence."""
    attachments: kinds.Truth = False
    """`true` downloads the attachments of the sampled issues."""
    mask: kinds.Truth = False
    """`true` makes a second package, for parties who may not see names: pseudonyms, and no texts."""
    archive: kinds.Text = Field(default_factory=_default_archive)
    """Folder of `auditlib archive`, read where it exists; `archive/<host>` if left out."""
    previous: kinds.Text | None = None
    """Path of last year's evidence package, to compare with."""
    signing_key: kinds.Text | None = None
    """Path of the OpenSSH key that signs the package: the private key, or the public one of a key that the agent holds."""
    timestamp_url: kinds.Address | None = None
    """Address of the authority (RFC 3161) that time-stamps the package: `https://timestamp.example.com/tsr`."""

    @property
    def zone(self) -> ZoneInfo:
        """The audit's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def period(self) -> Period:
        """The period, both days included, in the audit's time zone."""
        return Period(self.period_start, self.period_end, self.zone)

    @property
    def size_rule(self) -> int | dict[str, Any]:
        """The sample size in the form of the file: a number, or a mapping with decimals and lists."""
        if isinstance(self.sample_size, int):
            return self.sample_size
        return {name: getattr(self.sample_size, name) for name in type(self.sample_size).model_fields}

    @property
    def slug(self) -> str:
        """The title as a file name that is safe everywhere: ``soc-2-type-ii-2026``."""
        plain = unicodedata.normalize("NFKD", self.audit.casefold()).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
        if not slug or re.fullmatch(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", slug):
            # A title without Latin letters, or a name that Windows keeps for itself.
            slug = f"audit-{slug or sha256(self.audit.encode()).hexdigest()[:8]}"
        return slug

    # The checks across keys are bound to the later key, so that they run although other keys are wrong.

    @field_validator("period_end")
    @classmethod
    def _ends_after_it_starts(cls, value: date, info: ValidationInfo) -> date:
        start = info.data.get("period_start")
        if start is not None and value < start:
            raise fault(f"the period ends before it starts ({start}); exchange the days, or correct the year")
        return value

    @field_validator("timezone")
    @classmethod
    def _holds_the_period(cls, value: str, info: ValidationInfo) -> str:
        start, end = info.data.get("period_start"), info.data.get("period_end")
        if start is not None and end is not None:
            period = Period(start, end, ZoneInfo(value))
            if period.begins >= period.ends:
                raise fault(
                    f"this zone went past {start} without having that day, so the period is empty; give other days"
                )
        return value

    @field_validator("sample_keys")
    @classmethod
    def _selected_or_drawn(cls, value: object, info: ValidationInfo) -> object:
        if value is None:
            return value
        draws = ("sample_seed", "sample_strata", "sample_extensions", "sample_replacements")
        drawing = [name for name in draws if info.data.get(name)]
        if drawing:
            raise fault(
                f"a selection is not drawn, so {' and '.join(drawing)} would mean nothing; keep one or the other "
                f"(-p {drawing[0]}= leaves it out)"
            )
        projects = info.data.get("projects")
        if isinstance(value, tuple) and projects:
            found = [index for index, key in enumerate(value) if key.rsplit("-", 1)[0] not in projects]
            if found:
                raise faults(
                    ((index,), f"its project is not one of projects: {', '.join(projects)}") for index in found
                )
        return value

    @field_validator("sample_replacements")
    @classmethod
    def _of_listed_projects(cls, value: tuple[Replacement, ...], info: ValidationInfo) -> object:
        projects = info.data.get("projects") or ()
        found = [index for index, one in enumerate(value) if one.key.rsplit("-", 1)[0] not in projects]
        if projects and found:
            said = f"its project is not one of projects: {', '.join(projects)}"
            raise faults(((index, "key"), said) for index in found)
        return value

    @field_validator("attributes", "controls")
    @classmethod
    def _within_scope(
        cls, value: tuple[Attribute | Control, ...], info: ValidationInfo
    ) -> tuple[Attribute | Control, ...]:
        """Refuse an attribute or a control that could never apply."""
        found: list[tuple[tuple[Step, ...], str]] = []
        scopes = {
            "project": ("projects", info.data.get("projects")),
            "issue_type": ("issue_types", info.data.get("issue_types")),
        }
        for index, attribute in enumerate(value):
            for name, (scope, allowed) in scopes.items():
                wanted, known = getattr(attribute.applies_to, name, ()), {one.casefold() for one in allowed or ()}
                found += [
                    ((index, "applies_to", name, at), f"is not in scope; {scope} are {', '.join(allowed)}")
                    for at, word in enumerate(wanted)
                    if allowed and word.casefold() not in known
                ]
        if found:
            raise faults(found)
        return value

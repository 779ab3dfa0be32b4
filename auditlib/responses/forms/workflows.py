"""The forms of answers about workflows: which issue type has which, what they say, which versions are kept. Pure.

A transition or a rule that can't be read would look like one that is not there, so it refuses the whole answer.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec import field as member

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Count, Object, Scalar, Text

Word = str | int | None
"""An id or a name, as text or as a number."""


class Status(Struct, gc=False):
    """A status, as answers list them beside the workflows or below an issue type."""

    name: Word = None
    id: Word = None
    statusReference: Word = None  # noqa: N815 - Jira's own names, here and below
    statusCategory: Word | Object = None  # noqa: N815


class IssueType(Struct, gc=False):
    """An issue type of a project, with its statuses."""

    id: str | int
    name: Word
    statuses: list[Status]


class Rule(Struct, gc=False):
    """A rule of a transition."""

    ruleKey: str  # noqa: N815
    parameters: Object | None = None
    params: Object | None = None


class Conditions(Struct, gc=False):
    """Conditions of which all or any must hold; groups stand in groups."""

    operation: Text = None
    conditions: list[Rule] | None = None
    conditionGroups: list[Conditions] | None = None  # noqa: N815


class End(Struct, gc=False):
    """A status at an end of a transition."""

    fromStatusReference: Word = None  # noqa: N815
    statusReference: Word = None  # noqa: N815


class Transition(Struct, gc=False):
    """A transition, with its rules."""

    name: Word = None
    type: Text = None
    links: list[End] | None = None
    origins: list[End] | None = member(name="from", default=None)
    toStatusReference: Word = None  # noqa: N815
    to: End | None = None
    conditions: Conditions | None = None
    validators: list[Rule] | None = None
    actions: list[Rule] | None = None
    triggers: list[Rule] | None = None
    transitionScreen: Rule | None = None  # noqa: N815


class Approval(Struct, gc=False):
    """What a status of Jira Service Management asks to be approved."""

    active: Scalar = None
    conditionType: Scalar = None  # noqa: N815
    conditionValue: Scalar = None  # noqa: N815
    fieldId: Scalar = None  # noqa: N815
    exclude: list[str] | None = None


class Used(Struct, gc=False):
    """A status in a workflow."""

    statusReference: str | int  # noqa: N815
    approvalConfiguration: Approval | None = None  # noqa: N815


class Version(Struct, gc=False):
    """A version of a workflow."""

    versionNumber: Count | None = None  # noqa: N815


class Workflow(Struct, gc=False):
    """A workflow, or a version of one."""

    name: str
    statuses: list[Used]
    transitions: list[Transition]
    id: Word = None
    version: Version | None = None
    updated: Scalar = None
    lastUpdateAuthorAAID: Text = None  # noqa: N815
    scope: Object | None = None


class Workflows(Struct, gc=False):
    """Workflows with the statuses that they use."""

    workflows: list[Workflow]
    statuses: list[Status]


class Kept(Struct, gc=False):
    """A version that is kept."""

    workflowVersion: Count  # noqa: N815
    isIntermediate: bool | None = None  # noqa: N815
    writtenAt: Scalar = None  # noqa: N815


class Versions(Struct, gc=False):
    """The versions of a workflow that are kept."""

    entries: list[Kept]


class Scheme(Struct, gc=False):
    """Which workflow each issue type has, by name."""

    defaultWorkflow: Text = None  # noqa: N815
    issueTypeMappings: Object | None = None  # noqa: N815


class SchemeOf(Struct, gc=False):
    """A workflow scheme, with the projects that use it."""

    projectIds: list[str | int]  # noqa: N815
    workflowScheme: Scheme  # noqa: N815


class Schemes(Struct, gc=False):
    """The workflow schemes of several projects."""

    values: list[SchemeOf]


class Named(Struct, gc=False):
    """A workflow of Data Center, of which no more than its name is told, and who last changed it."""

    name: str
    lastModifiedUser: Word | Object = None  # noqa: N815


FORMS: Final = (
    Form("GET", r"rest/api/[23]/project/[^/]+/statuses", list[IssueType]),
    Form("GET", r"rest/api/3/workflowscheme/project", Schemes),
    Form("POST", r"rest/api/3/workflows", Workflows),
    Form("POST", r"rest/api/3/workflow/history", Workflows),
    Form("POST", r"rest/api/3/workflow/history/list", Versions),
    Form("GET", r"rest/api/2/project/[^/]+/workflowscheme", Scheme),
    Form("GET", r"rest/api/2/workflow", list[Named]),
)

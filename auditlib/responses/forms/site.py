"""The forms of what a Jira says of itself, the account, its projects and a shared filter. Pure."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Object, Person, ProjectKey, Scalar, Text


class Server(Struct, gc=False):
    """What a Jira is. Atlassian's own example of a Cloud answer has no ``deploymentType``; old servers lack the clock."""

    baseUrl: Text = None  # noqa: N815 - Jira's own names, here and below
    version: Scalar = None
    deploymentType: Text = None  # noqa: N815
    serverTitle: Scalar = None  # noqa: N815
    serverTime: Text = None  # noqa: N815


class Account(Struct, gc=False):
    """As whom Jira is asked: an account id on Cloud, key and name on Data Center."""

    accountId: Text = None  # noqa: N815
    key: Text = None
    name: Text = None
    displayName: Scalar = None  # noqa: N815
    timeZone: Text = None  # noqa: N815


class Project(Struct, gc=False):
    """A project, with the keys that it had before, where Jira tells them."""

    key: ProjectKey
    id: Scalar = None
    projectKeys: list[str] | None = None  # noqa: N815


class Share(Struct, gc=False):
    """With whom a filter is shared, or who can change it."""

    type: Scalar = None
    edit: bool | None = None
    group: Object | None = None
    project: Object | None = None
    role: Object | None = None
    user: Person = None


class SharedFilter(Struct, gc=False):
    """A filter; without its query there is no population."""

    jql: str
    id: Scalar = None
    name: Scalar = None
    owner: Person = None
    sharePermissions: list[Share] | None = None  # noqa: N815
    editPermissions: list[Share] | None = None  # noqa: N815


FORMS: Final = (
    Form("GET", r"rest/api/[23]/field", list[Any]),
    Form("GET", r"rest/api/[23]/serverInfo", Server),
    Form("GET", r"rest/api/[23]/myself", Account),
    Form("GET", r"rest/api/[23]/project/[^/]+", Project),
    Form("GET", r"rest/api/[23]/filter/[0-9]+", SharedFilter),
    Form("GET", r"rest/api/[23]/mypermissions", Object),
    Form("GET", r"rest/api/[23]/project/[^/]+/securitylevel", Object),
    Form("GET", r"_edge/tenant_info", Object),
)

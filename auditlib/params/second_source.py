"""The second source in a parameter file: deployments or merges from another tool, and what its columns mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Discriminator, Tag, model_validator

from auditlib.params.controls import FieldValues
from auditlib.params.faults import fault, faults, nearest
from auditlib.params.sizes import Record
from auditlib.params.types import Names, Text, ZoneName


@dataclass(frozen=True)
class ExportMap:
    """What the columns of a tool's export mean.

    Attributes
    ----------
    key_from : tuple of str
        Where issue keys are looked for.
    time : tuple of str
        When it happened: the first of them that holds anything.
    ref : str
        What the row is called.
    environment : str
        Where it was deployed to; empty where the export does not tell.
    state : FieldValues or None
        What a row must say to have taken place.
    merged : bool
        Whether a row without a time has not happened yet, as a pull request that is open.
    about : str
        Address of the page that describes the export.
    """

    key_from: tuple[str, ...]
    time: tuple[str, ...]
    ref: str
    environment: str = ""
    state: FieldValues | None = None
    merged: bool = False
    about: str = ""


EXPORTS: Final[Mapping[str, ExportMap]] = MappingProxyType(
    {
        "github-deployments": ExportMap(
            key_from=("ref", "description"),
            time=("created_at",),
            ref="id",
            environment="environment",
            about="https://docs.github.com/en/rest/deployments/deployments#list-deployments",
        ),
        "github-pull-requests": ExportMap(
            key_from=("head.ref", "title", "body"),
            time=("merged_at",),
            ref="number",
            environment="base.ref",
            merged=True,
            about="https://docs.github.com/en/rest/pulls/pulls#list-pull-requests",
        ),
        "gitlab-deployments": ExportMap(
            key_from=("ref", "deployable.commit.title", "deployable.commit.message"),
            time=("deployable.started_at", "deployable.finished_at", "created_at"),
            ref="iid",
            environment="environment.name",
            state=FieldValues(field="status", values=("success",)),
            about="https://docs.gitlab.com/api/deployments/#list-project-deployments",
        ),
        "gitlab-merge-requests": ExportMap(
            key_from=("source_branch", "title", "description"),
            time=("merged_at",),
            ref="iid",
            environment="target_branch",
            merged=True,
            about="https://docs.gitlab.com/api/merge_requests/#list-merge-requests",
        ),
    }
)
"""The exports that are known, by the name that the parameter file has for them."""

COLUMNS: Final = "columns"
"""The form of a file whose columns the parameters name."""


def _form(value: object) -> object:
    forms = (*EXPORTS, COLUMNS)
    if isinstance(value, str) and value in forms:
        return value
    hint = nearest(value.replace("_", "-"), forms) if isinstance(value, str) else ""
    raise fault(f"{hint}allowed are {', '.join(forms)}")


def _column_kind(value: object) -> str:
    return "<values>" if isinstance(value, dict | FieldValues) else "<column>"


ColumnOrValues = Annotated[
    Annotated[Text, Tag("<column>")] | Annotated[FieldValues, Tag("<values>")], Discriminator(_column_kind)
]


class SecondSource(Record):
    """A file of deployments or merges, from any tool, that the issues are reconciled with."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["form"], "properties": {"form": {"not": {"const": COLUMNS}}}},
                {"required": ["key_from", "time"]},
            ]
        }
    )

    name: Text
    """What it is called in tables and pages: `GitHub deployments`."""
    file: Text
    """Path of the file: CSV with a header line, or JSON Lines, an object a line. It goes into the package."""
    form: Annotated[
        Literal["github-deployments", "github-pull-requests", "gitlab-deployments", "gitlab-merge-requests", "columns"],
        BeforeValidator(_form),
    ] = "columns"
    """`columns`: the keys below name them; or an export whose columns are known, and the keys say what differs."""
    key_from: Names = ()
    """Columns in which issue keys are looked for: branch, title, message. Dots lead into an object: `head.ref`."""
    time: Text | None = None
    """Column that says when it was deployed or merged."""
    environment: ColumnOrValues | None = None
    """Column that says where to; with `field` and `values`, rows that say something else are left out, and told."""
    state: FieldValues | None = None
    """What a row must say to have taken place, `{field: status, values: [success]}`; others are left out, and told."""
    ref: Text | None = None
    """Column by which a row is called; its line if left out."""
    timezone: ZoneName | None = None
    """Zone of times that are written without an offset; without it such a time is an error."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        """Refuse a file of which nobody says where the keys and the times stand."""
        missing = [name for name in ("key_from", "time") if not getattr(self, name)]
        if self.form == COLUMNS and missing:
            said = f"is missing, and is needed: the column of the file; or say by form whose export it is: {', '.join(EXPORTS)}"
            raise faults(((name,), said) for name in missing)
        return self

    @property
    def columns(self) -> ExportMap:
        """What the columns mean: those of the known export, and what the file of parameters says instead."""
        known = EXPORTS.get(self.form, ExportMap((), (), ""))
        where = self.environment
        return ExportMap(
            key_from=self.key_from or known.key_from,
            time=(self.time,) if self.time else known.time,
            ref=self.ref or known.ref,
            environment=(where.field if isinstance(where, FieldValues) else where) or known.environment,
            state=self.state or known.state,
            merged=known.merged,
            about=known.about,
        )

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that count; empty for all."""
        return self.environment.values if isinstance(self.environment, FieldValues) else ()

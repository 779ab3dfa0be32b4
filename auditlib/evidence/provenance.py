"""Where the evidence comes from: as whom Jira was asked, what that account may do and see, and what limits the asking."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.audit.scope.request_list import SINCE as REQUESTS_SINCE
from auditlib.errors import AnswerError
from auditlib.evidence.pulled import Part
from auditlib.evidence.schema import RUN
from auditlib.keys import former_keys, project_state
from auditlib.records.filters import SharedFilter, read_filter
from auditlib.records.grants import granted
from auditlib.responses import topics
from auditlib.times import format_instant

ACTED_ON_SINCE: Final[Mapping[str, float]] = MappingProxyType(
    {
        "previous": 6,
        "requests": REQUESTS_SINCE,
        "signing_key": 6,
        "timestamp_url": 6,
    }
)
"""Parameters of the contract, each with the version of the tables (`evidence.schema`) from which on it is acted on; a package
made before that sets one is told so."""

LACKS: Final = "lacks.txt"
"""Says, a sentence a line, what recorded issues lack that were served in place of a Jira; not there for a real one."""


KEPT_FILTERS: Final = "archive/filters"
"""Below ``data/``: what archives kept of the filter, an answer of Jira as it came for each time."""


class Provenance(Part):
    """As whom Jira was asked, what it told of the account, the projects and the filter, and what it refused to tell."""

    @cached_property
    def powers(self) -> pd.DataFrame:
        """Permissions of the account: columns project, permission, have."""
        rows = []
        for project in self.projects:
            told = self.pulled.told(topics.POWERS.of(project))
            rows += [(project, name, have) for name, have in granted(told).items()]
        return pd.DataFrame(rows, columns=["project", "permission", "have"]).astype({"have": bool})

    @cached_property
    def security_levels(self) -> dict[str, int | None]:
        """Number of issue security levels by project; None where Jira does not tell.

        Jira lists the levels that the account may use, so an empty list says something only to who may set them.
        """
        may_set = self.powers[(self.powers["permission"] == "SET_ISSUE_SECURITY") & self.powers["have"]]
        counts: dict[str, int | None] = {}
        for project in self.projects:
            levels: Any = self.pulled.told(topics.SECURITY.of(project)).get("levels")
            told = isinstance(levels, list) and (bool(levels) or project in set(may_set["project"]))
            counts[project] = len(levels) if told else None
        return counts

    @cached_property
    def not_live(self) -> dict[str, str]:
        """Listed projects that are archived or in the trash, with that word."""
        told = {project: project_state(self.pulled.only(topics.PROJECT.of(project))) for project in self.projects}
        return {project: state for project, state in told.items() if state is not None}

    @cached_property
    def former_keys(self) -> dict[str, tuple[str, ...]]:
        """The listed projects, each with the keys that it had before."""
        return former_keys(self.pulled.only(topics.PROJECT.of(project)) for project in self.projects)

    @cached_property
    def shared_filter(self) -> Mapping[str, Any] | None:
        """The filter of the parameters as Jira holds it, or None."""
        return self.pulled.only(topics.FILTER.of()) if self.params.filter_id is not None else None

    @property
    def filter_read(self) -> SharedFilter | None:
        """The filter of the parameters, read; None if they name none."""
        return None if self.shared_filter is None else read_filter(self.shared_filter)

    @cached_property
    def kept_filters(self) -> list[tuple[str, SharedFilter]]:
        """Filters as archives kept their answers, each with when (UTC stamp), the oldest first.

        Raises
        ------
        AnswerError
            Naming the file, if one can't be read.
        """
        folder = self.folder / "data" / KEPT_FILTERS
        return [(path.name.partition(".")[0], _kept(path)) for path in sorted(folder.glob("*.json"))]

    @cached_property
    def counts(self) -> dict[str, int | None]:
        """Jira's own count of the widened query, by project (Cloud: an estimate); None where it refused to count."""
        told = {project: self.pulled.told(topics.COUNT.of(project)) for project in self.projects}
        return {project: self.pulled.dialect.read_count(answer) if answer else None for project, answer in told.items()}

    @cached_property
    def interim_until(self) -> str | None:
        """When Jira was asked by its own clock, if the period was not over then; else None."""
        instant = self.pulled.began
        return format_instant(instant, self.period.zone) if instant < self.period.ends else None

    @property
    def unused_parameters(self) -> tuple[str, ...]:
        """Parameters that are set and that the version which pulled the package does not act on."""
        fields, version = type(self.params).model_fields, self.pulled.schema["tables"]
        idle = (name for name, since in ACTED_ON_SINCE.items() if version < since and name not in self._sealed_with)
        return tuple(name for name in idle if getattr(self.params, name) != fields[name].default)

    @cached_property
    def _sealed_with(self) -> Collection[str]:
        """What the run that makes the package seals it with: also one that begins from a population of an older version."""
        try:
            record = json.loads((self.folder / RUN).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        seal = record.get("seal") if isinstance(record, dict) else None
        return tuple(seal) if isinstance(seal, dict) else ()

    @property
    def lacks(self) -> list[str]:
        """What recorded issues lack that were served in place of a Jira, in sentences; empty for a Jira."""
        path = self.folder / "data" / LACKS
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _kept(path: Path) -> SharedFilter:
    try:
        return read_filter(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError, AnswerError) as error:
        raise AnswerError(f"{KEPT_FILTERS}/{path.name} can't be read: {error}") from None

"""The names of statuses, resolutions, issue types and fields, of today and before. Pure.

Jira knows them by ids; people write names, into parameter files too. Names change, two things may bear one name, and a history
keeps the name of its day, perhaps in another language. So a name in the parameters means every id that has it today, or had it
in any history; upper and lower case are alike, as in Jira's own queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import pandas as pd

from auditlib.records.history import Change
from auditlib.records.transitions import Transitions

FIELD: Final = "field"
"""The kind of name that fields have; statuses, resolutions and issue types are named by the field that holds them."""

KINDS: Final = ("status", "resolution", "issuetype")

_SHOWN_AS: Final[Mapping[str, str]] = MappingProxyType({"issue type": "issuetype"})
"""Names that histories use for these fields where they give no id."""

Sighting = tuple[str, str, str]
"""Kind, id and name, as some record of Jira gives them."""


@dataclass(frozen=True)
class Called:
    """The ids of each name and the names of each id, by kind; names without regard to case and spaces."""

    ids: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    names: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def means(self, kind: str, wanted: str, identity: str, name: str) -> bool:
        """Say whether a name of the parameters means a thing of this id and name."""
        return name == wanted or folded(name) == folded(wanted) or identity in self.ids.get((kind, folded(wanted)), ())

    def chosen(self, kind: str, wanted: Collection[str], ids: pd.Series | None, names: pd.Series) -> pd.Series:
        """Say of each thing of a column whether one of the wanted names means it.

        Parameters
        ----------
        kind : str
            Of `KINDS`.
        wanted : collection of str
            Names, as in the parameters.
        ids, names : Series, shape (n,)
            Of each thing; missing where there is none. Without ids, names alone count.

        Returns
        -------
        Series of bool, shape (n,)
        """
        known = {one: folded(one) for one in names.dropna().unique()}
        called = names.map(known).isin({folded(one) for one in wanted})
        if ids is None:
            return called
        meant = frozenset().union(*(self.ids.get((kind, folded(one)), frozenset()) for one in wanted))
        return called | ids.isin(meant)

    def also(self, other: Called) -> Called:
        """Merge the names that this and another know."""
        return called_by((*_sightings(self), *_sightings(other)))


NO_NAMES: Final = Called()
"""Nothing is known but the names at hand."""


def called_by(sightings: Iterable[Sighting]) -> Called:
    """Collect names by kind and id; what has no id or no name is passed over."""
    ids: dict[tuple[str, str], set[str]] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for kind, identity, name in sightings:
        if identity and name:
            ids.setdefault((kind, folded(name)), set()).add(identity)
            names.setdefault((kind, identity), set()).add(folded(name))
    return Called(*({key: frozenset(found) for key, found in one.items()} for one in (ids, names)))


def names_in_transitions(steps: Transitions) -> Iterable[Sighting]:
    """Yield the names that the histories of many issues give."""
    for place, kind in enumerate(steps.fields):
        mine = steps.field == place
        for code in sorted({*steps.before[mine].tolist(), *steps.after[mine].tolist()}):
            identity, name = steps.distinct[code]
            yield kind, identity or "", name or ""


def names_in_columns(issues: pd.DataFrame) -> Iterable[Sighting]:
    """Yield the names that issues have today; columns as `issues.issues_frame` makes them."""
    for kind, column in zip(KINDS, ("status", "resolution", "issue_type"), strict=True):
        pairs = issues[[f"{column}_id", column]].dropna().drop_duplicates()
        yield from ((kind, identity, name) for identity, name in pairs.itertuples(index=False))


def names_in_changes(changes: Iterable[Change]) -> Iterable[Sighting]:
    """Yield the names that the history of one issue gives, those of its fields among them."""
    for change in changes:
        yield FIELD, change.field_id, change.field
        kind = change.field_id or _SHOWN_AS.get(change.field.lower(), change.field.lower())
        if kind in KINDS:
            yield kind, change.before, change.before_text
            yield kind, change.after, change.after_text


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return a name as it is compared: without regard to case, and spaces counted once."""
    return " ".join(name.casefold().split())


def _sightings(called: Called) -> Iterable[Sighting]:
    return ((kind, identity, name) for (kind, identity), names in called.names.items() for name in names)

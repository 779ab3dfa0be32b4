"""Whether the answers agree about which issue is which: ids, keys and creation times, of the passes, the walk and all others."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.population import identity
from auditlib.evidence.digest import Digest, Instants
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.passes import Passes
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.keys import parts, today_keys
from auditlib.responses import topics
from auditlib.responses.topics import TOPICS, folders, read_topic

_WITH_ISSUES: Final = folders(one for one in TOPICS if one.issues)
_OF_ONE_PROJECT: Final = frozenset({topics.FIRST_PASS, topics.SECOND_PASS})
"""What is asked project by project, and must answer with its issues; the walk is refused else (`walk.list_walk`)."""


class Identity(Part):
    """What answers say against each other. Of consistent ones nothing is made but a few comparisons."""

    def __init__(self, pulled: Pulled, provenance: Provenance, passes: Passes) -> None:
        super().__init__(pulled)
        self._provenance = provenance
        self._passes = passes

    @kernel_cached
    def contradictions(self) -> pd.DataFrame:
        """Every contradiction, as ``identity.contradictions``."""
        sightings, times, drift = self._odd_sightings(), self._odd_times(), self._passes.drift
        moved = frozenset(drift.loc[drift["kind"].isin(["moved in", "moved out"]), "id"])
        unasked = self._unasked()
        return identity.contradictions([
            identity.two_keys(sightings, self._moves, moved),
            identity.one_key(sightings),
            identity.two_times(times, self.answers.keys_of(times["id"].tolist())),
            identity.unasked(unasked, self.answers.keys_of(unasked["id"].tolist())),
            identity.elsewhere(sightings[~sightings["id"].isin(moved)], self._moves, self.pulled.began),
            identity.unlike(self._unlike()),
            *(self._unwalked(project) for project in self.projects),
            *(identity.walk_total(project, len(self._walked(project)), self._totals(project)) for project in self.projects),
        ])  # fmt: skip

    @property
    def unsure(self) -> tuple[str, ...]:
        """The projects of which it is not known which numbers they hold."""
        return identity.unsure_projects(self.contradictions)

    @kernel_cached
    def odd_counts(self) -> frozenset[str]:
        """The projects whose exact count (Data Center) is not what the first pass received, and nothing shows why."""
        if self.deployment == "cloud":
            return frozenset()
        return frozenset(project for project in self.projects if self._count_is_odd(project))

    def _count_is_odd(self, project: str) -> bool:
        count, found = self._provenance.counts[project], self._passes.first[project]
        if count is None or count == len(found):
            return False
        if count > len(found):
            return count - len(found) > identity.went_meanwhile(self._totals(project))
        created, began = self.answers.created(project), self.pulled.began
        moves = self._moves
        come = {*created.index[created >= began], *moves.loc[moves["at"] >= began, "issue_id"]}
        return len(found) - count > len(found & come)

    @cached_property
    def _moves(self) -> pd.DataFrame:
        """The key changes, by today's names of the projects."""
        moves, former = self.answers.moves, self._provenance.former_keys
        return moves.assign(from_key=today_keys(moves["from_key"], former), to_key=today_keys(moves["to_key"], former))

    # ids and keys

    def _told(self) -> Iterator[tuple[str, Digest]]:
        """Yield what each response that finds issues holds, with the project that it was asked for, if for one."""
        for folder in _WITH_ISSUES:
            for entry, digest in self.answers.digests(folder):
                named = read_topic(entry.topic)
                yield named.text("project") if named.topic in _OF_ONE_PROJECT else "", digest

    def _odd_sightings(self) -> pd.DataFrame:
        """Return who has which key, as ``identity.SIGHTINGS``, of the issues of which answers do not say the same."""
        keys = self.answers.keys if self._anything_odd() else {}
        odd = self._sharing(keys)
        for asked, digest in self._told() if keys else ():
            same = tuple(map(keys.get, digest.ids, digest.keys)) == tuple(digest.keys)
            own = not asked or all(key.startswith(f"{asked}-") for key in digest.keys)
            if not (same and own):
                pairs = zip(digest.ids, digest.keys, strict=False)
                odd.update(
                    issue
                    for issue, key in pairs
                    if keys.get(issue, key) != key or (asked and not key.startswith(f"{asked}-"))
                )
        rows = [
            (issue, key, asked)
            for asked, digest in (self._told() if odd else ())
            for issue, key in zip(digest.ids, digest.keys, strict=False)
            if issue in odd
        ]
        frame = pd.DataFrame(rows, columns=list(identity.SIGHTINGS))
        return frame.astype({"id": "int64", "key": "str", "asked": "str"})

    def _anything_odd(self) -> bool:
        """Say whether any answer gives an issue another key than the others do, a key to another issue, or one not asked for.

        Numbers are compared, 20 bytes a sighting: texts of a million issues, by id, take ten times as much.
        """
        codes: dict[str, int] = {}
        ids, code, number = array("q"), array("i"), array("q")
        for asked, digest in self._told():
            named = [parts(key) or (key, "0") for key in digest.keys]
            if named and (len(named) != len(digest.ids) or any(asked and one != asked for one, _ in named)):
                return True
            if named:
                ids.extend(digest.ids)
                code.extend(codes.setdefault(project, len(codes)) for project, _ in named)
                number.extend(int(text) for _, text in named)
        issue, key = (np.asarray(ids),), (np.asarray(code), np.asarray(number))
        return _differ(issue, key) or _differ(key, issue)

    @staticmethod
    def _sharing(keys: dict[int, str]) -> set[int]:
        """Return the issues that have the key of another one."""
        if len(set(keys.values())) == len(keys):
            return set()
        names = pd.Series(keys)
        return set(names.index[names.duplicated(keep=False)].tolist())

    def _odd_times(self) -> pd.DataFrame:
        """Return ids and creation times (UTC) of the issues of which answers do not tell the same."""
        parts = [digest.created for _, digest in self._told() if len(digest.created)]
        ids, at = _joined(parts)
        order = np.argsort(ids, kind="stable")
        ids, at = ids[order], at[order]
        unlike = (ids[1:] == ids[:-1]) & (at[1:] != at[:-1])
        odd = np.isin(ids, np.unique(ids[1:][unlike])) if unlike.any() else np.zeros(len(ids), dtype=bool)
        return _instants(ids[odd], at[odd])

    def _unasked(self) -> pd.DataFrame:
        """Return ids and creation times (UTC) of the issues of the first pass that were created on days not asked for."""
        parts = [one.created for _, one in self.answers.digests(topics.FIRST_PASS.below()) if len(one.created)]
        ids, at = _joined(parts)
        # Days are those of a zone that Jira takes for the account's: a day on each side is within any.
        first = np.datetime64(self.period.wide_start - timedelta(days=1), "us").astype(np.int64)
        last = np.datetime64(self.period.wide_end + timedelta(days=1), "us").astype(np.int64)
        odd = (at < first) | (at >= last)
        return _instants(ids[odd], at[odd])

    def _unlike(self) -> list[tuple[int, str]]:
        """Return the issues, id and key, that the pass with fields brought twice, unlike though not changed in between."""
        parts = [np.asarray(one.ids, dtype=np.int64) for _, one in self.answers.digests(topics.FIRST_PASS.below())]
        ids = np.sort(np.concatenate(parts or [np.array([], dtype=np.int64)]))
        twice = set(ids[1:][ids[1:] == ids[:-1]].tolist())
        found: dict[int, dict[str, set[str]]] = {}
        for issue in self._passes.received() if twice else ():
            if int(issue["id"]) in twice:
                at = str((issue.get("fields") or {}).get("updated"))
                found.setdefault(int(issue["id"]), {}).setdefault(at, set()).add(_content(issue))
        keys = self.answers.keys_of(found)
        return [(issue, keys[issue]) for issue, by in sorted(found.items()) if any(len(one) > 1 for one in by.values())]

    # the walk

    def _walked(self, project: str) -> NDArray[np.int64]:
        """Return the ids that the walk over a project brought, each once, ascending."""
        pages = [np.asarray(one.ids, dtype=np.int64) for _, one in self.answers.digests(topics.KEY_WALK.of(project))]
        return _once(np.concatenate(pages or [np.array([], dtype=np.int64)]))

    def _totals(self, project: str) -> list[int]:
        """Return what each page of the walk says it finds in all, where it does (Data Center)."""
        pages = (digest.total for _, digest in self.answers.digests(topics.KEY_WALK.of(project)))
        return [total for total in pages if total is not None]

    def _unwalked(self, project: str) -> pd.DataFrame:
        """Return the issues of a project that a pass holds and the walk does not, as ``identity.unwalked``."""
        passes = (self._passes.first[project], self._passes.second[project])
        passed = _once(np.concatenate([np.asarray(ids, dtype=np.int64) for ids in passes]))
        walked = np.append(self._walked(project), np.iinfo(np.int64).max)
        left = passed[walked[np.searchsorted(walked, passed)] != passed].tolist()
        keys = self.answers.keys_of(left)
        drifted = set(self._passes.drift_of(project)["id"]) if left else set()
        missed = {issue: keys[issue] for issue in left if issue in keys and issue not in drifted}
        mine = {issue: key for issue, key in missed.items() if key.startswith(f"{project}-")}
        if not mine:
            return identity.contradictions([])
        created, went = self.answers.created(project), identity.went_meanwhile(self._totals(project))
        return identity.unwalked(project, mine, created, self._moves, began=self.pulled.began, went=went)


def _differ(whose: Sequence[NDArray[Any]], told: Sequence[NDArray[Any]]) -> bool:
    """Say whether any two rows that are of one, by some columns, tell unlike things of it in the others."""
    order = np.lexsort((*told, *whose))
    same = np.logical_and.reduce([one[order][1:] == one[order][:-1] for one in whose])
    unlike = np.logical_or.reduce([one[order][1:] != one[order][:-1] for one in told])
    return bool((same & unlike).any())


def _once(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids ascending, each once; sorting them takes a third of the time of ``numpy.unique``."""
    ascending = np.sort(ids)
    once: NDArray[np.int64] = ascending[np.diff(ascending, prepend=-1) != 0]
    return once


def _joined(parts: list[Instants]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put ids and microseconds of several responses together."""
    none = [np.array([], dtype=np.int64)]
    ids = np.concatenate([np.asarray(part.ids, dtype=np.int64) for part in parts] or none)
    return ids, np.concatenate([np.asarray(part.microseconds, dtype=np.int64) for part in parts] or none)


def _instants(ids: NDArray[np.int64], microseconds: NDArray[np.int64]) -> pd.DataFrame:
    """Return issues with their times (UTC), as ``id`` and ``created``."""
    return pd.DataFrame({"id": ids, "created": pd.DatetimeIndex(microseconds.view("datetime64[us]"), tz="UTC")})


def _content(issue: Any) -> str:
    """Return an issue as text that is equal for equal content; its history, which has a time of its own, left out."""
    return json.dumps({name: value for name, value in issue.items() if name != "changelog"}, sort_keys=True)

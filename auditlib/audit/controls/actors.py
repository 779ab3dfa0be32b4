"""Who made the history entries of the population, of which kind, and what no history tells of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, listed
from auditlib.records.actors import (
    ACTOR_KINDS,
    AGENT,
    APP,
    CUSTOMER,
    ERASED,
    ON_BEHALF,
    PERSON,
    SERVICE_ACCOUNT,
    UNKNOWN,
    Actor,
)
from auditlib.tables import Column, Table

SINCE: Final = 5
"""The version of the tables (`evidence.schema`) from which on a package tells it."""

_NOTEBOOK: Final = "06_controls"
_KINDS: Final = (
    "`person`; `app`, `service account`, `agent`: what Jira calls an app's account; `on behalf`: a program that acted for, or "
    "under the account of, somebody; `customer` of a portal; `erased`; `unknown`: Jira names nobody, or tells no kind."
)

_IN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        APP: "of apps",
        SERVICE_ACCOUNT: "of service accounts",
        AGENT: "of agents",
        ON_BEHALF: "of programs for somebody",
        CUSTOMER: "of customers of a portal",
        ERASED: "of erased accounts",
        UNKNOWN: "of nobody named, or of no kind that is told",
    }
)

ACTORS: Final = Table(
    "actors",
    "Who made the history entries of the population: each actor, its kind, and how many entries. Of an issue of whose history "
    "Jira gave a part only, none is counted.",
    (
        Column("account_id", "text", "Cloud: account id; Data Center: user key. Empty where Jira gives none."),
        Column("display_name", "text", "Name of the account, as Jira shows it; empty where Jira names nobody."),
        Column("kind", "text", f"What kind of actor it is: {_KINDS}"),
        Column("entries", "integer", "How many history entries of the population it made."),
        Column(
            "on_behalf_of",
            "text",
            "For whom a program made them, where the entries say so: account id, user key or name.",
        ),
    ),
    sort_keys=("kind", "account_id", "display_name", "on_behalf_of"),
)


@dataclass(frozen=True)
class RuleSetters:
    """Who may set an automation rule that acts under a person's name, as far as it is known.

    Attributes
    ----------
    of_jira : sequence of str
        Names of accounts that are known to administer the whole Jira.
    of_projects : sequence of str or None
        Names of accounts that may administer a listed project; None where that was not asked, or is not readable.
    all_of_projects : bool
        Whether those are all.
    """

    of_jira: Sequence[str]
    of_projects: Sequence[str] | None
    all_of_projects: bool = False


def actors_table(counts: Iterable[tuple[Actor, int]]) -> pd.DataFrame:
    """Return ``actors.csv``, one row for each actor, kind and person acted for.

    Parameters
    ----------
    counts : iterable of (Actor, int)
        From `actor_counts.ActorCounts.within`; each actor once.
    """
    rows = [(one.id, one.name, one.kind, entries, one.on_behalf_of) for one, entries in counts]
    return ACTORS.sort(ACTORS.make(rows))


def entries_by_kind(actors: pd.DataFrame) -> dict[str, int]:
    """Return how many entries actors of each kind made, in the order of `ACTOR_KINDS`; kinds without any are left out."""
    totals = actors.groupby("kind")["entries"].sum()
    return {kind: int(totals[kind]) for kind in ACTOR_KINDS if kind in totals.index}


def actor_findings(actors: pd.DataFrame, setters: RuleSetters, *, kinds_told: bool) -> list[Finding]:
    """Return what a reader must know of who acted.

    Parameters
    ----------
    actors : DataFrame
        `actors_table`.
    setters : RuleSetters
    kinds_told : bool
        Whether this Jira tells what kind an account is of; Data Center does not.
    """
    kinds = entries_by_kind(actors)
    return [*_rules(kinds, actors, setters), *_untold(kinds, kinds_told=kinds_told), *_others(kinds)]


def _rules(kinds: dict[str, int], actors: pd.DataFrame, setters: RuleSetters) -> list[Finding]:
    """Say that a rule may have acted under the name of each person, and who may set one."""
    entries = kinds.get(PERSON, 0)
    if not entries:
        return []
    people = counted(int((actors["kind"] == PERSON).sum()), "person", "persons")
    of_jira = (
        f"Known to administer Jira {agreeing(len(setters.of_jira), 'is', 'are')} {listed(setters.of_jira)}; that may not be all"
        if setters.of_jira
        else "Who administers Jira no answer tells"
    )
    text = (
        f"{counted(entries, 'entry', 'entries')} of histories {agreeing(entries, 'stands', 'stand')} under the names of "
        f"{people}. An automation rule acts under the account that is set for it, and its entry looks like that person's own: "
        f"who administers Jira can set anybody, who administers a project can set themselves. {of_jira}. {_of_projects(setters)} "
        "Which rules there are, no answer tells."
    )
    return [Finding("actors.rules", _NOTEBOOK, "limit", text, entries, ACTORS.name)]


def _of_projects(setters: RuleSetters) -> str:
    names = setters.of_projects
    if names is None:
        return (
            "Who administers the listed projects is not known: ADMINISTER_PROJECTS was not asked for, or can't be read."
        )
    more = "" if setters.all_of_projects else "; that may not be all"
    if not names:
        return f"No account is known to administer a listed project{more}."
    return f"{counted(len(names), 'account')} may administer a listed project: {listed(names)}{more}."


def _untold(kinds: dict[str, int], *, kinds_told: bool) -> list[Finding]:
    """Say that a Data Center does not tell an app's account from a person's."""
    entries = kinds.get(PERSON, 0)
    if kinds_told or not entries:
        return []
    text = (
        "Data Center does not tell what kind an account is of: an account of an app, a service or a portal's customer counts as "
        f"a person's, in {counted(entries, 'entry', 'entries')} of histories. actors.csv lists the accounts, for somebody who "
        "knows them to look through."
    )
    return [Finding("actors.kinds-untold", _NOTEBOOK, "limit", text, entries, ACTORS.name)]


def _others(kinds: dict[str, int]) -> list[Finding]:
    """Say how many entries no person made, or nobody who can be told."""
    others = {kind: entries for kind, entries in kinds.items() if kind != PERSON}
    if not others:
        return []
    number, total = sum(others.values()), sum(kinds.values())
    shown = listed([f"{entries:,} {_IN_WORDS[kind]}" for kind, entries in others.items()])
    text = (
        f"{number:,} of {counted(total, 'entry', 'entries')} in the histories of the population "
        f"{agreeing(number, 'is', 'are')} not known to be a person's own, and {agreeing(number, 'approves', 'approve')} nothing: "
        f"{shown}."
    )
    return [Finding("actors.others", _NOTEBOOK, "note", text, number, ACTORS.name)]

"""What ``01_scope`` shows beside its tables: the source, the account's permissions, what was asked, digests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from auditlib import __version__
from auditlib.audit.population.cut import POPULATION
from auditlib.audit.scope.digests import digests
from auditlib.evidence.opened import Evidence
from auditlib.records.grants import POWERS
from auditlib.responses.entry import Entry
from auditlib.responses.topics import in_words
from auditlib.tables import to_csv
from auditlib.times import format_instant, format_utc

_UNKNOWN: Final = "not known: this is an installed copy"


def source_facts(evidence: Evidence, tests: str, made_with: Mapping[str, str]) -> pd.DataFrame:
    """Return facts about the source: fact, value.

    Parameters
    ----------
    evidence : Evidence
    tests : str
        Whether the code that made the package passed its own, in a sentence.
    made_with : mapping of str to str
        Its versions, as `made_by.versions`.
    """
    period = evidence.period
    site, entries = evidence.site, evidence.store.entries()
    asked = (min(entry.at for entry in entries), max(entry.at for entry in entries))
    until = evidence.provenance.interim_until
    rows = [
        ("Jira", site.base_url),
        ("deployment and version", f"{site.deployment} {site.version}"),
        ("account", f"{site.account_name} ({site.account_id})"),
        ("time zone of the account", site.account_zone or "not told"),
        ("period, first instant", f"{format_instant(period.begins, period.zone)} = {format_utc(period.begins)}"),
        (
            "period, first instant after it",
            f"{format_instant(period.ends, period.zone)} = {format_utc(period.ends)}",
        ),
        ("asked from", f"{format_instant(asked[0], period.zone)} = {format_utc(asked[0])}"),
        ("asked until (cut-off)", f"{format_instant(asked[1], period.zone)} = {format_utc(asked[1])}"),
        ("interim run", "no" if until is None else f"yes: the period was not over at {until}"),
        ("responses kept", f"{len(entries):,} with {sum(entry.size for entry in entries):,} bytes"),
        ("auditlib", __version__),
        ("commit of auditlib", made_with.get("commit", _UNKNOWN)),
        ("SHA-256 of its lock", made_with.get("lock_sha256", _UNKNOWN)),
        ("tests of auditlib", tests),
    ]
    return pd.DataFrame(rows, columns=["fact", "value"])


def permissions_of_account(evidence: Evidence) -> pd.DataFrame:
    """Return permissions of the account, a column a project."""
    powers = evidence.provenance.powers
    shown = powers[powers["permission"].isin(POWERS)].pivot_table(
        index="permission", columns="project", values="have", aggfunc="first"
    )
    return shown.reindex(POWERS).map(lambda have: {True: "yes", False: "no"}.get(have, "not told")).reset_index()


def requests_by_kind(evidence: Evidence) -> pd.DataFrame:
    """Return the requests by kind: purpose, requests, first, last, example."""
    rows: dict[str, list[Entry]] = {}
    for entry in evidence.store.entries():
        rows.setdefault(entry.topic, []).append(entry)
    zone = evidence.period.zone
    return pd.DataFrame(
        [
            (
                in_words(topic),
                len(found),
                format_instant(found[0].at, zone),
                format_instant(found[-1].at, zone),
                (found[0].request.body or {}).get("jql") or str(found[0].request),
            )
            for topic, found in rows.items()
        ],
        columns=["purpose", "requests", "first answer", "last answer", "query"],
    )


def digests_of_package(evidence: Evidence) -> pd.DataFrame:
    """Return digests that tie the statement to its data, as ``audit.scope.digests`` makes them."""
    index = evidence.store.index.read_text(encoding="utf-8").splitlines(keepends=True)
    keys = evidence.companion_files()["keys.txt"]
    return digests(keys, to_csv(POPULATION, evidence.population, evidence.pulled.schema["tables"]), index)

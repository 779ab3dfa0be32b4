"""The causes of missing numbers: the best evidence of each, and what remains possible without any. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from auditlib.records.log_reach import LogReach
from auditlib.records.mentions import MAY_NOT_BE_SEEN, best_first
from auditlib.tables import Column, Table
from auditlib.times import Period

_UTC = "datetime64[us, UTC]"


DELETIONS: Final = Table(
    "deletions",
    "Issues of the listed projects deleted in the period, as far as Jira's log or a census of the archive shows it.",
    (
        Column("key", "text", "The key that the deleted issue had last; its project's key is today's."),
        Column("at", "instant", "When it was deleted; of censuses, when it was first missed. Audit's time zone."),
        Column("not_before", "instant", "When it was last seen, by a census; empty for a record of the log."),
        Column("actor", "text", "Who deleted it, where a record says so."),
        Column("source", "text", "Jira's record of the log, or the two censuses, that show it."),
    ),
)


@dataclass(frozen=True)
class Sight:
    """The visibility of a project: what the account provably sees of it.

    Attributes
    ----------
    security_levels : int or None
        How many issue security levels the project has; None if Jira did not tell.
    used_by : str or None
        Today's key of another listed project that had this project's key before: the numbers that it used are never
        given out again under this key.
    """

    security_levels: int | None
    used_by: str | None = None


def other_records(
    project: str,
    missing: Collection[int],
    deletions: pd.DataFrame,
    mentions: pd.DataFrame,
    census: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Choose the evidence of each missing number: the record that proves most.

    A record of a deletion comes first; of several, the earliest. It is found by the key, or by the id of the issue that a
    census saw under that number. Else the number existed if any record names it; of several, one of the kind that comes
    first in `mentions.KINDS`: a history entry (the latest), link, parent, sub-task, another record of the log, census.

    Parameters
    ----------
    project : str
        Project key.
    missing : collection of int
        The numbers that do not answer.
    deletions : DataFrame
        From `audit_log.issue_deletions`, of the listed projects.
    mentions : DataFrame
        From `mentions.mentions`, and `audit_log.log_mentions` put below.
    census : DataFrame, optional
        From `census.census_mentions`.

    Returns
    -------
    DataFrame, shape (n, 5)
        number (int64), classification (``deleted`` or ``existed``), actor, at (of the deletion, UTC), evidence; one row per
        number, rising: what `numbering.audit_numbers` takes as `other`.
    """
    wanted = frozenset(int(number) for number in missing)
    by_key = deletions[(deletions["project"] == project) & deletions["number"].isin(wanted)]
    deleted = by_key.assign(evidence=by_key["source"])
    seen = mentions
    if census is not None:
        here = census[(census["project"] == project) & census["number"].isin(wanted)]
        by_id = deletions.drop(columns=["key", "project", "number"]).merge(
            here[["issue_id", "number", "evidence"]].astype({"issue_id": "Int64"}), on="issue_id"
        )
        by_id = by_id.assign(evidence=by_id["source"] + ", " + by_id["evidence"])
        deleted = pd.concat([part for part in (deleted, by_id) if len(part)] or [deleted], ignore_index=True)
        seen = pd.concat([part for part in (seen, here) if len(part)] or [seen], ignore_index=True)
    deleted = deleted.sort_values(["number", "at", "evidence"], kind="stable").drop_duplicates("number")
    seen = seen[(seen["project"] == project) & seen["number"].isin(wanted - set(deleted["number"].astype("int64")))]
    named = best_first(seen).drop_duplicates("number")
    rows = [(int(row.number), "deleted", row.actor, row.at, row.evidence) for row in deleted.itertuples(index=False)]
    rows += [(int(row.number), "existed", None, pd.NaT, row.evidence) for row in named.itertuples(index=False)]
    columns = list(zip(*sorted(rows, key=lambda row: row[0]), strict=True)) or [()] * 5
    return pd.DataFrame(
        {
            "number": pd.Series(columns[0], dtype="int64"),
            "classification": pd.Series(columns[1], dtype="str"),
            "actor": pd.Series(columns[2], dtype="str"),
            "at": pd.Series(columns[3], dtype=_UTC),
            "evidence": pd.Series(columns[4], dtype="str"),
        }
    )


def deletions_table(
    deletions: pd.DataFrame,
    gone: pd.DataFrame,
    period: Period,
    *,
    answering_ids: Collection[int] = frozenset(),
    answering_keys: Collection[str] = frozenset(),
    census: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make ``deletions.csv``: every deletion in the period that the log or a pair of censuses shows.

    Parameters
    ----------
    deletions : DataFrame
        From `audit_log.issue_deletions`, of the listed projects.
    gone : DataFrame
        From `census.vanished`.
    period : Period
        A record counts if it was made in the period; of censuses, if any instant between the two lies in it.
    answering_ids, answering_keys : collection of int, of str
        Issues that answer today: under whatever key, they did not vanish, they moved or came back into sight. A record of
        their deletion is `contradicted` and left out; the caller tells of it.
    census : DataFrame, optional
        From `census.census_mentions`: gives a key to records that name only the id.

    Returns
    -------
    DataFrame, shape (n, 5)
        key, at (in the audit's zone; of censuses, when it was first missed), not_before (when it was last seen; empty for
        a record of the log), actor, source; by project and number. An issue that both show stands there once, by the log.
    """
    wrong = contradicted(deletions, answering_ids, answering_keys)
    logged = _with_keys(deletions.drop(index=wrong.index), census)
    missed = gone[~gone["issue_id"].isin(answering_ids) & ~_shown(gone, logged)]
    logged = logged[period.holds(logged["at"])]
    missed = missed[(missed["not_before"] < period.ends) & (missed["at"] >= period.begins)]
    parts = [
        logged.assign(not_before=pd.Series(pd.NaT, index=logged.index, dtype=_UTC)),
        missed.assign(actor=pd.Series(None, index=missed.index, dtype="str")),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    rows = rows.sort_values(["project", "number", "at"], kind="stable", ignore_index=True)
    zoned = {name: rows[name].astype(_UTC).dt.tz_convert(period.zone) for name in ("at", "not_before")}
    return DELETIONS.check(rows.assign(**zoned)[DELETIONS.names])


def contradicted(
    deletions: pd.DataFrame, answering_ids: Collection[int], answering_keys: Collection[str]
) -> pd.DataFrame:
    """Return the deletion records that are contradicted, since the issue answers today: misread, or wrong."""
    by_id = deletions["issue_id"].isin(answering_ids)
    return deletions[by_id | (deletions["issue_id"].isna() & deletions["key"].isin(answering_keys))]


def possible_in_words(gaps: pd.DataFrame) -> str:
    """Say what of the open missing numbers nothing rules out, each set of reasons once; empty if none is open.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``: possible.
    """
    counts = gaps["possible"].dropna().value_counts(sort=False)
    ordered = sorted(
        ((str(said), int(count)) for said, count in counts.items() if said), key=lambda one: (-one[1], one[0])
    )
    if not ordered:
        return ""
    (most, count), *others = ordered
    of = f"{count:,} of {sum(number for _, number in ordered):,} open numbers" if others else f"{count:,} open numbers"
    rest = "".join(f" For {number:,}: {said}." for said, number in others)
    return f"What nothing rules out for {of}: {most}.{rest}"


def possibilities(gaps: pd.DataFrame, sights: Mapping[str, Sight], reach: LogReach) -> pd.Series:
    r"""Return the possible causes of each open missing number: all that nothing rules out.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``: project, classification, created_after, evidence.
    sights : mapping of str to Sight
        By project.
    reach : LogReach
        Of the audit log.

    Returns
    -------
    Series of str
        Reasons, separated by ``; ``; missing for numbers that moved or are recorded as deleted. Same index as `gaps`.

    Notes
    -----
    Each line is taken on its own, from the top; what is ruled out is left out.

    ================================================  =====================================================
    ``hidden from this account``                      Jira itself says so (Data Center); nothing else then
    ``deleted``                                       the log could not be read, or shows no deletion at all
    ``deleted before the log begins or not logged``   the log shows deletions, and does not cover the time
                                                      since the lower neighbour was given out (or was not
                                                      read to its end)
    ``deleted and not logged``                        the log shows deletions and covers all that time
    ``hidden by issue security``                      always; not if Jira says that the project has no
                                                      security levels
    ``archived``                                      always
    ``moved out of sight``                            always: the account can't know of a project that it
                                                      does not see
    ``moved and then deleted``                        always: with the issue its old keys stop to answer, and
                                                      the log names the new one
    ``used under this key by KEY``                    unexplained only: another project had this key before
    ``never allocated``                               unexplained only: a number that a record names was
                                                      given out
    ================================================  =====================================================
    """
    lasting = {project: _lasting(sight) for project, sight in sights.items()}
    columns = (gaps["project"], gaps["classification"], gaps["created_after"], gaps["evidence"])
    said: list[str | None] = []
    for project, classification, after, evidence in zip(*(column.tolist() for column in columns), strict=True):
        if classification not in {"existed", "unexplained"}:
            said.append(None)
            continue
        if evidence == MAY_NOT_BE_SEEN:
            said.append("hidden from this account")
            continue
        since = None if pd.isna(after) else after.to_pydatetime()
        reasons = [_deleted(reach, since), *lasting[project]]
        if classification == "unexplained":
            used_by = sights[project].used_by
            reasons += [f"used under this key by {used_by}"] if used_by else []
            reasons.append("never allocated")
        said.append("; ".join(reasons))
    return pd.Series(said, index=gaps.index, dtype="str", name="possible")


def _deleted(reach: LogReach, since: datetime | None) -> str:
    """Say in which way a number may have been deleted, although no record was found."""
    if not (reach.readable and reach.names_deletions):
        return "deleted"
    return "deleted and not logged" if reach.covers(since) else "deleted before the log begins or not logged"


def _lasting(sight: Sight) -> list[str]:
    """Say what is possible for any number of a project, whatever its time."""
    hidden = [] if sight.security_levels == 0 else ["hidden by issue security"]
    return [*hidden, "archived", "moved out of sight", "moved and then deleted"]


def _with_keys(deletions: pd.DataFrame, census: pd.DataFrame | None) -> pd.DataFrame:
    """Return the deletions of which a number is known, from the record or else from a census; each issue once."""
    known = deletions[deletions["key"].notna()]
    nameless = deletions[deletions["key"].isna()]
    if census is not None and len(nameless):
        seen = census.sort_values("at").drop_duplicates("issue_id", keep="last").astype({"issue_id": "Int64"})
        found = nameless.drop(columns=["key", "project", "number"]).merge(
            seen[["issue_id", "key", "project", "number", "evidence"]], on="issue_id"
        )
        found = found.assign(source=found["source"] + ", " + found["evidence"]).drop(columns="evidence")
        known = pd.concat([part for part in (known, found) if len(part)] or [known], ignore_index=True)
    in_order = known.sort_values(["at", "source"], kind="stable")
    return in_order.drop_duplicates("key", ignore_index=True)


def _shown(gone: pd.DataFrame, logged: pd.DataFrame) -> pd.Series:
    """Say which of the vanished issues a record of the log tells of."""
    ids: Iterable[int] = (int(number) for number in logged["issue_id"].dropna())
    return gone["issue_id"].isin(set(ids)) | gone["key"].isin(set(logged["key"]))

"""What the log of the period shows, in words. Pure."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.activity.records import of_jira_log
from auditlib.audit.activity.tallies import UNNAMED, records_by_actor
from auditlib.audit.chapters import ACTIVITY
from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, days, listed, minute
from auditlib.records.log_reach import LogReach, archive_in_words
from auditlib.times import Period

_NAMED = 3  # categories that the conclusion names


def reach_findings(reach: LogReach, period: Period, total: int | None = None) -> list[Finding]:
    """Say how far the log reaches, and what of the period it does not hold.

    Parameters
    ----------
    reach : LogReach
        From `log_reach.log_reach`.
    period : Period
    total : int or None
        How many records Jira says there are from the time on that was asked for.
    """
    found = [_reach_finding(reach, period)]
    if archived := archive_in_words(reach, period):
        whole = reach.archive is not None and not reach.archive.holes and not reach.archive.missed
        severity = "note" if whole else "limit"
        found.append(Finding("activity.archive", ACTIVITY.notebook, severity, " ".join(archived), 1, "activity"))
    given = reach.records - (reach.archive.records if reach.archive is not None else 0)
    if total is not None and given < total:
        text = (
            f"Jira's audit log says that it holds {counted(total, 'record')} from the time on that was asked for, and gave "
            f"{given:,}: {total - given:,} {agreeing(total - given, 'is', 'are')} not among them."
        )
        found.append(Finding("activity.total", ACTIVITY.notebook, "limit", text, total - given, "activity"))
    if reach.undated:
        text = (
            f"The time of {counted(reach.undated, 'record')} of Jira's audit log can't be read. "
            f"{agreeing(reach.undated, 'It stands', 'They stand')} first in activity.csv, whether or not "
            f"{agreeing(reach.undated, 'it was', 'they were')} made in the period."
        )
        found.append(Finding("activity.undated", ACTIVITY.notebook, "limit", text, reach.undated, "activity"))
    return found


def _reach_finding(reach: LogReach, period: Period) -> Finding:
    def say(severity: str, text: str) -> Finding:
        return Finding("activity.reach", ACTIVITY.notebook, severity, text, 1, "activity")

    if not reach.readable:
        why = f" ({reach.why_not})" if reach.why_not else ""
        return say(
            "limit",
            f"Jira's audit log could not be read{why}: activity.csv holds nothing of it. It takes an account with Administer "
            "Jira; on Cloud a token with scopes needs manage:jira-configuration, or read:audit-log:jira and read:user:jira.",
        )
    if reach.timeless:
        return say(
            "limit",
            f"The time of no record of Jira's audit log can be read ({counted(reach.records, 'record')}): which of them were "
            "made in the period, and whether they are all, is not known.",
        )
    if reach.begins is None and reach.records:
        return say(
            "limit",
            f"{counted(reach.records, 'record')} of Jira's audit log came, and it was not read to its end"
            f"{f': {reach.why_not}' if reach.why_not else ''}. What activity.csv lacks of it is not known.",
        )
    if reach.begins is None:
        return say("limit", "Jira's audit log gave this account no record: nothing shows how far back it reaches.")
    since = minute(reach.begins, period.zone)
    if reach.begins <= period.begins:
        log = f"Jira's audit log{_with_archive(reach)}"
        return say("note", f"{log} was read from {since} on, to its end; that covers the period.")
    if reach.begins < period.ends:
        return say(
            "limit",
            f"Jira's audit log holds no record from before {since}: of the time from the period's beginning to then it shows "
            "nothing, either because Jira keeps its records no longer or because nothing was recorded.",
        )
    return say("limit", f"Jira's audit log holds no record from before {since}, which is after the period.")


def _with_archive(reach: LogReach) -> str:
    return ", with the archive's records," if reach.archive is not None and reach.archive.records else ""


def id_findings(runs: pd.DataFrame) -> list[Finding]:
    """Say which ids of the log are not among its records, as `ids.missing_ids` found them."""
    if runs.empty:
        return []
    longest = runs.sort_values(["ids", "first"], ascending=[False, True], kind="stable")
    named = [str(row.first) if row.ids == 1 else f"{row.first} to {row.last}" for row in longest.itertuples()]
    missing = int(runs["ids"].sum())
    text = (
        f"{counted(missing, 'id')} between those of the period's records {agreeing(missing, 'is', 'are')} not in what Jira "
        f"gave, in {counted(len(runs), 'run')}: {listed(named)}. Whether there are such records is not known: Atlassian does "
        "not say that ids follow one another."
    )
    return [Finding("activity.ids", ACTIVITY.notebook, "limit", text, missing, "activity")]


def conclude_activity(activity: pd.DataFrame, reach: LogReach, period: Period) -> str:
    """Return the conclusion of ``08_activity``.

    Parameters
    ----------
    activity : DataFrame
        ``activity.csv``.
    reach : LogReach
    period : Period
    """
    jiras = of_jira_log(activity)
    dated, others = jiras[jiras["at"].notna()], len(activity) - len(jiras)
    beside = f" Workspace Events hold {others:,} of the period, beside these." if others else ""
    if not reach.readable:
        return f"What administrators did in the period is not shown: Jira's audit log could not be read.{beside}"
    if dated.empty:
        return f"Jira's audit log gave no record of the period, {days(period)}.{beside}"
    actors = records_by_actor(dated)
    nobody = int(actors.loc[actors["actor_id"].isna() & (actors["actor"] == UNNAMED), "records"].sum())
    named = len(actors) - (1 if nobody else 0)
    categories = dated["category"].value_counts()
    most = sorted(categories.items(), key=lambda one: (-one[1], str(one[0])))[:_NAMED]
    shown = listed([f"{name} ({count:,})" for name, count in most])
    said = (
        f"Jira's audit log holds {counted(len(dated), 'record')} made in the period, {days(period)}, by "
        f"{counted(named, 'named account')}"
    )
    said += f" and {nobody:,} by nobody that Jira names" if nobody else ""
    said += f"; of {counted(len(categories), 'category', 'categories')}, most of {shown}." if len(categories) else "."
    return f"{said} {_covers(reach, period)}{beside}"


def _covers(reach: LogReach, period: Period) -> str:
    if reach.covers(period.begins):
        return "It was read to its end, and reaches back to before the period."
    return "That it holds all of the period is not shown."

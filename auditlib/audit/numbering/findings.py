"""What the numbering shows, in words: every missing number, and what accounts for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding, not_live_in_words
from auditlib.audit.numbering.sums import RangeSums, period_in_words, runs_in_words, sums_in_words
from auditlib.phrases import agreeing, counted, listed, share
from auditlib.times import Period

# 03_numbering

_RECORDED: Final[Mapping[str, tuple[str, str]]] = {
    "deleted": (
        "belonged to an issue that Jira's log records as deleted",
        "belonged to issues that Jira's log records as deleted",
    ),
    "existed": (
        "is named by another record of Jira, so it was given out, and does not answer",
        "are named by other records of Jira, so they were given out, and do not answer",
    ),
}


def numbering_findings(numbering: pd.DataFrame, gaps: pd.DataFrame) -> list[Finding]:
    """Say what of the numbers a reader must know."""
    found = []
    for row in numbering.itertuples():
        mine = gaps[gaps["project"] == row.project]
        if row.unexplained:
            silent = mine[mine["classification"] == "unexplained"]
            text = (
                f"{row.project}: {row.unexplained:,} of {counted(row.numbers, 'number')} in the range "
                f"{agreeing(row.unexplained, 'does', 'do')} not answer, and no record that was pulled names "
                f"{agreeing(row.unexplained, 'it', 'them')}: {runs_in_words(row.project, silent['number'])}. "
                f"{period_in_words(silent)} "
                f"Deleted, hidden from this account or never allocated: no answer of Jira tells which.{_explained(silent)}"
            )
            identity = f"numbering.unexplained:{row.project}"
            found.append(Finding(identity, "03_numbering", _open_or_not(silent), text, row.unexplained, "gaps"))
        for name, words in _RECORDED.items():
            count = getattr(row, name)
            if count:
                these = mine[mine["classification"] == name]
                text = (
                    f"{row.project}: {counted(count, 'missing number')} {words[count != 1]}: "
                    f"{runs_in_words(row.project, these['number'])}. {period_in_words(these)}{_explained(these)}"
                )
                identity = f"numbering.{name}:{row.project}"
                found.append(Finding(identity, "03_numbering", _open_or_not(these), text, count, "gaps"))
        if row.moved:
            by_record = int(mine.loc[mine["classification"] == "moved", "at"].notna().sum())
            shows = (
                "the history shows who moved the issue and when"
                if row.moved == 1
                else "a history shows who moved the issue and when"
            )
            text = (
                f"{row.project}: {counted(row.moved, 'missing number')} {agreeing(row.moved, 'answers', 'answer')} under another "
                f"key; for {by_record:,} of {row.moved:,} {shows}."
            )
            found.append(Finding(f"numbering.moved:{row.project}", "03_numbering", "note", text, row.moved, "gaps"))
        if row.out_of_order:
            text = (
                f"{row.project}: {counted(row.out_of_order, 'issue')} {agreeing(row.out_of_order, 'was', 'were')} created "
                "before a lower-numbered one, as happens with imports, moves and creations at the same moment."
            )
            found.append(
                Finding(f"numbering.order:{row.project}", "03_numbering", "note", text, row.out_of_order, "numbering")
            )
    return found


def _explained(gaps: pd.DataFrame) -> str:
    """Say how many of the missing numbers the analyst explains; nothing if none."""
    explained = int(gaps["explanation"].notna().sum())
    if not explained:
        return ""
    which = (
        "It is"
        if len(gaps) == 1
        else "All are"
        if explained == len(gaps)
        else f"{explained:,} of them {agreeing(explained, 'is', 'are')}"
    )
    return f" {which} explained by the analyst."


def _open_or_not(gaps: pd.DataFrame) -> str:
    """Return the severity of missing numbers: those that the analyst explains, all of them, ask for nothing more."""
    return "note" if gaps["explanation"].notna().all() else "exception"


def log_findings(
    sentences: Sequence[str], deletions: pd.DataFrame, contradicted: pd.DataFrame, gaps: pd.DataFrame, period: Period
) -> list[Finding]:
    """Say what the audit log shows and how far it reaches.

    Parameters
    ----------
    sentences : sequence of str
        From ``audit_log.describe_log``.
    deletions : DataFrame
        ``deletions.csv``.
    contradicted : DataFrame
        Records of deletions whose issue answers today.
    gaps : DataFrame
        ``gaps.csv``: the missing numbers recorded as deleted, at whatever time.
    period : Period
    """
    found = [Finding("numbering.log", "03_numbering", "limit", " ".join(sentences), 1, "")]
    if len(deletions):
        deleted = gaps[gaps["classification"] == "deleted"]
        text = (
            f"{counted(len(deletions), 'deletion')} of issues of the listed projects {agreeing(len(deletions), 'was', 'were')} "
            f"made in the period, as recorded: {listed([str(key) for key in deletions['key']])}."
            f"{_deletions_and_numbers(set(deletions['key']), deleted, period)}"
        )
        found.append(Finding("numbering.deletions", "03_numbering", "exception", text, len(deletions), "deletions"))
    if len(contradicted):
        text = (
            f"{counted(len(contradicted), 'record')} of the log {agreeing(len(contradicted), 'says', 'say')} that an issue was "
            f"deleted which answers today: {listed([str(source) for source in contradicted['source']])}."
        )
        found.append(Finding("numbering.contradicted", "03_numbering", "exception", text, len(contradicted), ""))
    return found


def _deletions_and_numbers(recorded: set[str], missing: pd.DataFrame, period: Period) -> str:
    """Say why the deletions in the period and the missing numbers recorded as deleted are not as many.

    Parameters
    ----------
    recorded : set of str
        Keys of the deletions in the period.
    missing : DataFrame
        Rows of ``gaps.csv`` of the class ``deleted``.
    period : Period
    """
    only_deletions, others = recorded - set(missing["key"]), missing[~missing["key"].isin(recorded)]
    if not only_deletions and not len(others):
        return ""
    both = len(recorded) - len(only_deletions)
    parts = [f" {both:,} of these {agreeing(both, 'keys is', 'keys are')} among the missing numbers of the range"]
    if only_deletions:
        parts.append(
            f"{len(only_deletions):,} {agreeing(len(only_deletions), 'has a number', 'have numbers')} outside of it"
        )
    for when, rows in (
        ("before the period", others[others["at"] < period.begins]),
        ("after the period", others[others["at"] >= period.ends]),
        (
            "at a time that is not known to lie in the period",
            others[~((others["at"] < period.begins) | (others["at"] >= period.ends))],
        ),
    ):
        if len(rows):
            issues = (
                "the issue of 1 more missing number was"
                if len(rows) == 1
                else f"the issues of {len(rows):,} more missing numbers were"
            )
            parts.append(f"{issues} deleted {when}")
    return f"{'; '.join(parts)}."


def unlisted_findings(keys: Sequence[str]) -> list[Finding]:
    """Say which issues answer by their key although no search lists them; each may be missing from the population."""
    if not keys:
        return []
    text = (
        f"{counted(len(keys), 'issue')} {agreeing(len(keys), 'answers', 'answer')} when asked for by key, but Jira's search does "
        f"not list {agreeing(len(keys), 'it', 'them')}, so the population may lack {agreeing(len(keys), 'it', 'them')}: "
        f"{listed(keys)}. Archived, or the search index is behind: have it rebuilt and run again."
    )
    return [Finding("numbering.unlisted", "03_numbering", "exception", text, len(keys), "gaps")]


def open_gaps(gaps: pd.DataFrame) -> int:
    """Count the missing numbers that nothing and nobody explains and that may belong to the period.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``.

    Returns
    -------
    int
        Those ``existed`` or ``unexplained``, ``in_period`` not ``no``, without an explanation.
    """
    unproved = gaps["classification"].isin(["existed", "unexplained"]) & gaps["in_period"].ne("no")
    return int((unproved & gaps["explanation"].fillna("").eq("")).sum())


def conclude_numbering(
    numbering: pd.DataFrame,
    gaps: pd.DataFrame,
    sums: RangeSums,
    not_live: Mapping[str, str] = MappingProxyType({}),
    unsure: Sequence[str] = (),
) -> str:
    """Return the conclusion of ``03_numbering``.

    Parameters
    ----------
    numbering, gaps : DataFrame
        ``numbering.csv``, ``gaps.csv``.
    sums : RangeSums
        How the numbers that answer and the population belong together.
    not_live : mapping of str to str
        As in `scope_findings`.
    unsure : sequence of str
        Projects of which it is not known which numbers they hold.
    """
    left = f" {not_live_in_words(not_live)}" if not_live else ""
    if unsure:
        left = (
            f" Which numbers {listed(list(unsure))} {agreeing(len(unsure), 'holds', 'hold')} is not known, since Jira's answers "
            f"contradict each other: this counts those that answered.{left}"
        )
    numbers, present = int(numbering["numbers"].sum()), int(numbering["present"].sum())
    missing = int(numbering["missing"].sum())
    if numbers == 0:
        return f"No project has a number that the period has to account for.{left}"
    held = sums_in_words(sums)
    if missing == 0:
        answer = agreeing(numbers, "this one answers under its own key", "all answer under their own key")
        none = "" if unsure else ": none is missing"
        return f"Of {counted(numbers, 'number')} in the range, {answer}{none}. {held}{left}"
    classes = [
        f"{int(numbering[name].sum()):,} {words}"
        for name, words in (
            ("moved", "moved, as the new key proves"),
            ("deleted", "deleted, as Jira's log records"),
            ("existed", "named by another record, so that the issue was deleted or is hidden"),
            ("unexplained", "unexplained"),
        )
        if int(numbering[name].sum())
    ]
    return (
        f"Of {counted(numbers, 'number')} in the range that the period has to account for, {present:,} "
        f"({share(present, numbers)}) {agreeing(present, 'answers under its', 'answer under their')} own key and {missing:,} "
        f"{agreeing(missing, 'is', 'are')} missing: {'; '.join(classes)}. "
        f"Of the missing: {_uncapitalised(period_in_words(gaps))} {held}{left}"
    )


def _uncapitalised(text: str) -> str:
    return text[0].lower() + text[1:]

"""What the tables show, in words: a question, a conclusion and the findings of each notebook. Pure.

Severity says what a reader has to do: ``exception`` asks for an answer, ``limit`` says what can't be proved, ``note`` is
for knowledge. There are no scores.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from auditlib import closing
from auditlib.changes import BREAKS, CLOSES, NOTHING
from auditlib.history import BEGINS_EARLIER, BEGINS_LATER, BROKEN_AFTER, BROKEN_BEFORE, IN_PART, NOT_READ
from auditlib.sampling import CONFIDENCE, percent, percent_up, plan_words
from auditlib.times import Period
from auditlib.words import agreeing, counted, days, listed, share

SEVERITIES: Final = ("exception", "limit", "note")

QUESTIONS: Final[Mapping[str, str]] = {
    "01_scope": "What was asked of which Jira, as whom, and did all of it arrive?",
    "02_population": "Which issues were created in the period, and is the listing complete?",
    "03_numbering": "Are the issue numbers continuous, and what is known of each number that is missing?",
    "04_status": "In which state were the issues at the end of the period, and in which are they today?",
    "05_sample": "Which issues are to be tested, and can anyone redo the draw?",
    "06_dossiers": "What do the full records of the sampled issues show, and do they show that the controls worked?",
    "09_summary": "What does this package show, what needs an answer, and what can it not prove?",
}
"""The question that each notebook answers."""


@dataclass(frozen=True)
class Finding:
    """One row of ``findings.csv``.

    Attributes
    ----------
    id : str
        Stable name, ``<subject>.<what>``; with the project after a colon where there is one for each.
    notebook : str
        Where it is shown.
    severity : str
        One of ``SEVERITIES``.
    statement : str
        A sentence.
    count : int
        How many it is about.
    table : str
        The table that lists them; empty if none does.
    """

    id: str
    notebook: str
    severity: str
    statement: str
    count: int
    table: str


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return ``findings.csv``: by notebook, the gravest first."""
    ranked = sorted(findings, key=lambda one: (one.notebook, SEVERITIES.index(one.severity), one.id))
    frame = pd.DataFrame([astuple(one) for one in ranked], columns=[field.name for field in fields(Finding)])
    return frame.astype({"count": "int64"})


# 01_scope


def scope_findings(
    *,
    interim_until: str | None,
    powers: pd.DataFrame,
    security_levels: Mapping[str, int | None],
    filter_record: Mapping[str, Any] | None,
    unused: Sequence[str],
) -> list[Finding]:
    """Say what of the scope a reader must know.

    Parameters
    ----------
    interim_until : str or None
        Time at which Jira was asked, if the period was not over then.
    powers : DataFrame
        Columns project, permission, have.
    security_levels : mapping of str to int or None
        Number of issue security levels by project; None where Jira does not tell.
    filter_record : mapping or None
        The shared filter as Jira holds it.
    unused : sequence of str
        Parameters that are set and that this version does not act on.
    """
    found = []
    if interim_until is not None:
        text = f"This is an interim run: the period was not over when Jira was asked ({interim_until})."
        found.append(Finding("scope.interim", "01_scope", "limit", text, 1, ""))
    strong = powers[powers["have"] & powers["permission"].isin(["DELETE_ISSUES", "ADMINISTER_PROJECTS"])]
    if len(strong):
        shown = [f"{row.permission} in {row.project}" for row in strong.itertuples()]
        text = (
            f"The account that asked can do more than read: {listed(shown)}. The workbook sent reading requests only."
        )
        found.append(Finding("scope.powers", "01_scope", "note", text, len(strong), ""))
    guarded = {project: levels for project, levels in sorted(security_levels.items()) if levels}
    if guarded:
        shown = [f"{project} ({counted(levels, 'level')})" for project, levels in guarded.items()]
        text = (
            f"Issue security is in use in {listed(shown)}. An issue at a level that does not include this account is hidden from "
            "it and looks like a missing number."
        )
        found.append(Finding("scope.security", "01_scope", "limit", text, len(guarded), ""))
    untold = [project for project, levels in sorted(security_levels.items()) if levels is None]
    if untold:
        text = f"Jira does not tell this account whether {listed(untold)} {agreeing(len(untold), 'uses', 'use')} issue security."
        found.append(Finding("scope.security-untold", "01_scope", "limit", text, len(untold), ""))
    if filter_record is not None:
        owner = (filter_record.get("owner") or {}).get("displayName", "nobody")
        shares = len(filter_record.get("sharePermissions") or [])
        text = (
            f"The population is narrowed by filter {filter_record.get('id')} ({filter_record.get('name')}), owned by {owner}, "
            f"with {counted(shares, 'share permission')}: {filter_record.get('jql')}"
        )
        found.append(Finding("scope.filter", "01_scope", "note", text, 1, "excluded"))
    if unused:
        text = f"Set in the parameter file, but not acted on by this version: {listed(unused)}."
        found.append(Finding("scope.unused-parameters", "01_scope", "limit", text, len(unused), ""))
    return found


def conclude_scope(period: Period, site_address: str, account: str, reconciliation: pd.DataFrame) -> str:
    """Return the conclusion of ``01_scope``."""
    first, second = int(reconciliation["first_pass"].sum()), int(reconciliation["second_pass"].sum())
    difference = int(reconciliation["difference"].sum())
    agree = "agree issue by issue" if difference == 0 else f"differ by {counted(difference, 'issue')}"
    return (
        f"{site_address} was asked as {account} for every issue of {listed(list(reconciliation['project']))} created "
        f"{days(period)}, two days wider on both sides. A pass with all fields received {counted(first, 'issue')}, a second "
        f"pass for ids only {counted(second, 'issue')}; the two {agree}. All tables are computed from the responses kept in raw/."
    )


# 02_population


def population_findings(reconciliation: pd.DataFrame, excluded: pd.DataFrame, *, estimate: bool) -> list[Finding]:
    """Say what of the population a reader must know; ``estimate`` where Jira's own count is one (Cloud)."""
    found = []
    for row in reconciliation.itertuples():
        if row.difference:
            text = f"{row.project}: the two passes differ by {counted(row.difference, 'issue')} that nothing explains."
            found.append(
                Finding(
                    f"population.difference:{row.project}",
                    "02_population",
                    "exception",
                    text,
                    row.difference,
                    "reconciliation",
                )
            )
        if not pd.isna(row.jira_count) and row.jira_count != row.first_pass:
            kind = "estimate" if estimate else "count"
            text = (
                f"{row.project}: Jira's own {kind} for the widened query is {row.jira_count:,}, the first pass received "
                f"{row.first_pass:,}."
                + (" An estimate may lag behind; the two passes are the proof." if estimate else "")
            )
            away = abs(int(row.jira_count) - row.first_pass)
            found.append(
                Finding(f"population.count:{row.project}", "02_population", "note", text, away, "reconciliation")
            )
    reasons = {
        "issue type": "are of a type that is not in scope",
        "filter": "are left out by the JQL or filter of the parameters",
        "moved out": "were created in the period under a listed project's key and now stand in a project that is not listed",
    }
    for reason, words in reasons.items():
        count = int((excluded["reason"] == reason).sum())
        if count:
            verb = (
                words
                if count > 1
                else words.replace("are ", "is ", 1).replace("were ", "was ", 1).replace("stand ", "stands ")
            )
            text = f"{counted(count, 'issue')} {verb}."
            severity = "exception" if reason == "moved out" else "note"
            identity = f"population.{reason.replace(' ', '-')}"
            found.append(Finding(identity, "02_population", severity, text[0].upper() + text[1:], count, "excluded"))
    return found


_DRIFT_WORDS: Final[Mapping[str, str]] = {
    "new": "created",
    "gone": "deleted, or hidden from this account,",
    "moved in": "moved into a listed project",
    "moved out": "moved out of a listed project",
    "edited": "changed",
}


def drift_findings(drift: pd.DataFrame) -> list[Finding]:
    """Say what happened in Jira while it was asked; ``drift`` as the module ``drift`` gives it."""
    found = []
    for kind, group in drift.groupby("kind", sort=True):
        count = len(group)
        named = listed([str(row.key) if isinstance(row.key, str) else f"id {row.id}" for row in group.itertuples()])
        happened = f"{agreeing(count, 'was', 'were')} {_DRIFT_WORDS[str(kind)]} while Jira was asked"
        text = f"{counted(count, 'issue')} {happened}: {named}."
        identity = f"population.drift:{str(kind).replace(' ', '-')}"
        found.append(Finding(identity, "02_population", "note", text, count, "reconciliation"))
    return found


def conclude_population(period: Period, population: pd.DataFrame, reconciliation: pd.DataFrame) -> str:
    """Return the conclusion of ``02_population``."""
    in_period, left_out = int(reconciliation["in_period"].sum()), 0
    left_out = int(reconciliation["excluded_by_type"].sum() + reconciliation["excluded_by_filter"].sum())
    difference = int(reconciliation["difference"].sum())
    reconciled = (
        "The two passes reconcile to a difference of 0."
        if difference == 0
        else f"The two passes do not reconcile: the difference is {difference:,}."
    )
    scope = f", less {counted(left_out, 'issue')} out of scope" if left_out else ""
    return (
        f"The population is {counted(len(population), 'issue')} of {counted(len(reconciliation), 'project')}, created "
        f"{days(period)}: {counted(in_period, 'issue')} in the period{scope}. {reconciled}"
    )


# 03_numbering

_RECORDED: Final[Mapping[str, tuple[str, str]]] = {
    "deleted": ("was deleted, by a record of Jira's log", "were deleted, by records of Jira's log"),
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
            silent = mine[(mine["classification"] == "unexplained")]
            explained = int(silent["explanation"].notna().sum())
            told = f" {explained:,} of them are explained by the analyst." if explained else ""
            ranges = listed(number_ranges(row.project, silent["number"]), 6)
            text = (
                f"{row.project}: {counted(row.unexplained, 'number')} of {row.numbers:,} "
                f"{agreeing(row.unexplained, 'does', 'do')} not answer and no record pulled names "
                f"{agreeing(row.unexplained, 'it', 'them')}: {ranges}. "
                f"Deleted, hidden from this account or never allocated: Jira gives one answer for all three.{told}"
            )
            severity = "note" if explained == row.unexplained else "exception"
            found.append(
                Finding(f"numbering.unexplained:{row.project}", "03_numbering", severity, text, row.unexplained, "gaps")
            )
        for name, words in _RECORDED.items():
            count = getattr(row, name)
            if count:
                these = mine[mine["classification"] == name]
                explained = int(these["explanation"].notna().sum())
                told = f" {explained:,} of them are explained by the analyst." if explained else ""
                ranges = listed(number_ranges(row.project, these["number"]), 6)
                text = f"{row.project}: {counted(count, 'number')} {words[count != 1]}: {ranges}.{told}"
                severity = "note" if explained == count else "exception"
                identity = f"numbering.{name}:{row.project}"
                found.append(Finding(identity, "03_numbering", severity, text, count, "gaps"))
        if row.moved:
            by_record = int(mine.loc[mine["classification"] == "moved", "at"].notna().sum())
            text = (
                f"{row.project}: {counted(row.moved, 'number')} {agreeing(row.moved, 'answers', 'answer')} under another key; "
                f"for {by_record:,} the history shows who moved the issue and when."
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


def log_findings(sentences: Sequence[str], deletions: pd.DataFrame, contradicted: pd.DataFrame) -> list[Finding]:
    """Say what the audit log shows and how far it reaches.

    Parameters
    ----------
    sentences : sequence of str
        From ``audit_log.describe_log``.
    deletions : DataFrame
        ``deletions.csv``.
    contradicted : DataFrame
        Records of deletions whose issue answers today.
    """
    found = [Finding("numbering.log", "03_numbering", "limit", " ".join(sentences), 1, "")]
    if len(deletions):
        text = (
            f"{counted(len(deletions), 'deletion')} of issues of the listed projects in the period "
            f"{agreeing(len(deletions), 'is', 'are')} recorded: {listed([str(key) for key in deletions['key']])}."
        )
        found.append(Finding("numbering.deletions", "03_numbering", "exception", text, len(deletions), "deletions"))
    if len(contradicted):
        text = (
            f"{counted(len(contradicted), 'record')} of the log {agreeing(len(contradicted), 'says', 'say')} that an issue was "
            f"deleted which answers today: {listed([str(source) for source in contradicted['source']])}."
        )
        found.append(Finding("numbering.contradicted", "03_numbering", "exception", text, len(contradicted), ""))
    return found


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


def number_ranges(project: str, numbers: Iterable[int]) -> list[str]:
    """Return numbers as runs: ``PAY-7``, ``PAY-10 to 12``."""
    runs: list[list[int]] = []
    for number in sorted(int(number) for number in numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [f"{project}-{low}" if low == high else f"{project}-{low} to {high}" for low, high in runs]


def conclude_numbering(numbering: pd.DataFrame) -> str:
    """Return the conclusion of ``03_numbering``."""
    numbers, present = int(numbering["numbers"].sum()), int(numbering["present"].sum())
    missing = int(numbering["missing"].sum())
    if numbers == 0:
        return "No number was given out in the period, so there is nothing to account for."
    if missing == 0:
        return f"All {numbers:,} numbers given out in the period answer under their own key: none is missing."
    classes = [
        f"{int(numbering[name].sum()):,} {words}"
        for name, words in (
            ("moved", "moved, proved by the new key"),
            ("deleted", "deleted, by a record of Jira's log"),
            ("existed", "named by another record, now deleted or hidden"),
            ("unexplained", "unexplained"),
        )
        if int(numbering[name].sum())
    ]
    return (
        f"Of {numbers:,} numbers given out in the period, {present:,} ({share(present, numbers)}) answer under their own key "
        f"and {missing:,} {agreeing(missing, 'is', 'are')} missing: {listed(classes)}."
    )


# 04_status


def status_findings(population: pd.DataFrame) -> list[Finding]:
    """Say what of the states a reader must know; `history_findings` says what of the histories."""
    known = population["status_at_period_end"].notna()
    status, resolution = (
        population[name].fillna("").ne(population[f"{name}_at_period_end"].fillna(""))
        for name in ("status", "resolution")
    )
    changed = known & (status | resolution)
    if not changed.any():
        return []
    count = int(changed.sum())
    text = (
        f"{counted(count, 'issue')} changed status or resolution between the period's end and the day Jira was asked."
    )
    return [Finding("status.later", "04_status", "note", text, count, "population")]


def history_findings(population: pd.DataFrame, states: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say which histories do not lead from today's state back to the issue's creation.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        With id, key, resolved.
    states : DataFrame
        From ``history.as_of_steps``, with at least the population's ids.
    ends : datetime
        The period's end, as an instant.
    """
    mine = states.set_index("id").reindex(population["id"]).set_axis(population.index)
    found = []
    for kind, identity, says in _HISTORY_EXCEPTIONS:
        keys = population.loc[mine["history"].eq(kind), "key"].tolist()
        if keys:
            text = says.format(
                issues=counted(len(keys), "issue"), keys=listed(keys), have=agreeing(len(keys), "has", "have")
            )
            found.append(Finding(identity, "04_status", "exception", text, len(keys), "population"))
    keys = list(population.loc[mine["history"].eq(IN_PART).to_numpy(), "key"])
    if keys:
        text = (
            f"Of the history of {counted(len(keys), 'issue')} Jira gave only a part ({listed(keys)}); "
            f"{agreeing(len(keys), 'its', 'their')} state at the period's end is not proved and stays empty."
        )
        found.append(Finding("status.history-in-part", "04_status", "limit", text, len(keys), "population"))
    later = mine["history"].eq(BEGINS_LATER)
    count = int(later.sum())
    if count:
        dated = int((later & mine["closes"].astype(bool) & population["resolved"].lt(pd.Timestamp(ends))).sum())
        since = int((later & ~mine["closes"].astype(bool)).sum())
        parts = [f"it lies before the period's end for {dated:,}"] if dated else []
        if since:
            parts.append(
                f"after it for {since:,}, shown as unresolved then, and where no entry tells the status, in none"
            )
        if count > dated + since:
            parts.append(f"{count - dated - since:,} {agreeing(count - dated - since, 'has', 'have')} none")
        text = (
            f"For {count:,} of {counted(len(population), 'issue')} the history begins later than the issue: closed or resolved "
            "today, or at the first entry already, with no entry that shows how that came to be, as after an import. Their "
            "state at the period's end rests on what Jira shows today. Of Jira's own date of the resolution: "
            f"{listed(parts)}."
        )
        found.append(Finding("status.history-later", "04_status", "limit", text, count, "population"))
    return found


_HISTORY_EXCEPTIONS: Final = (
    (
        BROKEN_AFTER,
        "status.history",
        (
            "For {issues} the history does not lead from today's state back to the period's end without a break ({keys}); their "
            "state at the period's end is as far as it leads."
        ),
    ),
    (
        BROKEN_BEFORE,
        "status.history-before",
        (
            "For {issues} a change of status or resolution before the period's end is missing from the history ({keys}); the "
            "state at the period's end follows from the later changes and stands."
        ),
    ),
    (
        BEGINS_EARLIER,
        "status.history-earlier",
        (
            "{issues} {have} a change of status or resolution older than the issue's own creation ({keys}): the time of "
            "creation, by which the population is cut, may have been rewritten."
        ),
    ),
    (
        NOT_READ,
        "status.history-unread",
        "For {issues} Jira gave no history ({keys}); their state at the period's end is not known and stays empty.",
    ),
)


def closing_findings(
    population: pd.DataFrame, closing_table: pd.DataFrame, closing_resolutions: Collection[str]
) -> list[Finding]:
    """Say which closed issues are to question, and what may be wrong with the question.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
    closing_table : DataFrame
        ``closing.csv``.
    closing_resolutions : collection of str
        As in the parameters; empty accepts any.
    """
    found = []
    reasons = {
        closing.NO_RESOLUTION: "closed without a resolution",
        closing.NOT_ACCEPTED: "closed with a resolution that is not among those accepted",
        closing.TEST_ISSUE: "closed and marked as a test",
    }
    for reason, words in reasons.items():
        rows = closing_table[closing_table["reason"] == reason]
        count = len(rows)
        if count:
            shown = (
                [f"{name} {many:,}" for name, many in _frequent(rows["resolution"])]
                if reason == closing.NOT_ACCEPTED
                else list(rows["key"])
            )
            text = f"{counted(count, 'issue')} {agreeing(count, 'is', 'are')} {words} ({listed(shown)})."
            identity = f"closing.{reason.replace(' ', '-')}"
            found.append(Finding(identity, "04_status", "exception", text, count, "closing"))
    unused = closing.unused_resolutions(population, closing_resolutions)
    if unused:
        there = [name for name, _ in _frequent(population["resolution"].dropna())]
        text = (
            f"closing_resolutions names {listed(unused)}, which no issue of the population has; names are compared letter by "
            f"letter. The population has {listed(there) or 'no resolution at all'}."
        )
        found.append(Finding("closing.unused-names", "04_status", "note", text, len(unused), ""))
    unknown = closing.uncategorised(population)
    if len(unknown):
        names = [name for name, _ in _frequent(unknown["status"].fillna("no status"))]
        text = (
            f"For {counted(len(unknown), 'issue')} Jira tells no category of the status ({listed(names)}); they are not taken "
            "for closed."
        )
        found.append(Finding("closing.no-category", "04_status", "limit", text, len(unknown), "population"))
    still_open = closing.resolved_but_open(population)
    if len(still_open):
        text = (
            f"{counted(len(still_open), 'issue')} {agreeing(len(still_open), 'has', 'have')} a resolution in a status that is "
            f"not done ({listed(list(still_open['key']))}); they are not taken for closed."
        )
        found.append(Finding("closing.resolved-not-done", "04_status", "note", text, len(still_open), "population"))
    return found


def _frequent(names: pd.Series) -> list[tuple[str, int]]:
    """Return the distinct names with their counts, the most frequent first."""
    counts = names.value_counts()
    return sorted(((str(name), int(count)) for name, count in counts.items()), key=lambda one: (-one[1], one[0]))


def conclude_closing(
    population: pd.DataFrame, closing_table: pd.DataFrame, *, any_accepted: bool, tests_marked: bool
) -> str:
    """Return a sentence on the closed issues, to follow ``conclude_status``.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
    closing_table : DataFrame
        ``closing.csv``.
    any_accepted : bool
        Whether ``closing_resolutions`` is empty.
    tests_marked : bool
        Whether the parameters say how the company marks test issues.
    """
    total, questioned = int(closing.is_closed(population).sum()), closing_table["key"].nunique()
    if total == 0:
        return "No issue is closed."
    counts = closing_table["reason"].value_counts()
    words = {
        closing.NO_RESOLUTION: "without a resolution",
        closing.NOT_ACCEPTED: "with one that is not accepted",
        closing.TEST_ISSUE: "marked as a test",
    }
    parts = [f"{int(counts[reason]):,} {text}" for reason, text in words.items() if reason in counts]
    silent = [
        *(["any resolution is accepted"] if any_accepted else []),
        *([] if tests_marked else ["how test issues are marked is not among the parameters"]),
    ]
    told = f" ({'; '.join(silent)})" if silent else ""
    if not parts:
        return f"Of {counted(total, 'closed issue')}, none is to question{told}."
    return (
        f"Of {counted(total, 'closed issue')}, {questioned:,} {agreeing(questioned, 'is', 'are')} to question: "
        f"{listed(parts)}{told}."
    )


def conclude_status(population: pd.DataFrame, categories: Mapping[str, str]) -> str:
    """Return the conclusion of ``04_status``; ``categories`` gives the category key of each status name."""
    total = len(population)
    if total == 0:
        return "The population is empty, so there is no state to show."
    done_then = int(population["status_at_period_end"].map(categories).eq("done").sum())
    done_now = int(population["status_category"].eq("done").sum())
    return (
        f"Of {counted(total, 'issue')}, {done_then:,} ({share(done_then, total)}) were done at the end of the period and "
        f"{done_now:,} ({share(done_now, total)}) when Jira was asked."
    )


# 05_sample


def sample_findings(
    reason: str, rejected: pd.DataFrame, *, reduced: bool, sample: pd.DataFrame, changes: pd.DataFrame
) -> list[Finding]:
    """Say what of the sample a reader must know.

    Parameters
    ----------
    reason : str
        Where the size comes from.
    rejected : DataFrame
        Keys of the auditor's list that can't be tested: position, given, reason.
    reduced : bool
        Whether there are fewer issues than asked for.
    sample : DataFrame
        ``sample.csv``, with drawn_as and replaced.
    changes : DataFrame
        ``sample_changes.csv``.
    """
    found = []
    if reduced:
        found.append(Finding("sample.all", "05_sample", "note", f"{reason}.", 0, "sample"))
    for cause, group in rejected.groupby(rejected["reason"].str.partition(":")[0], sort=True) if len(rejected) else ():
        given = [
            f"{row.given} ({row.reason.partition(': ')[2]})" if ": " in row.reason else str(row.given)
            for row in group.itertuples()
        ]
        text = f"{counted(len(given), 'key')} of the auditor's list can't be tested ({cause}): {listed(given)}."
        identity = f"sample.{str(cause).replace(' ', '-')}"
        found.append(Finding(identity, "05_sample", "exception", text, len(given), ""))
    added = sample[sample["drawn_as"].str.startswith("extension: ")]
    for why, group in added.groupby(added["drawn_as"].str.partition(": ")[2], sort=True) if len(added) else ():
        text = f"The sample was extended by {counted(len(group), 'issue')}, without drawing anew: {why}."
        found.append(Finding("sample.extended", "05_sample", "note", text, len(group), "sample"))
    replaced = sample[sample["replaced"] != ""]
    if len(replaced):
        shown = listed([f"{row.key} ({row.replaced})" for row in replaced.itertuples()])
        were = agreeing(len(replaced), "was", "were")
        text = f"{counted(len(replaced), 'sampled issue')} {were} replaced by the next drawn: {shown}."
        found.append(Finding("sample.replaced", "05_sample", "note", text, len(replaced), "sample"))
    for change, group in changes.groupby("change", sort=True):
        happened = {"gone": "no longer", "moved": "under another key", "edited": ""}[str(change)]
        verb = (
            agreeing(len(group), "was changed", "were changed")
            if change == "edited"
            else agreeing(len(group), "answers", "answer")
        )
        text = (
            f"{counted(len(group), 'sampled issue')} {f'{verb} {happened}'.strip()} since the population was read: "
            f"{listed(list(group['key']))}."
        )
        severity = "exception" if change == "gone" else "note"
        found.append(Finding(f"sample.changed:{change}", "05_sample", severity, text, len(group), "sample_changes"))
    return found


def conclude_sample(
    sample: pd.DataFrame, total: int, *, seed: str | None, strata: Sequence[str], reason: str, confidence: str
) -> str:
    """Return the conclusion of ``05_sample``; ``seed`` is None for the auditor's own selection."""
    if seed is None:
        return (
            f"{counted(len(sample), 'issue')} of a population of {total:,} were selected by the auditor. A selection is no "
            "random draw: no rate for the population follows from it."
        )
    by = f", spread over {' and '.join(strata)}" if strata else ""
    tested = int((sample["replaced"] == "").sum())
    shows = f" {plan_words(tested, confidence)}." if tested else ""
    return (
        f"{counted(len(sample), 'issue')} of a population of {total:,} were drawn at random{by} with the seed “{seed}” "
        f"({reason}). tables/redraw.sh redoes the draw with sha256sum and sort.{shows}"
    )


# 06_dossiers


def dossier_findings(
    dossiers: Sequence[Mapping[str, Any]], absent: Sequence[str], unread: Sequence[str]
) -> list[Finding]:
    """Say what the records of the sampled issues show.

    Parameters
    ----------
    dossiers : sequence of mapping
        Of each: key, now_key, incomplete (sentences), breaks (fields whose history does not close), history (a verdict of
        ``dossier.replay.history_verdict``), redacted (fields), comment_items.
    absent : sequence of str
        Keys that did not answer.
    unread : sequence of str
        Keys that were not asked for.
    """
    found = []
    if absent:
        keys = counted(len(absent), "key")
        verb = agreeing(len(absent), "does", "do")
        text = f"{keys} {verb} not answer; Jira says the same of deleted, hidden and unknown issues: {listed(list(absent))}."
        found.append(Finding("dossiers.absent", "06_dossiers", "exception", text, len(absent), ""))
    if unread:
        text = (
            f"The full record of {counted(len(unread), 'sampled issue')} was not read, since another sample was read: "
            f"{listed(list(unread))}. A run with --from reads them."
        )
        found.append(Finding("dossiers.unread", "06_dossiers", "limit", text, len(unread), ""))
    moved = [f"{one['key']} (now {one['now_key']})" for one in dossiers if one["key"] != one["now_key"]]
    if moved:
        text = f"{counted(len(moved), 'issue')} {agreeing(len(moved), 'answers', 'answer')} to another key: {listed(moved)}."
        found.append(Finding("dossiers.moved", "06_dossiers", "note", text, len(moved), ""))
    broken = [f"{one['key']} ({', '.join(one['breaks'])})" for one in dossiers if one["breaks"]]
    if broken:
        issues = counted(len(broken), "sampled issue")
        text = f"The history of {issues} does not lead from the creation to today: {listed(broken)}."
        found.append(Finding("dossiers.replay", "06_dossiers", "exception", text, len(broken), "sample_history"))
    silent = [str(one["key"]) for one in dossiers if one["history"] == NOTHING]
    if silent:
        text = (
            f"The history of {counted(len(silent), 'sampled issue')} holds nothing that could be compared with today, so it "
            f"shows neither that something was changed nor that nothing was: {listed(silent)}."
        )
        found.append(
            Finding("dossiers.nothing-to-compare", "06_dossiers", "limit", text, len(silent), "sample_history")
        )
    redacted = [f"{one['key']} ({', '.join(one['redacted'])})" for one in dossiers if one["redacted"]]
    if redacted:
        text = (
            f"Texts of {counted(len(redacted), 'sampled issue')} were redacted in Jira, so their history can't be compared "
            f"there: {listed(redacted)}."
        )
        found.append(Finding("dossiers.redacted", "06_dossiers", "limit", text, len(redacted), "sample_history"))
    deleted = [f"{one['key']} ({one['comment_items']:,})" for one in dossiers if one["comment_items"]]
    if deleted:
        issues = counted(len(deleted), "sampled issue")
        text = f"The history of {issues} has entries on comments, as Jira may write when one is deleted: {listed(deleted)}."
        found.append(Finding("dossiers.comments", "06_dossiers", "exception", text, len(deleted), "sample_history"))
    incomplete = [f"{one['key']}: {'; '.join(one['incomplete'])}" for one in dossiers if one["incomplete"]]
    if incomplete:
        text = f"The record of {counted(len(incomplete), 'sampled issue')} is not complete: {listed(incomplete, 5)}."
        found.append(Finding("dossiers.incomplete", "06_dossiers", "limit", text, len(incomplete), ""))
    return found


def attribute_findings(outcomes: pd.DataFrame, rates: pd.DataFrame, untested: Sequence[str]) -> list[Finding]:
    """Say which attributes the sample, and the population as far as it was tested, do not bear out.

    Parameters
    ----------
    outcomes : DataFrame
        ``attributes.csv``.
    rates : DataFrame
        ``attribute_rates.csv``.
    untested : sequence of str
        Attributes that the data pulled for the whole population can't answer.
    """
    found = []
    for name, group in outcomes.groupby("attribute", sort=True):
        for outcome in ("exception", "no evidence"):
            keys = list(group.loc[group["outcome"] == outcome, "key"])
            if keys:
                text = f"{name}: {counted(len(keys), 'sampled issue')} {outcome_words(outcome, len(keys))}: {listed(keys)}."
                identity = f"attributes.{outcome.replace(' ', '-')}:{name}"
                found.append(Finding(identity, "06_dossiers", "exception", text, len(keys), "attributes"))
    for row in rates[rates["scope"] == "population"].itertuples():
        count = int(row.exceptions + row.no_evidence)
        if not count:
            continue
        text = (
            f"{row.attribute}: over the whole population, {counted(count, 'issue')} of {row.tested:,} tested "
            f"{agreeing(count, 'deviates', 'deviate')} ({row.exceptions:,} exceptions, {row.no_evidence:,} without evidence)."
        )
        identity = f"attributes.population:{row.attribute}"
        found.append(Finding(identity, "06_dossiers", "exception", text, count, "attribute_deviations"))
    if untested:
        text = (
            f"{counted(len(untested), 'attribute')} {agreeing(len(untested), 'was', 'were')} tested on the sample only, since it "
            f"takes what is read of single issues: {listed(list(untested))}."
        )
        found.append(Finding("attributes.sample-only", "06_dossiers", "note", text, len(untested), "attribute_rates"))
    return found


def outcome_words(outcome: str, count: int) -> str:
    """Return what an outcome says of so many issues."""
    if outcome == "exception":
        return agreeing(count, "contradicts it", "contradict it")
    return agreeing(count, "does not show it", "don't show it")


def conclude_dossiers(dossiers: Sequence[Mapping[str, Any]], rates: pd.DataFrame, *, random: bool) -> str:
    """Return the conclusion of ``06_dossiers``; columns of `rates` as in ``attribute_rates.csv``."""
    count = len(dossiers)
    if not count:
        return "No issue is sampled, so there is no record to show."
    whole = sum(not one["incomplete"] for one in dossiers)
    base = (
        f"The full record of {counted(count, 'sampled issue')} is in the package: {whole:,} complete by Jira's own counts, "
        f"{listed(_histories(dossiers))}."
    )
    mine = rates[rates["scope"] == "sample"]
    if not len(mine):
        return f"{base} No attributes are tested, since the parameters name none."
    words = []
    for row in mine.itertuples():
        deviations, tested = int(row.exceptions + row.no_evidence), int(row.tested)
        limit = f", at most {percent_up(Fraction(str(row.upper_limit)))} %" if random and tested else ""
        words.append(
            f"{row.attribute} {deviations:,} of {tested:,}{limit}" if tested else f"{row.attribute} none concerned"
        )
    if not random:
        rule = "The issues were selected, not drawn, so that no rate of the population follows"
    else:
        confidence = percent(str(next(iter(mine["confidence"].dropna()), CONFIDENCE)))
        rule = f"What the rate of the population is at most, is said at {confidence} % confidence"
    return f"{base} Deviations of the issues concerned: {'; '.join(words)}. {rule}."


def _histories(dossiers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Count the histories by what they show; the first count stands even where it is none."""
    counts = {verdict: sum(one["history"] == verdict for one in dossiers) for verdict in (CLOSES, BREAKS, NOTHING)}
    parts = [f"{counts[CLOSES]:,} with a history that leads from the creation to today"]
    parts += [f"{counts[BREAKS]:,} with one that does not"] if counts[BREAKS] else []
    parts += [f"{counts[NOTHING]:,} with nothing in it to compare"] if counts[NOTHING] else []
    return parts


# 09_summary


def conclude_summary(findings: pd.DataFrame) -> str:
    """Return the conclusion of ``09_summary``."""
    counts = findings["severity"].value_counts()
    exceptions, limits = int(counts.get("exception", 0)), int(counts.get("limit", 0))
    stated = f"{counted(limits, 'limit')} of what this package proves {agreeing(limits, 'is', 'are')} stated"
    if exceptions == 0:
        return f"Nothing found needs an answer; {stated}."
    return f"{counted(exceptions, 'finding')} {agreeing(exceptions, 'needs', 'need')} an answer; {stated}."


DOSSIER_LIMITS: Final = (
    "Of a deleted comment Jira shows a history entry at most, and promises none; of an edited one it keeps the last text only.",
    (
        "A comment or worklog that is restricted to a group or role is left out, without a word, for an account that does not "
        "belong to it; administrators are no exception."
    ),
    "A person with sufficient rights can change Jira before it is asked; this package shows what Jira answered, and when.",
)
"""What the full record of an issue can't prove."""

LIMITS: Final = (
    (
        "Jira gives the same answer for an issue that was deleted, one that this account may not see and a number that was "
        "never allocated. Where no other record tells them apart, the number is called unexplained."
    ),
    (
        "The highest number that a project ever gave out can't be asked for: numbers above the highest one that answers or "
        "that a record names would not be noticed."
    ),
    "An issue that a security level or an archived project hides from the account is not in the population.",
    "Jira's own count is an estimate on Cloud; the proof of completeness is two passes that agree issue by issue.",
    *DOSSIER_LIMITS,
)
"""What no package of this version can prove; shown on the cover and in 09_summary."""

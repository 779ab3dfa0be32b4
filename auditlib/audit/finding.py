"""What the tables show, in words: a question, a conclusion and the findings of each notebook. Pure.

Severity says what a reader has to do: ``exception`` asks for an answer, ``limit`` says what can't be proved, ``note`` is
for knowledge. There are no scores.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.audit.numbering.gaps import CLASSES, Numbering
from auditlib.audit.sampling.draw import plan_words, says_nothing
from auditlib.audit.status import closing, distribution
from auditlib.phrases import Claim, agreeing, counted, days, listed, number_runs, percent, percent_up, share
from auditlib.records.grants import GLOBAL, more_than_read
from auditlib.records.history import BREAKS, CLOSES, NOTHING
from auditlib.records.issues import person_name
from auditlib.records.names import NO_NAMES, Called
from auditlib.records.state import (
    BEGINS_EARLIER,
    BEGINS_LATER,
    BROKEN_AFTER,
    BROKEN_BEFORE,
    COMPLETE,
    IN_PART,
    NOT_READ,
    NOT_READABLE,
    NOTHING_TO_COMPARE,
)
from auditlib.tables import Column, Table
from auditlib.times import Period

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


FINDINGS: Final = Table(
    "findings",
    "Every finding, with the notebook that shows it and the table that lists its cases.",
    (
        Column("id", "text", "Name of the finding."),
        Column("notebook", "text", "The notebook that shows it."),
        Column("severity", "text", "How much it matters."),
        Column("statement", "text", "What was found, in one sentence."),
        Column("count", "integer", "How many it concerns."),
        Column("table", "text", "The table that lists them."),
    ),
    further=(
        Column(
            "cause",
            "text",
            "What it comes from: findings of one cause, such as one in each project, want one answer.",
        ),
    ),
)


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

    @property
    def cause(self) -> str:
        """What it comes from; findings of one cause, such as one in each project, want one answer."""
        kind, _, of = self.id.partition(":")
        if kind in _OF_ATTRIBUTES:
            return f"deviations from “{of}”"
        return _CAUSES.get(kind, kind.replace(".", ": ").replace("-", " "))


_OF_ATTRIBUTES: Final = ("attributes.population", "attributes.exception", "attributes.no-evidence")
_CAUSES: Final[Mapping[str, str]] = {
    "scope.not-live": "projects that are not live",
    "scope.interim": "the period was not over",
    "scope.powers": "what the account may do",
    "scope.powers-untold": "what the account may do",
    "scope.security": "issue security",
    "scope.security-untold": "issue security",
    "scope.filter": "the filter of the population",
    "scope.unused-parameters": "parameters that are not acted on",
    "scope.folder": "what the files lack",
    "population.difference": "passes that differ",
    "population.count": "Jira's own count",
    "population.count-untold": "Jira's own count",
    "population.moved-out": "issues that moved out of the listed projects",
    "population.issue-type": "issues out of scope",
    "population.filter": "issues out of scope",
    "numbering.unexplained": "numbers that nothing explains",
    "numbering.existed": "numbers that a record names and that do not answer",
    "numbering.deleted": "deleted issues",
    "numbering.deletions": "deleted issues",
    "numbering.moved": "moved issues",
    "numbering.order": "issues created out of order",
    "numbering.log": "reach of the audit log",
    "numbering.contradicted": "deletions that the log records of issues that answer",
    "numbering.unlisted": "issues that no search lists",
    "status.later": "changes after the period",
    "status.history": "histories with a change missing",
    "status.history-before": "histories with a change missing",
    "status.history-earlier": "histories older than their issue",
    "status.history-unread": "histories that were not given",
    "status.history-in-part": "histories that were not given",
    "status.history-later": "histories that begin later than their issue",
    "status.history-none": "histories that hold nothing to compare",
    "status.no-history": "histories that hold nothing to compare",
    "closing.no-resolution": "closed issues without a resolution",
    "closing.not-accepted": "resolutions that are not accepted",
    "closing.test-issue": "test issues",
    "closing.unused-names": "accepted resolutions that nobody uses",
    "closing.no-category": "statuses without a category",
    "closing.resolved-not-done": "issues with a resolution that are not done",
    "sample.all": "size of the sample",
    "sample.extended": "size of the sample",
    "sample.replaced": "sampled issues that were replaced",
    "sample.changed": "sampled issues that changed since",
    "dossiers.absent": "sampled issues that do not answer",
    "dossiers.unread": "sampled issues that were not read",
    "dossiers.moved": "moved issues",
    "dossiers.replay": "histories with a change missing",
    "dossiers.no-history": "histories that hold nothing to compare",
    "dossiers.nothing-to-compare": "histories that hold nothing to compare",
    "dossiers.redacted": "redacted texts",
    "dossiers.comments": "deleted comments",
    "dossiers.incomplete": "records that are not complete",
    "attributes.sample-only": "attributes that only the sample was asked",
}

BANNERS: Final = ("scope.not-live", "scope.interim", "scope.folder", "status.no-history", "dossiers.no-history")
"""Findings that concern all of a package: its cover says them first."""


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return ``findings.csv``: by notebook, the gravest first; of an attribute, the population before the sample."""
    return FINDINGS.make((*astuple(one), one.cause) for one in sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[str, int, str, bool, str]:
    kind, _, of = finding.id.partition(":")
    subject = f"attributes:{of}" if kind in _OF_ATTRIBUTES else finding.id
    return (
        finding.notebook, SEVERITIES.index(finding.severity), subject, kind != "attributes.population", finding.id
    )  # fmt: skip


# 01_scope


def scope_findings(
    *,
    interim_until: str | None,
    powers: pd.DataFrame,
    security_levels: Mapping[str, int | None],
    filter_record: Mapping[str, Any] | None,
    unused: Sequence[str],
    lacks: Sequence[str] = (),
    not_live: Mapping[str, str] = MappingProxyType({}),
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
    lacks : sequence of str
        What recorded issues lack that were served in place of a Jira; none for a Jira.
    not_live : mapping of str to str
        Projects that are archived or in the trash, with that word.
    """
    found = []
    if not_live:
        text = f"{_not_live_in_words(not_live)} Restore what is in scope and run again, or say why it is not."
        found.append(Finding("scope.not-live", "01_scope", "limit", text, len(not_live), ""))
    if lacks:
        found.append(Finding("scope.folder", "01_scope", "limit", f"{'. '.join(lacks)}.", len(lacks), ""))
    if interim_until is not None:
        text = f"This is an interim run: the period was not over when Jira was asked ({interim_until})."
        found.append(Finding("scope.interim", "01_scope", "limit", text, 1, ""))
    if strong := _powers_in_words(powers):
        text = f"The account that asked can do more than read: {'; '.join(strong)}. The workbook sent reading requests only."
        found.append(Finding("scope.powers", "01_scope", "note", text, len(strong), ""))
    silent = sorted(set(security_levels) - set(powers["project"]))
    if silent:
        text = (
            f"{listed(silent)} {agreeing(len(silent), 'answers', 'answer')}, but Jira does not tell what the account may do "
            "there. Whether it can do more than read is not shown."
        )
        found.append(Finding("scope.powers-untold", "01_scope", "limit", text, len(silent), ""))
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
        owner = person_name(filter_record.get("owner")) or "nobody"
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


def _powers_in_words(powers: pd.DataFrame) -> list[str]:
    """Return what the account can do beyond reading, the strongest first, each with its projects."""
    held = powers[powers["have"].astype(bool)]
    where = {str(name): sorted(set(group["project"])) for name, group in held.groupby("permission")}
    return [
        f"{name} {'of the whole Jira' if name in GLOBAL else f'in {listed(where[name])}'}"
        for name in more_than_read(where)
    ]


def _not_live_in_words(not_live: Mapping[str, str]) -> str:
    """Say what an archived project means for its listing."""
    named = listed([f"{project} is {state}" for project, state in sorted(not_live.items())])
    return f"{named}: Jira's search may leave issues of such a project out, so that its listing is not shown to be complete."


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

_LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "issue type": ("is of a type that is not in scope", "are of a type that is not in scope"),
    "filter": (
        "is left out by the JQL or filter of the parameters",
        "are left out by the JQL or filter of the parameters",
    ),
    "moved out": (
        "was created in the period under a listed project's key and now stands in a project that is not listed",
        "were created in the period under a listed project's key and now stand in a project that is not listed",
    ),
}
"""Predicates of one excluded issue and of several, by the reason."""


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
        if pd.isna(row.jira_count):
            text = (
                f"{row.project}: Jira refused to count the widened query for this account; the two passes stand alone."
            )
            found.append(
                Finding(f"population.count-untold:{row.project}", "02_population", "limit", text, 1, "reconciliation")
            )
        elif row.jira_count != row.first_pass:
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
    for reason, (one, many) in _LEFT_OUT.items():
        count = int((excluded["reason"] == reason).sum())
        if count:
            text = f"{counted(count, 'issue')} {agreeing(count, one, many)}."
            severity = "exception" if reason == "moved out" else "note"
            identity = f"population.{reason.replace(' ', '-')}"
            found.append(Finding(identity, "02_population", severity, text, count, "excluded"))
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


def conclude_population(
    period: Period,
    population: pd.DataFrame,
    reconciliation: pd.DataFrame,
    not_live: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the conclusion of ``02_population``; `not_live` as in `scope_findings`."""
    in_period = int(reconciliation["in_period"].sum())
    left_out = int(reconciliation["excluded_by_type"].sum() + reconciliation["excluded_by_filter"].sum())
    difference = int(reconciliation["difference"].sum())
    reconciled = (
        "The two passes reconcile to a difference of 0."
        if difference == 0
        else f"The two passes do not reconcile: the difference is {difference:,}."
    )
    scope = f", less {counted(left_out, 'issue')} out of scope" if left_out else ""
    left = f" {_not_live_in_words(not_live)}" if not_live else ""
    if not len(population):
        found = f"{counted(in_period, 'issue')} {agreeing(in_period, 'was', 'were')} created in the period{scope}"
        where = f"in {counted(len(reconciliation), 'project')}, {days(period)}"
        return f"The population is empty: {where}, {found}. {reconciled}{left}"
    return (
        f"The population is {counted(len(population), 'issue')} of {counted(len(reconciliation), 'project')}, created "
        f"{days(period)}: {counted(in_period, 'issue')} in the period{scope}. {reconciled}{left}"
    )


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


@dataclass(frozen=True)
class RangeSums:
    """How the numbers that answer and the population belong together.

    Attributes
    ----------
    in_population : int
        Numbers of the range whose issue is in the population.
    left_out : int
        Numbers of the range whose issue was created in the period and left out of it by type or filter.
    of_other_days : int
        Numbers of the range whose issue was created before or after the period, by Jira's date of today.
    outside : int
        Issues of the population whose number lies outside the range.
    """

    in_population: int
    left_out: int
    of_other_days: int
    outside: int


def range_sums(numberings: Iterable[Numbering], population: pd.DataFrame, excluded: pd.DataFrame) -> RangeSums:
    """Count how the numbers that answer and the population belong together.

    Parameters
    ----------
    numberings : iterable of Numbering
        One per project.
    population, excluded : DataFrame
        ``population.csv``, ``excluded.csv``.
    """
    in_range = {
        f"{one.project}-{number}"
        for one in numberings
        for number in one.present.loc[one.present["audited"], "number"].tolist()
    }
    inside, left_out = in_range & set(population["key"]), in_range & set(excluded["key"])
    return RangeSums(
        len(inside), len(left_out), len(in_range) - len(inside) - len(left_out), len(population) - len(inside)
    )


def sums_in_words(sums: RangeSums) -> str:
    """Say how the numbers that answer add up, and the population."""
    present = sums.in_population + sums.left_out + sums.of_other_days
    parts = [f"{sums.in_population:,} {agreeing(sums.in_population, 'belongs', 'belong')} to the population"]
    if sums.left_out:
        parts.append(f"{sums.left_out:,} to issues left out of it by type or filter")
    if sums.of_other_days:
        parts.append(
            f"{sums.of_other_days:,} to issues that were created on days outside of the period (moved in, or entered under "
            "another date)"
        )
    that = agreeing(present, "number that answers", "numbers that answer")
    text = f"Of {present:,} {that}, {listed(parts)}" if present else "No number answers"
    if sums.outside:
        have = agreeing(sums.outside, "issue of the population has", "issues of the population have")
        text += f"; {sums.outside:,} more {have} a number outside of the range"
    return f"{text}."


def sums(reconciliation: pd.DataFrame, numbering: pd.DataFrame, held: RangeSums) -> list[str]:
    """Say how the headline figures of a package add up.

    Parameters
    ----------
    reconciliation, numbering : DataFrame
        ``reconciliation.csv``, ``numbering.csv``.
    held : RangeSums
        How the numbers that answer and the population belong together.
    """

    def total(frame: pd.DataFrame, name: str) -> int:
        return int(frame[name].sum())

    by_type, by_filter = total(reconciliation, "excluded_by_type"), total(reconciliation, "excluded_by_filter")
    moved_out, parts = total(reconciliation, "moved_out"), [f"{total(numbering, name):,} {name}" for name in CLASSES]
    population = (
        f"The population of {counted(total(reconciliation, 'population'), 'issue')} is the "
        f"{total(reconciliation, 'in_period'):,} that the first pass found in the period less {by_type + by_filter:,} left out."
    )
    if by_type + by_filter + moved_out:
        population += (
            f" Excluded are {by_type + by_filter + moved_out:,}: {by_type:,} by type, {by_filter:,} by filter and {moved_out:,} "
            "that moved out of the listed projects, which no pass lists."
        )
    numbers = (
        f"Of {counted(total(numbering, 'numbers'), 'number')} in the range, {total(numbering, 'present'):,} are present"
    )
    missing = f" and {total(numbering, 'missing'):,} missing: {listed(parts)}."
    return [population, *([f"{numbers}{missing} {sums_in_words(held)}"] if total(numbering, "numbers") else [])]


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


def period_in_words(gaps: pd.DataFrame) -> str:
    """Say how many of the missing numbers fall into the period, as far as the issues beside them tell.

    That a number falls into the period does not say that it was ever given out.

    Parameters
    ----------
    gaps : DataFrame
        Rows of ``gaps.csv``, at least one.
    """
    total = len(gaps)
    inside, outside, unknown = (int((gaps["in_period"] == name).sum()) for name in ("yes", "no", "unknown"))
    for count, words in ((inside, "into the period"), (outside, "outside of the period")):
        if count == total:
            return f"{'It falls' if total == 1 else 'All fall'} {words}, by the issues beside {agreeing(total, 'it', 'them')}."
    if unknown == total:
        return f"Whether {agreeing(total, 'it falls', 'they fall')} into the period is not known."
    parts = [f"{inside:,} {agreeing(inside, 'falls', 'fall')} into the period"]
    parts += [f"{outside:,} outside of it"] if outside else []
    known = f"{listed(parts)}, by the issues beside them"
    return f"{known}." if not unknown else f"{known}; of {unknown:,} that is not known."


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


def runs_in_words(project: str, numbers: Iterable[int], most: int = 6) -> str:
    """Return numbers of one class as runs, the longest first: ``PAY-10 to 12 (3) and PAY-7``."""
    runs = number_runs(numbers)
    shown = [
        f"{project}-{low}" if low == high else f"{project}-{low} to {high} ({high - low + 1:,})"
        for low, high in runs[:most]
    ]
    left = sum(high - low + 1 for low, high in runs[most:])
    return listed([*shown, counted(left, "more")[:-1] if left > 1 else "1 more"] if left else shown, most + 1)


def conclude_numbering(
    numbering: pd.DataFrame, gaps: pd.DataFrame, sums: RangeSums, not_live: Mapping[str, str] = MappingProxyType({})
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
    """
    left = f" {_not_live_in_words(not_live)}" if not_live else ""
    numbers, present = int(numbering["numbers"].sum()), int(numbering["present"].sum())
    missing = int(numbering["missing"].sum())
    if numbers == 0:
        return f"No project has a number that the period has to account for.{left}"
    held = sums_in_words(sums)
    if missing == 0:
        answer = agreeing(numbers, "this one answers under its own key", "all answer under their own key")
        return f"Of {counted(numbers, 'number')} in the range, {answer}: none is missing. {held}{left}"
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


def unread_times_findings(population: pd.DataFrame) -> list[Finding]:
    """Name the issues with a time, other than that of the creation, that can't be read: their cell is empty."""
    unread = population[population["unread_times"].notna()]
    if not len(unread):
        return []
    shown = [f"{row.key} ({row.unread_times})" for row in unread.itertuples()]
    text = (
        f"Jira gave {counted(len(unread), 'issue')} a time that can't be read, whose cell stays empty: {listed(shown)}."
    )
    return [Finding("population.unread-times", "02_population", "limit", text, len(unread), "population")]


# 04_status


def status_findings(population: pd.DataFrame) -> list[Finding]:
    """Say what of the states a reader must know; `history_findings` says what of the histories."""
    count = len(distribution.changed_later(population))
    if not count:
        return []
    text = (
        f"{counted(count, 'issue')} changed status or resolution between the period's end and the day Jira was asked."
    )
    return [Finding("status.later", "04_status", "note", text, count, "population")]


@dataclass(frozen=True)
class Histories:
    """How far the histories of the population lead; the first four add up to it.

    Attributes
    ----------
    closes : int
        Issues whose every change of status and resolution fits the next, from the creation to today.
    broken : int
        Issues with changes that do not fit, can't be put in order, are older than the issue, or begin when it was closed.
    silent : int
        Issues without any change of status or resolution: there is nothing to compare.
    unread : int
        Issues whose history Jira did not give, or not whole.
    done_unproved : int
        Issues said to be done at the period's end only since they are so today: no change tells of it.
    """

    closes: int
    broken: int
    silent: int
    unread: int
    done_unproved: int


def count_histories(population: pd.DataFrame, states: pd.DataFrame, categories: Mapping[str, str]) -> Histories:
    """Count how far the histories of the population lead.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``, with ids where they are known.
    states : DataFrame
        From ``history.as_of_steps``, with at least the population's ids.
    categories : mapping of str to str
        As in ``status.status_table``.
    """
    mine = states.set_index("id").reindex(population["id"])
    unread, silent = mine["history"].isin([NOT_READ, IN_PART]), _are_silent(mine)
    closes = mine["history"].eq(COMPLETE)
    done = distribution.categories_then(population, categories).eq("done").to_numpy()
    return Histories(
        closes=int(closes.sum()),
        broken=len(mine) - int((closes | silent | unread).sum()),
        silent=int(silent.sum()),
        unread=int(unread.sum()),
        done_unproved=int((silent.to_numpy() & done).sum()),
    )


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
                issues=counted(len(keys), "issue"),
                keys=listed(keys),
                have=agreeing(len(keys), "has", "have"),
                their=agreeing(len(keys), "its", "their"),
                stays=agreeing(len(keys), "state at the period's end is", "states at the period's end are"),
            )
            found.append(Finding(identity, "04_status", "exception", text, len(keys), "population"))
    keys = list(population.loc[mine["history"].eq(IN_PART).to_numpy(), "key"])
    if keys:
        text = (
            f"Of the history of {counted(len(keys), 'issue')} Jira gave only a part that can be read ({listed(keys)}); "
            f"{agreeing(len(keys), 'its', 'their')} state at the period's end is not proved and stays empty."
        )
        found.append(Finding("status.history-in-part", "04_status", "limit", text, len(keys), "population"))
    return [*found, *_silent_histories(population, mine, ends), *_late_histories(population, mine, ends)]


def _are_silent(states: pd.DataFrame) -> pd.Series:
    """Say which histories were read whole and hold no change of status or resolution, of open and of closed issues."""
    return states["changes"].eq(0) & states["history"].isin([NOTHING_TO_COMPARE, BEGINS_LATER])


def _silent_histories(population: pd.DataFrame, mine: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say how many histories hold nothing to compare; where all do, nothing that rests on histories is shown."""
    silent = _are_silent(mine)
    count, total = int(silent.sum()), len(population)
    if not count:
        return []
    closed = silent & mine["history"].eq(BEGINS_LATER)
    every = count == total
    which = (
        "The only issue has" if every and total == 1 else f"None of {total:,} issues has" if every
        else f"{count:,} of {counted(total, 'issue')} {agreeing(count, 'has', 'have')}"
    )  # fmt: skip
    text = (
        f"{which} {'a' if every and total > 1 else 'no'} change of status or resolution in "
        f"{agreeing(1 if every else count, 'its', 'their')} history. So there is nothing to compare, and a change that "
        "was taken out would not be seen; the state at the period's end rests on what Jira shows today."
    )
    if closed.any():
        shut = int(closed.sum())
        who = "It is" if total == 1 else f"{shut:,} of them {agreeing(shut, 'is', 'are')}"
        text += (
            f" {who} closed or resolved all the same, as after an import; of Jira's own date of the resolution: "
            f"{_dated(population, mine, closed, ends)}."
        )
    identity = "status.no-history" if every else "status.history-none"
    return [Finding(identity, "04_status", "limit", text, count, "population")]


def _late_histories(population: pd.DataFrame, mine: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say how many histories begin when the issue was closed already."""
    later = mine["history"].eq(BEGINS_LATER) & mine["changes"].gt(0)
    count = int(later.sum())
    if not count:
        return []
    text = (
        f"For {count:,} of {counted(len(population), 'issue')} the history begins later than the issue: closed or resolved at "
        f"the first entry already, or today, with no entry that shows how that came to be, as after an import. "
        f"{agreeing(count, 'Its', 'Their')} state at the period's end rests on what Jira shows today. Of Jira's own date of the "
        f"resolution: {_dated(population, mine, later, ends)}."
    )
    return [Finding("status.history-later", "04_status", "limit", text, count, "population")]


def _dated(population: pd.DataFrame, mine: pd.DataFrame, rows: pd.Series, ends: datetime) -> str:
    """Say of issues that no entry shows to be closed where Jira's own date of their resolution lies."""
    closes, count = mine["closes"].astype(bool), int(rows.sum())
    dated = int((rows & closes & population["resolved"].lt(pd.Timestamp(ends))).sum())
    since = int((rows & ~closes).sum())
    parts = [f"it lies before the period's end for {dated:,}"] if dated else []
    if since:
        parts.append(f"after it for {since:,}, shown as unresolved then, and where no entry tells the status, in none")
    if count > dated + since:
        parts.append(f"{count - dated - since:,} {agreeing(count - dated - since, 'has', 'have')} none")
    return listed(parts)


_HISTORY_EXCEPTIONS: Final = (
    (
        BROKEN_AFTER,
        "status.history",
        (
            "For {issues} the history does not lead from today's state back to the period's end without a break ({keys}); "
            "{their} {stays} as far as it leads."
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
        NOT_READABLE,
        "status.history-unreadable",
        (
            "For {issues} the time or id of a change of status or resolution can't be read ({keys}); their state at the "
            "period's end is not known and stays empty."
        ),
    ),
    (
        NOT_READ,
        "status.history-unread",
        "For {issues} Jira gave no history ({keys}); {their} {stays} not known and left empty.",
    ),
)


def closing_findings(
    population: pd.DataFrame,
    closing_table: pd.DataFrame,
    closing_resolutions: Collection[str],
    called: Called = NO_NAMES,
) -> list[Finding]:
    """Say which closed issues are to question, and what may be wrong with the question.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
    closing_table : DataFrame
        ``closing.csv``.
    closing_resolutions : collection of str
        As in the parameters; empty accepts any.
    called : Called
        What resolutions are and were called.
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
    unused = closing.unused_resolutions(population, closing_resolutions, called)
    if unused:
        there = [name for name, _ in _frequent(population["resolution"].dropna())]
        text = (
            f"closing_resolutions names {listed(unused)}, which no issue of the population has, under this name or one that "
            f"it had before. The population has {listed(there) or 'no resolution at all'}."
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
    twice = len(closing_table) - questioned
    counted_twice = f"; {twice:,} of them for two of these reasons" if twice else ""
    return (
        f"Of {counted(total, 'closed issue')}, {questioned:,} {agreeing(questioned, 'is', 'are')} to question: "
        f"{listed(parts)}{counted_twice}{told}."
    )


def conclude_status(population: pd.DataFrame, categories: Mapping[str, str], histories: Histories) -> str:
    """Return the conclusion of ``04_status``.

    Parameters
    ----------
    population : DataFrame
        ``population.csv``, with ids where they are known.
    categories : mapping of str to str
        As in ``status.status_table``.
    histories : Histories
        How far the histories lead.
    """
    total = len(population)
    if total == 0:
        return "The population is empty, so there is no state to show."
    done_then = int(distribution.categories_then(population, categories).eq("done").sum())
    done_now = int(population["status_category"].eq("done").sum())
    were = agreeing(done_now, "was", "were")
    now = f"Of {counted(total, 'issue')}, {done_now:,} ({share(done_now, total)}) {were} done when Jira was asked"
    led = histories_in_words(histories.closes, histories.broken, histories.silent, histories.unread)
    if histories.silent == total:
        none = "none holds a change of status or resolution"
        return f"{now}. How many were done at the end of the period no history tells: {none}."
    unproved = histories.done_unproved
    by_today = (
        f"; of the latter, {unproved:,} {agreeing(unproved, 'counts', 'count')} as done only since Jira shows "
        f"{agreeing(unproved, 'it', 'them')} so today" if unproved else ""
    )  # fmt: skip
    return f"{now} and {done_then:,} ({share(done_then, total)}) at the end of the period{by_today}. {led}."


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
    were = agreeing(len(sample), "was", "were")
    if seed is None:
        return (
            f"{counted(len(sample), 'issue')} of a population of {total:,} {were} selected by the auditor. A selection is no "
            "random draw: no rate for the population follows from it."
        )
    if not len(sample):
        return f"No issue is drawn ({reason}; the seed is “{seed}”)."
    by = f", spread over {' and '.join(strata)}" if strata else ""
    tested = int((sample["replaced"] == "").sum())
    shows = f" {plan_words(tested, confidence)}." if tested else ""
    if tested == total:
        shows = " It is the whole population, so that what is found in it is exact."
    return (
        f"{counted(len(sample), 'issue')} of a population of {total:,} {were} drawn at random{by} with the seed “{seed}” "
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
    return [*found, *_replay_findings(dossiers), *_part_findings(dossiers)]


def _replay_findings(dossiers: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say which histories do not lead to today, and which hold nothing by which that could be told."""
    found = []
    broken = [f"{one['key']} ({', '.join(one['breaks'])})" for one in dossiers if one["breaks"]]
    if broken:
        does = agreeing(len(broken), "does", "do")
        text = (
            f"{counted(len(broken), 'history', 'histories')} of {counted(len(dossiers), 'sampled issue')} {does} not lead from "
            f"the creation to today: {listed(broken)}."
        )
        found.append(Finding("dossiers.replay", "06_dossiers", "exception", text, len(broken), "sample_history"))
    silent = [str(one["key"]) for one in dossiers if one["history"] == NOTHING]
    if silent:
        every = len(silent) == len(dossiers)
        which = "" if every else f": {listed(silent)}"
        text = (
            f"{len(silent):,} of {counted(len(dossiers), 'sampled issue')} {agreeing(len(silent), 'has', 'have')} no history "
            f"that could be compared with today's values, so that a change taken out of it would not be seen{which}."
        )
        identity = "dossiers.no-history" if every else "dossiers.nothing-to-compare"
        found.append(Finding(identity, "06_dossiers", "limit", text, len(silent), ""))
    redacted = [f"{one['key']} ({', '.join(one['redacted'])})" for one in dossiers if one["redacted"]]
    if redacted:
        text = (
            f"Texts of {counted(len(redacted), 'sampled issue')} were redacted in Jira, so their history can't be compared "
            f"there: {listed(redacted)}."
        )
        found.append(Finding("dossiers.redacted", "06_dossiers", "limit", text, len(redacted), "sample_history"))
    return found


def _part_findings(dossiers: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say which records lack a part, or tell of one that is gone."""
    found = []
    deleted = [f"{one['key']} ({one['comment_items']:,})" for one in dossiers if one["comment_items"]]
    if deleted:
        issues = counted(len(deleted), "sampled issue")
        text = f"The history of {issues} has entries on comments, as Jira may write when one is deleted: {listed(deleted)}."
        found.append(Finding("dossiers.comments", "06_dossiers", "exception", text, len(deleted), "sample_history"))
    incomplete = [one for one in dossiers if one["incomplete"]]
    if incomplete:
        of = f"{len(incomplete):,} of {counted(len(dossiers), 'record')} {agreeing(len(incomplete), 'is', 'are')}"
        text = f"{of} not complete. {_lacking(incomplete)}."
        found.append(Finding("dossiers.incomplete", "06_dossiers", "limit", text, len(incomplete), ""))
    return found


def _lacking(dossiers: Sequence[Mapping[str, Any]], most: int = 12) -> str:
    """Say what records lack, what several lack in the same words once."""
    lack: dict[str, list[str]] = {}
    for one in dossiers:
        for note in one["incomplete"]:
            lack.setdefault(str(note).rstrip("."), []).append(str(one["key"]))
    notes = sorted(lack.items(), key=lambda part: -len(part[1]))
    shown = [f"{listed(keys, 4)}: {note}" for note, keys in notes[:most]]
    left = len(notes) - most
    return ". ".join([*shown, *([f"What else is lacking ({left:,} more) is said in each record"] if left > 0 else [])])


def attribute_findings(
    outcomes: pd.DataFrame, rates: pd.DataFrame, untested: Sequence[str], claims: Mapping[str, Claim]
) -> list[Finding]:
    """Say which attributes the population, as far as it was tested, and the sample do not bear out.

    Parameters
    ----------
    outcomes : DataFrame
        ``attributes.csv``.
    rates : DataFrame
        ``attribute_rates.csv``.
    untested : sequence of str
        Attributes that the data pulled for the whole population can't answer.
    claims : mapping of str to Claim
        By attribute, what is said of issues that deviate from it.
    """
    found = []
    for row in rates[rates["scope"] == "population"].itertuples():
        count = int(row.exceptions + row.no_evidence)
        if count:
            text = f"{_deviations(claims[row.attribute], row)}."
            identity = f"attributes.population:{row.attribute}"
            found.append(Finding(identity, "06_dossiers", "exception", text, count, "attribute_deviations"))
    sampled = {str(row.attribute): int(row.tested) for row in rates[rates["scope"] == "sample"].itertuples()}
    for name, group in outcomes.groupby("attribute", sort=True):
        claim = claims[str(name)]
        for outcome, words in (("exception", claim.contradicts), ("no evidence", claim.shows_nothing)):
            keys = list(group.loc[group["outcome"] == outcome, "key"])
            if keys:
                of = f"{len(keys):,} of {counted(sampled[str(name)], 'sampled issue')} that “{name}” concerns"
                text = f"{of} {words(len(keys))}: {listed(keys)}."
                identity = f"attributes.{outcome.replace(' ', '-')}:{name}"
                found.append(Finding(identity, "06_dossiers", "exception", text, len(keys), "attributes"))
    if untested:
        text = (
            f"{counted(len(untested), 'attribute')} {agreeing(len(untested), 'was', 'were')} tested on the sample only, since "
            f"{agreeing(len(untested), 'it takes', 'they take')} what is read of single issues: {listed(list(untested))}."
        )
        found.append(Finding("attributes.sample-only", "06_dossiers", "note", text, len(untested), "attribute_rates"))
    return found


def _deviations(claim: Claim, row: Any) -> str:
    """Say how many of the issues concerned deviate, and in which way: those two numbers add up to the deviations."""
    against, silent = int(row.exceptions), int(row.no_evidence)
    count, of = against + silent, f"of {counted(int(row.tested), 'issue')} that “{row.attribute}” concerns"
    if not against or not silent:
        says = claim.contradicts(against) if against else claim.shows_nothing(silent)
        return f"{count:,} {of} ({share(count, int(row.tested))}) {says}"
    return (
        f"{count:,} {of} ({share(count, int(row.tested))}) {agreeing(count, 'deviates', 'deviate')}: {against:,} "
        f"{claim.contradicts(against)}, and {silent:,} {claim.shows_nothing(silent)}"
    )


def conclude_dossiers(dossiers: Sequence[Mapping[str, Any]], rates: pd.DataFrame, *, random: bool) -> str:
    """Return the conclusion of ``06_dossiers``; columns of `rates` as in ``attribute_rates.csv``."""
    count = len(dossiers)
    if not count:
        return "No issue is sampled, so there is no record to show."
    whole = sum(not one["incomplete"] for one in dossiers)
    closes, broken, silent = (sum(one["history"] == kind for one in dossiers) for kind in (CLOSES, BREAKS, NOTHING))
    records = "full record" if count == 1 else "full records"
    base = (
        f"The {records} of {counted(count, 'sampled issue')} {agreeing(count, 'is', 'are')} in the package, {whole:,} "
        f"complete by Jira's own counts. {histories_in_words(closes, broken, silent)}."
    )
    if not len(rates):
        return f"{base} No attributes are tested, since the parameters name none."
    over = rates[(rates["scope"] == "population") & (rates["tested"] > 0)]
    mine = rates[(rates["scope"] == "sample") & ~rates["attribute"].isin(over["attribute"])]
    parts = [base]
    if len(over):
        counts = ((int(row.exceptions + row.no_evidence), int(row.tested), row.attribute) for row in over.itertuples())
        shown = [
            f"{found:,} of {tested:,} ({share(found, tested)}) {agreeing(found, 'deviates', 'deviate')} from “{name}”"
            for found, tested, name in counts
        ]
        parts.append(f"Of all issues of the population that an attribute concerns, {listed(shown, len(shown))}.")
    concerned = mine[mine["tested"] > 0]
    if len(concerned):
        parts.append(_sampled_in_words(concerned, random=random))
    idle = [f"“{name}”" for name in mine.loc[mine["tested"] == 0, "attribute"]]
    if idle:
        parts.append(f"No {'sampled ' if random else ''}issue is concerned by {listed(idle, len(idle))}.")
    return " ".join(parts)


def _sampled_in_words(rates: pd.DataFrame, *, random: bool) -> str:
    """Say what the sample shows of attributes that it alone was asked."""
    shown = []
    for row in rates.itertuples():
        deviations, tested = int(row.exceptions + row.no_evidence), int(row.tested)
        said = f"{deviations:,} of {tested:,} {agreeing(deviations, 'deviates', 'deviate')} from “{row.attribute}”"
        if random and not pd.isna(row.upper_limit):
            confidence = str(row.confidence)
            if says_nothing(tested, confidence, None if pd.isna(row.tolerable_rate) else str(row.tolerable_rate)):
                said += ", too few to say anything of the population"
            else:
                said += f", {_limit_in_words(Fraction(str(row.upper_limit)), confidence)}"
        shown.append(said)
    text = f"Of the {'sampled ' if random else ''}issues that an attribute concerns, {'; '.join(shown)}."
    return text if random else f"{text} The issues were selected, not drawn, so that no rate of the population follows."


def _limit_in_words(limit: Fraction, confidence: str) -> str:
    if limit >= 1:
        return "which sets no limit for the population"
    return f"so that at {percent(confidence)} % confidence at most {percent_up(limit)} % of the population do"


def histories_in_words(closes: int, broken: int, silent: int, unread: int = 0) -> str:
    """Say how many histories close, do not close, hold nothing to compare and were not given; no full stop.

    >>> histories_in_words(24, 1, 0)
    '24 histories lead from the creation to today, 1 does not, and 0 hold nothing to compare'
    >>> histories_in_words(0, 0, 25)
    'None of 25 histories holds anything to compare'
    """
    total = closes + broken + silent + unread
    if silent == total:
        return (
            "The history holds nothing to compare"
            if total == 1
            else f"None of {total:,} histories holds anything to compare"
        )
    refused = f", and {unread:,} {agreeing(unread, 'was', 'were')} not given, or not whole" if unread else ""
    nothing = f"{silent:,} {agreeing(silent, 'holds', 'hold')} nothing to compare"
    return (
        f"{closes:,} {agreeing(closes, 'history leads', 'histories lead')} from the creation to today, {broken:,} "
        f"{agreeing(broken, 'does', 'do')} not,{'' if unread else ' and'} {nothing}{refused}"
    )


# 09_summary


def conclude_summary(findings: pd.DataFrame) -> str:
    """Return the conclusion of ``09_summary``: what needs an answer by cause, however many findings tell of one."""
    exceptions, limits = (findings[findings["severity"] == name] for name in ("exception", "limit"))
    causes, bounds = list(dict.fromkeys(exceptions["cause"])), limits["cause"].nunique()
    stated = f"{counted(len(limits), 'limit')} of what this package proves {agreeing(len(limits), 'is', 'are')} stated"
    if len(limits) != bounds:
        stated += f" ({counted(bounds, 'cause')})"
    if not causes:
        return f"Nothing found needs an answer; {stated}."
    told = "" if len(causes) == len(exceptions) else f" (told in {counted(len(exceptions), 'finding')})"
    return (
        f"{counted(len(causes), 'cause')} {agreeing(len(causes), 'needs', 'need')} an answer{told}: "
        f"{'; '.join(causes)}. {stated[0].upper() + stated[1:]}."
    )


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
        "Jira gives the same answer for an issue that was deleted and a number that was never allocated; Jira Cloud, and some "
        "Data Centers, also for an issue that this account may not see. Where no other record tells them apart, the number is "
        "called unexplained."
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

"""What the statement on the information (IPE) says of a population: why it is reliable, and the eight particulars. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from auditlib.audit.scope.ipe import Claim, Part
from auditlib.audit.status.histories import Histories
from auditlib.phrases import agreeing, counted, listed


@dataclass(frozen=True)
class Described:
    """What is known of a population.

    Attributes
    ----------
    reconciliation, numbering : DataFrame
        The tables of these names.
    columns : sequence of str
        Those of ``population.csv``.
    kinds : mapping of str to int
        How many columns all tables have of each kind, in words.
    histories : Histories
    projects, issue_types, restrictions : sequence of str
    period, begins, ends, zone : str
        The period in words, its first instant and the first one after it, and its time zone.
    interim_until : str
        When Jira was asked, if the period was not over then; else empty.
    read : str
        From when to when Jira was read, as `auditlib.audit.scope.ipe.Reading` has it.
    source : str
        Which Jira, as which account.
    recorded : bool
        Whether issues recorded earlier were served in place of a Jira.
    ahead : str
        How far Jira's clock was ahead of the machine's that asked, ``0.2 s ahead of``; empty where Jira does not tell its time.
    estimate : bool
        Whether Jira's own count is an estimate.
    unread_times, contradictions, explained : int
        Issues with a time that can't be read; answers about which issue is which that contradict each other; missing numbers
        that only the analyst explains.
    hidden : sequence of str
        Projects in which issue security may hide issues.
    sample, records : int
        Issues sampled, and their full records.
    requests : str
        The auditor's requests in words; empty where there is no list.
    own_limits, limits : int
        Limits of this package, and of every such one.
    """

    reconciliation: pd.DataFrame
    numbering: pd.DataFrame
    columns: Sequence[str]
    kinds: Mapping[str, int]
    histories: Histories
    projects: Sequence[str]
    issue_types: Sequence[str]
    restrictions: Sequence[str]
    period: str
    begins: str
    ends: str
    zone: str
    interim_until: str
    read: str
    source: str
    recorded: bool
    ahead: str
    estimate: bool
    unread_times: int
    contradictions: int
    explained: int
    hidden: Sequence[str]
    sample: int
    records: int
    requests: str
    own_limits: int
    limits: int

    def passed(self, name: str) -> int:
        """Return the sum of a column of the reconciliation."""
        return int(self.reconciliation[name].sum())

    def numbered(self, name: str) -> int:
        """Return the sum of a column of the numbering."""
        return int(self.numbering[name].sum())


def completeness(of: Described) -> str:
    """Return the step of the way that shows whether all was received: statement, test and result, a line each."""
    return "\n".join(
        (
            "The listing was asked for twice, the second time for ids only; pages were followed to the last.",
            "Both passes are compared issue by issue, and with Jira's own count.",
            f"{_passes(of)} {_count(of)}",
        )
    )


def reliability(of: Described) -> Part:
    """Return what ISA 500.9 asks for: accurate, complete, precise, detailed enough."""
    return Part(
        "Reliable enough? (ISA 500.9)",
        (
            Claim(
                "accurate",
                "Cells are what Jira answered; what an issue was at the period's end is walked back through its history.",
                "Each history must lead from the creation to today; answers must agree about which issue is which.",
                f"{_histories(of.histories)} {_contradictions(of.contradictions)}",
            ),
            Claim(
                "complete",
                "Every issue of the scope is listed that Jira shows to this account.",
                "Two passes, compared issue by issue; every issue number in the range, in order.",
                f"{_passes(of)} {_numbers(of)}",
            ),
            Claim(
                "precise",
                "The period is cut by exact instants, not by the days of a query, which begin in other zones.",
                "The query is two days wider on both sides; each issue is held against the two instants.",
                f"{of.passed('in_period'):,} of {of.passed('first_pass'):,} issues read are of the period.",
            ),
            Claim(
                "detailed",
                f"A row an issue with {counted(len(of.columns), 'column')}; of sampled issues the full record.",
                "Against the auditor's request list, if there is one.",
                f"{of.requests or 'No request list was given'}. "
                f"{counted(of.sample, 'issue')} sampled, {counted(of.records, 'full record')}.",
            ),
        ),
    )


def particulars(of: Described) -> Part:
    """Return the eight particulars of a described data set (TSC PI1.1)."""
    return Part(
        "What the data is (TSC PI1.1)",
        (
            _population(of),
            _elements(of),
            _source(of),
            _units(of),
            _accuracy(of),
            _uncertainty(of),
            _dates(of),
            _cut(of),
        ),
    )


def _population(of: Described) -> Claim:
    return Claim(
        "population",
        f"Issues (work items) created in the period in {listed(of.projects, 12)}.",
        "Created in the period, less each exclusion, is the population: reconciliation.csv.",
        f"{of.passed('in_period'):,} − {of.passed('excluded_by_type'):,} by type − "
        f"{of.passed('excluded_by_filter'):,} by filter = {of.passed('population'):,}.",
    )


def _elements(of: Described) -> Claim:
    return Claim(
        "nature of each element",
        "A row is one issue; a cell is Jira's field of that name, or computed of it (*_at_period_end, *_utc, url).",
        "A table whose columns or kinds are others is not written.",
        f"population.csv: {len(of.columns)} columns; all tables together: {sum(of.kinds.values()):,} columns.",
    )


def _source(of: Described) -> Claim:
    return Claim(
        "source",
        "Issues recorded earlier; what they lack is told."
        if of.recorded
        else "Jira's REST API; no report, export or screen.",
        "The way below, step by step.",
        f"{of.source}.",
    )


def _units(of: Described) -> Claim:
    return Claim(
        "units of measurement",
        f"Counts of issues, numbers or records; times with their offset in {of.zone}, *_utc in UTC; rates as parts of 1.",
        "What is not of its column's kind is not written.",
        f"Columns by kind: {listed([f'{count:,} of {kind}' for kind, count in of.kinds.items()], 8)}.",
    )


def _accuracy(of: Described) -> Claim:
    unread = (
        "No time that can't be read"
        if not of.unread_times
        else f"{counted(of.unread_times, 'issue')} with a time unread"
    )
    clock = f"Jira's clock was {of.ahead} the machine's that asked" if of.ahead else "Jira did not tell its own time"
    return Claim(
        "accuracy, correctness, precision",
        "Times to the millisecond, as Jira tells them; whole numbers; rates to six decimals.",
        "A time that can't be read is an empty cell, and told; Jira's clock is compared.",
        f"{unread}. {clock}.",
    )


def _uncertainty(of: Described) -> Claim:
    hidden = f"Issues may be hidden in {listed(of.hidden, 6)}. " if of.hidden else ""
    return Claim(
        "uncertainty",
        "The population is counted, not estimated. Uncertain is what Jira does not tell, and what a sample says of the rest.",
        "Each doubt is a finding; the rate of a random sample stands beside its upper limit.",
        f"{_unexplained(of)} {hidden}{counted(of.own_limits, 'limit')} of this package, {of.limits} of every such one.",
    )


def _dates(of: Described) -> Claim:
    over = f"Interim: the period was not over at {of.interim_until}." if of.interim_until else "The period was over."
    return Claim(
        "date or period",
        f"Created {of.period}. Read {of.read}.",
        "The first instant belongs to the period, the one after it does not.",
        f"From {of.begins} up to {of.ends}. {over}",
    )


def _cut(of: Described) -> Claim:
    left, moved = of.passed("excluded_by_type") + of.passed("excluded_by_filter"), of.passed("moved_out")
    types = f"types {listed(of.issue_types, 6)}" if of.issue_types else "all types"
    narrowed = f"narrowed by {counted(len(of.restrictions), 'query', 'queries')}" if of.restrictions else "no filter"
    return Claim(
        "inclusion, exclusion",
        f"Beside the dates: the project ({len(of.projects)}), {types}, {narrowed}.",
        "Each issue left out is a row of excluded.csv, with the reason.",
        f"{left:,} left out by type or filter; {moved:,} moved to a project that is not listed.",
    )


def _passes(of: Described) -> str:
    difference, drift = of.passed("difference"), of.passed("drift")
    met = "they agree" if not difference else f"they differ by {counted(difference, 'issue')}"
    known = f"; {counted(drift, 'issue')} in one only, each explained" if drift else ""
    return f"{of.passed('first_pass'):,} and {of.passed('second_pass'):,} issues: {met}{known}."


def _count(of: Described) -> str:
    told = of.reconciliation["jira_count"]
    silent = int(told.isna().sum())
    kind = " (an estimate)" if of.estimate else ""
    if silent == len(told):
        return "Jira did not count."
    lacks = f", {counted(silent, 'project')} not counted" if silent else ""
    return f"Jira's own count: {int(told.sum()):,}{kind}{lacks}."


def _numbers(of: Described) -> str:
    numbers, missing = of.numbered("numbers"), of.numbered("missing")
    known = f"{of.numbered('moved'):,} moved, {of.numbered('deleted'):,} deleted, {_unexplained(of)}"
    return f"{numbers:,} numbers in the range: {of.numbered('present'):,} answer, {missing:,} do not: {known}"


def _unexplained(of: Described) -> str:
    named = of.numbered("existed")
    others = f", {named:,} named by a record and gone or hidden" if named else ""
    by_analyst = f" (the analyst explains {of.explained:,})" if of.explained else ""
    return f"{of.numbered('unexplained'):,} unexplained{others}{by_analyst}."


def _histories(of: Histories) -> str:
    counts = ((of.closes, "closes", "close"), (of.broken, "does not", "do not"), (of.silent, "shows", "show"))
    told = [f"{count:,} {agreeing(count, one, many)}" for count, one, many in counts]
    total = of.closes + of.broken + of.silent + of.unread
    unread = f", {of.unread:,} not given whole" if of.unread else ""
    return f"{counted(total, 'history', 'histories')}: {told[0]}, {told[1]}, {told[2]} nothing to compare{unread}."


def _contradictions(count: int) -> str:
    return "No contradiction." if not count else f"{counted(count, 'contradiction')}, told in 02_population."

"""What statuses and closings show, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.status import closing, distribution
from auditlib.audit.status.histories import Histories, histories_in_words
from auditlib.phrases import agreeing, counted, listed, share
from auditlib.records.names import NO_NAMES, Called


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

"""What management answers: beside each cause, and counted over all of a package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from auditlib.audit.answers.answered import ANSWERS, BY_CASE, OPEN, tally
from auditlib.phrases import agreeing, counted, day
from auditlib.report.cover.contents import Contents
from auditlib.text import shorten, visible_text

_COLUMNS: Final = ("finding", "case", "cause", "response", "by", "on", "severity", "state")
_LONGEST: Final = 400

NOT_ANSWERED: Final = "Open."
"""What is said of a cause of which nothing is answered."""


def by_finding(contents: Contents) -> dict[str, list[Any]]:
    """Return the rows of ``answers.csv`` by finding, the row of the whole first; none where nothing is answered yet."""
    rows = contents.table(ANSWERS.name, _COLUMNS)
    found: dict[str, list[Any]] = {}
    for row in rows.itertuples() if rows["response"].ne("").any() else ():
        found.setdefault(str(row.finding), []).append(row)
    return found


def answered_in_words(findings: Sequence[Sequence[Any]]) -> str:
    """Say how far the findings of one cause are answered: of one finding who says what, of several how many are.

    Parameters
    ----------
    findings : sequence of sequence
        The rows of each finding, as `by_finding` has them.
    """
    if not findings:
        return ""
    if len(findings) == 1:
        return _of_one(findings[0])
    done = sum(rows[0].state != OPEN for rows in findings)
    return f"{done:,} of {counted(len(findings), 'finding')} answered." if done else NOT_ANSWERED


def _of_one(rows: Sequence[Any]) -> str:
    whole, cases = rows[0], rows[1:]
    if whole.response:
        cause = f" Cause: {_shown(whole.cause)}" if whole.cause else ""
        return f"Answered by {_shown(whole.by)}, {_day(whole.on)}: {_shown(whole.response)}{cause}"
    done = sum(one.state != OPEN for one in cases)
    if whole.state == BY_CASE:
        return f"Answered case by case, {agreeing(len(cases), 'its one case', f'all {len(cases):,}')}."
    return (
        f"Open; {done:,} of {counted(len(cases), 'case')} {agreeing(done, 'is', 'are')} answered."
        if done
        else NOT_ANSWERED
    )


def _shown(text: str) -> str:
    return shorten(visible_text(text), _LONGEST)


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def answers_counted(contents: Contents) -> str:
    """Say how many exceptions and limits are answered; nothing of a package without answers."""
    rows = contents.table(ANSWERS.name, _COLUMNS)
    return f"{tally(rows).words}." if contents.has(f"tables/{ANSWERS.file}") else ""

"""What a run says at its end: the answers in a line or two each, what needs an answer by weight, and where to look. Pure.

All of it fits a screen, and every sentence is whole: where there are more causes than lines, it says how many more.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from auditlib.audit.finding import SEVERITIES
from auditlib.phrases import agreeing, counted, day
from auditlib.text import shorten, visible_text

_MARGIN: Final = 11
"""Columns of the word in front of a sentence, as on the screen of ``check``."""

_KEPT: Final = 3
"""Rows of a screen that the command line and the prompt after it take."""

_LEAST_CAUSES: Final = 3

_ABOUT: Final = {
    "complete": "Complete",
    "numbers": "Numbers",
    "controls": "Controls",
    "years": "Last year",
    "limits": "Limits",
    "histories": "Histories",
}


def heading(summary: Mapping[str, Any]) -> str:
    """Return what was audited, and over which days."""
    title, period = visible_text(str(summary["audit"])), summary.get("period")
    if not period:
        return title
    start, end = (day(date.fromisoformat(period[name])) for name in ("start", "end"))
    interim = ", not over when Jira was asked" if summary.get("interim") else ""
    return f"{title}: {start} to {end} ({period['timezone']}){interim}"


def answers(summary: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the verdict: of each sentence what it is about, its state, and itself."""
    return [
        (_ABOUT.get(one["about"], one["about"].capitalize()), one["state"], visible_text(one["sentence"]))
        for one in summary.get("verdict", ())
    ]


def open_causes(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what needs an answer, what concerns most first: how many of how many, and what it is."""
    grave = [one for one in summary.get("causes", ()) if one["severity"] == SEVERITIES[0]]
    return [
        (f"{one['count']:,}" + (f" of {one['of']:,}" if one["of"] else ""), visible_text(one["name"])) for one in grave
    ]


def closing_lines(
    summary: Mapping[str, Any],
    package: str,
    address: str,
    vouched: Sequence[tuple[str, str]] = (),
    *,
    width: int = 80,
    height: int = 24,
) -> list[str]:
    """Return the lines that a run ends with; the last is the path of the package alone.

    Parameters
    ----------
    summary : mapping
        ``summary.json``.
    package : str
        The path of the package, as it is to be told.
    address : str
        Of its cover page, ``file://…``.
    vouched : sequence of (str, str)
        What stands for the package, and what it says: a signature, a time stamp.
    width, height : int
        Of the screen.
    """
    above = [*_filled("Sealed", heading(summary), width), ""]
    for about, _, sentence in answers(summary):
        above += _filled(about, sentence, width)
    for about, sentence in vouched:
        above += _filled(about, sentence, width)
    below = [f"{'Open':<{_MARGIN}}{address}", package]
    rows = sum(max(1, -(-len(line) // width)) for line in (*above, *below))
    causes = open_causes(summary)
    if not causes:
        return [*above, "", *below]
    most = max(_LEAST_CAUSES, height - _KEPT - rows - 4)  # two empty lines, their heading, and how many more there are
    return [*above, "", *_causes(causes, width, most), "", *below]


def _filled(word: str, sentence: str, width: int) -> list[str]:
    """Return a sentence behind its word, in lines of the screen."""
    lines = textwrap.wrap(sentence, max(20, width - _MARGIN), break_long_words=False, break_on_hyphens=False)
    return [f"{word if place == 0 else '':<{_MARGIN}}{line}" for place, line in enumerate(lines or [""])]


def _causes(causes: Sequence[tuple[str, str]], width: int, most: int) -> list[str]:
    """Return a line a cause, with how many more there are."""
    shown = causes if len(causes) <= most + 1 else causes[:most]
    margin = max(_MARGIN, 2 + max(len(count) for count, _ in shown))
    lines = [f"{_need(len(causes))}:"]
    lines += [f"{count:>{margin - 2}}  {shorten(name, max(20, width - margin))}" for count, name in shown]
    more = len(causes) - len(shown)
    return [*lines, *([f"{'':<{margin}}and {more:,} more, on the cover page"] if more else [])]


def _need(causes: int) -> str:
    return f"{counted(causes, 'cause')} {agreeing(causes, 'needs', 'need')} an answer"

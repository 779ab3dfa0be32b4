"""The page of a job in a CI: what a command came to, as Markdown behind what stands in the file that GitHub Actions names.

GitHub shows the file named by ``GITHUB_STEP_SUMMARY`` on the page of the job ("Workflow commands for GitHub Actions, Adding a job
summary", docs.github.com). Others set no such variable, and nothing is written. What a Jira or a file says stands on the page as
text: none of it becomes markup, a link, a mention or a picture. A page that can't be written ends no command.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from auditlib.cli.screen import err, say
from auditlib.text import visible_text

VARIABLE: Final = "GITHUB_STEP_SUMMARY"

_TOLD: Final = frozenset({"run", "demo", "dossiers", "archive", "verify", "check"})
"""Commands of which a job's page tells."""

_MOST_LINES: Final = 300
_LONGEST_LINE: Final = 500
"""GitHub takes a megabyte of each step."""

_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_HARMLESS: Final = frozenset(",;()%")
_JOINS: Final = re.compile(r"([@#:])(?=\w)")
_APART: Final = "\u200b"
"""Without width, between a sign and a word that would be a mention, a number of a thread or an emoji together."""

_MARKS: Final = {"good": "✅", "answer": "❗", "doubt": "❔"}


def escaped(text: str) -> str:
    """Return a text of which Markdown makes nothing but this text: punctuation by its number, no line end."""
    parted = _JOINS.sub(rf"\1{_APART}", visible_text(text))
    return _PUNCTUATION.sub(lambda sign: sign[0] if sign[0] in _HARMLESS else f"&#{ord(sign[0])};", parted)


def as_shown(lines: Sequence[str]) -> str:
    """Return lines in a block that shows them as they are, whatever they hold."""
    shown = [visible_text(line)[:_LONGEST_LINE] for text in lines for line in text.splitlines() or [""]]
    if len(shown) > _MOST_LINES:
        shown = [*shown[:_MOST_LINES], f"and {len(shown) - _MOST_LINES:,} lines more"]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *shown, fence])


def of_package(summary: Mapping[str, Any], package: str) -> str:
    """Return the page of a sealed package: its verdict, and what needs an answer as a table."""
    from auditlib.run.closing import answers, heading, open_causes

    verdict = [f"- {_MARKS.get(state, '')} {escaped(sentence)}" for _, state, sentence in answers(summary)]
    causes = [f"| {count} | {escaped(name)} |" for count, name in open_causes(summary)]
    table = ["", "| cases | needs an answer |", "| ---: | --- |", *causes] if causes else []
    where = f"Sealed as {escaped(package)}. The cover page is {escaped('data/index.html')} in it."
    return "\n".join([escaped(heading(summary)), "", *verdict, *table, "", where])


def add(outcome: str, body: str) -> None:
    """Append what a command came to to the page of the job, if there is one.

    Parameters
    ----------
    outcome : str
        In a few words, for the heading.
    body : str
        Markdown, in which what others wrote is escaped.
    """
    named, command = os.environ.get(VARIABLE, ""), _command()
    if not named or command not in _TOLD:
        return
    from auditlib.files import open_plain

    try:
        with open_plain(Path(named), "ab") as page:
            page.write(f"### auditlib {command}: {escaped(outcome)}\n\n{body}\n\n".encode())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        say(err, f"the page of the job ({VARIABLE}) can't be written: {why}; all else goes on")


def _command() -> str:
    """Return the command that runs, as it was typed."""
    return next((word for word in sys.argv[1:] if not word.startswith("-")), "")

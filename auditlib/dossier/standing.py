"""Where an issue stands among those whose records were collected with it: its place, its neighbours, its outcomes. Pure.

A record is a function of Jira's answers alone but for this, which its maker is handed: the page shows it as a strip.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.audit.controls.proof import anchor_of
from auditlib.audit.controls.subject import DEVIATIONS, NOT_APPLICABLE, OUTCOMES, PASS

SINCE: Final = 4
"""The version of the tables (`evidence.schema`) from which on the page of an issue shows it, with all that came with it."""

SAMPLED: Final = "Sample"
CHOSEN: Final = "Record"
"""What one of the issues is called: one of a sample, or one that somebody chose."""

_ENTRY: Final = re.compile(r"\b(history|comment) ([0-9]{1,20})\b")


@dataclass(frozen=True)
class Mark:
    """What one attribute says of the issue.

    Attributes
    ----------
    attribute, outcome, evidence : str
        As in ``attributes.csv``.
    anchor : str
        Of the entry on the issue's page that decides, ``history-29199``; empty if none does.
    """

    attribute: str
    outcome: str
    evidence: str
    anchor: str

    @property
    def kind(self) -> str:
        """How it is coloured: good, bad or open; the words say the same."""
        return {PASS: "good"}.get(self.outcome, "bad" if self.outcome in DEVIATIONS else "open")


@dataclass(frozen=True)
class Standing:
    """An issue among those collected with it.

    Attributes
    ----------
    called : str
        What it is one of: `SAMPLED`, `CHOSEN`.
    place, of : int
        Its place, from 1, and how many there are.
    before, after : (int, str) or None
        Place and key of the neighbours that have a page; None at an end.
    marks : tuple of Mark
        The outcomes that say something, the gravest first.
    unconcerned : tuple of str
        The attributes that do not concern it.
    replaced : str
        Why it is not tested; empty if it is.
    """

    called: str
    place: int
    of: int
    before: tuple[int, str] | None = None
    after: tuple[int, str] | None = None
    marks: tuple[Mark, ...] = ()
    unconcerned: tuple[str, ...] = ()
    replaced: str = ""


def standings(
    keys: Sequence[str],
    outcomes: Iterable[tuple[str, str, str, str, int | None]],
    *,
    called: str,
    there: Collection[str],
    replaced: Mapping[str, str],
) -> dict[str, Standing]:
    """Return where each issue stands, by its key.

    Parameters
    ----------
    keys : sequence of str
        In their order; each once.
    outcomes : iterable of (key, attribute, outcome, evidence, history id)
        Rows of ``attributes.csv``; an id may be None.
    called : str
        What each is one of.
    there : collection of str
        The keys that have a page; the others are no neighbours.
    replaced : mapping of str to str
        By key, why an issue is not tested.
    """
    marks: dict[str, list[Mark]] = {key: [] for key in keys}
    for key, attribute, outcome, evidence, history_id in outcomes:
        if key in marks:
            marks[key].append(Mark(attribute, outcome, evidence, anchor_of(history_id, evidence)))
    pages = [(place, key) for place, key in enumerate(keys, 1) if key in there]
    nothing = [None]
    return {
        key: Standing(
            called,
            place,
            len(keys),
            before,
            after,
            tuple(sorted(_telling(marks[key]), key=lambda one: OUTCOMES.index(one.outcome))),
            tuple(one.attribute for one in marks[key] if one.outcome == NOT_APPLICABLE),
            replaced.get(key, ""),
        )
        for before, (place, key), after in zip([*nothing, *pages], pages, [*pages[1:], *nothing], strict=False)
    }


def _telling(marks: Iterable[Mark]) -> Iterable[Mark]:
    return (one for one in marks if one.outcome != NOT_APPLICABLE)


def entries_named(evidence: str) -> list[tuple[str, str]]:
    """Split the evidence of an outcome where it names an entry of the issue: pieces of text, each with its anchor or none.

    >>> entries_named("Assignee was empty; history 29199: resolved")
    [('Assignee was empty; ', ''), ('history 29199', 'history-29199'), (': resolved', '')]
    """
    pieces, at = [], 0
    for found in _ENTRY.finditer(evidence):
        pieces += [(evidence[at : found.start()], ""), (found[0], f"{found[1]}-{found[2]}")]
        at = found.end()
    return [piece for piece in (*pieces, (evidence[at:], "")) if piece[0]]

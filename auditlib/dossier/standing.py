"""Where an issue stands among those whose records were collected with it: its place, its neighbours, its outcomes. Pure.

A record is a function of Jira's answers alone but for this, which its maker is handed: the page shows it as a strip.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.audit.controls.proof import anchor_of
from auditlib.audit.controls.result import Result
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
    of_library : bool
        Whether it is a control of the library, as in ``controls.csv``: ``attribute`` is then what that calls it, with the round
        where the issue has several.
    """

    attribute: str
    outcome: str
    evidence: str
    anchor: str
    of_library: bool = False

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
    with_library : bool
        Whether controls of the library are tested.
    """

    called: str
    place: int
    of: int
    before: tuple[int, str] | None = None
    after: tuple[int, str] | None = None
    marks: tuple[Mark, ...] = ()
    unconcerned: tuple[str, ...] = ()
    replaced: str = ""
    with_library: bool = False

    @property
    def told(self) -> tuple[Mark, ...]:
        """The outcomes that are told one by one above the page: all but the controls of the library that it passed."""
        return tuple(one for one in self.marks if not (one.of_library and one.outcome == PASS))

    @property
    def held(self) -> tuple[str, ...]:
        """The controls of the library that it passed."""
        return tuple(one.attribute for one in self.marks if one.of_library and one.outcome == PASS)


def standings(
    keys: Sequence[str],
    outcomes: Iterable[tuple[str, str, str, str, int | None]],
    *,
    called: str,
    there: Collection[str],
    replaced: Mapping[str, str],
    controls: Iterable[Result] | None = None,
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
    controls : iterable of Result, optional
        What controls of the library say; None where none are tested.
    """
    marks: dict[str, list[Mark]] = {key: [] for key in keys}
    for key, attribute, outcome, evidence, history_id in outcomes:
        if key in marks:
            marks[key].append(Mark(attribute, outcome, evidence, anchor_of(history_id, evidence)))
    for key, mark in _of_library(controls or ()):
        if key in marks:
            marks[key].append(mark)
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
            controls is not None,
        )
        for before, (place, key), after in zip([*nothing, *pages], pages, [*pages[1:], *nothing], strict=False)
    }


def _of_library(results: Iterable[Result]) -> Iterable[tuple[str, Mark]]:
    """Yield the key of an issue and what a control says of it; where it has several rounds, each is named."""
    rounds: dict[tuple[str, str], list[Result]] = {}
    for one in results:
        rounds.setdefault((one.key, one.control), []).append(one)
    for (key, control), found in rounds.items():
        for one in found:
            called = control if len(found) == 1 or one.round is None else f"{control}, round {one.round}"
            entry = one.history_ids[-1] if one.history_ids else None
            yield key, Mark(called, one.outcome, one.evidence, anchor_of(entry, one.evidence), of_library=True)


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

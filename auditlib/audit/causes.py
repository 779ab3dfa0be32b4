"""Findings by what they come from: one row a cause, with its share of a whole, the gravest first. Pure.

Eight projects that each lack numbers are eight findings and one cause, and want one answer. The cases of a cause are those of
its first kind of finding (the population's before the sample's): cases of two kinds may be the same, and are not added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from auditlib.audit.finding import SEVERITIES
from auditlib.phrases import counted, listed

_MOST_PROJECTS: Final = 6
_HEAD: Final = re.compile(r"(?:[:;] |(?<=[.?!]) (?=[A-Z0-9]))")
_SHORTEST_HEAD: Final = 24
_LONGEST_HEAD: Final = 180

WHOLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "numbering.unexplained": ("numbers", "the range"),
    "numbering.existed": ("numbers", "the range"),
    "numbering.deleted": ("numbers", "the range"),
    "numbering.moved": ("numbers", "the range"),
    "closing.no-resolution": ("closed", "closed issues"),
    "closing.not-accepted": ("closed", "closed issues"),
    "closing.test-issue": ("closed", "closed issues"),
    "status.history": ("population", "the population"),
    "status.history-before": ("population", "the population"),
    "status.history-none": ("population", "the population"),
    "status.later": ("population", "the population"),
    "population.moved-out": ("created", "issues created"),
    "dossiers.replay": ("dossiers", "full records"),
    "dossiers.nothing-to-compare": ("dossiers", "full records"),
    "dossiers.no-history": ("dossiers", "full records"),
    "dossiers.comments": ("dossiers", "full records"),
    "dossiers.incomplete": ("dossiers", "full records"),
    "dossiers.absent": ("sample", "issues asked for"),
})  # fmt: skip
"""Of what the cases of a kind of finding are a part: its name among the figures, and in words."""

_OF_POPULATION: Final = ("attributes.population", "controls.population")
_OF_SAMPLE: Final = ("attributes.exception", "attributes.no-evidence")

_HEADLINES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "numbering.unexplained": ("number in the range is unexplained", "numbers in the range are unexplained"),
    "numbering.existed": (
        "number in the range is named by another record of Jira and does not answer",
        "numbers in the range are named by other records of Jira and do not answer",
    ),
    "numbering.deleted": (
        "number in the range belonged to an issue that Jira's log records as deleted",
        "numbers in the range belonged to issues that Jira's log records as deleted",
    ),
    "numbering.moved": (
        "number in the range answers under another key",
        "numbers in the range answer under another key",
    ),
})  # fmt: skip
"""What findings of one kind, one for each project, say together."""


@dataclass(frozen=True)
class Cause:
    """Findings that want one answer.

    Attributes
    ----------
    name : str
        As the column ``cause`` of ``findings.csv`` has it.
    severity : str
        The gravest of its findings'.
    headline : str
        A sentence, or its beginning, which ``rest`` goes on with.
    rest : str
        What the finding says further; nothing of it is left out.
    count : int
        Cases, of its first kind of finding.
    of : int or None
        Of how many; None where there is no such whole.
    whole : str
        What those are, in words.
    findings : tuple of str
        Their ids.
    notebook, table : str
        Of the first.
    """

    name: str
    severity: str
    headline: str
    rest: str
    count: int
    of: int | None
    whole: str
    findings: tuple[str, ...]
    notebook: str
    table: str

    @property
    def share(self) -> float:
        """The part of the whole; below every other where there is no whole."""
        return self.count / self.of if self.of else -1.0


def by_cause(
    findings: Iterable[Mapping[str, Any]],
    figures: Mapping[str, int],
    tested: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> list[Cause]:
    """Group findings by their cause and severity, the gravest first, then by share, then by count.

    Parameters
    ----------
    findings : iterable of mapping
        Rows of ``findings.csv``.
    figures : mapping of str to int
        How many there are of each whole that `WHOLES` names, as far as that is known.
    tested : mapping of (str, str) to int
        By attribute and scope (``population`` or ``sample``), how many issues were tested.

    Returns
    -------
    list of Cause
        A cause with findings of two severities stands once for each.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in findings:
        groups.setdefault((str(one["severity"]), str(one.get("cause") or one["id"])), []).append(one)
    severities: dict[str, set[str]] = {}
    for severity, name in groups:
        severities.setdefault(name, set()).add(severity)
    causes = [
        _cause(name, severity, group, (figures, tested), split=len(severities[name]) > 1)
        for (severity, name), group in groups.items()
    ]
    return sorted(causes, key=lambda one: (_rank(one.severity), -one.share, -one.count, one.name))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _cause(
    name: str,
    severity: str,
    group: Sequence[Mapping[str, Any]],
    wholes: tuple[Mapping[str, int], Mapping[tuple[str, str], int]],
    *,
    split: bool,
) -> Cause:
    kind = _kind(group[0])
    first = [one for one in group if _kind(one) == kind]
    others = [str(one["statement"]) for one in group if _kind(one) != kind]
    count = sum(int(one["count"]) for one in first)
    of, whole = _whole(group[0], *wholes)
    if of is not None and of < count:
        of, whole = None, ""
    headline, rest = _in_words(name, kind, first, of, split=split)
    rest = " ".join([one for one in (rest, *others) if one])
    ids = tuple(str(one["id"]) for one in group)
    lead = group[0]
    return Cause(name, severity, headline, rest, count, of, whole, ids, str(lead["notebook"]), str(lead["table"]))


def _kind(finding: Mapping[str, Any]) -> str:
    return str(finding["id"]).partition(":")[0]


def _whole(
    finding: Mapping[str, Any], figures: Mapping[str, int], tested: Mapping[tuple[str, str], int]
) -> tuple[int | None, str]:
    """Return of how many the cases of a finding are a part, and what those are."""
    kind, _, of = str(finding["id"]).partition(":")
    if kind in _OF_POPULATION:
        # A control of which no sample is drawn looks at people, quarters, workflows or records: none is an issue.
        of_issues = kind != "controls.population" or (of, "sample") in tested
        return tested.get((of, "population")), "issues concerned" if of_issues else "cases concerned"
    if kind in _OF_SAMPLE:
        return tested.get((of, "sample")), "sampled ones"
    name, words = WHOLES.get(kind, ("", ""))
    return (figures[name], words) if name in figures else (None, "")


def _in_words(
    name: str, kind: str, findings: Sequence[Mapping[str, Any]], of: int | None, *, split: bool
) -> tuple[str, str]:
    """Return the headline of findings of one kind, and what they say further.

    ``split`` says that other findings of the cause have another severity, as where the analyst explains all of a project: then
    the headline names the projects that it counts.
    """
    if len(findings) == 1 and not (kind in _HEADLINES and of):
        return split_head(str(findings[0]["statement"]))
    count = sum(int(one["count"]) for one in findings)
    parts = [(str(one["id"]).partition(":")[2], int(one["count"])) for one in findings]
    parts.sort(key=lambda part: -part[1])
    each = listed([f"{project} {number:,}" for project, number in parts if project], _MOST_PROJECTS)
    if kind in _HEADLINES and of:
        said = f"{count:,} of {of:,} {_HEADLINES[kind][1]}"
        if count == 1:
            said = f"1 of {of:,} numbers in the range {_HEADLINES[kind][0].removeprefix('number in the range ')}"
        where = f"In {listed([project for project, _ in parts], _MOST_PROJECTS)}, " if split else ""
        return f"{where}{said}.", f"{each}." if len(parts) > 1 else ""
    if all(project for project, _ in parts):
        title = f"{name[:1].upper()}{name[1:]}: {counted(count, 'case')} in {counted(len(parts), 'project')}."
        return title, f"{each}."
    statements = [str(one["statement"]) for one in findings]
    headline, rest = split_head(statements[0])
    return headline, " ".join([one for one in (rest, *statements[1:]) if one])


def split_head(statement: str) -> tuple[str, str]:
    """Split a statement behind its first clause: what is shown bold, and what follows; together they are all of it.

    >>> split_head("2 issues were made by nobody that is known: AB-1 and AB-2. Who was it?")
    ('2 issues were made by nobody that is known:', 'AB-1 and AB-2. Who was it?')
    """
    for found in _HEAD.finditer(statement):
        if found.start() >= _SHORTEST_HEAD:
            end = found.start() + len(found[0].rstrip())
            return (statement[:end], statement[found.end() :]) if end <= _LONGEST_HEAD else (statement, "")
    return statement, ""


def causes_in_words(causes: Sequence[Cause]) -> str:
    """Say of how many causes how many findings tell: ``17 causes (24 findings)``."""
    told = sum(len(one.findings) for one in causes)
    if told == len(causes):
        return counted(told, "finding")
    return f"{counted(len(causes), 'cause')}, told in {counted(told, 'finding')}"

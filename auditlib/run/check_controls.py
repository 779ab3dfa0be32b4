"""What each control test would meet, asked by counts before anything is pulled: a wrong mapping is seen here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.evidence.opened import Evidence
from auditlib.jira import jql, workflows
from auditlib.jira.client import JiraReader
from auditlib.jira.refusal import refusal
from auditlib.params import library
from auditlib.params.attributes import ToStatus
from auditlib.params.controls import Concerned, ControlTest, FieldValues
from auditlib.params.faults import nearest
from auditlib.phrases import counted, listed
from auditlib.records.field_names import fields_meant
from auditlib.records.names import folded
from auditlib.responses import topics
from auditlib.text import visible_text

MOST_COUNTS: Final = 60
"""Questions for counts; what more controls would ask is left to the run."""

MOST_PROJECTS: Final = 100
"""Projects whose statuses are asked for."""

_COUNTED: Final = ("gate", "second_gate", "design_gate", "testing", "review", "steps", "ends", "done")
"""Keys whose statuses are counted: how many issues came into one of them."""

_OF_ONE: Final = frozenset({"second_gate", "review", "ends", "done"})
"""Those of them that single controls take without a need."""

_NAMED: Final = (*_COUNTED, "working")
"""Keys that name statuses."""


def controls_lines(reader: JiraReader, evidence: Evidence) -> list[str]:
    """Say which statuses Jira does not have, and of each control how many issues it would concern, and came where.

    Parameters
    ----------
    reader : JiraReader
        Asks; nothing of it is kept but for this.
    evidence : Evidence
        Of the folder in which it is asked, with the parameters.
    """
    tests = library.resolve(evidence.params)
    if not tests:
        return []
    known = _statuses(reader, evidence)
    counts = _Counts(reader, evidence)
    lines = (_mapping(evidence, tests, known) if known else []) + _unknown_fields(evidence)
    for test in tests:
        lines += _lines_of(test, evidence, known, counts)
    return lines


# Statuses ------------------------------------------------------------------------------------------------------------


def _statuses(reader: JiraReader, evidence: Evidence) -> dict[str, str]:
    """Return the statuses of the listed projects by id, as their workflows have them today; none where they can't be read."""
    found: dict[str, str] = {}
    for project in evidence.projects[:MOST_PROJECTS]:
        topic = topics.RIGHTS.of(f"statuses-{project}")
        entry, answer = reader.answer(topic, workflows.statuses_of(reader.dialect.NAME, project), part=True)
        types: list[Mapping[str, Any]] = answer if entry.status == 200 else []
        found |= {str(one.get("id")): str(one.get("name")) for kind in types for one in kind["statuses"]}
    return found


def _means(wanted: str, known: Mapping[str, str]) -> list[str]:
    """Return the names of today that a name or an id means."""
    return sorted({name for one, name in known.items() if one == wanted or folded(name) == folded(wanted)})


def _mapping(evidence: Evidence, tests: Sequence[ControlTest], known: Mapping[str, str]) -> list[str]:
    """Name each status of the parameters that Jira does not have, with where it stands and what may be meant."""
    places: dict[str, list[str]] = {}
    general = evidence.params.workflow
    for test in tests:
        for key in _named(test):
            own = getattr(test.given, key, None)
            place = (
                f"workflow.{key}"
                if general is not None and not own and hasattr(general, key)
                else f"{test.label}.{key}"
            )
            for status in _given(test, key):
                places.setdefault(status, []).append(place)
    listed_projects = listed(evidence.projects, 4)
    return [
        f"Mapping   {visible_text(status)} ({visible_text(listed(list(dict.fromkeys(at)), 4))}): no status of {listed_projects} "
        f"is called so; {nearest(status, known.values())}a name of before counts where a history has it"
        for status, at in places.items()
        if not _means(status, known)
    ]


def _named(test: ControlTest) -> list[str]:
    return [key for key in _NAMED if key in library.entry(test.id).takes]


def _given(test: ControlTest, key: str) -> Sequence[str]:
    """Return the statuses that a control has under a key, its own or the general ones."""
    if key == "ends":
        return (test.given.ends.to_status,) if isinstance(test.given.ends, ToStatus) else ()
    return tuple(getattr(test.workflow, key) if hasattr(test.workflow, key) else getattr(test.given, key))


# Fields --------------------------------------------------------------------------------------------------------------


def fields_looked_at(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """Return the fields that controls name, those that may not change included, each with where it stands."""
    found = {name: list(labels) for name, labels in evidence.control_fields.named.items()}
    for test in library.resolve(evidence.params):
        if "protected" in library.entry(test.id).takes:
            for name in test.given.protected:
                found.setdefault(name, []).append(test.label)
    own = fields_meant(found, None)
    return {name: tuple(dict.fromkeys(labels)) for name, labels in found.items()} if not all(own.values()) else {}


def _unknown_fields(evidence: Evidence) -> list[str]:
    """Name each field of the controls that Jira does not have, with what may be meant."""
    looked_at, known = fields_looked_at(evidence), evidence.control_fields.known
    if known is None:
        return []
    names = [one.name for one in known]
    return [
        f"Mapping   {visible_text(name)} ({visible_text(listed(looked_at[name], 4))}): Jira has no field of this name or id; "
        f"{visible_text(nearest(name, names))}".rstrip("; ")
        for name, meant in fields_meant(looked_at, known).items()
        if not meant
    ]


# Counts --------------------------------------------------------------------------------------------------------------


@dataclass
class _Counts:
    """Counts of issues of the population, each asked once; after `MOST_COUNTS` none is asked any more."""

    reader: JiraReader
    evidence: Evidence
    told: dict[str, int | str] = field(default_factory=dict)

    def of(self, *clauses: str) -> int | str:
        """Return how many issues fit, or why that is not known."""
        params = self.evidence.params
        also = [*self.evidence.passes.restrictions, *clauses]
        query = jql.shared_filter(self.evidence.projects, self.evidence.period, params.issue_types, also)
        if query not in self.told:
            self.told[query] = self._asked(jql.without_order(query))
        return self.told[query]

    def _asked(self, query: str) -> int | str:
        if len(self.told) >= MOST_COUNTS:
            return f"not counted, for more than {MOST_COUNTS} counts would be asked for"
        topic = topics.RIGHTS.of(f"count-{len(self.told)}")
        entry, answer = self.reader.answer(topic, self.reader.dialect.count(query), part=True)
        if entry.status != 200:
            return f"not counted: {refusal(entry.status, entry.headers, self.reader.store.body(entry))}"
        try:
            return self.reader.dialect.read_count(answer)
        except AnswerError as error:
            return f"not counted: {error}"


def _lines_of(test: ControlTest, evidence: Evidence, known: Mapping[str, str], counts: _Counts) -> list[str]:
    """Say of one control how many issues it concerns, and how many of them came into its statuses in the period."""
    entry = library.entry(test.id)
    head = f"Control   {visible_text(test.label)} {test.title}"
    if entry.reads is not None and getattr(evidence.params, entry.reads) is None:
        return [f"{head}: {entry.reads} is not given, so it would be not applicable"]
    if "applies_to" not in entry.takes:
        return [f"{head}: tested without a mapping"]
    about = "about " if evidence.deployment == "cloud" else ""
    concerned = _concerned(test.given.applies_to)
    issues = counts.of(*concerned)
    if isinstance(issues, str):
        return [f"{head}: {issues}"]
    if issues == 0:
        return [f"{head}: would concern no issue of the period; is applies_to what is meant?"]
    came, none = _met(_regions(test, evidence, known), concerned, counts, about)
    hold, empty = _met(_values(test), concerned, counts, about)
    said = f"; came in the period into {', '.join(came)}" if came else ""
    said += f"; hold a value of {', '.join(hold)}" if hold else ""
    lines = [f"{head}: would concern {about}{counted(issues, 'issue')}{said}"]
    lines += [f"          none came into {listed(none)}: are these the statuses that are meant?"] if none else []
    return lines + ([f"          none holds a value of {listed(empty)}: are these Jira's values?"] if empty else [])


def _met(
    asked: Iterable[tuple[str, str]], concerned: Sequence[str], counts: _Counts, about: str
) -> tuple[list[str], list[str]]:
    """Return what each question counted, in words, and the keys of which it was nothing; an empty clause is not asked."""
    told, none = [], []
    for key, clause in asked:
        met = counts.of(*concerned, clause) if clause else "not counted"
        told.append(f"{key} {about if met else ''}{met:,}" if isinstance(met, int) else f"{key} {met}")
        none += [key] if met == 0 else []
    return told, none


def _regions(test: ControlTest, evidence: Evidence, known: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield each region that a control asks for, with its JQL clause: of the statuses that Jira has; empty if it has none.

    A status of another name may have been there before, so that nothing is said of it. Where Jira does not tell which
    statuses it has, all that are given are counted.
    """
    entry, given = library.entry(test.id), test.given
    asked = {name for group in entry.needs for name in group} | (_OF_ONE & set(entry.takes))
    asked -= {"testing"} if given.tested_by is not None or given.tested_field is not None else set()
    for key in _COUNTED:
        if key in asked and (wanted := _given(test, key)):
            statuses = sorted({name for one in wanted for name in _means(one, known)}) if known else wanted
            yield key, jql.came_into(statuses, evidence.period) if statuses else ""


def _values(test: ControlTest) -> Iterable[tuple[str, str]]:
    """Yield the values of fields that a control asks for, as they are today: of an approval, of a severity or priority."""
    given = test.given
    if given.gate_field is not None:
        yield "gate_field", _holds(given.gate_field)
    if given.limits and given.level is not None:
        yield "limits", jql.holds_any(given.level, tuple(given.limits))


def _concerned(applies_to: Concerned | None) -> list[str]:
    """Return what a control concerns, as JQL clauses."""
    if applies_to is None:
        return []
    named = {"issuetype": applies_to.issue_type, "status": applies_to.status, "project": applies_to.project}
    clauses = [jql.holds_any(name, values) for name, values in named.items() if values]
    return clauses + ([_holds(applies_to.field)] if applies_to.field is not None else [])


def _holds(wanted: FieldValues) -> str:
    return jql.holds_any(wanted.field, wanted.values)

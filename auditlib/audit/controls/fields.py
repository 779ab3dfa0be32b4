"""Fields that a control names, in an issue and in its history: which are meant, what changed, what they held when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditlib.audit.controls.subject import Person, Subject, Value
from auditlib.audit.controls.trail import Mark, Trail
from auditlib.records.history import Change
from auditlib.records.names import FIELD, Called, folded

_ALWAYS: Final = frozenset({"summary", "description"})
"""Fields that every issue has, and whose changes every history keeps."""

_LONGEST: Final = 80
_BEFORE: Final = 20


def fields_meant(subject: Subject, wanted: str, called: Called) -> dict[str, Value]:
    """Return the fields that the parameters mean: the one of that id, else all that have or had that name."""
    known = subject.fields
    if wanted in known:
        return {wanted: known[wanted]}
    return {one: value for one, value in known.items() if called.means(FIELD, wanted, one, value.name)}


class Fields:
    """The fields that the parameters name, looked up once for all issues."""

    def __init__(self, called: Called) -> None:
        self._called = called
        self._known: dict[tuple[str, str, str], bool] = {}

    def marks(self, subject: Subject, trail: Trail, wanted: str) -> list[list[Mark]]:
        """Return the changes of the fields that a name or id means, those of each field together, oldest first.

        Several fields may bear one name. Data Center gives custom fields no id in histories: there the name of the field
        that has the wanted id decides, today's or a former one.
        """
        if wanted in _ALWAYS:  # an id, in either dialect
            return [trail.fields[wanted]] if wanted in trail.fields else []
        value = subject.fields.get(wanted)
        found = []
        for name, marks in trail.fields.items():
            step = marks[0].step
            if (
                name == wanted
                or self._means(wanted, step.field_id, step.field)
                or (not step.field_id and value is not None and folded(value.name) == folded(step.field))
            ):
                found.append(marks)
        return found

    def is_known(self, subject: Subject, trail: Trail, wanted: str) -> bool:
        """Say whether a field of that name or id is there at all, so that a history without it shows that it never changed."""
        if wanted in _ALWAYS:
            return True
        named = folded(wanted)
        return (
            named in _ALWAYS
            or (FIELD, named) in self._called.ids
            or (FIELD, wanted) in self._called.names
            or bool(fields_meant(subject, wanted, self._called))
            or bool(self.marks(subject, trail, wanted))
        )

    def _means(self, wanted: str, field_id: str, name: str) -> bool:
        key = (wanted, field_id, name)
        found = self._known.get(key)
        if found is None:
            found = self._called.means(FIELD, wanted, field_id, name) or (not field_id and self._was(wanted, name))
            self._known[key] = found
        return found

    def _was(self, wanted: str, name: str) -> bool:
        """Say whether a field without an id bears a name that the wanted one has or had."""
        ids = {wanted, *self._called.ids.get((FIELD, folded(wanted)), ())}
        return any(folded(name) in self._called.names.get((FIELD, one), ()) for one in ids)


def holds_one_of(text: str, wanted: Sequence[str]) -> bool:
    """Say whether what a field holds is one of some values; of several things Jira writes the names with commas."""
    values = {folded(one) for one in wanted}
    return folded(text) in values or any(folded(part) in values for part in text.replace("\n", ",").split(","))


def attachments(trail: Trail) -> Sequence[Mark]:
    """Return the changes by which files were added or removed, one each; a history names them by the field's id or name."""
    return sorted((*trail.of("attachment"), *trail.of("Attachment")), key=lambda mark: mark.place)


def people_before(subject: Subject, trail: Trail, field: str, place: int) -> list[Person] | None:
    """Return whom one of Jira's own fields named before and in an entry of the history; None if it was not read.

    Both where that entry changed it: what came first in one entry, nobody can tell.
    """
    marks = trail.of(field)
    if not marks:
        value = subject.fields.get(field)
        return None if value is None else list(value.people)
    return [person for person in held_at(marks, place) if person.id or person.name]


def held_at(marks: Sequence[Mark], place: int) -> list[Person]:
    """Return what a field of one person held before an entry and in it; a person without name or id where it was empty."""
    held = Person(marks[0].step.before, marks[0].step.before_text)
    found = [held]
    for mark in marks:
        if mark.place > place:
            break
        held = Person(mark.step.after, mark.step.after_text)
        found = [*found, held] if mark.place == place else [held]
    return found


def difference(step: Change) -> str:
    """Show what a field held before and after a change, long texts from where they differ."""
    before, after = step.before_text or step.before, step.after_text or step.after
    old, new = " ".join(before.split()), " ".join(after.split())
    if old == new:
        return f"{_cut(old, 0)}, only blanks or lines differ"
    differs = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    if not new:
        return f"{_cut(old, 0)} was removed"
    begin = max(0, differs - _BEFORE) if max(len(old), len(new)) > _LONGEST else 0
    return f"{_cut(old, begin)} became {_cut(new, begin)}"


def is_change(step: Change) -> bool:
    """Say whether a change changed something: a history may note a value that stayed."""
    return (step.before, step.before_text) != (step.after, step.after_text)


def _cut(text: str, begin: int) -> str:
    if not text:
        return "empty"
    shown = text[begin : begin + _LONGEST]
    return repr(f"{'…' if begin else ''}{shown}{'…' if begin + _LONGEST < len(text) else ''}")

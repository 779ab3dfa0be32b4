"""JQL compiled against a world: conditions become predicates, and all that is wrong with them is collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from auditlib.demo.jql.changes import CHANGING, changed, ids_of, time_test, value_test
from auditlib.demo.jql.dates import function_instant, instant, is_date_function
from auditlib.demo.jql.fields import (
    FIELDS,
    PEOPLE,
    custom_field,
    date_of,
    names_of_person,
    names_of_value,
    names_reader,
    shown_name,
    sortable,
    text_of,
)
from auditlib.demo.jql.predicates import DATE_TESTS, NUMBER_TESTS, Predicate, membership, text_search
from auditlib.demo.jql.syntax import Both, Call, Change, Clause, Condition, Empty, Literal, Not, Value
from auditlib.demo.world.lookup import Lookup, names_of
from auditlib.demo.world.records import Issue, World
from auditlib.keys import ISSUE

_NEGATED = {
    "=": "!=", "!=": "=", "in": "not in", "not in": "in", "is": "is not", "is not": "is",
    "<": ">=", ">=": "<", ">": "<=", "<=": ">", "~": "!~", "!~": "~",
}  # fmt: skip
_EQUALITY = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_COMPARISON = frozenset({"<", "<=", ">", ">="})
_TEXT = frozenset({"~", "!~", "is", "is not"})
_KEY = re.compile(ISSUE, re.IGNORECASE | re.ASCII)


def shown_projects(world: World) -> frozenset[str]:
    """List the projects that a search goes through: those that can be browsed and are not archived."""
    return frozenset(key for key, project in world.projects.items() if project.browsable and not project.archived)


@dataclass
class Compiler:
    """Turns conditions into predicates; ``errors`` collects all that is wrong on the way."""

    lookup: Lookup
    zone: tzinfo
    now: datetime

    def __post_init__(self) -> None:
        self.errors: list[str] = []

    def condition(self, condition: Condition | None, *, negated: bool = False) -> Predicate:
        """Compile a condition.

        A negation is pushed down to the operators, as Jira does: ``NOT x = 1`` leaves out the issues without ``x``,
        like ``x != 1``.
        """
        if condition is None:
            return lambda _: True
        if isinstance(condition, Not):
            return self.condition(condition.condition, negated=not negated)
        if isinstance(condition, Change):
            found = self.change(condition)
            return (lambda issue: not found(issue)) if negated else found
        if isinstance(condition, Clause):
            operator = _NEGATED[condition.operator] if negated else condition.operator
            return self.clause(condition, operator)
        parts = [self.condition(one, negated=negated) for one in condition.conditions]
        if isinstance(condition, Both) != negated:
            return lambda issue: all(part(issue) for part in parts)
        return lambda issue: any(part(issue) for part in parts)

    def candidates(self, where: Condition | None) -> list[Issue]:
        """List the issues of all projects that are searched; of fewer where the query names projects, keys or times."""
        projects = set(shown_projects(self.lookup.world))
        begin: datetime | None = None
        end: datetime | None = None
        for clause in where.conditions if isinstance(where, Both) else (where,):
            if not isinstance(clause, Clause):
                continue
            _, field_id = FIELDS.get(clause.field.lower(), ("", ""))
            if field_id == "created" and clause.operator in {"<", ">="}:
                moment = self.moment(clause.field, clause.values[0])
                if moment is not None and clause.operator == ">=":
                    begin = moment if begin is None else max(begin, moment)
                elif moment is not None:
                    end = moment if end is None else min(end, moment)
            if clause.operator not in {"=", "in"}:
                continue
            names = [value.text for value in clause.values if isinstance(value, Literal)]
            if field_id == "key":
                named = {one.id: one for name in names if (one := self.lookup.issue(name))}
                return [one for one in named.values() if one.project in projects]
            if field_id == "project" and len(names) == len(clause.values):
                projects &= {found.key for name in names if (found := self.lookup.project(name, by_name=True))}
        if begin is None and end is None:
            return [issue for key in sorted(projects) for issue in self.lookup.issues_of(key)]
        return [issue for key in sorted(projects) for issue in self.lookup.created_between(key, begin, end)]

    def change(self, asked: Change) -> Predicate:
        """Compile a question of the history of a field; Jira keeps one for few of them."""
        _, field_id = FIELDS.get(asked.field.lower(), ("", ""))
        known = self.listed(field_id) if field_id in CHANGING else None
        if known is None:
            return self.refuse(f"History searches do not support the '{asked.field}' field.")
        tests = []
        for word, values in asked.predicates:
            if word in {"to", "from"}:
                ids = {_show(value): ids_of(known, _show(value)) for value in values}
                for text in (text for text, found in ids.items() if not found):
                    self.unknown(asked.field, text)
                tests.append(value_test(word, frozenset().union(*ids.values())))
            else:
                moments = [self.moment(asked.field, value) for value in values]
                tests.append(time_test(word, [one for one in moments if one is not None]))
        return changed(field_id, tests)

    def clause(self, clause: Clause, operator: str) -> Predicate:
        """Compile one clause, or refuse an unknown field or an operator that the field does not have."""
        kind, field_id = FIELDS.get(clause.field.lower()) or custom_field(self.lookup.world, clause.field)
        if not kind:
            return self.refuse(f"Field '{clause.field}' does not exist or you do not have permission to view it.")
        allowed = _TEXT if kind == "text" else _EQUALITY
        if kind == "date" or field_id == "key":
            allowed |= _COMPARISON
        if operator not in allowed:
            return self.refuse(f"The operator '{operator}' is not supported by the '{clause.field}' field.")
        if operator in {"in", "not in"} and not clause.listed and not isinstance(clause.values[0], Call):
            shown = _show(clause.values[0])
            return self.refuse(
                f"Operator '{operator}' does not support the non-list value '{shown}' for field '{clause.field}'."
            )
        if operator not in {"in", "not in"} and clause.listed:
            shown = ", ".join(_show(value) for value in clause.values)
            return self.refuse(f"Operator '{operator}' does not support the list value '({shown})' for field "
                               f"'{clause.field}'.")  # fmt: skip
        if operator in {"is", "is not"} and not isinstance(clause.values[0], Empty):
            return self.refuse(f"The operator '{operator}' only supports the values 'EMPTY' and 'NULL'.")
        return self.typed(kind, field_id, clause, operator)

    def typed(self, kind: str, field_id: str, clause: Clause, operator: str) -> Predicate:
        """Compile a clause by the kind of its field."""
        if kind == "date":
            return self.dates(field_id, clause, operator)
        if kind == "text":
            return self.texts(field_id, clause, operator)
        if field_id == "key":
            return self.keys(clause, operator)
        if field_id == "project":
            wanted = self.wanted(clause, self.project_names)
            return membership(wanted, operator, lambda issue: (issue.project,))
        if kind == "people":
            wanted = self.wanted(clause, self.person_names)
            return membership(wanted, operator, lambda issue: names_of_person(issue.fields.get(field_id)))
        wanted = self.wanted(clause, lambda field, text: self.value_names(field_id, field, text))
        return membership(wanted, operator, names_reader(field_id))

    def refuse(self, message: str) -> Predicate:
        """Note what is wrong, once; the predicate returned finds nothing."""
        if message not in self.errors:
            self.errors.append(message)
        return lambda _: False

    def wanted(self, clause: Clause, names: Callable[[str, str], Iterable[str | None]]) -> frozenset[str | None]:
        """Collect the case-folded names that the values stand for; None stands for no value."""
        found: set[str | None] = set()
        for value in clause.values:
            if isinstance(value, Empty):
                found.add(None)
            elif isinstance(value, Literal):
                found.update(names(clause.field, value.text))
            elif value.name.lower() == "currentuser" and clause.field.lower() in PEOPLE:
                found.update(names_of(self.lookup.world.account))
            else:
                self.refuse(f"Unable to find JQL function '{value.name}({', '.join(value.arguments)})'.")
        return frozenset(found)

    def unknown(self, field: str, text: str) -> tuple[str, ...]:
        """Refuse a value that the field does not have."""
        self.refuse(f"The value '{text}' does not exist for the field '{field}'.")
        return ()

    def project_names(self, field: str, text: str) -> Iterable[str]:
        """Name the project that a value stands for, if it can be browsed."""
        project = self.lookup.project(text, by_name=True)
        if project is None or not project.browsable:
            return self.unknown(field, text)
        return (project.key,)

    def person_names(self, field: str, text: str) -> Iterable[str]:
        """Name the person that a value stands for, by identifiers."""
        user = self.lookup.user(text)
        # Names of one person never find a namesake: only the identifiers count.
        identifiers = (user.account_id, user.key) if user else ()
        return [name.casefold() for name in identifiers if name] or self.unknown(field, text)

    def value_names(self, field_id: str, field: str, text: str) -> Iterable[str | None]:
        """Name the value of a field that a text stands for; None for no value."""
        if field_id == "resolution" and text.casefold() == "unresolved":
            return (None,)
        known = self.known(field_id)
        if known and text.casefold() not in known:
            return self.unknown(field, text)
        return (text.casefold(),)

    def known(self, field_id: str) -> frozenset[str]:
        """Name all values that a field may have; empty where any text will do."""
        return frozenset(name for value in self.listed(field_id) for name in names_of_value(value))

    def listed(self, field_id: str) -> list[Any]:
        """List all values that a field may have; empty where it has no list of them."""
        world = self.lookup.world
        lists: dict[str, list[Any]] = {
            "issuetype": world.issue_types,
            "status": world.statuses,
            "statusCategory": [status.get("statusCategory") for status in world.statuses],
            "resolution": world.resolutions,
            "priority": world.priorities,
        }
        return lists.get(field_id, [])

    def texts(self, field_id: str, clause: Clause, operator: str) -> Predicate:
        """Compile a clause on a text."""
        if operator in {"is", "is not"}:
            return lambda issue: bool(text_of(issue, field_id)) == (operator == "is not")
        value = clause.values[0]
        if not isinstance(value, Literal):
            return self.refuse(f"The operator '{operator}' needs a text for the field '{clause.field}'.")
        contains = text_search(value.text)
        wanted = operator == "~"

        def test(issue: Issue) -> bool:
            text = text_of(issue, field_id)
            return bool(text) and contains(text) == wanted

        return test

    def dates(self, field_id: str, clause: Clause, operator: str) -> Predicate:
        """Compile a clause on a date."""
        if operator in {"is", "is not"}:
            return lambda issue: (date_of(issue, field_id) is None) == (operator == "is")
        moments = [self.moment(clause.field, value) for value in clause.values]
        known = [moment for moment in moments if moment is not None]
        if len(known) < len(moments):
            return lambda _: False
        compare = DATE_TESTS[operator]

        def test(issue: Issue) -> bool:
            date = date_of(issue, field_id)
            return date is not None and compare(date, known)

        return test

    def moment(self, field: str, value: Value) -> datetime | None:
        """Read a date of a query as an instant, or refuse it."""
        found: datetime | None = None
        if isinstance(value, Call) and is_date_function(value.name):
            found = function_instant(value.name, value.arguments, self.zone, self.now)
            if found is None:
                self.refuse(f"Function '{value.name}' expected arguments of the form '(+/-)nn(y|M|w|d|h|m)'.")
            return found
        if isinstance(value, Call):
            self.refuse(f"Unable to find JQL function '{value.name}({', '.join(value.arguments)})'.")
            return None
        if isinstance(value, Literal):
            found = instant(value.text, self.zone, self.now)
        if found is None:
            self.refuse(
                f"Date value '{_show(value)}' for field '{field}' is invalid. Valid formats include: "
                "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', "
                "'4w 2d'."
            )
        return found

    def keys(self, clause: Clause, operator: str) -> Predicate:
        """Compile a clause on issue keys; comparisons hold within a project."""
        if operator in {"is", "is not"}:
            return lambda _: operator == "is not"
        found: list[Issue] = []
        for value in clause.values:
            issue = self.keyed(clause.field, operator, value)
            if issue is None:
                return lambda _: False
            found.append(issue)
        if operator in _COMPARISON:
            end, compare = found[0], NUMBER_TESTS[operator]
            return lambda issue: issue.project == end.project and compare(issue.number, end.number)
        ids = {issue.id for issue in found}
        return lambda issue: (issue.id in ids) == (operator in {"=", "in"})

    def keyed(self, field: str, operator: str, value: Value) -> Issue | None:
        """Find the issue that a key or an id of a query stands for, or refuse it."""
        text = _show(value)
        if not text.isdigit() and not _KEY.fullmatch(text):
            self.refuse(f"The issue key '{text}' for field '{field}' is invalid.")
            return None
        issue = self.lookup.issue(text)
        if issue is None and text.isdigit():
            self.refuse(f"A value with ID '{text}' does not exist for the field '{field}'.")
        elif issue is None:
            self.refuse(f"An issue with key '{text}' does not exist for field '{field}'.")
        elif operator in _COMPARISON and not text.isdigit() and issue.key.upper() != text.upper():
            self.refuse(f"Operator '{operator}' cannot be applied to moved issue key '{text}'.")
            return None
        return issue

    def sorting(self, field: str, direction: str | None) -> tuple[Callable[[Issue], Any], bool]:
        """Compile one field of ORDER BY: its sort key, and whether it descends."""
        kind, field_id = FIELDS.get(field.lower(), ("", ""))
        if not kind:
            self.refuse(f"Field '{field}' does not exist or you do not have permission to view it.")
        return self.sort_key(kind, field_id), direction == "desc"

    def sort_key(self, kind: str, field_id: str) -> Callable[[Issue], Any]:
        """Make the sort key of a field."""
        if field_id == "key":
            return lambda issue: (issue.project, issue.number)
        if field_id == "project":
            return lambda issue: issue.project
        if kind == "date":
            return lambda issue: sortable(issue, field_id)
        if kind == "text":
            return lambda issue: text_of(issue, field_id).casefold()
        if field_id in {"priority", "status"}:
            values = self.lookup.world.priorities if field_id == "priority" else self.lookup.world.statuses
            ranks = {str(value.get("id")): rank for rank, value in enumerate(values)}
            return lambda issue: ranks.get(str((issue.fields.get(field_id) or {}).get("id")), len(ranks))
        if kind == "people":
            return lambda issue: shown_name(issue.fields.get(field_id))
        names = names_reader(field_id)
        return lambda issue: " ".join(sorted(names(issue)))


def _show(value: Value) -> str:
    if isinstance(value, Literal):
        return value.text
    return "EMPTY" if isinstance(value, Empty) else f"{value.name}({', '.join(value.arguments)})"

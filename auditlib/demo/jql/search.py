"""JQL over a world: which issues a query finds, in which order, and what Jira says of a query that it refuses.

A query is first compiled against the world (names become sets of ids and names, dates become instants), then run over
the issues; so a wrong value is told once and no issue pays for the parsing.
"""

from __future__ import annotations

import operator as operator_module
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeAlias

from auditlib.demo.jql.dates import function_instant, instant, is_date_function
from auditlib.demo.jql.syntax import (
    Both,
    Call,
    Clause,
    Condition,
    Empty,
    JqlError,
    Literal,
    Not,
    Query,
    Value,
    parse,
    quote,
)
from auditlib.demo.world.lookup import Lookup, names_of
from auditlib.demo.world.records import Issue, User, World
from auditlib.keys import ISSUE

__all__ = ["JqlError", "evaluate", "is_bounded", "matcher", "parse", "problems", "quote"]

Predicate: TypeAlias = Callable[[Issue], bool]

_NEGATED = {
    "=": "!=", "!=": "=", "in": "not in", "not in": "in", "is": "is not", "is not": "is",
    "<": ">=", ">=": "<", ">": "<=", "<=": ">", "~": "!~", "!~": "~",
}  # fmt: skip
_EQUALITY = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_COMPARISON = frozenset({"<", "<=", ">", ">="})
_TEXT = frozenset({"~", "!~", "is", "is not"})

# The first name of each tuple is the field id in ``Issue.fields``.
_NAMED = {
    "issuetype": ("issuetype", "type"),
    "status": ("status",),
    "statusCategory": ("statuscategory",),
    "resolution": ("resolution",),
    "priority": ("priority",),
    "components": ("component", "components"),
    "fixVersions": ("fixversion",),
}
_PEOPLE = {"reporter": ("reporter",), "assignee": ("assignee",), "creator": ("creator",)}
_DATES = {
    "created": ("created", "createddate"),
    "updated": ("updated", "updateddate"),
    "resolutiondate": ("resolved", "resolutiondate"),
}
_TEXTS = {
    "summary": ("summary",),
    "description": ("description",),
    "environment": ("environment",),
    "text": ("text",),
    "comment": ("comment",),
}
_OTHERS = {"project": ("project",), "key": ("key", "issuekey", "issue", "id"), "labels": ("labels",)}
_KINDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "named": _NAMED,
    "people": _PEOPLE,
    "date": _DATES,
    "text": _TEXTS,
    "other": _OTHERS,
}
_FIELDS = {
    alias: (kind, field_id)
    for kind, fields in _KINDS.items()
    for field_id, aliases in fields.items()
    for alias in aliases
}
_KEY = re.compile(ISSUE, re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\w+\*?")
_SECOND = timedelta(seconds=1)


def evaluate(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> list[Issue]:
    """Find the issues of a query, as the asking account sees them, in the order it asks for.

    Parameters
    ----------
    world : World
        Hidden issues, projects that can't be browsed and archived projects are left out.
    jql : str
        The query; without ORDER BY the newest come first.
    zone : tzinfo
        Zone in which dates without offset are read.
    now : datetime
        Aware; what ``now()`` and relative dates start from.
    lookup : Lookup, optional
        An index to reuse between queries.

    Returns
    -------
    list of Issue

    Raises
    ------
    JqlError
        With Jira's texts, one for each thing wrong.
    """
    lookup = lookup or Lookup(world)
    query = parse(jql)
    compiler = _Compiler(lookup, zone, now)
    found = compiler.condition(query.where)
    sorts = [compiler.sorting(sorting.field, sorting.direction) for sorting in query.order_by]
    if compiler.errors:
        raise JqlError(compiler.errors)
    issues = [issue for issue in compiler.candidates(query.where) if issue.visible and found(issue)]
    if not sorts:
        sorts = [(lambda issue: (issue.created, issue.id), True)]
    for key, descending in reversed(sorts):
        issues.sort(key=key, reverse=descending)
    return issues


def matcher(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> Predicate:
    """Compile a query into a test of one issue, visibility included.

    Raises
    ------
    JqlError
        As `evaluate`.
    """
    lookup = lookup or Lookup(world)
    compiler = _Compiler(lookup, zone, now)
    found = compiler.condition(parse(jql).where)
    if compiler.errors:
        raise JqlError(compiler.errors)
    shown = _shown_projects(world)
    return lambda issue: issue.visible and issue.project in shown and found(issue)


def problems(world: World, jql: str, zone: tzinfo, now: datetime, *, lookup: Lookup | None = None) -> list[str]:
    """List what is wrong with a query that can be parsed: unknown fields, values and operators.

    Raises
    ------
    JqlError
        If it can't be parsed.
    """
    query = parse(jql)
    compiler = _Compiler(lookup or Lookup(world), zone, now)
    compiler.condition(query.where)
    for sorting in query.order_by:
        compiler.sorting(sorting.field, sorting.direction)
    return compiler.errors


def is_bounded(query: Query) -> bool:
    """Say whether anything restricts the query; Cloud refuses one that is only an ORDER BY."""
    return query.where is not None


def _shown_projects(world: World) -> frozenset[str]:
    return frozenset(key for key, project in world.projects.items() if project.browsable and not project.archived)


def _date_of(issue: Issue, field_id: str) -> datetime | None:
    """Read a date of an issue; real data holds Jira's own text."""
    if field_id == "created":
        return issue.created
    if field_id == "updated":
        return issue.updated
    value = issue.fields.get(field_id)
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def _names_of_value(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(str(value[name]).casefold() for name in ("id", "name", "key", "value") if value.get(name))
    return (str(value).casefold(),) if value else ()


def _names_reader(field_id: str) -> Callable[[Issue], tuple[str, ...]]:
    """Make a function that names everything by which an issue's value can be asked for, case-folded; empty if none."""
    read: dict[int, tuple[Any, tuple[str, ...]]] = {}  # by identity: issues of a made-up company share their values

    def names(issue: Issue) -> tuple[str, ...]:
        if field_id == "statusCategory":
            value = (issue.fields.get("status") or {}).get("statusCategory")
        else:
            value = issue.fields.get(field_id)
        if not value:
            return ()
        known = read.get(id(value))
        if known is None:
            found = [name for one in (value if isinstance(value, list) else [value]) for name in _names_of_value(one)]
            known = read[id(value)] = (value, tuple(found))  # holding the value keeps its identity from being reused
        return known[1]

    return names


def _names_of_person(value: User | dict[str, Any] | None) -> Iterable[str]:
    if isinstance(value, User):
        return names_of(value)
    parts = ("accountId", "key", "name", "displayName", "emailAddress")
    return [str(value[part]).casefold() for part in parts if value.get(part)] if value else ()


def _text_of(issue: Issue, field_id: str) -> str:
    fields = {
        "text": ("summary", "description", "environment"),
        "comment": (),
    }.get(field_id, (field_id,))
    texts = [str(issue.fields.get(name) or "") for name in fields]
    if field_id in {"text", "comment"}:
        texts.extend(comment.body for comment in issue.comments if comment.visible)
    return "\n".join(texts).strip()


@dataclass
class _Compiler:
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
        if isinstance(condition, Clause):
            operator = _NEGATED[condition.operator] if negated else condition.operator
            return self.clause(condition, operator)
        parts = [self.condition(one, negated=negated) for one in condition.conditions]
        if isinstance(condition, Both) != negated:
            return lambda issue: all(part(issue) for part in parts)
        return lambda issue: any(part(issue) for part in parts)

    def candidates(self, where: Condition | None) -> list[Issue]:
        """List the issues of all projects that are searched; of fewer where the query names projects, keys or times."""
        projects = set(_shown_projects(self.lookup.world))
        begin: datetime | None = None
        end: datetime | None = None
        for clause in where.conditions if isinstance(where, Both) else (where,):
            if not isinstance(clause, Clause):
                continue
            _, field_id = _FIELDS.get(clause.field.lower(), ("", ""))
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

    def clause(self, clause: Clause, operator: str) -> Predicate:
        kind, field_id = _FIELDS.get(clause.field.lower(), ("", ""))
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
        if kind == "date":
            return self.dates(field_id, clause, operator)
        if kind == "text":
            return self.texts(field_id, clause, operator)
        if field_id == "key":
            return self.keys(clause, operator)
        if field_id == "project":
            wanted = self.wanted(clause, self.project_names)
            return _member(wanted, operator, lambda issue: (issue.project,))
        if kind == "people":
            wanted = self.wanted(clause, self.person_names)
            return _member(wanted, operator, lambda issue: _names_of_person(issue.fields.get(field_id)))
        wanted = self.wanted(clause, lambda field, text: self.value_names(field_id, field, text))
        return _member(wanted, operator, _names_reader(field_id))

    def refuse(self, message: str) -> Predicate:
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
            elif value.name.lower() == "currentuser" and clause.field.lower() in _PEOPLE:
                found.update(names_of(self.lookup.world.account))
            else:
                self.refuse(f"Unable to find JQL function '{value.name}({', '.join(value.arguments)})'.")
        return frozenset(found)

    def unknown(self, field: str, text: str) -> tuple[str, ...]:
        self.refuse(f"The value '{text}' does not exist for the field '{field}'.")
        return ()

    def project_names(self, field: str, text: str) -> Iterable[str]:
        project = self.lookup.project(text, by_name=True)
        if project is None or not project.browsable:
            return self.unknown(field, text)
        return (project.key,)

    def person_names(self, field: str, text: str) -> Iterable[str]:
        user = self.lookup.user(text)
        # Names of one person never find a namesake: only the identifiers count.
        identifiers = (user.account_id, user.key) if user else ()
        return [name.casefold() for name in identifiers if name] or self.unknown(field, text)

    def value_names(self, field_id: str, field: str, text: str) -> Iterable[str | None]:
        if field_id == "resolution" and text.casefold() == "unresolved":
            return (None,)
        known = self.known(field_id)
        if known and text.casefold() not in known:
            return self.unknown(field, text)
        return (text.casefold(),)

    def known(self, field_id: str) -> frozenset[str]:
        """Name all values that a field may have; empty where any text will do."""
        world = self.lookup.world
        lists: dict[str, list[Any]] = {
            "issuetype": world.issue_types,
            "status": world.statuses,
            "statusCategory": [status.get("statusCategory") for status in world.statuses],
            "resolution": world.resolutions,
            "priority": world.priorities,
        }
        return frozenset(name for value in lists.get(field_id, []) for name in _names_of_value(value))

    def texts(self, field_id: str, clause: Clause, operator: str) -> Predicate:
        if operator in {"is", "is not"}:
            return lambda issue: bool(_text_of(issue, field_id)) == (operator == "is not")
        value = clause.values[0]
        if not isinstance(value, Literal):
            return self.refuse(f"The operator '{operator}' needs a text for the field '{clause.field}'.")
        contains = _contains(value.text)
        wanted = operator == "~"

        def test(issue: Issue) -> bool:
            text = _text_of(issue, field_id)
            return bool(text) and contains(text) == wanted

        return test

    def dates(self, field_id: str, clause: Clause, operator: str) -> Predicate:
        if operator in {"is", "is not"}:
            return lambda issue: (_date_of(issue, field_id) is None) == (operator == "is")
        moments = [self.moment(clause.field, value) for value in clause.values]
        known = [moment for moment in moments if moment is not None]
        if len(known) < len(moments):
            return lambda _: False
        compare = _DATE_TESTS[operator]

        def test(issue: Issue) -> bool:
            date = _date_of(issue, field_id)
            return date is not None and compare(date, known)

        return test

    def moment(self, field: str, value: Value) -> datetime | None:
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
        if operator in {"is", "is not"}:
            return lambda _: operator == "is not"
        found: list[Issue] = []
        for value in clause.values:
            issue = self.keyed(clause.field, operator, value)
            if issue is None:
                return lambda _: False
            found.append(issue)
        if operator in _COMPARISON:
            end, compare = found[0], _NUMBER_TESTS[operator]
            return lambda issue: issue.project == end.project and compare(issue.number, end.number)
        ids = {issue.id for issue in found}
        return lambda issue: (issue.id in ids) == (operator in {"=", "in"})

    def keyed(self, field: str, operator: str, value: Value) -> Issue | None:
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
        kind, field_id = _FIELDS.get(field.lower(), ("", ""))
        if not kind:
            self.refuse(f"Field '{field}' does not exist or you do not have permission to view it.")
        return self.sort_key(kind, field_id), direction == "desc"

    def sort_key(self, kind: str, field_id: str) -> Callable[[Issue], Any]:
        if field_id == "key":
            return lambda issue: (issue.project, issue.number)
        if field_id == "project":
            return lambda issue: issue.project
        if kind == "date":
            return lambda issue: _sortable(issue, field_id)
        if kind == "text":
            return lambda issue: _text_of(issue, field_id).casefold()
        if field_id in {"priority", "status"}:
            values = self.lookup.world.priorities if field_id == "priority" else self.lookup.world.statuses
            ranks = {str(value.get("id")): rank for rank, value in enumerate(values)}
            return lambda issue: ranks.get(str((issue.fields.get(field_id) or {}).get("id")), len(ranks))
        if kind == "people":
            return lambda issue: _shown_name(issue.fields.get(field_id))
        names = _names_reader(field_id)
        return lambda issue: " ".join(sorted(names(issue)))


def _sortable(issue: Issue, field_id: str) -> tuple[bool, datetime]:
    """Make a sort key; issues without the date come last in rising order."""
    value = _date_of(issue, field_id)
    return value is None, value or issue.created


def _shown_name(person: User | dict[str, Any] | None) -> str:
    if isinstance(person, User):
        return person.display_name.casefold()
    return str((person or {}).get("displayName", "")).casefold()


def _show(value: Value) -> str:
    if isinstance(value, Literal):
        return value.text
    return "EMPTY" if isinstance(value, Empty) else f"{value.name}({', '.join(value.arguments)})"


def _member(wanted: frozenset[str | None], operator: str, names: Callable[[Issue], Iterable[str]]) -> Predicate:
    """Test membership as Jira does: an issue without a value is found only where EMPTY is asked for."""
    without_value = None in wanted
    texts = wanted - {None}
    if operator in {"=", "in", "is"}:

        def found(issue: Issue) -> bool:
            own = tuple(names(issue))
            return not texts.isdisjoint(own) if own else without_value

        return found

    def left(issue: Issue) -> bool:
        own = tuple(names(issue))
        return bool(own) and texts.isdisjoint(own)

    return left


def _contains(asked: str) -> Callable[[str], bool]:
    """Compile a text search: all words, in any order; a phrase in quotation marks, its words side by side."""
    phrases = [_WORD.findall(phrase.casefold()) for phrase in re.findall(r'"([^"]*)"', asked)]
    words = _WORD.findall(re.sub(r'"[^"]*"', " ", asked).casefold())
    patterns = [
        re.compile(r"\b" + r"\W+".join(re.escape(word.rstrip("*")) for word in phrase) + r"\b")
        for phrase in phrases
        if phrase
    ]
    patterns.extend(
        re.compile(r"\b" + re.escape(word.rstrip("*")) + ("" if word.endswith("*") else r"\b")) for word in words
    )
    return lambda text: bool(patterns) and all(pattern.search(text.casefold()) for pattern in patterns)


_NUMBER_TESTS: dict[str, Callable[[int, int], bool]] = {
    "<": operator_module.lt,
    "<=": operator_module.le,
    ">": operator_module.gt,
    ">=": operator_module.ge,
}


def _within(date: datetime, second: datetime) -> bool:
    return second <= date < second + _SECOND


# Jira's index knows seconds: 12:00:00.250 is 12:00:00. What is asked for always is a whole second.
_DATE_TESTS: dict[str, Callable[[datetime, Sequence[datetime]], bool]] = {
    "=": lambda date, wanted: _within(date, wanted[0]),
    "!=": lambda date, wanted: not _within(date, wanted[0]),
    "in": lambda date, wanted: any(_within(date, one) for one in wanted),
    "not in": lambda date, wanted: not any(_within(date, one) for one in wanted),
    "<": lambda date, wanted: date < wanted[0],
    "<=": lambda date, wanted: date < wanted[0] + _SECOND,
    ">": lambda date, wanted: date >= wanted[0] + _SECOND,
    ">=": lambda date, wanted: date >= wanted[0],
}

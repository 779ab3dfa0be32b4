"""Just enough JQL to answer what is asked, and to refuse the rest as Jira does."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from world import PROJECTS, STATUSES, Issue, World

Test = Callable[[Issue], bool]
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|<=|>=|!=|[=<>(),]|[^\s()=<>!,"\']+)')
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$")


class JqlError(ValueError):
    """A query that Jira would refuse."""


def split(jql: str) -> tuple[list[str], list[str]]:
    """Cut a query into the words of its condition and of its order."""
    words, at = [], 0
    while jql[at:].strip():
        found = TOKEN.match(jql, at)
        if not found:
            raise JqlError(f"Error in the JQL Query: the character '{jql[at:].strip()[0]}' is not expected.")
        words.append(found[1])
        at = found.end()
    upper = [word.upper() for word in words]
    cut = next((n for n in range(len(words) - 1) if upper[n : n + 2] == ["ORDER", "BY"]), len(words))
    return words[:cut], words[cut + 2 :]


def plain(word: str) -> str:
    """Take the quotes off."""
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word[0] in "\"'" else word


def sorter(jql: str) -> Callable[[list[Issue]], list[Issue]]:
    """Read the order; without one, the newest come first."""
    _, words = split(jql)
    parts = " ".join(words).split(",") if words else ["created desc"]
    if len(parts) > 7:
        raise JqlError("JQL can be ordered by at most 7 fields.")
    by: dict[str, Callable[[Issue], Any]] = {
        "created": lambda issue: issue.created,
        "updated": lambda issue: issue.updated,
        "key": lambda issue: (issue.project, issue.number),
        "issuekey": lambda issue: (issue.project, issue.number),
        "id": lambda issue: issue.id,
        "project": lambda issue: issue.project,
    }
    steps = []
    for part in parts:
        name, _, way = part.strip().lower().partition(" ")
        if name not in by or way.strip() not in ("", "asc", "desc"):
            raise JqlError(f"Not able to sort using field '{name}'.")
        steps.append((by[name], way.strip() == "desc"))

    def ordered(issues: list[Issue]) -> list[Issue]:
        for key, down in reversed(steps):
            issues = sorted(issues, key=key, reverse=down)
        return issues

    return ordered


def matcher(jql: str, world: World, zone: ZoneInfo, *, bounded: bool) -> Test:
    """Read the condition."""
    words, _ = split(jql)
    if not words:
        if bounded:
            raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
        return lambda _: True
    reader = Reader(words, world, zone)
    test = reader.either()
    if reader.words:
        raise JqlError(f"Error in the JQL Query: Expecting operator before '{reader.words[0]}'.")
    return test


class Reader:
    """Reads a condition from left to right."""

    def __init__(self, words: list[str], world: World, zone: ZoneInfo) -> None:
        self.words, self.world, self.zone = list(words), world, zone

    def next_is(self, word: str) -> bool:
        """Take the next word if it is this one."""
        if self.words and self.words[0].upper() == word:
            self.words.pop(0)
            return True
        return False

    def take(self) -> str:
        """Take the next word."""
        if not self.words:
            raise JqlError("Error in the JQL Query: the query ends too early.")
        return self.words.pop(0)

    def either(self) -> Test:
        """Read conditions joined by OR."""
        tests = [self.both()]
        while self.next_is("OR"):
            tests.append(self.both())
        return lambda issue: any(test(issue) for test in tests)

    def both(self) -> Test:
        """Read conditions joined by AND."""
        tests = [self.single()]
        while self.next_is("AND"):
            tests.append(self.single())
        return lambda issue: all(test(issue) for test in tests)

    def single(self) -> Test:
        """Read one condition, its denial, or one in brackets."""
        if self.next_is("NOT"):
            test = self.single()
            return lambda issue: not test(issue)
        if self.next_is("("):
            test = self.either()
            if not self.next_is(")"):
                raise JqlError("Error in the JQL Query: Expecting ')'.")
            return test
        return self.clause()

    def clause(self) -> Test:
        """Read a field, an operator and its values."""
        name, sign = plain(self.take()).lower(), self.take().lower()
        if sign == "not":
            sign += " " + self.take().lower()
        if sign in ("in", "not in"):
            if not self.next_is("("):
                raise JqlError("Error in the JQL Query: Expecting '(' after 'in'.")
            values = [plain(self.take())]
            while self.next_is(","):
                values.append(plain(self.take()))
            if not self.next_is(")"):
                raise JqlError("Error in the JQL Query: Expecting ')'.")
        elif sign in COMPARE:
            values = [plain(self.take())]
        else:
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{sign}'.")
        return self.meaning(name, sign, values)

    def meaning(self, name: str, sign: str, values: list[str]) -> Test:
        """Say what a clause means."""
        value, known = self.field(name)
        right = [known(each) for each in values]
        if sign == "in":
            return lambda issue: value(issue) in right
        if sign == "not in":
            return lambda issue: value(issue) not in right
        compare = COMPARE[sign]
        if sign in ("<", "<=", ">", ">=") and name in ("project", "issuetype", "type", "status"):
            raise JqlError(f"The operator '{sign}' is not supported by the '{name}' field.")
        if name in ("key", "issuekey") and sign not in ("=", "!="):
            if self.world.by_key[values[0].upper()].key != values[0].upper():
                raise JqlError(f"Operator '{sign}' cannot be applied to moved issue key '{values[0]}'.")
            home = values[0].upper().partition("-")[0]
            return lambda issue: issue.project == home and bool(compare(value(issue), right[0]))
        return lambda issue: bool(compare(value(issue), right[0]))

    def field(self, name: str) -> tuple[Callable[[Issue], Any], Callable[[str], Any]]:
        """Give what a field holds in an issue, and how a value of it is written."""
        if name == "project":
            return (lambda issue: issue.project), self.project
        if name in ("created", "createddate"):
            return (lambda issue: issue.created), self.instant
        if name in ("updated", "updateddate"):
            return (lambda issue: issue.updated), self.instant
        if name in ("key", "issuekey", "issue"):
            return (lambda issue: (issue.project, issue.number)), self.key
        if name == "id":
            return (lambda issue: issue.id), int
        if name in ("issuetype", "type"):
            return (lambda issue: issue.type), str
        if name == "status":
            return (lambda issue: STATUSES[issue.status][0]), str
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")

    def project(self, value: str) -> str:
        """Read a project by key, id or name."""
        for key, (identity, name, _) in PROJECTS.items():
            if value.upper() == key or value in (identity, name):
                return key
        raise JqlError(f"The value '{value}' does not exist for the field 'project'.")

    def key(self, value: str) -> tuple[str, int]:
        """Read a key, which must be there."""
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+-\d+", value):
            raise JqlError(f"The issue key '{value}' for field 'key' is invalid.")
        issue = self.world.by_key.get(value.upper())
        if issue is None or issue.hidden:
            raise JqlError(f"An issue with key '{value}' does not exist for field 'key'.")
        return issue.project, issue.number

    def instant(self, value: str) -> datetime:
        """Read minutes, in the zone of whoever asks; there are no seconds in JQL."""
        found = DATE.match(value)
        if not found:
            raise JqlError(
                f"Date value '{value}' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
                "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
            )
        year, month, day, hour, minute = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=self.zone)

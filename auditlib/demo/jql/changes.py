"""Questions of JQL about the history of a field: what it was changed to, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from auditlib.demo.jql.fields import names_of_value
from auditlib.demo.jql.predicates import Predicate
from auditlib.demo.world.records import Issue

CHANGING = frozenset({"status", "resolution", "priority"})
"""Fields that can be asked for so here; Jira has assignee, reporter and fix version besides."""

ChangeTest: TypeAlias = Callable[[Mapping[str, Any], datetime], bool]
"""Told an item of the history and its time."""


def ids_of(known: Iterable[Any], text: str) -> frozenset[str]:
    """Return the ids of the values that a text stands for."""
    return frozenset(str(value["id"]) for value in known if text.casefold() in names_of_value(value))


def value_test(word: str, wanted: frozenset[str]) -> ChangeTest:
    """Test what a field was changed to, or from."""
    return lambda item, _: str(item.get(word)) in wanted


def time_test(word: str, moments: Sequence[datetime]) -> ChangeTest:
    """Test when it was changed: after, before, or during."""
    if word == "during":
        return lambda _, at: len(moments) == 2 and moments[0] <= at <= moments[1]
    if word == "after":
        return lambda _, at: all(at > moment for moment in moments)
    return lambda _, at: all(at < moment for moment in moments)


def changed(field_id: str, tests: Sequence[ChangeTest]) -> Predicate:
    """Test whether one entry of an issue's history fits all that is asked."""

    def test(issue: Issue) -> bool:
        return any(
            item.get("field") == field_id and all(one(item, history.created) for one in tests)
            for history in issue.histories
            for item in history.items
        )

    return test

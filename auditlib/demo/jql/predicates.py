"""The tests that JQL's operators stand for: membership, words of a text, numbers of keys, dates."""

from __future__ import annotations

import operator as operator_module
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from auditlib.demo.world.records import Issue

Predicate: TypeAlias = Callable[[Issue], bool]
_WORD = re.compile(r"\w+\*?")
_SECOND = timedelta(seconds=1)


def membership(wanted: frozenset[str | None], operator: str, names: Callable[[Issue], Iterable[str]]) -> Predicate:
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


def text_search(asked: str) -> Callable[[str], bool]:
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


NUMBER_TESTS: dict[str, Callable[[int, int], bool]] = {
    "<": operator_module.lt,
    "<=": operator_module.le,
    ">": operator_module.gt,
    ">=": operator_module.ge,
}


def _within(date: datetime, second: datetime) -> bool:
    return second <= date < second + _SECOND


# Jira's index knows seconds: 12:00:00.250 is 12:00:00. What is asked for always is a whole second.
DATE_TESTS: dict[str, Callable[[datetime, Sequence[datetime]], bool]] = {
    "=": lambda date, wanted: _within(date, wanted[0]),
    "!=": lambda date, wanted: not _within(date, wanted[0]),
    "in": lambda date, wanted: any(_within(date, one) for one in wanted),
    "not in": lambda date, wanted: not any(_within(date, one) for one in wanted),
    "<": lambda date, wanted: date < wanted[0],
    "<=": lambda date, wanted: date < wanted[0] + _SECOND,
    ">": lambda date, wanted: date >= wanted[0] + _SECOND,
    ">=": lambda date, wanted: date >= wanted[0],
}

"""The company without a planted fault, and which of its issues each fault will be about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from auditlib.demo.story.company import PERIOD_START, build_company
from auditlib.demo.world.records import History, Issue, LogRecord, World
from auditlib.keys import ISSUE

SEED: Final = "self-check"
PROJECT: Final = "PAY"
MOVED_TO: Final = ("OPS", "PAYX")
UNSEEN: Final = "OPS"
"""The project that the account may not browse, once that is the fault."""

_SCALE: Final = 0.1
_FROM, _UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
"""Between these the issues were created that faults are about: well within the period."""

_KEY: Final = re.compile(rf"\b{ISSUE}\b")
_GOOD_CHANGE: Final = "change as it should be"


@dataclass(frozen=True)
class Plain:
    """The company before a fault is planted.

    Attributes
    ----------
    world : World
        Not to be changed.
    cases : mapping of str to str
        The key that each fault is about, by the fault's name; two faults have two issues.
    """

    world: World
    cases: Mapping[str, str]

    def issue(self, fault: str) -> Issue:
        """Return the issue that a fault is about."""
        key = self.cases[fault]
        return next(one for one in self.world.issues.values() if one.key == key)


def plain_company() -> Plain:
    """Return the company without a planted fault; the same every time.

    Its audit log reaches back beyond the period, so that a log which does not is a fault of its own.
    """
    company = build_company(SEED, scale=_SCALE)
    world = replace(company.world, log=[_before_the_period(company.world), *company.world.log])
    return Plain(
        world, _cases(world) | dict.fromkeys(("approved-late", "same-person"), company.truth.process[_GOOD_CHANGE])
    )


def _before_the_period(world: World) -> LogRecord:
    first = world.log[0]
    begins = datetime(PERIOD_START.year, PERIOD_START.month, PERIOD_START.day, tzinfo=UTC)
    return replace(first, id=first.id - 1, created=begins - timedelta(days=20))


def _cases(world: World) -> dict[str, str]:
    """Return an ordinary issue for each fault that is about one: nothing else names it, and it never moved."""
    left = [one for one in _ordinary(world) if one.project == PROJECT]
    wanted: tuple[tuple[str, Callable[[Issue], bool]], ...] = (
        ("history-cut", lambda one: len(status_changes(one)) > 2),
        ("comment-gone", lambda one: any(comment.visible for comment in one.comments)),
        *(
            (name, lambda _: True)
            for name in ("hidden", "deleted", "deleted-unrecorded", "moved-twice", "left-out", "drift", "same-key")
        ),
    )
    found = {}
    for name, fits in wanted:
        chosen = next(one for one in left if fits(one))
        left.remove(chosen)
        found[name] = chosen.key
    return found


def _ordinary(world: World) -> Iterator[Issue]:
    named = {key for one in world.issues.values() for key in _named_by(one)} | _named_in_log(world)
    moved = set(world.moved_keys.values())
    for one in sorted(world.issues.values(), key=lambda issue: issue.number):
        alone = (
            one.key not in named
            and one.id not in moved
            and not one.fields.get("subtasks")
            and "parent" not in one.fields
        )
        if alone and one.visible and _FROM <= one.created < _UNTIL and not one.fields.get("labels"):
            yield one


def _named_by(issue: Issue) -> set[str]:
    """Return the keys that the record of an issue names, without its own."""
    told = (
        issue.fields.get("issuelinks"),
        issue.fields.get("parent"),
        issue.fields.get("description"),
        issue.histories,
        issue.comments,
    )
    return set(_KEY.findall(repr(told))) - {issue.key}


def _named_in_log(world: World) -> set[str]:
    return {key for one in world.log for key in _KEY.findall(repr(one.object_item))}


def status_changes(issue: Issue) -> list[History]:
    """Return the entries of an issue that change its status, in their order."""
    return [one for one in issue.histories if any(item["field"] == "status" for item in one.items)]

"""A check of a package, by name: what ``verify`` goes through in order, and what each came to, in words and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from auditlib.evidence.differences import REMARKS, Difference, sentence, sentences
from auditlib.phrases import agreeing


class Outcome(NamedTuple):
    """What a check found.

    Attributes
    ----------
    differences : sequence of Difference
        All that it found; those of a kind among ``REMARKS`` are told and count as none.
    good : str
        What it reads like if there is none, where the check knows more than its own word: who signed, at what time.
    """

    differences: Sequence[Difference] = ()
    good: str = ""


@dataclass(frozen=True)
class Check:
    """One thing that ``verify`` looks at.

    Attributes
    ----------
    name : str
        For programs; never changes.
    title : str
        For people, as the line begins.
    good : str
        What it reads like if nothing differs.
    differing : tuple of (str, str)
        What follows the number of differences, of one and of several.
    look : callable
        Looks at a package, into which nothing is written. Loads what it needs when it is called.
    """

    name: str
    title: str
    good: str
    differing: tuple[str, str]
    look: Callable[[Path], Outcome]


class Result(NamedTuple):
    """A check, and what it found in one package."""

    check: Check
    outcome: Outcome

    @property
    def differences(self) -> list[Difference]:
        """What it found, without what is no more than a remark."""
        return [one for one in self.outcome.differences if one.kind not in REMARKS]

    @property
    def failed(self) -> bool:
        """Whether anything differs."""
        return bool(self.differences)

    def heading(self) -> str:
        """Return the line of the check: its title, and how it came out."""
        told = len(sentences(self.differences))
        good = self.outcome.good or self.check.good
        return f"{self.check.title}: {f'{told:,} {agreeing(told, *self.check.differing)}' if told else good}"

    def remarks(self) -> list[str]:
        """Return the lines of what is told and is no difference."""
        return sentences(one for one in self.outcome.differences if one.kind in REMARKS)

    def record(self) -> dict[str, Any]:
        """Return the check for programs."""
        return {
            "name": self.check.name,
            "title": self.check.title,
            "result": "failed" if self.failed else "passed",
            "words": self.heading(),
            "differences": [_record(one) for one in self.differences],
            "remarks": [_record(one) for one in self.outcome.differences if one.kind in REMARKS],
        }


def go_through(checks: Iterable[Check], package: Path) -> Iterator[Result]:
    """Yield what each check finds, in order, as it is found."""
    for check in checks:
        yield Result(check, check.look(package))


def report(package: Path, results: Sequence[Result]) -> dict[str, Any]:
    """Return what ``verify --json`` prints: the package, whether it is verified, and every check with all that it found."""
    return {
        "package": str(package),
        "verified": not any(one.failed for one in results),
        "checks": [one.record() for one in results],
    }


def _record(difference: Difference) -> dict[str, Any]:
    return {
        "kind": str(difference.kind),
        "path": difference.path,
        "expected": difference.expected,
        "found": difference.found,
        "line": difference.line,
        "sentence": sentence(difference),
    }

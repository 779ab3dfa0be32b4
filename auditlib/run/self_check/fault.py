"""A planted fault, what must be found of it, and what was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import AuditError
from auditlib.evidence.opened import Evidence


@dataclass(frozen=True)
class Seen:
    """What a pull of a company came to.

    Attributes
    ----------
    evidence : Evidence or None
        What came; None if the pull ended with an error.
    error : AuditError or None
        With which it ended.
    """

    evidence: Evidence | None = None
    error: AuditError | None = None


@dataclass(frozen=True)
class Fault:
    """A fault that is planted.

    Attributes
    ----------
    name : str
        Never changes.
    planted : str
        What is planted, in a sentence.
    expected : str
        What the workbook must find, and where.
    """

    name: str
    planted: str
    expected: str


@dataclass(frozen=True)
class JiraFault(Fault):
    """A fault in what a Jira holds or answers.

    Attributes
    ----------
    look : callable
        Looks in what a pull came to for what is expected of a key; returns where it stands, empty if it does not.
    archived : bool
        Whether it takes an archive of before the fault.
    """

    look: Callable[[Seen, str], str]
    archived: bool = False


@dataclass(frozen=True)
class PackageFault(Fault):
    """A fault in a sealed package.

    Attributes
    ----------
    tamper : callable
        Spoils a copy of a package, and returns the path of what it spoilt.
    check : str
        The check of ``verify`` that must find it, by its name.
    names : str
        What a difference that is found must name; the path that was spoilt if empty.
    needs : str
        The program that it takes; empty if it takes none.
    """

    tamper: Callable[[Path], str]
    check: str
    names: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Result:
    """What was found of a planted fault.

    Attributes
    ----------
    fault : Fault
    about : str
        The key or the file that it is about.
    found : str
        Where it was found; empty if it was not.
    alarm : str
        What is found of the same where nothing is planted; empty as it should be.
    untried : str
        Why it was not planted; empty if it was.
    """

    fault: Fault
    about: str
    found: str
    alarm: str
    untried: str = ""

    @property
    def good(self) -> bool:
        """Whether it was found where it was planted, and only there; also if it could not be planted here."""
        return bool(self.untried) or (bool(self.found) and not self.alarm)

    @property
    def verdict(self) -> str:
        """Return it in words: found, not found, a false alarm, or not tried."""
        if self.untried:
            return "not tried"
        return "found" if self.good else "false alarm" if self.found else "NOT FOUND"

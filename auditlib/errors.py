"""What can go wrong, as data.

The tree, with the exit status that the command line gives each branch::

    AuditError
    ├── ParameterError        2  the parameter file, or a value given with -p; all problems at once
    ├── UsageError            2  a command that can't work as given
    ├── SampleError           2  a sample that can't be drawn from this population
    ├── SourceError           3  Jira, or what it answered
    │   ├── UnreachableError     no answer, after all tries
    │   │   └── TooHeavyError    none to so much at once; less may be answered
    │   ├── RefusedError         Jira refuses one question
    │   ├── AccountRefusedError  Jira does not know this account
    │   ├── NotBrowsableError    a listed project can't be seen by this account
    │   ├── RenamedError         a listed project has another key by now
    │   ├── ForbiddenRequestError  not on the read-only list; never sent
    │   ├── AnswerError          an answer that is cut, of the wrong type, or contradicts itself
    │   │   └── FormError            an answer that has not the form of its resource
    │   └── ReconciliationError  the two passes differ in a way that drift does not explain
    ├── MachineError          3  this machine has too little of something: disk, memory, files, processes
    ├── ClockError            3  this machine's clock was set while a command was under way
    ├── NotebookError            a notebook stopped; carries the status of its cause
    └── DifferenceError       4  a package does not say what its raw responses say

A finding about a control is a result, never one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MOST_TOLD: Final = 100
"""Problems of one file that a message tells; who mends these sees the others next time."""


class AuditError(Exception):
    """Root of all errors of this package; ``status`` is the exit status of the command line."""

    status = 2

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the sentence alone, since where in the code it was raised helps nobody (IPython asks)."""
        shown = "".join(one if one.isprintable() or one == "\n" else f"[U+{ord(one):04X}]" for one in str(self))
        return [f"{type(self).__name__}: {shown}"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a parameter file.

    Attributes
    ----------
    path : str
        The file, or ``-p`` for a value of the command line.
    line : int or None
        Line in the file, counted from 1.
    key : str
        The parameter, dotted for nested ones (``attributes[0].test``).
    value : str
        What was seen, as short text; empty if nothing was given.
    message : str
        What is allowed, and what to do.
    """

    path: str
    line: int | None
    key: str
    value: str
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        shown = f" = {self.value}" if self.value else ""
        return f"{place}: {self.key}{shown}: {self.message}"


class ParameterError(AuditError):
    """The parameter file, or a list that it names, is wrong; ``problems`` is everything that is, the message tells the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        more = len(problems) - _MOST_TOLD
        lines = [str(problem) for problem in problems[:_MOST_TOLD]]
        super().__init__("\n".join([*lines, f"… and {more:,} more"] if more > 0 else lines))


class UsageError(AuditError):
    """The command can't work as given."""


class SampleError(AuditError):
    """The sample can't be drawn from this population."""


class SourceError(AuditError):
    """Jira can't be used, or answered what can't be used."""

    status = 3


class UnreachableError(SourceError):
    """No usable answer after all tries."""


class TooHeavyError(UnreachableError):
    """No usable answer in a way that asking for less at once may mend."""


class RefusedError(SourceError):
    """Jira refuses a question, with a status from 400 to 499."""


class AccountRefusedError(SourceError):
    """Jira does not accept the account; ``answered`` is the HTTP status, 0 if asking otherwise is no use.

    ``lacks_scope`` says that Jira knows the token, and that it lacks a scope for this question.
    """

    def __init__(self, message: str, *, answered: int = 0, lacks_scope: bool = False) -> None:
        self.answered = answered
        self.lacks_scope = lacks_scope
        super().__init__(message)


class NotBrowsableError(SourceError):
    """A listed project can't be seen; ``projects`` names all of them."""

    def __init__(self, message: str, projects: list[str]) -> None:
        self.projects = projects
        super().__init__(message)


class RenamedError(SourceError):
    """A listed project has another key by now."""


class ForbiddenRequestError(SourceError):
    """A request that is not on the read-only list; it was not sent."""


class AnswerError(SourceError):
    """An answer that can't be evidence: cut, of the wrong type, or contradicting itself.

    ``request`` says what was asked, ``found`` what came, ``expected`` what should have.
    """

    def __init__(self, message: str, *, request: str = "", expected: str = "", found: str = "") -> None:
        self.request = request
        self.expected = expected
        self.found = found
        super().__init__(message)


class FormError(AnswerError):
    """An answer that has not the form of its resource (``responses.forms``)."""


class ReconciliationError(SourceError):
    """The two passes differ, and drift does not explain it; ``differences`` holds the ids by project."""

    def __init__(self, message: str, differences: dict[str, list[int]]) -> None:
        self.differences = differences
        super().__init__(message)


class MachineError(AuditError):
    """The machine refuses something that a command needs: room on a disk, memory, open files, threads."""

    status = 3


class ClockError(AuditError):
    """The clock of this machine was set while a command was under way: its times can't all be true."""

    status = 3


class NotebookError(AuditError):
    """A notebook stopped; ``notebook`` and ``cell`` say where."""

    def __init__(self, message: str, *, notebook: str, cell: int | None, status: int) -> None:
        self.notebook = notebook
        self.cell = cell
        self.status = status
        super().__init__(message)


class DifferenceError(AuditError):
    """A package differs from its own manifest or raw responses; ``differences`` lists all."""

    status = 4

    def __init__(self, message: str, differences: list[str]) -> None:
        self.differences = differences
        super().__init__(message)

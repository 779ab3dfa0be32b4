"""Errors become exit statuses: each kind has its own, and a message that a person can act on."""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

import typer

from auditlib.cli.screen import err, say
from auditlib.errors import AuditError, DifferenceError, ParameterError, UsageError
from auditlib.text import shorten, visible_text

FOUND: Final = 1
"""Exit status of a package that is sealed, and shows what was to be told so."""

INTERRUPTED: Final = 130
UNFORESEEN: Final = 70
"""Exit status of an error in auditlib itself; 1 would say that a run found something."""

_LONGEST_PATH: Final = 200


def end_with(error: AuditError) -> NoReturn:
    """Print an error of a kind that is known, and exit with its status."""
    if isinstance(error, DifferenceError):
        for difference in error.differences:
            say(err, difference)
    end(str(error), error.status, error)


def end(message: str, status: int, error: BaseException) -> NoReturn:
    """Print what is wrong, with a traceback only if it was asked for, and exit."""
    if os.environ.get("AUDITLIB_DEBUG"):
        import traceback

        say(err, "".join(traceback.format_exception(error)).rstrip())  # its messages may be those of a Jira
    prefix = "" if isinstance(error, ParameterError) else "auditlib: "
    say(err, f"{prefix}{message}")
    sys.exit(status)


def end_unforeseen(error: Exception) -> NoReturn:
    """Tell what no one foresaw; a file or folder that the machine refuses is named, and no error in this program."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        where = shorten(visible_text(os.fsdecode(error.filename)), _LONGEST_PATH)
        end(f"{where}: {error.strerror}; give another path, or put it right", UsageError.status, error)
    said = " ".join(str(error).split()) or "no message"
    end(
        f"{type(error).__name__}: {said}\nThis is an error in auditlib; `auditlib --debug …` shows where",
        UNFORESEEN,
        error,
    )


def usage_message(error: typer.TyperException) -> str:
    """Say what is wrong with a command line, and where to read what would be right."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return f"no command given\n{error.format_message()}"
    hint = f"\nTry: {context.command_path} --help" if context is not None else ""
    return f"{error.format_message()}{hint}"

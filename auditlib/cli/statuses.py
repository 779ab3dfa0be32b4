"""Errors become exit statuses: each kind has its own, and a message that a person can act on."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import typer

from auditlib.cli import job_page
from auditlib.cli.screen import drop_output, err, say
from auditlib.errors import AuditError, DifferenceError, MachineError, ParameterError, UsageError
from auditlib.machine import machine_words
from auditlib.text import shorten, visible_text

FOUND: Final = 1
"""Exit status of a package that is sealed, and shows what was to be told so."""

UNFORESEEN: Final = 70
"""Exit status of an error in auditlib itself; 1 would say that a run found something."""

_LONGEST_PATH: Final = 200
_LONGEST_MESSAGE: Final = 500


def end_by(error: BaseException) -> NoReturn:
    """Print what ended a command, and exit with the status of its kind."""
    if isinstance(error, AuditError):
        end_with(error)
    if isinstance(error, typer.TyperException):
        end(usage_message(error), UsageError.status, error)
    end_unforeseen(error)


def end_with(error: AuditError) -> NoReturn:
    """Print an error of a kind that is known, and exit with its status."""
    differences = error.differences if isinstance(error, DifferenceError) else []
    for difference in differences:
        say(err, difference)
    end(str(error), error.status, error, differences)


def end(message: str, status: int, error: BaseException, before: Sequence[str] = ()) -> NoReturn:
    """Print what is wrong, with a traceback only if it was asked for, and exit."""
    if os.environ.get("AUDITLIB_DEBUG"):
        import traceback

        say(err, "".join(traceback.format_exception(error)).rstrip())  # its messages may be those of a Jira
    prefix = "" if isinstance(error, ParameterError) else "auditlib: "
    message = "\n".join([message, *getattr(error, "__notes__", ())])
    say(err, f"{prefix}{message}")
    job_page.add(f"failed, status {status}", job_page.as_shown([*before, message]))
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):  # else Python tries once more at its end, and makes the status 120
        drop_output(sys.stdout)
    sys.exit(status)


def end_unforeseen(error: BaseException) -> NoReturn:
    """Tell what no one foresaw; what the machine refuses is named, and no error in this program."""
    if (told := machine_words(error)) is not None:
        end(
            f"{told}. Mend it and begin again; --resume goes on where a folder .partial is left",
            MachineError.status,
            error,
        )
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        where = shorten(visible_text(os.fsdecode(error.filename)), _LONGEST_PATH)
        end(f"{where}: {error.strerror}; give another path, or put it right", UsageError.status, error)
    if isinstance(error, FileNotFoundError) and not _has_working_folder():
        end("the folder that this was begun in is not there any more; go to another one", UsageError.status, error)
    if isinstance(error, OSError):
        end(f"this machine refuses: {_said(error)}; put it right, and begin again", MachineError.status, error)
    if isinstance(error, ImportError) and not (error.name or "").startswith("auditlib"):
        end(f"a library can't be loaded: {_said(error)}; install auditlib again", UsageError.status, error)
    end(
        f"{type(error).__name__}: {_said(error)}\nThis is an error in auditlib; `auditlib --debug …` shows where",
        UNFORESEEN,
        error,
    )


def _has_working_folder() -> bool:
    try:
        return Path.cwd().is_dir()
    except OSError:
        return False


def _said(error: BaseException) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return shorten(visible_text(" ".join(words.split())), _LONGEST_MESSAGE) or "no message"


def usage_message(error: typer.TyperException) -> str:
    """Say what is wrong with a command line, and where to read what would be right."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return f"no command given\n{error.format_message()}"
    hint = f"\nTry: {context.command_path} --help" if context is not None else ""
    return f"{error.format_message()}{hint}"

"""The command line: the only place that prints and exits, and the only one that knows the embedded Jira."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from auditlib import __version__
from auditlib.cli.archives import archive
from auditlib.cli.embedded import jira
from auditlib.cli.runs import check, demo, dossiers, run_command
from auditlib.cli.screen import err, out, say
from auditlib.cli.sizes import evaluate, sample_size
from auditlib.cli.statuses import INTERRUPTED, end, end_unforeseen, end_with, usage_message
from auditlib.cli.verification import verify
from auditlib.errors import AuditError

app = typer.Typer(
    name="auditlib",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn Jira into audit evidence: population, numbering, status, sample, in a sealed package.",
)


def _version(asked: bool) -> None:
    if asked:
        say(out, f"auditlib {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback acts
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if debug:
        os.environ["AUDITLIB_DEBUG"] = "1"


for command, name in (
    (demo, "demo"),
    (run_command, "run"),
    (check, "check"),
    (dossiers, "dossiers"),
    (sample_size, "sample-size"),
    (evaluate, "evaluate"),
    (archive, "archive"),
    (verify, "verify"),
    (jira, "jira"),
):
    app.command(name)(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to fail
    try:
        status = app(standalone_mode=False)
    except AuditError as error:
        end_with(error)
    except typer.TyperException as error:
        end(usage_message(error), 2, error)
    except typer.Abort:
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read the output has gone; so has its end
        sys.exit(141)
    except Exception as error:  # noqa: BLE001 - never a traceback unless asked for
        end_unforeseen(error)
    if status == INTERRUPTED:
        say(err, "auditlib: interrupted")
    sys.exit(status if isinstance(status, int) else 0)

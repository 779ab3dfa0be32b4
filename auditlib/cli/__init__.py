"""The command line: the only place that prints and exits, and the only one that knows the embedded Jira."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Final

import typer

from auditlib import __version__
from auditlib.cli.archives import archive
from auditlib.cli.embedded import jira
from auditlib.cli.runs import check, demo, dossiers, run_command
from auditlib.cli.screen import err, out, say
from auditlib.cli.signals import Heard, listening
from auditlib.cli.sizes import evaluate, sample_size
from auditlib.cli.statuses import end_by
from auditlib.cli.verification import verify

_NO_HOME: Final = "/nonexistent"
"""What Debian writes where an account has no home (Debian Policy, 9.2.3)."""

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
    if os.path.expanduser("~") == "~":  # noqa: PTH111 - an account without an entry and without HOME, as in containers
        os.environ["HOME"] = _NO_HOME  # else libraries that look for their settings fail
    with listening() as heard:
        try:
            status = app(standalone_mode=False)
        except SystemExit:
            raise
        except BaseException as error:  # noqa: BLE001 - never a traceback unless asked for
            if not (heard.number or isinstance(error, KeyboardInterrupt | typer.Abort)):
                end_by(error)
            status = heard.status
        if heard.number and status == Heard().status:  # typer makes that of every interruption
            status = heard.status
        if status == heard.status:
            say(err, f"auditlib: {heard.word}")
        sys.exit(status if isinstance(status, int) else 0)

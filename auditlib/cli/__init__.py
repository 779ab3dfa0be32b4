"""The command line: the only place that prints and exits, and the only one that knows the embedded Jira."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Annotated, Final

import typer

from auditlib import __version__
from auditlib.cli.archives import archive
from auditlib.cli.embedded import jira
from auditlib.cli.helping import help_of
from auditlib.cli.masking import mask
from auditlib.cli.packing import pack
from auditlib.cli.rerunning import rerun
from auditlib.cli.runs import check, demo, dossiers, run_command
from auditlib.cli.screen import err, out, say
from auditlib.cli.signals import Heard, listening
from auditlib.cli.sizes import evaluate, sample_size
from auditlib.cli.statuses import end_by
from auditlib.cli.together import cover
from auditlib.cli.verification import verify
from auditlib.cli.years import compare, new

_NO_HOME: Final = "/nonexistent"
"""What Debian writes where an account has no home (Debian Policy, 9.2.3)."""

app = typer.Typer(
    name="auditlib",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: no frames, no colours, alike on a terminal and in a file
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        say(out, f"auditlib {__version__}")
        raise typer.Exit


def _options(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback acts
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn Jira into audit evidence: population, numbering, status, sample, in a sealed package.

    Examples:

        auditlib demo                     a package of a made-up company, to look at

        auditlib check params/2026.yaml   would a run succeed?

        auditlib run params/2026.yaml     pull, execute the notebooks, seal

        auditlib verify evidence/PACKAGE  is it what Jira answered?

    Every command has a --help of its own, with examples. It ends with status 0 if all is done, 1 if what --fail-on names was
    found, 2 for parameters and usage, 3 for Jira, 4 for a package that differs, 130 if it was interrupted.
    """
    if debug:
        os.environ["AUDITLIB_DEBUG"] = "1"


COMMANDS: Final[tuple[tuple[str, Callable[..., None], str], ...]] = (
    ("demo", demo, "The whole workbook on an embedded Jira. No account."),
    ("run", run_command, "Pull from Jira, execute the notebooks, seal a package."),
    ("check", check, "Would a run succeed, and what could it not prove?"),
    ("dossiers", dossiers, "The full record of chosen issues, as a package."),
    ("sample-size", sample_size, "How many issues must be tested?"),
    ("evaluate", evaluate, "What do the deviations found allow to conclude?"),
    ("archive", archive, "Keep what Jira forgets; for every month."),
    ("verify", verify, "Verify a package offline, tables and all."),
    ("rerun", rerun, "Execute a package's notebooks again, and compare."),
    ("pack", pack, "Pack a package for upload portals."),
    ("mask", mask, "A package without names, for other parties."),
    ("compare", compare, "Two packages of one audit, year over year."),
    ("new", new, "Next year's parameter file."),
    ("cover", cover, "One page over several packages."),
    ("jira", jira, "Leave the embedded Jira running."),
)
"""Each command: its name, what it does, and a line for the list of all."""

app.callback(help=help_of(_options))(_options)
for name, command, line in COMMANDS:
    app.command(name, help=help_of(command), short_help=line)(command)


def _keep_to_utc() -> None:
    """Let libraries find UTC, in which all is told: with TZ=UTC+3 papermill takes its own times for those of that zone."""
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):  # not on Windows, where TZ is no zone of Python's
        time.tzset()


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to fail
    if os.path.expanduser("~") == "~":  # noqa: PTH111 - an account without an entry and without HOME, as in containers
        os.environ["HOME"] = _NO_HOME  # else libraries that look for their settings fail
    _keep_to_utc()
    with listening() as heard:
        try:
            status = app(standalone_mode=False, prog_name="auditlib")
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

"""Arguments and options that more than one command takes, and what their values mean."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from auditlib.errors import UsageError
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.run.until import Until


class Dialect(StrEnum):
    """What the embedded Jira speaks."""

    CLOUD = "cloud"
    DATA_CENTER = "data-center"


ParamsFile = Annotated[
    Path, typer.Argument(metavar="PARAMS", help="Parameter file, e.g. params/2026.yaml.", show_default=False)
]
PackageFolder = Annotated[
    Path, typer.Argument(metavar="PACKAGE", help="Folder of a sealed package.", show_default=False)
]
AllowedSigners = Annotated[
    Path | None,
    typer.Option(
        "--allowed-signers",
        metavar="FILE",
        help="Require a signature by one of these: a list as ssh-keygen reads it, a name and a public key a line.",
        show_default=False,
    ),
]
TsaCa = Annotated[
    Path | None,
    typer.Option(
        "--tsa-ca",
        metavar="FILE",
        help="Require a time stamp that these vouch for: certificates of time-stamping authorities, in PEM form.",
        show_default=False,
    ),
]
FullPackage = Annotated[
    Path | None,
    typer.Option(
        "--full", metavar="FULL", help="Of a package without names: the one it was made of.", show_default=False
    ),
]
MaskKey = Annotated[
    Path | None,
    typer.Option(
        "--mask-key",
        metavar="FILE",
        help="Of a package without names: the key of its pseudonyms; it is made again then.",
        show_default=False,
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        metavar="NAME=VALUE",
        help="Replace a value of the parameter file; nothing or null as the VALUE leaves the key out. May be repeated.",
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Where the package goes; must not exist or be empty.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, max=32, help="Notebooks executed side by side.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help=f"Execute only this notebook ({', '.join(NOTEBOOKS)}); may be repeated."
    ),
]
IssuesFolder = Annotated[
    Path | None,
    typer.Option(
        "--issues",
        metavar="FOLDER",
        help="Serve the Jira issue JSON in this folder instead of the made-up company, and judge it by no rule that is not "
        "given with -p.",
    ),
]

FormChoices = Annotated[
    list[str] | None,
    typer.Option(
        "--form",
        metavar="NAME=VALUE",
        help="Let the embedded Jira answer in another form that sites use; may be repeated. --form list shows all.",
    ),
]


class FailOn(StrEnum):
    """What ends a run with status 1 although the package is sealed."""

    OPEN_FINDINGS = "open-findings"
    OPEN_GAPS = "open-gaps"
    DRIFT = "drift"
    EXCEPTIONS = "exceptions"
    UNSIGNED = "unsigned"
    UNSTAMPED = "unstamped"


FailOns = Annotated[
    list[FailOn] | None,
    typer.Option(
        "--fail-on",
        metavar="WHAT",
        help="Seal the package, then end with status 1 if it shows this: open-findings (an exception that management has not "
        "answered), open-gaps (a missing number of the period that nothing and nobody explains), drift (an issue was new, gone, "
        "moved or changed while Jira was asked), exceptions (an issue deviates from a control or an attribute), unsigned or "
        "unstamped (the signature, or the time stamp, that the parameters ask for did not come about). May be repeated.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Go on with an interrupted run of the same --out, without asking again for what came."
    ),
]

RunUntil = Annotated[
    Until,
    typer.Option(
        "--until",
        metavar="WHAT",
        help="How far to go: pull (everything is pulled), pages (notebooks and pages are made, to be looked at), or seal, "
        "which is the default. --resume does the rest.",
        show_default=False,
    ),
]

MostQuestions = Annotated[
    int | None,
    typer.Option(
        "--most-questions",
        metavar="N",
        min=1,
        help="Ask at most so many questions for missing numbers (50,000 if left out); where they would take more, end with "
        "their count.",
        show_default=False,
    ),
]

LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="FILE",
        help="Append a line for each request to Jira: status, waits, bytes; no secret.",
        show_default=False,
    ),
]


def default_jobs() -> int:
    """Return how many notebooks are executed side by side if it is not said."""
    return max(1, min(4, os.cpu_count() or 1))


def chosen_notebooks(only: list[str] | None) -> tuple[str, ...]:
    """Return the notebooks named with --only, in their order; ``03`` and ``numbering`` will do for ``03_numbering``."""
    if not only:
        return NOTEBOOKS
    chosen = []
    for name in only:
        found = [known for known in NOTEBOOKS if name in {known, known[:2], known[3:], f"{known}.ipynb"}]
        if not found:
            raise UsageError(f"--only {name}: there is no such notebook; there are {', '.join(NOTEBOOKS)}")
        chosen += found
    return tuple(name for name in NOTEBOOKS if name in chosen)

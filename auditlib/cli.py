"""The command line: the only place that prints and exits."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import click
import typer
from rich.console import Console
from rich.traceback import install

from auditlib import __version__
from auditlib.carried import demo_parameters
from auditlib.check import check_screen
from auditlib.collect import package_name
from auditlib.demo.company import build_company
from auditlib.demo.folder import load_folder
from auditlib.demo.server import EmbeddedJira
from auditlib.demo.world import World
from auditlib.errors import AuditError, DifferenceError, UsageError
from auditlib.package import check_bag, is_sealed
from auditlib.params import Parameters, load_parameters
from auditlib.progress import progress
from auditlib.workbook import NOTEBOOKS, Run, recompute, run
from auditlib.workpaper import EVIDENCE

INTERRUPTED = 130

app = typer.Typer(
    name="auditlib",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn Jira into audit evidence: population, numbering, status, sample, in a sealed package.",
)

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


class Dialect(StrEnum):
    """What the embedded Jira speaks."""

    CLOUD = "cloud"
    DATA_CENTER = "data-center"


ParamsFile = Annotated[Path, typer.Argument(help="Parameter file, e.g. params/2026.yaml.", show_default=False)]
Overrides = Annotated[
    list[str] | None,
    typer.Option("-p", metavar="NAME=VALUE", help="Replace a value of the parameter file; may be given several times."),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Where the package goes; must not exist or be empty.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=32, help="Notebooks executed side by side.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help=f"Execute only this notebook ({', '.join(NOTEBOOKS)}); may be repeated."
    ),
]
IssuesFolder = Annotated[
    Path | None,
    typer.Option(
        "--issues", metavar="FOLDER", help="Serve the Jira issue JSON in this folder instead of the made-up company."
    ),
]


def _version(asked: bool) -> None:
    if asked:
        out.print(f"auditlib {__version__}", highlight=False)
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
        install(show_locals=False)
        os.environ["AUDITLIB_DEBUG"] = "1"


def _default_jobs() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def _chosen(only: list[str] | None) -> tuple[str, ...]:
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


def _target(out_folder: Path | None, params: Parameters) -> Path:
    return out_folder or Path(EVIDENCE) / package_name(params, datetime.now(UTC))


def _load_world(issues: Path | None) -> tuple[World, list[str]]:
    """Return what the embedded Jira is to hold, and the parameter values that follow from it."""
    if issues is None:
        return build_company().world, []
    folder = load_folder(issues)
    for ignored in folder.ignored[:20]:
        err.print(f"ignored: {ignored}", highlight=False, markup=False)
    if len(folder.ignored) > 20:
        err.print(f"ignored: {len(folder.ignored) - 20:,} more", highlight=False)
    values = [
        f"audit=Issues of {issues.name}",
        f"projects=[{', '.join(folder.projects)}]",
        f"period_start={folder.first_day.isoformat()}",
        f"period_end={folder.last_day.isoformat()}",
        "timezone=UTC",
    ]
    return folder.world, values


def _sealed(order: Run) -> None:
    with progress(err) as tell:
        package = run(order, os.environ, tell)
    out.print(f"Sealed: {package}", highlight=False, markup=False)
    out.print(f"Open {package / 'data' / 'index.html'}", highlight=False, markup=False)
    out.print(str(package), highlight=False, markup=False)


@app.command()
def demo(
    *,
    out_folder: OutFolder = None,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="Which Jira is embedded.")] = Dialect.CLOUD,
    issues: IssuesFolder = None,
    overrides: Overrides = None,
    only: Only = None,
    jobs: Jobs = _default_jobs(),
) -> None:
    """Run the whole workbook on the embedded Jira and seal the package. No account, no network.

    Examples:

        auditlib demo

        auditlib demo --dialect data-center --out /tmp/demo

        auditlib demo --issues export/ -p period_start=2026-04-01 -p period_end=2026-09-30
    """
    world, values = _load_world(issues)
    given = overrides or []
    named = {override.partition("=")[0] for override in given}
    values = [value for value in values if value.partition("=")[0] not in named]
    deployment = [] if "deployment" in named else [f"deployment={dialect.value}"]
    params = load_parameters(demo_parameters(), [*values, *deployment, *given])
    _sealed(Run(params, _target(out_folder, params), _chosen(only), jobs, world=world))


@app.command("run")
def run_command(
    params_file: ParamsFile,
    *,
    overrides: Overrides = None,
    out_folder: OutFolder = None,
    only: Only = None,
    jobs: Jobs = _default_jobs(),
    frozen: Annotated[
        Path | None,
        typer.Option("--from", metavar="PACKAGE", help="Start from the frozen population of this sealed package."),
    ] = None,
) -> None:
    """Pull from Jira, execute the notebooks, seal the evidence package.

    Credentials come from the environment: JIRA_USER and JIRA_TOKEN, or JIRA_TOKEN alone (personal access token).

    Examples:

        auditlib run params/2026.yaml

        auditlib run params/2026.yaml -p sample_size=40 --out evidence/soc2-2026

        auditlib run params/2026.yaml --from evidence/soc2-2026 -p sample_seed="chosen by the auditor"
    """
    params = load_parameters(params_file, overrides or [], check_files=True)
    world = build_company().world if params.jira_url == "demo" else None
    _sealed(Run(params, _target(out_folder, params), _chosen(only), jobs, frozen=frozen, world=world))


@app.command()
def check(params_file: ParamsFile, *, overrides: Overrides = None) -> None:
    """Say on one screen whether a run would succeed, and what it could not prove. Pulls nothing.

    Example:

        auditlib check params/2026.yaml
    """
    params = load_parameters(params_file, overrides or [], check_files=True)
    out.print(check_screen(params, os.environ), highlight=False, markup=False)


@app.command()
def verify(package: Annotated[Path, typer.Argument(help="Folder of a sealed package.", show_default=False)]) -> None:
    """Verify a package offline: the bag, every digest, and every table computed again from the raw responses.

    Example:

        auditlib verify evidence/soc2-type-ii-2026-20261002T080000Z
    """
    if not package.is_dir():
        raise UsageError(f"{package} is not a folder")
    if not is_sealed(package):
        raise UsageError(f"{package} is not a sealed package: tagmanifest-sha256.txt is missing")
    differences = check_bag(package)
    bag = "intact" if not differences else f"{len(differences):,} differences"
    out.print(f"Bag and digests: {bag}", highlight=False)
    found = recompute(package)
    out.print(f"Tables computed again from raw/: {'equal' if not found else f'{len(found):,} differ'}", highlight=False)
    if differences or found:
        raise DifferenceError(f"{package} is not what it says it is", differences + found)
    out.print(f"Verified: {package}", highlight=False, markup=False)


@app.command()
def jira(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 0,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="What it speaks.")] = Dialect.CLOUD,
    issues: IssuesFolder = None,
) -> None:
    """Leave the embedded Jira running, to try the notebooks in JupyterLab. Ctrl-C ends it.

    Example:

        auditlib jira --port 8765
    """
    world, values = _load_world(issues)
    with EmbeddedJira(world, dialect.value, port=port) as server:
        out.print(f"jira_url: {server.url}", highlight=False, markup=False)
        out.print(f"export JIRA_USER={server.user} JIRA_TOKEN={server.token}", highlight=False, markup=False)
        for value in values:
            out.print(f"-p {value}", highlight=False, markup=False)
        out.print("Running on loopback until Ctrl-C.", highlight=False)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _end(error: AuditError) -> NoReturn:
    if isinstance(error, DifferenceError):
        for difference in error.differences:
            err.print(difference, highlight=False, markup=False)
    err.print(f"auditlib: {error}", highlight=False, markup=False)
    if os.environ.get("AUDITLIB_DEBUG"):
        raise error
    sys.exit(error.status)


def main() -> None:
    """Run the command line."""
    try:
        status = app(standalone_mode=False)
    except AuditError as error:
        _end(error)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        err.print("auditlib: interrupted; what was pulled stays in the .partial folder", highlight=False)
        sys.exit(INTERRUPTED)
    sys.exit(status if isinstance(status, int) else 0)

"""The command line: the only place that prints and exits."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer
from rich.console import Console

from auditlib import __version__
from auditlib.errors import AuditError, DifferenceError, ParameterError, UsageError
from auditlib.run.notebooks import NOTEBOOKS, demo_parameters
from auditlib.text import shorten, visible_text

if TYPE_CHECKING:
    from auditlib.demo.world.records import World
    from auditlib.jira.connection import Embedded
    from auditlib.params.model import Parameters
    from auditlib.run.workbook import Run

FOUND: Final = 1
RECORDED_SEED: Final = "recorded issues, chosen by nobody"
"""By which `demo --issues` draws if no seed is given: fixed, so that every run draws the same issues."""

INTERRUPTED: Final = 130
UNFORESEEN: Final = 70
"""Exit status of an error in auditlib itself; 1 would say that a run found something."""

_LONGEST_PATH: Final = 200

app = typer.Typer(
    name="auditlib",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn Jira into audit evidence: population, numbering, status, sample, in a sealed package.",
)

# Texts of a Jira pass through here: nothing in them is taken for markup, an emoji's name or a number to be coloured.
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(soft_wrap=True, markup=False, emoji=False, highlight=False, stderr=True)


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
        help="Let the embedded Jira answer in another form that sites use; may be repeated. `--form list` shows all.",
    ),
]


class FailOn(StrEnum):
    """What ends a run with status 1 although the package is sealed."""

    OPEN_GAPS = "open-gaps"
    DRIFT = "drift"


FailOns = Annotated[
    list[FailOn] | None,
    typer.Option(
        "--fail-on",
        metavar="WHAT",
        help="Seal the package, then end with status 1 if it shows this: open-gaps (a missing number of the period that "
        "nothing and nobody explains) or drift (an issue was new, gone, moved or changed while Jira was asked). May be repeated.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Go on with an interrupted run of the same --out, without asking again for what came."
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


def _say(console: Console, text: str) -> None:
    """Print lines; what a terminal would obey, or no reader would see, is shown by its number."""
    console.print(visible_text(text, keep="\n"))


def _version(asked: bool) -> None:
    if asked:
        _say(out, f"auditlib {__version__}")
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


def _chosen_forms(given: list[str] | None) -> dict[str, str]:
    """Return the forms named with --form, or show them all and exit."""
    from auditlib.demo.server.forms import list_forms, parse_forms

    if "list" in (given or []):
        _say(out, list_forms())
        raise typer.Exit
    return parse_forms(given or [])


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


@contextmanager
def _target(out_folder: Path | None, params: Parameters, what: str = "") -> Iterator[Path]:
    """Yield where the package goes: by default a folder that no other run of the same second takes, gone if it stays empty."""
    from auditlib.package.target import EVIDENCE
    from auditlib.pull.collect import package_name

    if out_folder is not None:
        yield out_folder
        return
    Path(EVIDENCE).mkdir(exist_ok=True)
    name = package_name(params, datetime.now(UTC), what)
    for ending in chain([""], map("-{}".format, count(2))):
        target = Path(EVIDENCE) / f"{name}{ending}"
        with suppress(FileExistsError):
            target.mkdir()
            break
    try:
        yield target
    finally:
        with suppress(OSError):
            target.rmdir()


def _load_world(issues: Path | None) -> tuple[World, list[str]]:
    """Return what the embedded Jira is to hold, and the parameter values that follow from it."""
    if issues is None:
        from auditlib.demo.story.company import build_company

        return build_company().world, []
    from auditlib.demo.folder import load_folder

    folder = load_folder(issues)
    for ignored in folder.ignored[:20]:
        _say(err, f"ignored: {ignored}")
    if len(folder.ignored) > 20:
        _say(err, f"ignored: {len(folder.ignored) - 20:,} more")
    for lack in folder.world.lacks:
        _say(err, f"lacking: {lack}")
    projects = ", ".join(f'"{key}"' for key in folder.projects)  # quoted: to YAML, NO is false
    values = [
        f"audit=Issues of {issues.resolve().name}",
        f"projects=[{projects}]",
        f"period_start={folder.first_day.isoformat()}",
        f"period_end={folder.last_day.isoformat()}",
        "timezone=UTC",
    ]
    return folder.world, values


def _embedded(params: Parameters, world: World | None = None) -> Embedded | None:
    """Return what makes the embedded Jira, if the parameters ask for it; no other run loads it."""
    from auditlib.params.types import DEMO

    if params.jira_url != DEMO:
        return None
    from auditlib.demo.server.site import EmbeddedJira
    from auditlib.demo.story.company import build_company

    return partial(EmbeddedJira, world or build_company().world)


@contextmanager
def _partial_told(target: Path) -> Iterator[None]:
    """Say of an interrupted run what is left of it, and exit."""
    from auditlib.package.target import PARTIAL

    try:
        yield
    except KeyboardInterrupt:
        working = target.with_name(target.name + PARTIAL)
        left = f"; what was pulled is in {working}" if working.exists() else ""
        _say(err, f"auditlib: interrupted: there is no package at {target}{left}")
        sys.exit(INTERRUPTED)


def _told(package: Path) -> None:
    _say(out, f"Sealed: {package}")
    _say(out, f"Open {package / 'data' / 'index.html'}")
    _say(out, str(package))


def _sealed(order: Run, fail_on: list[FailOn] | None, log: Path | None) -> None:
    from auditlib.jira.request_log import logged_to
    from auditlib.run.progress import progress
    from auditlib.run.workbook import hard_at_work, run

    with logged_to(log), _partial_told(order.out), progress(err) as tell, hard_at_work():
        package = run(order, os.environ, tell)
    _told(package)
    figures = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))["figures"]
    found = [what for what in dict.fromkeys(fail_on or []) if figures[what.value.replace("-", "_")]]
    if found:
        shown = ", ".join(f"{what.value} ({figures[what.value.replace('-', '_')]:,})" for what in found)
        _say(err, f"auditlib: the package is sealed and shows what --fail-on names: {shown}")
        sys.exit(FOUND)


@app.command()
def demo(
    *,
    out_folder: OutFolder = None,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="Which Jira is embedded.")] = Dialect.CLOUD,
    issues: IssuesFolder = None,
    overrides: Overrides = None,
    only: Only = None,
    jobs: Jobs = _default_jobs(),
    fail_on: FailOns = None,
    form: FormChoices = None,
    log: LogFile = None,
) -> None:
    """Run the whole workbook on the embedded Jira and seal the package. No account, no network.

    Examples:

        auditlib demo

        auditlib demo --dialect data-center --out /tmp/demo

        auditlib demo --issues export/ -p period_start=2026-04-01 -p period_end=2026-09-30
    """
    from auditlib.demo.server.forms import Forms
    from auditlib.params.reading import check_overrides, load_parameters, parse_parameters
    from auditlib.run.workbook import Run

    notebooks = _chosen(only)
    forms = _chosen_forms(form)
    given = overrides or []
    check_overrides(given)
    world, values = _load_world(issues)
    named = {override.partition("=")[0] for override in given}
    values = [value for value in values if value.partition("=")[0] not in named]
    ours = [] if "deployment" in named else [f"deployment={dialect.value}"]
    if "sample_keys" in named and "sample_seed" not in named:
        ours.append("sample_seed=")  # ours, for which a selection has no use
    if issues is None:
        params = load_parameters(demo_parameters(), [*ours, *given])
    else:  # nothing of the made-up company's own rules: they would judge issues that never knew them
        text = f"jira_url: demo\nsample_seed: {json.dumps(RECORDED_SEED)}"
        params = parse_parameters(text, "--issues", [*values, *ours, *given])
    world.forms = Forms("data-center" if params.deployment == "data-center" else "cloud", forms).changed
    with _target(out_folder, params) as target:
        _sealed(Run(params, target, notebooks, jobs, embedded=_embedded(params, world)), fail_on, log)


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
    resume: Resume = False,
    fail_on: FailOns = None,
    log: LogFile = None,
) -> None:
    """Pull from Jira, execute the notebooks, seal the evidence package.

    Credentials come from the environment: JIRA_USER and JIRA_TOKEN; JIRA_TOKEN alone (Data Center's personal access token,
    or a token of a Cloud service account); or JIRA_CLIENT_ID and JIRA_CLIENT_SECRET (client credentials of the latter).

    Examples:

        auditlib run params/2026.yaml

        auditlib run params/2026.yaml -p sample_size=40 --out evidence/soc2-2026

        auditlib run params/2026.yaml --from evidence/soc2-2026 -p sample_seed="chosen by the auditor"

        auditlib run params/2026.yaml --out evidence/soc2-2026 --resume --fail-on open-gaps
    """
    from auditlib.params.reading import load_parameters
    from auditlib.run.workbook import Run

    notebooks = _chosen(only)
    if resume and out_folder is None:
        raise UsageError("--resume needs --out: the folder that the interrupted run was to make")
    params = load_parameters(params_file, overrides or [], check_files=True)
    with _target(out_folder, params) as target:
        _sealed(Run(params, target, notebooks, jobs, frozen, _embedded(params), resume=resume), fail_on, log)


@app.command()
def check(params_file: ParamsFile, *, overrides: Overrides = None, log: LogFile = None) -> None:
    """Say on one screen whether a run would succeed, and what it could not prove. Pulls nothing.

    Example:

        auditlib check params/2026.yaml
    """
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.check import check_screen

    params = load_parameters(params_file, overrides or [], check_files=True)
    with logged_to(log):
        screen = check_screen(params, os.environ, _embedded(params))
    _say(out, screen)


@app.command()
def dossiers(
    params_file: ParamsFile,
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Issue keys.", show_default=False)] = None,
    *,
    keys_file: Annotated[
        Path | None,
        typer.Option("--keys", metavar="FILE", help="Text file with a key a line, or CSV file with a column key."),
    ] = None,
    overrides: Overrides = None,
    out_folder: OutFolder = None,
    resume: Resume = False,
    log: LogFile = None,
) -> None:
    """Collect the full record of the issues that the auditor chose, as a sealed package.

    Of the parameters it takes the address, the period's time zone, the attributes and whether files are downloaded. An old
    key leads to the issue of today, and that is told. If a key does not answer, the others are written, with status 1.

    Examples:

        auditlib dossiers params/2026.yaml PAY-17 PAY-23 OPS-4

        auditlib dossiers params/2026.yaml --keys chosen.txt --out evidence/chosen -p attachments=true
    """
    from auditlib.audit.sampling.draw import parse_keys
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.dossiers import collect_case_file
    from auditlib.run.progress import progress
    from auditlib.run.workbook import Run

    if (keys_file is None) == (not keys):
        raise UsageError("give the keys either after PARAMS or with --keys FILE")
    chosen = list(keys or [])
    if keys_file is not None:
        try:
            chosen = parse_keys(keys_file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--keys {keys_file} can't be read: {error}") from None
    if resume and out_folder is None:
        raise UsageError("--resume needs --out: the folder that the interrupted run was to make")
    params = load_parameters(params_file, overrides or [])
    with (
        _target(out_folder, params, "dossiers") as target,
        logged_to(log),
        _partial_told(target),
        progress(err) as tell,
    ):
        package, absent = collect_case_file(
            Run(params, target, (), embedded=_embedded(params), resume=resume), chosen, os.environ, tell
        )
    _told(package)
    if absent:
        _say(err, f"auditlib: {len(absent):,} of {len(chosen):,} keys did not answer: {', '.join(absent)}")
        sys.exit(FOUND)


@app.command("sample-size")
def sample_size(
    *,
    confidence: Annotated[str, typer.Option("--confidence", metavar="C", help="One-sided confidence: 0.90.")],
    tolerable: Annotated[str, typer.Option("--tolerable", metavar="T", help="Tolerable deviation rate: 0.10.")],
    expected: Annotated[
        str | None, typer.Option("--expected", metavar="E", help="Expected deviation rate; 0 if left out.")
    ] = None,
    expected_deviations: Annotated[
        int | None,
        typer.Option("--expected-deviations", metavar="K", min=0, help="Plan for so many deviations instead."),
    ] = None,
    population: Annotated[
        int | None, typer.Option("--population", metavar="N", min=1, help="Size of a small population; exact for it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print {n, deviations} for programs.")] = False,
) -> None:
    """Say how many issues must be tested to show that the deviation rate is tolerable.

    Examples:

        auditlib sample-size --confidence 0.90 --tolerable 0.10

        auditlib sample-size --confidence 0.95 --tolerable 0.05 --expected 0.01 --population 400 --json
    """
    from auditlib.audit.sampling.limits import plan_words
    from auditlib.audit.sampling.sizes import size_from_rates
    from auditlib.phrases import counted, percent

    if expected is not None and expected_deviations is not None:
        raise UsageError("give either --expected or --expected-deviations")
    plan = size_from_rates(confidence, tolerable, expected or "0", population, expected_deviations=expected_deviations)
    if as_json:
        _say(out, json.dumps({"n": plan.n, "deviations": plan.deviations}))
        return
    of = "" if population is None else f" of a population of {population:,}"
    planned = (
        counted(plan.deviations, "deviation")
        if plan.deviations == 0
        else f"at most {counted(plan.deviations, 'deviation')}"
    )
    _say(
        out,
        f"Test {counted(plan.n, 'issue')}{of}. With {planned}, they show at {percent(confidence)} % confidence that the "
        f"deviation rate is at most {percent(tolerable)} %.",
    )
    if population is None:
        _say(out, f"{plan_words(plan.n, confidence)}.")


@app.command()
def evaluate(
    *,
    size: Annotated[int, typer.Option("--size", metavar="N", min=1, help="Issues tested.")],
    deviations: Annotated[int, typer.Option("--deviations", metavar="K", min=0, help="Deviations found among them.")],
    confidence: Annotated[str, typer.Option("--confidence", metavar="C", help="One-sided confidence: 0.90.")],
    population: Annotated[
        int | None, typer.Option("--population", metavar="M", min=1, help="Size of a small population; exact for it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print {upper_limit} for programs.")] = False,
) -> None:
    """Say what the deviations found in a random sample allow to conclude. Not for issues that were selected by hand.

    Examples:

        auditlib evaluate --size 25 --deviations 1 --confidence 0.90

        auditlib evaluate --size 25 --deviations 0 --confidence 0.95 --population 180 --json
    """
    from auditlib.audit.sampling.limits import evaluation_words, upper_limit

    if as_json:
        _say(out, json.dumps({"upper_limit": float(upper_limit(size, deviations, confidence, population))}))
        return
    _say(out, f"{evaluation_words(size, deviations, confidence, population)}.")


@app.command()
def verify(package: PackageFolder) -> None:
    """Verify a package offline: the bag, every digest, and every table and dossier computed again from the raw responses.

    Example:

        auditlib verify evidence/soc2-type-ii-2026-20261002T080000Z
    """
    from auditlib.evidence.differences import told
    from auditlib.package.verify import check_bag, renamed
    from auditlib.phrases import agreeing, counted

    if not package.is_dir():
        raise UsageError(f"{package} is not a folder; give the folder of a package, the one with bagit.txt in it")
    if not any((package / name).exists() for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "data")):
        raise UsageError(f"{package} is no package: neither bagit.txt nor data/ is in it")
    differences = told(check_bag(package))
    _say(out, f"Bag and digests: {counted(len(differences), 'difference') if differences else 'intact'}")
    for line in told(renamed(package)):
        _say(out, line)
    from auditlib.package.recompute import recompute  # what computes tables is loaded when the bag has been judged

    found = told(recompute(package))
    differ = f"{len(found):,} {agreeing(len(found), 'differs', 'differ')}" if found else "equal"
    _say(out, f"Tables and dossiers computed again from raw/: {differ}")
    if differences or found:
        raise DifferenceError(f"{package} is not what it says it is", differences + found)
    _say(out, f"Verified: {package}")


@app.command()
def jira(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 0,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="What it speaks.")] = Dialect.CLOUD,
    issues: IssuesFolder = None,
    form: FormChoices = None,
) -> None:
    """Leave the embedded Jira running, to try the notebooks in JupyterLab. Ctrl-C ends it.

    Examples:

        auditlib jira --port 8765

        auditlib jira --form list

        auditlib jira --form history-created=seconds --form history-page=7
    """
    from auditlib.demo.server.site import EmbeddedJira

    chosen = _chosen_forms(form)
    world, values = _load_world(issues)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server = EmbeddedJira(world, dialect.value, port=port, forms=chosen)
    try:
        server.start()
    except OSError as error:
        raise UsageError(f"--port {port}: {os.strerror(error.errno or 0)}; 0 takes a free one") from None
    try:
        _say(out, f"jira_url: {server.url}")
        _say(out, f"export JIRA_USER={server.user} JIRA_TOKEN={server.token}")
        for value in values:
            _say(out, f"-p {value}")
        _say(
            out,
            f"Forms: {', '.join(f'{name}={value}' for name, value in server.forms.changed.items()) or 'the usual ones'}",
        )
        _say(out, "Running on loopback until Ctrl-C.")
        while not ended.wait(1.0):  # a wait without end could not be interrupted everywhere
            pass
    finally:
        server.stop()


def _end(error: AuditError) -> NoReturn:
    if isinstance(error, DifferenceError):
        for difference in error.differences:
            _say(err, difference)
    _fail(str(error), error.status, error)


def _fail(message: str, status: int, error: BaseException) -> NoReturn:
    """Print what is wrong, with a traceback only if it was asked for, and exit."""
    if os.environ.get("AUDITLIB_DEBUG"):
        from rich.traceback import Traceback

        err.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=False))
    prefix = "" if isinstance(error, ParameterError) else "auditlib: "
    _say(err, f"{prefix}{message}")
    sys.exit(status)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to fail
    try:
        status = app(standalone_mode=False)
    except AuditError as error:
        _end(error)
    except typer.TyperException as error:
        _fail(_usage(error), 2, error)
    except typer.Abort:
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read the output has gone; so has its end
        sys.exit(141)
    except Exception as error:  # noqa: BLE001 - never a traceback unless asked for
        _fail_unforeseen(error)
    if status == INTERRUPTED:
        _say(err, "auditlib: interrupted")
    sys.exit(status if isinstance(status, int) else 0)


def _fail_unforeseen(error: Exception) -> NoReturn:
    """Tell what no one foresaw; a file or folder that the machine refuses is named, and no error in this program."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror is not None:
        where = shorten(visible_text(os.fsdecode(error.filename)), _LONGEST_PATH)
        _fail(f"{where}: {error.strerror}; give another path, or put it right", UsageError.status, error)
    said = " ".join(str(error).split()) or "no message"
    _fail(
        f"{type(error).__name__}: {said}\nThis is an error in auditlib; `auditlib --debug …` shows where",
        UNFORESEEN,
        error,
    )


def _usage(error: typer.TyperException) -> str:
    """Say what is wrong with a command line, and where to read what would be right."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return f"no command given\n{error.format_message()}"
    hint = f"\nTry: {context.command_path} --help" if context is not None else ""
    return f"{error.format_message()}{hint}"

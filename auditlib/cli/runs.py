"""The commands that ask a Jira: ``demo``, ``run``, ``check`` and ``dossiers``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from auditlib.cli.embedded import chosen_forms, embedded_jira, load_world
from auditlib.cli.options import (
    Dialect,
    FailOn,
    FailOns,
    FormChoices,
    IssuesFolder,
    Jobs,
    LogFile,
    MostQuestions,
    Only,
    OutFolder,
    Overrides,
    ParamsFile,
    Resume,
    RunUntil,
    chosen_notebooks,
    default_jobs,
)
from auditlib.cli.screen import err, out, say, say_sealed, say_unsealed
from auditlib.cli.statuses import FOUND
from auditlib.cli.target import target_of, telling_interruption
from auditlib.errors import UsageError
from auditlib.run.notebooks import demo_parameters
from auditlib.run.until import Until

if TYPE_CHECKING:
    from auditlib.run.order import Run

RECORDED_SEED: Final = "recorded issues, chosen by nobody"
"""By which `demo --issues` draws if no seed is given: fixed, so that every run draws the same issues."""


def demo(
    *,
    out_folder: OutFolder = None,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="Which Jira is embedded.")] = Dialect.CLOUD,
    issues: IssuesFolder = None,
    overrides: Overrides = None,
    only: Only = None,
    jobs: Jobs = default_jobs(),
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
    from auditlib.run.order import Run

    notebooks = chosen_notebooks(only)
    forms = chosen_forms(form)
    given = overrides or []
    check_overrides(given)
    world, values = load_world(issues)
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
    with target_of(out_folder, params) as target:
        seal_run(Run(params, target, notebooks, jobs, embedded=embedded_jira(params, world)), fail_on, log)


def run_command(
    params_file: ParamsFile,
    *,
    overrides: Overrides = None,
    out_folder: OutFolder = None,
    only: Only = None,
    jobs: Jobs = default_jobs(),
    frozen: Annotated[
        Path | None,
        typer.Option("--from", metavar="PACKAGE", help="Start from the frozen population of this sealed package."),
    ] = None,
    resume: Resume = False,
    until: RunUntil = Until.SEAL,
    most_questions: MostQuestions = None,
    fail_on: FailOns = None,
    log: LogFile = None,
) -> None:
    """Pull from Jira, execute the notebooks, seal the evidence package.

    Credentials come from the environment: JIRA_USER and JIRA_TOKEN; JIRA_TOKEN alone (Data Center's personal access token,
    or a token of a Cloud service account); or JIRA_CLIENT_ID and JIRA_CLIENT_SECRET (client credentials of the latter).
    JIRA_ORG_KEY is the API key of the organisation of org_id, to ask it when people were last active.

    Examples:

        auditlib run params/2026.yaml

        auditlib run params/2026.yaml -p sample_size=40 --out evidence/soc2-2026

        auditlib run params/2026.yaml --from evidence/soc2-2026 -p sample_seed="chosen by the auditor"

        auditlib run params/2026.yaml --out evidence/soc2-2026 --resume --fail-on open-gaps

        auditlib run params/2026.yaml --out evidence/soc2-2026 --until pages
    """
    from auditlib.params.reading import load_parameters
    from auditlib.pull.session import MOST_QUESTIONS
    from auditlib.run.order import Run

    notebooks = chosen_notebooks(only)
    if resume and out_folder is None:
        raise UsageError("--resume needs --out: the folder that the interrupted run was to make")
    if fail_on and until is not Until.SEAL:
        raise UsageError("--fail-on judges a sealed package; leave it out, or leave out --until")
    params = load_parameters(params_file, overrides or [], check_files=True)
    with target_of(out_folder, params) as target:
        jira = embedded_jira(params)
        most = most_questions or MOST_QUESTIONS
        order = Run(params, target, notebooks, jobs, frozen, jira, resume=resume, most_questions=most, until=until)
        seal_run(order, fail_on, log)


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
        screen = check_screen(params, os.environ, embedded_jira(params))
    say(out, screen)


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
    from auditlib.files import read_given
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.dossiers import collect_case_file
    from auditlib.run.order import Run
    from auditlib.run.progress import progress

    if (keys_file is None) == (not keys):
        raise UsageError("give the keys either after PARAMS or with --keys FILE")
    chosen = list(keys or [])
    if keys_file is not None:
        try:
            chosen = parse_keys(read_given(keys_file).decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(f"--keys {keys_file} can't be read: {why}") from None
    if resume and out_folder is None:
        raise UsageError("--resume needs --out: the folder that the interrupted run was to make")
    params = load_parameters(params_file, overrides or [])
    with (
        target_of(out_folder, params, "dossiers") as target,
        logged_to(log),
        telling_interruption(target),
        progress(err) as tell,
    ):
        package, absent = collect_case_file(
            Run(params, target, (), embedded=embedded_jira(params), resume=resume), chosen, os.environ, tell
        )
    say_sealed(package)
    if absent:
        say(err, f"auditlib: {len(absent):,} of {len(chosen):,} keys did not answer: {', '.join(absent)}")
        sys.exit(FOUND)


def seal_run(order: Run, fail_on: list[FailOn] | None, log: Path | None) -> None:
    """Make the package of a run, tell where it is, and exit with status 1 if it shows what ``--fail-on`` names."""
    from auditlib.jira.request_log import logged_to
    from auditlib.run.progress import progress
    from auditlib.run.workbook import hard_at_work, run

    with logged_to(log), telling_interruption(order.out), progress(err) as tell, hard_at_work():
        package = run(order, os.environ, tell)
    if order.until is not Until.SEAL:
        say_unsealed(package, order.out, pages=order.until is Until.PAGES)
        return
    say_sealed(package)
    figures = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))["figures"]
    found = [what for what in dict.fromkeys(fail_on or []) if figures[what.value.replace("-", "_")]]
    if found:
        shown = ", ".join(f"{what.value} ({figures[what.value.replace('-', '_')]:,})" for what in found)
        say(err, f"auditlib: the package is sealed and shows what --fail-on names: {shown}")
        sys.exit(FOUND)

"""The commands that ask a Jira: ``demo``, ``run``, ``check`` and ``dossiers``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from auditlib.cli import job_page
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
from auditlib.cli.screen import err, out, say, say_remark, say_sealed, say_unsealed
from auditlib.cli.several import Common, found_by, require_vouchers, run_several
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

        auditlib demo --issues export/ -p period_start=2026-04-01
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
    if (given or forms) and "answers" not in named:
        ours.append("answers=")  # ours, which are to what is found with the demo's own parameters
    if issues is None:
        params = load_parameters(demo_parameters(), [*ours, *given])
    else:  # nothing of the made-up company's own rules: they would judge issues that never knew them
        text = f"jira_url: demo\nsample_seed: {json.dumps(RECORDED_SEED)}"
        params = parse_parameters(text, "--issues", [*values, *ours, *given])
    world.forms = Forms("data-center" if params.deployment == "data-center" else "cloud", forms).changed
    with target_of(out_folder, params) as target:
        seal_run(Run(params, target, notebooks, jobs, embedded=embedded_jira(params, world)), fail_on, log)


def run_command(
    params_files: Annotated[
        list[Path],
        typer.Argument(metavar="PARAMS", help="Parameter file, e.g. params/2026.yaml; or several.", show_default=False),
    ],
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

    Several parameter files make a package each, one after the other, below --out; one that fails stops no other, and a page
    over all of them is written beside them. What is given with -p holds for each. JIRA_TOKEN_EU and its like are the
    credentials of eu.yaml alone. With --resume, what is sealed stays, and the rest goes on.

    Examples:

        auditlib run params/2026.yaml

        auditlib run params/2026.yaml -p sample_size=40 --out evidence/soc2-2026

        auditlib run params/2026.yaml --out evidence/soc2-2026 --resume

        auditlib run params/2026.yaml --from evidence/soc2-2026 -p sample_seed=8471

        auditlib run params/2026.yaml --out evidence/soc2-2026 --until pages

        auditlib run params/2026.yaml --fail-on open-gaps --fail-on drift

        auditlib run params/eu.yaml params/us.yaml --out evidence/2026
    """
    from auditlib.params.reading import load_parameters
    from auditlib.pull.session import MOST_QUESTIONS
    from auditlib.run.order import Run

    notebooks = chosen_notebooks(only)
    if resume and out_folder is None:
        raise UsageError("--resume needs --out: the folder that the interrupted run was to make")
    if fail_on and until is not Until.SEAL:
        raise UsageError("--fail-on judges a sealed package; leave it out, or leave out --until")
    if len(params_files) > 1:
        if until is not Until.SEAL:
            raise UsageError("--until stops one run; give it one parameter file")
        if frozen is not None:
            raise UsageError("--from takes the population of one package; give it one parameter file")
        most = most_questions or MOST_QUESTIONS
        common = Common(notebooks, jobs, most, fail_on or (), out_folder, resume, log)
        run_several(params_files, overrides or (), common)
        return
    params = load_parameters(params_files[0], overrides or [], check_files=True)
    with target_of(out_folder, params) as target:
        jira = embedded_jira(params)
        most = most_questions or MOST_QUESTIONS
        order = Run(params, target, notebooks, jobs, frozen, jira, resume=resume, most_questions=most, until=until)
        seal_run(order, fail_on, log)


def check(
    params_file: Annotated[
        Path | None, typer.Argument(metavar="PARAMS", help="Parameter file, e.g. params/2026.yaml.", show_default=False)
    ] = None,
    *,
    itself: Annotated[
        bool,
        typer.Option(
            "--self",
            help="Check the workbook instead: does it find the faults that are planted in the embedded company?",
        ),
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="With --self: write the result as a page to be printed and filed."),
    ] = None,
    overrides: Overrides = None,
    log: LogFile = None,
) -> None:
    """Say on one screen whether a run would succeed, and what it could not prove. Pulls nothing.

    With --self nothing is asked of your Jira: faults are planted one at a time in the embedded company and in a package of it,
    and the workbook must find each, and none where nothing is planted. It takes a minute or two, no account and no network, and
    ends with status 1 if a fault is not found.

    Examples:

        auditlib check params/2026.yaml

        auditlib check params/2026.yaml -p timezone=Europe/Zurich

        auditlib check --self --out self-check.html
    """
    if itself:
        if params_file is not None or overrides or log is not None:
            raise UsageError("--self checks the workbook, by no parameters and no log: leave out all but --out")
        from auditlib.cli.self_check import check_self

        check_self(sheet)
        return
    if params_file is None:
        raise UsageError("name a parameter file, as params/2026.yaml; or give --self to check the workbook itself")
    if sheet is not None:
        raise UsageError("--out is for the sheet of --self; a check of parameters writes nothing")
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.check import check_screen

    params = load_parameters(params_file, overrides or [], check_files=True)
    with logged_to(log):
        screen = check_screen(params, os.environ, embedded_jira(params))
    say(out, screen)
    job_page.add("a run can begin", job_page.as_shown([screen]))


def dossiers(
    params_file: ParamsFile,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY", help="Issue keys, as PAY-17.", show_default=False)
    ] = None,
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

        auditlib dossiers params/2026.yaml --keys chosen.txt --out evidence/chosen
    """
    from auditlib.audit.sampling.draw import parse_keys
    from auditlib.files import read_given
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.course import DOSSIERS
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
    remarks: list[str] = []
    with (
        target_of(out_folder, params, "dossiers") as target,
        logged_to(log),
        telling_interruption(target),
        progress(err, DOSSIERS) as tell,
    ):
        order = Run(params, target, (), embedded=embedded_jira(params), resume=resume, remark=remarks.append)
        package, absent = collect_case_file(order, chosen, os.environ, tell)
    for remark in remarks:
        say_remark(remark)
    summary = say_sealed(package)
    told = [f"{len(absent):,} of {len(chosen):,} keys did not answer: {', '.join(absent)}"] if absent else []
    _end_sealed(package, summary, told)


def seal_run(order: Run, fail_on: list[FailOn] | None, log: Path | None) -> None:
    """Make the package of a run, tell where it is, and exit with status 1 if it shows what ``--fail-on`` names."""
    from dataclasses import replace

    from auditlib.jira.request_log import logged_to
    from auditlib.run.progress import progress
    from auditlib.run.workbook import hard_at_work, run

    require_vouchers(order.params, fail_on or ())
    remarks: list[str] = []
    order = replace(order, remark=remarks.append)
    with logged_to(log), telling_interruption(order.out), progress(err, order.until.stages) as tell, hard_at_work():
        package = run(order, os.environ, tell)
    for remark in remarks:
        say_remark(remark)
    if order.until is not Until.SEAL:
        say_unsealed(package, order.out, pages=order.until is Until.PAGES)
        return
    summary = say_sealed(package)
    found = found_by(summary, package, fail_on or ())
    _end_sealed(package, summary, [found] if found else [])


def _end_sealed(package: Path, summary: Mapping[str, Any], told: list[str]) -> None:
    """Tell the page of the job of a sealed package, and exit with status 1 if something is to be told of it."""
    page = job_page.of_package(summary, str(package))
    job_page.add(f"sealed, status {FOUND}" if told else "sealed", "\n\n".join([*map(job_page.escaped, told), page]))
    for line in told:
        say(err, f"auditlib: {line}")
    if told:
        sys.exit(FOUND)

"""The embedded Jira: made for a run on ``jira_url: demo``, or left running by itself. Only here its door is opened."""

from __future__ import annotations

import os
import signal
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditlib.cli.options import Dialect, FormChoices, IssuesFolder
from auditlib.cli.screen import err, out, say
from auditlib.errors import UsageError

if TYPE_CHECKING:
    from auditlib.demo.world.records import World
    from auditlib.jira.connection import Embedded
    from auditlib.params.model import Parameters


def chosen_forms(given: list[str] | None) -> dict[str, str]:
    """Return the forms named with --form, or show them all and exit."""
    from auditlib.demo.server.forms import list_forms, parse_forms

    if "list" in (given or []):
        say(out, list_forms())
        raise typer.Exit
    return parse_forms(given or [])


def load_world(issues: Path | None) -> tuple[World, list[str]]:
    """Return what the embedded Jira is to hold, and the parameter values that follow from it."""
    if issues is None:
        from auditlib.demo.story.company import build_company

        return build_company().world, []
    from auditlib.demo.folder.load import load_folder

    folder = load_folder(issues)
    for ignored in folder.ignored[:20]:
        say(err, f"ignored: {ignored}")
    if len(folder.ignored) > 20:
        say(err, f"ignored: {len(folder.ignored) - 20:,} more")
    for lack in folder.world.lacks:
        say(err, f"lacking: {lack}")
    projects = ", ".join(f'"{key}"' for key in folder.projects)  # quoted: to YAML, NO is false
    values = [
        f"audit=Issues of {issues.resolve().name}",
        f"projects=[{projects}]",
        f"period_start={folder.first_day.isoformat()}",
        f"period_end={folder.last_day.isoformat()}",
        "timezone=UTC",
    ]
    return folder.world, values


def embedded_jira(params: Parameters, world: World | None = None) -> Embedded | None:
    """Return what makes the embedded Jira, if the parameters ask for it; no other run loads it."""
    from auditlib.params.types import DEMO

    if params.jira_url != DEMO:
        return None
    from auditlib.demo.server.site import EmbeddedJira
    from auditlib.demo.story.company import build_company

    return partial(EmbeddedJira, world or build_company().world)


def jira(
    *,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port on loopback; 0 takes a free one.")
    ] = 0,
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

    chosen = chosen_forms(form)
    world, values = load_world(issues)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server = EmbeddedJira(world, dialect.value, port=port, forms=chosen)
    try:
        server.start()
    except OSError as error:
        raise UsageError(f"--port {port}: {os.strerror(error.errno or 0)}; 0 takes a free one") from None
    try:
        say(out, f"jira_url: {server.url}")
        say(out, f"export JIRA_USER={server.user} JIRA_TOKEN={server.token}")
        for value in values:
            say(out, f"-p {value}")
        say(
            out,
            f"Forms: {', '.join(f'{name}={value}' for name, value in server.forms.changed.items()) or 'the usual ones'}",
        )
        say(out, "Running on loopback until Ctrl-C.")
        while not ended.wait(1.0):  # a wait without end could not be interrupted everywhere
            pass
    finally:
        server.stop()

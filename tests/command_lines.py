"""What the command line knows: its commands, their options, and the values that an option may have."""

from __future__ import annotations

from typing import get_args

import typer

from auditlib.cli import app


def commands() -> dict[str, set[str]]:
    """Return the options of each command; those of all commands under an empty name."""
    group = typer.main.get_command(app)
    options = {"": {option for parameter in group.params for option in parameter.opts} | {"--help", "-h"}}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        options[name] = {option for parameter in command.params for option in parameter.opts} | options[""]
    return options


def choices(command: str, option: str) -> set[str]:
    """Return the values that an option of an enumeration may have, which may be repeated."""
    (found,) = [
        parameter
        for parameter in typer.main.get_command(app).commands[command].params  # type: ignore[attr-defined]
        if option in parameter.opts
    ]
    (kind,) = get_args(found.type_descriptor.annotation)
    return {member.value for member in kind}

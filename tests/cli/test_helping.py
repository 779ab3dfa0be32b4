"""``--help`` is read on a small terminal, in a file and by a screen reader, and its examples are copied."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
import typer
from command_lines import commands
from places import ROOT

from auditlib.cli import COMMANDS, app

NAMES = [name for name, _, _ in COMMANDS]


def help_of(*arguments: str, **environ: str) -> str:
    """Return what ``--help`` prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "auditlib", *arguments, "--help"],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environ,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def examples_in(text: str) -> list[str]:
    """Return the lines of the examples in a help."""
    return re.findall(r"^    (auditlib .+)$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    """The help of each command, and of all under an empty name, where a library would paint it: a wide, coloured CI."""
    forced = {"COLUMNS": "300", "FORCE_COLOR": "1", "GITHUB_ACTIONS": "true", "PY_COLORS": "1"}
    return {"": help_of(**forced)} | {name: help_of(name, **forced) for name in NAMES}


@pytest.mark.parametrize("name", ["", *NAMES])
def test_no_line_is_longer_than_a_small_terminal(helps, name):
    """80 columns, whatever the terminal; no sequence that a terminal would obey, whatever the environment says."""
    assert [line for line in helps[name].splitlines() if len(line) > 80] == []
    assert "\x1b" not in helps[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_two_examples_that_can_be_copied(helps, name):
    """Each stands on one line of its own; the command and its options are there."""
    found = examples_in(helps[name])
    assert len(found) >= 2, found
    known = commands()
    for example in found:
        words = shlex.split(example)
        assert words[:2] == ["auditlib", name], example
        given = {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)}
        assert given <= known[name], f"{example}: {given - known[name]}"


def test_the_list_of_commands_cuts_no_sentence(helps):
    """Each line of the list is whole, where the library would end it with dots."""
    assert "..." not in helps[""].partition("Commands:")[2]
    for name, _, line in COMMANDS:
        assert re.search(rf"^  {name} +{re.escape(line)}$", helps[""], re.MULTILINE), name


def test_examples_of_the_whole_name_commands_that_there_are(helps):
    """The first page of the help shows four commands to begin with."""
    found = examples_in(helps[""])
    assert len(found) >= 4
    assert {line.split()[1] for line in found} <= set(NAMES)


def test_no_option_shows_the_name_of_a_type_of_the_language(helps):
    """``N`` and ``FILE`` are words of the reader; ``int range`` is none."""
    for text in helps.values():
        assert not re.search(r"<(int|int range|bool|str|text)>", text)


def test_what_stands_in_the_list_is_what_the_library_knows():
    """No command is registered beside the list."""
    assert set(typer.main.get_command(app).commands) == set(NAMES)  # type: ignore[attr-defined]

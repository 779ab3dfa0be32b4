"""What is printed: what a Jira says is shown on a terminal, never obeyed; where nobody reads, results end the command."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from carrier import Answer, listening
from places import ROOT
from rich.console import Console

from auditlib import cli
from auditlib.cli.screen import say
from auditlib.run.progress import progress

ENVIRON = os.environ | {"PYTHONPATH": str(ROOT)}
FULL = Path("/dev/full")
SIZE = ["sample-size", "--confidence", "0.9", "--tolerable", "0.1"]
WRONG = ["sample-size", "--confidence", "0.9", "--tolerable", "7"]


def ended(arguments: list[str], redirected: str) -> tuple[int, str, str]:
    """Run a command in a shell with its streams somewhere; return status, stdout and stderr."""
    command = f'"{sys.executable}" -m auditlib {" ".join(arguments)} {redirected}'
    done = subprocess.run(["bash", "-c", command], env=ENVIRON, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
def test_results_that_can_not_be_written_are_told():
    """Status 3 and a sentence; not the status of a success."""
    status, _, err = ended(SIZE, "> /dev/full")
    assert (status, err) == (3, "auditlib: the results can't be printed: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
def test_help_that_can_not_be_written_is_told(monkeypatch):
    """Status 3, not the 120 of a Python that fails once more to write what is left."""
    monkeypatch.setattr(sys.modules[__name__], "ENVIRON", {k: v for k, v in ENVIRON.items() if k != "PYTHONUNBUFFERED"})
    status, _, err = ended(["sample-size", "--help"], "> /dev/full")
    assert status == 3
    assert err.startswith("auditlib: there is no room left on the disk")
    assert "Exception" not in err


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("redirected", ["2> /dev/full", "2>&-", "2>&1 >&-"])
def test_remarks_that_can_not_be_written_change_no_status(redirected):
    """An error keeps its status where nobody can be told of it."""
    assert ended(WRONG, redirected)[0] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a broken pipe otherwise")
def test_a_reader_that_goes_ends_the_command_quietly():
    """As every program in a pipe: 141, and no word."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "auditlib", *SIZE], env=ENVIRON, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("columns", ["0", "-3", "1", "wide"])
def test_a_screen_of_no_columns_shows_the_results_too(columns):
    """What the environment says of the screen may be anything; a result is never lost without a word."""
    command = [sys.executable, "-m", "auditlib", *SIZE]
    done = subprocess.run(command, env=ENVIRON | {"COLUMNS": columns}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "22" in done.stdout


ACTS = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\r\u202egpj.exe\u2028end\ud800"


def obeyed(text: str) -> set[str]:
    """Return the characters of a text that a terminal would obey or no reader would see."""
    return {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and one != "\n"}


def test_what_is_said_is_shown():
    """By the number of each character; lines stay lines."""
    screen = io.StringIO()
    say(Console(file=screen, soft_wrap=True), f"PAY\n{ACTS}")
    assert obeyed(screen.getvalue()) == set()
    assert "[U+001B][2J" in screen.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_shows_the_names_of_projects(terminal):
    """In lines and beside a bar, whose own colours are the only sequences."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, color_system=None, width=200)
    with progress(console) as tell:
        tell(f"numbers of {ACTS}", 1, 2)
    shown = screen.getvalue()
    assert "[U+001B]]0;owned" in shown
    assert not {"\x07", "\x9b", "\x08", "\u202e", "\u2028"} & set(shown)
    assert "\x1b]" not in shown


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("answer", [*itertools.product([200, 400, 401, 403, 404], ["errorMessages", "name", "html"])])
def test_no_answer_of_a_jira_reaches_the_terminal_as_it_is(monkeypatch, capsys, tmp_path, answer, debug):
    """Its messages, its names and its pages, with and without tracebacks: a sentence, a status, and nothing obeyed."""
    status, body = answer
    said = {
        "errorMessages": {"errorMessages": [ACTS], "errors": {ACTS: ACTS}},
        "name": dict.fromkeys(("deploymentType", "version", "serverTitle", "displayName", "baseUrl"), ACTS),
        "html": f"<title>{ACTS}</title>".encode("utf-8", "replace"),
    }[body]
    headers = {"Content-Type": "text/html" if body == "html" else "application/json"}
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    for name, value in {"JIRA_USER": "u", "JIRA_TOKEN": "a-token-of-tests", "AUDITLIB_DEBUG": "1"}.items():
        monkeypatch.setenv(name, value)
    if not debug:
        monkeypatch.delenv("AUDITLIB_DEBUG")
    with listening(lambda _: Answer(content, status, headers)) as address:
        (tmp_path / "params.yaml").write_text(
            f"jira_url: {address}\naudit: x\nprojects: [PAY]\nperiod_start: 2026-04-01\nperiod_end: 2026-06-30\n"
            "timezone: UTC\n"
        )
        monkeypatch.setattr(sys, "argv", ["auditlib", "check", str(tmp_path / "params.yaml")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    out, err = capsys.readouterr()
    assert obeyed(out + err) == set()
    assert ended.value.code in {1, 2, 3}, err
    assert "auditlib: " in err
    assert ("Traceback" in err) == debug

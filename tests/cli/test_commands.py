"""The command line: exit statuses, messages that a person can act on, and nothing left under the final name."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest
import requests
from places import ROOT
from rich.console import Console

import auditlib
from auditlib import cli
from auditlib.cli import target
from auditlib.cli.statuses import UNFORESEEN
from auditlib.demo.folder.load import load_folder
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.digests import digest_file
from auditlib.errors import NotebookError, UsageError
from auditlib.package import bag
from auditlib.package.target import is_sealed
from auditlib.package.verify import check_bag
from auditlib.params.reading import load_parameters
from auditlib.pull.collect import collect
from auditlib.run.kernels import Kernels, execute, kernel_environment
from auditlib.run.progress import progress

MALFORMED = sorted((ROOT / "tests" / "params").glob("*.yaml"))
COMMANDS = (
    "demo",
    "run",
    "check",
    "dossiers",
    "archive",
    "sample-size",
    "evaluate",
    "verify",
    "rerun",
    "pack",
    "compare",
    "new",
    "cover",
    "jira",
)

PARAMETERS = """\
audit: "Test audit"
jira_url: "{url}"
projects: [PAY, PAYX, OPS]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: America/New_York
sample_seed: "a seed for tests"
"""


@dataclass(frozen=True)
class Done:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Let processes begun here be interrupted, also where interrupts are ignored, as shells do behind ``&``."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)
    else:
        yield


@pytest.fixture
def auditlib_here(monkeypatch, capsys) -> Callable[..., Done]:
    """Run a command in this process, as the console script does."""
    for name in ("AUDITLIB_DEBUG", "JIRA_USER", "JIRA_TOKEN"):
        monkeypatch.setenv(name, "")  # so that what the command sets is undone too, and no later test inherits it
        monkeypatch.delenv(name)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["auditlib", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return Done(int(ended.value.code or 0), shown.out, shown.err)

    return run


def command_line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "auditlib", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def auditlib_apart(*arguments: object, cwd: Path, **more: str) -> Done:
    """Run a command in a process of its own, from another folder."""
    done = subprocess.run(
        command_line(*arguments),
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def begun(*arguments: object, cwd: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command and see to it that it is gone at the end."""
    process = subprocess.Popen(
        command_line(*arguments),
        cwd=cwd,
        env=environment(**more),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def soon(what: Callable[[], object], seconds: float = 600.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "did not come to pass"
        time.sleep(0.05)


def parameter_file(folder: Path, url: str, more: str = "") -> Path:
    path = folder / "params.yaml"
    path.write_text(PARAMETERS.format(url=url) + more, encoding="utf-8")
    return path


@pytest.fixture
def small(monkeypatch, small_company):
    """Let `demo` serve the small company."""
    monkeypatch.setattr("auditlib.demo.story.company.build_company", lambda *_, **__: small_company)
    return small_company


# Usage


def test_the_console_entry_answers():
    """`python -m auditlib --version` tells the version and nothing else."""
    done = auditlib_apart("--version", cwd=ROOT)
    assert (done.status, done.out, done.err) == (0, f"auditlib {auditlib.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example(auditlib_here, command):
    """What can be done is shown by an example that one can copy."""
    done = auditlib_here(command, "--help")
    assert done.status == 0
    assert re.search(rf"Examples?:\s+auditlib {command}", done.out)


def test_help_lists_every_command(auditlib_here):
    """No command is hidden."""
    assert set(COMMANDS) <= set(auditlib_here("--help").out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nope"], "No such option: --nope"),
        (["runn"], "No such command 'runn'. Did you mean 'run', 'rerun'?"),
        (["run"], "Missing argument 'PARAMS'"),
        (["verify"], "Missing argument 'PACKAGE'"),
        (["run", "x.yaml", "--nope"], "No such option: --nope"),
        (["demo", "--dialect", "server"], "'server' is not one of 'cloud', 'data-center'"),
        (["demo", "--jobs", "0"], "--jobs"),
        (["jira", "--port", "99999"], "--port"),
        (["demo", "--only", "07_nothing"], "there is no such notebook; there are 01_scope,"),
        (["run", "nowhere.yaml"], "nowhere.yaml: parameter file: there is no such file"),
        (["run", "params/demo.yaml", "-p", "sampel_size=3"], "did you mean sample_size"),
        (["run", "params/demo.yaml", "-p", "sample_size"], "-p"),
        (["verify", "nowhere"], "nowhere is not a folder"),
        (["verify", "tests"], "tests is no package"),
        (["demo", "--issues", "nowhere"], "nowhere"),
        (["dossiers", "params/demo.yaml"], "give the keys either after PARAMS or with --keys FILE"),
        (["dossiers", "params/demo.yaml", "PAY-1", "--keys", "x"], "give the keys either after PARAMS or with --keys"),
        (["dossiers", "params/demo.yaml", "--keys", "nowhere.txt"], "--keys nowhere.txt can't be read"),
        (["dossiers", "params/demo.yaml", "PAY", "PAY-1"], "not an issue key, like PAY-17: PAY"),
        (["sample-size", "--confidence", "90", "--tolerable", "0.1"], "confidence is 90; it must lie between 0 and 1"),
        (
            ["sample-size", "--confidence", "0.9", "--tolerable", "0.1", "--expected", "0.2"],
            "is not below the tolerable",
        ),
        (["evaluate", "--size", "5", "--deviations", "6", "--confidence", "0.9"], "6 deviations in 5 issues"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_says_what_is_right(auditlib_here, monkeypatch, arguments, said):
    """Up to three plain lines on stderr, nothing on stdout, no traceback."""
    monkeypatch.chdir(ROOT)
    done = auditlib_here(*arguments)
    assert done.status == 2
    assert said in done.err
    assert 1 <= len(done.lines) <= 3, done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_the_planner_and_the_evaluation_speak_and_count(auditlib_here):
    """In words for people, as JSON for programs; the numbers are the ones of the AICPA's tables."""
    plan = ("sample-size", "--confidence", "0.95", "--tolerable", "0.05", "--expected", "0.01")
    assert json.loads(auditlib_here(*plan, "--json").out) == {"n": 93, "deviations": 1}
    assert "Test 93 issues. With at most 1 deviation" in auditlib_here(*plan).out
    found = ("evaluate", "--size", "25", "--deviations", "1", "--confidence", "0.90")
    assert json.loads(auditlib_here(*found, "--json").out)["upper_limit"] == pytest.approx(0.14686, abs=1e-5)
    assert "at most 14.7 % in the population, at 90 % confidence" in auditlib_here(*found).out
    small = ("sample-size", "--confidence", "0.90", "--tolerable", "0.10", "--population", "50", "--json")
    assert json.loads(auditlib_here(*small).out)["n"] < 22


def test_without_a_command_the_help_is_shown(auditlib_here):
    """No command is wrong usage, and the answer is the help."""
    done = auditlib_here()
    assert done.status == 2
    assert "demo" in done.out + done.err


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_parameter_file_ends_with_status_2_and_a_message_to_act_on(
    auditlib_here, tmp_path, monkeypatch, path
):
    """Each line names file, line and key, and says what to do; no folder is made."""
    monkeypatch.chdir(tmp_path)
    done = auditlib_here("run", path, "--out", tmp_path / "out")
    assert done.status == 2
    for line in done.lines:
        assert re.match(
            rf"{re.escape(str(path))}:\d+: \w[^:]*: .{{15,}}|{re.escape(str(path))}:\d+: \w[^=]* = ", line
        ), line
    assert done.out == ""
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_there_are_at_least_thirty_malformed_files():
    """The list does not shrink unseen."""
    assert len(MALFORMED) >= 30


def test_an_error_in_auditlib_itself_is_one_message_and_not_the_status_of_a_finding(
    auditlib_here, monkeypatch, tmp_path
):
    """Even what no one foresaw ends in plain lines; --debug adds where."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("some\nthing")

    monkeypatch.setattr("auditlib.params.reading.load_parameters", broken)
    done = auditlib_here("check", tmp_path)
    assert done.status == UNFORESEEN
    assert len(done.lines) == 2
    assert "KeyError" in done.err
    assert "--debug" in done.err
    with_debug = auditlib_here("--debug", "check", tmp_path)
    monkeypatch.delenv("AUDITLIB_DEBUG")
    assert with_debug.status == UNFORESEEN
    assert "Traceback" in with_debug.err


def test_what_is_wrong_after_p_is_told_before_the_data_are_read(auditlib_here, monkeypatch, tmp_path):
    """A folder may hold a million issues: nobody waits for them to hear of a misspelt key."""
    monkeypatch.setattr("auditlib.demo.folder.load.load_folder", lambda *_: pytest.fail("the data were read"))
    done = auditlib_here("demo", "--issues", tmp_path, "-p", "sampel_size=3", "-p", "sample_keys=[x]")
    assert done.status == 2
    assert [line.split(" ")[1] for line in done.lines] == ["sample_keys[0]", "sampel_size"], done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"AC-2\xff\n", "is not UTF-8"),
        (b"\xff\xfeA\x00C\x00", "is UTF-16"),
        (b"", "names no issue of AB, NO"),
        (b"# nothing\n", "names no issue of AB, NO"),
        (b"WEB-1\nAB 2\n", "names no issue of AB, NO"),
        (b"AB-1\0", "holds what no text does"),
    ],
)
def test_a_list_of_keys_that_is_none_is_told_before_the_pull(auditlib_here, tmp_path, made_up_issues, content, said):
    """What can be known before is told before, and nothing is left behind that stands in the way of the next try."""
    keys = tmp_path / "keys.txt"
    keys.write_bytes(content)
    done = auditlib_here("demo", "--issues", made_up_issues, "--out", tmp_path / "out", "-p", f"sample_keys={keys}")
    assert done.status == 2, done.err
    assert said in done.lines[-1]
    assert not list(tmp_path.glob("out*"))


@pytest.mark.slow
def test_the_demo_takes_a_selection(auditlib_here, tmp_path, made_up_issues):
    """The demo's own seed does not stand in the way of the auditor's keys."""
    out = tmp_path / "out"
    done = auditlib_here(
        "demo", "--issues", made_up_issues, "--out", out, "--only", "05", "-p", "sample_keys=[AB-2, NO-1]"
    )
    assert done.status == 0, done.err
    assert (out / "data" / "tables" / "sample.csv").read_text("utf-8").count("\n") == 3
    assert "sample_seed: null" in (out / "data" / "params.yaml").read_text("utf-8")


LONG = "L" * 300


@pytest.mark.skipif(os.name == "nt", reason="names are limited in another way there")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", LONG),
        ("verify", LONG),
        ("run", LONG),
        ("demo", "--issues", LONG),
        ("demo", "--out", "L" * 250),
        ("demo", "--out", "below.txt/out"),
        ("demo", "--out", os.fsdecode(b"\xff")),
        ("demo", "-p", f"gap_explanations={LONG}"),
        ("demo", "-p", f"archive={LONG}", "--out", "out"),
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_a_path_that_the_machine_refuses_is_named_and_is_no_error_of_ours(
    auditlib_here, monkeypatch, tmp_path, arguments
):
    """Too long a name, a file where a folder should be, a name that is no text: status 2, one line, nothing left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below.txt").write_text("a file")
    done = auditlib_here(*arguments)
    assert done.status == 2, done.err
    assert len(done.lines[-1]) < 500
    assert "error in auditlib" not in done.err
    assert {path.name for path in tmp_path.rglob("*")} <= {"below.txt", "evidence"}


def test_runs_of_one_second_take_a_folder_each(monkeypatch, tmp_path, parameters):
    """Without --out the name is a title and a second; two runs that begin together must not fight over one folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(target, "datetime", SimpleNamespace(now=lambda _: datetime(2026, 10, 2, 8, 0, tzinfo=UTC)))
    with target.target_of(None, parameters()) as first, target.target_of(None, parameters()) as second:
        assert (first.name, second.name) == ("test-audit-20261002T080000Z", "test-audit-20261002T080000Z-2")
        (first / "data").mkdir()
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [first.name], "an empty one is not left"


def test_debug_keeps_the_status(auditlib_here, monkeypatch, tmp_path):
    """A traceback does not turn an error of usage into a finding."""
    done = auditlib_here("--debug", "verify", tmp_path / "nowhere")
    monkeypatch.delenv("AUDITLIB_DEBUG")
    assert done.status == 2
    assert "Traceback" in done.err


def test_a_message_is_shown_as_it_is_whatever_the_terminal(auditlib_here, monkeypatch, tmp_path):
    """No wrapping in a narrow terminal, no colour, no emoji and no markup made of a text, nothing that a terminal obeys."""
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    name = "a :smile: [red]b[/red] 1234 http:x \x1b[31m long long long long name"
    done = auditlib_here("verify", tmp_path / name)
    assert len(done.lines) == 1
    assert ":smile: [red]b[/red] 1234" in done.err
    assert "[U+001B][31m" in done.err
    assert "\x1b" not in done.err


def test_a_terminal_without_a_character_is_no_reason_to_fail(tmp_path):
    """An ASCII terminal gets an escape where a letter is not in it."""
    done = auditlib_apart("verify", "zürich", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.status == 2
    assert "z\\xfcrich is not a folder" in done.err


def test_a_reader_who_goes_away_is_no_error(tmp_path):
    """`auditlib --help | head -1` ends quietly."""
    command = f"'{sys.executable}' -m auditlib --help | head -1"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


# Progress


def test_progress_is_plain_lines_where_there_is_no_terminal():
    """One line a stage, and its end; no carriage return, no colour."""
    stream = io.StringIO()
    with progress(Console(file=stream)) as tell:
        for done in range(1001):
            tell("issues", done, 1000)
        tell("sealing", 0, None)
    assert stream.getvalue() == "issues 0 of 1,000\nissues 1,000 of 1,000\nsealing\n"


@pytest.mark.parametrize(
    "around",
    [
        {"TERM": "xterm", "CI": "", "AUDITLIB_PROGRESS": ""},
        {"TERM": "xterm", "CI": "true", "AUDITLIB_PROGRESS": ""},
        {"TERM": "dumb", "CI": "", "AUDITLIB_PROGRESS": ""},
    ],
    ids=["bar", "ci", "dumb"],
)
def test_progress_on_a_terminal_takes_no_text_for_markup(around, monkeypatch):
    """A stage may hold a project's name; it is neither markup nor a command to the terminal, as a bar or as lines."""
    for name, value in around.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    with progress(Console(file=stream, force_terminal=True, width=120)) as tell:
        tell("first [red]pass[/nope] \x1b[2J", 1, 2)
    assert "[red]pass[/nope] [U+001B][2J" in stream.getvalue()


# Jira refuses, hides, or is not there


def test_a_wrong_token_ends_with_status_3_before_any_pull(auditlib_here, small_company, tmp_path, monkeypatch):
    """Nothing was searched, the token stands nowhere, and the same command works once the token is right."""
    with EmbeddedJira(small_company.world, "cloud") as jira:
        params = parameter_file(tmp_path, jira.url)
        monkeypatch.setenv("JIRA_USER", jira.user)
        monkeypatch.setenv("JIRA_TOKEN", "wrong-token-4711")
        for command in (["run", params, "--out", tmp_path / "out"], ["check", params]):
            done = auditlib_here(*command)
            assert done.status == 3
            assert 1 <= len(done.lines) <= 3 + len(command), done.err
            assert "401" in done.err or "JIRA_TOKEN" in done.err
            assert "wrong-token-4711" not in done.out + done.err
        assert not [asked for asked in jira.requests if "search" in asked.path or "issue" in asked.path]
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize("deployment", ["auto", "cloud", "data-center"])
def test_an_unreachable_jira_ends_with_status_3_within_seconds(auditlib_here, tmp_path, monkeypatch, deployment):
    """A wrong address is told at once, not after all retries."""
    with socket.create_server(("127.0.0.1", 0)) as closed_at_once:
        port = closed_at_once.getsockname()[1]
    params = parameter_file(tmp_path, f"http://127.0.0.1:{port}", f"deployment: {deployment}\n")
    monkeypatch.setenv("JIRA_TOKEN", "some-token-4711")
    begin = time.monotonic()
    done = auditlib_here("run", params, "--out", tmp_path / "out")
    assert time.monotonic() - begin < 20
    assert done.status == 3
    assert f"127.0.0.1:{port}" in done.err
    assert "some-token-4711" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


def test_what_is_no_jira_is_said_to_be_none(auditlib_here, small_company, tmp_path, monkeypatch):
    """A login page in place of Jira is an error with status 3, not a strange answer."""

    def login(_: Asked, answer: Answer) -> Answer:
        return replace(answer, headers={"Content-Type": "text/html"}, body=b"<html>log in</html>")

    with EmbeddedJira(small_company.world, "cloud", tamper=login) as jira:
        monkeypatch.setenv("JIRA_TOKEN", jira.token)
        monkeypatch.setenv("JIRA_USER", jira.user)
        done = auditlib_here("check", parameter_file(tmp_path, jira.url))
    assert done.status == 3
    assert "login page" in done.err


def test_without_a_token_nothing_is_asked(auditlib_here, small_company, tmp_path):
    """Missing credentials are wrong usage; the message says which variables."""
    with EmbeddedJira(small_company.world, "cloud") as jira:
        for command in (
            ["run", parameter_file(tmp_path, jira.url), "--out", tmp_path / "out"],
            ["check", tmp_path / "params.yaml"],
        ):
            done = auditlib_here(*command)
            assert done.status == 2
            assert "JIRA_TOKEN is not set" in done.err
        assert jira.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_a_hidden_project_ends_with_status_3_and_is_named(auditlib_here, small_company, tmp_path, monkeypatch, dialect):
    """All that can't be browsed are named at once, before anything is pulled."""
    with EmbeddedJira(small_company.world, dialect) as jira:
        monkeypatch.setenv("JIRA_TOKEN", jira.token)
        monkeypatch.setenv("JIRA_USER", jira.user)
        params = parameter_file(tmp_path, jira.url)
        for command in ("run", "check"):
            done = auditlib_here(command, params, "-p", "projects=[PAY, HR, NOSUCH]")
            assert done.status == 3
            assert "HR, NOSUCH" in done.err
        assert not [asked for asked in jira.requests if "search" in asked.path]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_check_tells_on_one_screen_what_a_run_could_prove(auditlib_here, small_company, tmp_path, monkeypatch, dialect):
    """Address, account and its zone, exact instants, every project, limits, size, and the re-dated JQL; nothing is kept."""
    monkeypatch.chdir(tmp_path)
    with EmbeddedJira(small_company.world, dialect) as jira:
        monkeypatch.setenv("JIRA_TOKEN", jira.token)
        monkeypatch.setenv("JIRA_USER", jira.user)
        done = auditlib_here("check", parameter_file(tmp_path, jira.url, "issue_types: [Bug]\n"))
        asked = [one.method for one in jira.requests]
    assert done.status == 0, done.err
    account = small_company.world.account
    for expected in (
        dialect, account.display_name, account.time_zone, "2026-04-01T00:00:00.000-04:00", "2026-04-01T04:00:00.000Z",
        "2026-10-01T00:00:00.000-04:00", "PAY:", "PAYX:", "OPS:", "can be browsed", "Limit", "Size",
        'issuetype in ("Bug")', "project in", "created >=",
    ):  # fmt: skip
        assert expected in done.out, expected
    assert len(done.out.splitlines()) <= 40
    assert jira.token not in done.out
    assert len(asked) < 36
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


@pytest.mark.usefixtures("small")
def test_check_of_the_demo_needs_no_account(auditlib_here):
    """A newcomer can try the command on the parameters that come along."""
    done = auditlib_here("check", ROOT / "params" / "demo.yaml")
    assert done.status == 0, done.err
    assert "Filter" in done.out


# Where a package goes


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(auditlib_here, tmp_path):
    """A package is never written over, nor beside other things."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    done = auditlib_here("demo", "--out", tmp_path / "out")
    assert done.status == 2
    assert str(tmp_path / "out") in done.err
    assert {path.name for path in tmp_path.rglob("*")} == {"out", "mine.txt"}


@pytest.mark.slow
def test_a_relative_folder_counts_from_where_the_command_was_given(auditlib_here, small, tmp_path, monkeypatch):
    """Notebooks side by side change no directory of the process: the package stands where it was asked for."""
    monkeypatch.chdir(tmp_path)
    done = auditlib_here("demo", "--out", "deep/er", "--only", "03", "--only", "sample", "--jobs", 2)
    assert done.status == 0, done.err
    assert done.out.splitlines()[-1] == "deep/er"
    assert Path.cwd() == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["er"]
    made = tmp_path / "deep" / "er" / "data"
    assert sorted(path.stem for path in (made / "notebooks").glob("*.ipynb")) == ["03_numbering", "05_sample"]
    assert (made / "tables" / "population.csv").is_file(), "every package has all tables"
    assert auditlib_here("verify", "deep/er").status == 0


@pytest.mark.slow
def test_a_notebook_that_stops_leaves_one_message_and_no_package(auditlib_here, pulled, made_up_issues, tmp_path):
    """The checkout's own notebooks win; where one is broken, nothing stands under the final name."""
    done = auditlib_here("demo", "--issues", made_up_issues, "--out", "out", "--only", "05")
    assert done.status == 2
    assert done.lines[-1] == "auditlib: notebook 05_sample stopped in cell 3: SampleError: too few"
    assert "Traceback" not in done.err
    assert done.out == ""
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial").is_dir()


def test_a_kernel_gets_the_same_code_and_no_credentials():
    """A notebook of a run has no use for a token, and must not import another auditlib than the one that runs it."""
    given = kernel_environment({"JIRA_USER": "u", "JIRA_TOKEN": "t", "HOME": "h", "PYTHONPATH": "p"})
    assert given == {"HOME": "h", "PYTHONPATH": f"{ROOT}{os.pathsep}p"}


def test_a_kernel_is_this_very_python(monkeypatch, tmp_path):
    """Whatever another program registered as python3, notebooks run on the libraries that run.json names."""
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text('{"argv": ["other"], "display_name": "Other", "language": "python"}', "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    kernel = Kernels().manager(kernel_name="python3")
    assert kernel.kernel_spec.argv[0] == sys.executable
    assert "curve" in kernel.kernel_spec.metadata["supported_encryption"], "else nothing between the two is encrypted"


@pytest.fixture
def pulled(made_up_issues, parameters, tmp_path, monkeypatch) -> Path:
    """A working folder over a few issues, with broken notebooks to execute: one for each way to stop."""
    folder = load_folder(made_up_issues)
    params = parameters(projects='["AB", "NO"]', period_start="2024-03-01", period_end="2024-03-31")
    collect(
        params, tmp_path / "pulled", {}, lambda *_: None, base=tmp_path, embedded=partial(EmbeddedJira, folder.world)
    )
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    broken = {
        "02_population": "import time\ntime.sleep(600)",
        "03_numbering": "raise ValueError('line one\\nline two \\x1b[31m')",
        "04_status": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "05_sample": "from auditlib.errors import SampleError\nraise SampleError('too few')",
    }
    for name, code in broken.items():
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        book = nbformat.read(path, as_version=4)
        book.cells[2].source = code
        nbformat.write(book, path)
    (tmp_path / "notebooks" / "09_summary.ipynb").write_text("{}", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pulled"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "said", "status"),
    [
        (
            ("02_population", "03_numbering"),
            "03_numbering stopped in cell 3: ValueError: line one line two [U+001B][31m",
            70,
        ),
        (("04_status",), "04_status: its kernel ended", 3),
        (("05_sample",), "05_sample stopped in cell 3: SampleError: too few", 2),
    ],
)
def test_a_notebook_that_stops_ends_the_others_and_says_where_and_why(pulled, names, said, status):
    """One line, the status of the cause, no result under the notebook's name, and no kernel is left."""
    with pytest.raises(NotebookError, match=re.escape(said)) as caught:
        execute(pulled, names, 2, lambda *_: None)
    assert caught.value.status == status
    assert caught.value.notebook in names
    assert "\n" not in str(caught.value)
    assert not [path for path in (pulled / "data" / "notebooks").iterdir() if ".unfinished." not in path.name]
    assert not [child for child in psutil.Process().children() if "ipykernel_launcher" in " ".join(child.cmdline())]


def test_a_notebook_that_is_none_is_wrong_usage(pulled):
    """A file that papermill could not even read is named."""
    with pytest.raises(UsageError, match=r"09_summary\.ipynb can't be read as a notebook"):
        execute(pulled, ["09_summary"], 1, lambda *_: None)


# Interrupted


def no_kernel_left(family: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(family, timeout=120)
    return alive == []


@pytest.mark.slow
def test_an_interrupted_pull_leaves_no_package(small_company, tmp_path):
    """Ctrl-C while Jira is asked: status 130, one line, nothing under the final name."""

    def slow(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, delay=0.2) if "search" in asked.path else answer

    with EmbeddedJira(small_company.world, "cloud", page_size=5, tamper=slow) as jira:
        params = parameter_file(tmp_path, jira.url)
        with begun("run", params, "--out", "out", cwd=tmp_path, JIRA_USER=jira.user, JIRA_TOKEN=jira.token) as process:
            soon(lambda: len([asked for asked in jira.requests if "search" in asked.path]) > 3)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "Traceback" not in told
    last = told.strip().splitlines()[-1]
    assert last.startswith("auditlib: interrupted: there is no package at out")
    assert "out.partial" in last
    assert {path.name for path in tmp_path.iterdir()} == {"params.yaml", "out.partial"}
    assert not is_sealed(tmp_path / "out.partial")


@pytest.mark.slow
def test_an_interrupted_run_of_notebooks_leaves_no_package_and_no_kernel(tmp_path, made_up_issues):
    """Ctrl-C while notebooks run: status 130 within seconds, no package, every kernel gone."""
    out = tmp_path / "out"
    with begun("demo", "--issues", made_up_issues, "--out", out, cwd=tmp_path) as process:
        soon(lambda: list(tmp_path.glob("out.partial/data/notebooks/*.unfinished.ipynb")))
        soon(lambda: len(psutil.Process(process.pid).children(recursive=True)) >= 2)
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert told.strip().splitlines()[-1].startswith("auditlib: interrupted")
    assert not out.exists()
    assert no_kernel_left(kernels)


@pytest.mark.slow
def test_a_killed_run_leaves_no_package_and_no_kernel(tmp_path, made_up_issues):
    """Even without any chance to tidy up, nothing stands under the final name and kernels end by themselves."""
    out = tmp_path / "out"
    with begun("demo", "--issues", made_up_issues, "--out", out, "--only", "01", cwd=tmp_path) as process:
        soon(lambda: psutil.Process(process.pid).children(recursive=True))
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    assert no_kernel_left(kernels)


# Recorded issues


def issue(key: str, number: int, created: str) -> dict[str, object]:
    fields = {
        "created": created, "updated": created, "summary": f"about {key}", "resolution": None,
        "issuetype": {"id": "1", "name": "Bug"}, "status": {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
    }  # fmt: skip
    return {"id": str(number), "key": key, "fields": fields}


@pytest.fixture
def made_up_issues(tmp_path) -> Path:
    """A folder with a few made-up issues, one of a project that YAML would take for false, and two files that hold none."""
    folder = tmp_path / "export of June"
    folder.mkdir()
    records = [issue(f"AB-{n}", 100 + n, f"2024-03-{n:02d}T10:00:00.000+0000") for n in (1, 2, 4, 7)]
    records += [issue(f"NO-{n}", 200 + n, f"2024-03-{n + 9:02d}T10:00:00.000+0000") for n in (1, 3)]
    (folder / "issues.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    (folder / "notes.json").write_text('{"text": "no issue"}', encoding="utf-8")
    (folder / "broken.json").write_text('{"id": ', encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_folder_of_issues_becomes_a_package(auditlib_here, tmp_path, monkeypatch, made_up_issues):
    """Scope and period follow from the issues, what is no issue is named, and what such data lacks is not invented."""
    monkeypatch.chdir(made_up_issues)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page.md"))
    done = auditlib_here(
        "demo", "--issues", ".", "--out", tmp_path / "out", "--only", "03_numbering", "-p", "sample_size=2"
    )
    assert done.status == 0, done.err
    assert "ignored: notes.json" in done.err
    assert "ignored: broken.json" in done.err
    assert "lacking: There is no audit log" in done.err
    said = done.out.splitlines()
    assert said[-2:] == [f"Open       {(tmp_path / 'out' / 'data' / 'index.html').as_uri()}", str(tmp_path / "out")]
    assert said[0].startswith("Sealed     Issues of export of June: ")
    page = unescape((tmp_path / "page.md").read_text("utf-8")).replace("\u200b", "")
    assert page.startswith("### auditlib demo: sealed\n\nIssues of export of June: ")
    assert "4 of 10 issue numbers are unexplained" in " ".join(done.out.split())
    assert "4 of 10 issue numbers are unexplained" in page
    data = tmp_path / "out" / "data"
    made_with = load_parameters(data / "params.yaml")
    assert not made_with.attributes, "the made-up company's own rules judge nobody else's issues"
    assert (made_with.closing_resolutions, made_with.test_issue_jql, made_with.attachments) == ((), None, False)
    summary = json.loads((data / "summary.json").read_text(encoding="utf-8"))
    assert summary["audit"] == "Issues of export of June"
    assert summary["projects"] == ["AB", "NO"]
    assert summary["period"]["start"] == "2024-03-01"
    assert summary["period"]["end"] == "2024-03-12"
    assert (data / "tables" / "keys.txt").read_text("utf-8").split() == ["AB-1", "AB-2", "AB-4", "AB-7", "NO-1", "NO-3"]
    assert summary["figures"]["unexplained"] == 4
    assert "scope.folder" in {one["id"] for one in summary["findings"]}
    assert auditlib_here("verify", tmp_path / "out").status == 0


# The embedded Jira, left running


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_the_embedded_jira_runs_until_it_is_ended(tmp_path, made_up_issues, dialect, number):
    """It prints address and credentials that work, and ends with status 0 on Ctrl-C or a termination."""
    with begun("jira", "--dialect", dialect, "--issues", made_up_issues, cwd=tmp_path) as process:
        assert process.stdout is not None
        told = ""
        while "until Ctrl-C" not in told:
            told += process.stdout.readline()
            assert process.poll() is None
        (url,) = re.findall(r"jira_url: (\S+)", told)
        ((user, token),) = re.findall(r"export JIRA_USER=(\S+) JIRA_TOKEN=(\S+)", told)
        answer = requests.get(f"{url}/rest/api/{3 if dialect == 'cloud' else 2}/myself", auth=(user, token), timeout=10)
        assert answer.status_code == 200
        assert "-p timezone=UTC" in told
        process.send_signal(number)
        _, err = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.slow
def test_the_embedded_jira_takes_the_port_and_the_forms_that_are_named(tmp_path, made_up_issues):
    """It answers there, in these forms, and says which they are."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ("jira", "--port", port, "--form", "status-category=missing", "--issues", made_up_issues)
    with begun(*command, cwd=tmp_path) as process:
        assert process.stdout is not None
        told = ""
        while "until Ctrl-C" not in told:
            told += process.stdout.readline()
            assert process.poll() is None
        ((user, token),) = re.findall(r"export JIRA_USER=(\S+) JIRA_TOKEN=(\S+)", told)
        answer = requests.get(f"http://127.0.0.1:{port}/rest/api/3/status", auth=(user, token), timeout=10)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=15)
    assert f"jira_url: http://127.0.0.1:{port}\n" in told
    assert "Forms: status-category=missing\n" in told
    assert answer.status_code == 200
    assert "statusCategory" not in answer.text
    assert process.returncode == 0, err


@pytest.mark.parametrize("command", ["jira", "demo"])
def test_forms_are_listed(auditlib_here, command):
    """``--form list`` prints each form and does nothing else."""
    done = auditlib_here(command, "--form", "list")
    assert done.status == 0
    assert "history-created=milliseconds|seconds|text  (cloud; default milliseconds)" in done.out


@pytest.mark.parametrize("command", ["jira", "demo"])
def test_a_form_that_is_not_there_is_wrong_usage(auditlib_here, command):
    """One line, with what was probably meant."""
    done = auditlib_here(command, "--form", "history-created=second")
    assert done.status == 2
    assert "did you mean seconds?" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_port_that_is_taken_is_wrong_usage(auditlib_here, small):
    """The message names the port."""
    with EmbeddedJira(small.world, "cloud") as other:
        port = other.url.rpartition(":")[2]
        done = auditlib_here("jira", "--port", port)
    assert done.status == 2
    assert done.err == f"auditlib: --port {port}: Address already in use; 0 takes a free one\n"


# A frozen population


@pytest.mark.slow
@pytest.mark.xdist_group("data-center")
@pytest.mark.parametrize("sealed", ["data-center"], indirect=True)
def test_a_frozen_population_with_another_seed(auditlib_here, sealed, tmp_path, monkeypatch):
    """--from keeps the population to the byte, draws another sample, and records where it comes from."""
    monkeypatch.setattr("auditlib.demo.story.company.build_company", lambda: sealed.company)
    params = sealed.folder / "data" / "params.yaml"
    out = tmp_path / "again"
    done = auditlib_here(
        "run",
        params,
        "--from",
        sealed.folder,
        "-p",
        "sample_seed=the auditor's own",
        "--out",
        out,
        "--only",
        "05_sample",
    )
    assert done.status == 0, done.err
    old, new = (folder / "data" / "tables" for folder in (sealed.folder, out))
    for same in ("population.csv", "numbering.csv", "gaps.csv", "keys.txt"):
        assert (old / same).read_bytes() == (new / same).read_bytes(), same
    assert (old / "sample.csv").read_bytes() != (new / "sample.csv").read_bytes()
    record = json.loads((out / "data" / "run.json").read_text(encoding="utf-8"))
    assert record["from"]["package"] == sealed.folder.name
    assert record["from"]["tagmanifest_sha256"] == digest_file(sealed.folder / "tagmanifest-sha256.txt")
    assert auditlib_here("verify", out).status == 0


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
@pytest.mark.parametrize(
    "given", ["timezone=UTC", "projects=[PAY]", "period_end=2026-08-31", "population_jql=priority = High"]
)
def test_a_frozen_population_of_another_scope_is_refused(auditlib_here, sealed, tmp_path, given):
    """Scope keys must equal the package's; the differing one is named, and nothing is made."""
    done = auditlib_here(
        "run", sealed.folder / "data" / "params.yaml", "--from", sealed.folder, "-p", given, "--out", tmp_path / "again"
    )
    assert done.status == 2
    assert given.partition("=")[0] in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_not_sealed_is_no_frozen_one(auditlib_here, tmp_path):
    """Only a sealed population is frozen."""
    done = auditlib_here("run", ROOT / "params" / "demo.yaml", "--from", tmp_path, "--out", tmp_path / "again")
    assert done.status == 2
    assert "not a sealed package" in done.err


# Verify


@pytest.fixture
def copied(sealed, tmp_path) -> Path:
    """A copy of a sealed package, to be spoilt."""
    return Path(shutil.copytree(sealed.folder, tmp_path / "package"))


def test_a_whole_bag_is_not_verified_if_nothing_can_be_computed_from_it(auditlib_here, tmp_path):
    """Whoever seals anew what was changed makes a bag that is intact: bag and content must both be as they should."""
    (tmp_path / "package" / "data").mkdir(parents=True)
    (tmp_path / "package" / "data" / "note.txt").write_text("no evidence", encoding="utf-8")
    bag.seal(tmp_path / "package", {"Bagging-Date": "2026-10-02"})
    done = auditlib_here("verify", tmp_path / "package")
    assert "Bag and digests: intact" in done.out
    assert "Verified" not in done.out
    assert (done.status, done.lines[-1]) == (4, f"auditlib: {tmp_path / 'package'} is not what it says it is")


@pytest.mark.slow
def test_verify_of_a_whole_package_says_so(auditlib_here, sealed):
    """Status 0, and the package is named."""
    done = auditlib_here("verify", sealed.folder)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == f"Verified: {sealed.folder}"


def flip(path: Path) -> None:
    """Change one bit of a digit, so that the file still reads well."""
    content = bytearray(path.read_bytes())
    place = next(place for place in range(len(content) // 2, len(content)) if content[place : place + 1].isdigit())
    content[place] ^= 1
    path.write_bytes(content)


def spoil_table(folder: Path) -> None:
    flip(folder / "data" / "tables" / "population.csv")


def remove_table(folder: Path) -> None:
    (folder / "data" / "tables" / "gaps.csv").unlink()


def add_table(folder: Path) -> None:
    (folder / "data" / "tables" / "extra.csv").write_text("a\n", encoding="utf-8")


def spoil_raw(folder: Path) -> None:
    path = next((folder / "data" / "raw" / "first_pass").rglob("*.gz"))
    path.write_bytes(gzip.decompress(path.read_bytes()))
    flip(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def remove_raw(folder: Path) -> None:
    next((folder / "data" / "raw" / "first_pass").rglob("*.gz")).unlink()


def spoil_index(folder: Path) -> None:
    (folder / "data" / "raw" / "index.jsonl").write_text('{"file": 1}\n[', encoding="utf-8")


def remove_index(folder: Path) -> None:
    (folder / "data" / "raw" / "index.jsonl").unlink()


def spoil_parameters(folder: Path) -> None:
    (folder / "data" / "params.yaml").write_text("nonsense: [", encoding="utf-8")


def change_parameters(folder: Path) -> None:
    path = folder / "data" / "params.yaml"
    path.write_text(path.read_text("utf-8").replace("2026-09-30", "2026-08-30"), encoding="utf-8")


SPOILT = {
    spoil_table: "tables/population.csv",
    remove_table: "tables/gaps.csv",
    add_table: "tables/extra.csv",
    spoil_raw: "raw/first_pass",
    remove_raw: "raw/first_pass",
    spoil_index: "raw/index.jsonl",
    remove_index: "raw/index.jsonl",
    spoil_parameters: "params.yaml",
    change_parameters: "params.yaml",
}


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_verify_finds_and_names_what_was_changed(auditlib_here, copied, spoil):
    """One byte is enough; status 4, the file is named, no traceback."""
    spoil(copied)
    done = auditlib_here("verify", copied)
    assert done.status == 4, done.err
    assert SPOILT[spoil] in done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
@pytest.mark.xdist_group("data-center")
@pytest.mark.parametrize("sealed", ["data-center"], indirect=True)
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_verify_sees_through_a_forger_who_seals_anew(auditlib_here, copied, spoil):
    """With all manifests recomputed, the tables still do not follow from the raw responses."""
    spoil(copied)
    bag.seal(copied, {"Bagging-Date": "2026-10-02"})
    assert check_bag(copied) == []
    done = auditlib_here("verify", copied)
    assert done.status == 4, done.err
    assert "intact" in done.out
    assert re.search(r"tables/|computed again", done.err)
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_verify_sees_through_a_forger_who_corrects_the_index_too(auditlib_here, copied):
    """A response that was changed together with its digest gives other tables than those of the package."""
    index = copied / "data" / "raw" / "index.jsonl"
    lines = []
    for line in index.read_text("utf-8").splitlines():
        record = json.loads(line)
        path = copied / "data" / "raw" / record["file"]
        body = gzip.decompress(path.read_bytes())
        if record["topic"].startswith("first_pass") and b'"name":"Bug"' in body.replace(b'": "', b'":"'):
            body = body.replace(b"Bug", b"Bag")
            path.write_bytes(gzip.compress(body, mtime=0))
            record |= {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    index.write_text("".join(lines), encoding="utf-8")
    bag.seal(copied, {"Bagging-Date": "2026-10-02"})
    done = auditlib_here("verify", copied)
    assert done.status == 4
    assert "tables/population.csv differs from what the raw responses give" in done.err
    assert "Bug" in done.err
    assert "Bag" in done.err


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_a_package_may_be_verified_from_anywhere_and_after_a_move(sealed, tmp_path):
    """Another process, another folder, no account: the package alone is enough."""
    moved = shutil.copytree(sealed.folder, tmp_path / "another name")
    done = auditlib_apart("verify", "another name", cwd=tmp_path)
    assert done.status == 0, done.err
    assert moved.is_dir()
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.skipif(os.name == "nt", reason="TZ is no zone of Python's there")
@pytest.mark.parametrize("zone", ["UTC+3", "UTC+99", ":/dev/null"])
def test_whatever_zone_is_set_libraries_find_utc(zone):
    """Of 12:00:00+00:00, dateutil says with TZ=UTC+3 that it is 12:00 in that zone, and papermill that a cell took -3 hours."""
    code = (
        "import sys; from auditlib.cli import main; sys.argv[1:] = ['--version']\n"
        "try: main()\n"
        "except SystemExit: from dateutil import parser; print(parser.parse('2026-10-02T12:00:00+00:00').utcoffset())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0:00:00"

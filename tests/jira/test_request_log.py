"""The log of requests: a line for each, with what it waited and weighed, and no secret."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from one_reader import keys_of, reading
from typer.testing import CliRunner

from auditlib.cli import app
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import MachineError, UsageError
from auditlib.jira.request_log import LOG, logged_to
from auditlib.pull.access import identify

LINE = re.compile(
    r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (GET|POST) (\S+) (\d{3}|-) waited=\d+\.\d{3}s took=\d+\.\d{3}s bytes=(\d+) "
    r"try=(\d+)( lost='.+')?"
)


def test_each_request_has_a_line(small_company, tmp_path):
    """As many lines as the server saw requests: method, path with query, status, bytes, and which try it was."""
    failed: set[bytes] = set()

    def fail_once(asked: Asked, answer: Answer) -> Answer:
        if asked.body in failed or not asked.path.endswith("/search/jql"):
            return answer
        failed.add(asked.body)
        return replace(answer, status=500, body=b"")

    path = tmp_path / "requests.log"
    with reading(small_company, tmp_path, tamper=fail_once, page_size=40) as (reader, jira), logged_to(path):
        identify(reader)
        keys_of(reader)
        reader.ask("levels", reader.dialect.project("PAY"))
        seen = [(asked.method, asked.path) for asked in jira.requests]
    lines = [LINE.fullmatch(line) for line in path.read_text().splitlines()]
    assert all(lines)
    assert [(line[1], "/" + line[2].partition("?")[0]) for line in lines] == seen
    assert lines[-1][2].endswith("?expand=projectKeys")
    assert [line[5] for line in lines if line[2].endswith("/search/jql")].count("2") == len(failed)
    assert int(lines[0][4]) == reader.store.entries("account")[0].size


def test_a_request_without_an_answer_has_a_line_with_the_cause(small_company, tmp_path):
    """What was lost on the wire is told in the words of the error."""
    path = tmp_path / "requests.log"
    with reading(small_company, tmp_path, tamper=lambda _, answer: replace(answer, cut=True), retries=1) as (reader, _):
        with logged_to(path), pytest.raises(Exception, match="cut"):
            identify(reader)
    assert all("lost='the answer was cut'" in line and " - waited" in line for line in path.read_text().splitlines())


def test_nothing_is_logged_without_a_file(small_company, tmp_path):
    """After the command the log is as it was."""
    path = tmp_path / "requests.log"
    with reading(small_company, tmp_path) as (reader, _):
        with logged_to(path):
            identify(reader)
        with logged_to(None):
            keys_of(reader)
    assert len(path.read_text().splitlines()) == 1
    assert LOG.handlers == []


def test_a_log_that_can_not_be_written_is_told(tmp_path):
    """Status 2, before anything is asked."""
    with pytest.raises(UsageError, match="--log"), logged_to(tmp_path / "no" / "folder"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_log_that_is_full_ends_nothing_and_is_told(small_company, tmp_path):
    """All questions are asked; at the end it is said that lines are missing. A pipe that nobody reads is refused at once."""
    said = "the log is not complete: --log /dev/full: No space left on device"
    with pytest.raises(MachineError, match=said), logged_to(Path("/dev/full")):
        LOG.info("a line")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="pipe can't be written"), logged_to(tmp_path / "pipe"):
        pass


def test_the_command_line_writes_it_and_no_secret(small_company, tmp_path, monkeypatch):
    """``check --log``: the lines are there; neither token nor user nor their Basic form is."""
    path, params = tmp_path / "requests.log", tmp_path / "p.yaml"
    with EmbeddedJira(small_company.world, "cloud") as jira:
        params.write_text(
            f'audit: "x"\njira_url: "{jira.url}"\nprojects: [PAY]\nperiod_start: "2026-04-01"\nperiod_end: "2026-09-30"\n'
            "timezone: UTC\n"
        )
        monkeypatch.setenv("JIRA_USER", jira.user)
        monkeypatch.setenv("JIRA_TOKEN", jira.token)
        done = CliRunner().invoke(app, ["check", str(params), "--log", str(path)])
        assert done.exit_code == 0, done.output
        assert len(path.read_text().splitlines()) == len(jira.requests)
    text = path.read_text()
    assert jira.token not in text
    assert jira.user not in text
    assert "Basic" not in text

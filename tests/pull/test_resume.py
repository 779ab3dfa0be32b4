"""A run that was killed goes on where it was, and ends with the same tables."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import UsageError
from auditlib.evidence.opened import open_evidence
from auditlib.pull.collect import collect
from auditlib.run.order import Run
from auditlib.run.workbook import run

PULL = """
import sys, os
from pathlib import Path
from auditlib.pull.collect import collect
from auditlib.params.reading import load_parameters
folder = Path(sys.argv[1])
params = load_parameters(Path(sys.argv[2]))
collect(params, folder, os.environ, lambda *_: None, base=folder)
"""


def slowly(asked: Asked, answer: Answer) -> Answer:
    return replace(answer, delay=0.05)


@pytest.mark.slow
def test_ten_kills_and_the_tables_are_the_same(small_company, parameters, tmp_path):
    """Killed at ten random moments, the pull ends with the same tables, and asks nothing twice that is on disk."""
    chance = random.Random(4711)  # noqa: S311 - kills are repeatable
    with EmbeddedJira(small_company.world, "cloud", tamper=slowly) as jira:
        params = parameters(jira_url=jira.url)
        file = tmp_path / "params.yaml"
        from auditlib.params.writing import dump_parameters  # noqa: PLC0415 - only here

        file.write_text(dump_parameters(params), encoding="utf-8")
        environ = {**os.environ, "JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        whole = collect(params, tmp_path / "whole", environ, lambda *_: None, base=tmp_path)
        asked_in_one_go = len(jira.requests)
        command = [sys.executable, "-c", PULL, str(tmp_path / "killed"), str(file)]
        kills = 0
        while True:
            process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
            try:
                _, told = process.communicate(timeout=1.2 + 0.35 * kills * chance.random() if kills < 10 else 120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                continue
            assert process.returncode == 0, told.decode()
            break
        asked_with_kills = len(jira.requests) - asked_in_one_go
    assert open_evidence(tmp_path / "killed").table_files() == whole.table_files()
    # Whatever was under way at a kill is asked again: at most what is asked side by side, and the first contact.
    assert asked_with_kills <= asked_in_one_go + kills * 12


def test_other_parameters_are_refused(small_company, parameters, tmp_path):
    """An interrupted run goes on with the parameters that it was begun with, or not at all."""
    out = tmp_path / "package"
    with pytest.raises(UsageError, match="nothing to resume"):
        run(Run(parameters(), out, resume=True), {}, lambda *_: None)
    collect(
        parameters(),
        tmp_path / "package.partial",
        {},
        lambda *_: None,
        base=tmp_path,
        embedded=partial(EmbeddedJira, small_company.world),
    )
    other = parameters(period_end="2026-09-29")
    with pytest.raises(UsageError, match="another period_end"):
        run(Run(other, out, resume=True), {}, lambda *_: None)


def test_what_was_interrupted_is_sealed_in_the_end(small_company, parameters, tmp_path, monkeypatch):
    """A run interrupted while it pulled is resumed, sealed, and holds nothing of the first try but its answers."""
    out = tmp_path / "package"
    count = 0

    def interrupt(asked: Asked, answer: Answer) -> Answer:
        nonlocal count
        count += 1
        if count > 12:
            time.sleep(0)
            return replace(answer, status=500)
        return answer

    failing = partial(EmbeddedJira, small_company.world, tamper=interrupt)
    order = Run(parameters(), out, ("03_numbering",), embedded=failing)
    monkeypatch.setattr("auditlib.jira.retries.Retries._wait", lambda *_: None)
    with pytest.raises(Exception, match=r"no usable answer|500"):
        run(order, {}, lambda *_: None)
    assert not out.exists()
    working = Path(f"{out}.partial")
    (working / "data" / "notebooks").mkdir(parents=True, exist_ok=True)
    (working / "data" / "notebooks" / "03_numbering.unfinished.ipynb").write_text("{}")
    order = replace(order, embedded=partial(EmbeddedJira, small_company.world), resume=True)
    made = run(order, {}, lambda *_: None)
    assert made == out
    assert not working.exists()
    assert not list(out.rglob("*unfinished*"))
    assert not list(out.rglob("*.tmp"))

"""Nothing that runs side by side writes one file, or both writers succeed and the file is whole."""

from __future__ import annotations

import gc
import json
import locale
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import UsageError
from auditlib.evidence.kernel_cache import TOLD, fill_cache
from auditlib.evidence.opened import open_evidence
from auditlib.files import write_whole
from auditlib.pull.collect import collect
from auditlib.run.order import Run
from auditlib.run.paper import open_workpaper
from auditlib.run.workbook import hard_at_work, run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
TIMES = 150


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled."""
    folder = tmp_path_factory.mktemp("pulled")
    collect(parameters(), folder, {}, QUIET, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


def show(notebook: str, package: str, together) -> None:
    """Do what two notebooks do with a table that both show, at the same instant, again and again."""
    paper = open_workpaper(notebook, package)
    paper.table("reconciliation")
    together.wait(60)
    for _ in range(TIMES):
        paper.table("reconciliation")


def test_two_notebooks_that_write_one_table_at_the_same_instant_both_succeed(pulled):
    """By hand, two notebooks of one folder may run at once: neither stops, and whoever looks sees a whole table."""
    processes = multiprocessing.get_context("spawn")
    together = processes.Barrier(2)
    writers = [
        processes.Process(target=show, args=(name, str(pulled), together)) for name in ("01_scope", "02_population")
    ]
    for writer in writers:
        writer.start()
    target, whole = pulled / "data" / "tables" / "reconciliation.csv", open_evidence(pulled).table_files()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(target.read_bytes() if target.exists() else whole["reconciliation.csv"])
        writers[0].join(0.01)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen | {target.read_bytes()} == {whole["reconciliation.csv"]}
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_notebook_of_a_run_writes_no_table(pulled, monkeypatch):
    """The run writes each table once; the notebooks that it executes side by side show them."""
    for path in (pulled / "data" / "tables").glob("*"):
        path.unlink()
    with fill_cache(open_evidence(pulled), pulled) as folder:
        monkeypatch.setenv(TOLD, str(folder))
        paper = open_workpaper("05_sample", str(pulled))
        assert len(paper.table("sample")) == len(paper.evidence.sampled.sample)
        assert paper.files("keys.txt", "strata.txt") == ["keys.txt"]
    assert list((pulled / "data" / "tables").glob("*")) == []
    monkeypatch.delenv(TOLD)
    open_workpaper("05_sample", str(pulled)).files("keys.txt")
    assert [path.name for path in (pulled / "data" / "tables").iterdir()] == ["keys.txt"]


def test_what_can_not_be_written_whole_leaves_what_was_there(tmp_path):
    """A table that stops half-way is not seen, and nothing of it stays."""

    def half():
        yield b"head\n"
        raise MemoryError

    write_whole(tmp_path / "new" / "table.csv", [b"old\n"])
    with pytest.raises(MemoryError):
        write_whole(tmp_path / "new" / "table.csv", half())
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["table.csv"]
    assert (tmp_path / "new" / "table.csv").read_bytes() == b"old\n"


MACHINES: tuple[dict[str, str], ...] = (
    {},
    {"PYTHONHASHSEED": "random", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONWARNINGS": "error"},
    {
        "HOME": "/dev/null/nowhere",
        "MPLBACKEND": "nonsense",
        "TMPDIR": "a folder for {0} of 100 %d",
        "LC_ALL": "xx_XX.UTF-8",
    },
    {"PYTHONOPTIMIZE": "1", "TZ": "America/St_Johns", "PYTHONSTARTUP": "nowhere.py", "LANG": "C", "PYTHONUTF8": "0"},
)
"""What differs between the machines, or the habits, of those who run it."""


def demo(folder: Path, machine: dict[str, str]) -> tuple[int, str]:
    """Run the demo on a few issues as on a machine, each without a name for its package; return status and messages."""
    command = [sys.executable, "-m", "auditlib", "demo", "--issues", "issues", "--jobs", "2"]
    known = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
    theirs = {name: str(folder / value) if name == "TMPDIR" else value for name, value in machine.items()}
    if "TMPDIR" in theirs:
        Path(theirs["TMPDIR"]).mkdir(exist_ok=True)
    done = subprocess.run(
        command, cwd=folder, env=known | {"PYTHONPATH": str(ROOT)} | theirs, capture_output=True, text=True, errors="replace",
        check=False, umask=0o077 if machine else -1,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def some_issues(folder: Path) -> None:
    """Write a few issues, with statuses in several scripts."""
    folder.mkdir()
    for number, status in enumerate(("Open", "处理中", "قيد المراجعة", "Zürich"), start=1):
        fields = {
            "created": f"2026-03-{number:02}T10:00:00.000+0000", "updated": f"2026-03-{number:02}T10:00:00.000+0000",
            "summary": f"about {number}", "issuetype": {"id": "1", "name": "Bug"}, "resolution": None,
            "status": {"id": str(number), "name": status, "statusCategory": {"key": "new"}},
        }  # fmt: skip
        record = {"id": str(100 + number), "key": f"A-{2 * number}", "fields": fields}
        (folder / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the machines differ in what only POSIX systems have")
def test_runs_at_a_time_on_different_machines_give_equal_tables_and_charts(tmp_path):
    """Four side by side, begun in one second in one folder, with other locales, zones, homes: all are sealed, all alike.

    ``AUDITLIB_DEMOS`` says how many, four at a time: ``make sixteen``.
    """
    some_issues(tmp_path / "issues")
    machines = list(islice(cycle(MACHINES), int(os.environ.get("AUDITLIB_DEMOS", "4"))))
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda machine: demo(tmp_path, machine), machines))
    assert [status for status, _ in ended] == [0] * len(machines), "\n".join(said for status, said in ended if status)
    made = [
        {
            path.relative_to(package).as_posix(): path.read_bytes()
            for part in ("tables", "charts")
            for path in sorted((package / "data" / part).iterdir())
        }
        for package in (tmp_path / "evidence").iterdir()
    ]
    assert len(made) == len(machines)
    assert {name for one in made for name, content in one.items() if content != made[0].get(name)} == set()
    assert not any(b"stderr" in path.read_bytes() for path in (tmp_path / "evidence").glob("*/data/notebooks/*.ipynb"))


def settings() -> tuple[object, ...]:
    """Return what a part of this process may have set for all of it."""
    return gc.get_threshold(), sys.getswitchinterval(), os.environ.copy(), Path.cwd(), locale.setlocale(locale.LC_ALL)


def test_a_run_changes_nothing_of_the_process_that_calls_it(small_company, parameters, tmp_path):
    """A notebook or a test may run beside other work: while it runs and after it, all is as it was."""
    before, seen = settings(), []
    order = Run(
        parameters(projects="[PAY]"),
        tmp_path / "out",
        ("01_scope",),
        jobs=1,
        embedded=partial(EmbeddedJira, small_company.world),
    )
    run(order, {}, lambda *_: seen.append(settings()))
    assert len(seen) > 3
    assert [one for one in [*seen, settings()] if one != before] == []


def test_what_a_command_sets_is_set_back():
    """The command owns its process and makes it quicker for a run; even then nothing is left behind, an error included."""
    before = settings()
    with hard_at_work():
        assert gc.get_threshold()[0] > before[0][0]
        assert sys.getswitchinterval() < before[1]
    assert settings() == before
    with pytest.raises(UsageError), hard_at_work():
        raise UsageError("it ended")
    assert settings() == before

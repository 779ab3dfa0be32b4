"""One process at a time works in a folder; whoever comes second is told who it is, and a dead holder holds nothing."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from holders import held_elsewhere
from places import ROOT

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import UsageError
from auditlib.package import lock
from auditlib.package.lock import HOLDER, LOCK, locked, working_folder
from auditlib.package.verify import check_bag
from auditlib.params.reading import parse_parameters
from auditlib.params.writing import dump_parameters
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Run
from auditlib.run.paper import scope_workpaper
from auditlib.run.workbook import run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody


def free(folder: Path) -> bool:
    try:
        with locked(folder):
            return True
    except UsageError:
        return False


@pytest.fixture
def begun(tmp_path, parameters) -> Path:
    """The working folder of a run that did not finish, for a package at ``out``."""
    partial = tmp_path / "out.partial"
    (partial / "data").mkdir(parents=True)
    (partial / "data" / "params.yaml").write_text(dump_parameters(parameters()), encoding="utf-8")
    return partial


def test_whoever_comes_second_is_told_who_works_there(tmp_path, begun, parameters):
    """A run, a resumed one and a collection of dossiers: status 2, with process, machine, time and command of the first."""
    order = Run(parameters(), tmp_path / "out")
    attempts = (
        lambda: run(order, {}, QUIET),
        lambda: run(replace(order, resume=True), {}, QUIET),
        lambda: collect_case_file(order, ["PAY-1"], {}, QUIET),
        lambda: collect_case_file(replace(order, resume=True), ["PAY-1"], {}, QUIET),
    )
    with held_elsewhere(begun) as other:
        for attempt in attempts:
            with pytest.raises(UsageError, match="another run works there") as refused:
                attempt()
            assert refused.value.status == 2
            assert str(refused.value).startswith(f"{begun}: ")
            assert f"(process {other.pid} on {platform.node()} since 2" in str(refused.value)
            assert str(begun) in str(refused.value).partition(", ")[2]  # its command
        assert [path.name for path in begun.rglob("*") if path.is_file()] == ["params.yaml"]
    assert free(begun)


def test_the_end_of_the_first_frees_the_folder_and_leaves_nothing(begun):
    """Neither in the folder nor beside it."""
    with held_elsewhere(begun):
        assert {path.name for path in begun.parent.iterdir()} == {begun.name, begun.name + LOCK, begun.name + HOLDER}
        assert not free(begun)
    assert list(begun.parent.iterdir()) == [begun]
    with pytest.raises(KeyError), locked(begun):
        raise KeyError
    assert list(begun.parent.iterdir()) == [begun]


def test_a_killed_holder_leaves_no_lock(begun):
    """What it said of itself is still there, but the system's lock is gone: the next one takes the folder."""
    with held_elsewhere(begun) as other:
        other.kill()
        other.wait()
    left = json.loads((begun.parent / (begun.name + HOLDER)).read_text(encoding="utf-8"))
    assert left["pid"] == other.pid
    with locked(begun):
        now = json.loads((begun.parent / (begun.name + HOLDER)).read_text(encoding="utf-8"))
        assert now["pid"] == os.getpid()
    assert list(begun.parent.iterdir()) == [begun]


@pytest.mark.parametrize("said", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b"7"])
def test_who_holds_may_be_unreadable(begun, said):
    """Then it is not named, and refused all the same."""
    with held_elsewhere(begun):
        (begun.parent / (begun.name + HOLDER)).write_bytes(said)
        with pytest.raises(UsageError, match="another run works there; wait"), locked(begun):
            pass


def test_what_another_said_of_itself_can_not_rule_a_terminal(begun):
    """The file may be anybody's: it is short, and unseen characters are shown."""
    record = {"pid": 1, "host": "h\x1b[31m", "since": "now", "command": "x" * 5000}
    with held_elsewhere(begun):
        (begun.parent / (begun.name + HOLDER)).write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(UsageError) as refused, locked(begun):
            pass
    assert "h[U+001B][31m" in str(refused.value)
    assert len(str(refused.value)) < 700


def test_a_lock_that_can_not_be_made_is_told(tmp_path):
    """A sentence with status 2, as for a folder that can't be made."""
    (tmp_path / f"out.partial{LOCK}").mkdir()
    with pytest.raises(UsageError, match=r"out\.partial\.lock can't be locked: .*give another --out"):
        with working_folder(tmp_path / "out"):
            pass
    assert not (tmp_path / "out.partial").exists()


def test_nothing_to_resume_makes_nothing(tmp_path):
    """A mistyped --out leaves no folder behind."""
    with pytest.raises(UsageError, match="nothing to resume"):
        with working_folder(tmp_path / "years" / "out", resume=True):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_its_run_did_not_make_yet_is_held(tmp_path):
    """Whoever would resume it is told who works there, and not that there is nothing to resume."""
    partial = tmp_path / "out.partial"
    resumed = working_folder(tmp_path / "out", resume=True)
    with held_elsewhere(partial) as other, pytest.raises(UsageError) as refused, resumed:
        pass
    assert not partial.exists()
    assert f"another run works there (process {other.pid} on " in str(refused.value)


def test_a_lock_that_a_dead_run_left_is_nothing_to_resume(tmp_path):
    """The file is there, nobody holds it, and no folder is beside it."""
    (tmp_path / f"out.partial{LOCK}").touch()
    with pytest.raises(UsageError, match="nothing to resume"):
        with working_folder(tmp_path / "out", resume=True):
            pass
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.skipif(os.name == "nt", reason="the disks that know no locks are those of Unix networks")
def test_a_disk_without_locks_does_not_stop_a_run(begun, monkeypatch):
    """Some network disks refuse to lock: there a run works as it can, and claims nothing."""
    import fcntl  # noqa: PLC0415 - Windows has none

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(begun):
        assert not (begun.parent / (begun.name + HOLDER)).exists()


def test_a_notebook_that_pulls_holds_its_folder(tmp_path, monkeypatch, small_company):
    """``01_scope`` by hand pulls into a folder like that of a run, which nobody else may go on with meanwhile."""
    seen = []

    def pulling(params, folder, *_, **__):
        seen.extend(path.name for path in folder.parent.iterdir())
        raise UsageError("enough")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("auditlib.run.by_hand.collect", pulling)
    with pytest.raises(UsageError, match="enough"):
        scope_workpaper("", {})
    assert sorted(name.rpartition(".partial")[2] for name in seen) == ["", LOCK, HOLDER]
    assert list((tmp_path / "evidence").iterdir()) == []


RUN = """
import os, sys
from pathlib import Path
from auditlib.params.reading import load_parameters
from auditlib.run.order import Run
from auditlib.run.workbook import run
run(Run(load_parameters(Path(sys.argv[1])), Path(sys.argv[2]), (), resume=len(sys.argv) > 3), os.environ, lambda *_: None)
"""


@pytest.mark.slow
def test_a_killed_run_is_resumed_by_one_process_only(small_company, parameters, tmp_path):
    """Two real processes: the second is refused while the first pulls; after a kill, one goes on; no lock is in what it seals."""
    out, holding = tmp_path / "out", True

    def stuck(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, delay=600.0) if holding and "search" in asked.path else answer

    with EmbeddedJira(small_company.world, "cloud", tamper=stuck) as jira:
        params = parameters(jira_url=jira.url)
        file = tmp_path / "params.yaml"
        file.write_text(dump_parameters(params), encoding="utf-8")
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        command = [sys.executable, "-c", RUN, str(file), str(out)]
        for more in ([], ["resume"]):  # begun and killed; resumed beside another, and killed
            first = subprocess.Popen([*command, *more], env=environ)
            asked = len(jira.requests)
            try:
                while not any("search" in one.path for one in jira.requests[asked:]):
                    with pytest.raises(subprocess.TimeoutExpired):
                        first.wait(0.1)
                second = subprocess.run([*command, "resume"], env=environ, capture_output=True, text=True, check=False)
                assert f"another run works there (process {first.pid} on " in second.stderr
            finally:
                first.send_signal(signal.SIGKILL)
                first.wait()
        holding = False
        run(Run(parse_parameters(file.read_text("utf-8"), "again"), out, (), resume=True), environ, QUIET)
    assert {path.name for path in tmp_path.iterdir()} == {"params.yaml", "out"}
    assert check_bag(out) == []
    assert not [path for path in out.rglob("*") if "lock" in path.name]
    assert lock.LOCK not in (out / "manifest-sha256.txt").read_text("utf-8")

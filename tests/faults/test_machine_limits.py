"""A machine that lacks something: every command ends with a sentence and a status, never with 70, silence or a hang."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import ROOT

LONGEST_NAME = os.pathconf("/", "PC_NAME_MAX")
MEGABYTE = 1 << 20


@pytest.mark.parametrize("length", [LONGEST_NAME, LONGEST_NAME - 6, LONGEST_NAME - 12, LONGEST_NAME - 20])
def test_a_name_that_is_too_long_is_told(site, length):
    """The package's own name, that of its working folder, or that of the lock: status 2, and nothing is left."""
    done = site.run("o" * length, end_at=1, folder="issue.html")
    if done.status >= 0:
        done.require_sentence(2)
        assert "name" in done.said
        assert [path.name for path in site.folder.iterdir()] == ["p.yaml"]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"NOFILE": 10}, "too many files are open at once"),
        ({"FSIZE": 4096}, "a file became larger than it may"),
        ({"AS": f"+{24 * MEGABYTE}"}, "too little memory|no more processes or threads"),
    ],
    ids=["files", "size", "memory"],
)
def test_a_low_limit_is_told(site, limits, said):
    """Status 3 and what to raise; with the limit raised, the same command does its work."""
    if "AS" in limits and not Path("/proc/self/statm").exists():
        pytest.skip("how much memory a process has is told here in another way")
    done = site.run("out", limits=limits).require_sentence(3)
    assert any(words in done.err for words in said.split("|")), done.err
    assert not (site.folder / "out").exists()


def test_few_files_are_enough(site, whole):
    """Sixty-four open files are enough for a run without notebooks."""
    site.run("out", limits={"NOFILE": 64}).require_sentence(0)
    site.require_verified("out", whole.tables)


def test_a_folder_that_nobody_can_write_is_told(site):
    """A device that is full, a folder that is a file: status 2, with its name."""
    for out in ("/dev/full/out", "/proc/out", "p.yaml/out"):
        done = site.run(out).require_sentence(2)
        assert out.rpartition("/")[0] in done.err


def test_a_working_folder_that_is_gone_is_told(site):
    """Status 2, in words about that folder."""
    gone = site.folder / "gone"
    gone.mkdir()
    command = [sys.executable, "-c", f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); {MAIN}"]
    done = subprocess.run(
        [*command, "check", str(site.folder / "p.yaml")], env=environ(), capture_output=True, text=True, check=False
    )
    assert done.returncode in {2, 3}, done.stderr
    assert done.stderr.startswith("auditlib: ")
    assert "error in auditlib" not in done.stderr


MAIN = "import sys; from auditlib.cli import main; sys.argv[0] = 'auditlib'; main()"


def environ(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **more}


def test_without_home_and_without_an_entry_for_the_account_all_works(site, faults_jira):
    """As in a container that is given a number for its user: libraries that look for a home find none, and are content."""
    command = ["unshare", "--user", "--map-user=12345", "--map-group=12345", sys.executable]
    probe = [
        *command,
        "-c",
        "import os, pwd\ntry:\n    pwd.getpwuid(os.getuid())\nexcept KeyError:\n    print('nobody')",
    ]
    try:
        made = subprocess.run(probe, env=environ(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if made.stdout != "nobody\n":
        pytest.skip("this machine lets nobody be another user")
    who = {"JIRA_USER": faults_jira.user, "JIRA_TOKEN": faults_jira.token, "TMPDIR": "/nowhere"}
    argv = ["dossiers", "p.yaml", "AC-2", "--out", "out"]
    done = subprocess.run(
        [*command, "-c", MAIN, *argv], cwd=site.folder, env=environ(**who), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (site.folder / "out").is_dir()


# Files that are none


def test_parameters_that_are_no_file_are_refused_at_once(site):
    """A pipe in which nobody writes, a folder, a device, a file as long as a film: status 2, and no wait."""
    os.mkfifo(site.folder / "pipe.yaml")
    (site.folder / "folder.yaml").mkdir()
    (site.folder / "round.yaml").symlink_to("round.yaml")
    with (site.folder / "long.yaml").open("wb") as stream:
        stream.truncate(1 << 30)
    began = time.monotonic()
    for name in ("pipe.yaml", "folder.yaml", "round.yaml", "long.yaml", "/dev/zero", "n" * 300):
        done = site.do("check", name)
        assert done.status == 2, (name, done.err)
        assert name[:100] in done.err
        assert "error in auditlib" not in done.err
    assert time.monotonic() - began < 240
    for option in ("gap_explanations", "leavers", "review", "sample_keys"):
        for name in ("pipe.yaml", "folder.yaml", "long.yaml"):
            more = ["-p", "sample_seed="] if option == "sample_keys" else []
            done = site.run("out", "-p", f"{option}={name}", *more)
            assert done.status == 2, (option, name, done.err)
            assert not (site.folder / "out.partial").exists()
    done = site.do("dossiers", "p.yaml", "--keys", "pipe.yaml").require_sentence(2)
    assert "it is a pipe into which nobody writes" in done.err


def test_parameters_may_come_through_a_pipe(site):
    """As the shell's <(…) gives them: somebody writes into it."""
    pipe = site.folder / "pipe.yaml"
    os.mkfifo(pipe)
    text = (site.folder / "p.yaml").read_text("utf-8")
    writer = subprocess.Popen(
        [sys.executable, "-c", "import sys; open(sys.argv[1], 'w').write(sys.argv[2])", pipe, text]
    )
    hold = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer comes to write before the command looks
    writer.wait(60)
    done = site.do("check", "pipe.yaml")
    os.close(hold)
    done.require_sentence(0, 2)


@pytest.mark.parametrize("place", ["chain.txt", ".work/plan.json", "census", "log"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "round", "file"])
def test_what_is_no_file_in_an_archive_stops_nothing_for_ever(site, place, kind):
    """The archive is refused in a sentence, or goes on without it; a run says what it makes of it."""
    path: Path = site.folder / "kept" / place
    path.parent.mkdir(parents=True)
    make = {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "device": lambda: path.symlink_to("/dev/zero"),
        "round": lambda: path.symlink_to(path.name),
        "file": lambda: path.write_text("{}"),
    }
    make[kind]()
    done = site.do("archive", "p.yaml", "--to", "kept")
    done.require_sentence(0, 2, 3)

"""What the README promises, in a fresh clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from auditlib import cli
from auditlib.audit.chapters import QUESTIONS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_stand_in_the_readme():
    """A newcomer finds them at once, as they are typed."""
    head = README.split("## For your Jira")[0]
    assert re.search(r"^```sh\nmake demo\b.*\nmake test\b.*\n```$", head, re.MULTILINE)


def test_every_command_in_the_readme_exists():
    """`.venv/bin/auditlib X` in the README is a command."""
    named = set(re.findall(r"\.venv/bin/auditlib (\w+)", README))
    assert named
    assert named <= {
        command.name or getattr(command.callback, "__name__", "") for command in cli.app.registered_commands
    }


def test_the_readme_lists_every_notebook_with_its_question():
    """The table of notebooks is the notebooks."""
    listed = dict(re.findall(r"^\| `(\d\d_\w+)` \| (.+?) \|$", README, re.MULTILINE))
    assert listed == QUESTIONS


def test_every_room_stands_in_contributing_and_in_the_house():
    """Who looks for something finds the house as it is, and what a line of a room may touch."""
    rooms = {path.name for path in (ROOT / "auditlib").iterdir() if path.is_dir() and not path.name.startswith("_")}
    rooms.discard("cli")  # named without a stroke: it is a command first
    listed = set(
        re.findall(r"^\| `([a-z]+)/` \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == rooms
    touched = (ROOT / "docs" / "house.md").read_text(encoding="utf-8").split("## What a line may touch")[1]
    assert {room for room in rooms if f"`{room}`" not in touched} == set()


def test_every_file_that_the_house_names_is_there():
    """The architecture page leads through modules that exist."""
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|ipynb))`", text)
    assert len(named) > 20
    assert [name for name in named if not any((base / name).is_file() for base in (ROOT, ROOT / "auditlib"))] == []


def test_every_link_in_the_documents_leads_somewhere():
    """A link within the repository names a file of it."""
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def make(target: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}}
    return subprocess.run(
        ["make", *more, target], cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=240
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A fresh clone: what is committed and nothing else."""
    if not shutil.which("git") or not shutil.which("make") or not (ROOT / ".git").exists():
        pytest.skip("git, make and a repository are needed")
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, folder], check=True, timeout=60)
    return folder


@pytest.mark.slow
@pytest.mark.xdist_group("clone")
def test_make_in_a_fresh_clone_installs_from_the_lock_with_hashes(clone):
    """Both commands first make the environment from the lock, then do what they say; shown, not done."""
    for target, last in (("demo", ".venv/bin/auditlib demo"), ("test", ".venv/bin/python -m pytest -n auto")):
        done = make(target, clone, "-n")
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        (install,) = [line for line in lines if "-r requirements.lock" in line]
        assert "--require-hashes" in install
        assert not re.search(r"index|https?:", install)
        assert lines[-1].startswith(last)


@pytest.mark.slow
@pytest.mark.xdist_group("clone")
def test_make_demo_in_a_fresh_clone_ends_with_the_path_of_a_sealed_package(clone):
    """With the environment made, the command seals a package that opens and verifies, and changes nothing that is tracked."""
    bin_folder = clone / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    for name, what in (("auditlib", " -m auditlib"), ("python", "")):  # stand in for what pip would install
        script = bin_folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{what} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    (clone / ".venv" / ".ready").touch()
    done = make("demo", clone)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, "a kernel complains"
    made = clone / done.stdout.splitlines()[-1]
    assert made.parent == clone / "evidence"
    assert (made / "data" / "index.html").is_file()
    chapters = {path.name for path in (clone / "notebooks").glob("*.ipynb")} - {"00_start.ipynb"}
    assert {path.name for path in (made / "data" / "notebooks").glob("*.ipynb")} == chapters
    verified = subprocess.run(
        [bin_folder / "auditlib", "verify", made], cwd=clone, capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert changed.stdout == "", "the work leaves traces in the checkout"

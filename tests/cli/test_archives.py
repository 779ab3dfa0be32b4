"""`auditlib archive`: exit statuses, what is said, and a chain that a shell checks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from archive_driver import ACCOUNT
from archives import serving_log, text_of
from places import ROOT
from small_world import issue, small_world

from auditlib import cli
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import World
from auditlib.package.lock import locked


@dataclass(frozen=True)
class Done:
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def archive(monkeypatch, capsys, tmp_path):
    """Archive a Jira into ``tmp_path / "a"``, as the console script does."""
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(jira: EmbeddedJira, *more: object) -> Done:
        (tmp_path / "params.yaml").write_text(text_of(jira), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["auditlib", "archive", "params.yaml", *map(str, more)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return Done(int(ended.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def world() -> World:
    """A small Jira."""
    return small_world(*(issue(number) for number in range(1, 6)), issue(50, "NEW"))


def test_the_default_folder_is_that_of_the_parameters(archive, world, tmp_path):
    """``archive/<host>`` below the working directory, where a run looks for it."""
    with EmbeddedJira(world, "cloud") as jira:
        done = archive(jira)
    assert done.status == 0
    assert (tmp_path / "archive" / "127.0.0.1" / "chain.txt").is_file()
    assert re.search(
        r"Added     7 new records, a census of 6 issues: [\d,]+ bytes in \d+ requests; the archive has [\d,]+ bytes",
        done.out,
    )


def test_what_vanished_ends_with_status_1_only_if_that_is_asked_for(archive, world):
    """Everything is kept first; a schedule then fails loudly."""
    with EmbeddedJira(world, "cloud") as jira:
        archive(jira, "--to", "a")
        del world.issues[102]
        found = archive(jira, "--to", "a", "--fail-on", "vanished", "--fail-on", "hole")
        del world.issues[103]
        silent = archive(jira, "--to", "a", "--fail-on", "hole")
    assert (found.status, silent.status) == (1, 0)
    assert "AC-2: seen " in found.out
    assert found.err.splitlines()[-1] == (
        "auditlib: everything is kept, and the archive shows what --fail-on names: vanished (1)"
    )


def test_a_hole_ends_with_status_1(archive):
    """Whether Jira forgot it or somebody removed a file."""
    kept = [{"id": 1, "summary": "A", "created": "2026-01-01T00:00:00.000+0000"}]
    with serving_log(lambda: kept) as jira:
        archive(jira, "--to", "a")
        kept[:] = [{"id": 2, "summary": "B", "created": "2026-03-01T00:00:00.000+0000"}]
        done = archive(jira, "--to", "a", "--fail-on", "hole")
    assert done.status == 1
    assert "between 2026-01-01T00:00:00.000Z and 2026-03-01T00:00:00.000Z" in done.out
    assert "hole (1)" in done.err


def test_a_project_that_can_not_be_browsed_ends_with_status_3_after_all_else_is_kept(archive, world, tmp_path):
    """It is named; the log and the other projects are in the archive."""
    world.projects["AC"] = replace(world.projects["AC"], browsable=False)
    with EmbeddedJira(world, "cloud") as jira:
        done = archive(jira, "--to", "a")
    assert done.status == 3
    assert "can't see AC" in done.err
    assert list((tmp_path / "a" / "census").glob("*.jsonl.gz"))


def test_a_folder_that_another_archive_holds_is_refused(archive, world, tmp_path):
    """Two at once would write into one chain."""
    with EmbeddedJira(world, "cloud") as jira, locked(tmp_path / "a"):
        done = archive(jira, "--to", "a")
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 1
    assert "give another --to" in done.err


@pytest.mark.parametrize("content", ["text\n", "\xff"], ids=["no line", "no text"])
def test_a_chain_that_is_none_is_told_in_one_line(archive, world, tmp_path, content):
    """And nothing is added to it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "chain.txt").write_bytes(content.encode("latin-1") + b"\n")
    with EmbeddedJira(world, "cloud") as jira:
        done = archive(jira, "--to", "a")
    assert done.status in {2, 3}
    assert len(done.err.strip().splitlines()) == 1


def blocks() -> list[str]:
    """Return the two scripts of the page that check a chain."""
    text = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
    return [block for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if "sha256sum" in block]


def checked(folder: Path) -> list[str]:
    """Return what the page's scripts say of an archive."""
    said = []
    for block in blocks():
        done = subprocess.run(["sh", "-c", block], cwd=folder, capture_output=True, text=True, check=True)
        said += done.stdout.splitlines()
    return said


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
def test_a_shell_checks_the_chain(archive, world, tmp_path):
    """The page's scripts say nothing of an archive as it is; a byte that is changed, in a file or in the chain, is named."""
    folder = tmp_path / "a"
    with EmbeddedJira(world, "cloud") as jira:
        archive(jira, "--to", "a")
        world.issues[190] = issue(90)
        archive(jira, "--to", "a")
    assert len(blocks()) == 2
    assert checked(folder) == []
    month = folder / "log" / "2026-01.jsonl.gz"
    whole = month.read_bytes()
    month.write_bytes(whole[:30] + bytes([whole[30] ^ 1]) + whole[31:])
    (said,) = checked(folder)
    assert re.fullmatch(rf"not as it was added on \S+: log/2026-01\.jsonl\.gz, {len(whole)} bytes from byte 0 on", said)
    month.write_bytes(whole)
    chain = folder / "chain.txt"
    chain.write_text(chain.read_text().replace('"records":', '"recorded":', 1))
    assert checked(folder)[0].startswith("the chain is broken at: ")

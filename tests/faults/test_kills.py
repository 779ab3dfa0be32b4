"""Kills, signals and full disks: nothing is lost, nothing half done gets a name, and what is said has a status."""

from __future__ import annotations

import os
import random
import signal
import sys

import pytest
from conftest import ALL

PAGE = os.sysconf("SC_PAGE_SIZE")
KILLS = 48 if ALL else 12
SEED = 11


def go_on(site, **more):
    """Begin a run, or go on with it where a working folder is left."""
    return site.run("out", *(["--resume"] if (site.folder / "out.partial").exists() else []), **more)


def test_kills_at_any_moment_lose_nothing(site, whole):
    """Killed again and again, while it pulls, computes, writes and seals, a run comes to the same tables in the end."""
    draw = random.Random(SEED)  # noqa: S311 - repeatable moments
    moments = sorted(draw.randrange(1, whole.touches) for _ in range(KILLS))
    sys.stdout.write(f"seed {SEED}: killed at {moments} of {whole.touches}\n")
    for moment in moments:
        done = go_on(site, folder="out.partial", end_at=moment, by=signal.SIGKILL)
        if done.status == 0:  # what was pulled is not pulled again, so that a later moment may not come
            break
        assert done.status == -signal.SIGKILL, done.err
        assert not (site.folder / "out").exists()
    if not (site.folder / "out").exists():
        go_on(site).require_sentence(0)
    site.require_verified("out", whole.tables)
    assert {path.name for path in site.folder.iterdir()} == {"p.yaml", "out"}


@pytest.mark.parametrize("part", [0.02, 0.9, 0.97] if not ALL else [n / 40 for n in range(1, 40)])
def test_a_kill_anywhere_is_gone_on_with(site, whole, part):
    """One kill at one moment, from the first file to the last step before the package has its name."""
    at = max(1, int(whole.touches * part))
    done = site.run("out", folder="out.partial", end_at=at, by=signal.SIGKILL)
    assert done.status == -signal.SIGKILL, done.err
    go_on(site).require_sentence(0)
    site.require_verified("out", whole.tables)


SIGNALS = {"SIGINT": 0.1, "SIGTERM": 0.3, "SIGHUP": 0.6, "SIGQUIT": 0.85}
PASSED_OVER = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP]


def test_a_signal_ends_a_run_with_a_sentence_and_its_status(site, whole):
    """128 and its number, where the work stands, no lock left; the next run goes on there."""
    for name, part in SIGNALS.items():
        number = getattr(signal, name)
        done = go_on(site, folder="out.partial", end_at=max(1, int(whole.touches * part * 0.5)), by=number)
        done.require_sentence(128 + number)
        word = "interrupted" if name == "SIGINT" else f"ended by {name}"
        assert done.said.startswith(f"auditlib: {word}: there is no package at out; what was pulled is in out.partial")
        assert {path.name for path in site.folder.iterdir()} == {"p.yaml", "out.partial"}
    go_on(site).require_sentence(0)
    site.require_verified("out", whole.tables)


def test_other_signals_end_nothing(site, whole):
    """A pipe without a reader and a file that is too long are told to whoever writes; ``nohup`` lets SIGHUP be ignored."""
    at = int(whole.touches * 0.4)
    site.run("out", folder="out.partial", end_at=at, by=PASSED_OVER, ignored=["SIGHUP"]).require_sentence(0)
    site.require_verified("out", whole.tables)


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9] if not ALL else [n / 20 for n in range(1, 20)])
def test_a_full_disk_is_told_and_gone_on_with(site, whole, part):
    """While it pulls, computes, writes or seals: status 3 and a sentence; with more room, the same command goes on."""
    size = sum(-(-path.stat().st_size // PAGE) * PAGE for path in whole.folder.rglob("*") if path.is_file())
    disk = site.folder / "disk"
    disk.mkdir()
    then = [["run", "p.yaml", "--out", "disk/out", "--only", "none", "--resume"], ["verify", "disk/out"]]
    tmpfs = {"at": str(disk), "sizes": [int(size * part), size * 4, size * 4], "then": then}
    done = site.run("disk/out", tmpfs=tmpfs)
    if done.status == 77:
        pytest.skip("this machine lets nobody make a disk of one's own")
    assert done.status == 0, done.err
    assert [line for line in done.out.splitlines() if line.startswith("status")] == ["status 3", "status 0", "status 0"]
    assert "auditlib: there is no room left on the disk" in done.err
    assert "Traceback" not in done.err

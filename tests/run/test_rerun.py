"""A package is run once more in kernels on its own answers: equal, or each difference named; and both without any network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from auditlib.package.disk import walk

UNSHARE = shutil.which("unshare")
ISOLATED = [UNSHARE, "-rn"]


def state_of(folder: Path) -> str:
    """Return a digest of everything in a folder."""
    digest = hashlib.sha256()
    for path, kind in sorted(walk(folder, ".")):
        digest.update(f"{path} {kind}".encode())
        digest.update((folder / path).read_bytes() if kind == "file" else b"")
    return digest.hexdigest()


def auditlib(*arguments: object, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
    return subprocess.run(
        [*(before or []), sys.executable, "-m", "auditlib", *map(str, arguments)],
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def without_network() -> bool:
    """Say whether this machine lets a process have a network of its own, with nothing in it."""
    if UNSHARE is None:
        return False
    probe = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([*ISOLATED, sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    return "Network is unreachable" in done.stderr


NO_NETWORK = pytest.mark.skipif(not without_network(), reason="this machine allows no network namespace (unshare -rn)")

ONE = pytest.mark.parametrize("sealed", [pytest.param("cloud", marks=pytest.mark.xdist_group("cloud"))], indirect=True)
"""One dialect is enough: what differs between them is read by the same code in ``verify``, which both are held to elsewhere."""


@NO_NETWORK
@ONE
def test_verify_and_rerun_need_no_network(sealed, tmp_path):
    """Neither loopback nor anything else: what is compared was made of the package alone, into which nothing is written."""
    before = state_of(sealed.folder)
    verified = auditlib("verify", sealed.folder, before=ISOLATED)
    assert (verified.returncode, verified.stderr) == (0, "")
    done = auditlib("rerun", sealed.folder, "--out", tmp_path / "again", before=ISOLATED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Notebooks executed again, tables and figures: equal",
        f"Kept: {tmp_path / 'again'}",
    ]
    assert (tmp_path / "again" / "data" / "notebooks" / "03_numbering.html").is_file()
    assert state_of(sealed.folder) == before


@ONE
def test_rerun_names_what_differs_and_where(sealed, tmp_path):
    """As ``verify`` does: a table, a chart, a sentence of a page."""
    package = tmp_path / "package"
    shutil.copytree(sealed.folder, package)
    changes = {
        "tables/gaps.csv": ("unexplained", "deleted"),
        "charts/status.svg": ("</svg>", "<g/></svg>"),
        "notebooks/04_status.html": ("each sum to the population", "each sum up"),
    }
    for name, (before, after) in changes.items():
        text = (package / "data" / name).read_text("utf-8")
        assert before in text
        (package / "data" / name).write_text(text.replace(before, after, 1), "utf-8", newline="\n")
    done = auditlib("rerun", package)
    assert done.returncode == 4
    assert done.stdout.splitlines() == ["Notebooks executed again, tables and figures: 3 differ"]
    for name in changes:
        assert f"{name} differs from what the raw responses give: line " in done.stderr


@ONE
def test_what_is_made_again_goes_neither_into_the_package_nor_over_something(sealed, tmp_path):
    """Status 2, and nothing is touched."""
    (tmp_path / "mine").write_text("mine")
    for target in (sealed.folder / "again", sealed.folder, tmp_path):
        done = auditlib("rerun", sealed.folder, "--out", target)
        assert done.returncode == 2
        assert "give another --out" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]

"""``run`` with several parameter files, as a process on a real loopback: one fails, the others are sealed, then it goes on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira

pytestmark = pytest.mark.slow

PARAMETERS = """\
audit: "Audit of {name}"
jira_url: "{url}"
projects: [{projects}]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: America/New_York
sample_seed: "a seed for tests"
sample_size: 2
"""


def auditlib(folder: Path, *arguments: object, **credentials: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder with credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
    return subprocess.run(
        [sys.executable, "-m", "auditlib", *map(str, arguments)],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **credentials},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def digest(package: Path) -> str:
    return hashlib.sha256((package / "tagmanifest-sha256.txt").read_bytes()).hexdigest()


def test_one_that_fails_stops_no_other_and_is_gone_on_with(tmp_path, small_company):
    """Each with its credentials; the worst status; a row each on the page; --resume makes what is missing and nothing twice."""
    with EmbeddedJira(small_company.world, "cloud") as jira:
        for name, projects in (("eu", "OPS"), ("us", "PAYX")):
            text = PARAMETERS.format(name=name, url=jira.url, projects=projects)
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        command = ("run", "us.yaml", "eu.yaml", "--out", "out", "--only", "05", "--jobs", 1)
        own = {"JIRA_USER_EU": jira.user, "JIRA_TOKEN_EU": jira.token}
        first = auditlib(tmp_path, *command, JIRA_USER=jira.user, JIRA_TOKEN="wrong", **own)
        assert first.returncode == 3, first.stderr
        assert "1 of 2 audits is sealed" in first.stdout
        page = tmp_path / "out" / "index.html"
        assert first.stdout.splitlines()[-1] == str(Path("out") / "index.html")
        rows = [
            row.get_text(" ", strip=True)
            for row in BeautifulSoup(page.read_text("utf-8"), "html.parser").select("tbody tr")
        ]
        assert len(rows) == 2
        assert rows[0].startswith("Audit of us us.yaml")
        assert digest(tmp_path / "out" / "eu") in rows[1]
        assert not (tmp_path / "out" / "us").exists()
        again = auditlib(tmp_path, *command, "--resume", JIRA_USER=jira.user, JIRA_TOKEN=jira.token)
    assert again.returncode == 0, again.stderr
    assert digest(tmp_path / "out" / "eu") in rows[1], "what is sealed stays"
    page_again = page.read_text("utf-8")
    assert all(digest(tmp_path / "out" / name) in page_again for name in ("eu", "us"))
    for name in ("eu", "us"):
        verified = auditlib(tmp_path, "verify", Path("out") / name)
        assert verified.returncode == 0, verified.stdout + verified.stderr
    assert jira.token not in page_again


def test_nothing_begins_while_a_file_is_wrong(tmp_path):
    """What is wrong in any file is told, of all files, in the first second."""
    (tmp_path / "eu.yaml").write_text("audit: 1\n", encoding="utf-8")
    (tmp_path / "us.yaml").write_text(
        PARAMETERS.format(name="us", url="demo", projects="PAY") + "sampel: 3\n", encoding="utf-8"
    )
    done = auditlib(tmp_path, "run", "eu.yaml", "us.yaml", "--out", "out")
    assert done.returncode == 2
    assert "eu.yaml" in done.stderr
    assert "us.yaml" in done.stderr
    assert "sampel" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--from", "package"], "--from takes the population of one package"),
        (["--resume"], "--resume needs --out"),
        (["--until", "pull"], "--until stops one run"),
        (["--until", "pages", "--fail-on", "drift"], "--fail-on judges a sealed package"),
        (["--resume", "--out", "nowhere"], "nothing to resume"),
        (["--out", "."], "is not empty"),
    ],
)
def test_what_makes_no_sense_with_several_is_refused(tmp_path, more, told):
    """In a sentence that says what would."""
    for name in ("eu", "us"):
        text = PARAMETERS.format(name=name, url="demo", projects="PAY")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = auditlib(tmp_path, "run", "eu.yaml", "us.yaml", *more)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr


def test_one_jiras_credentials_are_not_sent_to_another(tmp_path):
    """Two addresses and one token: nothing is asked."""
    for name in ("eu", "us"):
        text = PARAMETERS.format(name=name, url=f"https://jira.{name}.invalid", projects="PAY")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = auditlib(tmp_path, "run", "eu.yaml", "us.yaml", JIRA_TOKEN="general")
    assert done.returncode == 2
    assert "would be sent to both" in done.stderr
    assert "JIRA_TOKEN_US" in done.stderr

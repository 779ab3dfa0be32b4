"""Whole commands as processes of their own, with the bounds as they are: an end within a minute and a gigabyte.

In the suite a few; ``make hostile`` asks with every answer of the other files in place of every first one.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT
from small_world import full_world

from auditlib.demo.server.site import EmbeddedJira
from hostile import (
    test_bodies,
    test_encodings,
    test_files,
    test_heads,
    test_json,
    test_limits,
    test_members,
    test_packages,
    test_paging,
    test_redirects,
    test_secrets,
)
from hostile.ends import Answer, require_no_secret
from hostile.server import Heard, in_front_of, reply

SECONDS, KILOBYTES = 60.0, 1_000_000
WHOLE = os.environ.get("AUDITLIB_HOSTILE") == "all"
ODDEST = gzip.compress(b" " * (1 << 26), 9) * 64
"""Four gigabytes in four megabytes."""

PARAMS = """audit: Hostile
jira_url: {url}
projects: [AC]
period_start: "2026-01-01"
period_end: "2026-01-31"
timezone: UTC
deployment: cloud
sample_seed: "hostile"
"""


@dataclass(frozen=True)
class Done:
    """How a process ended."""

    status: int
    said: str
    seconds: float
    kilobytes: int


def done(folder: Path, url: str, token: str, user: str, command: str, *more: str) -> Done:
    """Run a command of auditlib on a Jira; it may take twice the time that it should, so that a failure says how long."""
    params = folder / "params.yaml"
    params.write_text(PARAMS.format(url=url), encoding="utf-8")
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), "PYTHONUTF8": "1"}
    environ |= {"JIRA_USER": user, "JIRA_TOKEN": token}
    begun, kilobytes = time.monotonic(), 0
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "auditlib", command, str(params), *more],
            cwd=folder,
            env=environ,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                kilobytes = max(kilobytes, _peak(process.pid))
                ended, status, _ = os.wait4(process.pid, os.WNOHANG)
                if ended:
                    break
                assert time.monotonic() - begun < 2 * SECONDS, "it hangs"
                time.sleep(0.05)
        finally:
            if not ended:
                process.kill()
                process.wait()
        process.returncode = os.waitstatus_to_exitcode(status)
    text = (folder / "said").read_text(encoding="utf-8", errors="replace")
    return Done(process.returncode, text, time.monotonic() - begun, kilobytes)


def _peak(pid: int) -> int:
    """Return the most memory, in kilobytes, that a process held since its program began; 0 once it has ended.

    ``ru_maxrss`` is that of the process that forked it, where that was larger.
    """
    try:
        told = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) if found else 0


def spoilt(end: str, answer: Answer | Callable[[Heard], Iterable[bytes]], *, by_request: bool = False):
    """Say this instead of the answers to questions whose path ends so."""

    def spoil(heard: Heard) -> Iterable[bytes] | None:
        if not heard.path.endswith(end):
            return None
        if by_request:
            return answer(heard)
        return [answer] if isinstance(answer, bytes) else answer()

    return spoil


def require_end(folder: Path, command: tuple[str, ...], spoil: Callable[[Heard], Iterable[bytes] | None]) -> Done:
    """Require that a command ends as it must."""
    with EmbeddedJira(full_world(), "cloud") as jira, in_front_of(jira.url, spoil) as url:
        found = done(folder, url, jira.token, jira.user, *command)
    assert found.status in {0, 1, 2, 3}, found.said
    assert "Traceback" not in found.said
    assert found.said.strip()
    assert found.kilobytes < KILOBYTES
    assert found.seconds < SECONDS, found.said
    require_no_secret(found.said.replace("hushed", ""))
    assert jira.token not in found.said
    return found


def repeats(heard: Heard) -> list[bytes]:
    """Repeat the header with the credentials."""
    return [reply({"errorMessages": [heard.headers.get("authorization", "none")]}, "401 Unauthorized")]


SUITE = {
    "a bomb of four gigabytes": ("/project/AC", spoilt("/project/AC", test_encodings.packed(ODDEST, "gzip"))),
    "100 Continue without end": (
        "/serverInfo",
        spoilt("/serverInfo", test_heads.ANSWERS["100 Continue without end"]),
    ),
    "sixty megabytes of brackets": ("/myself", spoilt("/myself", reply(b"[" + b"{}," * 20_000_000 + b"{}]"))),
    "the header again": ("/myself", spoilt("/myself", repeats, by_request=True)),
}


@pytest.mark.parametrize("name", SUITE)
def test_a_command_ends_within_a_minute_and_a_gigabyte(name, tmp_path):
    """With a status of the contract, and a sentence without a secret."""
    assert require_end(tmp_path, ("check",), SUITE[name][1]).status == 3


def test_a_command_on_a_jira_that_is_not_spoilt_succeeds(tmp_path):
    """The same way through the same front."""
    assert require_end(tmp_path, ("check",), lambda _: None).status == 0


WITHIN = ["/search/jql", "/approximate-count", "/auditing/record", "/permissionscheme", "/comment"]

EVERY = {
    f"{kind}: {name}": answer
    for kind, answers in (
        ("head", test_heads.ANSWERS),
        ("body", test_bodies.ANSWERS),
        ("encoding", test_encodings.ANSWERS),
        ("json", test_json.ANSWERS),
    )
    for name, answer in answers.items()
}


@pytest.mark.skipif(not WHOLE, reason="an hour: make hostile")
@pytest.mark.parametrize("place", ["/serverInfo", "/myself", "/project/AC"][: None if WHOLE else 1])
@pytest.mark.parametrize("name", EVERY if WHOLE else [*EVERY][:1])
def test_every_answer_in_place_of_every_first_one(name, place, tmp_path):
    """As the few above."""
    require_end(tmp_path, ("check",), spoilt(place, EVERY[name]))


@pytest.mark.skipif(not WHOLE, reason="an hour: make hostile")
@pytest.mark.parametrize("place", WITHIN if WHOLE else WITHIN[:1])
@pytest.mark.parametrize("name", [*test_heads.ANSWERS, *test_bodies.ANSWERS][: None if WHOLE else 1])
def test_every_answer_within_a_run(name, place, tmp_path):
    """The core ends the run; a part is missed, and the package is sealed."""
    answer = {**test_heads.ANSWERS, **test_bodies.ANSWERS}[name]
    require_end(tmp_path, ("run", "--only", "01_scope", "--out", str(tmp_path / "package")), spoilt(place, answer))


def test_there_are_many_hostile_answers():
    """At least 120 of their own, each of which ends as it must."""
    counts = {
        "heads, bodies, encodings, json": len(EVERY),
        "paging": len(test_paging.CLOUD) + len(test_paging.DATA_CENTER),
        "limits": len(test_limits.REFUSED) + len(test_limits.SLOW) + len(test_limits.FAULTS),
        "redirects": len(test_redirects.LOCATIONS),
        "secrets": len(test_secrets.FORMS) * len(test_secrets.PLACES),
        "files": len(test_files.ANSWERS),
        "members": len(test_members.ENDLESS) + len(test_members.ODD),
        "packages": len(test_packages.FILES),
    }
    assert sum(counts.values()) - counts["secrets"] >= 120, counts

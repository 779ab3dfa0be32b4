"""Whole runs as processes, against a Jira that sends one mutated answer; and what they end with."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fuzz.outcomes import Outcomes
from fuzz.pulls import GROUNDS, NOW, Ground, question
from fuzz.tables import drawn
from fuzz.worlds import PARAMS, fuzzed_world
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira
from auditlib.run.notebooks import NOTEBOOKS

SECONDS: Final = 1200
"""The longest that a run may take; one that asks again after faults waits up to a minute, and a machine may be busy."""

_DONE: Final = (0, 1)
_ALLOWED: Final = (0, 1, 2, 3)


def fuzz_runs(first: int, count: int, notebooks: int = 2, tell: Callable[[dict[str, Any]], object] = id) -> Outcomes:
    """Try so many whole runs, each with so many notebooks executed; each is told when it has ended."""
    grounds: dict[str, Ground] = {}
    found = Outcomes(again="PYTHONPATH=tests python -m fuzz --from {seed} --runs 1")
    try:
        for seed in range(first, first + count):
            rng = random.Random(f"run {seed}")  # noqa: S311 - a seed names a case
            name = rng.choice(("cloud", *GROUNDS))
            if name not in grounds:
                grounds[name] = Ground(name)
            began = time.perf_counter()
            line = {"seed": seed, **_run(grounds[name], rng, rng.sample(NOTEBOOKS, notebooks))}
            found.lines.append(line | {"seconds": round(time.perf_counter() - began, 1)})
            tell(found.lines[-1])
    finally:
        for ground in grounds.values():
            ground.close()
    return found


def _run(ground: Ground, rng: random.Random, notebooks: list[str]) -> dict[str, Any]:
    """Run once, and say what came."""
    _, seen = ground.known("pull")
    wanted, mutation = drawn(seen, rng)
    dialect, forms = GROUNDS[ground.name]
    with (
        tempfile.TemporaryDirectory(prefix="auditlib-fuzz-") as folder,
        EmbeddedJira(
            fuzzed_world(),
            dialect,
            clock=lambda: NOW,
            forms=forms,
            tamper=lambda asked, answer: mutation.answer if question(asked) == wanted else answer,
        ) as jira,
    ):
        params, out = Path(folder) / "params.yaml", Path(folder) / "package"
        params.write_text(
            PARAMS.format(url=jira.url, deployment=dialect, archive=Path(folder) / "none"), encoding="utf-8"
        )
        only = [word for name in sorted(notebooks) for word in ("--only", name)]
        account = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        ran = _command(["run", params, "--out", out, "--jobs", "2", *only], account)
        outcome, why = _of_run(ran)
        if outcome == "sealed":
            verified = _command(["verify", out], {})
            if verified is None or verified.returncode != 0:
                outcome, why = "not verified", "" if verified is None else verified.stdout + verified.stderr
    return {"outcome": outcome, "mutation": f"{ground.name}: {mutation.name}", "why": why}


def _command(words: list[Any], more: dict[str, str]) -> subprocess.CompletedProcess[str] | None:
    """Run auditlib; None if it did not come to an end."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("JIRA_")} | {
        "PYTHONPATH": str(ROOT)
    }
    try:
        return subprocess.run(
            [sys.executable, "-m", "auditlib", *map(str, words)],
            env=env | more,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _of_run(ran: subprocess.CompletedProcess[str] | None) -> tuple[str, str]:
    """Say in a word what a run came to, and why."""
    if ran is None:
        return "hang", f"no end within {SECONDS} s"
    said = ran.stderr.strip()
    if ran.returncode not in _ALLOWED:
        return ("unforeseen" if ran.returncode == 70 else "wrong status"), f"{ran.returncode}: {said[-3000:]}"
    if "Traceback" in said:
        return "no sentence", said[-3000:]
    if ran.returncode in _DONE:
        return "sealed", ""
    last = said.splitlines()[-1:] or [""]
    return (
        ("refused", f"{ran.returncode}: {said[-400:]}") if len(last[0].split()) > 3 else ("no sentence", said[-3000:])
    )

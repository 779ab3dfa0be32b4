"""A whole command, from its first import to the seal, and where its time went: from the times of answers and of files."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from worlds import EIGHT, PART_BEGINS, PART_ENDS, TIME_ZONE

PHASES: Mapping[str, Sequence[str]] = {
    "until the first question": ("server",),
    "who we are, and the projects": ("account", "project", "powers", "security"),
    "keys": ("key_walk", "count", "probe"),
    "issues, and their ids once more": ("first_pass", "second_pass"),
    "histories": ("history/first_pass",),
    "log, events, workflows": ("log", "gateway", "event_actions", "events", "workflows"),
    "neighbours of the period": ("settle", "history/settle"),
    "missing numbers": ("missing", "history/missing"),
    "permissions": ("permissions", "last_seen"),
    "population and sample, then full records": ("dossier",),
}
"""What is done, with the topics of the answers that come with it: a phase ends with the last of them."""

MADE: Mapping[str, Sequence[str]] = {
    "tables": ("tables/*.csv",),
    "notebooks, pages, PDF, Excel": ("notebooks/*", "audit.xlsx", "dossiers.pdf"),
}
"""What is made then, with the files below ``data/`` that come of it."""

SEAL = "cover, seal, end"


def parameters(where: Mapping[str, str]) -> str:
    """Return a parameter file for the site of eight projects, and a period that holds a good half of its issues."""
    return (
        f"audit: bench\njira_url: {where['url']}\ndeployment: cloud\nprojects: [{', '.join(EIGHT)}]\n"
        f"period_start: {PART_BEGINS}\nperiod_end: {PART_ENDS}\ntimezone: {TIME_ZONE}\n"
        "sample_size: 25\nsample_seed: bench, chosen by nobody\n"
    )


def whole_command(where: Mapping[str, str], folder: Path, cwd: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Let ``auditlib run`` make a package, and measure it.

    Parameters
    ----------
    where : mapping
        Of the Jira: url, user, token.
    folder : Path
        For the package; emptied before.
    cwd : Path
        The checkout whose notebooks are executed.
    environ : mapping
        Of the command; leads to the same checkout.

    Raises
    ------
    RuntimeError
        If it fails; with the end of what it said.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "params.yaml").write_text(parameters(where), encoding="utf-8")
    out = folder / "package"
    command = [sys.executable, "-m", "auditlib", "run", folder / "params.yaml", "--out", out, "--jobs", "2"]
    secrets = {"JIRA_USER": where["user"], "JIRA_TOKEN": where["token"]}
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run(command, cwd=cwd, env={**environ, **secrets}, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    ended, after = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"auditlib run failed:\n{done.stderr[-3000:]}")
    return {
        "seconds": ended - begun,
        "cpu": after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime,
        "issues": json.loads((out / "data" / "summary.json").read_text(encoding="utf-8"))["figures"]["population"],
        "phases": phases(out / "data", begun, ended),
    }


def phases(data: Path, begun: float, ended: float) -> dict[str, float]:
    """Return the seconds of each phase of a run; what lasts on beside the next is counted there."""
    with (data / "raw" / "index.jsonl").open(encoding="utf-8") as index:
        entries = [json.loads(line) for line in index]
    came = [(f"{entry['topic']}/", datetime.fromisoformat(entry["at"]).timestamp()) for entry in entries]
    ends = [
        max((at for topic, at in came for one in folders if topic.startswith(f"{one}/")), default=begun)
        for folders in PHASES.values()
    ]
    ends += [max(path.stat().st_mtime for one in patterns for path in data.glob(one)) for patterns in MADE.values()]
    taken, before = {}, begun
    for name, end in zip((*PHASES, *MADE, SEAL), (*ends, ended), strict=True):
        taken[name] = max(0.0, end - before)
        before = max(before, end)
    return taken

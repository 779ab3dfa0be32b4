"""A job of a workflow file, run on this machine: its scripts in bash, its expressions read, the checkout a clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from places import ROOT

WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}


def workflow(name: str) -> dict[str, Any]:
    """Read a workflow file; YAML 1.1 takes its key ``on`` for true."""
    read = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    read["on"] = read.pop(True)
    return read


def scripts(name: str) -> list[str]:
    """Return the scripts of all steps."""
    return [step["run"] for job in workflow(name)["jobs"].values() for step in job["steps"] if "run" in step]


def git(*words: str | Path, cwd: Path | None = None) -> str:
    """Return what a command of git prints."""
    return subprocess.run(["git", *words], cwd=cwd, capture_output=True, text=True, check=True).stdout


def stand_in(bin_folder: Path) -> None:
    """Lay what pip would have installed: the code of this checkout, with the Python that runs the tests."""
    bin_folder.mkdir(parents=True)
    for name, what in (("auditlib", " -m auditlib"), ("python", "")):
        script = bin_folder / name
        script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}"{what} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    (bin_folder.parent / ".ready").touch()


@dataclass(frozen=True)
class Runner:
    """A hosted CI in small.

    Attributes
    ----------
    origin : Path
        Bare repository of the workflows.
    folder : Path
        Where each job gets a machine of its own.
    given : dict
        What ``vars``, ``inputs`` and ``secrets`` hold, as ``vars.AUDITS``.
    """

    origin: Path
    folder: Path
    given: dict[str, str] = field(default_factory=dict)

    def value(self, expression: str, context: dict[str, str]) -> str:
        """Evaluate the little of the expressions that the workflows use: names, texts, or."""
        for part in (text.strip() for text in expression.split("||")):
            found = part[1:-1] if part[0] == "'" else context.get(part, "")
            if found:
                return found
        return ""

    def holds(self, condition: str, context: dict[str, str]) -> bool:
        """Evaluate the condition of a step: comparisons with a text, and whether the job was cancelled, which it never is."""
        for part in condition.removeprefix("${{").removesuffix("}}").split("&&"):
            left, equals, right = part.strip().partition(" == ")
            if left != "!cancelled()" and not (equals and context.get(left, "") == right.strip("'")):
                return False
        return True

    def filled(self, text: str, context: dict[str, str]) -> str:
        """Put the values of expressions into a text."""
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: self.value(found[1], context), text)

    def job(self, name: str, job: str, **matrix: str) -> tuple[list[tuple[str, int]], dict[str, str]]:
        """Run the steps of a job on a new machine; after one that fails, only those that do not mind.

        Returns
        -------
        list of (str, int)
            Name and status of each step run.
        dict
            What the steps put out, as ``steps.ID.outputs.NAME``.
        """
        machine = self.folder / f"machine-{len(list(self.folder.iterdir())) + 1}"
        (machine / "temp").mkdir(parents=True)
        context = {**self.given, "runner.temp": str(machine / "temp"), "github.token": "token"}
        context |= {f"matrix.{key}": value for key, value in matrix.items()}
        asked = workflow(name)["jobs"][job]
        done = []
        for step in asked["steps"]:
            failed = any(status for _, status in done)
            if (failed and "cancelled" not in step.get("if", "")) or not self.holds(
                step.get("if", "!cancelled()"), context
            ):
                continue
            done.append((step["name"], self.step(step, asked.get("env", {}), machine, context)))
        return done, context

    def step(self, step: dict[str, Any], of_job: dict[str, str], machine: Path, context: dict[str, str]) -> int:
        """Run one step; what it puts out goes into the context."""
        work = machine / "work"
        if "uses" in step:
            action = step["uses"].partition("@")[0]
            if action == "actions/checkout":
                git("clone", "--quiet", self.origin, work)
                stand_in(work / ".venv" / "bin")
                return 0
            return 0 if (work / self.filled(step["with"]["path"], context)).is_dir() else 1
        put = machine / "output"
        put.write_text("", encoding="utf-8")
        given = {key: self.filled(value, context) for key, value in {**of_job, **step.get("env", {})}.items()}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JIRA_", "PYTHON", "MAKE"))}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        ran = subprocess.run(
            shell,
            cwd=work,
            env={**kept, **given, "GITHUB_OUTPUT": str(put)},
            capture_output=True,
            text=True,
            check=False,
        )
        context[f"said.{step['name']}"] = ran.stdout + ran.stderr
        for line in put.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            context[f"steps.{step.get('id', '')}.outputs.{key}"] = value
        return ran.returncode


def repository(folder: Path, parameters: dict[str, str]) -> Path:
    """Make a bare repository that holds what the workflows need of this one, and parameter files."""
    tree, bare = folder / "tree", folder / "origin.git"
    (tree / "params").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", ".gitignore", ".github/schedule.sh"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes((ROOT / name).read_bytes())
    (tree / ".github" / "schedule.sh").chmod(0o755)
    for name in ("demo", "example"):
        (tree / "params" / f"{name}.yaml").write_bytes((ROOT / "params" / f"{name}.yaml").read_bytes())
    for name, text in parameters.items():
        (tree / "params" / f"{name}.yaml").write_text(text, encoding="utf-8")
    git("init", "--quiet", "--initial-branch=main", cwd=tree)
    git("add", "--all", cwd=tree)
    git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", "first", cwd=tree)
    git("clone", "--quiet", "--bare", tree, bare)
    return bare


def audits_of(context: dict[str, str]) -> list[str]:
    """Return the matrix that the plan made."""
    return list(json.loads(context["steps.plan.outputs.audits"]))

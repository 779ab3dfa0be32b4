"""Measure what a pull costs, beside other ways and beside limits found in the same run; write the tables of README.md.

Every client is a process of its own, asked to do one task; the embedded Jira is another. Before a client is measured over
a network with latency, it does the same once without, so that the embedded Jira only repeats answers that it kept.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from commands import whole_command
from worlds import PERIOD_END, PERIOD_START, PROJECTS, TIME_ZONE

from auditlib.jira import jql
from auditlib.jira.protocol import POPULATION_FIELDS
from auditlib.responses.topics import HISTORY_MISSING, MISSING, read_topic
from auditlib.times import Period

HERE = Path(__file__).parent
ROOT = HERE.parent
README = HERE / "README.md"
RESULTS = HERE / "results.json"
SIDE_BY_SIDE = 8
PEERS = ("atlassian_list", "atlassian_loop", "jira_search")

Result = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        Issues, with latency, ours beside the others.
    large : tuple of int
        Issues, without latency, ours alone.
    latency : float
        Seconds that each answer takes longer.
    keys : int
        Keys numbered in memory.
    drawn_from : int
        Keys that a sample is drawn from.
    workbook : int
        Issues of the workbook; 0 leaves it out.
    soak : int
        Issues of the run through faults; 0 leaves it out.
    limited : int
        Issues of the rate-limited run, which must be long; 0 leaves it out.
    rate : float
        Requests a second that are allowed then.
    repeats : int
        Times that each client is measured; the median counts.
    warm : bool
        Whether each client does the same once before, unmeasured.
    """

    sizes: tuple[int, ...] = (1_000, 5_000, 20_000)
    large: tuple[int, ...] = (100_000, 1_000_000)
    latency: float = 0.08
    keys: int = 1_000_000
    drawn_from: int = 100_000
    workbook: int = 20_000
    soak: int = 20_000
    limited: int = 70_000
    rate: float = 10.0
    repeats: int = 3
    warm: bool = True


QUICK = Plan(
    sizes=(200,),
    large=(),
    latency=0.01,
    keys=20_000,
    drawn_from=2_000,
    workbook=0,
    soak=0,
    limited=0,
    repeats=1,
    warm=False,
)


@dataclass
class Server:
    """The embedded Jira in its process."""

    process: subprocess.Popen[str]
    where: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.where = self._heard()

    def _heard(self) -> Any:
        assert self.process.stdout is not None  # noqa: S101 - it was opened with a pipe
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the embedded Jira ended; see its message above")
        return json.loads(line)

    def order(self, **what: Any) -> Result:
        """Change the network, and return what was served since the last order."""
        assert self.process.stdin is not None  # noqa: S101 - it was opened with a pipe
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return dict(self._heard())


@contextmanager
def embedded_jira(issues: int, *, still: bool, forms: Sequence[str] = (), eight: bool = False) -> Iterator[Server]:
    """Start the embedded Jira with so many issues; ``still`` keeps answers, ``forms`` are those of ``auditlib jira``."""
    command = [sys.executable, str(HERE / "serve.py"), str(issues), *(["--still"] if still else [])]
    command += ["--eight"] if eight else []
    command += [part for form in forms for part in ("--form", form)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=_environment()) as process:  # noqa: S603 - our own
        try:
            yield Server(process)
        finally:
            assert process.stdin is not None  # noqa: S101 - it was opened with a pipe
            process.stdin.close()


def _environment(root: Path = ROOT) -> dict[str, str]:
    """Let the processes find the same code as this one, or that of another checkout."""
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as installed
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}


def measure(task: str, given: Mapping[str, Any], *, cwd: Path | None = None, root: Path = ROOT) -> Result:
    """Let a process of its own do a task, with the code of a checkout.

    Raises
    ------
    RuntimeError
        If it fails; with the end of what it said.
    """
    file = "clients.py" if task.startswith(("our_", "only_")) else "peers.py"
    command = [sys.executable, str(root / HERE.name / file), task, json.dumps(given)]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(root), cwd=cwd, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise RuntimeError(f"{task} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(server: Server, task: str, plan: Plan, work: Path, **more: Any) -> Result:
    """Warm the server up, measure a client some times over latency, and return the median run by time."""
    runs = []
    for latency in [*([0.0] if plan.warm else []), *[plan.latency] * plan.repeats]:
        folder = work / task
        shutil.rmtree(folder, ignore_errors=True)
        server.order(latency=latency)
        result = measure(task, {**server.where, "folder": str(folder), **more})
        served = server.order()
        runs.append({"all_requests": sum(served["requests"].values()), "all_bytes": served["bytes"]} | result)
        say(f"  {task}: {result['seconds']:.2f} s" if latency else f"  {task}: warm")
    counted = sorted(runs[-plan.repeats :], key=lambda one: one["seconds"])
    return dict(counted[len(counted) // 2])


def say(text: str) -> None:
    """Tell what is going on."""
    print(text, file=sys.stderr, flush=True)


def beside_peers(plan: Plan, work: Path) -> list[Result]:
    """Measure the pass with fields and the missing numbers, ours and others', at each size."""
    rows = []
    for issues in plan.sizes:
        say(f"{issues} issues, {plan.latency * 1000:.0f} ms")
        with embedded_jira(issues, still=True) as server:
            ours = measured(server, "our_pass", plan, work)
            floor = ours["requests"] * plan.latency / SIDE_BY_SIDE
            rows.append({"size": issues, "client": "our_pass", "floor": floor, **ours})
            for peer in PEERS:
                if not _installed(peer):
                    continue
                found = measured(server, peer, plan, work, queries=queries(), fields=list(POPULATION_FIELDS))
                found |= {"requests": found["all_requests"], "bytes": found["all_bytes"]}
                rows.append({"size": issues, "client": peer, "ratio": found["seconds"] / ours["seconds"], **found})
            rows += _numbers(server, plan, work, issues)
    return rows


def queries() -> list[str]:
    """Return the queries of our own pass, one a project and without parts."""
    period = Period(date.fromisoformat(PERIOD_START), date.fromisoformat(PERIOD_END), ZoneInfo(TIME_ZONE))
    return [jql.period_pass(project, period) for project in PROJECTS]


def _installed(peer: str) -> bool:
    try:
        importlib.metadata.version("jira" if peer == "jira_search" else "atlassian-python-api")
    except importlib.metadata.PackageNotFoundError:
        say(f"  {peer}: the package is not installed")
        return False
    return True


def _numbers(server: Server, plan: Plan, work: Path, issues: int) -> list[Result]:
    """Measure what the missing numbers cost in a whole pull, and one GET for each."""
    folder = work / "our_pull"
    for latency in (0.0, plan.latency) if plan.warm else (plan.latency,):
        shutil.rmtree(folder, ignore_errors=True)
        server.order(latency=latency)
        whole = measure("our_pull", {**server.where, "folder": str(folder)})
    say(f"  our_pull: {whole['pull']:.2f} s, tables {whole['tables']:.2f} s")
    missing = _missing_keys(folder)
    single = measured(server, "one_get_a_number", replace(plan, repeats=1), work, missing=missing)
    single |= {"requests": single["all_requests"], "bytes": single["all_bytes"]}
    of_numbers = {MISSING, HISTORY_MISSING}
    asked = [count for topic, count in _topics(folder).items() if read_topic(topic).topic in of_numbers]
    ours = {
        "seconds": whole["steps"]["resolve"],
        "requests": sum(count for count, _ in asked),
        "bytes": sum(size for _, size in asked),
        "missing": len(missing),
        "peak": whole["peak_after_pull"],
    }
    ratio = single["seconds"] / max(ours["seconds"], 1e-9)
    return [
        {"size": issues, "client": "our_numbers", **ours},
        {"size": issues, "client": "one_get_a_number", "ratio": ratio, **single},
        {"size": issues, "client": "our_pull", **whole},
    ]


BOTH_READ = ("history-created=text",)
"""Forms of answer that commits of before read too."""


AGAINST = (
    (True, "our_pass", ("seconds",)),
    (False, "our_pull", ("pull", "tables")),
    (True, "our_workbook", ("seconds",)),
)
"""Tasks that both are asked to do, with their figures, and whether the embedded Jira keeps its answers."""


def against(plan: Plan, work: Path, revision: str) -> Result:
    """Measure what a commit of before took, and what it takes now, in turn on one Jira: the pass, tables, workbook."""
    with checkout(revision, work / "before") as before:
        rows = [
            row for still, task, figures in AGAINST for row in _in_turn(plan, work, before, task, figures, still=still)
        ]
    return {"revision": revision, "size": plan.workbook, "repeats": plan.repeats, "rows": rows}


def commands_against(plan: Plan, work: Path, revision: str) -> Result:
    """Measure the whole command of a commit of before and of now, in turn on one Jira of eight projects."""
    with checkout(revision, work / "before") as before:
        taken = _commands_in_turn(plan, work, before)
    about = machine()
    return {"revision": revision, "size": plan.workbook, "latency": plan.latency, "machine": about, **taken}


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path]:
    """Check a commit out into a folder, and forget it after."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), revision], check=True)  # noqa: S603 - our own
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)  # noqa: S603 - our own


def _commands_in_turn(plan: Plan, work: Path, before: Path) -> dict[str, list[Result]]:
    """Let the whole command of both make a package of the same eight projects, in turn.

    Both are compiled before, as an installation is, and one run has the embedded Jira make the answers that it keeps: that
    one is not counted.
    """
    taken: dict[Path, list[Result]] = {before: [], ROOT: []}
    for root in taken:
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(root / "auditlib")], check=True)  # noqa: S603 - our own
    with embedded_jira(plan.workbook, still=True, forms=BOTH_READ, eight=True) as server:
        server.order(latency=0.0)
        whole_command(server.where, work / "command", ROOT, _environment(ROOT))
        server.order(latency=plan.latency)
        for _ in range(plan.repeats):
            for root, runs in taken.items():
                result = whole_command(server.where, work / "command", root, _environment(root))
                runs.append(result | {"load": os.getloadavg()[0]})
                say(f"  auditlib run, {root.name}: {result['seconds']:.2f} s, {result['cpu']:.2f} s of processor")
    return {"before": taken[before], "now": taken[ROOT]}


def _in_turn(
    plan: Plan, work: Path, before: Path, task: str, figures: Sequence[str], *, still: bool
) -> Iterator[Result]:
    """Let both do a task in turn, each as often, and yield of each figure the medians and that of the pairs' ratios."""
    taken: dict[Path, list[Result]] = {before: [], ROOT: []}
    with embedded_jira(plan.workbook, still=still, forms=BOTH_READ) as server:
        for turn in range(-1, plan.repeats):  # the first warms up, and is not counted
            for root, runs in taken.items():
                folder = work / task
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                server.order(latency=plan.latency if still and turn >= 0 else 0.0)
                result = measure(task, {**server.where, "folder": str(folder), "jobs": 2}, cwd=root, root=root)
                if turn >= 0:
                    runs.append(result)
    for figure in figures:
        old, new = ([run[figure] for run in taken[root]] for root in (before, ROOT))
        ratio = median(after / earlier for earlier, after in zip(old, new, strict=True))
        say(f"  {task}, {figure}: {median(old):.2f} s before, {median(new):.2f} s now, ratio {ratio:.3f}")
        yield {"task": task, "figure": figure, "before": median(old), "now": median(new), "ratio": ratio}


def _topics(folder: Path) -> dict[str, list[int]]:
    """Count the responses of a pulled folder and their bytes, by topic."""
    topics: dict[str, list[int]] = {}
    with (folder / "data" / "raw" / "index.jsonl").open(encoding="utf-8") as index:
        for line in index:
            entry = json.loads(line)
            count = topics.setdefault(entry["topic"], [0, 0])
            count[0] += 1
            count[1] += entry["size"]
    return topics


def _missing_keys(folder: Path) -> list[str]:
    """Return the missing numbers that the pull asked for."""
    keys: set[str] = set()
    with (folder / "data" / "raw" / "index.jsonl").open(encoding="utf-8") as index:
        for line in index:
            entry = json.loads(line)
            if read_topic(entry["topic"]).topic is MISSING:
                keys.update(entry["body"]["issueIdsOrKeys"])
    return sorted(keys, key=lambda key: (key.rpartition("-")[0], int(key.rpartition("-")[2])))


def growing(plan: Plan, work: Path) -> list[Result]:
    """Measure a whole pull and all tables of large sites, without latency."""
    rows = []
    for issues in plan.large:
        say(f"{issues} issues, no latency")
        with embedded_jira(issues, still=False) as server:
            folder = work / "large"
            shutil.rmtree(folder, ignore_errors=True)
            whole = measure("our_pull", {**server.where, "folder": str(folder)})
            whole["missing"] = len(_missing_keys(folder))
            say(f"  our_pull: {whole['pull']:.1f} s, tables {whole['tables']:.1f} s, {whole['peak'] / 2**20:.0f} MiB")
            rows.append({"size": issues, **whole})
            shutil.rmtree(folder)
    return rows


def whole_workbook(plan: Plan, work: Path) -> Result:
    """Measure the whole workbook beside kernels that do nothing but import what ours import."""
    say(f"the workbook on {plan.workbook} issues, {plan.latency * 1000:.0f} ms")
    jobs = 2
    with embedded_jira(plan.workbook, still=True) as server:
        folder = work / "our_workbook"
        for latency in (0.0, plan.latency):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            server.order(latency=latency)
            ours = measure("our_workbook", {**server.where, "folder": str(folder), "jobs": jobs})
        names = _import_only(ROOT / "notebooks", folder / "notebooks")
        pulled = folder / "pulled"
        shutil.copytree(folder / "package", pulled)
        shutil.rmtree(pulled / "data" / "notebooks")
        given = {"pulled": str(pulled), "notebooks": names, "jobs": jobs}
        floor = sorted(measure("only_kernels", given, cwd=folder)["seconds"] for _ in range(plan.repeats))[
            plan.repeats // 2
        ]
    say(f"  {ours['seconds']:.1f} s; kernels alone {floor:.1f} s")
    return {"size": plan.workbook, "seconds": ours["seconds"], "kernels": floor, "notebooks": len(names), "jobs": jobs}


def _import_only(source: Path, target: Path) -> list[str]:
    """Write notebooks with the parameters and the imports of ours, and nothing else; return their names."""
    target.mkdir(parents=True)
    names = []
    for path in sorted(source.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        kept = []
        for cell in notebook["cells"]:
            lines = "".join(cell["source"]).splitlines()
            imports = [line for line in lines if line.startswith(("import ", "from "))]
            if "parameters" in cell["metadata"].get("tags", []):
                kept.append(cell)
            elif cell["cell_type"] == "code" and imports:
                kept.append({**cell, "source": "\n".join(imports)})
        (target / path.name).write_text(json.dumps({**notebook, "cells": kept}), encoding="utf-8")
        names.append(path.stem)
    return names


def through_faults(plan: Plan, work: Path) -> Result:
    """Compare the tables of a run through faults with those of a run without."""
    say(f"{plan.soak} issues through faults")
    with embedded_jira(plan.soak, still=True) as server:
        found: dict[str, Result] = {}
        for name, faults in (("calm", None), ("faulty", 1)):
            folder = work / "soak"
            shutil.rmtree(folder, ignore_errors=True)
            server.order(latency=0.0, faults=faults)
            found[name] = measure("our_pull", {**server.where, "folder": str(folder)})
            found[name]["times"] = server.order(times=True)["times"]
    calm, faulty = found["calm"], found["faulty"]
    differ = sorted(
        name for name in calm["digests"] | faulty["digests"] if calm["digests"].get(name) != faulty["digests"].get(name)
    )
    say(f"  tables that differ: {', '.join(differ) or 'none'}")
    return {
        "size": plan.soak,
        "requests": len(calm["times"]),
        "requests_through_faults": len(faulty["times"]),
        "seconds": calm["pull"],
        "seconds_through_faults": faulty["pull"],
        "tables": len(calm["digests"]),
        "differ": differ,
    }


def rate_limited(plan: Plan, work: Path) -> Result:
    """Measure how much of a limit is used, and how much is asked in vain, over the 600 requests after the first refusal."""
    say(f"{plan.limited} issues at {plan.rate:g} requests a second")
    with embedded_jira(plan.limited, still=False) as server:
        folder = work / "limited"
        shutil.rmtree(folder, ignore_errors=True)
        server.order(rate=plan.rate)
        whole = measure("our_pull", {**server.where, "folder": str(folder), "tables": False})
        times = server.order(times=True)["times"]
        shutil.rmtree(folder)
    return {
        "size": plan.limited,
        "rate": plan.rate,
        "pull": whole["pull"],
        "requests": len(times),
        **used_share(times, plan.rate),
    }


def used_share(times: Sequence[Sequence[float]], rate: float, count: int = 600) -> Result:
    """Return the share of the allowed rate that got through, and the share refused, after the first refusal.

    Parameters
    ----------
    times : sequence of (seconds, status)
        Requests in the order in which they came.
    rate : float
        Requests a second that are allowed.
    count : int
        Requests to look at, after the first refusal.
    """
    first = next((place for place, (_, status) in enumerate(times) if status == 429), None)
    looked = [] if first is None else times[first + 1 : first + 1 + count]
    if first is None or not looked:
        return {"looked": 0, "used": None, "refused": None}
    refused = sum(status == 429 for _, status in looked)
    seconds = looked[-1][0] - times[first][0]
    return {"looked": len(looked), "used": (len(looked) - refused) / seconds / rate, "refused": refused / len(looked)}


def numbering(plan: Plan) -> Result:
    """Measure the numbering of many keys beside a sort of the same keys."""
    found = sorted(
        (measure("our_numbering", {"keys": plan.keys}) for _ in range(plan.repeats)), key=lambda one: one["seconds"]
    )
    say(f"numbering of {plan.keys} keys: {found[len(found) // 2]['seconds']:.2f} s")
    return {"keys": plan.keys, **found[len(found) // 2]}


def draw(plan: Plan) -> Result:
    """Measure the draw of a sample beside the hashes that it needs."""
    given = {"keys": plan.drawn_from}
    found = sorted((measure("our_draw", given) for _ in range(plan.repeats)), key=lambda one: one["seconds"])
    say(f"draw from {plan.drawn_from} keys: {found[len(found) // 2]['seconds']:.2f} s")
    return {"keys": plan.drawn_from, **found[len(found) // 2]}


def machine() -> Result:
    """Describe the machine, without its name."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line), ""
        )
    packages = {}
    for name in ("atlassian-python-api", "jira", "numpy", "pandas", "requests"):
        try:
            packages[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processor": model or platform.machine(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else None,
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "packages": packages,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


# the report

NAMES = {
    "our_pass": "auditlib, pass with fields",
    "atlassian_list": "atlassian-python-api, `enhanced_jql_get_list_of_tickets`",
    "atlassian_loop": "atlassian-python-api, own loop over `enhanced_jql(limit=100)`",
    "jira_search": "jira, `enhanced_search_issues(maxResults=False)`",
    "our_numbers": "auditlib, missing numbers",
    "one_get_a_number": "one GET a missing number",
}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first two are numbers."""
    lines = [
        "| " + " | ".join(head) + " |",
        "|" + "|".join(" --- " if n < 2 else " ---: " for n in range(len(head))) + "|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _mib(size: float) -> str:
    return f"{size / 2**20:,.1f}"


def report(found: Mapping[str, Any]) -> str:
    """Return the measured part of README.md."""
    plan, told = found["plan"], {name: found[name] for name in SECTIONS if found.get(name)}
    sections: Mapping[str, Callable[[Any], str]] = {
        "peers": lambda rows: _of_peers(rows, plan),
        "large": lambda _: _of_large(found),
        "numbering": _of_numbering,
        "draw": _of_draw,
        "limited": _of_limit,
        "soak": _of_soak,
        "workbook": lambda row: _of_workbook(row, plan),
        "against": lambda pairs: _of_pairs(pairs, plan),
        "commands": _of_commands,
    }
    parts = [_of_machine(found["machine"], plan)]
    for name, part in told.items():
        parts += [sections[name](part), *_by_itself(name, found)]
    return "\n\n".join(parts)


SECTIONS: Final = ("peers", "large", "numbering", "draw", "limited", "soak", "workbook", "against", "commands")
"""What is reported, in this order."""


def _by_itself(name: str, found: Mapping[str, Any]) -> list[str]:
    """Return on which machine a part was measured that was measured by itself, and later than the others."""
    of = found.get("by_itself", {}).get(name)
    if of is None:
        return []
    told = "The rows without latency were measured by themselves" if name == "large" else "This was measured by itself"
    machine = f"{of['processor']}, {of['cores']} cores, {of['system']}; load {of['load']:.1f} when it began"
    return [f"{told} on {of['day']}: {machine}."]


def beside_earlier(before: Mapping[str, Any], found: Mapping[str, Any]) -> Result:
    """Put what was measured by itself beside what was found before, with the machine on which it was."""
    parts = {name: part for name, part in found.items() if name not in {"machine", "plan"}}
    machines = dict.fromkeys(parts, found["machine"]) if "machine" in found else {}
    return {**before, **parts, "by_itself": before.get("by_itself", {}) | machines}


def _of_machine(of: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in of["packages"].items())
    return (
        f"Measured on {of['day']}: {of['processor']}, {of['cores']} cores, {of['memory'] / 2**30:.0f} GiB, {of['system']}, "
        f"Python {of['python']}, {packages}; load {of['load']:.1f} when it began. The embedded Jira ran on the same machine. "
        f"{plan['repeats']} runs each, the one with the median time is shown."
    )


def _of_peers(rows: Sequence[Mapping[str, Any]], plan: Mapping[str, Any]) -> str:
    table = []
    for row in rows:
        if row["client"] not in NAMES:
            continue
        per_floor = f"{row['seconds'] / row['floor']:.2f}" if row.get("floor") else ""
        ratio = f"{row['ratio']:.1f}" if "ratio" in row else "1"
        table.append(
            [
                f"{row['size']:,}", NAMES[row["client"]], f"{row['requests']:,}", _mib(row["bytes"]),
                f"{row['seconds']:.2f}", ratio, per_floor, _mib(row["peak"]),
            ]
        )  # fmt: skip
    head = ["issues", "way", "requests", "MiB received", "seconds", "times ours", "times the floor", "peak MiB"]
    return (
        f"### Beside other ways, {plan['latency'] * 1000:.0f} ms of latency\n\n"
        f"The floor is requests × latency / {SIDE_BY_SIDE}.\n\n{_table(head, table)}"
    )


def _of_large(found: Mapping[str, Any]) -> str:
    rows = [row for row in found.get("peers") or () if row["client"] == "our_pull"] + list(found["large"])
    table = []
    for row in rows:
        latency = f"{found['plan']['latency'] * 1000:.0f} ms" if "client" in row else "none"
        responses = sum(count for count, _ in row["topics"].values())
        table.append(
            [
                f"{row['issues']:,}", latency, f"{responses:,}", _mib(sum(size for _, size in row["topics"].values())),
                f"{row['pull']:.1f}", f"{row['tables']:.1f}", f"{1e6 * (row['pull'] + row['tables']) / row['issues']:,.0f}",
                _mib(row["peak_after_pull"]), _mib(row["peak"]),
            ]
        )  # fmt: skip
    head = [
        "issues",
        "latency",
        "requests",
        "MiB received",
        "pull, s",
        "tables, s",
        "µs an issue",
        "peak MiB, pull",
        "peak MiB",
    ]
    return f"### From 1,000 issues to 1,000,000: everything is asked, every table computed\n\n{_table(head, table)}"


def _of_numbering(row: Mapping[str, Any]) -> str:
    head = ["keys", "missing", "seconds", "times `np.sort` of the same keys", "peak MiB"]
    times = row["seconds"] / row["np_sort"]
    cells = [f"{row['keys']:,}", f"{row['missing']:,}", f"{row['seconds']:.2f}", f"{times:,.0f}", _mib(row["peak"])]
    return f"### Numbering, in memory\n\n{_table(head, [cells])}"


def _of_draw(row: Mapping[str, Any]) -> str:
    head = ["keys", "drawn", "seconds", "times SHA-256 of the same texts"]
    cells = [f"{row['keys']:,}", str(row["drawn"]), f"{row['seconds']:.2f}", f"{row['seconds'] / row['sha256']:.1f}"]
    return f"### The draw of a sample\n\n{_table(head, [cells])}"


def _of_limit(row: Mapping[str, Any]) -> str:
    head = ["issues", "allowed a second", "requests", "looked at", "share of the limit used", "share refused"]
    shares = ["none refused", ""] if row["used"] is None else [f"{row['used']:.1%}", f"{row['refused']:.1%}"]
    cells = [f"{row['size']:,}", f"{row['rate']:g}", f"{row['requests']:,}", f"{row['looked']:,}", *shares]
    return f"### Under a limit\n\nOver the requests that follow the first refusal.\n\n{_table(head, [cells])}"


def _of_soak(row: Mapping[str, Any]) -> str:
    head = ["issues", "weather", "requests", "pull, s", "tables", "tables that differ"]
    table = [
        [f"{row['size']:,}", "calm", f"{row['requests']:,}", f"{row['seconds']:.1f}", str(row["tables"]), ""],
        [
            f"{row['size']:,}", "faults", f"{row['requests_through_faults']:,}", f"{row['seconds_through_faults']:.1f}",
            str(row["tables"]), ", ".join(row["differ"]) or "none",
        ],
    ]  # fmt: skip
    return (
        "### Through faults\n\n2 % answered with 500, 1 % with 503, 1 % reset, 0.5 % never answered, 0.5 % cut in the middle. "
        f"Compared byte by byte.\n\n{_table(head, table)}"
    )


PAIRED = {
    ("our_pass", "seconds"): "the pass with fields",
    ("our_pull", "pull"): "a whole pull, no latency",
    ("our_pull", "tables"): "the records of the sample, and all tables, without the dossiers' files",
    ("our_workbook", "seconds"): "the whole workbook",
}


def _of_commands(found: Mapping[str, Any]) -> str:
    """Return the whole command of both, and the phases of their median runs."""
    before, now, about = found["before"], found["now"], found["machine"]
    ratio = {
        figure: median(one[figure] / other[figure] for other, one in zip(before, now, strict=True))
        for figure in ("seconds", "cpu")
    }
    old, new = (sorted(runs, key=lambda one: one["seconds"])[len(runs) // 2] for runs in (before, now))
    table = [["all of it", f"{old['seconds']:.1f}", f"{new['seconds']:.1f}", f"{ratio['seconds']:.2f}"]]
    table.append(["processor, all processes", f"{old['cpu']:.1f}", f"{new['cpu']:.1f}", f"{ratio['cpu']:.2f}"])
    table += [[f"– {name}", f"{old['phases'][name]:.1f}", f"{new['phases'][name]:.1f}", ""] for name in new["phases"]]
    loads = [one["load"] for one in (*before, *now)]
    return (
        f"### The whole command beside the commit `{found['revision'][:7]}`\n\n`auditlib run --jobs 2` on {new['issues']:,} "
        f"issues of 8 projects of a site of {found['size']:,}, {found['latency'] * 1000:.0f} ms of latency, both in turn, "
        f"{len(now)} times, on {about['day']}: of each the run with the median time, and the median of the ratios of each pair. "
        f"{about['cores']} cores; load {min(loads):.1f} to {max(loads):.1f} when they ended, of which a run itself is about 2: "
        f"where it is more, seconds are those of a busy machine, and only ratios and processor time compare.\n\n"
        f"{_table(['seconds', 'before', 'now', 'ratio'], table)}"
    )


def _of_pairs(found: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    head = ["what", "issues", "seconds before", "seconds now", "ratio"]
    table = [
        [
            PAIRED[row["task"], row["figure"]], f"{found['size']:,}", f"{row['before']:.2f}", f"{row['now']:.2f}",
            f"{row['ratio']:.3f}",
        ]
        for row in found["rows"]
    ]  # fmt: skip
    return (
        f"### Beside the commit `{found['revision'][:7]}`\n\nBoth in turn, {found['repeats']} times, on one embedded Jira with "
        f"{plan['latency'] * 1000:.0f} ms where nothing else is said; medians, and the median of the ratios of each pair.\n\n"
        f"{_table(head, table)}"
    )


def _of_workbook(row: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    head = ["issues", "notebooks", "kernels at once", "seconds", "kernels that only import, s", "times"]
    cells = [
        f"{row['size']:,}", str(row["notebooks"]), str(row["jobs"]), f"{row['seconds']:.1f}", f"{row['kernels']:.1f}",
        f"{row['seconds'] / row['kernels']:.1f}",
    ]  # fmt: skip
    return f"### The whole workbook, {plan['latency'] * 1000:.0f} ms of latency\n\n{_table(head, [cells])}"


def write_readme(text: str, path: Path) -> None:
    """Put the measured part between its marks in a file."""
    before = path.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- measured: begin -->\n).*?(<!-- measured: end -->)", flags=re.DOTALL)
    if not marked.search(before):
        raise ValueError(f"{path} has no place for what was measured")
    path.write_text(marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", before), encoding="utf-8", newline="\n")


PARTS: Mapping[str, Callable[[Plan, Path], Any]] = {
    "numbering": lambda plan, _: numbering(plan),
    "draw": lambda plan, _: draw(plan),
    "peers": beside_peers,
    "workbook": lambda plan, work: whole_workbook(plan, work) if plan.workbook else None,
    "soak": lambda plan, work: through_faults(plan, work) if plan.soak else None,
    "limited": lambda plan, work: rate_limited(plan, work) if plan.limited else None,
    "large": growing,
}
"""What is measured, part by part; the ratios of a part come from the same run."""


def measure_all(plan: Plan, work: Path, parts: Sequence[str] = tuple(PARTS)) -> Result:
    """Measure parts of a plan."""
    found: Result = {"machine": machine(), "plan": vars(plan)}
    for name in parts:
        found[name] = PARTS[name](plan, work)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--quick", action="store_true", help="tiny numbers, to see that all of it works; writes nothing"
    )
    options.add_argument("--sizes", type=int, nargs="*", help="issues, with latency, beside the others")
    options.add_argument("--large", type=int, nargs="*", help="issues, without latency")
    options.add_argument("--repeats", type=int, help="times that each client is measured")
    options.add_argument(
        "--parts", nargs="*", choices=list(PARTS), help="measure these alone, keep what was found before"
    )
    options.add_argument("--against", metavar="REVISION", help="measure a commit of before and this one in turn, alone")
    options.add_argument("--command", action="store_true", help="with --against: the whole command alone")
    options.add_argument("--workbook", type=int, help="issues of the workbook, and of what --against measures")
    options.add_argument(
        "--report", action="store_true", help="write the tables anew from results.json, measure nothing"
    )
    given = options.parse_args(arguments)
    if given.command and not given.against:
        options.error("--command needs --against")
    if given.report:
        write_readme(report(json.loads(RESULTS.read_text(encoding="utf-8"))), README)
        return
    chosen = {
        name: value
        for name, value in vars(given).items()
        if name in {"sizes", "large", "repeats", "workbook"} and value is not None
    }
    chosen = {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()}
    plan = Plan(**{**vars(QUICK if given.quick else Plan()), **chosen})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if given.command:
            found = {"commands": commands_against(plan, Path(folder), given.against)}
        elif given.against:
            found = {"machine": machine(), "plan": vars(plan), "against": against(plan, Path(folder), given.against)}
        else:
            found = measure_all(plan, Path(folder), given.parts or tuple(PARTS))
    if given.quick:
        print(report(found))
        return
    if (given.parts or given.against) and RESULTS.exists():
        found = beside_earlier(json.loads(RESULTS.read_text(encoding="utf-8")), found)
    text = report(found)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")
    write_readme(text, README)


if __name__ == "__main__":
    main()

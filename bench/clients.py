"""What is measured of ours, one task a process.

Started by ``run.py`` as ``clients.py TASK '{"url": …}'``; prints what came of it as one JSON object. The time begins after
the imports and ends with the result; the peak of memory is that of the whole process.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from peers import peak, report
from worlds import PERIOD_END, PERIOD_START, PROJECTS, TIME_ZONE

from auditlib import tables
from auditlib.audit.numbering.gaps import audit_numbers
from auditlib.audit.numbering.issued import present_numbers
from auditlib.audit.sampling.draw import draw_sample
from auditlib.evidence import full_records
from auditlib.evidence.chapters import TABLES
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.params.model import Parameters
from auditlib.pull import collect as collecting
from auditlib.pull import numbers, plan
from auditlib.pull.passes import first_pass, look_around
from auditlib.pull.session import Session
from auditlib.responses.topics import FIRST_PASS, read_topic

Given = Mapping[str, Any]


def _parameters(given: Given) -> Parameters:
    return Parameters.model_validate(
        {
            "audit": "bench",
            "jira_url": given["url"],
            "deployment": "cloud",
            "projects": list(PROJECTS),
            "period_start": PERIOD_START,
            "period_end": PERIOD_END,
            "timezone": TIME_ZONE,
            "sample_size": 25,
            "sample_seed": "bench, chosen by nobody",
        }
    )


def _environ(given: Given) -> dict[str, str]:
    return {"JIRA_USER": given["user"], "JIRA_TOKEN": given["token"]}


def _tell(*_: object) -> None:
    """Say nothing: a bar would be measured too."""


# ours


class _EnoughError(Exception):
    """What is to be measured is done."""


def our_pass(given: Given) -> dict[str, Any]:
    """Pull the issues of the period with their fields, and end there; ``before`` is what finds out where they lie."""
    steps: dict[str, float] = {}

    def enough(_: Session) -> None:
        raise _EnoughError

    plan.STEPS = (*(_timed_step(step, steps) for step in (look_around, first_pass)), enough)
    with suppress(_EnoughError):
        collecting.collect(_parameters(given), Path(given["folder"]), _environ(given), _tell, base=Path())
    evidence = open_evidence(Path(given["folder"]))
    pages = evidence.store.entries(FIRST_PASS.below())
    return {
        "seconds": steps["first_pass"],
        "before": steps["look_around"],
        "requests": len(pages),
        "bytes": sum(entry.size for entry in pages),
        "issues": sum(len(ids) for ids in evidence.passes.first.values()),
    }


def our_pull(given: Given) -> dict[str, Any]:
    """Pull everything, then compute every table unless ``tables`` is false; each step by itself."""
    folder = Path(given["folder"])
    steps: dict[str, float] = {}
    plan.STEPS = tuple(_timed_step(step, steps) for step in plan.STEPS)
    numbers.settle = _timed_step(numbers.settle, steps)  # a part of the last step, by itself
    full_records.made_files = _timed_step(full_records.made_files, steps)  # pages and files of dossiers: no tables
    ends: list[float] = []
    peaks: list[int] = []
    records = collecting.collect_dossiers

    def after_pull_records(reader: Any, evidence: Evidence, tell: Any, base: Path) -> None:
        """Note when the pull has ended; the sample, for which tables are computed, and its records belong to the rest."""
        ends.append(time.perf_counter())
        peaks.append(peak())
        records(reader, evidence, tell, base)

    collecting.collect_dossiers = after_pull_records
    begun = time.perf_counter()
    evidence = collecting.collect(_parameters(given), folder, _environ(given), _tell, base=Path())
    pulled = ends[0]
    topics: dict[str, list[int]] = {}
    for entry in evidence.store.entries():
        count = topics.setdefault(read_topic(entry.topic).topic.folder, [0, 0])
        count[0] += 1
        count[1] += entry.size
    issues = sum(len(ids) for ids in evidence.passes.first.values())
    digests = _table_digests(evidence) if given.get("tables", True) else {}
    return {
        "pull": pulled - begun,
        "tables": time.perf_counter() - pulled - steps["made_files"],
        "steps": steps,
        "topics": topics,
        "issues": issues,
        "peak_after_pull": peaks[0],
        "digests": digests,
    }


def _table_digests(evidence: Evidence) -> dict[str, str]:
    """Compute every file of ``tables/``, one after the other as a run writes them, and return their digests."""
    digests = {one.name: _digest(tables.csv_pieces(one, evidence.table(one.name))) for one in TABLES}
    companions = evidence.companion_files()
    return digests | {name: hashlib.sha256(content).hexdigest() for name, content in sorted(companions.items())}


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _timed_step(step: Callable[..., Any], steps: dict[str, float]) -> Callable[..., Any]:
    """Return a step that adds up, below its name, the time that it takes."""
    steps[step.__name__] = 0.0

    def timed(*given: Any) -> Any:
        begun = time.perf_counter()
        try:
            return step(*given)
        finally:
            steps[step.__name__] += time.perf_counter() - begun

    return timed


def our_workbook(given: Given) -> dict[str, Any]:
    """Make a sealed package."""
    from auditlib.run.order import Run
    from auditlib.run.workbook import hard_at_work, run

    order = Run(_parameters(given), Path(given["folder"]) / "package", jobs=given["jobs"])
    begun = time.perf_counter()
    with hard_at_work():
        run(order, _environ(given), _tell)
    return {"seconds": time.perf_counter() - begun}


def only_kernels(given: Given) -> dict[str, Any]:
    """Execute notebooks that only import what ours import, as ours are executed: in the folder's ``notebooks``."""
    from auditlib.run.kernels import execute

    begun = time.perf_counter()
    execute(Path(given["pulled"]), given["notebooks"], given["jobs"], _tell)
    return {"seconds": time.perf_counter() - begun}


def our_numbering(given: Given) -> dict[str, Any]:
    """Account for so many keys of one project, in memory; and sort the same keys with numpy, which is the limit."""
    walk, created = _many_keys(given["keys"])
    period = _parameters({**given, "url": "https://jira.example"}).period
    nothing = pd.DataFrame(
        {
            "issue_id": pd.Series(dtype="int64"),
            "at": pd.Series(dtype="datetime64[us, UTC]"),
            "history_id": pd.Series(dtype="int64"),
            "from_key": pd.Series(dtype="str"),
            "to_key": pd.Series(dtype="str"),
            "author": pd.Series(dtype="str"),
        }
    )
    resolved = pd.DataFrame({"number": pd.Series(dtype="int64"), "now_key": [], "id": pd.Series(dtype="int64")})
    known = frozenset(walk["id"].tolist())
    with _timed() as sort:
        np.sort(walk["number"].to_numpy())
    with _timed() as took:
        present = present_numbers("BIG", walk, created, nothing, period=period, asked=known)
    with _timed() as audited:
        found = audit_numbers("BIG", present, resolved, nothing, period, "https://jira.example")
    return {
        "seconds": took[0] + audited[0],
        "present_numbers": took[0],
        "audit_numbers": audited[0],
        "np_sort": sort[0],
        "missing": len(found.gaps),
    }


def our_draw(given: Given) -> dict[str, Any]:
    """Draw 25 of so many keys; and hash the same texts and do nothing else, which is the limit."""
    population = pd.DataFrame({"key": [f"PAY-{number}" for number in range(given["keys"])]})
    texts = [f"a seed:{key}".encode() for key in population["key"]]
    with _timed() as hashed:
        for text in texts:
            hashlib.sha256(text).hexdigest()
    with _timed() as took:
        sample = draw_sample(population, 25, "a seed")
    return {"seconds": took[0], "sha256": hashed[0], "drawn": len(sample)}


def _many_keys(keys: int) -> tuple[pd.DataFrame, pd.Series]:
    """Make the walk over a project: in the order of creation, one number in twenty missing, one in 200 out of order."""
    rng = np.random.default_rng(1)
    numbers = np.flatnonzero(rng.random(keys * 11 // 10) >= 0.05)[:keys] + 1
    swapped = np.flatnonzero(rng.random(keys - 1) < 0.005)
    for place in swapped.tolist():
        numbers[[place, place + 1]] = numbers[[place + 1, place]]
    begin = pd.Timestamp(PERIOD_START, tz="UTC") - pd.Timedelta(days=60)
    times = begin + pd.to_timedelta(np.sort(rng.integers(0, 480 * 86_400_000_000, keys)), unit="us")
    ids = np.arange(20_000, 20_000 + keys)
    walk = pd.DataFrame({"id": ids, "number": numbers})
    return walk, pd.Series(times, index=ids).astype("datetime64[us, UTC]")


@contextmanager
def _timed() -> Iterator[list[float]]:
    took: list[float] = []
    begun = time.perf_counter()
    yield took
    took.append(time.perf_counter() - begun)


TASKS: Mapping[str, Callable[[Given], dict[str, Any]]] = {
    task.__name__: task
    for task in (
        our_pass,
        our_pull,
        our_workbook,
        only_kernels,
        our_numbering,
        our_draw,
    )
}


if __name__ == "__main__":
    report(TASKS)

"""One pull of a small Jira, of whose answers one is mutated; and all tables and sentences of what came."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote

import pandas as pd
from fuzz.worlds import PARAMS, fuzzed_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AuditError
from auditlib.evidence.opened import Evidence
from auditlib.jira import connection
from auditlib.jira.client import JiraReader
from auditlib.jira.retries import RetryBudget
from auditlib.params.reading import parse_parameters
from auditlib.pull.collect import collect
from auditlib.responses.entry import read_line
from auditlib.run.archive import add_to_archive
from auditlib.run.check import check_screen
from auditlib.tables import to_csv

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
MODES = ("pull", *("resumed pull",) * 6, "archive", "archive then pull", "check")
"""What asks, as often as it is drawn. A resumed pull has all answers on disk but the mutated one, which is asked for anew."""

GROUNDS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "cloud": ("cloud", {"workspace-events": "present"}),
    "data-center": ("data-center", {}),
    "data-center before 8.8": ("data-center", {"log-resource": "older"}),
}
"""The Jiras that are asked: dialect and forms, by name."""

Seen = tuple[Asked, Answer]
Tamper = Callable[[Asked, Answer], Answer]


def question(asked: Asked) -> str:
    """Return a question as text: equal questions have equal texts."""
    query = sorted((name, values) for name, values in asked.query.items())
    body = json.dumps(json.loads(asked.body), sort_keys=True) if asked.body else ""
    return f"{asked.method} {asked.path} {query} {body}"


def kind(asked: Asked) -> str:
    """Return the kind of a question: its path without keys and numbers, and of a search what it searches for."""
    path = "/".join("n" if _NAMES_ONE.fullmatch(step) else step for step in asked.path.split("/"))
    searched = asked.body.decode("utf-8", "replace") if "search" in asked.path else ""
    return f"{asked.method} {path} {re.sub('[0-9]', '', searched)}".strip()


_NAMES_ONE: Final = re.compile(r"AC|NEW|..*[0-9].*|.*[0-9].+")
"""A step of a path that names one thing of many."""


class Ground:
    """A Jira that goes on serving, and whatever else pulls of one dialect have in common."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dialect, forms = GROUNDS[name]
        self._tamper: Tamper = _untouched
        self._jira = EmbeddedJira(
            fuzzed_world(),
            self.dialect,
            tamper=self._tampered,
            clock=lambda: NOW,
            forms=forms,
        )
        self._jira.start()
        self._kept = Path(tempfile.mkdtemp(prefix="auditlib-fuzz-"))
        self._known: dict[str, tuple[Result, list[Seen]]] = {}

    def _tampered(self, asked: Asked, answer: Answer) -> Answer:
        return self._tamper(asked, answer)

    # what ``connected`` enters

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Go on serving."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._jira, name)

    def close(self) -> None:
        """End the server."""
        self._jira.stop()
        shutil.rmtree(self._kept, ignore_errors=True)

    def known(self, mode: str) -> tuple[Result, list[Seen]]:
        """Return what comes of unmutated answers, and the answers, each question once."""
        if mode == "resumed pull":
            return self.known("pull")
        if mode not in self._known:
            seen: dict[str, Seen] = {}

            def record(asked: Asked, answer: Answer) -> Answer:
                seen.setdefault(question(asked), (asked, answer))
                return answer

            self._known[mode] = (self.result(mode, record), list(seen.values()))
        return self._known[mode]

    def result(self, mode: str, tamper: Tamper, without: Collection[str] = ()) -> Result:
        """Do what a mode does, and return what came of it; to the questions ``without`` a resumed pull has no answer yet."""
        self._tamper = tamper
        folder = Path(tempfile.mkdtemp(prefix="auditlib-fuzz-"))
        try:
            if mode == "resumed pull":
                self._lay_out(folder / "p" / "data", without)
            result = self._result(mode, folder)
            if mode == "pull" and mode not in self._known:
                shutil.copytree(folder / "p" / "data", self._kept, dirs_exist_ok=True)
            return result
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _lay_out(self, data: Path, without: Collection[str]) -> None:
        """Put the answers of the unmutated pull into a folder, but for some."""
        for part in ("raw", "dossiers"):
            shutil.copytree(self._kept / part, data / part, copy_function=os.link)
        index = data / "raw" / "index.jsonl"
        lines = index.read_bytes().splitlines(keepends=True)
        index.unlink()  # its bytes are shared with the kept one
        index.write_bytes(b"".join(line for line in lines if _asked_in(line) not in without))

    def _result(self, mode: str, folder: Path) -> Result:
        text = PARAMS.format(url="demo", deployment=self.dialect, archive=folder / "archive")
        params, quiet = parse_parameters(text, "fuzz"), lambda *_: None
        told: dict[str, bytes] = {}
        try:
            if mode == "check":
                return Result({"screen": check_screen(params, {}, lambda _: self).encode("utf-8", "surrogatepass")})
            if mode.startswith("archive"):
                report = add_to_archive(params, folder / "archive", {}, quiet, lambda _: self)
                told = {"archive": _without_sizes("\n".join(report.lines)).encode("utf-8", "surrogatepass")}
            if mode != "archive":
                evidence = collect(params, folder / "p", {}, quiet, base=folder, embedded=lambda _: self)
                return everything(evidence, told)
        except AuditError as error:
            return Result(told, error=error)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is what is looked for
            return Result(told, error=error, trace=traceback.format_exc())
        return Result(told)


def _untouched(_: Asked, answer: Answer) -> Answer:
    return answer


def _asked_in(line: bytes) -> str:
    """Return the question of a line of the index, as `question` does."""
    request = read_line(line).request
    body = b"" if request.body is None else json.dumps(dict(request.body)).encode()
    query = {name: tuple(values) for name, values in request.parameters.items()}
    return question(Asked(request.method, f"/{unquote(request.path)}", query, body))


def _without_sizes(text: str) -> str:
    """Leave out what is another in every run: sizes, and the names of folders."""
    return re.sub(r"[0-9,]+ bytes?|auditlib-fuzz-\w+|[0-9]+ requests", "…", text)


@dataclass(frozen=True)
class Result:
    """What came: files by name, or an error, with its traceback if it is one that nobody foresaw.

    Attributes
    ----------
    files : mapping of str to bytes
        Tables, sentences, and the files of full records.
    numbers : mapping
        Those that must not be others in silence.
    findings : mapping of str to (str, str)
        Severity and statement by id.
    lengths : mapping of str to int
        Rows of each table.
    """

    files: Mapping[str, bytes]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    error: Exception | None = None
    trace: str = ""


def everything(evidence: Evidence, told: Mapping[str, bytes]) -> Result:
    """Compute all that is computed of a pull: tables, sentences, the files of full records, which answer feeds what."""
    frames = {one: evidence.table(one.name) for one in evidence.tables}
    tables = {one.file: to_csv(one, frame) for one, frame in frames.items()} | evidence.companion_files()
    # A page says when it was read, which is another time in each run; what it is made of stands in the other files.
    records = {
        f"record {name}": content for name, content in evidence.dossier_files().items() if not name.endswith(".html")
    }
    words = {
        f"conclusion {one}": evidence.conclusion(one).encode("utf-8", "surrogatepass") for one in evidence.notebooks
    }
    evidence.feeds()
    by_name = {one.name: frame for one, frame in frames.items()}
    findings = {row.id: (row.severity, row.statement) for row in by_name["findings"].itertuples()}
    lengths = {name: len(frame) for name, frame in by_name.items()}
    return Result({**told, **tables, **words, **records}, key_numbers(by_name), findings, lengths)


def key_numbers(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the numbers that must not be others in silence."""
    numbering, gaps = tables["numbering"], tables["gaps"]
    columns = ["project", "first_number", "last_number", "numbers", "present", "missing", "moved_in"]
    return {
        "population": len(tables["population"]),
        "numbering": numbering[columns].astype(str).to_numpy().tolist(),
        "gaps": sorted(Counter(zip(gaps["project"], gaps["classification"], strict=True)).items()),
        "reconciliation": tables["reconciliation"].astype(str).to_numpy().tolist(),
    }


def impatient() -> None:
    """Wait a thousandth of a second before a question is asked again, not two seconds; for this whole process."""
    connection.JiraReader = partial(JiraReader, first_wait_seconds=0.001, budget=RetryBudget(30))  # type: ignore[misc,assignment]
    connection.Organization = partial(connection.Organization, first_wait_seconds=0.001)  # type: ignore[misc,assignment]

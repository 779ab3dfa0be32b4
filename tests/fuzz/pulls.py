"""One pull of a small Jira, of whose answers one is mutated; and all tables and sentences of what came."""

from __future__ import annotations

import re
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd
from fuzz.mutations import Mutation, mutated
from fuzz.worlds import PARAMS, fuzzed_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AuditError
from auditlib.evidence.opened import Evidence
from auditlib.jira import connection
from auditlib.jira.client import JiraReader
from auditlib.jira.retries import RetryBudget
from auditlib.params.reading import parse_parameters
from auditlib.pull.collect import collect
from auditlib.run.archive import add_to_archive
from auditlib.run.check import check_screen

DIALECTS = ("cloud", "data-center")
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
MODES = ("pull",) * 7 + ("archive", "archive then pull", "check")
"""What asks, as often as it is drawn."""

Seen = tuple[Asked, Answer]


def question(asked: Asked) -> str:
    """Return a question as text: equal questions have equal texts."""
    query = sorted((name, values) for name, values in asked.query.items())
    return f"{asked.method} {asked.path} {query} {asked.body.decode('utf-8', 'replace')}"


def kind(asked: Asked) -> str:
    """Return the kind of a question: its path without keys and numbers, and which members it asks for."""
    steps = ["n" if any(sign.isdigit() for sign in step) and len(step) > 1 or step in {"AC", "NEW"} else step for step in asked.path.split("/")]
    said = "search" in asked.path and (asked.query.get("jql", ("",))[0] or asked.body.decode("utf-8", "replace"))
    words = "".join(sign for sign in str(said or "") if not sign.isdigit())
    return f"{asked.method} {'/'.join(steps)} {words}"


class Ground:
    """A Jira that goes on serving, and whatever else pulls of one dialect have in common."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._tamper: Callable[[Asked, Answer], Answer] = lambda _, answer: answer
        self._jira = EmbeddedJira(
            fuzzed_world(), dialect, tamper=lambda asked, answer: self._tamper(asked, answer), clock=lambda: NOW
        )
        self._jira.start()
        self._known: dict[str, tuple[Result, list[Seen]]] = {}

    # what ``connected`` enters

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Go on serving."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._jira, name)

    def close(self) -> None:
        """End the server."""
        self._jira.stop()

    def known(self, mode: str) -> tuple[Result, list[Seen]]:
        """Return what comes of unmutated answers, and the answers, each question once."""
        if mode not in self._known:
            seen: dict[str, Seen] = {}

            def record(asked: Asked, answer: Answer) -> Answer:
                seen.setdefault(question(asked), (asked, answer))
                return answer

            self._known[mode] = (self.result(mode, record), list(seen.values()))
        return self._known[mode]

    def result(self, mode: str, tamper: Callable[[Asked, Answer], Answer]) -> Result:
        """Do what a mode does, and return what came of it."""
        self._tamper = tamper
        folder = Path(tempfile.mkdtemp(prefix="auditlib-fuzz-"))
        try:
            return self._result(mode, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _result(self, mode: str, folder: Path) -> Result:
        text = PARAMS.format(url="demo", deployment=self.dialect, archive=folder / "archive")
        params, quiet = parse_parameters(text, "fuzz"), lambda *_: None
        told: dict[str, bytes] = {}
        try:
            if mode == "check":
                return Result({"screen": check_screen(params, {}, lambda _: self).encode()})
            if mode.startswith("archive"):
                report = add_to_archive(params, folder / "archive", {}, quiet, lambda _: self)
                told = {"archive": re.sub(r"[0-9,]+ bytes?|auditlib-fuzz-\w+", "…", "\n".join(report.lines)).encode()}
            if mode != "archive":
                evidence = collect(params, folder / "p", {}, quiet, base=folder, embedded=lambda _: self)
                return Result(told | everything(evidence), evidence)
        except AuditError as error:
            return Result(told, error=error)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is what is looked for
            return Result(told, error=error, trace=traceback.format_exc())
        return Result(told)


def everything(evidence: Evidence) -> dict[str, bytes]:
    """Return all that is computed of a pull: tables, sentences, the files of full records, which answer feeds what."""
    records = {f"record {name}": content for name, content in evidence.dossier_files().items()}
    said = {f"conclusion {name}": evidence.conclusion(name).encode("utf-8", "surrogatepass") for name in evidence.notebooks}
    evidence.feeds()
    return evidence.table_files() | said | records


@dataclass
class Result:
    """What came: files by name, or an error, with its traceback if it is one that nobody foresaw."""

    files: Mapping[str, bytes]
    evidence: Evidence | None = None
    error: Exception | None = None
    trace: str = ""

    def __post_init__(self) -> None:
        self.numbers = {} if self.evidence is None else key_numbers(self.evidence)
        self.findings = {} if self.evidence is None else _findings(self.evidence)
        self.lengths = {} if self.evidence is None else {one.name: len(self.evidence.table(one.name)) for one in self.evidence.tables}
        self.evidence = None


def key_numbers(evidence: Evidence) -> dict[str, Any]:
    """Return the numbers that must not be others in silence."""
    numbering, gaps = evidence.table("numbering"), evidence.table("gaps")
    columns = ["project", "first_number", "last_number", "numbers", "present", "missing", "moved_in"]
    return {
        "population": len(evidence.table("population")),
        "numbering": numbering[columns].astype(str).to_numpy().tolist(),
        "gaps": dict(sorted(Counter(zip(gaps["project"], gaps["classification"], strict=True)).items())),
        "reconciliation": evidence.table("reconciliation").astype(str).to_numpy().tolist(),
    }


def _findings(evidence: Evidence) -> dict[str, tuple[str, str]]:
    table = evidence.findings
    return {
        one: (severity, said) for one, severity, said in zip(table["id"], table["severity"], table["statement"], strict=True)
    }


def impatient() -> None:
    """Wait a thousandth of a second before a question is asked again, not two seconds; for this whole process."""
    connection.JiraReader = partial(JiraReader, first_wait_seconds=0.001, budget=RetryBudget(30))  # type: ignore[misc,assignment]
    connection.Organization = partial(connection.Organization, first_wait_seconds=0.001)  # type: ignore[misc,assignment]

"""Every form in which a Jira may answer leads to the same tables, or to a finding that says what could not be known."""

from __future__ import annotations

import io
import itertools
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from auditlib.collect import collect
from auditlib.demo.forms import FORMS
from auditlib.errors import SourceError

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
LONG = os.environ.get("AUDITLIB_FORMS") == "all"
DIALECTS = ("cloud", "data-center")
PAIRS = 15

BESIDE: Mapping[str, Mapping[str, str]] = {
    "refused-status": {"refused-part": "all"},
    "error-body": {"refused-part": "all"},
    "log-paging": {"log-page": "25"},
    "log-offset": {"log-page": "25"},
    "history-repeats": {"history-page": "7"},
    "is-last": {"search-page": "50"},
    "search-repeats": {"search-page": "50"},
}
"""What a form needs to show at all: more than one page, or a part that is refused."""

ELSEWHERE = frozenset({"retry-after", "rate-reset", "rate-answer", "wrong-credentials"})
"""Forms that a run within its limits and with the right credentials does not meet; they have tests of their own."""


@dataclass(frozen=True)
class Loss:
    """What a form takes away, and how that is told.

    ``columns`` by table ("*" for all) may be others; ``findings`` may come, go or say something else, and those of ``told``
    must be there; ``ends`` is how a run ends that can't go on.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    ends: type[Exception] | None = None


LOSSES: Mapping[tuple[str, str], Loss] = {
    ("log-in", "captcha"): Loss(ends=SourceError),
    ("log-in", "no-passwords"): Loss(ends=SourceError),
}
"""Of every form that is not here, the tables are equal to those of the default form."""


def values_of(dialect: str) -> list[tuple[str, str]]:
    """List each form and value that is not the default, of those that a run meets."""
    return [
        (form.name, value)
        for form in FORMS
        if dialect in form.dialects and form.name not in ELSEWHERE
        for value in form.values[1:]
    ]


def pairs_of(dialect: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """List pairs of two forms, drawn from a fixed seed; all of them in the long version."""
    every = [
        (one, other) for one, other in itertools.combinations(values_of(dialect), 2) if one[0] != other[0]
    ]
    return every if LONG else random.Random(f"forms:{dialect}").sample(every, PAIRS)


def with_beside(*chosen: tuple[str, str]) -> dict[str, str]:
    """Return the forms chosen, with what they need to show."""
    forms: dict[str, str] = {}
    for name, _ in chosen:
        forms |= BESIDE.get(name, {})
    return forms | dict(chosen)


class Pulls:
    """Pulls the small company in chosen forms, and gives the tables."""

    def __init__(self, company: Any, parameters: Any, folder: Path) -> None:
        self._world, self._parameters, self._folder = company.world, parameters, folder
        self._usual: dict[str, dict[str, pd.DataFrame]] = {}
        self._numbers = itertools.count()

    def params(self, dialect: str) -> Any:
        issues = [one for one in self._world.issues.values() if one.visible and one.project == "PAY" and self._in(one)]
        fullest = sorted(
            issues, key=lambda one: (len(one.attachments), len(one.worklogs), len(one.comments), one.id), reverse=True
        )
        longest = sorted(issues, key=lambda one: (len(one.histories), one.id), reverse=True)
        keys = sorted({one.key for one in (*fullest[:4], *longest[:3])})
        values = {"deployment": dialect, "sample_keys": keys, "sample_seed": None, "attachments": True}
        return self._parameters().model_copy(update=values)

    @staticmethod
    def _in(issue: Any) -> bool:
        return (2026, 4, 5) < (issue.created.year, issue.created.month, issue.created.day) < (2026, 9, 25)

    def tables(self, dialect: str, forms: Mapping[str, str]) -> dict[str, pd.DataFrame]:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        world = replace(self._world, forms=dict(forms))
        evidence = collect(self.params(dialect), folder, {}, QUIET, base=folder, world=world)
        return frames(evidence.table_files())

    def usual(self, dialect: str) -> dict[str, pd.DataFrame]:
        if dialect not in self._usual:
            self._usual[dialect] = self.tables(dialect, {})
        return self._usual[dialect]


def frames(files: Mapping[str, bytes]) -> dict[str, pd.DataFrame]:
    return {
        name.removesuffix(".csv"): pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
        for name, content in files.items()
        if name.endswith(".csv")
    }


@pytest.fixture(scope="module")
def pulls(small_company, parameters, tmp_path_factory) -> Iterator[Pulls]:
    yield Pulls(small_company, parameters, tmp_path_factory.mktemp("forms"))

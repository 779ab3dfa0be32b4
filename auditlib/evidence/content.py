"""What a package shows by its chapters: tables, findings and conclusions, and the files that are made of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar

import pandas as pd

from auditlib.audit.chapters import Chapter, limits_of
from auditlib.audit.finding import Finding, findings_table
from auditlib.errors import UsageError
from auditlib.evidence.controls import Controls
from auditlib.evidence.full_records import FullRecords
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.tables import Table, to_csv

_Content_contra = TypeVar("_Content_contra", bound="Content", contravariant=True)


@dataclass(frozen=True)
class Shown(Generic[_Content_contra]):
    """What a chapter shows of a package.

    Attributes
    ----------
    chapter : Chapter
        Its notebook, question and limits.
    frames : mapping of Table to callable
        Its tables, in the order in which they are written; each with what makes its frame.
    findings : callable
        Gives what a reader must know.
    conclude : callable
        Gives the answer to the chapter's question, in words.
    beside : mapping of str to str
        The files that it puts beside the tables, by name, with what they hold.
    since : int
        The version of the tables from which on a package has it (`evidence.schema`); an older one was pulled without.
    later : mapping of Table to int
        Its tables that came after it, each with the version from which on a package has it.
    """

    chapter: Chapter
    frames: Mapping[Table, Callable[[_Content_contra], pd.DataFrame]]
    findings: Callable[[_Content_contra], Iterable[Finding]]
    conclude: Callable[[_Content_contra], str]
    beside: Mapping[str, str] = field(default_factory=dict)
    since: int = 1
    later: Mapping[Table, int] = field(default_factory=dict)

    def as_of(self, version: int) -> Shown[_Content_contra]:
        """Return what a package of a version of the tables shows of the chapter."""
        there = {one: make for one, make in self.frames.items() if self.later.get(one, 1) <= version}
        frames = {one.as_of(version): _without_later(one, make, version) for one, make in there.items()}
        return self if frames == self.frames else replace(self, frames=frames)


def _without_later(
    table: Table, make: Callable[[_Content_contra], pd.DataFrame], version: int
) -> Callable[[_Content_contra], pd.DataFrame]:
    """Return what makes a table without the columns that came later; the maker itself where there are none."""
    then = table.as_of(version)
    return make if then is table else lambda content: make(content)[then.names]


class Content(Part, ABC):
    """The content of one package, computed when first looked at."""

    known_chapters: ClassVar[tuple[Shown[Any], ...]]
    """What such a package of this version shows, chapter by chapter."""

    @property
    def chapters(self) -> tuple[Shown[Any], ...]:
        """What this package shows, chapter by chapter: those that were there when it was pulled."""
        version = self.pulled.schema["tables"]
        return tuple(one.as_of(version) for one in self.known_chapters if one.since <= version)

    @property
    @abstractmethod
    def collected(self) -> FullRecords:
        """The full records of single issues."""

    @property
    @abstractmethod
    def controls(self) -> Controls:
        """The controls of the library."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that may remember something, each behind those that it is computed from."""
        return (self.collected, self.controls, self)

    @kernel_cached
    def findings(self) -> pd.DataFrame:
        """``findings.csv``."""
        return findings_table(found for one in self.chapters for found in one.findings(self))

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The notebooks that show it, in their order."""
        return tuple(one.chapter.notebook for one in self.chapters)

    @property
    def limits(self) -> tuple[str, ...]:
        """What no package of this kind and version can prove; shown on the cover and in the summary."""
        return limits_of([one.chapter for one in self.chapters])

    def conclusion(self, notebook: str) -> str:
        """Return the computed conclusion of a notebook."""
        for one in self.chapters:
            if one.chapter.notebook == notebook:
                return one.conclude(self)
        raise UsageError(f"there is no notebook {notebook}")

    # files

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of such a package, in the order in which they are written."""
        return tables_of(self.chapters)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by the name of one of ``tables``."""
        for one in self.chapters:
            for table, make in one.frames.items():
                if table.name == name:
                    return make(self)
        raise KeyError(name)

    @property
    def says(self) -> dict[str, str]:
        """What each file in ``tables/`` holds, by its name, in the order in which the cover lists them."""
        beside = {name: says for one in self.chapters for name, says in one.beside.items()}
        return {table.file: table.says for table in self.tables} | beside

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``, by file name."""
        return {}

    def table_files(self) -> dict[str, bytes]:
        """Return the content of every file in ``tables/``, by file name; a function of the answers and parameters alone."""
        return {
            one.file: to_csv(one, self.table(one.name), self.pulled.schema["tables"]) for one in self.tables
        } | self.companion_files()

    def dossier_files(self) -> dict[str, bytes]:
        """Return the content of the files that make up each dossier, by path below ``data/``, but for the attachments."""
        return {
            f"dossiers/{key}/{name}": content
            for key, made in self.collected.made.items()
            for name, content in made.files.items()
        }

    # which response feeds which rows

    def feeds(self) -> dict[str, dict[str, list[str]]]:
        """Return which rows of which tables each response feeds, by its file below ``raw/``: ``{table: [row key, …]}``.

        Rows are named by issue key; ``all`` stands for all of them.
        """
        return {entry.file: self.feeds_of(entry) for entry in self.store.entries()}

    @property
    def left_empty(self) -> set[str]:
        """The tables that no response feeds, since the parameters ask for nothing of them."""
        empty = set() if self.controls.tests else {"controls"}
        return empty if self.params.second_source is not None else empty | {"second_source"}

    def feeds_of(self, entry: Entry) -> dict[str, list[str]]:
        """Return which rows a response feeds: an answer of a single issue its own, any other the findings."""
        named = read_topic(entry.topic)
        if "key" not in named.parts:
            return {"findings": ["all"]}
        feeds_not = set() if self.params.attributes else {"attributes"}
        feeds_not |= self.left_empty
        if named.topic is topics.DOSSIER_ISSUE and "history" in self.pulled.dialect.PARTS:
            feeds_not.add("sample_history")  # which then comes by itself
        key, tables_here = named.text("key"), {one.name for one in self.tables} - feeds_not
        return {table: [key] for table in named.topic.feeds if table in tables_here}


def tables_of(chapters: Iterable[Shown[Any]]) -> tuple[Table, ...]:
    """Return the tables of chapters, in the order in which they are written."""
    return tuple(table for one in chapters for table in one.frames)

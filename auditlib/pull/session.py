"""What the steps of a pull share: the reader, the working folder, progress, and the ways of asking. ``plan`` has their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar

from auditlib.errors import AnswerError, SourceError, TooHeavyError
from auditlib.evidence.opened import Evidence
from auditlib.jira.client import JiraReader
from auditlib.jira.pages import MOST_RECORDS
from auditlib.jira.refusal import refusal
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic

_Read = TypeVar("_Read")

Tell = Callable[[str, int, int | None], None]
"""Progress: what is being done, how many are done, of how many (None: not known)."""

CHAINS: Final = 12
"""Questions that are worked on at once. More than may be under way (8, ``jira.gate``): while some answers are read and
written, others wait for Jira."""


MOST_QUESTIONS: Final = 50_000
"""Questions for missing numbers that are asked without being allowed first: an hour of a Data Center, where each number is
one, and five million numbers on Cloud."""


class Progress:
    """Counts what is done of one stage, from several threads."""

    def __init__(self, tell: Tell, stage: str, total: int | None = None) -> None:
        self._tell, self._stage, self._total = tell, stage, total
        self._done, self._lock = 0, Lock()

    def add(self, count: int) -> None:
        """Say that so many more are done."""
        with self._lock:
            self._done += count
            # Jira's own count may be an estimate: what is done is never more than all.
            total = None if self._total is None else max(self._total, self._done)
            self._tell(self._stage, self._done, total)


class Session:
    """One pull: the reader, the working folder, and what asks side by side.

    ``most_questions`` may be spent on missing numbers.
    """

    def __init__(
        self,
        reader: JiraReader,
        evidence: Evidence,
        tell: Tell,
        pool: ThreadPoolExecutor,
        most_questions: int = MOST_QUESTIONS,
    ) -> None:
        self.most_questions = most_questions
        self.reader = reader
        self.evidence = evidence
        self.tell = tell
        self._pool = pool

    def side_by_side(self, questions: Sequence[Callable[[], object]]) -> None:
        """Ask independent questions at once; an error or an interruption ends them all, after the answers under way."""
        try:
            for future in as_completed([self._pool.submit(question) for question in questions]):
                future.result()
        except BaseException:
            self.reader.stop("the pull has ended")
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise

    def search(
        self,
        topic: str,
        query: str,
        fields: Sequence[str],
        progress: Progress,
        *,
        history: bool = False,
        most: int = MOST_RECORDS,
    ) -> None:
        """Ask for the issues of a query to the last page; they are no more than ``most``."""
        for _, issues in self.reader.search(topic, query, fields, history=history, most=most):
            progress.add(len(issues))

    def told(self, topic: str, request: Request, read: Callable[[Any], _Read]) -> _Read | None:
        """Ask for what the rest goes on without, and return what Jira told; None if it refused, or it can't be read.

        Either is kept with the reason.
        """
        try:
            entry, answer = self.reader.answer(topic, request, part=True)
            if entry.status != 200:
                return None
            with self.reader.reading(entry):
                return read(answer)
        except AnswerError:
            return None

    def by_identifier(self, topic: str, identifiers: Sequence[str], fields: Sequence[str]) -> list[Entry]:
        """Ask for issues by key or id, in batches; in smaller ones where Jira finds them too heavy.

        Raises
        ------
        SourceError
            If Jira refuses with another status than that for issues which are not there, or are hidden.
        """
        size, dialect = self.reader.dialect.IDENTIFIERS_PER_REQUEST, self.reader.dialect
        hidden = dialect.refused_numbers()
        statuses = (200, 404, *hidden)
        entries, waiting = [], deque(batches_of(identifiers, size))
        while waiting:
            batch = waiting.popleft()
            request = dialect.by_identifier(batch, fields)
            try:
                entry, _ = self.reader.answer(
                    topic, request, allowed=statuses, part=bool(hidden), may_be_halved=len(batch) > 1
                )
            except TooHeavyError:
                waiting.extendleft(reversed(batches_of(batch, -(-len(batch) // 2))))
                continue
            if entry.status not in statuses:
                said = refusal(entry.status, entry.headers, self.reader.store.body(entry))
                raise SourceError(f"{request}: {said}")
            entries.append(entry)
        return entries

    def histories(
        self, topic: Topic, parts: tuple[str | int, ...], ids: Sequence[int], progress: Progress | None
    ) -> None:
        """Ask for histories in batches, each under a topic of its own and followed to its end."""
        questions = self.history_questions(topic, parts, ids, progress)
        if len(questions) == 1:
            questions[0]()
        else:
            self.side_by_side(questions)

    def history_questions(
        self, topic: Topic, parts: tuple[str | int, ...], ids: Sequence[int], progress: Progress | None
    ) -> list[Callable[[], None]]:
        """Return what asks for histories, as ``histories`` does, to be asked beside something else; none for no ids."""
        size = self.reader.dialect.HISTORIES_PER_REQUEST
        add = progress.add if progress is not None else _tell_nobody
        batches = [ids[start : start + size] for start in range(0, len(ids), size)]
        named = [parts] if len(batches) == 1 else [(*parts, number) for number in range(1, len(batches) + 1)]
        return [
            partial(self.reader.histories, topic.of(*name), batch, size, add)
            for name, batch in zip(named, batches, strict=True)
        ]


def tell_waits(reader: JiraReader, tell: Tell) -> None:
    """Let long waits that Jira asks for stand in the progress."""
    reader.tell_waits(lambda seconds: tell(f"waiting {seconds:,.0f} s, as Jira asks", 0, None))


def batches_of(keys: Sequence[str], size: int) -> list[Sequence[str]]:
    """Cut keys into batches of at most a size."""
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _tell_nobody(_: int) -> None:
    """Take the progress of what is too short to be told."""

"""What is asked of Jira, in which order. Every answer is on disk before the next question depends on it.

1. who we are, and what this Jira is; every listed project can be browsed, or nothing is pulled
2. per project: Jira's own count, a walk over all keys, and the creation times of a few issues, to know where they lie
3. a pass with fields over the period, in parts side by side; then a pass for ids only, and one through the filter
4. the history of every issue of the first pass, by itself where only a part came along; why issues are in one pass only,
   if there are any; the audit log
5. per project: the issues that decide where the audited numbers begin and end, and each missing number by its key

What must be asked next is computed from what is on disk, by the same code that makes the tables. Within a step, questions
that don't depend on each other are asked side by side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from auditlib.audit.numbering.issued import unsettled
from auditlib.audit.numbering.key_search import common, narrow
from auditlib.audit.numbering.witnesses import missing_numbers
from auditlib.audit.population import cut
from auditlib.errors import (
    AccountRefusedError,
    AnswerError,
    NotBrowsableError,
    ReconciliationError,
    SourceError,
    TooHeavyError,
)
from auditlib.evidence.opened import Evidence, log_asked_from
from auditlib.jira import jql
from auditlib.jira.client import JiraReader
from auditlib.jira.log_pages import follow_log
from auditlib.jira.protocol import POPULATION_FIELDS
from auditlib.jira.reading import require_members
from auditlib.jira.refusal import refusal
from auditlib.pull.partition import boundaries, clauses, probe_ids, share_slices
from auditlib.records.grants import POWERS, granted
from auditlib.responses import topics
from auditlib.responses.request import Request
from auditlib.responses.store import Entry
from auditlib.responses.topics import Topic, read_topic

Tell = Callable[[str, int, int | None], None]
"""Progress: what is being done, how many are done, of how many (None: not known)."""

_ASKED: Final = (*POWERS, "EDIT_ISSUES", "CREATE_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS")
"""What Cloud is asked about, where each has to be named; Data Center tells all."""

_NEVER_REACHED: Final = 999_999_999
"""A number that no project has given out."""

CHAINS: Final = 12
"""Questions that are worked on at once. More than may be under way (8, ``jira.throttle``): while some answers are read and
written, others wait for Jira."""


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


class _UnreadableError(Exception):
    """The account may not read the audit log."""


class Pull:
    """One pull: the reader, the working folder, and what asks side by side."""

    def __init__(self, reader: JiraReader, evidence: Evidence, tell: Tell, pool: ThreadPoolExecutor) -> None:
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

    # 2. where the issues lie

    def look_around(self) -> None:
        """Ask, for each project, Jira's count, all its keys, and the times of a few issues."""
        keys = Progress(self.tell, "keys")
        dialect, projects = self.reader.dialect, self.evidence.projects
        walks = [
            partial(self._search, topics.KEY_WALK.of(project), jql.key_walk(project), dialect.WALK_FIELDS, keys)
            for project in projects
        ]
        self.side_by_side([*walks, *(partial(self._count, project) for project in projects)])
        if "created" not in dialect.WALK_FIELDS:
            self.side_by_side([partial(self._probe, project) for project in projects])

    def _count(self, project: str) -> None:
        request = self.reader.dialect.count(jql.count(project, self.evidence.period))
        entry, answer = self.reader.answer(topics.COUNT.of(project), request, part=True)
        if entry.status == 200:
            with self.reader.reading(entry):
                self.reader.dialect.read_count(answer)

    def _probe(self, project: str) -> None:
        ids = probe_ids(list(self.evidence.answers.walk(project)["id"]), frozenset())
        self._by_identifier(topics.PROBE.of(project), [str(issue) for issue in ids], ("created",))

    # 3. the passes

    def first_pass(self) -> None:
        """Ask for the issues of the period with their fields, in parts of about equal size."""
        evidence, period = self.evidence, self.evidence.period
        dialect = self.reader.dialect
        zone = _zone(evidence.site.account_zone)
        expected = evidence.expected
        parts = share_slices(expected, dialect.FIELDS_PAGE, CHAINS)
        issues = Progress(self.tell, "issues", sum(expected.values()))
        questions = []
        for project in evidence.projects:
            dated = evidence.answers.created(project).sort_values()
            for number, clause in enumerate(clauses(boundaries(dated, period, parts[project]), zone), start=1):
                query = jql.period_pass(project, period, clause)
                topic = topics.FIRST_PASS.of(project, number)
                history = dialect.HISTORY_WITH_SEARCH
                questions.append(partial(self._search, topic, query, POPULATION_FIELDS, issues, history=history))
        self.side_by_side(questions)

    def second_pass(self) -> None:
        """Ask once more, for ids only; for those that the JQL or filter of the parameters lets pass; and for test issues."""
        evidence, period = self.evidence, self.evidence.period
        narrowed: dict[Topic, tuple[tuple[str, ...], Progress]] = {
            topics.SECOND_PASS: ((), Progress(self.tell, "ids once more", sum(evidence.expected.values())))
        }
        if evidence.restrictions:
            narrowed[topics.FILTER_PASS] = (evidence.restrictions, Progress(self.tell, "ids that the filter lets pass"))
        if evidence.params.test_issue_jql:
            narrowed[topics.TEST_ISSUES] = (
                (evidence.params.test_issue_jql,),
                Progress(self.tell, "ids of test issues"),
            )
        fields = self.reader.dialect.SECOND_PASS_FIELDS
        self.side_by_side(
            [
                partial(self._search, topic.of(project), jql.period_pass(project, period, more), fields, ids)
                for topic, (more, ids) in narrowed.items()
                for project in evidence.projects
            ]
        )

    # 4. history and drift

    def histories(self) -> None:
        """Ask for the whole history of every issue of the first pass, where the pass did not bring it along."""
        if self.reader.dialect.HISTORY_WITH_SEARCH:
            self._complete_histories()
            return
        ids = sorted(frozenset().union(*self.evidence.first_pass.values()))
        self._histories(topics.HISTORY_FIRST_PASS, (), ids, Progress(self.tell, "histories", len(ids)))

    def _complete_histories(self) -> None:
        """Ask once for each history of which only a part came along; the first refusal says that this Jira gives no more."""
        partial = sorted(self.evidence.answers.partial_histories)
        told = Progress(self.tell, "histories that came in part", len(partial))
        for issue in partial:
            if not self._one_history(issue):
                return
            told.add(1)

    def _one_history(self, issue: int) -> bool:
        """Ask for the history of one issue to its end; False if that is refused."""
        cursor: str | None = None
        while True:
            request = self.reader.dialect.issue_history(issue, cursor)
            entry, answer = self.reader.answer(topics.HISTORY_ONE.of(issue), request, part=True)
            if entry.status != 200:
                return False
            with self.reader.reading(entry):
                before, cursor = cursor, self.reader.dialect.read_issue_history(request, answer).cursor
            if cursor is None or int(cursor) <= int(before or 0):
                return True

    def require_reconciled(self) -> None:
        """Ask why issues are in one pass only, and stop where nothing explains it: a hole is worse than no population.

        Raises
        ------
        ReconciliationError
            With the ids that nothing explains, by project.
        """
        evidence = self.evidence
        for project, ids in cut.unexplained_ids(
            evidence.projects, evidence.first_pass, evidence.second_pass, {}
        ).items():
            self._by_identifier(topics.DRIFT.of(project), [str(issue) for issue in ids], ("created",))
            if not self.reader.dialect.HISTORY_WITH_SEARCH:
                told = Progress(self.tell, f"issues in one pass only, {project}")
                self._histories(topics.HISTORY_DRIFT, (project,), ids, told)
        explained = {project: frozenset(evidence.drift_of(project)["id"]) for project in evidence.projects}
        left = cut.unexplained_ids(evidence.projects, evidence.first_pass, evidence.second_pass, explained)
        if left:
            counted = ", ".join(f"{len(ids)} of {project}" for project, ids in left.items())
            message = (
                f"the two passes over the same query differ by issues that nothing explains ({counted}): run again when "
                "nobody edits, or ask Jira's administrator"
            )
            raise ReconciliationError(message, left)

    def log(self) -> None:
        """Ask for Jira's audit log, from a month before the period to its end; an account that may not read it goes on.

        One more question tells whether the log holds older records, so that its silence before can be told from its end.
        """
        dialect, reader = self.reader.dialect, self.reader
        begins = log_asked_from(self.evidence.period)

        def ask(request: Request, topic: Topic = topics.LOG_RECORDS) -> Any:
            entry, answer = reader.answer(topic.of(), request, part=True, may_be_halved=request.half is not None)
            if entry.status != 200:
                raise _UnreadableError
            with reader.reading(entry):
                dialect.read_log(request, answer)
            return answer

        records = Progress(self.tell, "records of the audit log")
        try:
            for _, page in follow_log(dialect, ask, begins, None):
                records.add(len(page.records))
            ask(dialect.log(None, None, begins, size=1), topics.LOG_OLDER)
        except (_UnreadableError, AnswerError):
            return  # kept with the reason

    # 5. numbers

    def settle(self, project: str) -> None:
        """Ask about issues until it is known where the audited numbers of a project begin and end."""
        settled: set[int] = set()
        around = Progress(self.tell, f"neighbours of the period, {project}")
        while True:
            ids = unsettled(self.evidence.present(project), self.evidence.named_highest(project))
            if not ids or settled.issuperset(ids):
                return
            settled.update(ids)
            known = self.evidence.answers.created(project).index
            if self.reader.dialect.HISTORY_WITH_SEARCH:
                # One by one: a search for ids is refused as a whole if one of them has gone meanwhile.
                self.side_by_side(
                    [
                        partial(self._by_identifier, topics.SETTLE.of(project), [str(issue)], ("created",))
                        for issue in ids
                    ]
                )
            else:
                undated = [str(issue) for issue in ids if issue not in known]
                self._by_identifier(topics.SETTLE.of(project), undated, ("created",))
                self._histories(topics.HISTORY_SETTLE, (project, len(settled)), ids, None)
            around.add(len(ids))

    def resolve(self) -> None:
        """Ask for each missing number by its key, until no history that comes with an answer names a higher number."""
        evidence = self.evidence
        asked: set[str] = set()
        while True:
            batches = []
            for project in evidence.projects:
                self.settle(project)
                missing = missing_numbers(evidence.present(project), evidence.named_highest(project))
                keys = [key for key in (f"{project}-{number}" for number in missing) if key not in asked]
                asked.update(keys)
                size = self.reader.dialect.IDENTIFIERS_PER_REQUEST
                batches += [(topics.MISSING.of(project), batch) for batch in _cut(keys, size)]
            if not batches:
                return
            self._ask_keys(batches, Progress(self.tell, "missing numbers", sum(len(keys) for _, keys in batches)))
            self._ask_manner()
            self._find_old_keys(len(asked))

    def _ask_manner(self) -> None:
        """Where a number was refused, ask for one that surely does not exist: it tells whether refused means hidden."""
        refused = self.reader.dialect.refused_numbers()
        asked = self.evidence.answers.entries(topics.MISSING.below())
        projects = {read_topic(entry.topic).text("project") for entry in asked if entry.status in refused}
        for project in sorted(projects & set(self.evidence.projects)):
            self._by_identifier(topics.MANNER.of(project), [f"{project}-{_NEVER_REACHED}"], ("created",))

    def _find_old_keys(self, asked: int) -> None:
        """Ask for what tells which key an issue answered to, of the many asked for at once: its history, else fewer keys."""
        answers, former, tried = self.evidence.answers, self.evidence.former_keys, set[tuple[str, ...]]()
        unread = np.setdiff1d(list(answers.answered_to(former)[1]), answers.known_histories).astype(int).tolist()
        if unread:
            self._histories(topics.HISTORY_MISSING, (asked,), unread, None)
        while True:
            _, left = answers.answered_to(former)
            shared = {issue: common(questions) for issue, questions in left.items()}
            narrower = narrow(
                {issue: keys for issue, keys in shared.items() if keys}, self.reader.dialect.IDENTIFIERS_PER_REQUEST
            )
            # An issue that answers to several of these keys is asked for by each of them.
            narrower += [[key] for issue in left if not shared[issue] for keys in left[issue] for key in keys]
            new = sorted({tuple(keys) for keys in narrower} - tried)
            if not new:  # all is told, or the issues went meanwhile
                return
            tried.update(new)
            self._ask_keys([(topics.MISSING.of(topics.SEVERAL), keys) for keys in new], None)

    def _ask_keys(self, batches: Sequence[tuple[str, Sequence[str]]], progress: Progress | None) -> None:
        def ask(topic: str, keys: Sequence[str]) -> None:
            self._by_identifier(topic, keys, ("created", "issuetype"))
            if progress is not None:
                progress.add(len(keys))

        self.side_by_side([partial(ask, topic, keys) for topic, keys in batches])

    # how it is asked

    def _search(
        self, topic: str, query: str, fields: Sequence[str], progress: Progress, *, history: bool = False
    ) -> None:
        for _, issues in self.reader.search(topic, query, fields, history=history):
            progress.add(len(issues))

    def _by_identifier(self, topic: str, identifiers: Sequence[str], fields: Sequence[str]) -> list[Entry]:
        size, dialect = self.reader.dialect.IDENTIFIERS_PER_REQUEST, self.reader.dialect
        hidden = dialect.refused_numbers()
        statuses = (200, 404, *hidden)
        entries, waiting = [], deque(_cut(identifiers, size))
        while waiting:
            batch = waiting.popleft()
            request = dialect.by_identifier(batch, fields)
            try:
                entry, _ = self.reader.answer(
                    topic, request, allowed=statuses, part=bool(hidden), may_be_halved=len(batch) > 1
                )
            except TooHeavyError:
                waiting.extendleft(reversed(_cut(batch, -(-len(batch) // 2))))
                continue
            if entry.status not in statuses:
                said = refusal(entry.status, entry.headers, self.reader.store.body(entry))
                raise SourceError(f"{request}: {said}")
            entries.append(entry)
        return entries

    def _histories(
        self, topic: Topic, parts: tuple[str | int, ...], ids: Sequence[int], progress: Progress | None
    ) -> None:
        """Ask for histories in batches, each under a topic of its own and followed to its end."""
        size = self.reader.dialect.HISTORIES_PER_REQUEST
        add = progress.add if progress is not None else _tell_nobody
        batches = [ids[start : start + size] for start in range(0, len(ids), size)]
        if len(batches) == 1:
            self.reader.histories(topic.of(*parts), ids, size, add)
            return
        self.side_by_side(
            [
                partial(self.reader.histories, topic.of(*parts, number), batch, size, add)
                for number, batch in enumerate(batches, start=1)
            ]
        )


def identify(reader: JiraReader, topic: str = topics.ACCOUNT.of()) -> None:
    """Ask as whom we are seen; from then on, every answer must be for that account.

    Parameters
    ----------
    reader : JiraReader
    topic : str
        Where the answer is kept; another than usual where the account of an earlier pull is kept too.

    Raises
    ------
    AccountRefusedError
        If Jira does not know the account, or takes it for nobody.
    """
    entry, answer = reader.answer(topic, reader.dialect.myself())
    with reader.reading(entry):
        account = require_members(answer, f"the answer to {entry.request}")
        identity = account.get("accountId") or account.get("key") or account.get("name")
        if not identity:
            raise AccountRefusedError(f"{reader.base_url} answers as to nobody: the credentials were not used")
    reader.account_id = account.get("accountId")
    reader.knows_account = True


def require_browsable(reader: JiraReader, projects: Sequence[str]) -> None:
    """Ask for each project and the account's powers in it.

    A project that answers while its permissions do not is gone on with; what the account may do there is then not known.

    Raises
    ------
    NotBrowsableError
        Naming every project that does not answer, or that the account can't browse.
    SourceError
        If a project now has another key.
    """
    hidden: dict[str, str] = {}
    for key in projects:
        entry, project = reader.answer(topics.PROJECT.of(key), reader.dialect.project(key), part=True)
        if entry.status != 200:
            hidden[key] = refusal(entry.status, entry.headers, reader.store.body(entry))
            continue
        with reader.reading(entry):
            require_members(project, f"the answer to {entry.request}", "key")
        if project["key"] != key:
            message = f"project {key} is now called {project['key']}: list the key of today in the parameter file"
            raise SourceError(message)
        _, told = reader.answer(topics.POWERS.of(key), reader.dialect.powers(key, _ASKED), part=True)
        if granted(told).get("BROWSE_PROJECTS") is False:
            hidden[key] = "the account has not the permission Browse Projects"
            continue
        reader.ask(topics.SECURITY.of(key), reader.dialect.security_levels(key), part=True)
    if hidden:
        why = "; ".join(f"{key}: {words}" for key, words in hidden.items())
        message = (
            f"{reader.base_url}: {', '.join(hidden)} can't be seen by this account (Jira does not say whether a project "
            f"is missing or hidden). Check the key, or give the account the permission Browse Projects\n{why}"
        )
        raise NotBrowsableError(message, list(hidden))


def pull(reader: JiraReader, evidence: Evidence, tell: Tell) -> Evidence:
    """Ask everything that the tables need.

    Parameters
    ----------
    reader : JiraReader
        For the Jira of the parameters; its store is the evidence's.
    evidence : Evidence
        The working folder, with ``data/params.yaml`` written.
    tell : callable
        Is told the progress.

    Returns
    -------
    Evidence
        Opened anew over all that came.

    Raises
    ------
    SourceError
        If Jira can't be reached, can't be trusted, or hides a listed project.
    ReconciliationError
        If the two passes differ in a way that drift does not explain.
    """
    tell("asking who we are", 0, None)
    reader.on_answer = evidence.answers.note
    identify(reader)
    require_browsable(reader, evidence.projects)
    if evidence.params.filter_id is not None:
        _ask_filter(reader, evidence.params.filter_id)
    with ThreadPoolExecutor(CHAINS) as pool:
        asking = Pull(reader, evidence, tell, pool)
        asking.look_around()
        asking.first_pass()
        asking.second_pass()
        asking.histories()
        asking.require_reconciled()
        asking.log()
        asking.resolve()
    return Evidence(evidence.folder, evidence.params, store=reader.store)


def _ask_filter(reader: JiraReader, filter_id: int) -> None:
    """Ask for the filter by which the population is narrowed; without it there is none.

    Raises
    ------
    SourceError
        If it can't be read.
    """
    entry, answer = reader.answer(topics.FILTER.of(), reader.dialect.shared_filter(filter_id), part=True)
    if entry.status != 200:
        why = refusal(entry.status, entry.headers, reader.store.body(entry))
        raise SourceError(
            f"the population can't be narrowed by filter {filter_id}: {why}. Is it shared with this account?"
        )
    with reader.reading(entry):
        require_members(answer, f"the answer to {entry.request}", "jql")


def _cut(keys: Sequence[str], size: int) -> list[Sequence[str]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _tell_nobody(_: int) -> None:
    """Take the progress of what is too short to be told."""


def _zone(name: str) -> ZoneInfo:
    """Return the zone in which Jira reads times in JQL, as far as it tells; any other only makes parts unequal."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")

"""What is asked of Jira, in which order. Every answer is on disk before the next question depends on it.

1. who we are, and what this Jira is; every listed project can be browsed, or nothing is pulled
2. per project: Jira's own count, a pass with fields, a pass for ids only, a pass through the filter if there is one
3. the history of every issue of the first pass
4. per project: a walk over all keys; then the issues that decide where the audited numbers begin and end
5. per project: each missing number, asked for by its key

What must be asked next is computed from what is on disk, by the same code that makes the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from auditlib import jql, numbering, population
from auditlib.errors import AccountRefusedError, NotBrowsableError, ReconciliationError, SourceError
from auditlib.evidence import Evidence, identifiers_of, old_keys
from auditlib.given_out import unsettled
from auditlib.history import key_moves
from auditlib.jira.dialect import POPULATION_FIELDS
from auditlib.jira.reader import JiraReader
from auditlib.raw import Entry, RawStore

Tell = Callable[[str, int, int | None], None]
"""Progress: what is being done, how many are done, of how many (None: not known)."""

POWERS: Final = (
    "BROWSE_PROJECTS",
    "ADMINISTER_PROJECTS",
    "SET_ISSUE_SECURITY",
    "DELETE_ISSUES",
    "MOVE_ISSUES",
    "ADMINISTER",
)
"""Permissions of the account that say what it can see, and what it should not be able to do."""


def identify(reader: JiraReader) -> None:
    """Ask as whom we are seen; from then on, every answer must be for that account.

    Raises
    ------
    AccountRefusedError
        If Jira does not know the account, or takes it for nobody.
    """
    account = reader.store.json(reader.ask("account", reader.dialect.myself()))
    identity = account.get("accountId") or account.get("key") or account.get("name")
    if not identity:
        raise AccountRefusedError(f"{reader.base_url} answers as to nobody: the credentials were not used")
    reader.account_id = account.get("accountId")


def require_browsable(reader: JiraReader, projects: Sequence[str]) -> None:
    """Ask for each project and the account's powers in it.

    Raises
    ------
    NotBrowsableError
        Naming every project that does not answer, is archived, or that the account can't browse.
    SourceError
        If a project now has another key.
    """
    hidden = []
    for key in projects:
        entry = reader.ask(f"project/{key}", reader.dialect.project(key), allowed=(200, 404))
        if entry.status == 404:
            hidden.append(key)
            continue
        project = reader.store.json(entry)
        if project.get("key") != key:
            message = f"project {key} is now called {project.get('key')}: list the key of today in the parameter file"
            raise SourceError(message)
        powers = reader.ask(f"powers/{key}", reader.dialect.powers(key, POWERS), allowed=(200, 404))
        granted = reader.store.json(powers).get("permissions", {}) if powers.status == 200 else {}
        if not granted.get("BROWSE_PROJECTS", {}).get("havePermission"):
            hidden.append(key)
            continue
        reader.ask(f"security/{key}", reader.dialect.security_levels(key), allowed=(200, 403, 404))
    if hidden:
        message = (
            f"{reader.base_url}: {', '.join(hidden)} can't be seen by this account (Jira does not say whether a project "
            "is missing or hidden). Check the key, or give the account the permission Browse Projects"
        )
        raise NotBrowsableError(message, hidden)


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
    params, period = evidence.params, evidence.params.period
    tell("asking who we are", 0, None)
    identify(reader)
    require_browsable(reader, evidence.projects)
    if params.filter_id is not None:
        reader.ask("filter", reader.dialect.shared_filter(params.filter_id))
    for project in evidence.projects:
        total = reader.dialect.read_count(
            reader.store.json(reader.ask(f"count/{project}", reader.dialect.count(jql.count(project, period))))
        )
        query = jql.period_pass(project, period)
        history = reader.dialect.HISTORY_WITH_SEARCH
        _search(reader, f"first_pass/{project}", query, POPULATION_FIELDS, tell, total=total, history=history)
        _search(reader, f"second_pass/{project}", query, ("id",), tell, total=total)
        if evidence.restrictions:
            narrowed = jql.period_pass(project, period, evidence.restrictions)
            _search(reader, f"filter_pass/{project}", narrowed, ("id",), tell)
    _require_reconciled(_reopened(evidence, reader.store))
    if not reader.dialect.HISTORY_WITH_SEARCH:
        ids = sorted(frozenset().union(*_reopened(evidence, reader.store).first_pass.values()))
        _histories(reader, "history/first_pass", ids, tell)
    for project in evidence.projects:
        _search(reader, f"key_walk/{project}", jql.key_walk(project), reader.dialect.WALK_FIELDS, tell)
    for project in evidence.projects:
        _settle(reader, evidence, project, tell)
        _resolve(reader, evidence, project, tell)
    return _reopened(evidence, reader.store)


def _reopened(evidence: Evidence, store: RawStore) -> Evidence:
    """Return the same folder, with nothing computed yet."""
    again = Evidence(evidence.folder, evidence.params)
    again.store = store
    return again


def _search(
    reader: JiraReader,
    topic: str,
    query: str,
    fields: Sequence[str],
    tell: Tell,
    *,
    total: int | None = None,
    history: bool = False,
) -> None:
    done = 0
    for _, issues in reader.search(topic, query, fields, history=history):
        done += len(issues)
        tell(topic.replace("_", " ").replace("/", " "), done, total)


def _histories(reader: JiraReader, topic: str, ids: Sequence[int], tell: Tell) -> None:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        tell("histories", done, len(ids))

    reader.histories(topic, ids, reader.dialect.HISTORIES_PER_REQUEST, told)


def _require_reconciled(evidence: Evidence) -> None:
    """Stop where the passes differ: a population with a hole is worse than none."""
    differences = population.unexplained_ids(evidence.projects, evidence.first_pass, evidence.second_pass, {})
    if differences:
        counted = ", ".join(f"{len(ids)} of {project}" for project, ids in differences.items())
        message = (
            f"the two passes over the same query differ by {counted}: run again when nobody edits, "
            "or ask Jira's administrator"
        )
        raise ReconciliationError(message, differences)


def _settle(reader: JiraReader, evidence: Evidence, project: str, tell: Tell) -> None:
    """Ask about issues until it is known where the audited numbers of a project begin and end."""
    settled: set[int] = set()
    while True:
        current = _reopened(evidence, reader.store)
        ids = unsettled(current.present(project), current.named_highest(project))
        if not ids or settled.issuperset(ids):
            return
        settled.update(ids)
        tell(f"neighbours of the period in {project}", len(settled), None)
        undated = [number for number in ids if number not in current.created.index]
        _by_identifier(reader, f"settle/{project}", [str(number) for number in undated], ("created",))
        reader.histories(f"history/{project}", ids, reader.dialect.HISTORIES_PER_REQUEST, lambda _: None)


def _by_identifier(
    reader: JiraReader, topic: str, identifiers: Sequence[str], fields: Sequence[str]
) -> list[tuple[Entry, Any]]:
    size = reader.dialect.IDENTIFIERS_PER_REQUEST
    answers = []
    for start in range(0, len(identifiers), size):
        request = reader.dialect.by_identifier(identifiers[start : start + size], fields)
        entry = reader.ask(topic, request, allowed=(200, 404))
        answers.append((entry, reader.store.json(entry)))
    return answers


def _resolve(reader: JiraReader, evidence: Evidence, project: str, tell: Tell) -> None:
    """Ask for each missing number by its key, until no history that comes with an answer names a higher number."""
    asked: list[str] = []
    size = max(100, reader.dialect.IDENTIFIERS_PER_REQUEST)
    while True:
        current = _reopened(evidence, reader.store)
        missing = numbering.missing_numbers(current.present(project), current.named_highest(project))
        keys = [key for key in (f"{project}-{number}" for number in missing) if key not in set(asked)]
        if not keys:
            return
        asked += keys
        for start in range(0, len(keys), size):
            _ask_missing(reader, f"missing/{project}", keys[start : start + size])
            tell(f"missing numbers of {project}", min(start + size, len(keys)), len(keys))


def _ask_missing(reader: JiraReader, topic: str, keys: Sequence[str]) -> None:
    """Ask for keys; halve the question where neither it nor the history tells which key an issue answers to."""
    fields = ("created", "issuetype")
    for entry, answer in _by_identifier(reader, topic, keys, fields):
        found = reader.dialect.read_by_identifier(entry.status, answer)
        asked = identifiers_of(entry)
        if not found or len(asked) == 1:
            continue
        ids = sorted(int(issue["id"]) for issue in found)
        reader.histories(f"history/{topic}", ids, reader.dialect.HISTORIES_PER_REQUEST, lambda _: None)
        histories: dict[int, list[Any]] = {}
        for _, log in reader.store.answers(f"history/{topic}"):
            for number, entries in reader.dialect.read_histories(log).by_issue.items():
                histories.setdefault(number, []).extend(entries)
        moves = key_moves(histories.items())
        if any(issue["key"] not in asked and not old_keys(issue, asked, moves) for issue in found):
            middle = len(asked) // 2
            _ask_missing(reader, topic, asked[:middle])
            _ask_missing(reader, topic, asked[middle:])

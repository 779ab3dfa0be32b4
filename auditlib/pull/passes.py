"""The passes over the issues of the period, and before them, where the issues lie; what is in one pass only is explained."""

from __future__ import annotations

from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from auditlib.audit.population import cut
from auditlib.errors import ReconciliationError
from auditlib.jira import jql
from auditlib.jira.protocol import POPULATION_FIELDS
from auditlib.pull.partition import boundaries, clauses, probe_ids, share_parts
from auditlib.pull.session import CHAINS, Progress, Session
from auditlib.responses import topics
from auditlib.responses.topic import Topic

_NEW_MEANWHILE: Final = 10_000
"""Issues that may be new in a project since all its keys were asked for."""


def look_around(session: Session) -> None:
    """Ask, for each project, Jira's count, all its keys, and the times of a few issues."""
    keys = Progress(session.tell, "keys")
    dialect, projects = session.reader.dialect, session.evidence.projects
    walks = [
        partial(session.search, topics.KEY_WALK.of(project), jql.key_walk(project), dialect.WALK_FIELDS, keys)
        for project in projects
    ]
    session.side_by_side([*walks, *(partial(_count, session, project) for project in projects)])
    if "created" not in dialect.WALK_FIELDS:
        session.side_by_side([partial(_probe, session, project) for project in projects])


def _count(session: Session, project: str) -> None:
    request = session.reader.dialect.count(jql.count(project, session.evidence.period))
    entry, answer = session.reader.answer(topics.COUNT.of(project), request, part=True)
    if entry.status == 200:
        with session.reader.reading(entry):
            session.reader.dialect.read_count(answer)


def _probe(session: Session, project: str) -> None:
    ids = probe_ids(list(session.evidence.answers.walk(project)["id"]), frozenset())
    session.by_identifier(topics.PROBE.of(project), [str(issue) for issue in ids], ("created",))


def first_pass(session: Session) -> None:
    """Ask for the issues of the period with their fields, in parts of about equal size."""
    evidence, period = session.evidence, session.evidence.period
    dialect = session.reader.dialect
    zone = _zone(evidence.site.account_zone)
    expected = evidence.passes.expected
    parts = share_parts(expected, dialect.FIELDS_PAGE, CHAINS)
    fields = (*POPULATION_FIELDS, *evidence.control_fields.wanted)
    issues = Progress(session.tell, "issues", sum(expected.values()))
    questions = []
    for project in evidence.projects:
        dated = evidence.answers.created(project).sort_values()
        most = _most(session, project)
        for number, clause in enumerate(clauses(boundaries(dated, period, parts[project]), zone), start=1):
            query = jql.period_pass(project, period, clause)
            topic = topics.FIRST_PASS.of(project, number)
            history = dialect.HISTORY_WITH_SEARCH
            search = partial(session.search, topic, query, fields, issues, history=history, most=most)
            questions.append(search)
    session.side_by_side(questions)


def second_pass(session: Session) -> None:
    """Ask once more, for ids only; for those that the JQL or filter of the parameters lets pass; and for test issues."""
    evidence, period = session.evidence, session.evidence.period
    narrowed: dict[Topic, tuple[tuple[str, ...], Progress]] = {
        topics.SECOND_PASS: ((), Progress(session.tell, "ids once more", sum(evidence.passes.expected.values())))
    }
    if evidence.passes.restrictions:
        narrowed[topics.FILTER_PASS] = (
            evidence.passes.restrictions,
            Progress(session.tell, "ids that the filter lets pass"),
        )
    if evidence.params.test_issue_jql:
        narrowed[topics.TEST_ISSUES] = (
            (evidence.params.test_issue_jql,),
            Progress(session.tell, "ids of test issues"),
        )
    fields = session.reader.dialect.SECOND_PASS_FIELDS
    session.side_by_side(
        [
            partial(
                session.search,
                topic.of(project),
                jql.period_pass(project, period, more),
                fields,
                ids,
                most=_most(session, project),
            )
            for topic, (more, ids) in narrowed.items()
            for project in evidence.projects
        ]
    )


def _most(session: Session, project: str) -> int:
    """Return how many issues a pass may bring, twice counted ones among them: all that the project holds, and some."""
    walked = sum(len(digest.ids) for _, digest in session.evidence.answers.digests(topics.KEY_WALK.of(project)))
    return 2 * walked + _NEW_MEANWHILE


def require_reconciled(session: Session) -> None:
    """Ask why issues are in one pass only, and stop where nothing explains it: a hole is worse than no population.

    Raises
    ------
    ReconciliationError
        With the ids that nothing explains, by project.
    """
    evidence = session.evidence
    for project, ids in cut.unexplained_ids(
        evidence.projects, evidence.passes.first, evidence.passes.second, {}
    ).items():
        session.by_identifier(topics.DRIFT.of(project), [str(issue) for issue in ids], ("created",))
        if not session.reader.dialect.HISTORY_WITH_SEARCH:
            told = Progress(session.tell, f"issues in one pass only, {project}")
            session.histories(topics.HISTORY_DRIFT, (project,), ids, told)
    explained = {project: frozenset(evidence.passes.drift_of(project)["id"]) for project in evidence.projects}
    left = cut.unexplained_ids(evidence.projects, evidence.passes.first, evidence.passes.second, explained)
    if left:
        counted = ", ".join(f"{len(ids)} of {project}" for project, ids in left.items())
        message = (
            f"the two passes over the same query differ by issues that nothing explains ({counted}): run again when "
            "nobody edits, or ask Jira's administrator"
        )
        raise ReconciliationError(message, left)


def _zone(name: str) -> ZoneInfo:
    """Return the zone in which Jira reads times in JQL, as far as it tells; any other only makes parts unequal."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")

"""The numbers: which issues decide where the audited ones begin and end, and what answers to each missing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from auditlib.audit.numbering.issued import unsettled
from auditlib.audit.numbering.key_search import common, split_candidates
from auditlib.audit.numbering.witnesses import missing_numbers
from auditlib.errors import UsageError
from auditlib.phrases import counted
from auditlib.pull.session import Progress, Session, batches_of
from auditlib.responses import topics
from auditlib.responses.topics import read_topic

_NEVER_REACHED: Final = 999_999_999
"""A number that no project has given out."""


def settle(session: Session) -> None:
    """Ask about issues until it is known where the audited numbers of each project begin and end, projects side by side."""
    settled: dict[str, set[int]] = {project: set() for project in session.evidence.projects}
    around = Progress(session.tell, "neighbours of the period")
    while True:
        # All of a round is found out before any of it is asked: it depends on what is on disk, not on what comes first.
        left = {project: _unsettled(session, project) for project in settled}
        new = {project: ids for project, ids in left.items() if not settled[project].issuperset(ids)}
        if not new:
            return
        for project, ids in new.items():
            settled[project].update(ids)
        session.side_by_side(
            [
                question
                for project, ids in new.items()
                for question in _neighbours(session, project, ids, len(settled[project]))
            ]
        )
        around.add(sum(map(len, new.values())))


def _unsettled(session: Session, project: str) -> list[int]:
    """Return the issues of a project that are still to be asked about."""
    return unsettled(session.evidence.numbers.present(project), session.evidence.witnesses.named_highest(project))


def _neighbours(session: Session, project: str, ids: Sequence[int], settled: int) -> list[Callable[[], object]]:
    """Return what asks when issues were created, and for their histories."""
    if session.reader.dialect.HISTORY_WITH_SEARCH:
        # One by one: a search for ids is refused as a whole if one of them has gone meanwhile.
        return [partial(session.by_identifier, topics.SETTLE.of(project), [str(issue)], ("created",)) for issue in ids]
    known = session.evidence.answers.created(project).index
    undated = [str(issue) for issue in ids if issue not in known]
    return [
        partial(session.by_identifier, topics.SETTLE.of(project), undated, ("created",)),
        *session.history_questions(topics.HISTORY_SETTLE, (project, settled), ids, None),
    ]


def resolve(session: Session) -> None:
    """Ask for each missing number by its key, until no history that comes with an answer names a higher number."""
    evidence = session.evidence
    asked: set[str] = set()
    while True:
        settle(session)
        batches = []
        for project in evidence.projects:
            missing = missing_numbers(evidence.numbers.present(project), evidence.witnesses.named_highest(project))
            keys = [key for key in (f"{project}-{number}" for number in missing) if key not in asked]
            asked.update(keys)
            size = session.reader.dialect.IDENTIFIERS_PER_REQUEST
            batches += [(topics.MISSING.of(project), batch) for batch in batches_of(keys, size)]
        if not batches:
            return
        _require_allowed(session, batches)
        _ask_keys(session, batches, Progress(session.tell, "missing numbers", sum(len(keys) for _, keys in batches)))
        _ask_manner(session)
        _find_old_keys(session, len(asked))


def _require_allowed(session: Session, batches: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Refuse to ask more questions than whoever runs it has allowed.

    Raises
    ------
    UsageError
        Saying how many there would be, and how to allow them.
    """
    if len(batches) <= session.most_questions:
        return
    keys = [key for _, of_batch in batches for key in of_batch]
    raise UsageError(
        f"{counted(len(keys), 'number')} from {keys[0]} to {keys[-1]} did not answer, and would be asked for by "
        f"{counted(len(batches), 'question')}, more than {session.most_questions:,}: look whether a project or record with such "
        f"a number is right, then allow them with --most-questions {len(batches)}; with --resume nothing is asked twice"
    )


def _ask_manner(session: Session) -> None:
    """Where a number was refused, ask for one that surely does not exist: it tells whether refused means hidden."""
    refused = session.reader.dialect.refused_numbers()
    asked = session.evidence.answers.entries(topics.MISSING.below())
    projects = {read_topic(entry.topic).text("project") for entry in asked if entry.status in refused}
    session.side_by_side(
        [
            partial(session.by_identifier, topics.MANNER.of(project), [f"{project}-{_NEVER_REACHED}"], ("created",))
            for project in sorted(projects & set(session.evidence.projects))
        ]
    )


def _find_old_keys(session: Session, asked: int) -> None:
    """Ask for what tells which key an issue answered to, of the many asked for at once: its history, else fewer keys."""
    answers, former, tried = session.evidence.answers, session.evidence.provenance.former_keys, set[tuple[str, ...]]()
    unread = np.setdiff1d(list(answers.answered_to(former)[1]), answers.known_histories).astype(int).tolist()
    if unread:
        session.histories(topics.HISTORY_MISSING, (asked,), unread, None)
    while True:
        _, left = answers.answered_to(former)
        shared = {issue: common(questions) for issue, questions in left.items()}
        narrower = split_candidates(
            {issue: keys for issue, keys in shared.items() if keys}, session.reader.dialect.IDENTIFIERS_PER_REQUEST
        )
        # An issue that answers to several of these keys is asked for by each of them.
        narrower += [[key] for issue in left if not shared[issue] for keys in left[issue] for key in keys]
        new = sorted({tuple(keys) for keys in narrower} - tried)
        if not new:  # all is told, or the issues went meanwhile
            return
        tried.update(new)
        _ask_keys(session, [(topics.MISSING.of(topics.SEVERAL), keys) for keys in new], None)


def _ask_keys(session: Session, batches: Sequence[tuple[str, Sequence[str]]], progress: Progress | None) -> None:
    def ask(topic: str, keys: Sequence[str]) -> None:
        session.by_identifier(topic, keys, ("created", "issuetype"))
        if progress is not None:
            progress.add(len(keys))

    session.side_by_side([partial(ask, topic, keys) for topic, keys in batches])

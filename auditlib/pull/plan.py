"""What is asked of Jira, in which order. Every answer is on disk before the next question depends on it.

1. who we are, and what this Jira is; every listed project can be browsed, or nothing is pulled
2. per project: Jira's own count, a walk over all keys, and the creation times of a few issues, to know where they lie; which
   fields there are, if control tests look at some
3. a pass with fields over the period, in parts side by side; then a pass for ids only, and one through the filter
4. the history of every issue of the first pass, by itself where only a part came along; why issues are in one pass only,
   if there are any; what control tests need beside, linked issues and approvals; the audit log; on Cloud the events of the
   workspace; the workflows of the listed projects
5. of all projects: the issues that decide where the audited numbers begin and end, then each missing number by its key
6. who may do what: permission schemes, and the roles, groups and people that their grants lead to; when those were last active

What must be asked next is computed from what is on disk, by the same code that makes the tables. Within a step, questions
that don't depend on each other are asked side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from auditlib.evidence.opened import Evidence
from auditlib.jira.client import JiraReader
from auditlib.pull.access import ask_filter, identify, require_browsable
from auditlib.pull.control_fields import ask_fields
from auditlib.pull.follow_ups import ask_follow_ups
from auditlib.pull.histories import ask_histories
from auditlib.pull.last_seen import ask_last_seen
from auditlib.pull.log import ask_log
from auditlib.pull.numbers import resolve
from auditlib.pull.passes import first_pass, look_around, require_reconciled, second_pass
from auditlib.pull.permissions import ask_permissions
from auditlib.pull.request_approvals import ask_request_approvals
from auditlib.pull.session import CHAINS, MOST_QUESTIONS, Session, Tell, tell_waits
from auditlib.pull.workflows import ask_workflows
from auditlib.pull.workspace_events import ask_workspace_events

STEPS: Final[tuple[Callable[[Session], None], ...]] = (
    look_around,  # 2
    ask_fields,
    first_pass,  # 3
    second_pass,
    ask_histories,  # 4
    require_reconciled,
    ask_follow_ups,
    ask_request_approvals,
    ask_log,
    ask_workspace_events,
    ask_workflows,
    resolve,  # 5
    ask_permissions,  # 6
    ask_last_seen,
)
"""What is asked once we are known, in this order; each step asks what the answers before it leave open."""


def pull(reader: JiraReader, evidence: Evidence, tell: Tell, most_questions: int = MOST_QUESTIONS) -> Evidence:
    """Ask everything that the tables need.

    Parameters
    ----------
    reader : JiraReader
        For the Jira of the parameters; its store is the evidence's.
    evidence : Evidence
        The working folder, with ``data/params.yaml`` written.
    tell : callable
        Is told the progress.
    most_questions : int
        That may be spent on missing numbers.

    Returns
    -------
    Evidence
        Opened anew over all that came.

    Raises
    ------
    SourceError
        If Jira can't be reached, can't be trusted, or hides a listed project.
    UsageError
        If missing numbers would take more questions.
    ReconciliationError
        If the two passes differ in a way that drift does not explain.
    """
    tell("asking who we are", 0, None)
    tell_waits(reader, tell)
    reader.on_answer = evidence.answers.note
    identify(reader)
    require_browsable(reader, evidence.projects)
    if evidence.params.filter_id is not None:
        ask_filter(reader, evidence.params.filter_id)
    with ThreadPoolExecutor(CHAINS) as pool:
        session = Session(reader, evidence, tell, pool, most_questions)
        for step in STEPS:
            step(session)
    return Evidence(evidence.folder, evidence.params, store=reader.store)

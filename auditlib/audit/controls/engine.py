"""The engine: runs control tests on an issue, and shares among them what is worked out once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from auditlib.audit.controls.bursts import Bursts
from auditlib.audit.controls.case import Case, Context, Rule
from auditlib.audit.controls.concerned import outside
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Course
from auditlib.audit.controls.rules.after import done_in, nothing_changed_after, written_at_the_time
from auditlib.audit.controls.rules.approval import approval_still_stood, approved_before_go, approved_was_done
from auditlib.audit.controls.rules.approver import entitled_approver, independent_approver, two_approvals
from auditlib.audit.controls.rules.deployments import matches_deployment
from auditlib.audit.controls.rules.incidents import in_time_for_first_priority, in_time_for_severity
from auditlib.audit.controls.rules.review import emergency_reviewed
from auditlib.audit.controls.rules.root_cause import root_cause_followed_up
from auditlib.audit.controls.rules.steps import steps_in_order
from auditlib.audit.controls.rules.tested import tested_before_go
from auditlib.audit.controls.rules.work import authorised_before_work
from auditlib.audit.controls.subject import NOT_APPLICABLE, Subject
from auditlib.audit.controls.trail import Trail
from auditlib.params.controls import ControlTest

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "approved_before_go": approved_before_go,
        "approval_still_stood": approval_still_stood,
        "approved_was_done": approved_was_done,
        "independent_approver": independent_approver,
        "entitled_approver": entitled_approver,
        "tested_before_go": tested_before_go,
        "authorised_before_work": authorised_before_work,
        "emergency_reviewed": emergency_reviewed,
        "steps_in_order": steps_in_order,
        "in_time_for_severity": in_time_for_severity,
        "root_cause_followed_up": root_cause_followed_up,
        "in_time_for_first_priority": in_time_for_first_priority,
        "two_approvals": two_approvals,
        "nothing_changed_after": nothing_changed_after,
        "written_at_the_time": written_at_the_time,
        "matches_deployment": matches_deployment,
    }
)
"""Every rule that looks at one issue, by its name in the library."""


def test_issue(subject: Subject, controls: Iterable[ControlTest], context: Context) -> list[Result]:
    """Test an issue by every control that looks at issues.

    Parameters
    ----------
    subject : Subject
    controls : iterable of ControlTest
        Those whose rule looks at something else are passed over.
    context : Context
        What all issues share; one for all of them, so that it is worked out once.

    Returns
    -------
    list of Result
        In the order of the controls: of each, a row for each round that is judged, or one that says why there is none.
    """
    found: list[Result] = []
    for rule, case in _cases(subject, controls, context):
        other = outside(subject, case.test.given.applies_to, context.called)
        found += [case.result(NOT_APPLICABLE, other)] if other else rule(case)
    return found


test_issue.__test__ = False  # type: ignore[attr-defined]


def find_bursts(subjects: Iterable[Subject], controls: Iterable[ControlTest], context: Context) -> Bursts | None:
    """Look through all issues for what was done in bursts (CT-21); None where no control asks for it.

    Parameters
    ----------
    subjects : iterable of Subject
        Of the whole population; only instants are kept of them.
    controls : iterable of ControlTest
    context : Context
        As for `test_issue`, whose own then has what is found: ``replace(context, bursts=find_bursts(…))``.
    """
    asked = [test for test in controls if RULES.get(test.rule) is written_at_the_time]
    if not asked:
        return None
    # Two of these controls may mean the same gates, which count once.
    return Bursts(
        done
        for subject in subjects
        for done in dict.fromkeys(done for _, case in _cases(subject, asked, context) for done in done_in(case))
    )


def _cases(subject: Subject, controls: Iterable[ControlTest], context: Context) -> Iterator[tuple[Rule, Case]]:
    """Yield each control that looks at issues with its rule; controls of one workflow share the rounds."""
    trail = Trail(subject.steps)
    courses: dict[int, Course] = {}
    for test in controls:
        rule = RULES.get(test.rule)
        if rule is None:
            continue
        statuses = context.statuses(test.workflow)
        course = courses.get(id(statuses))
        if course is None:
            course = courses[id(statuses)] = Course(subject, trail, statuses)
        yield rule, Case(subject, test, context, trail, statuses, course)

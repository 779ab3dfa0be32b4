"""What each control must say: of the issues of the change process, and of the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from auditlib.demo.story.process.access import SPANS, SPANS_OF_CENTER
from auditlib.demo.story.process.case import EXCEPTION, NO_EVIDENCE, PASS, Outcomes
from auditlib.demo.story.scenery import PROCESS
from auditlib.demo.world.truth import Access

_Known = dict[str, dict[str, tuple[str, ...]]]

_WORKFLOWS: Final[Outcomes] = {
    "Change Process, before version 2": NO_EVIDENCE,
    "Change Process, version 2": EXCEPTION,
    "Change Workflow, before version 6": NO_EVIDENCE,
    "Change Workflow, version 6": PASS,
    "Change Workflow, version 8": PASS,
}
_WORKFLOWS_OF_CENTER: Final[Outcomes] = {"Change Process": NO_EVIDENCE, "Change Workflow": NO_EVIDENCE}

_TICKETED: Final = ("workflow updated", "scheme swapped")
_WITHOUT_TICKET: Final = ("field created", "grant added", "grant removed", "role given", "administrators made")


def expected(
    cases: Mapping[str, tuple[str, tuple[Outcomes, Outcomes]]], access: Access, of_people: Mapping[str, _Known]
) -> dict[str, dict[str, dict[str, tuple[str, ...]]]]:
    """Return what the controls say, by dialect, control and key.

    Parameters
    ----------
    cases : mapping
        By name of the case, the key of its issue and what is said of it on Cloud and on Data Center.
    access : Access
        The planted records of the log.
    of_people : mapping
        What the controls say that look at lists of people, by dialect.
    """
    found = {
        "cloud": _known([(key, both[0]) for key, both in cases.values()], SPANS, _WORKFLOWS, access),
        "data-center": _known(
            [(key, both[1]) for key, both in cases.values()], {**SPANS, **SPANS_OF_CENTER}, _WORKFLOWS_OF_CENTER, access
        ),
    }
    return {dialect: dict(sorted({**known, **of_people[dialect]}.items())) for dialect, known in found.items()}


def _known(
    of_issues: list[tuple[str, Outcomes]], spans: Outcomes, workflows: Outcomes, access: Access
) -> dict[str, dict[str, tuple[str, ...]]]:
    found: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for key, said in of_issues:
        for control, outcomes in said.items():
            found[control][key] = _several(outcomes)
    found["CT-16"] = {name: _several(one) for name, one in spans.items()}
    found["CT-18"] = {name: _several(one) for name, one in workflows.items()}
    found["CT-19"] = {
        "audit log": (NO_EVIDENCE,),
        **{f"log {access.planted[name]}": (PASS,) for name in _TICKETED},
        **{f"log {access.planted[name]}": (EXCEPTION,) for name in _WITHOUT_TICKET},
    }
    found["CT-22"] = {PROCESS: (PASS,), "PAY": (EXCEPTION,)}
    return dict(sorted(found.items()))


def _several(outcomes: str | tuple[str, ...]) -> tuple[str, ...]:
    return (outcomes,) if isinstance(outcomes, str) else outcomes

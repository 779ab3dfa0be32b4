"""The library of control tests, and what the parameters make of it: each control with its defaults and regions.

A control is a file in ``params/library/``: what it asks, what it takes, what its outcomes mean. Nothing else in the code
repeats a word of it; the pages of the documentation are written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import yaml
from pydantic import Field

from auditlib.params.controls import REGIONS, Control, ControlTest, Workflow
from auditlib.params.sizes import Record

FOLDER: Final = Path(__file__).with_name("library")

ALWAYS: Final = ("id", "name")
"""Keys that each control takes."""

# The library ---------------------------------------------------------------------------------------------------------


class Criterion(Record):
    """A criterion that a control answers to."""

    criterion: str
    """Its number among the trust services criteria: `CC8.1`; or, where it has none, what it serves."""
    focus: tuple[int, ...] = ()
    """Its points of focus, by their places in the criterion's list."""


class Outcomes(Record):
    """What each outcome of a control means; one that it never has is left out."""

    passed: str = Field(alias="pass")
    """It held."""
    exception: str | None = None
    """It did not."""
    no_evidence: str | None = Field(default=None, alias="no evidence")
    """It can't be shown: counts as a deviation."""
    not_applicable: str | None = Field(default=None, alias="not applicable")
    """It was not to be tested."""


class Entry(Record):
    """One control of the library."""

    id: str
    title: str
    criteria: tuple[Criterion, ...]
    question: str
    """What is asked of each issue, or of whatever else it looks at."""
    rule: str
    """Name of the rule that tests it."""
    looks_at: str
    """What a row of its outcomes is about: a round of an issue, or another thing."""
    how: str
    """The rule in words."""
    takes: Mapping[str, Any]
    """The keys that it takes, each with its default; null where it has none, or where `workflow` has it."""
    needs: tuple[tuple[str, ...], ...] = ()
    """Of each of these groups of keys at least one must be given."""
    reads: str | None = None
    """The parameter without which it is not applicable."""
    example: str
    """How it stands in the list of `controls`, as YAML."""
    evidence: str
    """What of Jira's answers it reads, and what must be readable for it."""
    outcomes: Outcomes
    proves: str
    does_not_prove: str
    on_exception: str
    """What to do with an exception."""

    @property
    def criterion(self) -> str:
        """The criteria in one line: ``CC6.3, CC8.1``."""
        return ", ".join(one.criterion for one in self.criteria)

    @property
    def defaults(self) -> dict[str, Any]:
        """The keys that have a default, with it."""
        return {key: value for key, value in self.takes.items() if value is not None}


@cache
def ids() -> tuple[str, ...]:
    """Return the ids of all controls of the library, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def entry(control: str) -> Entry:
    """Return a control of the library by its id, one of `ids`."""
    text = (FOLDER / f"{control}.yaml").read_text(encoding="utf-8")
    return Entry.model_validate(yaml.safe_load(text))


# What an audit makes of it -------------------------------------------------------------------------------------------


class Choice(Protocol):
    """What of the parameters is asked for here."""

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls that are tested."""

    @property
    def workflow(self) -> Workflow | None:
        """Which statuses mean what, for all of them."""


def regions(control: Control, workflow: Workflow | None) -> Workflow:
    """Return the regions that hold for a control: those of its own, the others from the parameter file.

    A control whose approvals are those of a field or of Jira Service Management has statuses as gates only if it names
    some itself. Controls that name no region have one workflow, so that the rounds of an issue are worked out once for them.
    """
    general = workflow or Workflow()
    own = {name: getattr(control, name) for name in REGIONS}
    if own["gate"] is None and (control.gate_field is not None or control.approvals):
        own["gate"] = ()
    given = {name: value for name, value in own.items() if value is not None}
    return general.model_copy(update=given) if given else general


def resolve(params: Choice) -> tuple[ControlTest, ...]:
    """Return the control tests that the parameters ask for, in the order of the file.

    Parameters
    ----------
    params : Parameters
        Checked; its controls hold the library's defaults.
    """
    return tuple(_test(control, params.workflow) for control in params.controls)


def _test(control: Control, workflow: Workflow | None) -> ControlTest:
    known = entry(control.id)
    return ControlTest(
        id=control.id,
        label=control.label,
        title=known.title,
        criterion=known.criterion,
        question=known.question,
        rule=known.rule,
        given=control,
        workflow=regions(control, workflow),
    )

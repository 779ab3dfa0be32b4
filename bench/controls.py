"""What it costs to test controls on every issue of a population: CT-01 to CT-04, which share an issue's rounds.

    make bench-controls

Measured is processor time: of an issue's history, as it was read, to the rows of its controls, with their words. Issues are
made up in batches beside the clock, and nothing is kept of them; of the rows, that they were there. The floor of the same run is
what nobody can leave out: every entry of the history looked at once, its time taken, and one row an issue and control put into
words. Memory is the highest that the process held, beside what it held before.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import Person, Subject, Value
from auditlib.params.controls import Control, ControlTest, Workflow
from auditlib.records.actors import PERSON
from auditlib.records.history import Change

ALLOWED = {20_000: 2.0, 1_000_000: 60.0}
"""Issues and the seconds that they may take."""

MOST_MEGABYTES = 2_000.0
BATCH = 2_000
BORN = datetime(2026, 4, 1, tzinfo=UTC)
BEGINS, ENDS = datetime(2026, 4, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
RULES = {
    "CT-01": "approved_before_go",
    "CT-02": "approval_still_stood",
    "CT-03": "approved_was_done",
    "CT-04": "independent_approver",
}
WORKFLOW = Workflow(gate=("Approved",), working=("In Progress",), testing=("Testing",), done=("Done",))
PEOPLE = [Person(f"u{number}", f"Person {number}") for number in range(40)]
WAYS = (
    "Open > In Progress > Testing > Approved > Done",
    "Open > In Progress > Testing > Approved > In Progress > Approved > Done",
    "Open > In Progress > Approved > In Progress > Done",
    "Open > In Progress > Done > Approved > Done",
    "Open > In Progress > Testing",
)
"""How issues went, in turn."""


def tests() -> tuple[ControlTest, ...]:
    """Return the four controls, of one workflow."""
    return tuple(
        ControlTest(one, one, one, "CC8.1", "Is it?", rule, Control.model_validate({"id": one}), WORKFLOW)
        for one, rule in RULES.items()
    )


def subject(number: int) -> Subject:
    """Return an issue with seven to nine changes: statuses, assignee, fields."""
    rita, ben, ada = (PEOPLE[(number * step) % 40] for step in (1, 7, 11))
    steps: list[Change] = []

    def add(who: Person, field: str, before: str, after: str, ids: tuple[str, str] = ("", "")) -> None:
        place, at = len(steps), BORN + timedelta(minutes=number % 500_000, hours=len(steps))
        entry = number * 16 + place
        steps.append(Change(entry, at, who.name, who.id, field, field, ids[0], before, ids[1], after, kind=PERSON))

    add(rita, "assignee", "", ben.name, ("", ben.id))
    add(rita, "description", "", "What is to be done, in a sentence or two.")
    for before, after in pairwise(WAYS[number % len(WAYS)].split(" > ")):
        add(ada if after == "Approved" else ben, "status", before, after)
    add(ben, "Rank", "", "Ranked higher")
    if number % 10 == 0:
        add(ben, "summary", "Move the ledger", "Move the ledger, and the journal")
    fields = {
        "creator": Value("Creator", rita.name, (rita,)),
        "reporter": Value("Reporter", rita.name, (rita,)),
        "assignee": Value("Assignee", ben.name, (ben,)),
    }
    status = next(one.after_text for one in reversed(steps) if one.field == "status")
    return Subject(
        f"PAY-{number}", "PAY", "Change", status, BORN, ENDS, steps, fields, period_begins=BEGINS, period_ends=ENDS
    )


def batches(count: int) -> Iterator[list[Subject]]:
    """Yield made-up issues, some at a time."""
    for first in range(1, count + 1, BATCH):
        yield [subject(number) for number in range(first, min(first + BATCH, count + 1))]


def floor(some: Sequence[Subject], controls: Sequence[ControlTest]) -> int:
    """Do what nobody can leave out, and return how many entries were looked at."""
    seen = 0
    for one in some:
        last = one.steps[-1]
        for step in one.steps:
            seen += step.at.timestamp() > 0  # type: ignore[union-attr] # all are instants here
        for test in controls:
            shown = f"history {last.history_id}: {last.after_text} {last.at.isoformat()} by {last.author}"  # type: ignore[union-attr]
            Result(test.label, one.key, 1, "pass", last.at, shown)
    return seen


def measure(count: int) -> tuple[float, float, Counter[str]]:
    """Return the seconds of the tests and of the floor, and how often each outcome came."""
    controls, context = tests(), Context()
    spent, least, outcomes = 0.0, 0.0, Counter[str]()
    for some in batches(count):
        began = time.process_time()
        floor(some, controls)
        least += time.process_time() - began
        began = time.process_time()
        for one in some:
            for row in test_issue(one, controls, context):
                outcomes[row.outcome] += 1
        spent += time.process_time() - began
    return spent, least, outcomes


def held() -> float:
    """Return the most memory that the process held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure, say what it took, and end with 1 if it was more than it may."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--issues", type=int, action="append", help="how many; 20,000 and 1,000,000 if left out")
    options.add_argument("--quick", action="store_true", help="only 2,000, to see that it works")
    given = options.parse_args()
    before, over = held(), False
    for count in given.issues or ((2_000,) if given.quick else ALLOWED):
        spent, least, outcomes = measure(count)
        memory = held() - before
        allowed = ALLOWED.get(count, count * ALLOWED[20_000] / 20_000)
        over = over or spent > allowed or memory > MOST_MEGABYTES
        told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
        sys.stdout.write(
            f"{count:,} issues × {len(RULES)} controls: {spent:.2f} s, {spent / least:.1f} times the floor of {least:.2f} s, "
            f"{1e6 * spent / count:.0f} µs an issue, {memory:.0f} MB; allowed {allowed:.1f} s and {MOST_MEGABYTES:.0f} MB. "
            f"Rows: {told}\n"
        )
    return int(over)


if __name__ == "__main__":
    sys.exit(main())

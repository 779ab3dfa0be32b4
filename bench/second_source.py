"""What the reconciliation with a second source costs: many issues beside many deployments.

    make bench-second-source

Measured is processor time: the file read and its keys found, each issue put beside the rows that name it and their
approvals, the table made. What the engine works out of each history for all controls together, its course through the
statuses, is not counted. The floor of the same run is what nobody can leave out: Python's own ``csv`` over the file, and one
plain search for keys in each of its texts. Memory is the highest that the process held, beside what it held before.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from auditlib.audit.controls.case import Case, Context
from auditlib.audit.controls.match import Deployment, Match
from auditlib.audit.controls.rounds import Course
from auditlib.audit.controls.rules.deployments import matches, rounds_of
from auditlib.audit.controls.site.deployments import read_deployments
from auditlib.audit.controls.site.second_source import NOT_FOUND, second_source_table, tickets_of
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.audit.controls.subject import Person, Subject
from auditlib.audit.controls.trail import Trail
from auditlib.memory import undisturbed
from auditlib.params.controls import Control, ControlTest, Workflow
from auditlib.params.second_source import SecondSource
from auditlib.records.actors import PERSON
from auditlib.records.history import Change
from auditlib.run.workbook import hard_at_work
from auditlib.times import Period

MOST_SECONDS, MOST_MEGABYTES = 3.0, 500.0
ZONE = ZoneInfo("Europe/Berlin")
PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZONE)
BORN = datetime(2026, 4, 1, tzinfo=UTC)
BEGINS, ENDS = PERIOD.begins, PERIOD.ends
WORKFLOW = Workflow(gate=("Approved",), working=("In Progress",), done=("Done",))
TEST = ControlTest(
    "CT-09",
    "CT-09",
    "match",
    "CC8.1",
    "Match?",
    "matches_deployment",
    Control.model_validate({"id": "CT-09"}),
    WORKFLOW,
)
SOURCE = SecondSource.model_validate(
    {"name": "builds", "file": "builds.csv", "key_from": ["branch", "title", "message"], "time": "at", "ref": "build"}
)
PEOPLE = [Person(f"u{number}", f"Person {number}") for number in range(40)]


def subject(number: int) -> Subject:
    """Return an issue that was approved and done."""
    steps = []
    way = ("Open", "In Progress", "Approved", "Done")
    for place, (before, after) in enumerate(pairwise(way)):
        who, at = PEOPLE[(number + place) % 40], BORN + timedelta(minutes=number, hours=place)
        steps.append(
            Change(
                number * 4 + place, at, who.name, who.id, "status", "status", before, before, after, after, kind=PERSON
            )
        )
    return Subject(
        f"PAY-{number}", "PAY", "Change", "Done", BORN, BORN, steps, {}, period_begins=BEGINS, period_ends=ENDS
    )


def file_of(count: int) -> str:
    """Return a file of deployments: of twenty one names no issue, one names a number that is not there, one names two."""
    lines = ["build,branch,title,message,environment,at"]
    for number in range(1, count + 1):
        at = BORN + timedelta(minutes=number, hours=1, seconds=90)
        key = {0: "no ticket", 1: f"PAY-{number + 2 * count}"}.get(number % 20, f"PAY-{number}")
        more = f" and PAY-{number - 1}" if number % 20 == 2 else ""
        lines.append(
            f"{number},feature/pay-{number if number % 20 > 1 else 'x'}-improve-it,{key} Improve the UTF-8 of exports,"
            f'"Merge branch of CVE-2024-1{number}{more}",production,{at:%Y-%m-%dT%H:%M:%S}Z'
        )
    return "\n".join(lines)


def floor(text: str) -> float:
    """Return the seconds of Python's own reader and one search in each text."""
    pattern, began = re.compile(r"PAY-[0-9]+"), time.process_time()
    for row in csv.reader(io.StringIO(text)):
        for cell in row[1:4]:
            pattern.findall(cell)
    return time.process_time() - began


def matched(count: int, context: Context) -> tuple[dict[str, list[Match]], float]:
    """Put the issues beside their rows, and return the seconds of that; making them up, and their courses, is not counted."""
    by_key: dict[str, list[Match]] = {}
    statuses, spent = context.statuses(WORKFLOW), 0.0
    for first in range(1, count + 1, 1_000):
        cases = []
        for number in range(first, min(first + 1_000, count + 1)):
            one = subject(number)
            trail = Trail(one.steps)
            cases.append(Case(one, TEST, context, trail, statuses, Course(one, trail, statuses)))
        began = time.process_time()
        for case in cases:
            rounds = rounds_of(case)
            if found := matches(case, rounds):
                by_key[case.subject.key] = found
        spent += time.process_time() - began
    return by_key, spent


def held() -> float:
    """Return the most memory that the process held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure, say what it took, and end with 1 if it was more than it may."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--issues", type=int, default=100_000)
    options.add_argument("--rows", type=int, default=100_000)
    given = options.parse_args()
    with hard_at_work():
        return measure(given.issues, given.rows)


def measure(issues: int, rows: int) -> int:
    """Measure with Python set up as a run sets it up, say what it took, and return 1 if it was more than it may."""
    text = file_of(rows)
    least, before = floor(text), held()
    began = time.process_time()
    with undisturbed():
        file = read_deployments(text, "builds.csv", SOURCE, KeyFinder(["PAY", "OPS"]))
    by_key: dict[str, list[Deployment]] = {}
    for row in file.rows:
        for key, _ in row.keys:
            by_key.setdefault(key, []).append(row)
    read = time.process_time() - began
    context = Context(deployments=by_key)
    found, matching = matched(issues, context)
    began = time.process_time()
    keys = [f"PAY-{number}" for number in range(1, issues + 1)]
    sides = tickets_of(keys, dict.fromkeys(keys, NOT_FOUND), found, by_key)
    with undisturbed():
        frame = second_source_table(sides, file, lambda _: "a number that was not given out in the period", PERIOD)
    made = time.process_time() - began
    total, memory = read + matching + made, held() - before
    sys.stdout.write(
        f"{issues:,} issues × {rows:,} rows: {len(frame):,} lines, in {total:.2f} s "
        f"(file {read:.2f}, issues {matching:.2f}, table {made:.2f}), {total / least:.1f} times the floor of {least:.2f} s, "
        f"{memory:.0f} MB; allowed {MOST_SECONDS:.0f} s and {MOST_MEGABYTES:.0f} MB\n"
    )
    return int(total > MOST_SECONDS or memory > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())

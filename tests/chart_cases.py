"""Figures of every size and kind: what the tests look at, and the gallery draws."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from plain_ways import side_of

from auditlib.audit.activity.tallies import steps_of
from auditlib.audit.numbering.gaps import Numbering, audit_numbers, join_numberings
from auditlib.audit.numbering.stretches import Line
from auditlib.audit.numbering.stretches import lines as lines_of
from auditlib.audit.permissions.matrix import Matrix, Row
from auditlib.records.workflow_rules import Rule
from auditlib.records.workflows import DIRECTED, GLOBAL, INITIAL, Status, Transition, Workflow
from auditlib.report.charts.activity import activity_figure
from auditlib.report.charts.grid import grid_figure
from auditlib.report.charts.months import months_figure
from auditlib.report.charts.numbering import numbering_figure
from auditlib.report.charts.permissions import permissions_figure
from auditlib.report.charts.rates import rates_figure
from auditlib.report.charts.status import status_figure
from auditlib.report.charts.style import Chart
from auditlib.report.charts.workflows import workflow_figure
from auditlib.times import Period

NEW_YORK = ZoneInfo("America/New_York")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), NEW_YORK)
SPRING, DAY, LONG = (
    Period(date(2026, 3, 4), end, NEW_YORK) for end in (date(2026, 4, 20), date(2026, 3, 4), date(2031, 5, 1))
)

IN_EVERY_SCRIPT = (
    "处理中", "審査待ち", "검토 완료", "รอการตรวจสอบ", "قيد المراجعة (2)", "בבדיקה", "समीक्षा में", "Prüfung läuft", "На проверке",
)  # fmt: skip


# numbers


def numbered(project, days, *, moved=(), other=(), period=YEAR, named=None) -> Numbering:
    """The numbering of a project from {number: day given out, counted from the period's first day}."""
    at = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for _, day in sorted(days.items())]
    instants = pd.Series(pd.to_datetime(at, utc=True)).astype("datetime64[us, UTC]")
    present = pd.DataFrame(
        {
            "number": pd.Series(sorted(days), dtype="int64"),
            "id": pd.Series(sorted(days), dtype="int64"),
            "order": pd.Series([moment.timestamp() for moment in at], dtype="float64"),
            "given_out": instants,
            "created": instants,
            "side": pd.Series([side_of(period, moment) for moment in at], dtype=object),
            "moved_in": pd.Series(False, index=range(len(days)), dtype=bool),
        }
    )
    resolved = pd.DataFrame([(n, f"OPS-{n}", n) for n in moved], columns=["number", "now_key", "id"])
    moves = pd.DataFrame({"issue_id": [], "at": [], "history_id": [], "from_key": [], "to_key": [], "author": []})
    records = pd.DataFrame(
        [(n, name, None, pd.NaT, "log 1") for n, name in other],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    return audit_numbers(project, present, resolved, moves, period, "https://jira.example", named, other=records)


def busy(project="PAY") -> Numbering:
    """A project with every class of missing numbers, strangers, an import, and context outside the period."""
    days = {number: (number - 290) * 0.7 for number in range(250, 900)}
    days |= dict.fromkeys(range(648, 690), 250.2)
    for number in [*range(300, 360), 420, 421, 500, 612, 613, 614, 700]:
        del days[number]
    days |= {480: 200, 777: -700, 520: 384}
    classes = [(500, "deleted"), (612, "existed"), (613, "existed")]
    return numbered(project, days, moved=(420, 421, 700), other=classes)


def empty(project="NEW") -> Numbering:
    """A project without a number."""
    return numbered(project, {})


def gapped(missing: int, of: int, project="GAP") -> Numbering:
    """A project with so many missing numbers: half of them in blocks, half alone."""
    draw = random.Random(missing)  # noqa: S311 - a picture, drawn alike each time
    gone = set(range(of // 3, of // 3 + missing // 2))
    while len(gone) < missing:
        gone.add(draw.randrange(2, of))
    return numbered(project, {n: n / of * 360 for n in range(1, of + 1) if n not in gone})


def company(projects: int) -> list[Numbering]:
    """So many projects, of very different sizes, one without a number."""
    draw = random.Random(projects)  # noqa: S311 - as above
    found = [busy("PAY"), empty("NEW"), numbered("ONE", {1: 100})][:projects]
    for place in range(projects - len(found)):
        size = draw.choice((20, 60, 60, 150, 400))
        days = {n: n / size * 350 for n in range(1, size + 1) if draw.random() > place % 5 / 12}
        found.append(numbered(f"{'PLATFORM_' if place % 7 == 0 else 'P'}{place}", days | {1: 1.0, size: 350.0}))
    return found


def lines(numberings) -> list[Line]:
    """The numbers of some projects in order, as the tables have them."""
    return lines_of(*join_numberings(numberings)) if numberings else []


# statuses and months


def statuses(*rows, project="PAY") -> pd.DataFrame:
    """Statuses of a project: name, category, at the period's end, today, and not proved."""
    told = [(project, kind, name, then, now, doubt) for name, kind, then, now, doubt in rows]
    return pd.DataFrame(told, columns=["project", "category", "status", "then", "now", "unproved"])


def many_statuses(projects: int, count: int = 5) -> pd.DataFrame:
    """So many projects with so many statuses each."""
    kinds = ("new", "indeterminate", "indeterminate", "done", "done")
    parts = []
    for place in range(projects):
        rows = [
            (f"Status {n} of {count}", kinds[n * 5 // count], (n * 7 + place) % 40 + 1, (n * 5 + place) % 40 + 1, n % 3)
            for n in range(count)
        ]
        rows.sort(key=lambda row: ("new", "indeterminate", "done").index(row[1]))
        parts.append(statuses(*rows, project=f"P{place}"))
    return pd.concat(parts, ignore_index=True)


def months(count, project="PAY", first="2026-01", partial=()) -> pd.DataFrame:
    """Issues of a project by month."""
    names = pd.period_range(first, periods=len(count), freq="M").strftime("%Y-%m")
    flags = [index in partial for index in range(len(count))]
    frame = pd.DataFrame({"month": names, "project": project, "count": count, "partial": flags})
    return frame.astype({"month": "str", "project": "str", "count": "int64", "partial": "bool"})


def gone(**by_month) -> pd.DataFrame:
    """Missing numbers of PAY by month (``m2026_01``, or ``none``): unexplained, recorded."""
    rows = [
        ("PAY", month.removeprefix("m").replace("_", "-").removeprefix("none"), *two) for month, two in by_month.items()
    ]
    frame = pd.DataFrame(rows, columns=["project", "month", "unexplained", "recorded"])
    return frame.astype({"project": "str", "month": "str", "unexplained": "int64", "recorded": "int64"})


def year_of(projects: int) -> pd.DataFrame:
    """Twelve months of so many projects."""
    return pd.concat([months([(n * 7 + place * 3) % 50 for n in range(12)], f"P{place}") for place in range(projects)])


# the log, controls, powers, workflows


def logged(categories, period=YEAR, *, longest=False) -> pd.DataFrame:
    """Counts by category: of the k-th category k records in each step, none in the second step."""
    firsts = steps_of(period)[1]
    names = [f"{place} {'W' * 60 if longest else 'permissions'}" for place in range(1, categories + 1)]
    rows = [[0 if step == 1 else place for step in range(len(firsts))] for place in range(categories, 0, -1)]
    return pd.DataFrame(rows, index=names[::-1], columns=pd.Index(firsts, dtype=object))


def rate(
    attribute="it", scope="sample", tested=1, exceptions=0, no_evidence=0, *, upper=None, tolerable=None
) -> dict[str, object]:
    """One row of ``attribute_rates.csv``."""
    return {
        "attribute": attribute, "scope": scope, "tested": tested, "exceptions": exceptions, "no_evidence": no_evidence,
        "deviation_rate": (exceptions + no_evidence) / tested if tested else None, "upper_limit": upper, "confidence": 0.9,
        "tolerable_rate": tolerable,
    }  # fmt: skip


def rates(*rows) -> pd.DataFrame:
    """``attribute_rates.csv``."""
    frame = pd.DataFrame(list(rows) or [rate()])
    return frame.astype({"upper_limit": "float64", "tolerable_rate": "float64", "deviation_rate": "float64"})


def controls(count: int, tolerable=None) -> pd.DataFrame:
    """So many attributes: tested on all, on a sample, on too few, over what is tolerable, concerning nobody."""
    every = (
        [rate("approved first", "population", 33, 0, 2), rate("approved first", upper=0.9)],
        [rate("in time", "population", 332, 64, 1), rate("in time", tested=23, exceptions=9, upper=0.546219)],
        [rate("owner named", tested=60, exceptions=1, upper=0.064)],
        [rate("only where it concerns somebody", tested=0)],
        [rate("经理批准", "population", 4000, 3, 0)],
    )
    found = [
        row | {"attribute": f"{row['attribute']} {place // len(every) or ''}".strip()}
        for place in range(count)
        for row in every[place % len(every)]
    ]
    return rates(*(row | {"tolerable_rate": tolerable} for row in found))


def powers(people, projects=3) -> Matrix:
    """A matrix with every kind of row, hostile and long names, Chinese and Cyrillic among them."""
    names = ("张伟（测试）", "Пример", "<script>alert(1)</script>", "Rita \u202egnih\u202c", "A long name " * 9)
    rows = [Row("reporter", "holder", (1, 0, 0)), Row("Bot", "app", (0, 1, 1)), Row("Gone", "deactivated", (1, 1, 1))]
    rows += [Row(names[n] if n < 5 else f"Person {n}", "", (projects, n % 2, 0)) for n in range(people)]
    return Matrix(("DELETE_ISSUES", "MOVE_ISSUES", "ADMINISTER_PROJECTS"), tuple(rows), people + 2, projects)


def drawn_workflow(count: int, name: str = "Status {n} of {count}") -> Workflow:
    """A workflow with a way forward through all statuses, one back, one from anywhere, one that stays."""
    names = [name.format(n=number, count=count) for number in range(count)]
    middle = count // 2
    categories = ["TODO"] * middle + ["IN_PROGRESS"] * (count - middle - 1) + ["DONE"]
    guard = (Rule("condition", "only role 1"),)
    steps = [
        Transition(f"Go {number}", DIRECTED, (names[number],), names[number + 1], guard) for number in range(count - 1)
    ]
    ways = (
        Transition("Create", INITIAL, (), names[0]),
        *steps,
        Transition("Back", DIRECTED, (names[-1], names[0]), names[1]),
        Transition("Cancel", GLOBAL, (), names[-1]),
        Transition("Note", DIRECTED, (names[0],), ""),
    )
    return Workflow("w", "Flow", 3, tuple(map(Status, names, categories)), ways)


FIGURES: dict[str, Callable[[], Chart]] = {
    **{f"grid of {n} projects": lambda n=n: grid_figure(lines(company(n))) for n in (0, 1, 3, 12, 40, 100)},
    "grid without a gap": lambda: grid_figure(lines([gapped(0, 640)])),
    "grid of 5,000 gaps": lambda: grid_figure(lines([gapped(5_000, 11_000)])),
    "grid of all missing": lambda: grid_figure(lines([numbered("PAY", {}, named=1_200)])),
    "grid of one number": lambda: grid_figure(lines([numbered("ONE", {1: 100})])),
    "grid of big numbers": lambda: grid_figure(
        lines([numbered("PAY", {n: n - 1_234_500 for n in range(1_234_480, 1_234_900, 3)})])
    ),
    "grid of 100,000 numbers": lambda: grid_figure(lines([gapped(900, 100_000)])),
    **{f"order in {n} projects": lambda n=n: numbering_figure(company(n), YEAR) for n in (0, 1, 3, 8, 40, 100)},
    "order of 5,000 gaps": lambda: numbering_figure([gapped(5_000, 11_000)], YEAR),
    "order of all missing": lambda: numbering_figure([numbered("PAY", {}, named=1_200)], YEAR),
    "order over years": lambda: numbering_figure([gapped(5, 700)], LONG),
    "order over one day": lambda: numbering_figure([busy()], DAY),
    "order over weeks": lambda: numbering_figure([busy()], SPRING),
    **{f"status of {n} projects": lambda n=n: status_figure(many_statuses(n)) for n in (1, 3, 40, 100, 130)},
    "status of none": lambda: status_figure(statuses()),
    "one status": lambda: status_figure(statuses(("Open", "new", 12, 12, 12))),
    "60 statuses": lambda: status_figure(many_statuses(2, 60)),
    "status in every script": lambda: status_figure(
        statuses(*((name, "new", 10 + n, 5, 1) for n, name in enumerate(IN_EVERY_SCRIPT)), ("", "", 4, 0, 0))
    ),
    "status of long names": lambda: status_figure(
        statuses(
            ("W" * 60, "new", 5, 9, 0), ("Waiting for somebody else to answer at last", "done", 90_000, 85_000, 400)
        )
    ),
    "months": lambda: months_figure(
        pd.concat([months(range(0, 120, 10), partial={0}), months([0] * 12, "OPS")]),
        gone(m2026_02=(7, 1), m2026_06=(81, 0), m2026_09=(0, 4), none=(3, 2)),
    ),
    **{f"months of {n} projects": lambda n=n: months_figure(year_of(n), gone()) for n in (7, 40, 130)},
    "three years": lambda: months_figure(months(range(36), first="2024-05"), gone(m2026_02=(7, 1))),
    "ten years": lambda: months_figure(months(range(130)), gone()),
    "one month": lambda: months_figure(months([0], partial={0}), gone()),
    "no month": lambda: months_figure(months([]), gone()),
    **{f"{n} controls": lambda n=n: rates_figure(controls(n)) for n in (1, 5, 25)},
    "controls and what is tolerable": lambda: rates_figure(controls(5, 0.1)),
    "no control": lambda: rates_figure(rates().head(0)),
    **{
        f"powers of {n} in {of}": lambda n=n, of=of: permissions_figure(powers(n, of))
        for n, of in ((0, 1), (3, 3), (40, 1), (40, 40), (12, 100))
    },
    "powers of nobody": lambda: permissions_figure(Matrix(("DELETE_ISSUES",), (), 0, 1)),
    "log": lambda: activity_figure(logged(5), YEAR, datetime(2026, 3, 10, tzinfo=UTC)),
    "log of many categories": lambda: activity_figure(logged(40, longest=True), YEAR),
    "log of weeks": lambda: activity_figure(logged(3, SPRING), SPRING, SPRING.begins),
    "log of one day": lambda: activity_figure(logged(1, DAY), DAY, DAY.begins),
    "log of years": lambda: activity_figure(logged(2, LONG), LONG, LONG.begins),
    "no log": lambda: activity_figure(logged(0), YEAR),
    **{f"workflow of {n}": lambda n=n: workflow_figure(drawn_workflow(n)) for n in (4, 9, 25, 40)},
    "workflow in Chinese": lambda: workflow_figure(drawn_workflow(6, "等待第{n}个经理的批准")),
    "workflow of none": lambda: workflow_figure(Workflow("w", "W", None, (), ())),
}
"""What is drawn, by its name."""

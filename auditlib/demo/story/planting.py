"""What every chapter of the story uses: a day of its own, people, and the names of its cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.records import Record
from auditlib.demo.world.records import User


class Story:
    """What is planted in the company: days that belong to a case, its issues and missing keys by name, and who acts."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.rng = sim.rng
        self.planted_keys: defaultdict[str, list[str]] = defaultdict(list)
        self.planted_records: defaultdict[str, list[Record]] = defaultdict(list)

    def slot(self, month: int, day: int, year: int = 2026) -> datetime:
        """Give a moment of that day, and keep ordinary traffic away from it for an hour."""
        instant = datetime(year, month, day, 9, tzinfo=UTC) + timedelta(seconds=self.rng.randrange(3 * 3600))
        self.sim.reserve(instant - timedelta(minutes=10), instant + timedelta(hours=1))
        return instant

    def later(self, record: Record, instant: datetime, action: Callable[[], object]) -> None:
        """Queue an action on an issue at an instant; it falls away if the issue is deleted before."""
        self.sim.at(instant, lambda: record.deleted_at is None and action())

    def plant(self, name: str, *keys: str) -> None:
        """Write down that these missing keys are a case."""
        self.planted_keys[name] += keys

    def anyone(self) -> User:
        """Pick someone who works here."""
        return self.rng.choice(self.sim.cast.staff)

    def worker(self, project: str) -> User:
        """Pick someone who does the work of a project."""
        staff = self.sim.cast.staff
        return self.rng.choice(staff[20:48] if project == "OPS" else staff[:24])

    def when(self, month: int, day: int) -> datetime:
        """Give a moment of that day of 2026, after the hours of ``slot``."""
        return datetime(2026, month, day, 14, tzinfo=UTC) + timedelta(seconds=self.rng.randrange(4 * 3600))

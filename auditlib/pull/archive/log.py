"""Jira's audit log since the last archive: what is new is appended to its month, and shown to join what was there."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.jira.log_pages import LOG_IS_MISSING, Log, follow_log, logs_of
from auditlib.jira.refusal import log_refusal
from auditlib.phrases import agreeing, counted
from auditlib.pull.archive.session import Archiving, Loss, Told
from auditlib.pull.session import Progress
from auditlib.records.log_join import (
    MARGIN,
    UNDATED,
    Join,
    Last,
    asked_from,
    judge_join,
    last_of,
    month_of,
    read_time,
    record_digest,
    write_last,
)
from auditlib.responses import topics
from auditlib.responses.archive import LOG, ArchiveFolder
from auditlib.responses.chain import Link
from auditlib.responses.request import Request
from auditlib.times import format_utc

_CLOCKS: Final = timedelta(days=1)
"""By which a record may be of later than now; one of later still says nothing of where the log ends."""


class _UnreadableError(Exception):
    """Jira gave no page of the log; ``missing`` says whether it has no such resource."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing


@dataclass
class _Found:
    """What the log answered."""

    new: Counter[str] = field(default_factory=Counter)
    again: int = 0
    joined: bool = False
    oldest: datetime | None = None
    last: dict[str, Last] = field(default_factory=dict)
    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    why_not: str = ""

    def dates(self, month: str, at: datetime) -> None:
        """Take in the time of a record that is new."""
        first, final = self.spans.get(month, (at, at))
        self.spans[month] = (min(first, at), max(final, at))


def archive_log(archiving: Archiving) -> Told:
    """Ask for the log from before the last archived record on, append what is new, and say whether it joins.

    An account that may not read the log goes on; nothing is claimed of the time between then.
    """
    before = archiving.before
    newest = last_of(added.detail for path in before.months for added in before.added[path])
    broken = [one for one in before.holes if one.added.detail.get("last") is not None]
    last = asked_from(newest, [one.added.detail for one in broken])
    sorter = _Sorter(archiving, last, _begins(before, last, archiving.losses))
    complete = sorter.follow()
    found = sorter.found
    if not complete and not found.new and not found.again:
        said = f"Log       can't be read: {found.why_not}; what was recorded since the last archive is not kept"
        return Told((said,))
    join = judge_join(last, found=found.joined, oldest=found.oldest)
    sorter.stage()
    lines = [_told(found, sorter.begins), *_joins(join, last)]
    if not complete:
        lines.append(f"          it was not followed to its end: {found.why_not}")
    hole = _note_hole(archiving, join, None if complete else last)
    for link, line in _closed(archiving, join, found.oldest if complete else None, broken):
        archiving.writer.note("mended", {"hole": link.number, "by": "log"})
        lines.append(line)
    figures = {"records": sum(found.new.values()), "again": found.again}
    archiving.writer.note("log", {**figures, "judged": join.judged, "by": join.by, "complete": complete})
    archiving.writer.commit()
    return Told(tuple(lines), {"hole": hole}, figures)


def _begins(archive: ArchiveFolder, last: Last | None, losses: Sequence[Loss]) -> datetime | None:
    """Return from when on the log is asked for: what was lost since the last archive may still be in it."""
    if last is None:
        return None
    asked = max((one.number for one in archive.events("log")), default=0)
    new = [loss for loss in losses if loss.known is None or loss.known.number > asked]
    lost = [loss.begins for loss in new if loss.begins is not None]
    return min([last.at, *lost]) - MARGIN


def _note_hole(archiving: Archiving, join: Join, again: Last | None) -> int:
    """Note a hole in the chain, with the record before it where a new try may close it; return how many are new."""
    if join.begins is None or join.ends is None:
        return 0
    detail: dict[str, Any] = {"from": join.begins.isoformat(), "until": join.ends.isoformat(), "of": "log"}
    if any(one.added.detail.items() >= detail.items() for one in archiving.before.holes):
        return 0
    archiving.writer.note("hole", detail if again is None else detail | {"last": write_last(again)})
    return 1


def _closed(
    archiving: Archiving, join: Join, oldest: datetime | None, broken: Sequence[Link]
) -> Iterator[tuple[Link, str]]:
    """Yield the holes that what came has closed, with what is said of it.

    Those of an answer that was broken off, once the log joins; those of a file that is lost, once the log was followed back
    to before what it held: then its records were appended again.
    """
    if join.judged == "joins":
        for link in broken:
            begins, ends = (link.added.detail.get(name, "a time not told") for name in ("from", "until"))
            yield link, f"Closed    the hole between {begins} and {ends}"
    lost = {loss.path: loss for loss in archiving.losses}
    for link in archiving.writer.archive.holes:
        loss = lost.get(link.added.detail.get("of", ""))
        if loss is not None and loss.begins is not None and oldest is not None and oldest <= loss.begins:
            yield link, f"Closed    Jira's log still held what {loss.path} lost: it was appended again"


class _Sorter:
    """Follows the log, and sorts what is new by month, on disk."""

    def __init__(self, archiving: Archiving, last: Last | None, begins: datetime | None) -> None:
        self.begins = begins
        self.found = _Found()
        self._archiving = archiving
        self._logs = logs_of(archiving.session.reader.dialect)
        self._log = self._logs[0]
        self._last = last
        self._known = _archived(archiving.before, self._logs, begins)
        self._folder = archiving.writer.work / "log"
        self._latest = archiving.at + _CLOCKS

    def follow(self) -> bool:
        """Ask for the log page by page; say whether it was followed to its end.

        A Data Center that lacks the newer resource is asked at the older one.
        """
        for log in self._logs:
            self._log = log
            try:
                return self._follow()
            except _UnreadableError as error:
                first = self.found.why_not
                self.found.why_not = str(error) if not first or not error.missing else first
                if not error.missing or self.found.new or self.found.again:
                    return False
        return False

    def _follow(self) -> bool:
        records = Progress(self._archiving.session.tell, "records of the audit log")
        ended = False
        try:
            for _, page in follow_log(self._log, self._ask, self.begins, None):
                self._sort(page.records)
                records.add(len(page.records))
                ended = page.ended
        except AnswerError as error:
            self.found.why_not = str(error)
            return False
        if not ended:
            self.found.why_not = "no page was told to be its last, and none led on"
        return ended

    def _ask(self, request: Request) -> Any:
        reader = self._archiving.session.reader
        entry, answer = reader.answer(
            topics.LOG_RECORDS.of(), request, part=True, may_be_halved=request.half is not None
        )
        if entry.status != 200:
            why = log_refusal(entry.status, entry.headers, reader.store.body(entry))
            raise _UnreadableError(why, missing=entry.status in LOG_IS_MISSING)
        with reader.reading(entry):
            self._log.read_log(request, answer)
        return answer

    def _sort(self, records: Sequence[Mapping[str, Any]]) -> None:
        by_month: defaultdict[str, list[str]] = defaultdict(list)
        found = self.found
        for record in records:
            digest, at = record_digest(record), self._log.log_time(record)
            found.joined = found.joined or (self._last is not None and digest == self._last.sha256)
            if at is not None:
                found.oldest = at if found.oldest is None else min(found.oldest, at)
            if digest in self._known:
                found.again += 1
                continue
            month = month_of(at)
            by_month[month].append(json.dumps(record, separators=(",", ":")))
            found.new[month] += 1
            if at is not None:
                found.dates(month, at)
                if at <= self._latest:
                    newest = found.last.get(month)
                    this = Last(at, digest)
                    found.last[month] = this if newest is None or at > newest.at else newest
        self._folder.mkdir(exist_ok=True)
        for month, lines in by_month.items():
            with (self._folder / month).open("a", encoding="utf-8", newline="\n") as stream:
                stream.writelines(f"{line}\n" for line in lines)

    def stage(self) -> None:
        """Stage what is new, month by month."""
        for month in sorted(self.found.new):
            detail: dict[str, Any] = {"records": self.found.new[month], "form": self._log.LOG_RECORDS}
            if month in self.found.spans:
                first, final = self.found.spans[month]
                detail |= {"from": first.isoformat(), "until": final.isoformat()}
            detail["last"] = write_last(self.found.last.get(month))
            self._archiving.writer.append(f"{LOG}/{month}.jsonl.gz", _lines_of(self._folder / month), detail)


def _lines_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.removesuffix("\n")


def _archived(archive: ArchiveFolder, logs: Sequence[Log], begins: datetime | None) -> frozenset[str]:
    """Return the digests of the archived records that the log may answer again; what can't be read is not among them."""
    if begins is None:
        return frozenset()
    found: set[str] = set()
    for path in archive.months:
        details = [added.detail for added in archive.added[path]]
        undated = path.startswith(f"{LOG}/{UNDATED}")
        if not undated and not any(read_time(one["until"]) >= begins for one in details if "until" in one):
            continue
        try:
            for record in archive.records(path):
                at = next((at for log in logs if (at := log.log_time(record)) is not None), None)
                if at is None or at >= begins:
                    found.add(record_digest(record))
        except AnswerError:
            continue  # what it held comes again, as far as the log still has it; the damage is told by itself
    return frozenset(found)


# in words


def _told(found: _Found, begins: datetime | None) -> str:
    new = sum(found.new.values())
    asked = "asked for all of it" if begins is None else f"asked from {format_utc(begins)} on"
    again = f"; {counted(found.again, 'record')} came again and {agreeing(found.again, 'is', 'are')} not kept twice"
    undated = found.new[UNDATED]
    without = f"; {counted(undated, 'record')} without a time that can be read" if undated else ""
    return f"Log       {asked}: {counted(new, 'new record')}{again if found.again else ''}{without}"


def _joins(join: Join, last: Last | None) -> list[str]:
    if last is None:
        return ["Joins     nothing was archived before"]
    at = format_utc(last.at.astimezone(UTC))
    if join.judged == "joins":
        by = (
            "came again" if join.by == "record" else "did not come again in the same form, but records as old as it did"
        )
        return [f"Joins     yes: the last archived record, of {at}, {by}"]
    if join.judged == "nothing":
        return [
            f"Joins     not shown: the log gave nothing, not even the last archived record, of {at}",
            "          Whether anything was recorded since and removed can't be told",
        ]
    until = "" if join.ends is None else format_utc(join.ends)
    return [
        f"Hole      between {at} and {until}: the last archived record did not come again, and the oldest that came is later",
        "          What was recorded between is in no archive",
    ]

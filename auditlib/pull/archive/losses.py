"""What was removed from an archive, cut or changed since it was written: told, and of the log's months a hole that is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from auditlib.phrases import listed
from auditlib.pull.archive.session import Archiving, Loss, Told
from auditlib.records.log_join import read_time
from auditlib.responses.archive import CHAIN, WORK, ArchiveFolder, Damage
from auditlib.responses.chain import Link
from auditlib.times import format_utc

_HOLE: Final = "hole"


def losses_of(archive: ArchiveFolder) -> list[Loss]:
    """Compare every file of an archive with its chain, and return those that lost something; by path."""
    by_path: defaultdict[str, list[Damage]] = defaultdict(list)
    for damage in archive.damages():
        by_path[damage.added.path].append(damage)
    return [_loss(archive, path, damages) for path, damages in by_path.items()]


def _loss(archive: ArchiveFolder, path: str, damages: list[Damage]) -> Loss:
    details = [one.added.detail for one in damages]
    begins = min((read_time(one["from"]) for one in details if "from" in one), default=None)
    ends = max((read_time(one["until"]) for one in details if "until" in one), default=None)
    back = {one.added.detail.get("hole") for one in archive.events("mended") if one.added.detail.get("by") == "file"}
    told = {"of": path, **_times(begins, ends)}
    known = [
        one for one in archive.events(_HOLE) if one.added.detail.items() >= told.items() and one.number not in back
    ]
    return Loss(path, damages[0].why, begins, ends, known[-1] if known else None)


def archive_losses(archiving: Archiving) -> Told:
    """Note in the chain what the folder has lost since the last archive, and what is back."""
    lines, found = [], 0
    for loss in archiving.losses:
        span = "" if loss.begins is None or loss.ends is None else f", from {_shown(loss)}"
        if loss.known is not None:
            lines.append(f"Lost      {loss.path} {loss.why}{span}: told by the archive of {format_utc(loss.known.at)}")
            continue
        lines.append(f"Lost      {loss.path} {loss.why}{span}: put it back from a copy, if there is one")
        found += 1
        archiving.writer.note(_HOLE, {"of": loss.path, "why": loss.why, **_times(loss.begins, loss.ends)})
    for back in _back(archiving):
        lines.append(f"Back      {back.added.detail['of']}, which an earlier archive missed")
        archiving.writer.note("mended", {"hole": back.number, "by": "file"})
    archiving.writer.commit()
    strange = _unnamed(archiving.before)
    if strange:
        lines.append(f"Unnamed   {listed(strange)}: in the folder, but not in the chain; not read")
    return Told(tuple(lines), {_HOLE: found})


def _times(begins: datetime | None, ends: datetime | None) -> dict[str, str]:
    return {} if begins is None or ends is None else {"from": begins.isoformat(), "until": ends.isoformat()}


def _shown(loss: Loss) -> str:
    begins, ends = loss.begins, loss.ends
    return "" if begins is None or ends is None else f"{format_utc(begins)} to {format_utc(ends)}"


def _back(archiving: Archiving) -> Iterator[Link]:
    """Yield the holes of files that are as they were again."""
    lost = {loss.path for loss in archiving.losses}
    for hole in archiving.before.holes:
        of = hole.added.detail.get("of")
        if isinstance(of, str) and of not in {"log", *lost}:
            yield hole


def _unnamed(archive: ArchiveFolder) -> list[str]:
    """Return the files in the folder that no line of the chain names."""
    found = []
    for path in archive.folder.rglob("*"):
        name = path.relative_to(archive.folder).as_posix()
        if path.is_file() and name != CHAIN and not name.startswith(f"{WORK}/") and name not in archive.added:
            found.append(name)
    return sorted(found)

"""``run.json`` and ``bag-info.txt`` beside what the answers and the parameters say: whose account, which Jira, when, how many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.dossier_package import DOSSIER_KEYS
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import asked_record, bag_info, population_record
from auditlib.package.bag import NOT_SEARCHED
from auditlib.package.layout import INFO
from auditlib.package.verify import read_info

RUN: Final = "data/run.json"

ORIGIN: Final = "data/from.json"
"""From which package the population was taken, where it was taken from one."""

_CLOCK: Final = timedelta(minutes=5)
"""By so much a machine's clock may be put back while it works, and a run is still believed to end after it began."""


def check_record(records: Content) -> list[Difference]:
    """Compare ``run.json`` and ``bag-info.txt`` of a package with what its answers and parameters say.

    Who ran it, on which machine and with which versions no answer tells: of these only the form is looked at.

    Parameters
    ----------
    records : Content
        The package, opened.

    Returns
    -------
    list of Difference
        Of each member of ``run.json``, and each line of ``bag-info.txt``.
    """
    record = _json(records.folder / RUN)
    if not isinstance(record, Mapping):
        return [Difference(Kind.RECORD, RUN, "a JSON object", "no JSON object that can be read")]
    return [*_differing(_expected(records), record), *check_span(record), *_described(records, record)]


def _expected(records: Content) -> dict[str, Any]:
    """Return what ``run.json`` must say, as far as the package itself says it elsewhere."""
    expected = asked_record(records)
    if not isinstance(records, Evidence):
        keys = (records.folder / "data" / DOSSIER_KEYS).read_text(encoding="utf-8").split()
        return expected | {"keys": keys}
    more = population_record(records)
    expected["account"]["powers"] = more.pop("powers")
    return expected | more | {"from": _json(records.folder / ORIGIN)}


def _differing(expected: Mapping[str, Any], found: Mapping[str, Any], above: str = "") -> Iterator[Difference]:
    """Yield each member that differs, by its name: ``account.powers.PAY``; members that nothing is expected of are left alone."""
    for name, value in expected.items():
        member, there = f"{above}{name}", found.get(name, _NOTHING)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield from _differing(value, there, f"{member}.")
            yield from (
                _member(f"{member}.{more}", _NOTHING, there[more]) for more in sorted(there.keys() - value.keys())
            )
        elif there != value or type(there) is not type(value):
            yield _member(member, value, there)


_NOTHING: Final = object()


def _member(name: str, expected: object, found: object) -> Difference:
    return Difference(Kind.RECORD, RUN, _shown(expected), f"{name} is {_shown(found)}")


def _shown(value: object) -> str:
    return "nothing" if value is _NOTHING else json.dumps(value, ensure_ascii=False, default=str)


def check_span(record: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what of the times in a record can't be: a run that ends before it began, or before its last answer came.

    It may begin after its last answer: what goes on with an interrupted run pulls nothing if all had come.
    """
    read = {name: _instant(record.get(name)) for name in ("started", "finished")}
    for name, at in read.items():
        if at is None:
            yield _member(name, "a time in UTC", record.get(name))
    pulled = record.get("pulled")
    last = _instant(pulled.get("to") if isinstance(pulled, Mapping) else None)
    before = [at for at in (read["started"], last) if at is not None]
    if read["finished"] is not None and before and read["finished"] < max(before) - _CLOCK:
        yield _member("finished", f"a time after {max(before)}", record["finished"])


def _instant(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _described(records: Content, record: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield each line of ``bag-info.txt`` that is not what the package says of itself."""
    try:
        expected = bag_info(records, record)
    except (KeyError, TypeError):
        return  # `check_span`, or the check of the versions, names what is missing
    found = read_info(records.folder)
    for label, value in expected.items():
        if (there := found.get(label, "")) != " ".join(value.split()):
            yield Difference(Kind.INFO_LINE, INFO, f"{label}: {value}", f"{label}: {there}")
    for label in found.keys() - expected.keys() - {"Payload-Oxum", NOT_SEARCHED}:
        yield Difference(Kind.INFO_LINE, INFO, "no such line", f"{label}: {found[label]}")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None

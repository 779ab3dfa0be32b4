"""The histories of ``tests/controls/histories``, read as answers of Jira, in both dialects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from places import TESTS

from auditlib.dossier.parts import Place, Received
from auditlib.dossier.record import Dossier, read_dossier
from auditlib.params.controls import ControlTest
from auditlib.params.library import resolve
from auditlib.params.reading import parse_parameters
from auditlib.times import Period, parse_instant

HISTORIES: Final = TESTS / "controls" / "histories"
WORDS: Final = HISTORIES.with_name("words.txt")
"""What the engine says of each history in Cloud's form: written by `histories_page`, read by whoever changes a word."""
FILES: Final = tuple(sorted(HISTORIES.glob("*.json")))
DIALECTS: Final = ("cloud", "data-center")

Json = dict[str, Any]


@cache
def history(path: Path) -> Json:
    """Read a history with what it must come to."""
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def kept_words() -> dict[str, list[str]]:
    """Return what the engine said of each history when that was last looked at."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    heads = [place for place, line in enumerate(lines) if not line.startswith("  ")]
    ends = [*heads[1:], len(lines)]
    return {lines[head]: [line[2:] for line in lines[head + 1 : end]] for head, end in zip(heads, ends, strict=True)}


# The other dialect


def in_dialect(case: Json, dialect: str) -> Json:
    """Return a history as a Jira of a dialect would tell it; the files are in Cloud's form."""
    return case if dialect == "cloud" else _data_center(case, _accounts(case))


def _accounts(node: Any) -> dict[str, str]:
    """Return the user name of each account id of a history."""
    if isinstance(node, list):
        return {account: name for one in node for account, name in _accounts(one).items()}
    if not isinstance(node, dict):
        return {}
    mine = {node["accountId"]: node["accountId"].partition(":")[2]} if "accountId" in node else {}
    return mine | {account: name for one in node.values() for account, name in _accounts(one).items()}


def _data_center(node: Any, names: Mapping[str, str]) -> Any:
    """Return a part of a history in Data Center's form.

    No types of accounts, user names and keys instead of ids, no ids of fields in histories, text as text, times as text.
    """
    if isinstance(node, list):
        return [_data_center(one, names) for one in node]
    if isinstance(node, str):
        return _key(names[node]) if node in names else node
    if not isinstance(node, dict):
        return node
    if "accountId" in node:
        return _user(node, names[node["accountId"]])
    if node.get("type") == "doc":
        return "\n".join(piece["text"] for block in node["content"] for piece in block["content"])
    if "fieldtype" in node:
        node = {name: value for name, value in node.items() if name != "fieldId"}
    if isinstance(node.get("created"), int):
        at = parse_instant("1970-01-01T00:00:00.000+0000") + timedelta(milliseconds=node["created"])
        node = node | {"created": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")}
    return {name: _data_center(value, names) for name, value in node.items()}


def _user(user: Json, name: str) -> Json:
    erased = user["displayName"] == "Former user"
    known = "jirauser10100" if erased else name
    return {
        "name": known,
        "key": _key(name),
        "displayName": known if erased else user["displayName"],
        "active": user["active"],
    }


def _key(name: str) -> str:
    return "JIRAUSER" + "".join(f"{ord(letter)}" for letter in name)


# As it is read


@dataclass(frozen=True, eq=False)
class Reading:
    """A history as a Jira of a dialect tells it, and what is read of it."""

    case: Json
    dialect: str
    period: Period
    dossiers: tuple[Dossier, ...]
    controls: tuple[ControlTest, ...]


@cache
def reading(path: Path, dialect: str) -> Reading:
    """Read a history in a dialect."""
    case = in_dialect(history(path), dialect)
    return Reading(case, dialect, period_of(case), tuple(dossiers(case, dialect)), controls_of(case))


def dossiers(case: Json, dialect: str) -> Iterator[Dossier]:
    """Read every issue of a history as it is read for a sampled issue."""
    period = period_of(case)
    place = Place("https://jira.example.com", dialect, "Ann Alyst", "ann", period.zone)
    for issue in _issues(case):
        entries, total = issue["changelog"]["histories"], issue["changelog"]["total"]
        comments = case.get("comments", [])
        known = {} if comments is not None else {"comments": "403: not for this account"}
        received = Received(
            asked=issue["key"],
            issue=issue,
            history=entries,
            comments=comments or [],
            worklogs=[],
            remote_links=[],
            watchers=None,
            votes=None,
            totals={"history": total, "comments": len(comments or [])},
            sources=(),
            refused=known,
            **({"approvals": case["approvals"]} if "approvals" in case else {}),
        )
        yield read_dossier(received, place)


def _issues(case: Json) -> Iterator[Json]:
    """Yield the issues of a history; where it says ``times``, that many that differ by their numbers alone."""
    for number in range(case.get("times", 1)):
        for issue in case["issues"]:
            if not number:
                yield issue
                continue
            entries = [one | {"id": str(1000 * number + int(one["id"]))} for one in issue["changelog"]["histories"]]
            key = f"{issue['key'].rpartition('-')[0]}-{1000 + number}"
            log = issue["changelog"] | {"histories": entries}
            yield issue | {"key": key, "id": str(30000 + number), "changelog": log}


def period_of(case: Json) -> Period:
    """Return the period that is audited."""
    told = case["period"]
    return Period(date.fromisoformat(told["start"]), date.fromisoformat(told["end"]), ZoneInfo(told["timezone"]))


def controls_of(case: Json) -> tuple[ControlTest, ...]:
    """Return the controls of a history, as a parameter file asks for them."""
    period = case["period"]
    told = {
        "audit": "Histories",
        "jira_url": "https://jira.example.com",
        "projects": sorted({one["key"].rpartition("-")[0] for one in case["issues"]}),
        "period_start": period["start"],
        "period_end": period["end"],
        "timezone": period["timezone"],
        "workflow": case["workflow"],
        "controls": case["controls"],
    }
    return resolve(parse_parameters(yaml.safe_dump(told), case["title"]))


# What it must come to


def expected(case: Json, dialect: str) -> dict[tuple[str, str], list[Json]]:
    """Return the rows that must come, by control and key."""
    rows: dict[tuple[str, str], list[Json]] = {}
    for one in case["expected"]:
        other = one.get("data_center", {}) if dialect == "data-center" else {}
        rows.setdefault((one["control"], one.get("key", case["issues"][0]["key"])), []).append(one | other)
    return rows


RECORD_ONLY: Final = frozenset({"comments", "approvals"})
"""What is read for single issues, not for a whole population."""


def ways(case: Json) -> tuple[str, ...]:
    """Return the ways in which a history's issues are read: as a sampled one, and as one of the population where that has all."""
    beyond = RECORD_ONLY & case.keys() or any(
        one["fields"]["attachment"] or one["fields"]["issuelinks"] for one in case["issues"]
    )
    return ("record",) if beyond else ("record", "population")

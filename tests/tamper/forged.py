"""Changes by somebody who writes every digest anew: each is named by what else in the package contradicts it."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import re
import zipfile
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tamper.plain import Change
from tampering import INDEX, Tampered

from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference
from auditlib.evidence.opened import open_records
from auditlib.package.closed_list import check_contents
from auditlib.package.index_check import check_index
from auditlib.package.recompute import guarded, recompute
from auditlib.package.run_record import check_record

RUN = "data/run.json"
Line = dict[str, Any]
Forge = Callable[[Tampered, random.Random], Change]
"""Makes a change; what is named must be among its files, where one file alone can be named."""

ANYWHERE: frozenset[str] = frozenset()
"""What was changed contradicts other files, and these are named: a parameter, an answer with its line."""


def _of_line(kind: str, wanted: Callable[[Line], bool], change: Callable[[Line, random.Random], object]) -> Forge:
    def forge(package: Tampered, chosen: random.Random) -> Change:
        lines = package.lines()
        line = chosen.choice([one for one in lines if wanted(one)])
        change(line, chosen)
        package.write_lines(lines)
        file = f"data/raw/{line['file']}"
        return Change(kind, INDEX, frozenset({INDEX, file, file.rpartition("/")[0], RUN}))

    return forge


def _is_of(*topics: str) -> Callable[[Line], bool]:
    return lambda line: line["topic"].split("/")[0] in topics


def _has_jql(line: Line) -> bool:
    return "jql" in (line["body"] or {})


def _status(line: Line, chosen: random.Random) -> None:
    line["status"] = chosen.choice([404, 403, 500, 204])


def _line_twice(package: Tampered, chosen: random.Random) -> Change:
    lines = package.lines()
    place = chosen.randrange(len(lines))
    package.write_lines([*lines[: place + 1], lines[place], *lines[place + 1 :]])
    return Change("a line twice", INDEX, frozenset({INDEX, RUN}))


def _response_less(package: Tampered, chosen: random.Random) -> Change:
    lines = package.lines()
    line = lines.pop(chosen.randrange(2, len(lines)))
    package.remove(f"data/raw/{line['file']}" if not line["file"].startswith("../") else f"data/{line['file'][3:]}")
    package.write_lines(lines)
    return Change("a response less", INDEX, ANYWHERE)


def _response_more(package: Tampered, chosen: random.Random) -> Change:
    lines = package.lines()
    line = json.loads(json.dumps(chosen.choice([one for one in lines if not one["file"].startswith("../")])))
    folder, _, name = line["file"].rpartition("/")
    source, line["file"] = line["file"], f"{folder}/{int(name.partition('.')[0]) + 7:06d}.json.gz"
    package.write(f"data/raw/{line['file']}", package.read(f"data/raw/{source}"))
    package.write_lines([*lines, line])
    return Change("a response more", INDEX, frozenset({INDEX, f"data/raw/{line['file']}", RUN}))


def _answer(package: Tampered, chosen: random.Random) -> Change:
    files = [
        line["file"]
        for line in package.lines()
        if _is_of("first_pass", "project", "account", "count", "key_walk")(line)
    ]
    file = chosen.choice(files)
    package.answer(file, lambda answer: answer.update({"note": "x" * chosen.randrange(1, 99)}))
    return Change("an answer with its line", f"data/raw/{file}", ANYWHERE)


def _answer_alone(package: Tampered, chosen: random.Random) -> Change:
    file = chosen.choice([line["file"] for line in package.lines() if not line["file"].startswith("../")])
    package.write(f"data/raw/{file}", gzip.compress(package.body(file) + b" ", mtime=0))
    return Change("an answer", f"data/raw/{file}", frozenset({f"data/raw/{file}", INDEX, "", RUN}))


def _of_run(kind: str, change: Callable[[dict[str, Any], random.Random], object]) -> Forge:
    def forge(package: Tampered, chosen: random.Random) -> Change:
        package.edit_json(RUN, lambda record: change(record, chosen))
        return Change(kind, RUN, frozenset({RUN, "bag-info.txt"}))

    return forge


def _of_parameters(kind: str, pattern: str, instead: str) -> Forge:
    def forge(package: Tampered, _: random.Random) -> Change:
        package.edit("data/params.yaml", lambda text: re.sub(pattern.encode(), instead.encode(), text, count=1))
        return Change(kind, "data/params.yaml", ANYWHERE)

    return forge


def _more(kind: str, *names: str) -> Forge:
    def forge(package: Tampered, chosen: random.Random) -> Change:
        path = f"data/{chosen.choice(names)}"
        package.write(path, pickle.dumps({"a": chosen.random()}))
        return Change(kind, path, frozenset({path}))

    return forge


def _less(kind: str, *names: str) -> Forge:
    def forge(package: Tampered, chosen: random.Random) -> Change:
        path = f"data/{chosen.choice(names)}"
        package.remove(path)
        return Change(kind, path, frozenset({path, ""}))

    return forge


def _described(package: Tampered, chosen: random.Random) -> Change:
    label = chosen.choice([b"Source-Organization", b"External-Description", b"External-Identifier", b"Bagging-Date"])
    package.edit("bag-info.txt", lambda text: text.replace(label + b": ", label + b": 9"))
    return Change("a line of the bag's description", "bag-info.txt", frozenset({"bag-info.txt"}))


FORGED: dict[str, Forge] = {
    "method": _of_line("method", _is_of("project", "powers"), lambda line, _: line.update(method="POST")),
    "path": _of_line("path", _is_of("project", "security"), lambda line, _: line.update(path="rest/api/2/myself")),
    "query": _of_line("query", _has_jql, lambda line, _: line["body"].update(jql=f"{line['body']['jql']} ")),
    "status": _of_line("status", _is_of("account", "project", "first_pass", "key_walk"), _status),
    "size": _of_line("size", lambda _: True, lambda line, _: line.update(size=line["size"] + 1)),
    "digest": _of_line("digest", lambda _: True, lambda line, _: line.update(sha256="0" * 64)),
    "feeds": _of_line("feeds", lambda _: True, lambda line, _: line.update(feeds={"findings": ["XX"]})),
    "time": _of_line("time", lambda _: True, lambda line, _: line.update(at="2020-02-02T02:02:02.222Z")),
    "topic": _of_line("topic", lambda _: True, lambda line, _: line.update(topic="nothing")),
    "a line twice": _line_twice,
    "a response less": _response_less,
    "a response more": _response_more,
    "an answer": _answer_alone,
    "an answer with its line": _answer,
    "account": _of_run("account", lambda record, _: record["account"].update(name="Somebody Else")),
    "powers": _of_run("powers", lambda record, _: record["account"]["powers"].update(PAY=[])),
    "count": _of_run("count", lambda record, _: record["counts"].update(responses=1)),
    "pulled": _of_run("pulled", lambda record, _: record["pulled"].update({"from": "2020-01-01T00:00:00Z"})),
    "shared filter": _of_run("shared filter", lambda record, _: record["jql"].update(shared_filter="project = X")),
    "period's end": _of_parameters("period's end", 'period_end: "2026-09-30"', 'period_end: "2026-09-29"'),
    "time zone": _of_parameters("time zone", 'timezone: "America/New_York"', 'timezone: "UTC"'),
    "seed": _of_parameters("seed", "a seed for tests", "a seed by me"),
    "title": _of_parameters("title", 'audit: "Test audit"', 'audit: "Test audit 2"'),
    "sample size": _of_parameters("sample size", "sample_size: 12", "sample_size: 11"),
    "a pickle": _more("a pickle", "computed/Passes.first.pickle", "tables/x/y.pickle", "notebooks/01_scope.pickle"),
    "a forged attachment": _more("a forged attachment", "dossiers/PAY-1/attachments/contract.pdf"),
    "a file without a line": _more(
        "a file without a line", "raw/project/PAY/000099.json.gz", "raw/nobody/000001.json.gz"
    ),
    "no record of the run": _less("no record of the run", "run.json"),
    "no page": _less(
        "no page", "summary.json", "index.html", "notebooks/03_numbering.html", "audit.xlsx", "dossiers.pdf"
    ),
    "description": _described,
}
"""One by one: each takes a look into the package."""


def forge_one(package: Tampered, seed: str, kind: str = "") -> Change:
    """Make one change that a seed decides, and write all digests anew."""
    chosen = random.Random(seed)  # noqa: S311 - which change, not a secret
    change = FORGED[kind or chosen.choice(sorted(FORGED))](package, chosen)
    package.redo()
    return change


def judged(package: Tampered, change: Change) -> str:
    """Say what is wrong with what `verify` tells; empty if the change was noticed, and nothing else was named.

    What costs little is asked first, and nothing more once a file was named; that nothing can be computed any more names none.
    """
    opened = lru_cache(maxsize=1)(open_records)
    looks: tuple[Callable[[Content], list[Difference]], ...] = (check_record, check_index, check_contents)
    found: list[Difference] = []
    for look in looks:
        if not any(one.path for one in found):
            found += guarded(package.folder, lambda look=look: look(opened(package.folder)))
    if not any(one.path for one in found):
        found += recompute(package.folder, opened)
    named = {one.path for one in found if one.path}
    if not found:
        return f"{change}: not noticed"
    if change.beside and not named:
        return f"{change}: no file is named"
    return f"{change}: misnamed {sorted(named - change.beside)[:3]}" if change.beside and named - change.beside else ""


# what is made of the answers: all at once, for it is computed again once


def forge_all(package: Tampered, seed: str) -> dict[str, str]:
    """Change what is made of the answers, a file each, and write all digests anew; return what was done, by path."""
    chosen = random.Random(seed)  # noqa: S311 - as above
    done: dict[str, str] = {}
    for path, kind, change in _makeable(package):
        before = package.read(path)
        after = change(before, chosen)
        if after != before:
            package.write(path, after)
            done[path] = kind
    package.redo()
    return done


def _makeable(package: Tampered) -> list[tuple[str, str, Callable[[bytes, random.Random], bytes]]]:
    found: list[tuple[str, str, Callable[[bytes, random.Random], bytes]]] = []
    for path in package.files:
        name = path.removeprefix("data/")
        if name == "tables/population.csv":
            found.append((path, "a row of the population less", lambda text, _: b"".join(text.splitlines(True)[:-1])))
        elif name == "tables/gaps.csv":
            found.append(
                (path, "a missing number's class", lambda text, _: text.replace(b"unexplained", b"deleted", 1))
            )
        elif name.startswith("tables/") or re.fullmatch(r"dossiers/[^/]+/[^/]+", name):
            found.append((path, "a character", _character))
        elif re.fullmatch(r"notebooks/.+\.html|index\.html", name):
            found.append((path, "a sentence of a page", lambda text, _: text.replace(b" the ", b" no ", 1)))
        elif re.fullmatch(r"charts/.+\.svg", name):
            found.append((path, "a chart", lambda text, _: text.replace(b"</svg>", b"<path/></svg>")))
        elif name.endswith((".png", ".pdf")):
            found.append((path, "a picture or paper", _bit))
        elif name.endswith(".xlsx"):
            found.append((path, "a cell of a sheet", _cell))
        elif name == "summary.json":
            found.append(
                (
                    path,
                    "a figure of the summary",
                    lambda text, _: re.sub(rb'"population": (\d)', rb'"population": 9\1', text),
                )
            )
    return found


def _character(text: bytes, chosen: random.Random) -> bytes:
    places = [place for place, byte in enumerate(text) if chr(byte).isalnum() and byte < 128]
    if not places:
        return text + b"x\n"
    place = chosen.choice(places)
    return text[:place] + (b"7" if text[place : place + 1] != b"7" else b"8") + text[place + 1 :]


def _bit(content: bytes, chosen: random.Random) -> bytes:
    changed = bytearray(content)
    changed[chosen.randrange(len(content) // 2, len(content))] ^= 1
    return bytes(changed)


def _cell(content: bytes, chosen: random.Random) -> bytes:
    del chosen
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as write:
        for one in read.infolist():
            write.writestr(one, read.read(one).replace(b"</t>", b"x</t>", 1))
    return written.getvalue()

"""A second package for parties who may not see names: made of a sealed one and a key, and of nothing else.

People have pseudonyms (`package.people`), what they wrote is left out, and what stays is classified column by column
(`audit.personal`). Digests of the full package stand inside, so that who holds both can match them; with the key, anyone makes
the same bytes again.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from auditlib import __version__
from auditlib.audit.personal import holds
from auditlib.digests import digest_file
from auditlib.errors import UsageError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import open_records
from auditlib.files import write_whole
from auditlib.package.bag import seal
from auditlib.package.disk import walk
from auditlib.package.frozen import SealedFiles, open_sealed
from auditlib.package.layout import INFO, MANIFEST, TAG_MANIFEST
from auditlib.package.masked_tables import masked_frame
from auditlib.package.mentioned import add_mentioned, repeated_texts
from auditlib.package.people import Pseudonyms, identity_of, known_in
from auditlib.package.recompute import refusing_spoilt
from auditlib.package.target import MASKED_RECORD, prepare_target, publish, require_outside, working_name
from auditlib.package.verify import read_info
from auditlib.report.masked_page import masked_page
from auditlib.report.spreadsheet import WorkingPaper, write_workbook
from auditlib.report.workbook.book import Looks
from auditlib.report.workbook.statement import Statement
from auditlib.tables import Column, Table, csv_pieces, to_csv

SCHEMA: Final = 1

_OMITTED: Final = frozenset({"access_review_import"})
"""Tables that hold nothing but people."""

_CHARTS: Final = ("attribute_rates", "control_rates", "months", "number_grid", "numbering", "status")
"""Charts in which no person can stand."""

_SUMMARY: Final = (
    *("audit", "deployment", "projects", "period", "interim", "pulled", "verdict", "conclusions", "figures", "sums"),
    *("controls", "per_project", "causes", "findings", "limits", "versions"),
)
_KEYS: Final = "keys.txt"
_FULL_TAGS: Final = "data/full/tagmanifest-sha256.txt"

FILES: Final = Table(
    "files",
    "The files of the full package, each with its digest; of an attachment the name is left out.",
    (
        Column("path", "text", "Path in the full package; of an attachment up to its folder."),
        Column("sha256", "text", "SHA-256, as in the manifest of the full package."),
    ),
)
_ATTACHMENT: Final = re.compile(r"(data/dossiers/[^/]+/attachments)/.+")

_OURS: Final = re.compile(
    rf"""data/(
      index\.html | summary\.json | masked\.json | audit\.xlsx
    | full/(files\.csv | tagmanifest-sha256\.txt)
    | tables/([a-z_]+\.csv | {re.escape(_KEYS)})
    | charts/({"|".join(_CHARTS)})\.(svg|png)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Masked:
    """What a masked package says of itself.

    Attributes
    ----------
    digest : str
        SHA-256 of the tag manifest of the full package.
    key : str
        By which the key is told from another.
    """

    digest: str
    key: str


def read_masked(package: Path) -> Masked:
    """Return what a masked package says of itself.

    Raises
    ------
    UsageError
        If that can't be read.
    """
    try:
        said = json.loads((package / MASKED_RECORD).read_text(encoding="utf-8"))
        schema, digest, key = said["schema"]["masked"], said["full"]["tagmanifest_sha256"], said["key"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{package}: {MASKED_RECORD} can't be read, so it is not known of which package this is"
        ) from None
    if schema != SCHEMA:
        raise UsageError(
            f"{package}: made with version {schema} of masked packages; known is {SCHEMA}. Use a newer auditlib"
        )
    return Masked(str(digest), str(key))


def make_masked(full: Path, key: bytes, out: Path, vouch: Callable[[Path], object] | None = None) -> Path:
    """Make the masked package of a sealed one: a function of it and the key alone.

    Parameters
    ----------
    full : Path
        A sealed package; it is checked first, and nothing is written into it.
    key : bytes
        Of the pseudonyms.
    out : Path
        Where it goes; must not exist or be empty.
    vouch : callable, optional
        Signs and time-stamps the sealed folder before it gets its name.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    UsageError
        If ``full`` is not what was sealed, or ``out`` holds something.
    """
    files = open_sealed(full, purpose="nothing is made of it")
    require_outside(full, out)
    require_free(out)
    partial = prepare_target(out)
    try:
        with refusing_spoilt(full):
            called = _write(partial, files, open_records(full), key)
        seal(partial, _info_of(full, called), secrets=[key.hex()])
        if vouch is not None:
            vouch(partial)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)  # it is made again as quickly, and is of no use without its seal
        raise
    publish(partial, out.absolute())
    return out


def require_free(out: Path) -> None:
    """Refuse a place where such a package can't be made.

    Raises
    ------
    UsageError
        If something is there, or a folder that another one was being made in.
    """
    if (partial := working_name(out)).exists():
        raise UsageError(
            f"{partial} exists: a package without names is being made there, or its making was broken off. Once nothing writes "
            "there any more, remove the folder"
        )


def _info_of(full: Path, called: Pseudonyms) -> dict[str, str]:
    """Return what ``bag-info.txt`` says: that of the full package, and what this one is."""
    said = {name: called.within(value) for name, value in read_info(full).items()}
    kept = ("Source-Organization", "External-Identifier", "Bagging-Date")
    return {
        **{name: value for name, value in said.items() if name in kept},
        "External-Description": f"{said.get('External-Description', 'Jira evidence')}, without names and texts",
        "Bag-Software-Agent": f"auditlib {__version__}",
    }


def _write(folder: Path, files: SealedFiles, records: Content, key: bytes) -> Pseudonyms:
    """Write the payload of a masked package; return what people are called in it."""
    data, told = folder / "data", {one: records.table(one.name) for one in records.tables}
    known = known_in(records.store)
    add_mentioned(known, files, told)
    called = Pseudonyms(key, known, repeated_texts(told, records.params.sample_strata))
    frames = {one: masked_frame(one, frame, called) for one, frame in told.items() if one.name not in _OMITTED}
    version = records.pulled.schema["tables"]
    for table, frame in frames.items():
        write_whole(data / "tables" / table.file, csv_pieces(table, frame, version))
    kept = [f"data/tables/{_KEYS}", *(f"data/charts/{name}.{form}" for name in _CHARTS for form in ("svg", "png"))]
    for path in kept:
        if path in files:
            files.copy(path, folder / path)
    write_whole(data / "full" / "files.csv", [to_csv(FILES, FILES.make(_listed(files)))])

    write_whole(data / "full" / TAG_MANIFEST, [files.tags])
    summary = {**_summary(files, called), "masked": True, "full": {"tagmanifest_sha256": files.digest}}
    _write_json(data / "summary.json", summary)
    columns = {one.name: {column.name: str(holds(one.name, column)) for column in one.columns} for one in frames}
    record = {
        "schema": {"masked": SCHEMA, "tables": version},
        "full": {"tagmanifest_sha256": files.digest},
        "key": identity_of(key),
        "columns": columns,
    }
    _write_json(folder / MASKED_RECORD, record)
    made = read_info(files.folder).get("Bagging-Date", "1980-01-01")
    page = masked_page(
        summary,
        {one.file: (one.says, len(frame)) for one, frame in frames.items()},
        digest=files.digest,
        key=identity_of(key),
    )
    write_whole(data / "index.html", [page.encode()])
    _write_book(frames, data, summary, made, version)
    return called


def _listed(files: SealedFiles) -> Iterator[tuple[str, str]]:
    """Yield path and digest of each file of the full package, without the names that people gave to attachments."""
    found = ((_ATTACHMENT.sub(r"\1", path), digest) for path, digest in files.digests.items())
    yield from sorted(found)


def _summary(files: SealedFiles, called: Pseudonyms) -> dict[str, Any]:
    """Return what may be told of ``summary.json``, people in its sentences called by their pseudonyms."""
    said = json.loads(files.read("data/summary.json"))
    kept: dict[str, Any] = _within({name: said[name] for name in _SUMMARY if name in said}, called)
    return kept


def _within(value: Any, called: Pseudonyms) -> Any:
    if isinstance(value, str):
        return called.sentence(value)
    if isinstance(value, list):
        return [_within(one, called) for one in value]
    if isinstance(value, dict):
        return {name: _within(one, called) for name, one in value.items()}
    return value


def _write_book(
    frames: Mapping[Table, pd.DataFrame], data: Path, summary: Mapping[str, Any], made: str, version: int
) -> None:
    """Write the masked tables as one workbook."""
    day = datetime.fromisoformat(made).replace(tzinfo=UTC)
    digest = str(summary["full"]["tagmanifest_sha256"])
    facts = [
        ("audit", str(summary["audit"])),
        (
            "what this is",
            "the tables of an evidence package for parties who may not see names: people have pseudonyms, texts are left out",
        ),
        ("full package", f"SHA-256 of its {TAG_MANIFEST}: {digest}"),
    ]
    again = (
        "auditlib verify PACKAGE --full FULL --mask-key FILE: this package made again of the full one, compared to the byte.",
    )
    limits = [str(one) for one in summary.get("limits", ())]
    paper = WorkingPaper(
        looks=Looks(str(summary["audit"]), f"without names · {digest[:16]}"),
        made=day,
        asked=day,
        statement=Statement(facts=facts, limits=limits, again=again),
    )
    write_workbook(frames, data / "tables", data / "audit.xlsx", paper, version)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    write_whole(path, [json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False).encode() + b"\n"])


# Verified


def check_masked(package: Path, full: Path | None = None, key: bytes | None = None) -> list[Difference]:
    """Check what a masked package holds, as far as that can be done with what is at hand.

    Parameters
    ----------
    package : Path
        The masked package; its digests are checked elsewhere.
    full : Path, optional
        The full package: it must be the one that this was made of.
    key : bytes, optional
        Of the pseudonyms: then the package is made again, and compared to the byte.
    """
    said = read_masked(package)
    found = [
        Difference(Kind.NOT_MASKED, path)
        for path, kind in walk(package, "data")
        if kind == "file" and not _OURS.fullmatch(path)
    ]
    tags = package / _FULL_TAGS
    if not tags.is_file() or digest_file(tags) != said.digest:
        found.append(
            Difference(Kind.OTHER_FULL, _FULL_TAGS, said.digest, digest_file(tags) if tags.is_file() else "nothing")
        )
    if full is None:
        return found
    digest = open_sealed(full, purpose="it is no full package").digest
    if digest != said.digest:
        return [*found, Difference(Kind.OTHER_FULL, MASKED_RECORD, said.digest, digest)]
    if key is None:
        return found
    if identity_of(key) != said.key:
        return [*found, Difference(Kind.OTHER_KEY, MASKED_RECORD, said.key, identity_of(key))]
    with tempfile.TemporaryDirectory() as folder:
        again = make_masked(full, key, Path(folder) / "again")
        return [*found, *_compared(package, again)]


def _compared(package: Path, again: Path) -> Iterator[Difference]:
    """Compare every file with the same one made again."""
    ours, theirs = (
        {path: digest_file(folder / path) for path, kind in walk(folder, "data") if kind == "file"}
        for folder in (package, again)
    )
    for path in sorted(ours.keys() | theirs.keys()):
        if ours.get(path) != theirs.get(path):
            yield Difference(Kind.MADE_OTHERWISE, path, theirs.get(path, "nothing"), ours.get(path, "nothing"))
    for path in (INFO, MANIFEST):
        if digest_file(package / path) != digest_file(again / path):
            yield Difference(Kind.MADE_OTHERWISE, path, digest_file(again / path), digest_file(package / path))

"""The full records of a package on paper, by the control that tested them: for tools that match documents to samples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from auditlib.audit.controls.subject import NOT_APPLICABLE
from auditlib.dossier.pdf import write_pdf
from auditlib.evidence.content import Content
from auditlib.files import write_whole
from auditlib.package.layout import name_problem
from auditlib.tables import Column, Table, to_csv

UNTESTED: Final = "not tested"
"""The folder, and the outcome, of issues that were collected and that nothing tested."""

_LONGEST: Final = 60

OUTCOMES: Final = Table(
    "outcomes",
    "By control and attribute, the sampled issues that it was tested on, and where the record of each stands.",
    (
        Column("test", "text", "The control or attribute, as in controls.csv and attributes.csv."),
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("outcome", "text", "What the test says of the issue, of several rounds the gravest."),
        Column("document", "text", "The record on paper, from this folder on."),
        Column("sha256", "text", "SHA-256 of that file."),
    ),
)


class Tested(NamedTuple):
    """What a test says of an issue whose full record was collected."""

    test: str
    key: str
    outcome: str


def outcomes_by_test(records: Content) -> list[Tested]:
    """Return what each control and attribute says of each issue that was collected; not what it does not concern.

    An issue that nothing tests stands once, as `UNTESTED`.
    """
    found = [*_by_controls(records), *_by_attributes(records)]
    keys = [one.asked for one in records.collected.dossiers]
    there = frozenset(keys)
    told = [one for one in found if one.key in there and one.outcome != NOT_APPLICABLE]
    tested = {one.key for one in told}
    return [*told, *(Tested(UNTESTED, key, UNTESTED) for key in keys if key not in tested)]


def _by_controls(records: Content) -> Iterator[Tested]:
    for row in records.controls.whole.itertuples():
        yield Tested(str(row.control), str(row.key), str(row.outcome))


def _by_attributes(records: Content) -> Iterator[Tested]:
    for row in records.collected.attributes.itertuples():
        yield Tested(str(row.attribute), str(row.key), str(row.outcome))


def write_by_control(records: Content, folder: Path, origin: str, tell: Callable[[str], object]) -> dict[str, str]:
    """Write a folder for each control and attribute, with the record of each issue that it was tested on as a PDF.

    Parameters
    ----------
    records : Content
        Of the package.
    folder : Path
        Is made.
    origin : str
        The package and its digest, as each PDF states it.
    tell : callable
        Gets the key of each record that is set.

    Returns
    -------
    dict of str to str
        SHA-256 of each file by its path below ``folder``; empty if the package holds no full record.
    """
    tested = outcomes_by_test(records)
    folders = folder_names(dict.fromkeys(one.test for one in tested))
    written: dict[str, str] = {}
    for dossier in records.collected.dossiers:
        tell(dossier.asked)
        made = write_pdf(
            [dossier], title=f"{records.params.audit}: {dossier.asked}", place=records.pulled.place, origin=origin
        )
        for one in tested:
            if one.key == dossier.asked:
                written[_document(folders, one)] = write_whole(folder / _document(folders, one), [made])
    if not written:
        return {}
    rows = [(*one, _document(folders, one), written[_document(folders, one)]) for one in tested]
    table = to_csv(OUTCOMES, OUTCOMES.make(rows))
    return {OUTCOMES.file: write_whole(folder / OUTCOMES.file, [table]), **dict(sorted(written.items()))}


def _document(folders: Mapping[str, str], one: Tested) -> str:
    return f"{folders[one.test]}/{one.key}.pdf"


def folder_names(tests: Mapping[str, None]) -> dict[str, str]:
    """Return a name for the folder of each test that every system takes, and no two alike where case does not count.

    >>> folder_names({"CT-01": None, "four: eyes?": None, "Four_ Eyes_": None})
    {'CT-01': 'CT-01', 'four: eyes?': 'four_ eyes_', 'Four_ Eyes_': 'Four_ Eyes_ 2'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for test in tests:
        plain = re.sub(r'[<>:"/\\|?*%]', "_", "".join(one if one.isprintable() else "_" for one in test))
        plain = plain[:_LONGEST].strip(" .") or "_"
        plain = plain if name_problem(plain) is None else f"_{plain}"
        name = plain
        for number in range(2, len(tests) + 2):
            if name.casefold() not in taken:
                break
            name = f"{plain} {number}"
        taken.add(name.casefold())
        names[test] = name
    return names

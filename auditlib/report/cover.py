"""What a reader opens first: the cover page, the workbook of all tables, and the summary for programs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import pandas as pd
import xlsxwriter
from markupsafe import Markup

from auditlib.audit.finding import BANNERS, SEVERITIES
from auditlib.errors import AuditError
from auditlib.package.bag import digest_file
from auditlib.phrases import counted, listed
from auditlib.report.display import named_text
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment
from auditlib.tables import Kind, Table, take_long_cells
from auditlib.text import is_web_address, visible_text

MOST_ROWS = 100_000

_HEADLINES = (
    *("project", "population", "difference", "numbers", "present", "missing"),
    *("moved", "deleted", "existed", "unexplained", "continuity"),
)
_NUMBERS: Mapping[Kind, str] = {"integer": "number", "fraction": "fraction"}  # formats of cells that are no text
_LONGEST_CELL = 32_767  # Excel's own limit, in UTF-16 code units
_WIDEST = 60
_EXACT = 10**15  # Excel keeps 15 digits of a number
_FORMULA_LIKE = re.compile("[=+\\-@\t\r]")
_GUARDED = re.compile("'[=+\\-@\t\r]")


# The workbook


def write_workbook(tables: Mapping[Table, pd.DataFrame], files: Path, target: Path, about: Mapping[str, str]) -> None:
    """Write all tables as one Excel workbook, one sheet a table, after a sheet that says where they come from.

    Cells are those of the CSV files: times stay text with their offset, numbers are numbers, and text is text, never a
    formula or a link. Equal tables and equal ``about`` give equal bytes.

    Parameters
    ----------
    tables : mapping of Table to DataFrame
        In the order of the sheets; each as `auditlib.tables.to_csv` takes it.
    files : Path
        Folder in which each is written already: the cells are read from there.
    target : Path
        The ``.xlsx`` to write; replaced if it is there.
    about : mapping of str to str
        Lines of the first sheet, in this order, such as ``audit``, ``period``, ``Jira``. ``made``, an ISO 8601 instant,
        is also the date inside the file; without it that is 1980-01-01.

    Raises
    ------
    AuditError
        If the file can't be written.
    """
    digests = {table: digest_file(files / table.file) for table in tables}
    options = {
        "constant_memory": True,  # rows go to disk one by one
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(target), options)
    created = datetime.fromisoformat(about["made"]) if "made" in about else datetime(1980, 1, 1, tzinfo=UTC)
    title = about.get("audit", "")
    book.set_properties({"title": title, "author": "auditlib", "created": created.astimezone(UTC)})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#0B3C5D"}),
        "label": book.add_format({"font_color": "#566070", "valign": "top"}),
        "header": book.add_format({"bold": True, "bottom": 2, "bottom_color": "#0B3C5D", "font_color": "#0B3C5D"}),
        "number": book.add_format({"num_format": "0"}),
        "fraction": book.add_format({"num_format": "0.0#####"}),
        "text": book.add_format({"num_format": "@", "quote_prefix": True}),
        "note": book.add_format({"italic": True, "font_color": "#B34700"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _write_about(
        book.add_worksheet("about"), digests, {table: len(frame) for table, frame in tables.items()}, about, formats
    )
    for table, frame in tables.items():
        path = files / table.file
        take_long_cells(path.stat().st_size)
        with path.open(encoding="utf-8", newline="") as content:
            _write_sheet(book.add_worksheet(table.name), table, len(frame), content, formats)
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise AuditError(f"{target}: can't be written: {error}") from error


def _write_about(
    sheet: Any,
    digests: Mapping[Table, str],
    rows: Mapping[Table, int],
    about: Mapping[str, str],
    formats: Mapping[str, Any],
) -> None:
    """Write the first sheet: what this is, and for each table its file, rows and digest."""
    sheet.hide_gridlines(2)
    for column, width in enumerate((20, 62, 34, 12, 14, 68)):
        sheet.set_column(column, column, width)
    place = 0
    sheet.write_string(place, 0, "Tables of the evidence package", formats["title"])
    place += 2
    for label, value in about.items():
        sheet.write_string(place, 0, label.replace("_", " "), formats["label"])
        sheet.write_string(place, 1, _fitting(value, "run.json"), formats["wrapped"])
        place += 1
    place += 1
    for column, label in enumerate(
        ("sheet", "rows are", "file in the package", "rows in file", "rows on sheet", "SHA-256 of file")
    ):
        sheet.write_string(place, column, label, formats["header"])
    for table, digest in digests.items():
        place += 1
        sheet.write_string(place, 0, table.name)
        sheet.write_string(place, 1, table.says, formats["wrapped"])
        sheet.write_string(place, 2, f"data/tables/{table.file}")
        sheet.write_number(place, 3, rows[table])
        sheet.write_number(place, 4, min(rows[table], MOST_ROWS))
        sheet.write_string(place, 5, digest)
    cut = [table.name for table, count in rows.items() if count > MOST_ROWS]
    notes = [
        f"A sheet holds at most {MOST_ROWS:,} rows. " + (f"Cut: {', '.join(cut)}." if cut else "No table has more."),
        "The CSV files are the evidence; this workbook holds the same cells for reading.",
        "Times are text, as in the CSV: Excel's dates know no time zone. Characters that can't be seen are shown as [U+…].",
    ]
    place += 2
    for note in notes:
        sheet.write_string(place, 0, note, formats["note"] if cut and note is notes[0] else formats["label"])
        place += 1


def _write_sheet(sheet: Any, table: Table, size: int, content: TextIO, formats: Mapping[str, Any]) -> None:
    """Write one table from its CSV file, as far as a sheet holds it."""
    reader = csv.reader(content, strict=True)
    header = next(reader)
    rows = islice(reader, MOST_ROWS)
    kinds = [_NUMBERS.get(table.kinds[column]) for column in header]
    first = list(islice(rows, 200))  # widths are fitted to these: constant memory wants them before the first cell
    for column, label in enumerate(header):
        longest = max((len(row[column]) for row in first), default=0)
        sheet.set_column(column, column, min(max(longest, len(label) + 3) + 1, _WIDEST))
    place = 0
    if size > MOST_ROWS:
        note = f"Cut: the first {MOST_ROWS:,} of {size:,} rows; all are in data/tables/{table.file}"
        sheet.write_string(place, 0, note, formats["note"])
        place += 1
    top = place
    sheet.freeze_panes(top + 1, 0)
    for column, label in enumerate(header):
        sheet.write_string(top, column, label, formats["header"])
    for row in chain(first, rows):
        place += 1
        for column, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
            _write_cell(sheet, (place, column), cell, kind, formats)
    sheet.autofilter(top, 0, max(place, top), len(header) - 1)


def _write_cell(sheet: Any, place: tuple[int, int], cell: str, kind: str | None, formats: Mapping[str, Any]) -> None:
    """Write one cell of a table of the sheet's own name."""
    if not cell:
        return
    if kind is not None and abs(float(cell)) < _EXACT:
        sheet.write_number(*place, float(cell), formats[kind])
        return
    text = cell[1:] if kind is None and _GUARDED.match(cell) else cell
    # Excel's own mark for "this is text" takes the place of the apostrophe that guards the CSV
    guarded = formats["text"] if _FORMULA_LIKE.match(text) else None
    sheet.write_string(*place, _fitting(text, f"data/tables/{sheet.get_name()}.csv"), guarded)


def _fitting(text: str, whole: str) -> str:
    """Show unseen characters, and cut what is longer than a cell of Excel."""
    if len(text) <= _LONGEST_CELL // 2 and text.isprintable():  # nearly every cell
        return text
    text = visible_text(text, keep="\n\t")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return text
    note = f" … [cut; the whole text is in {whole}]"
    return units[: 2 * (_LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note


# The summary and the cover page


def write_cover(folder: Path, summary: Mapping[str, Any], says: Mapping[str, str]) -> None:
    """Write ``data/index.html``, the cover page, after everything else in ``data``: it lists what is there.

    Parameters
    ----------
    folder : Path
        The package being made.
    summary : mapping
        ``audit``, ``jira_url``, ``deployment``, ``projects``, ``period`` (``start``, ``end``, ``timezone``, ``begins``,
        ``ends``; None for a package of dossiers), ``interim``,
        ``account`` (``name``, ``id``), ``pulled`` (``from``, ``to``), ``conclusions``
        (``notebook``, ``question``, ``conclusion``), ``figures``, ``per_project``, ``findings``, ``limits``,
        ``versions``; ``sums`` (sentences that say how the figures add up) and ``charts`` (captions by file name without
        ending) if there are any.
    says : mapping of str to str
        What each file in ``tables/`` holds, by its name, in the order in which they are listed.

    Raises
    ------
    AuditError
        If the page could ask the network for something, which would be an error of the template.
    """
    data = folder / "data"
    files = {
        path.relative_to(data).as_posix(): path.stat().st_size
        for path in sorted(data.rglob("*"))
        if path.is_file() and path != data / "index.html"
    }
    page = (
        page_environment()
        .get_template("cover.html.j2")
        .render(
            style=Markup((TEMPLATES / "style.css").read_text("utf-8")),  # noqa: S704 -- our own file
            summary=summary,
            facts=_facts(summary),
            banners=[
                one["statement"] for one in summary["findings"] if one["id"] in BANNERS and one["id"] != "scope.interim"
            ],
            sums=summary.get("sums", ()),
            findings_caption=_findings_caption(summary["findings"]),
            interim=summary["interim"] and _moment(summary["pulled"]["from"]),
            figures=[(_label(name), _figure(name, value)) for name, value in _flat(summary["figures"])],
            conclusions=[_conclusion(record, files) for record in summary["conclusions"]],
            findings=[
                {"cause": "", **record, "href": _existing(f"tables/{record['table']}.csv", files)}
                for record in summary["findings"]
            ],
            per_project=_grid(_headlines(summary["per_project"])),
            charts=_charts(files, summary.get("charts", {})),
            tables=_tables(files, says),
            folders=_folders(files),
            has=set(files).__contains__,
        )
    )
    doubts = network_requests(page, pictures_beside=True)
    if doubts:
        raise AuditError(
            f"index.html: the page would ask for something outside of the package: {'; '.join(doubts[:3])}"
        )
    (data / "index.html").write_text(page, "utf-8", newline="\n")


def _findings_caption(findings: Sequence[Mapping[str, Any]]) -> str:
    """Say how many findings there are, of each severity, and of how many causes."""
    if not findings:
        return "No findings"
    parts = []
    for severity in SEVERITIES:
        mine = [one for one in findings if one["severity"] == severity]
        causes = len({one.get("cause", one["id"]) for one in mine})
        if mine:
            parts.append(f"{counted(len(mine), severity)} ({counted(causes, 'cause')})")
    return f"{counted(len(findings), 'finding')}: {listed(parts)}"


def _facts(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the lines under the title, each with an address if it is one."""
    pulled, account = summary["pulled"], summary["account"]
    name, identity = account.get("name"), account.get("id")
    who = f"{name} ({identity})" if name and identity else str(name or identity or "anonymous")
    lines = [
        *_period_lines(summary["period"]),
        ("Projects", ", ".join(summary["projects"])),
        ("Jira", str(summary["jira_url"])),
        ("Deployment", str(summary["deployment"])),
        ("Read as", who),
        ("Read", f"from {_moment(pulled['from'])} to {_moment(pulled['to'])}"),
    ]
    return [{"name": name, "value": value, "href": value if is_web_address(value) else ""} for name, value in lines]


def _period_lines(period: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return what is said of the period; nothing where a package has none."""
    if period is None:
        return []
    return [
        ("Period", f"{period['start']} to {period['end']}, both days included, in {period['timezone']}"),
        ("As instants", f"from {_moment(period['begins'])} up to, not including, {_moment(period['ends'])}"),
    ]


def _moment(text: str) -> str:
    """Write an ISO 8601 instant for people, ``2026-10-02 08:31:12 UTC``; as it is if it is none."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text


def _conclusion(record: Mapping[str, Any], files: Mapping[str, int]) -> dict[str, Any]:
    name = record["notebook"]
    return {
        **record,
        "page": _existing(f"notebooks/{name}.html", files),
        "source": _existing(f"notebooks/{name}.ipynb", files),
    }


def _charts(files: Mapping[str, int], captions: Mapping[str, str]) -> list[dict[str, str]]:
    names = [Path(path).stem for path in files if path.startswith("charts/") and path.endswith(".svg")]
    return [
        {"href": quote(f"charts/{name}.svg"), "caption": captions.get(name, _label(name)), "name": name}
        for name in names
    ]


def _tables(files: Mapping[str, int], says: Mapping[str, str]) -> list[dict[str, str]]:
    found = [path.removeprefix("tables/") for path in files if path.startswith("tables/")]
    names = [*(name for name in says if name in found), *(name for name in sorted(found) if name not in says)]
    return [
        {
            "name": name,
            "href": quote(f"tables/{name}"),
            "size": _size(files[f"tables/{name}"]),
            "says": says.get(name, ""),
        }
        for name in names
    ]


def _folders(files: Mapping[str, int]) -> list[dict[str, Any]]:
    """Group the files by folder, the files at the top first."""
    folders: dict[str, list[dict[str, str]]] = {}
    sizes: dict[str, int] = {}
    for path, size in files.items():
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append({"name": name, "href": quote(path), "size": _size(size)})
        sizes[folder] = sizes.get(folder, 0) + size
    return [
        {"name": f"data/{name}".rstrip("/") + "/", "files": folders[name], "size": _size(sizes[name])}
        for name in sorted(folders)
    ]


def _existing(path: str, files: Mapping[str, int]) -> str:
    """Return the link to a file of the package, empty if it is not there."""
    return quote(path) if path in files else ""


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}: ")
        elif not isinstance(value, list | tuple):
            yield f"{before}{name}", value


def _headlines(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep the columns that fit on a page; the tables have all of them. Records of other columns stay whole."""
    kept = [{name: record[name] for name in _HEADLINES if name in record} for record in records]
    return kept if all(len(record) > 1 for record in kept) else [dict(record) for record in records]


def _grid(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return heads and rows of a table of records; a column of numbers is aligned to the right."""
    names = list(dict.fromkeys(name for record in records for name in record))
    numeric = [
        all(_is_number(record.get(name)) or record.get(name) in (None, "") for record in records) for name in names
    ]
    return {
        "heads": [(_label(name), number) for name, number in zip(names, numeric, strict=True)],
        "rows": [
            [(_figure(name, record.get(name)), number) for name, number in zip(names, numeric, strict=True)]
            for record in records
        ],
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else named_text(name, value)


def _label(name: str) -> str:
    return name.replace("_", " ")


def _size(size: int) -> str:
    """Write a size for people: bytes below 1000, else kB or MB with one decimal."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:,.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"

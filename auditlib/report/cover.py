"""What a reader opens first: the cover page, the workbook of all tables, and the summary for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from auditlib.audit.finding import BANNERS, SEVERITIES
from auditlib.errors import AuditError
from auditlib.phrases import counted, listed
from auditlib.report.cells import named_text
from auditlib.report.navigation import COVER, navigation_bar, navigation_style
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment
from auditlib.tables import Kind
from auditlib.text import is_web_address

_HEADLINES = (
    *("project", "population", "difference", "numbers", "present", "missing"),
    *("moved", "deleted", "existed", "unexplained", "continuity"),
)
NUMBERS: Mapping[Kind, str] = {"integer": "number", "fraction": "fraction"}  # formats of cells that are no text


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
            style=Markup((TEMPLATES / "style.css").read_text("utf-8") + navigation_style()),  # noqa: S704 -- our own files
            bar=navigation_bar(COVER, files, sample=""),
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

"""``data/index.html``: the cover of a package, made of ``summary.json`` and the files beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from auditlib.audit.answers.answered import ANSWERS
from auditlib.audit.causes import Cause, by_cause, causes_in_words
from auditlib.audit.finding import BANNERS
from auditlib.audit.numbering.stretches import KINDS, Line, lines
from auditlib.audit.scope.ipe import TITLE, statement_of
from auditlib.errors import AuditError
from auditlib.phrases import agreeing, counted, listed
from auditlib.report.cover import cards, head
from auditlib.report.cover.answers import answers_counted
from auditlib.report.cover.contents import Contents
from auditlib.report.cover.controls import COLUMNS, OF_LIBRARY, controls, of_library
from auditlib.report.cover.grid import MOST_GRIDS, WORDS, Grid, grids, strips
from auditlib.report.cover.issues import ON_PAPER, population, sampled_issues
from auditlib.report.cover.listing import folders, size_in_words, tables
from auditlib.report.cover.needs import findings_caption, needs
from auditlib.report.cover.projects import per_project
from auditlib.report.cover.requests import requests, requests_caption
from auditlib.report.cover.seals import seals
from auditlib.report.ipe import statement_html
from auditlib.report.navigation import COVER, navigation_bar, navigation_style
from auditlib.report.safe_html import network_requests
from auditlib.report.sheets import sheet_style
from auditlib.report.tables_in_pages import SCRIPT, nonce_of, policy, script_element, style, write_script
from auditlib.report.templating import TEMPLATES, page_environment

_OPEN_CONTROLS: Final = 4
"""Rows of controls that stand open; of more, these that deviate most, and the others are folded."""

_ALL_CAUSES: Final = 30
_OPEN_CAUSES: Final = 8
"""Causes that stand open where there are more than `_ALL_CAUSES`; the others are folded."""

_FEW_PROJECTS: Final = 40
"""Lines of projects that stand open; those beyond are folded."""


def write_cover(
    folder: Path, summary: Mapping[str, Any], says: Mapping[str, str], elsewhere: Mapping[str, int] | None = None
) -> None:
    """Write ``data/index.html``, the cover, after everything else in ``data``: it shows and lists what is there.

    Parameters
    ----------
    folder : Path
        The package being made.
    summary : mapping
        ``audit``, ``jira_url``, ``deployment``, ``projects``, ``period`` (``start``, ``end``, ``timezone``, ``begins``,
        ``ends``; None for a package of dossiers), ``interim``,
        ``account`` (``name``, ``id``), ``pulled`` (``from``, ``to``), ``conclusions``
        (``notebook``, ``question``, ``conclusion``), ``figures``, ``per_project``, ``findings``, ``limits``,
        ``versions``; and if there are any ``package`` (its id), ``verdict`` (sentences, as `audit.verdict`), ``causes`` (as
        `audit.causes`), ``records`` and ``keys`` (what full records there are, and which were asked for), ``sums``
        (sentences that say how the figures add up), ``seal`` (the key and the authority that were asked for).
    says : mapping of str to str
        What each file in ``tables/`` holds, by its name, in the order in which they are listed.
    elsewhere : mapping of str to int, optional
        As `Contents` takes them.

    Raises
    ------
    AuditError
        If the page could ask the network for something, which would be an error of the template.
    """
    contents = Contents(folder / "data", elsewhere or {})
    if not (contents.data / SCRIPT).is_file():
        write_script(contents.data)
    nonce = nonce_of(json.dumps(summary, sort_keys=True, default=str))
    page = (
        page_environment()
        .get_template("cover.html.j2")
        .render(
            policy=policy(nonce, pictures="'self' file: data:"),
            script=script_element(nonce),
            style=_style(summary),
            bar=navigation_bar(COVER, contents.files, sample="Sample" if summary["period"] else "Full records"),
            summary=summary,
            contents=contents,
            head=head.lines(summary),
            facts=head.facts(summary),
            interim=summary["interim"] and head.moment(summary["pulled"]["from"]),
            banners=_banners(summary["findings"]),
            seals=seals(summary),
            size_in_words=size_in_words,
            statement=_statement(summary),
            statement_title=TITLE,
            **_shown(summary, contents),
            **_listed(summary, contents, says),
        )
    )
    doubts = network_requests(page, script_beside=SCRIPT, drawings=True)
    if doubts:
        raise AuditError(
            f"index.html: the page would ask for something outside of the package: {'; '.join(doubts[:3])}"
        )
    (contents.data / COVER).write_text(page, "utf-8", newline="\n")


def _statement(summary: Mapping[str, Any]) -> Markup | None:
    """Return the statement on the information (IPE); None of a summary that has none."""
    if "ipe" not in summary:
        return None
    return Markup(statement_html(statement_of(summary["ipe"])))  # noqa: S704 -- escaped there


def _style(summary: Mapping[str, Any]) -> Markup:
    own = (TEMPLATES / "cover.css").read_text("utf-8")
    margins = sheet_style(str(summary.get("package", "")), "cover")
    return style() + Markup(navigation_style() + own + margins)  # noqa: S704 -- our own files


def _banners(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the limits that concern all of a package, which stand above everything else."""
    return [one["statement"] for one in findings if one["id"] in BANNERS and one["id"] != "scope.interim"]


def _shown(summary: Mapping[str, Any], contents: Contents) -> dict[str, Any]:
    """Return what the parts of the cover show that need an answer: cards, numbers, causes, controls, issues."""
    causes = causes_of(summary)
    limits = [one for one in causes if one.severity == "limit"]
    found, explained = _numbers(contents)
    of_attributes, library = contents.table("attribute_rates", COLUMNS), contents.table("control_rates", OF_LIBRARY)
    tested, end = controls(pd.concat([of_library(library), of_attributes], ignore_index=True))
    records, keys = summary.get("records", []), summary.get("keys", [])
    with_population, asked = summary["period"] is not None, requests(contents)
    exceptions = [one for one in causes if one.severity == "exception"]
    return {
        "verdict": summary.get("verdict", []),
        "cards": _cards(summary, contents, (found, explained), limits),
        "numbers": _drawn(found),
        "runs": contents.place("03_numbering", "runs")
        if contents.has("tables/runs.csv")
        else contents.place("03_numbering", "gaps"),
        "sums": summary.get("sums", ()),
        "answers": needs(exceptions, summary["findings"], contents),
        "answers_caption": causes_in_words(exceptions),
        "answers_counted": answers_counted(contents),
        "answers_place": contents.place("09_summary", ANSWERS.name),
        "limits": needs(limits, summary["findings"], contents),
        "requests": [one for one in asked if not one.provided],
        "provided": [one for one in asked if one.provided],
        "requests_caption": requests_caption(contents),
        "controls": tested if len(tested) <= _OPEN_CONTROLS else sorted(tested, key=lambda one: -one.rate),
        "open_controls": _OPEN_CONTROLS,
        "open_causes": _OPEN_CAUSES if len(exceptions) > _ALL_CAUSES else _ALL_CAUSES,
        "controls_counted": listed(
            [
                counted(number, noun)
                for number, noun in (
                    (len(library), "control"),
                    (of_attributes["attribute"].nunique(), "control attribute"),
                )
                if number
            ]
        ),
        "controls_page": contents.link("notebooks/06_controls.html") if len(library) else "",
        "scale": end,
        "sample": sampled_issues(contents, records, keys),
        "population": population(contents, int(summary["figures"].get("population", 0))) if with_population else None,
        "on_paper": ON_PAPER,
    }


def causes_of(summary: Mapping[str, Any]) -> list[Cause]:
    """Return the causes that a summary has; of an older one, those that its findings tell of."""
    if "causes" in summary:
        return [Cause(**{**one, "findings": tuple(one["findings"])}) for one in summary["causes"]]
    figures = {name: value for name, value in summary["figures"].items() if isinstance(value, int)}
    return by_cause(summary["findings"], figures)


def _numbers(contents: Contents) -> tuple[list[Line], int]:
    """Return the numbers of every project, and how many missing ones only the analyst explains."""
    numbering = contents.table("numbering", ("project", "first_number", "last_number"))
    gaps = contents.table("gaps", ("project", "number", "classification", "explanation"))
    ends = ["first_number", "last_number"]
    numbering[ends] = numbering[ends].apply(pd.to_numeric, errors="coerce")
    gaps["number"] = pd.to_numeric(gaps["number"], errors="coerce")
    gaps = gaps[gaps["classification"].isin(KINDS) & gaps["number"].notna()]
    silent = gaps["classification"].isin(["unexplained", "existed"])
    return lines(numbering, gaps), int((silent & (gaps["explanation"] != "")).sum())


def _drawn(found: Sequence[Line]) -> dict[str, Any]:
    """Return the drawings of the numbers: a grid each, or of many projects a line each."""
    many = len(found) > MOST_GRIDS
    made: list[Grid] = strips(found) if many else grids(found)
    kinds = [kind for kind in KINDS if any(line.count(kind) for line in found)]
    sizes = sorted({one.size for one in made if one.drawing})
    return {
        "many": many,
        "missing": sum(line.missing for line in found),
        "shown": made[:_FEW_PROJECTS] if many else made,
        "folded": made[_FEW_PROJECTS:] if many else [],
        "legend": [(kind, WORDS[kind]) for kind in kinds],
        "cell": "" if sizes in ([], [1]) else _cell_in_words(sizes),
    }


def _cell_in_words(sizes: Sequence[int]) -> str:
    """Say what a cell stands for, where it is not one number."""
    most = "one number" if sizes[-1] == 1 else f"{sizes[-1]:,} numbers"
    span = most if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,} numbers, as the project is large"
    shades = "palest up to a tenth, then up to a half, then more, full where all are missing"
    return f"A cell is {span}: it has the colour of the gravest class among them, the paler the fewer are missing ({shades})."


def _cards(
    summary: Mapping[str, Any], contents: Contents, numbers: tuple[list[Line], int], limits: Sequence[Cause]
) -> list[cards.Card]:
    """Return the cards that the package has figures for."""
    records, standing = summary.get("records", []), len(summary["limits"])
    last = cards.limits_card(limits, standing)
    if summary["period"] is None:
        outcomes = pd.concat(
            [contents.table(name, ("outcome",)) for name in ("attributes", "control_sample")], ignore_index=True
        )
        asked = int(summary["figures"].get("keys", len(summary.get("keys", []))))
        tested = [cards.outcomes_card(outcomes)] if len(outcomes) else []
        return [cards.sample_card(asked, None, records), *tested, last]
    population_total = int(summary["figures"].get("population", 0))
    sampled = int(summary["figures"].get("sample", 0))
    return [
        cards.population_card(summary, contents),
        cards.numbers_card(*numbers),
        cards.closing_card(contents),
        cards.sample_card(sampled, population_total, records),
        last,
    ]


def _listed(summary: Mapping[str, Any], contents: Contents, says: Mapping[str, str]) -> dict[str, Any]:
    """Return what the cover has for looking things up: conclusions, findings, files."""
    conclusions = [
        {
            **record,
            "page": contents.link(f"notebooks/{record['notebook']}.html"),
            "source": contents.link(f"notebooks/{record['notebook']}.ipynb"),
        }
        for record in summary["conclusions"]
    ]
    findings = [
        {"cause": "", **record, "href": contents.link(f"tables/{record['table']}.csv")}
        for record in summary["findings"]
    ]
    projects = len(summary["projects"])
    return {
        "conclusions": conclusions,
        "findings": findings,
        "findings_caption": findings_caption(summary["findings"]),
        "per_project": per_project(summary["per_project"]),
        "projects_caption": f"{len(summary['per_project']):,} of {projects:,} {agreeing(projects, 'project', 'projects')}",
        "tables": tables(contents, says),
        "folders": folders(contents),
        "counted": counted,
    }

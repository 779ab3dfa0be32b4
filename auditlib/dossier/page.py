"""``issue.html``: the full record of one issue as a page that looks like the issue in Jira, on screen and on paper.

One file, no script, nothing to load: it opens in any browser, offline, in many years. The page carries a policy that forbids
every request and every script, and it is read once more before it is given out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from functools import cache
from typing import Any, Final

import jinja2
from markupsafe import Markup

from auditlib.deep_json import as_text
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import (
    CATEGORIES,
    DATES,
    DETAILS,
    PEOPLE,
    category_of,
    duration,
    kinds_of_people,
    label_of,
    people_of_record,
)
from auditlib.dossier.page_history import (
    called_now,
    history_entries,
    history_row,
    history_words,
    replay_says,
    verdict_line,
)
from auditlib.dossier.page_standing import conversation, outcome_rows
from auditlib.dossier.page_values import (
    DURATIONS,
    MOST_REPEATED,
    SECTIONS,
    UNPLAIN,
    is_long,
    is_record,
    kind_of_field,
    lines,
    link,
    person,
    rich,
    size_in_words,
    stamp,
    stored_link,
    value_html,
)
from auditlib.dossier.parts import Link
from auditlib.dossier.record import Dossier
from auditlib.dossier.standing import SAMPLED, Standing
from auditlib.errors import AuditError
from auditlib.phrases import agreeing, counted
from auditlib.records.history import NOTHING
from auditlib.records.issues import json_object
from auditlib.report.navigation import PAPER, WORKBOOK, navigation_bar, navigation_style
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment

_NEVER_BESIDE: Final = frozenset(
    {
        *("summary", "status", "project", "watches", "votes", "timetracking", "progress", "aggregateprogress"),
        *("aggregatetimeoriginalestimate", "aggregatetimeestimate", "aggregatetimespent", "workratio", "lastViewed"),
        *("statuscategorychangedate", "issuerestriction", "thumbnail", *SECTIONS),
    }
)
"""Fields that stand elsewhere on the page, or that Jira's own page does not show; the list of all fields has them."""


def issue_page(dossier: Dossier, *, audit: str = "", standing: Standing | None = None, kinds: bool = False) -> str:
    """Return ``issue.html``.

    Parameters
    ----------
    dossier : Dossier
        The issue.
    audit : str
        Name of the audit, for the foot of the page.
    standing : Standing, optional
        Where the issue stands among those collected with it. Without it the page is, to the byte, what packages before
        `standing.SINCE` have: the strip, its landmarks and its style come with it.
    kinds : bool
        Whether the page says what kind of actor each author is; those of packages before `files.KINDS_SINCE` do not.

    Returns
    -------
    str
        HTML; equal dossiers give equal pages.

    Raises
    ------
    AuditError
        If the page could run or load something, which would be an error of this module.
    """
    long = len(dossier.changes) + len(dossier.comments) > MOST_REPEATED
    style = (TEMPLATES / "issue.css").read_text("utf-8") + (_margins(dossier) if long else "")
    if standing is not None:
        style += navigation_style() + (TEMPLATES / "issue_strip.css").read_text("utf-8")
    if kinds:
        style += (TEMPLATES / "issue_kinds.css").read_text("utf-8")
    page = _template().render(
        style=Markup(style),  # noqa: S704 -- our own file
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        audit=audit,
        long=long,
        d=dossier,
        kinds=kinds,
        **_views(dossier, kinds=kinds),
        **_among(dossier, standing),
    )
    doubts = network_requests(page)
    if doubts:
        raise AuditError(f"{dossier.key}: the page would run or load something: {'; '.join(doubts[:3])}")
    return page


def _margins(dossier: Dossier) -> str:
    """Return a style that prints into the margins of every sheet what the band says, for pages too long to repeat it.

    Only plain characters come into a style sheet; whatever else a name or an address holds becomes ``_``.
    """
    begun = dossier.collected[0].astimezone(UTC)
    above = f"{dossier.key}  {dossier.url}"
    below = f"collected {begun:%Y-%m-%d %H:%M:%S} UTC as {dossier.place.account_id}  SHA-256 {dossier.digest}"
    top, bottom = (UNPLAIN.sub("_", text) for text in (above, below))
    font = 'font: 5.6pt "Liberation Sans", Arial, sans-serif; color: #5e6c84; white-space: nowrap;'
    boxes = (
        f'@top-left {{ content: "{top}"; {font} }}',
        f'@top-right {{ content: counter(page) " / " counter(pages); {font} }}',
        f'@bottom-left {{ content: "{bottom}"; {font} }}',
        "@bottom-right { content: none; }",
    )
    return f"@page {{ {' '.join(boxes)} }}\n"


@cache
def _template() -> jinja2.Template:
    environment = page_environment()
    environment.filters |= {
        "lines": lines,
        "bytes": size_in_words,
        "duration": duration,
        "count": lambda number: f"{number:,}",
        "number": lambda number: "without id" if number is None else str(number),
    }
    environment.globals |= {"link": link, "stamp": stamp, "person": person, "counted": counted, "agreeing": agreeing}
    return environment.get_template("issue.html.j2")


def _views(dossier: Dossier, *, kinds: bool) -> dict[str, Any]:
    """Return what the template shows, part by part; ``kinds`` as `issue_page`."""
    fields, zone, archived = dossier.fields, dossier.place.zone, dossier.archived
    categories = dict(_categories(fields))
    below = [one for one in dossier.links if one.direction == "sub-task"]
    first, last = dossier.collected
    long_texts = list(_long_texts(dossier))
    return {
        "zone": zone.key,
        "first": first.astimezone(zone),
        "last": last.astimezone(zone),
        "at_once": first.replace(microsecond=0) == last.replace(microsecond=0),
        "project_name": dossier.text("project") or dossier.project,
        "parent": next((one for one in dossier.links if one.direction == "parent"), None),
        "summary": dossier.text("summary"),
        "status": _status(fields.get("status")),
        "kind": kind_of_field(dossier.text("issuetype")),
        "long_texts": long_texts,
        "attachments": [(one, stored_link(one)) for one in dossier.attachments],
        "sub_tasks": [(one, categories.get(one.key, "")) for one in below],
        "sub_tasks_done": sum(categories.get(one.key) == "done" for one in below),
        "links": [
            (kind, [(one, categories.get(one.key, "")) for one in ones])
            for kind, ones in _grouped(one for one in dossier.links if one.direction in {"outward", "inward"})
        ],
        "remote_links": [one for one in dossier.links if one.direction == "remote"],
        "comments": dossier.comments,
        "archived_notes": [(f"comment-{one.comment_id}", one.in_words(zone)) for one in archived.changes] if archived else [],
        "archive_says": archived.says(zone) if archived else "",
        "worklogs": dossier.worklogs,
        "entries": list(history_entries(dossier)),
        "side": list(_side(dossier, {one.id for one, _, _ in long_texts}, kinds=kinds)),
        "votes": counted(dossier.vote_count, "vote") if dossier.vote_count is not None else "not told",
        "watching": _watching(dossier),
        "replayed": [
            (one, called_now(one.field, one.field_id, fields), *verdict_line(one))
            for one in sorted(dossier.replay, key=lambda one: one.closes is not False)
        ],
        "nothing_to_compare": dossier.history_verdict == NOTHING,
        "replay_says": replay_says(dossier.replay),
        "rows": [history_row(one, dossier, kinds=kinds) for one in fields.values()],
        "people": people_of_record(dossier),
        "kinds_of": kinds_of_people(dossier) if kinds else {},
        "said": history_words(dossier),
        "edited": sum(one.edited for one in dossier.comments),
        "sources": [(one, _place(one.file)) for one in dossier.sources],
    }  # fmt: skip


def _among(dossier: Dossier, standing: Standing | None) -> dict[str, Any]:
    """Return what the page shows of an issue's place among others, and the comments, those that are gone where they belong."""
    if standing is None:
        return {"stands": None, "talk": conversation(dossier, in_place=False)}
    name = "Sample" if standing.called == SAMPLED else "Records"
    # what each package of such records has; the notebooks that it has depend on the run
    return {
        "stands": standing,
        "bar": navigation_bar("dossiers/KEY/issue.html", (WORKBOOK, PAPER), sample=name),
        "strip_name": name,
        "outcomes": outcome_rows(dossier, standing),
        "talk": conversation(dossier, in_place=True),
    }


def _place(file: str) -> str:
    """Return where a file stands below ``data/``; the store of answers names all of them from its own folder."""
    return file.removeprefix("../") if file.startswith("../") else f"raw/{file}"


# The head and the column beside


def _status(field: Field | None) -> tuple[str, str, str]:
    """Return the status, the kind of its category, and what the category is called."""
    if field is None:
        return "status not told", "", ""
    kind, named = category_of(field.raw), json_object(json_object(field.raw).get("statusCategory")).get("name")
    return field.text, kind, str(named or CATEGORIES.get(kind, ""))


def _side(dossier: Dossier, elsewhere: set[str], *, kinds: bool) -> Iterator[tuple[str, list[tuple[str, Markup]]]]:
    """Yield the boxes beside the description: title, and the fields in them."""
    fields, zone = dossier.fields, dossier.place.zone

    def shown(ids: Iterable[str]) -> list[tuple[str, Markup]]:
        return [(label_of(fields[one]), value_html(fields[one], zone, kinds=kinds)) for one in ids if one in fields]

    yield "Details", shown(DETAILS)
    yield "People", shown(PEOPLE)
    yield "Dates", shown(DATES)
    times = shown(one for one in DURATIONS if one in fields and fields[one].raw is not None)
    if times:
        yield "Time tracking", times
    named = {*DETAILS, *PEOPLE, *DATES, *DURATIONS, *_NEVER_BESIDE, *elsewhere}
    more = [one for one, field in fields.items() if one not in named and field.text.strip() and _is_for_people(field)]
    if more:
        yield "More fields", shown(more)


def _is_for_people(field: Field) -> bool:
    """Say whether a field has words, and a name other than its number."""
    return not is_record(field) and not (field.name == field.id and field.id.startswith("customfield_"))


def _watching(dossier: Dossier) -> str:
    if dossier.watch_count is None:
        return f"not told ({dossier.received.refused.get('watchers', 'this account may not read them')})"
    names = ", ".join(dossier.watchers or ())
    missing = dossier.watch_count - len(dossier.watchers or ())
    unnamed = f"; {missing:,} not named to this account" if missing > 0 else ""
    return counted(dossier.watch_count, "watcher") + (f": {names}" if names else "") + unnamed


# Long texts, links, files


def _long_texts(dossier: Dossier) -> Iterator[tuple[Field, str, Markup]]:
    """Yield the texts of many lines, the description first; an empty description is told too."""
    fields = dossier.fields
    order = [one for one in ("description", "environment") if one in fields]
    order += [one for one in fields if one not in order and one not in _NEVER_BESIDE and is_long(fields[one])]
    for one in order:
        field = fields[one]
        if one == "description" or field.text.strip() or field.html.strip():
            yield field, label_of(fields[one]), rich(field, dossier)


def _categories(fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Yield the status category of each issue that this one names, by its key."""
    others = list(_records(fields, "subtasks"))
    for one in _records(fields, "issuelinks"):
        others += [one[side] for side in ("outwardIssue", "inwardIssue") if isinstance(one.get(side), Mapping)]
    for other in others:
        yield as_text(other.get("key")), category_of(json_object(other.get("fields")).get("status"))


def _records(fields: Mapping[str, Field], field_id: str) -> Iterator[Mapping[str, Any]]:
    raw = fields[field_id].raw if field_id in fields else None
    yield from (one for one in raw if isinstance(one, Mapping)) if isinstance(raw, list) else ()


def _grouped(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    """Put links of one kind together, in the order in which the kinds come first."""
    groups: dict[str, list[Link]] = {}
    for one in links:
        groups.setdefault(one.type, []).append(one)
    return list(groups.items())

"""``issue.html``: the full record of one issue as a page that looks like the issue in Jira, on screen and on paper.

One file, no script, nothing to load: it opens in any browser, offline, in many years. The page carries a policy that forbids
every request and every script, and it is read once more before it is given out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup, escape

from auditlib.changes import BREAKS, CLOSES, NOTHING, Time, time_of
from auditlib.dossier.adf import is_document
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import (
    CATEGORIES,
    DATES,
    DETAILS,
    NAMES,
    PEOPLE,
    category_of,
    duration,
    is_person,
    label_of,
    offset_of,
    people_of_record,
)
from auditlib.dossier.numbers import dumps
from auditlib.dossier.record import Attachment, Comment, Dossier, Link
from auditlib.dossier.replay import NOT_COMPARED, REDACTED, VERDICTS, FieldReplay
from auditlib.dossier.rich import rich_html
from auditlib.errors import AuditError
from auditlib.issues import json_object, person_id, person_name
from auditlib.markup import network_requests
from auditlib.templating import TEMPLATES, page_environment
from auditlib.text import is_web_address, visible_text
from auditlib.words import agreeing, counted, listed

_SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "description": ("description", "Description"),
    "attachment": ("attachments", "Attachments"),
    "subtasks": ("sub-tasks", "Sub-tasks"),
    "issuelinks": ("links", "Linked issues"),
    "comment": ("comments", "Comments"),
    "worklog": ("work-log", "Work log"),
}
"""Fields whose content is a section of the page, and where it stands."""

_DURATIONS: Final = ("timeoriginalestimate", "timeestimate", "timespent")
_NEVER_BESIDE: Final = frozenset(
    {
        *("summary", "status", "project", "watches", "votes", "timetracking", "progress", "aggregateprogress"),
        *("aggregatetimeoriginalestimate", "aggregatetimeestimate", "aggregatetimespent", "workratio", "lastViewed"),
        *("statuscategorychangedate", "issuerestriction", "thumbnail", *_SECTIONS),
    }
)
"""Fields that stand elsewhere on the page, or that Jira's own page does not show; the list of all fields has them."""

_TYPES: Final = frozenset({"story", "bug", "task", "epic", "sub-task", "improvement", "new feature"})
_PRIORITIES: Final[Mapping[str, str]] = {
    "blocker": "⛔", "critical": "▲▲", "highest": "▲▲", "major": "▲", "high": "▲", "medium": "=",
    "minor": "▼", "low": "▼", "trivial": "▼▼", "lowest": "▼▼",
}  # fmt: skip

_OPENABLE: Final = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp", "txt", "log", "csv", "pdf"})
"""Endings of files that a browser shows without running anything of them; others are named, not linked."""

_LINE_END: Final = re.compile(r"\n *")
"""Where JSON is broken into lines, which paper does without."""

_MOST_REPEATED: Final = 500
"""Changes and comments up to which the band is repeated on paper; beyond, browsers take minutes to break such a page."""

_UNPLAIN: Final = re.compile(r"[^A-Za-z0-9 .,:/?=&#_-]")

_LONG: Final = 400
"""Characters from which a value of the history, or a field's value, gets a frame of its own."""


def issue_pages(dossiers: Iterable[Dossier], *, audit: str) -> dict[str, bytes]:
    """Return ``issue.html`` of each dossier, by path below ``data/``; a function of Jira's answers and the audit's name."""
    return {f"dossiers/{one.asked}/issue.html": issue_page(one, audit=audit).encode() for one in dossiers}


def issue_page(dossier: Dossier, *, audit: str = "") -> str:
    """Return ``issue.html``.

    Parameters
    ----------
    dossier : Dossier
        The issue.
    audit : str
        Name of the audit, for the foot of the page.

    Returns
    -------
    str
        HTML; equal dossiers give equal pages.

    Raises
    ------
    AuditError
        If the page could run or load something, which would be an error of this module.
    """
    long = len(dossier.changes) + len(dossier.comments) > _MOST_REPEATED
    style = (TEMPLATES / "issue.css").read_text("utf-8") + (_margins(dossier) if long else "")
    page = _template().render(
        style=Markup(style),  # noqa: S704 -- our own file
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        audit=audit,
        long=long,
        d=dossier,
        **_views(dossier),
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
    top, bottom = (_UNPLAIN.sub("_", text) for text in (above, below))
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
        "lines": _lines,
        "bytes": _bytes,
        "duration": duration,
        "count": lambda number: f"{number:,}",
        "number": lambda number: "without id" if number is None else str(number),
    }
    environment.globals |= {"link": _link, "stamp": _stamp, "person": _person, "counted": counted, "agreeing": agreeing}
    return environment.get_template("issue.html.j2")


def _views(dossier: Dossier) -> dict[str, Any]:
    """Return what the template shows, part by part."""
    fields, zone = dossier.fields, dossier.place.zone
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
        "kind": _kind(dossier.text("issuetype")),
        "long_texts": long_texts,
        "attachments": [(one, _stored_link(one)) for one in dossier.attachments],
        "sub_tasks": [(one, categories.get(one.key, "")) for one in below],
        "sub_tasks_done": sum(categories.get(one.key) == "done" for one in below),
        "links": [
            (kind, [(one, categories.get(one.key, "")) for one in ones])
            for kind, ones in _grouped(one for one in dossier.links if one.direction in {"outward", "inward"})
        ],
        "remote_links": [one for one in dossier.links if one.direction == "remote"],
        "comments": [(one, _rich(one, dossier)) for one in dossier.comments],
        "worklogs": dossier.worklogs,
        "entries": list(_entries(dossier)),
        "side": list(_side(dossier, {one.id for one, _, _ in long_texts})),
        "votes": counted(dossier.vote_count, "vote") if dossier.vote_count is not None else "not told",
        "watching": _watching(dossier),
        "replayed": [
            (one, _called(one.field, one.field_id, fields), *_verdict(one))
            for one in sorted(dossier.replay, key=lambda one: one.closes is not False)
        ],
        "nothing_to_compare": dossier.history_verdict == NOTHING,
        "replay_says": _replay_says(dossier.replay),
        "rows": [_row(one, dossier) for one in fields.values()],
        "people": people_of_record(dossier),
        "said": _said(dossier),
        "edited": sum(one.edited for one in dossier.comments),
        "sources": [(one, _place(one.file)) for one in dossier.sources],
    }  # fmt: skip


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


def _kind(name: str) -> tuple[str, str, str]:
    """Return the issue type's name, the letter that stands for it, and how it is coloured."""
    known = name.lower()
    return name, (name.strip()[:1] or "?").upper(), known.replace(" ", "-") if known in _TYPES else ""


def _side(dossier: Dossier, elsewhere: set[str]) -> Iterator[tuple[str, list[tuple[str, Markup]]]]:
    """Yield the boxes beside the description: title, and the fields in them."""
    fields, zone = dossier.fields, dossier.place.zone

    def shown(ids: Iterable[str]) -> list[tuple[str, Markup]]:
        return [(label_of(fields[one]), _value(fields[one], zone)) for one in ids if one in fields]

    yield "Details", shown(DETAILS)
    yield "People", shown(PEOPLE)
    yield "Dates", shown(DATES)
    times = shown(one for one in _DURATIONS if one in fields and fields[one].raw is not None)
    if times:
        yield "Time tracking", times
    named = {*DETAILS, *PEOPLE, *DATES, *_DURATIONS, *_NEVER_BESIDE, *elsewhere}
    more = [one for one, field in fields.items() if one not in named and field.text.strip() and _is_for_people(field)]
    if more:
        yield "More fields", shown(more)


def _is_for_people(field: Field) -> bool:
    """Say whether a field has words, and a name other than its number."""
    return not _is_record(field) and not (field.name == field.id and field.id.startswith("customfield_"))


def _is_record(field: Field) -> bool:
    """Say whether a field has no words of its own, only the JSON that came; the list of all fields shows it."""
    return field.text.startswith(("{", "[")) and not isinstance(field.raw, str)


def _value(field: Field, zone: ZoneInfo) -> Markup:
    """Return a short value as Jira shows it: people with their initials, labels as labels, times in the audit's zone."""
    if not field.text.strip():
        return Markup('<span class="none">None</span>')
    if is_person(field):
        return _person(person_name(field.raw) or field.text, person_id(field.raw))
    if field.id == "priority":
        mark = _PRIORITIES.get(field.text.lower(), "")
        kind = field.text.lower() if mark else ""
        return Markup('<span class="priority {}">{}</span> {}').format(kind, mark, visible_text(field.text))
    if field.id == "issuetype":
        name, letter, kind = _kind(field.text)
        return Markup('<span class="type {}" aria-hidden="true">{}</span> {}').format(
            kind, visible_text(letter), visible_text(name)
        )
    if field.id in _DURATIONS and isinstance(field.raw, int):
        return Markup("{}").format(duration(field.raw))
    if field.id == "labels" and isinstance(field.raw, Sequence):
        tags = [Markup('<span class="tag">{}</span>').format(visible_text(str(one))) for one in field.raw]
        return Markup(" ").join(tags)
    moment = time_of(field.raw, zone) if isinstance(field.raw, str) or field.id in DATES else ""
    return _stamp(moment) if isinstance(moment, datetime) else Markup("{}").format(_lines(field.text))


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
    order += [one for one in fields if one not in order and one not in _NEVER_BESIDE and _is_long(fields[one])]
    for one in order:
        field = fields[one]
        if one == "description" or field.text.strip() or field.html.strip():
            yield field, label_of(fields[one]), _rich(field, dossier)


def _rich(one: Field | Comment, dossier: Dossier) -> Markup:
    """Return a long text, made harmless."""
    return Markup(rich_html(one.html, one.raw, one.text, dossier.place.base_url))  # noqa: S704 -- made harmless


def _is_long(field: Field) -> bool:
    if field.id in {*DETAILS, *PEOPLE, *DATES, *_DURATIONS}:
        return False
    text = isinstance(field.raw, str) and ("\n" in field.raw.strip() or len(field.raw) > _LONG)
    return bool(is_document(field.raw) or field.html.strip() or text)


def _categories(fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Yield the status category of each issue that this one names, by its key."""
    others = list(_records(fields, "subtasks"))
    for one in _records(fields, "issuelinks"):
        others += [one[side] for side in ("outwardIssue", "inwardIssue") if isinstance(one.get(side), Mapping)]
    for other in others:
        yield str(other.get("key", "")), category_of(json_object(other.get("fields")).get("status"))


def _records(fields: Mapping[str, Field], field_id: str) -> Iterator[Mapping[str, Any]]:
    raw = fields[field_id].raw if field_id in fields else None
    yield from (one for one in raw if isinstance(one, Mapping)) if isinstance(raw, list) else ()


def _grouped(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    """Put links of one kind together, in the order in which the kinds come first."""
    groups: dict[str, list[Link]] = {}
    for one in links:
        groups.setdefault(one.type, []).append(one)
    return list(groups.items())


def _stored_link(one: Attachment) -> str:
    """Return the link to a downloaded file, empty if a browser would run what is in it."""
    ending = one.stored_as.rpartition(".")[2].lower()
    return quote(f"attachments/{one.stored_as}") if one.stored_as and ending in _OPENABLE else ""


# History


@dataclass(frozen=True)
class _Entry:
    """An entry of the history, with its items."""

    id: int | None
    at: Time
    author: str
    author_id: str
    items: tuple[tuple[Markup, Markup, Markup], ...]


def _entries(dossier: Dossier) -> Iterator[_Entry]:
    for (number, _), changes in groupby(dossier.changes, key=lambda change: (change.history_id, change.at)):
        items = list(changes)
        yield _Entry(
            number,
            items[0].at,
            items[0].author,
            items[0].author_id,
            tuple(
                (
                    _name_cell(_called(one.field, one.field_id, dossier.fields)),
                    _held(one.before_text, one.before),
                    _held(one.after_text, one.after),
                )
                for one in items
            ),
        )


def _called(field: str, field_id: str, fields: Mapping[str, Field]) -> tuple[str, str]:
    """Return a field's name, and what the history calls it where that is another."""
    found = fields.get(field_id) or fields.get(field)
    name = NAMES.get(field, field) if found is None else label_of(found)
    return name, "" if _letters(name) == _letters(field) else field


def _letters(name: str) -> str:
    return name.replace(" ", "").casefold()


def _name_cell(called: tuple[str, str]) -> Markup:
    name, history_name = (escape(visible_text(one)) for one in called)
    return Markup(f"{name} <span class=id>{history_name}</span>" if history_name else name)  # noqa: S704 -- escaped


def _held(text: str, identity: str) -> Markup:
    """Return a value as Jira's history shows it, ``Open [ 1 ]``."""
    if not text.strip() and not identity.strip():
        return Markup("<span class=none>None</span>")
    shown = f" <span class=id>[ {_lines(identity)} ]</span>" if identity and identity != text else ""
    kind = " long" if len(text) + len(identity) > _LONG else ""
    return Markup(f'<div class="held{kind}">{_lines(text)}{shown}</div>')  # noqa: S704 -- escaped


def _said(dossier: Dossier) -> dict[str, str]:
    """Return, by part, how many there are here beside what Jira says."""
    totals, refused = dossier.received.totals, dossier.received.refused
    here = {
        "history": (dossier.entries, "entry", "entries"),
        "comments": (len(dossier.comments), "comment", "comments"),
        "worklogs": (len(dossier.worklogs), "worklog", "worklogs"),
    }
    said = {}
    for part, (number, one, many) in here.items():
        if part in refused:
            said[part] = f"could not be read: {refused[part]}"
        elif part not in totals:
            said[part] = f"{counted(number, one, many)} here; Jira does not say how many there are"
        elif totals[part] == number:
            said[part] = (
                f"{counted(number, one, many)} here; Jira says there {agreeing(number, 'is', 'are')} {number or 'none'}"
            )
        else:
            said[part] = f"{counted(number, one, many)} here, but Jira says there are {totals[part]:,}"
    return said


# The replay check


def _verdict(one: FieldReplay) -> tuple[str, str]:
    """Return the verdict on a field in words, and its kind."""
    return one.verdict, {CLOSES: "good", BREAKS: "bad"}.get(one.verdict, "open")


def _replay_says(replayed: Sequence[FieldReplay]) -> str:
    if not replayed:
        return (
            "The history that Jira gave names no field, so there is nothing to compare: it shows neither that something was "
            "changed nor that nothing was."
        )
    counts = {verdict: sum(one.verdict == verdict for one in replayed) for verdict in VERDICTS}
    words = {
        CLOSES: agreeing(counts[CLOSES], "closes", "close"),
        BREAKS: f"{agreeing(counts[BREAKS], 'does', 'do')} not close",
        REDACTED: f"{agreeing(counts[REDACTED], 'was', 'were')} redacted",
        NOT_COMPARED: "could not be compared",
    }
    parts = [f"{counts[verdict]:,} {words[verdict]}" for verdict in VERDICTS if counts[verdict]]
    return f"The history names {counted(len(replayed), 'field')}: {listed(parts)}."


# All fields, people


@dataclass(frozen=True)
class _Row:
    """A field in the list of all: its words or where they stand, and the JSON."""

    field: Field
    name: str
    value: Markup
    section: tuple[str, str] | None
    raw: Markup
    length: int
    short: bool


def _row(field: Field, dossier: Dossier) -> _Row:
    raw = _pretty(field.raw)
    section = _SECTIONS.get(field.id)
    if section is not None and field.raw in (None, [], ""):
        section = None
    return _Row(
        field=field,
        name=label_of(field),
        value=Markup("") if section else _full_value(field, dossier),
        section=section,
        raw=Markup(_LINE_END.sub(r" <i>\g<0></i>", str(_lines(raw)))),  # noqa: S704 -- escaped before
        length=len(raw),
        short=len(raw) <= 60 and "\n" not in raw,
    )


def _full_value(field: Field, dossier: Dossier) -> Markup:
    if _is_long(field):
        return _rich(field, dossier)
    if _is_record(field):
        return Markup('<span class="none">a record; see raw</span>')
    return _value(field, dossier.place.zone)


def _pretty(value: Any, indent: str = "") -> str:
    """Write JSON so that what fits on a line stands on one."""
    line = dumps(value)
    if len(line) + len(indent) <= 100 or len(indent) > 40 or not isinstance(value, Mapping | list):
        return line
    inner = f"{indent}  "
    if isinstance(value, Mapping):
        parts = [
            f"{inner}{json.dumps(str(name), ensure_ascii=False)}: {_pretty(one, inner)}" for name, one in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(f"{inner}{_pretty(one, inner)}" for one in value) + f"\n{indent}]"


# Words


def _lines(text: str) -> Markup:
    """Return text with its line ends, what can't be seen shown."""
    return escape(visible_text(text.replace("\r\n", "\n"), keep="\n\t"))


def _stamp(moment: Time) -> Markup:
    """Write an instant for people with its offset, ``6 Jul 2026, 06:23:22 -04:00``; as sent where it can't be read."""
    if not isinstance(moment, datetime):
        return Markup("{} <span class=id>(no readable time)</span>").format(_lines(moment))
    offset = "UTC" if moment.tzinfo is UTC else offset_of(moment)
    shown = f"{moment.day} {moment:%b} {moment.year:04}, {moment:%H:%M:%S} {offset}"
    return Markup(f'<time datetime="{moment.isoformat(timespec="milliseconds")}">{shown}</time>')  # noqa: S704 -- our own


def _person(name: str, identity: str = "") -> Markup:
    """Return a person with initials in a circle, as Jira shows one without a picture."""
    if not name.strip() and not identity:
        return Markup('<span class="none">Nobody</span>')
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    initials = "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
    colour = sum((identity or name).encode("utf-8", "replace")) % 6
    circle = f'<span class="avatar a{colour}" aria-hidden="true">{escape(initials)}</span>'
    shown = escape(visible_text(name or identity))
    return Markup(f'<span class="person">{circle} <span>{shown}</span></span>')  # noqa: S704 -- escaped


def _link(address: str, text: str = "", kind: str = "") -> Markup:
    """Return a link to the web, or its text where the address is none."""
    shown = visible_text(text or address)
    if not is_web_address(address):
        return Markup("{}").format(shown)
    form = '<a href="{}" rel="noopener noreferrer nofollow"{}>{}</a>'
    return Markup(form).format(address, Markup(' class="{}"').format(kind) if kind else "", shown)  # noqa: S704 -- our own


def _bytes(size: int | None) -> str:
    """Write a size as Jira does, with the exact number behind it."""
    if size is None:
        return "no readable size"
    if size < 1000:
        return counted(size, "byte") if size else "0 bytes"
    return (
        f"{size / 1000:,.1f} kB ({size:,} bytes)"
        if size < 1_000_000
        else f"{size / 1_000_000:,.1f} MB ({size:,} bytes)"
    )

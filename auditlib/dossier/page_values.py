"""Values on the page of an issue: people, times, links, sizes, texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from auditlib.dossier.adf import is_document
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import (
    DATES,
    DETAILS,
    PEOPLE,
    duration,
    is_person,
    offset_of,
)
from auditlib.dossier.parts import Attachment, Comment
from auditlib.dossier.record import Dossier
from auditlib.dossier.rich import rich_html
from auditlib.phrases import counted
from auditlib.records.actors import account_kind
from auditlib.records.history import Time, time_of
from auditlib.records.issues import person_id, person_name
from auditlib.text import is_web_address, visible_text

SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "description": ("description", "Description"),
    "attachment": ("attachments", "Attachments"),
    "subtasks": ("sub-tasks", "Sub-tasks"),
    "issuelinks": ("links", "Linked issues"),
    "comment": ("comments", "Comments"),
    "worklog": ("work-log", "Work log"),
}
"""Fields whose content is a section of the page, and where it stands."""

DURATIONS: Final = ("timeoriginalestimate", "timeestimate", "timespent")

_TYPES: Final = frozenset({"story", "bug", "task", "epic", "sub-task", "improvement", "new feature"})
_PRIORITIES: Final[Mapping[str, str]] = {
    "blocker": "⛔", "critical": "▲▲", "highest": "▲▲", "major": "▲", "high": "▲", "medium": "=",
    "minor": "▼", "low": "▼", "trivial": "▼▼", "lowest": "▼▼",
}  # fmt: skip

_OPENABLE: Final = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp", "txt", "log", "csv", "pdf"})
"""Endings of files that a browser shows without running anything of them; others are named, not linked."""

LINE_END: Final = re.compile(r"\n *")
"""Where JSON is broken into lines, which paper does without."""

MOST_REPEATED: Final = 500
"""Changes and comments up to which the band is repeated on paper; beyond, browsers take minutes to break such a page."""

UNPLAIN: Final = re.compile(r"[^A-Za-z0-9 .,:/?=&#_-]")

LONG: Final = 400
"""Characters from which a value of the history, or a field's value, gets a frame of its own."""


def kind_of_field(name: str) -> tuple[str, str, str]:
    """Return the issue type's name, the letter that stands for it, and how it is coloured."""
    known = name.lower()
    return name, (name.strip()[:1] or "?").upper(), known.replace(" ", "-") if known in _TYPES else ""


def is_record(field: Field) -> bool:
    """Say whether a field has no words of its own, only the JSON that came; the list of all fields shows it."""
    return field.text.startswith(("{", "[")) and not isinstance(field.raw, str)


def value_html(field: Field, zone: ZoneInfo, *, kinds: bool) -> Markup:
    """Return a short value as Jira shows it: people with their initials, labels as labels, times in the audit's zone.

    With ``kinds`` people come with what kind of account each is.
    """
    if not field.text.strip():
        return Markup('<span class="none">None</span>')
    if is_person(field):
        kind = account_kind(field.raw) if kinds else ""
        return person(person_name(field.raw) or field.text, person_id(field.raw), kind)
    if field.id == "priority":
        mark = _PRIORITIES.get(field.text.lower(), "")
        kind = field.text.lower() if mark else ""
        return Markup('<span class="priority {}">{}</span> {}').format(kind, mark, visible_text(field.text))
    if field.id == "issuetype":
        name, letter, kind = kind_of_field(field.text)
        return Markup('<span class="type {}" aria-hidden="true">{}</span> {}').format(
            kind, visible_text(letter), visible_text(name)
        )
    if field.id in DURATIONS and isinstance(field.raw, int):
        return Markup("{}").format(duration(field.raw))
    if field.id == "labels" and isinstance(field.raw, Sequence):
        tags = [Markup('<span class="tag">{}</span>').format(visible_text(str(one))) for one in field.raw]
        return Markup(" ").join(tags)
    moment = time_of(field.raw, zone) if isinstance(field.raw, str) or field.id in DATES else ""
    return stamp(moment) if isinstance(moment, datetime) else Markup("{}").format(lines(field.text))


def rich(one: Field | Comment, dossier: Dossier) -> Markup:
    """Return a long text, made harmless."""
    return Markup(rich_html(one.html, one.raw, one.text, dossier.place.base_url))  # noqa: S704 -- made harmless


def is_long(field: Field) -> bool:
    """Say whether a field's text stands in a section of its own."""
    if field.id in {*DETAILS, *PEOPLE, *DATES, *DURATIONS}:
        return False
    text = isinstance(field.raw, str) and ("\n" in field.raw.strip() or len(field.raw) > LONG)
    return bool(is_document(field.raw) or field.html.strip() or text)


def stored_link(one: Attachment) -> str:
    """Return the link to a downloaded file, empty if a browser would run what is in it."""
    ending = one.stored_as.rpartition(".")[2].lower()
    return quote(f"attachments/{one.stored_as}") if one.stored_as and ending in _OPENABLE else ""


# Words


def lines(text: str) -> Markup:
    """Return text with its line ends, what can't be seen shown."""
    return escape(visible_text(text.replace("\r\n", "\n"), keep="\n\t"))


def stamp(moment: Time) -> Markup:
    """Write an instant for people with its offset, ``6 Jul 2026, 06:23:22 -04:00``; as sent where it can't be read."""
    if not isinstance(moment, datetime):
        return Markup("{} <span class=id>(no readable time)</span>").format(lines(moment))
    offset = "UTC" if moment.tzinfo is UTC else offset_of(moment)
    shown = f"{moment.day} {moment:%b} {moment.year:04}, {moment:%H:%M:%S} {offset}"
    return Markup(f'<time datetime="{moment.isoformat(timespec="milliseconds")}">{shown}</time>')  # noqa: S704 -- our own


def person(name: str, identity: str = "", kind: str = "") -> Markup:
    """Return a person with initials in a circle, as Jira shows one without a picture, and the kind of actor where it is told."""
    behind = Markup(' <span class="id">{}</span>').format(visible_text(kind)) if kind else Markup("")
    if not name.strip() and not identity:
        return Markup('<span class="none">Nobody</span>') + behind
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    initials = "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
    colour = sum((identity or name).encode("utf-8", "replace")) % 6
    circle = f'<span class="avatar a{colour}" aria-hidden="true">{escape(initials)}</span>'
    shown = escape(visible_text(name or identity))
    return Markup(f'<span class="person">{circle} <span>{shown}</span></span>') + behind  # noqa: S704 -- escaped


def link(address: str, text: str = "", kind: str = "") -> Markup:
    """Return a link to the web, or its text where the address is none."""
    shown = visible_text(text or address)
    if not is_web_address(address):
        return Markup("{}").format(shown)
    form = '<a href="{}" rel="noopener noreferrer nofollow"{}>{}</a>'
    return Markup(form).format(address, Markup(' class="{}"').format(kind) if kind else "", shown)  # noqa: S704 -- our own


def size_in_words(size: int | None) -> str:
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

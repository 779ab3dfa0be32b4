"""The history on the page of an issue: who changed what, when, and what a replay of it says. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from auditlib.dossier.fields import Field
from auditlib.dossier.layout import kind_in_words, label_of
from auditlib.dossier.leads import NOT_COMPARED, REDACTED
from auditlib.dossier.numbers import dumps
from auditlib.dossier.page_values import LINE_END, LONG, SECTIONS, is_long, is_record, lines, rich, value_html
from auditlib.dossier.record import Dossier
from auditlib.dossier.replay import VERDICTS, FieldReplay
from auditlib.phrases import agreeing, counted, listed
from auditlib.records.field_names import SYSTEM_NAMES
from auditlib.records.history import BREAKS, CLOSES, Time
from auditlib.text import visible_text

# History


@dataclass(frozen=True)
class _Entry:
    """An entry of the history, with its items."""

    id: int | None
    at: Time
    author: str
    author_id: str
    kind: str
    items: tuple[tuple[Markup, Markup, Markup], ...]


def history_entries(dossier: Dossier) -> Iterator[_Entry]:
    """Yield the history of an issue, newest first, an entry for each change that somebody made at once."""
    for (number, _), changes in groupby(dossier.changes, key=lambda change: (change.history_id, change.at)):
        items = list(changes)
        yield _Entry(
            number,
            items[0].at,
            items[0].author,
            items[0].author_id,
            kind_in_words(items[0]),
            tuple(
                (
                    _name_cell(called_now(one.field, one.field_id, dossier.fields)),
                    _held(one.before_text, one.before),
                    _held(one.after_text, one.after),
                )
                for one in items
            ),
        )


def called_now(field: str, field_id: str, fields: Mapping[str, Field]) -> tuple[str, str]:
    """Return a field's name, and what the history calls it where that is another."""
    found = fields.get(field_id) or fields.get(field)
    name = SYSTEM_NAMES.get(field, field) if found is None else label_of(found)
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
    shown = f" <span class=id>[ {lines(identity)} ]</span>" if identity and identity != text else ""
    kind = " long" if len(text) + len(identity) > LONG else ""
    return Markup(f'<div class="held{kind}">{lines(text)}{shown}</div>')  # noqa: S704 -- escaped


def history_words(dossier: Dossier) -> dict[str, str]:
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


def verdict_line(one: FieldReplay) -> tuple[str, str]:
    """Return the verdict on a field in words, and its kind."""
    return one.verdict, {CLOSES: "good", BREAKS: "bad"}.get(one.verdict, "open")


def replay_says(replayed: Sequence[FieldReplay]) -> str:
    """Say what the replay of the history found."""
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


def history_row(field: Field, dossier: Dossier, *, kinds: bool) -> _Row:
    """Return a field as a row of the page: its name, value and value as received; ``kinds`` as `value_html`."""
    raw = _pretty(field.raw)
    section = SECTIONS.get(field.id)
    if section is not None and field.raw in (None, [], ""):
        section = None
    return _Row(
        field=field,
        name=label_of(field),
        value=Markup("") if section else _full_value(field, dossier, kinds=kinds),
        section=section,
        raw=Markup(LINE_END.sub(r" <i>\g<0></i>", str(lines(raw)))),  # noqa: S704 -- escaped before
        length=len(raw),
        short=len(raw) <= 60 and "\n" not in raw,
    )


def _full_value(field: Field, dossier: Dossier, *, kinds: bool) -> Markup:
    if is_long(field):
        return rich(field, dossier)
    if is_record(field):
        return Markup('<span class="none">a record; see raw</span>')
    return value_html(field, dossier.place.zone, kinds=kinds)


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

"""Values of an issue on paper, as the typesetter takes them: texts, times, people, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.dossier.adf import document_markup, is_document
from auditlib.dossier.block import Block, Code, Heading, Items, Paragraph, Quote, Run, Table
from auditlib.dossier.blocks import read_blocks
from auditlib.dossier.bounds import LONGEST_LINK, LONGEST_PART, MOST_RUNS, PART, in_parts
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import category_of, offset_of
from auditlib.dossier.parts import Comment, Link, Place
from auditlib.dossier.record import Dossier
from auditlib.dossier.typeset import BREAK, printable, with_breaks, with_marks
from auditlib.records.history import Time, time_of
from auditlib.text import is_web_address, shorten, visible_text

Json = dict[str, Any]
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})([+-]\d\d:\d\d)")
CELL, NARROW = 22, 12
"""Small letters that fit into a cell of ours, and into a narrow one."""


def link_of(one: Link) -> Json:
    """Return a link as the typesetter takes it."""
    return {
        "type": printable(one.type, NARROW),
        "key": printable(one.key, NARROW),
        "title": printable(one.title, CELL),
        "status": printable(one.status, NARROW),
        "address": address_of(one.url),
        "remote": not one.key,
    }


# texts


def row_of(cells: Json) -> Json:
    """Return a row of a table, and whether it is so long that it must be able to go on on the next page."""
    return {**cells, "long": "body" in cells or _length(cells) > 600}


def _length(found: Any) -> int:
    """Return about how many characters something takes; a line end takes the rest of a narrow line."""
    if isinstance(found, str):
        return len(found) + 18 * found.count("\n")
    if isinstance(found, Mapping):
        return sum(_length(value) for name, value in found.items() if name != "opens")
    return sum(map(_length, found)) if isinstance(found, list) else 0


def body_of(one: Field | None) -> Json:
    """Return a long text as blocks for the typesetter."""
    return {"blocks": [], "addresses": []} if one is None else text_of(blocks_of(one))


def blocks_of(one: Field | Comment) -> tuple[Block, ...]:
    """Return a long text as blocks, from the best form that Jira sent."""
    html = one.html or (document_markup(one.raw) if is_document(one.raw) else "")
    return read_blocks(html, one.text)


def text_of(blocks: Iterable[Block]) -> Json:
    """Return blocks as data, and the addresses of their links in the order in which they are numbered."""
    addresses: dict[str, Json] = {}
    return {"blocks": [_block(one, addresses, 28) for one in blocks], "addresses": list(addresses.values())}


def _block(one: Block, addresses: dict[str, Json], longest: int) -> Json:
    if isinstance(one, Paragraph):
        parts = _parts([_run(run, addresses, longest) for run in one.runs])
        return {"is": "paragraph", "runs": parts[0]} if len(parts) == 1 else {"is": "paragraph", "parts": parts}
    if isinstance(one, Heading):
        return {"is": "heading", "level": one.level, "runs": [_run(run, addresses, longest) for run in one.runs]}
    if isinstance(one, Code):
        lines = one.text.split("\n")
        wide = max(len(line) for line in lines) > 90
        return {"is": "code", "lines": [_code_line(line) for line in lines], "numbered": wide}
    if isinstance(one, Items):
        entries = [[_block(block, addresses, longest) for block in entry] for entry in one.entries]
        return {"is": "items", "start": one.start, "entries": entries}
    if isinstance(one, Quote):
        return {"is": "quote", "blocks": [_block(block, addresses, longest) for block in one.blocks]}
    if isinstance(one, Table):
        narrow = min(longest, max(4, 80 // one.columns - 3))
        cells = [
            {
                "x": cell.column, "y": cell.row, "columns": cell.columns, "rows": cell.rows, "head": cell.head,
                "blocks": [_block(block, addresses, narrow) for block in cell.blocks],
            }
            for cell in one.cells
        ]  # fmt: skip
        return {"is": "table", "columns": one.columns, "cells": cells}
    return {"is": "rule"}


def _parts(runs: list[Json]) -> list[list[Json]]:
    """Return the runs of a paragraph as parts that are set one by one: a paragraph beyond all measure takes hours."""
    parts: list[list[Json]] = [[]]
    size = 0
    for run in runs:
        # A text is cut into parts at the same places, wherever it stands.
        for place, text in enumerate(pieces := in_parts(run["text"], BREAK)):
            if parts[-1] and (size + len(text) > LONGEST_PART or len(parts[-1]) >= MOST_RUNS):
                parts.append([])
                size = 0
            last = place == len(pieces) - 1
            parts[-1].append({**{name: it for name, it in run.items() if last or name != "number"}, "text": text})
            size += len(text)
    return parts


def _code_line(line: str) -> str:
    return PART.join(in_parts(with_breaks(with_marks(line), 12), BREAK))


def _run(one: Run, addresses: dict[str, Json], longest: int) -> Json:
    found: Json = {"text": with_breaks(with_marks(one.text), longest), "marks": list(one.marks)}
    if one.address:
        if one.opens and _can_open(one.address):
            found["opens"] = one.address
        if one.text.strip() != one.address:
            listed = addresses.setdefault(
                one.address, {"number": len(addresses) + 1, **address_of(one.address, opens=one.opens)}
            )
            found["number"] = listed["number"]
    return found


def address_of(address: str, *, shown: str | None = None, opens: bool | None = None) -> Json:
    """Return an address as text, and as a link if it may be one."""
    link = is_web_address(address) if opens is None else opens
    can_open = link and _can_open(address)
    return {"text": printable(address if shown is None else shown, 20), "opens": address if can_open else ""}


def _can_open(address: str) -> bool:
    """Say whether a PDF can hold an address to be opened; a longer one stands there as text."""
    return len(address.encode("utf-8", "replace")) <= LONGEST_LINK


def foot(span: str, place: Place) -> str:
    """Return the line at the foot of every sheet: span, site and account."""
    account = shorten(visible_text(place.account), 40)
    number = shorten(visible_text(place.account_id), 60)
    return printable(f"Collected {span} as {account} ({number})", 60)


def tone(one: Dossier) -> str:
    """Return the colour of the status: Jira's own category."""
    return (category_of(one.fields["status"].raw) if "status" in one.fields else "") or "new"


def identifier(number: int | None) -> str:
    """Return an id for people to read."""
    return "(no id)" if number is None else str(number)


def time_words(instant: Time) -> str:
    """Write an instant in its own zone, ``2026-04-01 09:15:00.000 -04:00``; as sent where it can't be read."""
    if not isinstance(instant, datetime):
        return f"{shorten(instant, 60)} (no readable time)".lstrip()
    text = instant.isoformat(timespec="milliseconds")
    return f"{text[:10]} {text[11:23]} {offset_of(instant)}"


def day_and_time(instant: Time) -> list[str]:
    """Return day, and time with offset; what can't be read stands in place of the day."""
    text = time_words(instant)
    if not isinstance(instant, datetime):
        return [printable(text, NARROW), ""]
    return [text[:10], text[11:]]


def readable(text: str) -> str:
    """Return an instant of Jira with blanks between date, time and offset."""
    found = _INSTANT.fullmatch(text)
    return f"{found[1]} {found[2]} {found[3]}" if found else text


def moment(one: Field, zone: ZoneInfo) -> str:
    """Write a field's instant in the zone; a day, or what is no instant, stays."""
    found = time_of(one.raw, zone)
    return time_words(found) if isinstance(found, datetime) else one.text


def span_of(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """Write the time from the first to the last answer, to the second."""
    one, other = first.astimezone(zone), last.astimezone(zone)
    begin, end, offset = f"{one:%Y-%m-%d %H:%M:%S}", f"{other:%Y-%m-%d %H:%M:%S}", offset_of(other)
    if begin == end:
        return f"{end} {offset}"
    return f"{begin} to {end[11:] if begin[:10] == end[:10] else end} {offset}"

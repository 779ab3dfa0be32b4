"""Atlassian's document format, read once: pages, paper and tables take a document from here. Pure.

A reader must see what stood there, so everything that a document can hold has a form that survives as plain text: a task says
whether it is done, a date is a date, a fold stands open under its title, a picture is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote

from auditlib.deep_json import DeepText, as_text
from auditlib.dossier.numbers import dumps
from auditlib.dossier.pieces import link_tag, open_tag, path_of, refused_address, shown_text, source_mark
from auditlib.records.issues import json_object
from auditlib.report.safe_html import is_outer_link

DEEPEST: Final = 200
"""Nodes within each other that are still shown as such; Jira's editors stay far below."""


def is_document(value: Any) -> bool:
    """Say whether a value is a text in Atlassian's document format, as Cloud's version 3 sends it."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list | tuple)


def document_markup(document: Mapping[str, Any]) -> str:
    """Return a document as HTML of a few plain elements, its texts escaped.

    Parameters
    ----------
    document : mapping
        As received from Cloud's version 3.

    Returns
    -------
    str
        Nodes that are not known here are named and give their text; pictures are named; colours are left out.
    """
    return "".join(_node(document, 0))


def _node(node: Any, depth: int) -> Iterable[str]:
    """Yield the HTML of a node and what is in it."""
    if not isinstance(node, Mapping):
        if isinstance(node, DeepText):
            yield source_mark(f"[nested too deeply; its source: {node}]")
        return
    kind, given = as_text(node.get("type")), json_object(node.get("attrs"))
    if depth > DEEPEST:
        yield source_mark(f"[{kind}, nested too deeply]")
        yield shown_text(" ".join(_texts(node)))
        return
    if kind == "text":
        yield _marked(as_text(node.get("text")), node.get("marks"))
        return
    inner = [piece for child in _sequence(node.get("content")) for piece in _node(child, depth + 1)]
    around = _AROUND.get(kind)
    if around is not None:
        before, after = around(given) if callable(around) else around
        yield before
        yield from inner
        yield after
    elif kind in _LEAVES:
        yield _LEAVES[kind](given)
    else:
        yield from _unknown(kind, given, inner)


def _texts(node: Any) -> Iterable[str]:
    """Yield the texts in a node of whatever depth, in their order."""
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, DeepText):
            yield one
        elif isinstance(one, Mapping):
            if isinstance(one.get("text"), str):
                yield one["text"]
            stack += reversed(_sequence(one.get("content")))


def _marked(text: str, marks: Any) -> str:
    """Return text with its marks around it, the first one outermost."""
    shown = shown_text(text)
    for mark in reversed(_sequence(marks)):
        kind, given = as_text(json_object(mark).get("type")), json_object(json_object(mark).get("attrs"))
        if kind == "link":
            shown = _link(as_text(given.get("href")), shown, text)
        elif kind == "subsup":
            name = "sub" if given.get("type") == "sub" else "sup"
            shown = f"<{name}>{shown}</{name}>"
        elif kind in _MARKS:
            shown = f"<{_MARKS[kind]}>{shown}</{_MARKS[kind]}>"
    return shown


def _link(address: str, shown: str, text: str) -> str:
    if is_outer_link(address):
        return f"{link_tag(address, 'bare' if text.strip() == address else '')}{shown}</a>"
    return f"{shown}{refused_address(address)}"


def _card(given: Mapping[str, Any]) -> str:
    address = str(given.get("url") or json_object(given.get("data")).get("url") or "")
    return (
        _link(address, shown_text(address), address)
        if is_outer_link(address)
        else source_mark(f"[card: {address or 'no address'}]")
    )


def _media(given: Mapping[str, Any]) -> str:
    address = as_text(given.get("url"))
    name = str(
        given.get("alt")
        or given.get("__fileName")
        or unquote(path_of(address).rpartition("/")[2])
        or given.get("id")
        or ""
    )
    label = f"[picture: {name}]" if name else "[picture]"
    inner = _link(address, shown_text(label), label) if address else shown_text(label)
    return f'<span class="picture">{inner}</span>'


def _mention(given: Mapping[str, Any]) -> str:
    name = as_text(given.get("text") or given.get("id") or "?")
    return f'<span class="mention">{shown_text(name if name.startswith("@") else f"@{name}")}</span>'


def _emoji(given: Mapping[str, Any]) -> str:
    return shown_text(as_text(given.get("text") or given.get("shortName") or "[emoji]"))


def _date(given: Mapping[str, Any]) -> str:
    """Return a date of a document, which is milliseconds of midnight UTC."""
    said = as_text(given.get("timestamp"))
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(said))
    except (ValueError, OverflowError):
        return shown_text(said or "[date]")
    return f"{moment.day} {moment:%b} {moment.year:04}"


def _status(given: Mapping[str, Any]) -> str:
    return f'<span class="lozenge-text">{shown_text(as_text(given.get("text")))}</span>'


def _unknown(kind: str, given: Mapping[str, Any], inner: Sequence[str]) -> Iterable[str]:
    """Name a node that is not known here, with the text that it carries."""
    key = given.get("extensionKey")
    name = f"{kind} {key}" if key else kind or "no type"
    text = as_text(given.get("text"))
    yield source_mark(f"[{name}{': ' + text if text else ''}]")
    if inner:
        yield '<div class="unknown">'
        yield from inner
        yield "</div>"
    elif given and not text:
        yield source_mark(dumps(given, sort_keys=True))


def _heading(given: Mapping[str, Any]) -> tuple[str, str]:
    level = given.get("level")
    name = f"h{level if isinstance(level, int) and 1 <= level <= 6 else 3}"
    return f"<{name}>", f"</{name}>"


def _ordered(given: Mapping[str, Any]) -> tuple[str, str]:
    first = given.get("order")
    start = {"start": str(first)} if isinstance(first, int) and first > 1 else {}
    return open_tag("ol", start), "</ol>"


def _task(given: Mapping[str, Any]) -> tuple[str, str]:
    return f'<li class="task">{"☑" if as_text(given.get("state")) in {"DONE", "DECIDED"} else "☐"} ', "</li>"


def _panel(given: Mapping[str, Any]) -> tuple[str, str]:
    kind = as_text(given.get("panelType") or "panel")
    return (
        f'<div class="panel"><div class="panelHeader">{shown_text(kind)}</div><div class="panelContent">',
        "</div></div>",
    )


def _expand(given: Mapping[str, Any]) -> tuple[str, str]:
    title = as_text(given.get("title") or "folded part")
    return (
        f'<div class="panel"><div class="panelHeader">{shown_text(title)}</div><div class="panelContent">',
        "</div></div>",
    )


def _cell(name: str) -> Callable[[Mapping[str, Any]], tuple[str, str]]:
    def around(given: Mapping[str, Any]) -> tuple[str, str]:
        spans = {side: str(given[side]) for side in ("colspan", "rowspan") if isinstance(given.get(side), int)}
        return open_tag(name, spans), f"</{name}>"

    return around


_AROUND: Final[Mapping[str, tuple[str, str] | Callable[[Mapping[str, Any]], tuple[str, str]]]] = {
    "doc": ("", ""),
    "paragraph": ("<p>", "</p>"),
    "heading": _heading,
    "bulletList": ("<ul>", "</ul>"),
    "orderedList": _ordered,
    "listItem": ("<li>", "</li>"),
    "taskList": ("<ul>", "</ul>"),
    "taskItem": _task,
    "blockTaskItem": _task,
    "decisionList": ("<ul>", "</ul>"),
    "decisionItem": _task,
    "codeBlock": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "panel": _panel,
    "expand": _expand,
    "nestedExpand": _expand,
    "table": ("<table>", "</table>"),
    "tableRow": ("<tr>", "</tr>"),
    "tableHeader": _cell("th"),
    "tableCell": _cell("td"),
    "mediaSingle": ("<p>", "</p>"),
    "mediaGroup": ("<p>", "</p>"),
    "caption": ("<br><small>", "</small>"),
    "layoutSection": ("<div>", "</div>"),
    "layoutColumn": ("<div>", "</div>"),
}
"""Nodes with content, and what stands before and after it."""

_LEAVES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "rule": lambda _: "<hr>",
    "hardBreak": lambda _: "<br>",
    "mention": _mention,
    "emoji": _emoji,
    "date": _date,
    "status": _status,
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
    "media": _media,
    "mediaInline": _media,
    "placeholder": lambda given: shown_text(as_text(given.get("text"))),
}

_MARKS: Final[Mapping[str, str]] = {"strong": "strong", "em": "em", "strike": "s", "underline": "u", "code": "code"}


def _sequence(value: Any) -> Sequence[Any]:
    if isinstance(value, DeepText):
        return [value]
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()

"""Texts of Jira as plain blocks: paragraphs, lists, code, tables. Pure.

Jira's rendering is HTML that strangers wrote. Nothing of it is obeyed: it is read once, here, into records that hold text
and no markup, and whatever has no place in them gives its text or its source, never nothing. Whoever sets the blocks on
paper or on a screen need not know HTML, and can't be fooled by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, CData, Comment, Declaration, Doctype, ProcessingInstruction, Tag
from bs4.element import NavigableString, PageElement

from auditlib.dossier.block import Block, Cell, Code, Heading, Items, Paragraph, Quote, Rule, Run, Table
from auditlib.dossier.pieces import ended_tags
from auditlib.report.safe_html import is_outer_link
from auditlib.text import visible_text

DEEPEST: Final = 8
"""Blocks within blocks; what lies deeper is set at this depth."""

WIDEST: Final = 12
"""Columns of a table; a wider one is given as a list of its rows."""

_DEEPEST_TAG: Final = 100
"""Elements within elements; what lies deeper gives its text only."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_MARKS: Final = {
    "b": "bold", "strong": "bold", "th": "bold", "dt": "bold", "summary": "bold", "caption": "bold", "legend": "bold",
    "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic", "var": "italic", "address": "italic",
    "s": "strike", "del": "strike", "strike": "strike", "u": "underline", "ins": "underline",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "sup": "super", "sub": "sub",
}  # fmt: skip
_BLOCK_TAGS: Final = _words("""
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol p plaintext pre section summary table
    tbody td tfoot th thead tr ul xmp
""")
_EMBEDDED: Final = {"img": "picture", "image": "picture", "picture": "picture", "svg": "drawing"}
_VOID: Final = _words("area audio base canvas embed frame iframe img image input link meta object source track video")
_ENDED: Final = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_END = re.compile(r"\r\n?")


def read_blocks(html: str, text: str) -> tuple[Block, ...]:
    """Return the blocks of a text, from Jira's rendering where there is one.

    Parameters
    ----------
    html : str
        As Jira renders it, untrusted; empty where Jira gave none.
    text : str
        Its words, taken where the rendering holds nothing.

    Returns
    -------
    tuple of Block
        Empty if there is no text at all.
    """
    return (read_html(html) if html.strip() else ()) or read_plain(text)


def read_plain(text: str) -> tuple[Block, ...]:
    """Return plain text as paragraphs; its line ends stay."""
    lines = _LINE_END.sub("\n", text).strip("\n")
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", lines)
    return tuple(Paragraph((Run(_visible(one)),)) for one in paragraphs if one.strip())


def read_html(html: str) -> tuple[Block, ...]:
    """Return the blocks of untrusted HTML.

    Notes
    -----
    The source of scripts, styles and comments is given as text: a page would hide it, evidence does not. Pictures and
    whatever else a page would load are named in brackets.
    """
    # Without their ends, html.parser drops what stands in these.
    ends = "".join(f"</{name}>" for name in _ENDED if f"<{name}" in html.lower())
    soup = BeautifulSoup(ended_tags(_LINE_END.sub("\n", html)) + ends, "html.parser")
    return tuple(_blocks(soup.children, _Style(), 0, 0))


@dataclass(frozen=True)
class _Style:
    """What the elements around a text say about it."""

    marks: frozenset[str] = field(default_factory=frozenset)
    address: str = ""
    opens: bool = False

    def run(self, text: str, *more: str) -> Run:
        return Run(text, tuple(sorted(self.marks | set(more))), self.address, self.opens)


def _blocks(nodes: Iterable[PageElement], style: _Style, depth: int, tags: int) -> Iterator[Block]:
    """Yield the blocks of nodes; text that stands beside blocks becomes paragraphs of its own."""
    for block, group in groupby(nodes, lambda node: _holds_blocks(node, tags)):
        if not block:
            runs = _tidy(run for node in group for run in _runs(node, style, tags))
            if runs:
                yield Paragraph(runs)
            continue
        for node in group:
            if isinstance(node, Tag):
                yield from _element(node, style, depth, tags + 1)


def _holds_blocks(node: PageElement, tags: int) -> bool:
    """Say whether a node is set as blocks: a block itself, or an inline element around one."""
    if not isinstance(node, Tag) or tags >= _DEEPEST_TAG:
        return False
    return node.name in _BLOCK_TAGS or any(
        isinstance(below, Tag) and below.name in _BLOCK_TAGS for below in node.descendants
    )


def _element(node: Tag, style: _Style, depth: int, tags: int) -> Iterator[Block]:
    name, inner = node.name, _styled(node, style)
    if name in _HEADINGS:
        for one in _blocks(node.children, style, depth, tags):
            yield Heading(_HEADINGS[name], one.runs) if isinstance(one, Paragraph) else one
    elif name in {"pre", "xmp", "plaintext"}:
        code = visible_text(_source(node).removeprefix("\n").expandtabs(4), keep="\n").rstrip()
        if code:
            yield Code(code)
    elif name == "hr":
        yield Rule()
    elif name in {"ul", "ol", "menu", "dir"} and depth < DEEPEST:
        yield from _items(node, style, depth, tags)
    elif name == "blockquote" and depth < DEEPEST:
        blocks = tuple(_blocks(node.children, inner, depth + 1, tags))
        if blocks:
            yield Quote(blocks)
    elif name == "table" and depth < DEEPEST:
        yield from _table(node, style, depth, tags)
    else:
        yield from _blocks(node.children, inner, depth, tags)


def _items(node: Tag, style: _Style, depth: int, tags: int) -> Iterator[Block]:
    """Yield a list; what stands in it beside its items becomes an item too, so that the order stays."""
    entries = []
    for item, group in groupby(node.children, lambda one: isinstance(one, Tag) and one.name == "li"):
        nodes = list(group)
        parts = [list(one.children) for one in nodes if isinstance(one, Tag)] if item else [nodes]
        entries += [entry for part in parts if (entry := tuple(_blocks(part, style, depth + 1, tags + 1)))]
    if entries:
        yield Items(_number(node, "start", 1, least=0) if node.name == "ol" else None, tuple(entries))


# tables


def _table(node: Tag, style: _Style, depth: int, tags: int) -> Iterator[Block]:
    """Yield a table, and before it what stands in it outside of its cells."""
    loose, rows = _rows(node)
    for one in loose:
        yield from _blocks([one], style, depth, tags + 1)
    cells = _place(rows, style, depth, tags)
    columns = max((cell.column + cell.columns for cell in cells), default=0)
    if not any(cell.blocks for cell in cells):
        return
    if columns <= WIDEST:
        yield Table(columns, tuple(cells))
    else:
        lines = [[block for cell in line for block in cell.blocks] for _, line in groupby(cells, lambda cell: cell.row)]
        yield Items(1, tuple(tuple(line) for line in lines if line))


def _rows(node: Tag) -> tuple[list[PageElement], list[list[Tag]]]:
    """Return what stands outside of the cells of a table, and the cells of each row."""
    loose: list[PageElement] = []
    rows: list[list[Tag]] = []
    for child in node.children:
        if isinstance(child, Tag) and child.name in {"thead", "tbody", "tfoot"}:
            more, inner = _rows(child)
            loose += more
            rows += inner
        elif isinstance(child, Tag) and child.name == "tr":
            cells = [cell for cell in child.children if isinstance(cell, Tag) and cell.name in {"td", "th"}]
            loose += [one for one in child.children if one not in cells and _source(one).strip()]
            rows.append(cells)
        elif isinstance(child, Tag) or _source(child).strip():
            loose.append(child)
    return loose, rows


def _place(rows: Sequence[Sequence[Tag]], style: _Style, depth: int, tags: int) -> list[Cell]:
    """Give every cell a place of its own; spans that would leave the table or cover a cell are cut."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, line in enumerate(rows):
        column = 0
        for place, node in enumerate(line, start=1):
            while (column, row) in taken:
                column += 1
            # What is left to the cells that follow in the row.
            room = WIDEST - column - (len(line) - place)
            wide = min(_number(node, "colspan", 1, least=1), max(1, room))
            free = next((step for step in range(wide) if (column + step, row) in taken), wide)
            high = min(_number(node, "rowspan", 1, least=1), len(rows) - row)
            taken |= {(column + x, row + y) for x in range(free) for y in range(high)}
            head = node.name == "th"
            blocks = tuple(_blocks(node.children, _styled(node, style), depth + 1, tags + 1))
            cells.append(Cell(column, row, free, high, head, blocks))
            column += free
    # A column in which no cell begins would stand empty.
    columns = max((cell.column for cell in cells), default=0) + 1
    return [replace(cell, columns=min(cell.columns, columns - cell.column)) for cell in cells]


def _number(node: Tag, name: str, default: int, *, least: int) -> int:
    text = str(node.get(name, ""))
    return max(least, int(text)) if re.fullmatch(r"[0-9]{1,6}", text) else default


# runs


def _styled(node: Tag, style: _Style) -> _Style:
    mark = _MARKS.get(node.name)
    return style if mark is None else replace(style, marks=style.marks | {mark})


def _runs(node: PageElement, style: _Style, tags: int) -> Iterator[Run]:
    """Yield the runs of an inline node; white space is left as it is."""
    if not isinstance(node, Tag):
        unseen = (
            ("unseen",) if isinstance(node, Comment | Declaration | Doctype | ProcessingInstruction | CData) else ()
        )
        yield style.run(_SPACE.sub(" ", _source(node)), *unseen)
    elif tags >= _DEEPEST_TAG:
        yield style.run(_SPACE.sub(" ", _source(node)))
    elif node.name == "br":
        yield style.run("\n")
        # html.parser takes what follows an unclosed <br/> as its siblings, but </br> may hold children.
        for child in node.children:
            yield from _runs(child, style, tags + 1)
    elif node.name in {"script", "style", "template", "noscript"}:
        yield style.run(_SPACE.sub(" ", str(node) if node.name in {"script", "style"} else _source(node)), "unseen")
    elif node.name == "input" and node.get("type") == "checkbox":
        yield style.run("☑" if node.has_attr("checked") else "☐")
    elif node.name in _VOID:
        yield style.run(f"[{_named(node)}]", "unseen")
        for child in node.children:
            yield from _runs(child, style, tags + 1)
    else:
        inner = _linked(node, _styled(node, style)) if node.name == "a" else _styled(node, style)
        for child in node.children:
            yield from _runs(child, inner, tags + 1)


def _linked(node: Tag, style: _Style) -> _Style:
    address = str(node.get("href") or "").strip()
    return replace(style, address=visible_text(address), opens=is_outer_link(address)) if address else style


def _named(node: Tag) -> str:
    """Name what is not set: a picture by its text or file name, anything else by where it would come from."""
    kind = _EMBEDDED.get(node.name, node.name)
    source = str(node.get("src") or node.get("data") or node.get("href") or "")
    name = str(node.get("alt") or node.get("title") or node.get("value") or "")
    if not name and kind == "picture":
        try:
            name = unquote(urlsplit(source).path.rpartition("/")[2]) if not source.startswith("data:") else ""
        except ValueError:
            name = source
    name = name or (source if not source.startswith("data:") else "")
    return f"{kind}: {name}" if name.strip() else kind


def _source(node: PageElement) -> str:
    """Return the text in a node, of whatever kind; what a page would hide keeps its marks."""
    if isinstance(node, Tag):
        return "".join(
            "\n" if isinstance(one, Tag) else _source(one)
            for one in node.descendants
            if not isinstance(one, Tag) or one.name == "br"
        )
    return f"{node.PREFIX}{node}{node.SUFFIX}" if isinstance(node, NavigableString) else ""


def _tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of a paragraph as a page would show them: white space once, none at the ends of lines."""
    tidy: list[Run] = []
    at_start = True
    for run in runs:
        text = run.text
        if text == "\n":
            _end_line(tidy)
            tidy.append(run)
            at_start = True
            continue
        if at_start or (tidy and tidy[-1].text.endswith(" ")):
            text = text.removeprefix(" ")
        if text:
            tidy.append(replace(run, text=text))
            at_start = False
    _end_line(tidy)
    while tidy and tidy[-1].text == "\n":
        tidy.pop()
        _end_line(tidy)
    merged = [
        replace(run, text=_visible("".join(one.text for one in group)))
        for run, group in groupby(tidy, lambda run: replace(run, text=""))
    ]
    first = next((place for place, run in enumerate(merged) if run.text.strip("\n")), None)
    return () if first is None else (replace(merged[first], text=merged[first].text.lstrip("\n")), *merged[first + 1 :])


def _end_line(runs: list[Run]) -> None:
    """Take the white space at the end of a line away."""
    while runs and runs[-1].text != "\n" and not runs[-1].text.strip(" "):
        runs.pop()
    if runs and runs[-1].text != "\n":
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" "))


def _visible(text: str) -> str:
    return visible_text(text.expandtabs(4), keep="\n")

"""Wiki text, in which the world keeps its texts, as Atlassian Document Format and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_INLINE = re.compile(
    r"\[~accountid:(?P<mention>[^\]]+)\]|\[(?P<label>[^|\]\n]+)\|(?P<url>[^\]\s]+)\]|\*(?P<bold>[^*\n]+)\*"
)
_HEADING = re.compile(r"h([1-6])\. (.*)")
_CODE = re.compile(r"\{(code|noformat)(?::[^}]*)?\}\n?(.*?)\n?\{\1\}", re.DOTALL)


@dataclass(frozen=True)
class _Block:
    """A piece of text: ``kind`` is "paragraph", "list", "code" or "h1" to "h6"; ``lines`` are its lines or entries."""

    kind: str
    lines: tuple[str, ...]


def to_adf(text: str) -> dict[str, Any]:
    """Turn wiki text into a document of Cloud's REST v3."""
    return {"version": 1, "type": "doc", "content": [_node(block) for block in _blocks(text)]}


def to_html(text: str) -> str:
    """Turn wiki text into HTML, as ``renderedFields`` and ``renderedBody`` hold it."""
    return "\n".join(_element(block) for block in _blocks(text))


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    position = 0
    for code in _CODE.finditer(text):
        blocks.extend(_prose(text[position : code.start()]))
        blocks.append(_Block("code", (code[2],)))
        position = code.end()
    return blocks + _prose(text[position:])


def _prose(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        heading = _HEADING.fullmatch(lines[0]) if lines else None
        if heading:
            blocks.append(_Block(f"h{heading[1]}", (heading[2],)))
            lines = lines[1:]
        if lines and all(line.startswith("* ") for line in lines):
            blocks.append(_Block("list", tuple(line[2:] for line in lines)))
        elif lines:
            blocks.append(_Block("paragraph", tuple(lines)))
    return blocks


def _node(block: _Block) -> dict[str, Any]:
    if block.kind == "code":
        content = [{"type": "text", "text": block.lines[0]}] if block.lines[0] else []
        return {"type": "codeBlock", "content": content}
    if block.kind == "list":
        items = [{"type": "listItem", "content": [_paragraph((line,))]} for line in block.lines]
        return {"type": "bulletList", "content": items}
    if block.kind.startswith("h"):
        return {"type": "heading", "attrs": {"level": int(block.kind[1])}, "content": _inline(block.lines[0])}
    return _paragraph(block.lines)


def _paragraph(lines: tuple[str, ...]) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in lines:
        if content:
            content.append({"type": "hardBreak"})
        content.extend(_inline(line))
    return {"type": "paragraph", "content": content}


def _inline(line: str) -> list[dict[str, Any]]:
    def styled(found: re.Match[str]) -> dict[str, Any]:
        if found["mention"]:
            return {"type": "mention", "attrs": {"id": found["mention"]}}
        if found["bold"]:
            return {"type": "text", "text": found["bold"], "marks": [{"type": "strong"}]}
        mark = {"type": "link", "attrs": {"href": found["url"]}}
        return {"type": "text", "text": found["label"], "marks": [mark]}

    return _split(line, lambda text: {"type": "text", "text": text}, styled)


def _split(line: str, plain: Callable[[str], Any], styled: Callable[[re.Match[str]], Any]) -> list[Any]:
    pieces: list[Any] = []
    position = 0
    for found in _INLINE.finditer(line):
        if found.start() > position:
            pieces.append(plain(line[position : found.start()]))
        pieces.append(styled(found))
        position = found.end()
    if position < len(line):
        pieces.append(plain(line[position:]))
    return pieces


def _element(block: _Block) -> str:
    if block.kind == "code":
        return f"<pre>{html.escape(block.lines[0])}</pre>"
    lines = ["".join(_html_inline(line)) for line in block.lines]
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    if block.kind.startswith("h"):
        return f"<{block.kind}>{lines[0]}</{block.kind}>"
    return "<p>" + "<br/>\n".join(lines) + "</p>"


def _html_inline(line: str) -> list[str]:
    def styled(found: re.Match[str]) -> str:
        if found["mention"]:
            return f"<span>@{html.escape(found['mention'])}</span>"
        if found["bold"]:
            return f"<b>{html.escape(found['bold'])}</b>"
        return f'<a href="{html.escape(found["url"])}">{html.escape(found["label"])}</a>'

    return _split(line, html.escape, styled)

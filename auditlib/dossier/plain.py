"""Blocks of text as plain text, for tables: what a page says by its look is said by signs. Pure.

A list has its dashes or numbers, a quotation its ``>``, a table its tabs; struck words stand between ``~~``; behind a link
stands its address where the text does not say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from auditlib.dossier.adf import document_markup
from auditlib.dossier.block import Block, Code, Heading, Items, Paragraph, Quote, Run, Table
from auditlib.dossier.blocks import read_html


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document in Atlassian's format as plain text; blocks stand on lines of their own."""
    return blocks_text(read_html(document_markup(document)))


def blocks_text(blocks: Iterable[Block]) -> str:
    """Return blocks as plain text."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph | Heading):
        return _runs(block.runs).split("\n")
    if isinstance(block, Code):
        return block.text.split("\n")
    if isinstance(block, Items):
        signs = ["- " if block.start is None else f"{block.start + place}. " for place in range(len(block.entries))]
        return [line for sign, entry in zip(signs, block.entries, strict=True) for line in _entry(sign, entry)]
    if isinstance(block, Quote):
        return [f"> {line}" for one in block.blocks for line in _lines(one)]
    if isinstance(block, Table):
        rows = groupby(block.cells, lambda cell: cell.row)
        return ["\t".join(" ".join(blocks_text(cell.blocks).split("\n")) for cell in row) for _, row in rows]
    return ["----"]


def _entry(sign: str, blocks: Sequence[Block]) -> list[str]:
    lines = [line for block in blocks for line in _lines(block)]
    return [f"{sign if place == 0 else ' ' * len(sign)}{line}" for place, line in enumerate(lines)]


def _runs(runs: Iterable[Run]) -> str:
    """Return the runs of a paragraph; parts of one link have its address once, behind them."""
    texts = []
    for address, group in groupby(runs, lambda run: run.address):
        linked = list(group)
        texts += [_marked(run) for run in linked]
        if address and "".join(run.text for run in linked).strip() != address:
            texts.append(f" ({address})")
    return "".join(texts)


def _marked(run: Run) -> str:
    inner = run.text.strip()
    return run.text.replace(inner, f"~~{inner}~~", 1) if inner and "strike" in run.marks else run.text

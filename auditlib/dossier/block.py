"""Blocks of text: paragraphs, headings, lists, code, quotes, tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Run:
    r"""Characters set alike.

    Attributes
    ----------
    text : str
        Visible text; ``"\n"`` begins a new line.
    marks : tuple of str
        Of ``bold``, ``italic``, ``strike``, ``underline``, ``code``, ``super``, ``sub``, ``unseen``; sorted. The last
        marks what Jira's page does not show, or what stands here for a picture.
    address : str
        Where a link leads, visible text; empty if the run is no link.
    opens : bool
        Whether the address is one of the web or of mail, so that it may become a link.
    """

    text: str
    marks: tuple[str, ...] = ()
    address: str = ""
    opens: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Lines of text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading within a text; ``level`` from 1 to 6."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Items:
    """A list; ``start`` is the first number of a numbered one, None if it has no numbers."""

    start: int | None
    entries: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Code:
    """Text whose spaces and line ends count."""

    text: str


@dataclass(frozen=True)
class Quote:
    """What somebody else said."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``column`` and ``row`` count from 0, and no two cells of a table overlap."""

    column: int
    row: int
    columns: int
    rows: int
    head: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Table:
    """A table of at most `WIDEST` columns."""

    columns: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block: TypeAlias = Paragraph | Heading | Items | Code | Quote | Table | Rule

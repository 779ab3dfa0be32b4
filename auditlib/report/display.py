"""What a notebook shows: tables that say what their rows are, and the conclusion that stands first. No I/O.

Each object shows itself as HTML in JupyterLab and in the exported page, and as plain text in a terminal. What comes from
Jira is escaped, and characters that a reader could not see are shown.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from auditlib.report.cells import (
    as_written,
    cell,
    cell_html,
    escaped,
    is_numeric,
    kind_of,
    markdown,
    plain_cell,
    rows_of,
    slug,
    style_of,
    value_of,
)
from auditlib.text import visible_text

MOST_AT_FULL_SIZE = 9
"""A table with more columns is set smaller, so that it fits a page."""


@dataclass(frozen=True)
class Table:
    """The first rows of a table, under a caption that says what they are and how many there are of how many.

    Attributes
    ----------
    frame : DataFrame, shape (n, k)
        All rows at hand, in the order they are shown.
    says : str
        What the rows are, in the plural: ``missing numbers``.
    of : int or None
        How many there are in all; None if that is n.
    limit : int
        Rows to show at most.
    order : str
        Which rows come first, if not all are shown: ``by project and number``.
    file : str
        Where all rows are: ``tables/gaps.csv``.
    columns : sequence of str or None
        The columns to show; None shows all but ``url``, to which the key is linked.
    """

    frame: pd.DataFrame
    says: str
    of: int | None = None
    limit: int = 20
    order: str = ""
    file: str = ""
    columns: tuple[str, ...] | None = None

    @property
    def caption(self) -> str:
        """One line: ``20 of 345 missing numbers, the first by project and number; all in tables/gaps.csv``."""
        total = len(self.frame) if self.of is None else self.of
        shown = min(len(self.frame), self.limit)
        if total == 0:
            return f"No {self.says}"
        first = f", the first {self.order}" if self.order and shown < total else ""
        where = f"; all in {self.file}" if self.file else ""
        return f"{shown:,} of {total:,} {self.says}{first}{where}"

    def _repr_html_(self) -> str:
        caption = f"<caption {style_of('caption-side: top; text-align: left')}>{escaped(self.caption)}</caption>"
        if self.frame.empty:
            return as_written(f'<p class="none">{escaped(self.caption)}.</p>')
        columns = self._columns()
        numeric = {name: is_numeric(self.frame[name]) for name in columns}
        head = "".join(cell("th", escaped(name.replace("_", " ")), number=numeric[name]) for name in columns)
        addresses = self.frame["url"].tolist() if "url" in self.frame and "url" not in columns else None
        body = []
        for place, row in enumerate(rows_of(self.frame.head(self.limit), columns)):
            address = addresses[place] if addresses else None
            cells = [
                cell(
                    "td",
                    cell_html(name, value, address if name == "key" else None),
                    number=numeric[name],
                    kind=kind_of(name, value),
                )
                for name, value in zip(columns, row, strict=True)
            ]
            body.append(f"<tr>{''.join(cells)}</tr>")
        names = "rows wide" if len(columns) > MOST_AT_FULL_SIZE else "rows"
        return as_written(
            f'<div class="table"><table class="{names}">{caption}<thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(body)}</tbody></table></div>"
        )

    def __repr__(self) -> str:
        if self.frame.empty:
            return f"{visible_text(self.caption)}."
        columns = self._columns()
        rows = [
            [plain_cell(name, value) for name, value in zip(columns, row, strict=True)] for row in self._shown(columns)
        ]
        shown = pd.DataFrame(rows, columns=columns)
        with pd.option_context("display.max_columns", None, "display.width", None, "display.max_colwidth", None):
            return f"{visible_text(self.caption)}\n{shown.to_string(index=False)}"

    def _columns(self) -> list[str]:
        if self.columns is not None:
            return list(self.columns)
        linked = "key" in self.frame and "url" in self.frame
        return [str(name) for name in self.frame.columns if not (linked and name == "url")]

    def _shown(self, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        return rows_of(self.frame.head(self.limit), columns)


def show_table(
    frame: pd.DataFrame,
    *,
    rows: str,
    total: int | None = None,
    limit: int = 20,
    columns: Sequence[str] | None = None,
    order: str = "",
    file: str = "",
) -> Table:
    """Show the first rows of a table.

    Parameters
    ----------
    frame : DataFrame, shape (n, k)
        Rows in the order in which they are to be shown.
    rows : str
        What the rows are, in the plural: ``missing numbers``.
    total : int, optional
        How many there are in all, if ``frame`` holds only some of them.
    limit : int
        Rows to show at most.
    columns : sequence of str, optional
        Columns to show; all if not given, with the key linked to ``url`` where the frame has both.
    order : str
        Which rows come first: ``by project and number``.
    file : str
        Where all rows are, within the package: ``tables/gaps.csv``.

    Returns
    -------
    Table
        Shows itself as the last expression of a cell.

    Raises
    ------
    ValueError
        If a column is not in the frame, or ``total`` is smaller than the frame.
    """
    missing = [name for name in columns or () if name not in frame.columns]
    if missing:
        raise ValueError(f"no column {', '.join(missing)} in the table of {rows}")
    if total is not None and total < len(frame):
        raise ValueError(f"{len(frame)} {rows} can't be of {total}")
    return Table(frame, rows, total, limit, order, file, None if columns is None else tuple(columns))


@dataclass(frozen=True)
class Tables:
    """Tables one after the other."""

    tables: tuple[Table, ...]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables))


def show_tables(*tables: Table) -> Tables:
    """Show several tables in one cell, one after the other."""
    return Tables(tables)


@dataclass(frozen=True)
class Conclusion:
    """What a notebook found, in words, to stand above the proof.

    Attributes
    ----------
    question : str
    text : str
        The computed answer.
    findings : tuple of (severity, statement)
    """

    question: str
    text: str
    findings: tuple[tuple[str, str], ...] = field(default=())

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li><span class="severity severity-{slug(severity)}">{escaped(severity)}</span> {escaped(statement)}</li>'
            for severity, statement in self.findings
        )
        listed = f'<ul class="findings">{items}</ul>' if items else '<p class="none">No findings.</p>'
        return as_written(
            f'<div class="conclusion" {style_of("border-left: 4px solid #0072B2; padding: 0.2em 1em")}>'
            f'<p class="question">{escaped(self.question)}</p><p class="answer"><strong>{escaped(self.text)}</strong></p>'
            f"{listed}</div>"
        )

    def _repr_markdown_(self) -> str:
        lines = [f"*{markdown(self.question)}*", "", f"**{markdown(self.text)}**", ""]
        listed = [f"- **{markdown(severity)}**: {markdown(statement)}" for severity, statement in self.findings]
        return as_written("\n".join(["", "", *lines, *(listed or ["No findings."]), "", ""]))

    def __repr__(self) -> str:
        lines = [f"- {severity}: {statement}" for severity, statement in self.findings]
        return "\n".join(visible_text(line) for line in (self.question, self.text, *(lines or ["No findings."])))


def conclusion(question: str, text: str, findings: pd.DataFrame | Iterable[Any] = ()) -> Conclusion:
    """Show a notebook's question, its computed answer and its findings.

    Parameters
    ----------
    question : str
    text : str
        The answer in words.
    findings : DataFrame or iterable
        Rows of the table ``findings``, or records or mappings with ``severity`` and ``statement``.

    Returns
    -------
    Conclusion
        Shows itself as the last expression of a cell.
    """
    records = findings.to_dict("records") if isinstance(findings, pd.DataFrame) else findings
    pairs = tuple((str(value_of(record, "severity")), str(value_of(record, "statement"))) for record in records)
    return Conclusion(question, text, pairs)


@dataclass(frozen=True)
class SignatureBlock:
    """A place for signatures, to be printed: a row a role, with name, signature and date left empty.

    Attributes
    ----------
    roles : tuple of str
        Who signs, in this order.
    """

    roles: tuple[str, ...]

    _HEAD = ("", "Name", "Signature", "Date")

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" {style_of("text-align: left")}>{title}</th>' for title in self._HEAD)
        # the height of a line to sign on comes from the padding, which every reader of notebooks respects
        line = style_of("padding: 2em 0.5em 0.3em 0; border-bottom: 1px solid #1c2430; text-align: left")
        rows = "".join(
            f'<tr><th scope="row" {line}>{escaped(role)}</th>{f"<td {line}>&nbsp;</td>" * (len(self._HEAD) - 1)}</tr>'
            for role in self.roles
        )
        width = style_of("width: 100%")
        return as_written(
            f'<table class="signatures" {width}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )

    def __repr__(self) -> str:
        longest = max(len(visible_text(role)) for role in self.roles)
        return "\n\n".join(
            f"{visible_text(role):<{longest}}  name {'_' * 24}  signature {'_' * 24}  date {'_' * 12}"
            for role in self.roles
        )


def signature_block(roles: Sequence[str] = ("Prepared by", "Reviewed by")) -> SignatureBlock:
    """Show a place for signatures.

    Parameters
    ----------
    roles : sequence of str
        Who signs: ``Prepared by``.

    Returns
    -------
    SignatureBlock
        Shows itself as the last expression of a cell.

    Raises
    ------
    ValueError
        If nobody signs.
    """
    if not roles:
        raise ValueError("a place for signatures needs a role")
    return SignatureBlock(tuple(roles))


@dataclass(frozen=True)
class Lines:
    """Lines as a terminal shows them."""

    lines: tuple[str, ...]

    def _repr_html_(self) -> str:
        return as_written(f"<pre>{_escaped_lines(self.lines)}</pre>")

    def __repr__(self) -> str:
        return "\n".join(map(visible_text, self.lines))


def _escaped_lines(lines: Iterable[str]) -> str:
    return "\n".join(map(escaped, lines))


@dataclass(frozen=True)
class Sheet:
    """A page of its own within a notebook: a heading, where more is, and tables.

    Attributes
    ----------
    title, address : str
        The heading, and a link to the whole record; a place within the package or on the web.
    says : str
        A sentence below the heading.
    tables : tuple of Table
    """

    title: str
    address: str
    says: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Sheets:
    """Pages one after the other; each begins a page in print."""

    sheets: tuple[Sheet, ...]

    def _repr_html_(self) -> str:
        return as_written("".join(map(self._section, self.sheets)) or '<p class="none">None.</p>')

    def _section(self, sheet: Sheet) -> str:
        link = f'<a href="{html.escape(sheet.address)}">whole record</a>'
        tables = "".join(table._repr_html_() for table in sheet.tables)
        return f'<section class="sheet"><h3>{escaped(sheet.title)}</h3><p>{escaped(sheet.says)} {link}</p>{tables}</section>'

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([visible_text(sheet.title), visible_text(sheet.says), *map(repr, sheet.tables)])
            for sheet in self.sheets
        )

"""What a notebook shows: tables that say what their rows are, and the conclusion that stands first. No I/O.

Each object shows itself as HTML in JupyterLab and in the exported page, and as plain text in a terminal. What comes from
Jira is escaped, and characters that a reader could not see are shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from auditlib.phrases import percent, percent_up, share
from auditlib.text import is_web_address, shorten, visible_text

LONGEST_CELL = 300
"""Characters of a text from Jira that a cell shows; the file beside the page has all of it."""

OWN_WORDS = frozenset(
    {
        "statement",
        "conclusion",
        "question",
        "limit",
        "note",
        "evidence",
        "possible",
        "query",
        "jql",
        "value",
        "explanation",
    }
    | {"cause", "jira_should_show", "command"}
)
"""Columns in which a cell is a sentence or a query: it is shown whole, since a part of it may say the opposite."""

MOST_AT_FULL_SIZE = 9
"""A table with more columns is set smaller, so that it fits a page."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>$-])")


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
        caption = f"<caption {_style('caption-side: top; text-align: left')}>{_escaped(self.caption)}</caption>"
        if self.frame.empty:
            return f'<p class="none">{_escaped(self.caption)}.</p>'
        columns = self._columns()
        numeric = {name: _is_numeric(self.frame[name]) for name in columns}
        head = "".join(_cell("th", _escaped(name.replace("_", " ")), number=numeric[name]) for name in columns)
        addresses = self.frame["url"].tolist() if "url" in self.frame and "url" not in columns else None
        body = []
        for place, row in enumerate(_rows(self.frame.head(self.limit), columns)):
            address = addresses[place] if addresses else None
            cells = [
                _cell(
                    "td",
                    _cell_html(name, value, address if name == "key" else None),
                    number=numeric[name],
                    kind=_kind(name, value),
                )
                for name, value in zip(columns, row, strict=True)
            ]
            body.append(f"<tr>{''.join(cells)}</tr>")
        names = "rows wide" if len(columns) > MOST_AT_FULL_SIZE else "rows"
        return (
            f'<div class="table"><table class="{names}">{caption}<thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(body)}</tbody></table></div>"
        )

    def __repr__(self) -> str:
        if self.frame.empty:
            return f"{visible_text(self.caption)}."
        columns = self._columns()
        rows = [
            [_plain_cell(name, value) for name, value in zip(columns, row, strict=True)] for row in self._shown(columns)
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
        return _rows(self.frame.head(self.limit), columns)


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
            f'<li><span class="severity severity-{_slug(severity)}">{_escaped(severity)}</span> {_escaped(statement)}</li>'
            for severity, statement in self.findings
        )
        listed = f'<ul class="findings">{items}</ul>' if items else '<p class="none">No findings.</p>'
        return (
            f'<div class="conclusion" {_style("border-left: 4px solid #0072B2; padding: 0.2em 1em")}>'
            f'<p class="question">{_escaped(self.question)}</p><p class="answer"><strong>{_escaped(self.text)}</strong></p>'
            f"{listed}</div>"
        )

    def _repr_markdown_(self) -> str:
        lines = [f"*{_markdown(self.question)}*", "", f"**{_markdown(self.text)}**", ""]
        listed = [f"- **{_markdown(severity)}**: {_markdown(statement)}" for severity, statement in self.findings]
        return "\n".join([*lines, *(listed or ["No findings."])])

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
    pairs = tuple((str(_value(record, "severity")), str(_value(record, "statement"))) for record in records)
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
        head = "".join(f'<th scope="col" {_style("text-align: left")}>{title}</th>' for title in self._HEAD)
        # the height of a line to sign on comes from the padding, which every reader of notebooks respects
        line = _style("padding: 2em 0.5em 0.3em 0; border-bottom: 1px solid #1c2430; text-align: left")
        rows = "".join(
            f'<tr><th scope="row" {line}>{_escaped(role)}</th>{f"<td {line}>&nbsp;</td>" * (len(self._HEAD) - 1)}</tr>'
            for role in self.roles
        )
        width = _style("width: 100%")
        return f'<table class="signatures" {width}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

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


def cell_text(value: Any) -> str:
    """Write one value for people: empty if missing, times to the second with their offset, everything else as in the CSV."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Real) and not isinstance(value, Integral):
        text = f"{float(value):.4f}".rstrip("0").rstrip(".")
        return text.replace("-", "−") if text != "-0" else "0"
    return str(value)


def _moment(value: datetime) -> str:
    """Write ``2026-04-01 09:15:00 -04:00``."""
    text = value.replace(microsecond=0).isoformat(" ", "seconds")
    return text if value.tzinfo is None else f"{text[:19]} {text[19:]}"


SHARES = frozenset({"upper_limit", "deviation_rate", "confidence", "tolerable_rate", "continuity"})
"""Columns of fractions, shown as sentences show them: in percent, an upper limit rounded up."""


def named_text(name: str, value: Any) -> str:
    """Write one value of a column for people: a share in percent, everything else as `cell_text`.

    >>> named_text("upper_limit", 0.19907), named_text("deviation_rate", 0.999999), named_text("confidence", 0.9)
    ('20.0 %', '> 99.9 %', '90 %')
    """
    if name not in SHARES or value is None or pd.isna(value) or not isinstance(value, Real):
        return cell_text(value)
    fraction = Fraction(str(value))
    if name == "upper_limit":
        return f"{percent_up(fraction)} %"
    if name in {"confidence", "tolerable_rate"}:
        return f"{percent(str(value))} %"
    return share(fraction.numerator, fraction.denominator)


def _plain_cell(name: str, value: Any) -> str:
    text = visible_text(named_text(name, value))
    return text if name in OWN_WORDS else shorten(text, 60)


def _cell_html(name: str, value: Any, address: Any) -> str:
    text = named_text(name, value)
    shown = _escaped(text if name in OWN_WORDS else shorten(text, LONGEST_CELL))
    if isinstance(value, str) and is_web_address(value):
        address = value
    if isinstance(address, str) and is_web_address(address) and shown:
        return f'<a href="{html.escape(address)}" rel="noopener noreferrer">{shown}</a>'
    return shown


def _kind(name: str, value: Any) -> str:
    """Return the class of cells that must not break across lines, or must although they are one word; empty for the others."""
    if isinstance(value, datetime):
        return "time"
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        return "digest"
    return "key" if name == "key" or name.endswith("_key") else ""


def _cell(tag: str, content: str, *, number: bool, kind: str = "") -> str:
    # JupyterLab aligns all cells of a table to the right and knows none of our classes
    scope = ' scope="col"' if tag == "th" else ""
    named = "number" if number else kind
    names = f' class="{named}"' if named else ""
    style = _style("text-align: right" if number else "text-align: left")
    return f"<{tag}{scope}{names} {style}>{content}</{tag}>"


def _style(rules: str) -> str:
    return f'style="{rules}"'


def _escaped(text: str) -> str:
    return html.escape(visible_text(text))


def _markdown(text: str) -> str:
    """Escape what Markdown, and the HTML within it, would take for markup."""
    return _MARKDOWN.sub(r"\\\1", visible_text(text)).replace("&", "&amp;")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _value(record: Any, name: str) -> Any:
    return record[name] if isinstance(record, Mapping) else getattr(record, name)


def _is_numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in columns), strict=True)


@dataclass(frozen=True)
class Lines:
    """Lines as a terminal shows them."""

    lines: tuple[str, ...]

    def _repr_html_(self) -> str:
        return f"<pre>{_escaped_lines(self.lines)}</pre>"

    def __repr__(self) -> str:
        return "\n".join(map(visible_text, self.lines))


def _escaped_lines(lines: Iterable[str]) -> str:
    return "\n".join(map(_escaped, lines))


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
        return "".join(self._section(sheet) for sheet in self.sheets) or '<p class="none">None.</p>'

    def _section(self, sheet: Sheet) -> str:
        link = f'<a href="{html.escape(sheet.address)}">whole record</a>'
        tables = "".join(table._repr_html_() for table in sheet.tables)
        return f'<section class="sheet"><h3>{_escaped(sheet.title)}</h3><p>{_escaped(sheet.says)} {link}</p>{tables}</section>'

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([visible_text(sheet.title), visible_text(sheet.says), *map(repr, sheet.tables)])
            for sheet in self.sheets
        )

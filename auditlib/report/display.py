"""What a notebook shows: tables that say what their rows are, and the conclusion that stands first. No I/O.

Each object shows itself as HTML in JupyterLab and in the exported page, and as plain text in a terminal. What comes from
Jira is escaped, and characters that a reader could not see are shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.phrases import counted, listed
from auditlib.report.cells import as_written, escaped, slug, style_of, with_keys
from auditlib.report.table_display import Table
from auditlib.text import visible_text

MOST_CAUSES: Final = 5
"""Causes that a notebook shows before the fold."""


@dataclass(frozen=True)
class Opening:
    """What a notebook found: its title is the answer, and the whole conclusion stands below.

    Attributes
    ----------
    name : str
        Number and name of the notebook: ``03 Numbering``.
    title : str
        The answer in one sentence.
    question : str
    text : str
        The computed conclusion.
    """

    name: str
    title: str
    question: str
    text: str

    def _repr_html_(self) -> str:
        quiet = style_of("color: #566070; margin: 0")
        rest = "" if self.text.strip() == self.title.strip() else f'<p class="answer">{escaped(self.text)}</p>'
        return as_written(
            f'<div class="opening conclusion"><p class="kicker" {quiet}>{escaped(self.name)}</p>'
            f"<h1 {style_of('margin: 0.1em 0 0.2em')}>{escaped(self.title)}</h1>"
            f'<p class="question" {quiet}><em>{escaped(self.question)}</em></p>{rest}</div>'
        )

    def __repr__(self) -> str:
        return "\n".join(visible_text(line) for line in (self.name, self.title, self.question, self.text))


@dataclass(frozen=True)
class Caused:
    """One cause among the findings of a notebook.

    Attributes
    ----------
    name, severity : str
    headline, rest : str
        What was found; together all of it.
    share : str
        ``118 of 528 (22.3 %)``; empty where there is no whole.
    rows : str
        Address of the rows that show it; empty if there are none.
    each : tuple of str
        What its findings say one by one, where the headline says it of all of them.
    """

    name: str
    severity: str
    headline: str
    rest: str
    share: str
    rows: str
    each: tuple[str, ...] = ()


@dataclass(frozen=True)
class Causes:
    """The findings of a notebook by what they come from, the gravest first: a few at once, the others below a fold.

    Attributes
    ----------
    found : tuple of Caused
    records : mapping of str to str
        By key, where the full record of an issue is: keys in sentences lead there.
    most : int
        How many stand before the fold.
    """

    found: tuple[Caused, ...]
    records: Mapping[str, str]
    most: int = MOST_CAUSES

    def _repr_html_(self) -> str:
        if not self.found:
            return as_written('<p class="none">No findings.</p>')
        first, others = self.found[: self.most], self.found[self.most :]
        more = ""
        if others:
            grave = sum(one.severity == "exception" for one in others)
            kinds = listed(list(dict.fromkeys(f"{one.severity}s" for one in others)))
            said = f"{len(others):,} more: {kinds}" + (f", {grave:,} to be answered" if grave else "")
            more = f'<details class="further"><summary>{escaped(said)}</summary>{self._list(others)}</details>'
        return as_written(f'<div class="causes">{self._list(first)}{more}</div>')

    def _list(self, causes: Sequence[Caused]) -> str:
        return f'<ul class="findings" {style_of("padding-left: 0; list-style: none")}>{"".join(map(self._item, causes))}</ul>'

    def _item(self, one: Caused) -> str:
        share = f' <span class="share">{escaped(one.share)}</span>' if one.share else ""
        rows = f' <a class="to-rows" href="{html.escape(one.rows)}">rows</a>' if one.rows else ""
        rest = f" {self._linked(one.rest)}" if one.rest else ""
        kind = f"severity severity-{slug(one.severity)}"
        bold = style_of("font-weight: 600")
        return (
            f'<li id="{slug(f"{one.severity} {one.name}")}"><span class="{kind}" {bold}>{escaped(one.severity)}</span> '
            f'<span class="told"><strong>{self._linked(one.headline)}</strong>{rest}{share}{rows}'
            f"{self._each(one)}</span></li>"
        )

    def _each(self, one: Caused) -> str:
        if not one.each:
            return ""
        told = "".join(f"<p>{self._linked(statement)}</p>" for statement in one.each)
        how_many = f"{counted(len(one.each), 'finding')} in full"
        return f'<details class="each"><summary>{escaped(how_many)}</summary>{told}</details>'

    def _linked(self, text: str) -> str:
        """Return a sentence in which the keys of issues with a full record lead to it."""
        return "".join(
            f'<a href="{html.escape(address)}">{escaped(piece)}</a>' if address else escaped(piece)
            for piece, address in with_keys(text, self.records.get)
        )

    def __repr__(self) -> str:
        lines = [f"- {one.severity}: {' '.join([one.headline, one.rest, *one.each]).strip()}" for one in self.found]
        return "\n".join(map(visible_text, lines or ["No findings."]))


@dataclass(frozen=True)
class Section:
    """A part of a notebook under its own heading: a sentence or two, and what shows it; nothing where nothing is to show.

    Attributes
    ----------
    title : str
    says : str
        What a reader must know; `` `words` `` are names in files, ``*words*`` are stressed.
    parts : tuple
        Tables, figures and other things that show themselves.
    """

    title: str
    says: str
    parts: tuple[Any, ...]

    @property
    def empty(self) -> bool:
        """Whether all of its tables are empty, and it has nothing else."""
        return all(isinstance(one, Table) and one.frame.empty for one in self.parts)

    def _repr_html_(self) -> str:
        if self.empty:
            return ""
        said = "".join(f"<p>{_own_words(one)}</p>" for one in self.says.split("\n\n") if one)
        shown = "".join(one._repr_html_() for one in self.parts if not (isinstance(one, Table) and one.frame.empty))
        return as_written(f"<h2>{escaped(self.title)}</h2>{said}") + shown

    def __repr__(self) -> str:
        return "" if self.empty else "\n\n".join([visible_text(self.title), *map(repr, self.parts)])


def _own_words(text: str) -> str:
    """Return a text of ours as HTML, with names in files and stressed words as such."""
    named = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped(text))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", named)


@dataclass(frozen=True)
class NothingFound:
    """What was looked for and is not there, in one sentence.

    Attributes
    ----------
    says : tuple of str
        What the rows would have been: ``issues left out``.
    """

    says: tuple[str, ...]

    def _repr_html_(self) -> str:
        return as_written(f'<p class="none">{escaped(repr(self))}</p>') if self.says else ""

    def __repr__(self) -> str:
        return (
            f"There are no {', no '.join(self.says[:-1])}{' and no ' if self.says[1:] else ''}{self.says[-1]}."
            if self.says
            else ""
        )


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

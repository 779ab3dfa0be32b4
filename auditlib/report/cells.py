"""Cells of tables on screen: values as text and HTML, nothing of Jira taken for markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from numbers import Integral, Real
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from auditlib.keys import ISSUE
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
    | {"cause", "jira_should_show", "command", "proves", "does_not_prove", "on_exception"}
)
"""Columns in which a cell is a sentence or a query: it is shown whole, since a part of it may say the opposite."""

_LONG = 90  # characters beyond which a cell wants a column that is not the narrowest


class Sign(str):
    """A sign that stands for a word in a table that would else be too wide; who can't see it is told the word.

    >>> Sign("●", "exception").word
    'exception'
    """

    __slots__ = ("href", "word")

    word: str
    href: str

    def __new__(cls, sign: str, word: str, href: str = "") -> Self:
        """Return a sign with its word, and where it leads if it does."""
        made = super().__new__(cls, sign)
        made.word, made.href = word, href
        return made


class Linked(str):
    """A text of parts, some of which lead somewhere.

    >>> Linked("7 9", [("7", "a.html#history-7"), ("9", "")]).parts[0]
    ('7', 'a.html#history-7')
    """

    __slots__ = ("parts",)

    parts: tuple[tuple[str, str], ...]

    def __new__(cls, text: str, parts: Iterable[tuple[str, str]]) -> Self:
        """Return a text with its parts, each with its address, empty where it leads nowhere."""
        made = super().__new__(cls, text)
        made.parts = tuple(parts)
        return made


_TO_COPY = frozenset({"query", "jql", "command"})  # not a letter of which may differ

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})\.[0-9]{3}([+-][0-9]{2}:[0-9]{2})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


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
    if isinstance(value, str) and (name in OWN_WORDS - _TO_COPY or _INSTANT.fullmatch(value)):
        return _INSTANT.sub(r"\1 \2 \3", value)
    if isinstance(value, Integral) and value is not True and value is not False and not _is_name(name):
        return f"{int(value):,}".replace("-", "−")
    if name not in SHARES or value is None or pd.isna(value) or not isinstance(value, Real):
        return cell_text(value)
    fraction = Fraction(str(value))
    if name == "upper_limit":
        return f"{percent_up(fraction)} %"
    if name in {"confidence", "tolerable_rate"}:
        return f"{percent(str(value))} %"
    return share(fraction.numerator, fraction.denominator)


def _is_name(column: str) -> bool:
    """Say whether the whole numbers of a column are names, such as issue numbers, and no counts."""
    return column in _PLAIN or column.endswith(("_id", "_number"))


def plain_cell(name: str, value: Any) -> str:
    """Return a cell of a table as plain text."""
    text = visible_text(named_text(name, value))
    return text if name in OWN_WORDS else shorten(text, 60)


_PLAIN: Final = frozenset({"number", "first", "last", "first_number", "last_number", "order", "id", "version", "year"})
"""Columns of whole numbers that count nothing: they are names, and have no commas."""


def cell_html(name: str, value: Any, address: Any, record: str = "") -> str:
    """Return a cell of a table as HTML, with its link where it has one: to a record within the package, else to the web."""
    text = named_text(name, value)
    if isinstance(value, Sign):
        sign = f'<abbr title="{html.escape(value.word)}">{escaped(text)}</abbr>'
        return f'<a href="{html.escape(value.href)}">{sign}</a>' if value.href else sign
    if isinstance(value, Linked):
        return " ".join(_link(*part) for part in value.parts)
    if record and text:
        return f'<a href="{html.escape(record)}">{escaped(text)}</a>'
    shown = escaped(text if name in OWN_WORDS else shorten(text, LONGEST_CELL))
    if isinstance(value, str) and is_web_address(value):
        address = value
    if isinstance(address, str) and is_web_address(address) and shown:
        return f'<a href="{html.escape(address)}" rel="noopener noreferrer">{shown}</a>'
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return _DAY.sub(r'<span class="day">\g<0></span>', shown)  # on paper a time may break, its day may not
    return shown


def _link(text: str, href: str) -> str:
    return f'<a href="{html.escape(href)}">{escaped(text)}</a>' if href else escaped(text)


def kind_of(name: str, value: Any) -> str:
    """Return the class of cells that must not break across lines, must although they are one word, or are long; else empty."""
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return "time"
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return "day"
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        return "digest"
    if isinstance(value, str) and len(value) > _LONG:
        return "long"
    return "key" if name == "key" or name.endswith("_key") else ""


def cell(tag: str, content: str, *, number: bool, kind: str = "") -> str:
    """Return an element of a table's row."""
    # JupyterLab aligns all cells of a table to the right and knows none of our classes
    scope = ' scope="col"' if tag == "th" else ""
    named = " ".join(one for one in ("number" if number else "", kind if tag == "th" or not number else "") if one)
    names = f' class="{named}"' if named else ""
    style = style_of("text-align: right" if number else "text-align: left")
    return f"<{tag}{scope}{names} {style}>{content}</{tag}>"


def style_of(rules: str) -> str:
    """Return a style attribute."""
    return f'style="{rules}"'


def escaped(text: str) -> str:
    """Return a text of Jira as HTML: escaped, and what can't be seen is shown."""
    return html.escape(visible_text(text))


def as_written(markup: str) -> str:
    r"""Return HTML in which JupyterLab typesets no formula: ``$`` and ``\\(`` of Jira's texts are what they are.

    The classes are those by which MathJax, and MathJax before its version 3, leaves a part of a page alone.
    """
    return f'<div class="mathjax_ignore tex2jax_ignore">{markup}</div>'


def slug(text: str) -> str:
    """Return a text as a name for an anchor."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def is_numeric(column: pd.Series) -> bool:
    """Say whether a column holds numbers, which stand to the right."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """Return the rows of some columns."""
    return zip(*(frame[name].tolist() for name in columns), strict=True)


_KEY: Final = re.compile(rf"(?<![\w/-]){ISSUE}(?![\w-])")


def with_keys(text: str, address_of: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a sentence, each with where it leads: keys to the full records of their issues, the rest to nowhere.

    Parameters
    ----------
    text : str
    address_of : callable
        Returns the address of a key's record; empty or None if there is none.
    """
    at = 0
    for key in _KEY.finditer(text):
        if address := address_of(key[0]):
            yield text[at : key.start()], ""
            yield key[0], address
            at = key.end()
    yield text[at:], ""

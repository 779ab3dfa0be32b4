"""Long texts of Jira as harmless HTML: its own rendering, Atlassian's document format, or wiki text as it is. Pure.

A reader of evidence must see what stood there, and it must not act. So what Jira's editors write (headings, lists, tables,
code, links) looks as in Jira; a picture is named, never loaded; whatever could run or load is shown as the text that it is.
Two readers stand behind each other: the first rewrites element by element, the second is the sanitiser, which knows nothing
of the first.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import unquote, urljoin

from auditlib.dossier.adf import DEEPEST, document_markup, is_document
from auditlib.dossier.pieces import ended_tags, link_tag, open_tag, path_of, refused_address, shown_text, source_mark
from auditlib.report.safe_html import Attributes, is_outer_link, sanitiser, words
from auditlib.text import shorten

_KEPT = words("""
    a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li
    ol p pre q s section small span strong sub sup table tbody td tfoot th thead tr u ul var
""")
_VOID = words("area base br col embed hr img input link meta param source track wbr")

_AS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        words("address article aside body center details fieldset footer header legend main nav summary"), "div"
    ),
    **dict.fromkeys(words("bdi big data font label mark nobr time"), "span"),
    "acronym": "abbr",
    "samp": "code",
    "strike": "s",
    "tt": "code",
}
"""Harmless elements that are shown as others, without what their attributes would do to the page."""

_SILENT = words("col colgroup head html jira-attachment-thumbnail wbr")
"""Elements around or between texts that say nothing themselves."""

_LOADING = words("action background formaction ping poster srcset")
_LOADING_STYLE = re.compile(r"url|image|import|\\\\", re.IGNORECASE)

_SELF_CLOSING = words("dd dt li p td th tr")
"""Elements that the next of their kind ends, so that many may stand open."""

_TABLE = words("caption table tbody td tfoot th thead tr")
_CELLS = words("caption td th")

_RAW = words("script style")

_CLASSES = words("""
    code codeContent codeHeader panel panelContent panelHeader panelinfo preformatted preformattedContent task error
    unknown mention lozenge-text
""")
"""Classes that Jira's rendering or `document_html` gives; no other may make a text look like a part of the page."""

_OURS = words("shown picture bare")
"""Classes that only this module gives."""


def rich_html(rendered: str, raw: Any, text: str, base: str = "") -> str:
    """Return a text of Jira as harmless HTML, from the best form that Jira sent.

    Parameters
    ----------
    rendered : str
        Jira's own HTML; empty if it sent none.
    raw : JSON
        The text as received: a document, wiki text, or anything else.
    text : str
        Its words, shown where there is neither HTML nor a document.
    base : str
        Address of the Jira, to which its relative links belong.

    Returns
    -------
    str
        Empty if there is no text.
    """
    if rendered.strip():
        return safe_html(rendered, base)
    if is_document(raw):
        return document_html(raw)
    return plain_html(raw if isinstance(raw, str) else text)


def document_html(document: Mapping[str, Any]) -> str:
    """Return a document in Atlassian's format, as `adf.document_markup` reads it, as harmless HTML."""
    return _clean(document_markup(document))


def plain_html(text: str) -> str:
    """Return text as it is, its line ends kept; empty if it is empty."""
    return f'<pre class="plain">{shown_text(text)}</pre>' if text.strip() else ""


def safe_html(markup: str, base: str = "") -> str:
    """Return Jira's HTML made harmless.

    Parameters
    ----------
    markup : str
        As received.
    base : str
        Address of the Jira, to which its relative links belong; without it they are shown as text.

    Returns
    -------
    str
        HTML without anything that runs or loads. Scripts, frames, forms and the like are shown as text, pictures by name and
        address, handlers of events beside their element; links lead to the web or to mail, or are text.

    Notes
    -----
    No ``style``, ``id``, ``title``, ``dir`` or ``hidden`` stays: none may hide a text or make it look like the page's own.
    """
    reader = _Rewriter(base)
    try:
        reader.feed(ended_tags(markup.replace("\r\n", "\n")))
        reader.close()
        return _clean(reader.written)
    except _TooDeepError:
        return f"{source_mark('nested too deeply to be shown as a page; its source:')}{plain_html(markup)}"


class _TooDeepError(Exception):
    """Elements within each other beyond what any editor writes."""


@dataclass(frozen=True)
class _OpenLink:
    """A link whose end has not come: where it leads, whether it may, where it stands among the pieces, its text so far."""

    address: str
    leads: bool
    place: int
    inside: list[str]


@dataclass
class _OpenTable:
    """A table whose end has not come: the place before it, and whether a cell is open."""

    before: int
    in_cell: bool = False


class _Rewriter(HTMLParser):
    """Rewrites HTML element by element; leaves balancing to the sanitiser."""

    def __init__(self, base: str) -> None:
        # References are read one by one: the library drops those to control characters.
        super().__init__(convert_charrefs=False)
        self.base = base
        self.pieces: list[str] = []
        self.pending: list[str] = []
        self.depth = 0
        self.open: Counter[str] = Counter()
        self.link: _OpenLink | None = None
        self.tables: list[_OpenTable] = []
        self.raw = False

    @property
    def written(self) -> str:
        """All that was rewritten."""
        if self.rawdata:  # what follows a script that is never closed: some versions of the library keep it back
            self.handle_data(self.rawdata)
        self._close_link()
        self._flush()
        return "".join(self.pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # of two equal names browsers take the first
        for name, value in given.items():  # what the element would have done or loaded by itself
            if name.startswith("on") or name in _LOADING or (name == "style" and _LOADING_STYLE.search(value)):
                self._put(source_mark(f'{name}="{value}"'))
        if tag == "a":
            self._open_link(given)
        elif tag == "img":
            self._put(self._picture(given))
        elif tag == "input" and given.get("type", "").lower() == "checkbox":
            self._put("☑ " if "checked" in given else "☐ ")
        elif tag in _KEPT or tag in _AS:
            self._open(_AS.get(tag, tag), tag, given)
        elif tag not in _SILENT:
            self._put(source_mark(self.get_starttag_text() or f"<{tag}>"))
            self.raw = tag in _RAW

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # To a browser <p/> is <p>, to this library it is closed: only what has no content may be written so.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        self.raw = False
        if tag == "a":
            self._close_link()
        elif tag in _KEPT or tag in _AS:
            if tag not in _VOID:
                if self.open[tag]:  # what ends nothing does not make the page less deep
                    self.open[tag] -= 1
                    self.depth -= 1
                self._put_tag(tag, f"</{_AS.get(tag, tag)}>", ends=True)
        elif tag not in _SILENT and tag not in _VOID:
            self._put(source_mark(f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        self.pending.append(data)
        if self.link is not None:
            self.link.inside.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        try:
            number = int(name[1:], 16) if name[:1] in "xX" else int(name)
            self.handle_data(chr(number))
        except (ValueError, OverflowError):
            self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(source_mark(f"<!--{data}-->"))

    def handle_decl(self, decl: str) -> None:
        self._put(source_mark(f"<!{decl}>"))

    def unknown_decl(self, data: str) -> None:
        self._put(source_mark(f"<![{data}]>"))

    def handle_pi(self, data: str) -> None:
        self._put(source_mark(f"<?{data}>"))

    def _put(self, piece: str) -> None:
        self._flush()
        self._write(piece)

    def _write(self, piece: str) -> None:
        """Write a piece; between the cells of a table, where parsers lose it, before the table."""
        if self.tables and not self.tables[-1].in_cell:
            self.pieces[self.tables[-1].before] += piece
        else:
            self.pieces.append(piece)

    def _put_tag(self, tag: str, piece: str, *, ends: bool) -> None:
        self._flush()
        if tag not in _TABLE:
            self._write(piece)
            return
        if tag == "table" and not ends:
            self._write("")
            self.tables.append(_OpenTable(len(self.pieces)))
            self.pieces.append("")
        self.pieces.append(piece)
        if tag == "table" and ends and self.tables:
            self.tables.pop()
        elif tag != "table" and self.tables:
            self.tables[-1].in_cell = tag in _CELLS and not ends

    def _flush(self) -> None:
        """Write the text that came in parts: whether a joiner joins is only seen with both its neighbours."""
        text = "".join(self.pending)
        self.pending.clear()
        if text:
            self._write(source_mark(text) if self.raw and text.strip() else shown_text(text))

    def _open(self, shown_as: str, tag: str, given: Mapping[str, str]) -> None:
        if tag not in _VOID and tag not in _SELF_CLOSING:
            self.depth += 1
            self.open[tag] += 1
            if self.depth > DEEPEST:
                raise _TooDeepError
        kept = {name: given[name] for name in ("colspan", "rowspan") if _is_number(given.get(name, ""))}
        if tag == "ol" and _is_number(given.get("start", "")):
            kept["start"] = given["start"]
        known = " ".join(name for name in given.get("class", "").split() if name in _CLASSES)
        self._put_tag(tag, open_tag(shown_as, {**kept, **({"class": known} if known else {})}), ends=False)

    def _open_link(self, given: Mapping[str, str]) -> None:
        self._close_link()  # a link within a link ends the first one
        address = self._address(given.get("href", ""))
        leads = is_outer_link(address)
        self._put("")
        self.pieces.append("")
        place = self.tables[-1].before if self.tables and not self.tables[-1].in_cell else len(self.pieces) - 1
        self.pieces[place] += link_tag(address) if leads else "<span>"
        self.link = _OpenLink(address, leads, place, [])

    def _close_link(self) -> None:
        link, self.link = self.link, None
        if link is None:
            return
        self._put("</a>" if link.leads else f"</span>{refused_address(link.address)}")
        if link.leads and "".join(link.inside).strip() == link.address:
            plain, bare = link_tag(link.address), link_tag(link.address, "bare")
            self.pieces[link.place] = self.pieces[link.place].replace(plain, bare)

    def _picture(self, given: Mapping[str, str]) -> str:
        """Return the words for a picture: its name, and its address as a link if it is one and stands in none."""
        kinds = given.get("class", "").split()
        if "rendericon" in kinds:  # the small arrow that Jira puts behind its links
            return ""
        source, alternative = given.get("src", ""), given.get("alt", "").strip()
        inside = source[:11].lower() == "data:image/"
        address = source if inside else self._address(source)
        last = "" if inside else unquote(path_of(address).rpartition("/")[2])
        name = (given.get("data-attachment-name") or alternative or last).strip()
        if {"emoticon", "emoji"} & set(kinds):
            return f'<span class="picture">{shown_text(alternative or last.partition(".")[0] or "emoticon")}</span>'
        words_ = f"[picture: {name}]" if name else "[picture]"
        if inside:
            kind = shorten(address[5:].partition(",")[0].partition(";")[0], 40)
            return f'<span class="picture">{shown_text(f"{words_} ({kind}, in the text itself)")}</span>'
        if is_outer_link(address) and self.link is None:
            return f'<span class="picture">{link_tag(address)}{shown_text(words_)}</a></span>'
        return f'<span class="picture">{shown_text(words_)}</span>{refused_address("" if is_outer_link(address) else address)}'

    def _address(self, given: str) -> str:
        """Return an address, one of Jira's own made whole."""
        try:
            return urljoin(f"{self.base}/", given) if self.base and given.startswith("/") else given
        except ValueError:
            return given


def _is_number(text: str) -> bool:
    """Say whether a text is a number that a table or list may give: no browser takes more than a few digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 5


def _only_known_classes(value: str) -> bool:
    return all(word in _CLASSES or word in _OURS for word in value.split())


_ATTRIBUTES: Final[Attributes] = {
    "*": {"class": _only_known_classes},
    "a": {"href": is_outer_link, "rel": "noopener noreferrer nofollow".__eq__},
    "td": {"colspan": _is_number, "rowspan": _is_number},
    "th": {"colspan": _is_number, "rowspan": _is_number},
    "ol": {"start": _is_number},
}
_clean = sanitiser(_KEPT, _ATTRIBUTES)

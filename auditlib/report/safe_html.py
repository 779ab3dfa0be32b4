"""HTML that others wrote, made harmless; and a finished page, read once more for all that could run or load.

The sanitiser is nh3, which reads HTML as browsers do. Its list of what may stay is given by whoever shows the text: a notebook
shows tables and pictures of its own, an issue shows what Jira's editors can write. `network_requests` reads the finished
page and shares no list with them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from typing import TypeAlias
from urllib.parse import urlsplit

import nh3

from auditlib.text import is_web_address

_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*\Z")

NARROW = "screen and (max-width: 44rem)"
"""On what a page shows the narrow form of a figure, as its style sheet has it; a printed page is none."""

Attributes: TypeAlias = Mapping[str, Mapping[str, Callable[[str], bool]]]
"""By element, ``*`` for every one: its attributes, and what judges a value."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text, for lists that are easier to read without quotes."""
    return frozenset(text.split())


_LOADING_TAGS = words("""
    applet audio base embed fencedframe form frame frameset iframe input link math object portal script
    svg template track video
""")
_LOADING_ATTRIBUTES = words("""
    action archive background cite classid codebase data formaction icon longdesc manifest ping poster profile
    srcdoc usemap xlink:href
""")
_DRAWING_TAGS = words("circle g line path rect svg text title")
"""Elements of drawings in our pages, which only draw: none of them loads, links, moves or holds anything else."""
_HALF = re.compile(r"[\ud800-\udfff]")
_TAG = re.compile(r"""</?([a-zA-Z][^\s/<>]*+)(?:[\s/](?:[^<>"']|"[^"]*"|'[^']*')*+)?>""")
_RULE = re.compile(r"([a-zA-Z-]+)\s*:\s*(?:[\w#.%,!+\s-]|\b(?:rgba?|hsla?)\([\d.%,/\s]*\))+\Z", re.ASCII)
_ADDRESS = nh3.Cleaner(tags={"a"}, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None)
"""Drops an address that it, and so a browser, can't read, such as ``http://host:port``; then it is shown, and is no link."""
_WITH_QUOTE = re.compile(r"<[^<>']*'[^<>]*>")
_LOADING_STYLE = re.compile(r"url\s*\(|@import|@font-face|image-set|expression\s*\(|\\", re.IGNORECASE)


def sanitiser(
    tags: Iterable[str],
    attributes: Attributes,
    *,
    protocols: Iterable[str] = ("http", "https", "mailto"),
    styles: Iterable[str] = (),
) -> Callable[[str], str]:
    """Make a sanitiser, which shows as text what is not allowed; made once, it can serve pages that are made side by side.

    Parameters
    ----------
    tags : iterable of str
        Elements that stay.
    attributes : mapping
        By element, ``*`` for every one: attributes that may stay, and what says of a value whether it does.
    protocols : iterable of str
        Schemes of addresses that stay.
    styles : iterable of str
        Properties that stay in ``style`` attributes, where these are allowed.

    Returns
    -------
    callable
        From HTML to harmless HTML.
    """
    kept, properties = frozenset(tags), frozenset(styles)
    always = attributes.get("*", {})

    def kept_value(tag: str, name: str, value: str) -> str | None:
        allowed = attributes.get(tag, {}).get(name) or always.get(name)
        if allowed is None or not allowed(value):
            return None
        return _kept_style(value, properties) if name == "style" else value

    cleaner = nh3.Cleaner(
        tags=set(kept),
        clean_content_tags=set(),
        attributes={tag: set(names) for tag, names in attributes.items()},
        attribute_filter=kept_value,
        url_schemes=set(protocols),
        link_rel=None,
    )
    return lambda markup: _as_written(cleaner.clean(_other_tags_as_text(_whole(markup), kept)))


def anything(value: str) -> bool:  # noqa: ARG001 -- the signature of what judges a value
    """Allow every value of an attribute."""
    return True


def _whole(text: str) -> str:
    """Return a text with halves of characters, which no file can hold, shown by their number."""
    return _HALF.sub(lambda half: f"[U+{ord(half[0]):04X}]", text)


def _other_tags_as_text(markup: str, kept: frozenset[str]) -> str:
    """Escape what begins no whole tag of those elements, so that it is seen; nh3 would drop it."""

    def written(start: re.Match[str]) -> str:
        tag = _TAG.match(markup, start.start())
        return "<" if tag and tag[1].lower() in kept else "&lt;"

    return re.sub("<", written, markup)


def _kept_style(value: str, properties: frozenset[str]) -> str:
    """Return the rules of a style that are on the list and have plain values; nothing with an address, string or escape."""
    rules = (rule.strip() for rule in value.split(";"))
    return " ".join(f"{rule};" for rule in rules if (known := _RULE.match(rule)) and known[1].lower() in properties)


def _as_written(markup: str) -> str:
    """Write what may be written in two ways as dossiers have it since the first: no name for a space, one for quotes."""
    return _WITH_QUOTE.sub(lambda tag: tag[0].replace("'", "&#x27;"), markup.replace("&nbsp;", "\u00a0"))


def network_requests(
    page: str, *, pictures_beside: bool = False, script_beside: str = "", drawings: bool = False
) -> list[str]:
    """Return what in an HTML page could run, or ask for anything outside of the page; empty if nothing can.

    A link that waits for a click is no request. This reads the finished page and shares nothing with the sanitisers.

    Parameters
    ----------
    page : str
        HTML.
    pictures_beside : bool
        Allow pictures by relative path, as on the cover page.
    script_beside : str
        Allow one script, the element of which stands in the page's head as ``tables_in_pages.script_element`` writes it;
        this is its address within the package.
    drawings : bool
        Allow drawings within the page, as on the cover page: ``svg`` of elements that only draw.

    Returns
    -------
    list of str
        One line each.
    """
    reader = _Reader(pictures_beside=pictures_beside, drawings=drawings)
    reader.feed(_without_script(page, script_beside) if script_beside else page)
    reader.close()
    return reader.doubts


def _without_script(page: str, address: str) -> str:
    """Return a page without the one script that it may have; any other one is left to be seen."""
    element = rf'<script src="{re.escape(html.escape(address))}" nonce="[A-Za-z0-9_=-]+" defer></script>'
    head, end, body = page.partition("</head>")
    return re.sub(element, "", head, count=1) + end + body


class _Reader(HTMLParser):
    """Collects all that could run or load."""

    def __init__(self, *, pictures_beside: bool, drawings: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures_beside = pictures_beside
        self.drawings = drawings
        self.doubts: list[str] = []
        self.in_style = False
        self.in_drawing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        self.in_drawing |= self.drawings and tag == "svg"
        if tag not in _DRAWING_TAGS if self.in_drawing else tag in _LOADING_TAGS:
            self.doubts.append(f"element {tag}")
        if tag == "meta" and any(name == "http-equiv" and (value or "").lower() == "refresh" for name, value in attrs):
            self.doubts.append("meta refresh")
        for name, value in attrs:
            self._check(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"
        self.in_drawing = self.in_drawing and tag != "svg"

    def handle_data(self, data: str) -> None:
        if self.in_style and _LOADING_STYLE.search(data):
            self.doubts.append("a style sheet that names an address")

    def _check(self, tag: str, name: str, value: str) -> None:
        allowed = {
            "src": is_inner_picture(value) or (self.pictures_beside and tag == "img" and is_inner_link(value)),
            "srcset": is_inner_picture(value),
            "href": tag == "a" and is_link(value),
            "style": not _LOADING_STYLE.search(value),
        }.get(name, not name.startswith("on") and name not in _LOADING_ATTRIBUTES)
        if not allowed or (self.in_drawing and _LOADING_STYLE.search(value)):
            self.doubts.append(f"{tag} {name}={value[:60]!r}")


def is_inner_picture(value: str) -> bool:
    """Say whether an address is a picture that stands in the address itself."""
    return _PICTURE.match(value) is not None


def is_link(value: str) -> bool:
    """Say whether an address may stand in a link: the web, mail, or a place within the package."""
    return is_outer_link(value) or is_inner_link(value)


def is_outer_link(value: str) -> bool:
    """Say whether an address leads to the web, to a host that can be, or to mail; no space and nothing unseen is in it."""
    to_mail = re.fullmatch(r"mailto:[^\s<>\"]+@[^\s<>\"]+", value) is not None and value.isprintable()
    return (is_web_address(value) or to_mail) and " href=" in _ADDRESS.clean(f'<a href="{html.escape(value)}">')


def is_inner_link(value: str) -> bool:
    """Say whether an address is relative, so that it stays within the package's folder or page."""
    return _scheme(value) == "" and not value.startswith(("/", "\\"))


def _scheme(value: str) -> str | None:
    """Return the scheme of an address, empty if it has none, None if it can't be said. Browsers drop control characters."""
    if not value.isprintable() or value != value.strip():
        return None
    try:
        return urlsplit(value).scheme.lower()
    except ValueError:
        return None

"""Pieces of harmless HTML: text, source shown as what it is, links. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from auditlib.text import visible_text

_LOOSE: Final = 100
"""Tags without an end up to which they are left to the reader of HTML."""


def path_of(address: str) -> str:
    """Return the path in an address, empty if it can't be read."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def ended_tags(markup: str) -> str:
    """Return HTML in which many tags that begin and never end are text, as readers of HTML take them in the end.

    Python's reader looks at the rest of the page for each, so that its work would grow with the square of their number.
    """
    last = markup.rfind(">") + 1
    rest = markup[last:]
    return markup if rest.count("<") <= _LOOSE else markup[:last] + rest.replace("<", "&lt;")


def shown_text(text: str) -> str:
    """Escape a text; what can't be seen is shown."""
    return html.escape(visible_text(text.replace("\r\n", "\n"), keep="\n\t"), quote=False)


def source_mark(source: str) -> str:
    """Show source that would have acted as what it is."""
    return f'<code class="shown">{shown_text(source)}</code>'


def refused_address(address: str) -> str:
    """Show the refused address of a link that was made none."""
    return f" {source_mark(f'[{address}]')}" if address else ""


def open_tag(name: str, attributes: Mapping[str, str]) -> str:
    """Return the tag that opens an element, the values of its attributes escaped."""
    inner = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{inner}>"


def link_tag(address: str, kind: str = "") -> str:
    """Return the tag that opens a link out of the page."""
    kinds = {"class": kind} if kind else {}
    return open_tag("a", {"href": address, "rel": "noopener noreferrer nofollow", **kinds})

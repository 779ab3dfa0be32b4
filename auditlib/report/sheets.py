"""What stands in the margins of every printed sheet: which package it is of, and which sheet of how many. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_UNPLAIN: Final = re.compile(r"[^A-Za-z0-9 .,:/?=&#_-]")


def package_id(slug: str, pulled_to: str) -> str:
    """Return the name by which the pages of a package call it: its audit's, and when the last answer came.

    >>> package_id("soc-2-2026", "2026-10-02T08:31:12Z")
    'soc-2-2026-20261002T083112Z'
    """
    try:
        stamp = f"{datetime.fromisoformat(pulled_to).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    except ValueError:
        return slug
    return f"{slug}-{stamp}"


def sheet_style(identity: str, page: str) -> str:
    """Return a style that prints the package's id, the page's name and the number of the sheet into the lower margin.

    Only plain characters come into a style sheet; whatever else a name holds becomes ``_``.

    Parameters
    ----------
    identity : str
        As `package_id` gives it.
    page : str
        Name of the page: ``03 numbering``.
    """
    left, middle = (_UNPLAIN.sub("_", text) for text in (f"Package {identity}" if identity else "", page))
    font = 'font: 7.5pt "Liberation Sans", Arial, sans-serif; color: #566070;'
    boxes = (
        f'@bottom-left {{ content: "{left}"; {font} }}',
        f'@bottom-center {{ content: "{middle}"; {font} }}',
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {font} }}',
    )
    return f"@page {{ {' '.join(boxes)} }}\n"

"""The page of a package without names: what it is, what it shows, what was left out, and how it is matched with the full one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from auditlib.errors import AuditError
from auditlib.phrases import day
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment


def masked_page(summary: Mapping[str, Any], tables: Mapping[str, tuple[str, int]], *, digest: str, key: str) -> str:
    """Return the page.

    Parameters
    ----------
    summary : mapping
        ``summary.json`` of the package without names.
    tables : mapping of str to (str, int)
        What each file in ``tables/`` holds, and how many rows it has.
    digest : str
        SHA-256 of the tag manifest of the full package.
    key : str
        By which the key of the pseudonyms is told from another.

    Raises
    ------
    AuditError
        If the page could ask the network for something, which would be an error of the template.
    """
    style = "".join((TEMPLATES / name).read_text("utf-8") for name in ("style.css", "packages.css"))
    period = summary.get("period")
    days = [date.fromisoformat(period[name]) for name in ("start", "end")] if period else []
    page = (
        page_environment()
        .get_template("masked.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 -- our own files
            audit=str(summary["audit"]),
            period=" to ".join(map(day, days)) + (f" ({period['timezone']})" if period else ""),
            verdict=[str(one["sentence"]) for one in summary.get("verdict", ())],
            tables=[(name, says, f"{rows:,}") for name, (says, rows) in tables.items()],
            digest=digest,
            key=key,
        )
    )
    doubts = network_requests(page)
    if doubts:
        raise AuditError(f"the page without names would ask for something: {'; '.join(doubts[:3])}")
    return page

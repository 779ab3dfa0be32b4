"""Where the templates are, and how pages are made of them: every text of Jira is escaped, and what can't be seen is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from auditlib.text import visible_text

TEMPLATES: Final = Path(__file__).parent / "templates"


def page_environment() -> jinja2.Environment:
    """Return the environment of our pages; a name that a template does not know is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalized(value: Any) -> Any:
    return visible_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value

"""Tables that sort, search and filter in our pages: one script beside them, which a page allows and nothing else.

The script is DataTables (https://datatables.net, MIT), as the wheel of itables carries it, and a page of our own that starts
it. It is written once into a package. A page admits it by a nonce: a word in its policy and in the one element that loads the
script. Text of Jira was written before the page was made and can't know its nonce, so no other script would run, were one to
get by the sanitiser; and a nonce holds where a page is opened from a disk, where ``'self'`` would allow every file of it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from markupsafe import Markup

from auditlib.errors import AuditError
from auditlib.report.templating import TEMPLATES

SCRIPT: Final = "page/tables.js"
"""Where the script lies, below ``data/``."""

_EXPORTS: Final = re.compile(r"\bexport\s*\{([^{}]*)\}\s*;?")
_DEFAULT: Final = re.compile(r"([A-Za-z_$][\w$]*) as default\b")


def write_script(data: Path) -> None:
    """Write the script of all pages into a package, as ``page/tables.js``.

    Parameters
    ----------
    data : Path
        The package's folder ``data``.
    """
    target = data / SCRIPT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(script(), "utf-8", newline="\n")


@lru_cache(maxsize=1)
def script() -> str:
    """Return the script of all pages: DataTables, and what starts it.

    Raises
    ------
    AuditError
        If itables is not there, or brings DataTables in a form that is not known here.
    """
    try:
        wheel = distribution("itables")  # its files alone: to import it takes longer than all that is done here
        bundle = Path(str(wheel.locate_file("itables/html/dt_bundle.js"))).read_text("utf-8")
    except (PackageNotFoundError, OSError) as error:
        raise AuditError(
            f"itables, which brings DataTables, can't be read: {error}; install auditlib once more"
        ) from None
    # A module can't be loaded from a disk: browsers take each file there for a stranger. So it becomes a plain script.
    exports = _EXPORTS.findall(bundle)
    named = _DEFAULT.search(exports[0]) if len(exports) == 1 else None
    if named is None:
        raise AuditError(f"itables {wheel.version} brings DataTables in another form: tables of pages can't be made")
    plain = _EXPORTS.sub(lambda _: f"return {{DataTable: {named[1]}}};", bundle)
    starts = (TEMPLATES / "tables.js").read_text("utf-8")
    head = f"/* DataTables (https://datatables.net), MIT licence, as itables {wheel.version} carries it; then what starts it. */"
    return f'{head}\nconst DataTables = (() => {{ "use strict";\n{plain}\n}})();\n{starts}'


def nonce_of(*content: str | bytes) -> str:
    """Return the nonce of a page: a digest of what it shows, which nothing within it could have named.

    >>> len(nonce_of("a")), nonce_of("a") == nonce_of("a"), nonce_of("a") == nonce_of("b")
    (32, True, False)
    """
    digest = hashlib.sha256()
    for part in content:
        body = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(body).to_bytes(8, "big") + body)
    return base64.urlsafe_b64encode(digest.digest()[:24]).decode("ascii")


def policy(nonce: str, *, pictures: str = "data:") -> str:
    """Return the content-security policy of a page: nothing but its own style, its pictures, and the one script.

    Parameters
    ----------
    nonce : str
        As `nonce_of` makes it.
    pictures : str
        Where pictures may come from.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )


def script_element(nonce: str, *, up: str = "") -> Markup:
    """Return the element that loads the script.

    Parameters
    ----------
    nonce : str
        The page's.
    up : str
        The way from the page's folder to ``data/``: ``../`` from ``data/notebooks``.
    """
    address = html.escape(f"{up}{SCRIPT}")
    return Markup(f'<script src="{address}" nonce="{html.escape(nonce)}" defer></script>')  # noqa: S704 -- escaped above


def style() -> Markup:
    """Return the style of all pages, with that of the tables that the script starts."""
    sheets = ((TEMPLATES / name).read_text("utf-8") for name in ("style.css", "tables.css"))
    return Markup("\n".join(sheets))  # noqa: S704 -- our own files

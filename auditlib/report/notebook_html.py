"""An executed notebook as one HTML page that opens offline and asks the network for nothing.

nbconvert's own templates load scripts and fonts from a content delivery network, and show HTML outputs as they are. Here
the template is ours, HTML outputs and Markdown pass through a sanitiser with a list of what tables and text need, the page
carries a policy that forbids every request, and the result is read once more before it is written: a page that could ask
for something is an error, not a page.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from auditlib.errors import AuditError
from auditlib.phrases import listed
from auditlib.report.navigation import navigation_bar, navigation_style, stops
from auditlib.report.page_order import arranged
from auditlib.report.safe_html import (
    NARROW,
    Attributes,
    anything,
    is_inner_picture,
    is_link,
    network_requests,
    sanitiser,
    words,
)
from auditlib.report.sheets import sheet_style
from auditlib.report.tables_in_pages import SCRIPT, nonce_of, policy, script_element, style
from auditlib.report.templating import TEMPLATES
from auditlib.text import visible_text

_TAGS = words("""
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li ol p picture pre s section small source span strong sub summary sup table tbody td tfoot th
    thead tr u ul var
""")
# nothing here can name an address: no background, no list-style, no content
_STYLES = words("""
    background-color border border-bottom border-left border-right border-top caption-side color font-style
    font-weight margin padding text-align text-decoration vertical-align white-space width
""")
_ATTRIBUTES: Attributes = {
    "*": dict.fromkeys(words("class id title style lang dir"), anything),
    "a": {"href": is_link, "rel": anything},
    "img": {"src": is_inner_picture, "alt": anything, "width": str.isdigit, "height": str.isdigit},
    "source": {"media": NARROW.__eq__, "srcset": is_inner_picture},
    "td": {"colspan": str.isdigit, "rowspan": str.isdigit},
    "th": {"colspan": str.isdigit, "rowspan": str.isdigit, "scope": anything},
    "ol": {"start": str.isdigit},
    "details": {"open": anything},
}
_SANITISED = sanitiser(_TAGS, _ATTRIBUTES, protocols=("http", "https", "mailto", "data"), styles=_STYLES)
_MOST_PROJECTS: Final = 8
_STYLE_ELEMENT = re.compile(r"<style\b.*?</style\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where a page stands in its package.

    Attributes
    ----------
    package : str
        Id of the package, for the margin of each printed sheet.
    files : collection of str
        What the package has or will have, below ``data/``: what the bar over the page leads to.
    """

    package: str = ""
    files: Collection[str] = ()


def export_html(
    notebook: Path, target: Path, *, title: str, info: Mapping[str, str] | None = None, place: Place | None = None
) -> None:
    """Write an executed notebook as a page of its own.

    Its answer stands first, as its title. What made it, the parameters as papermill recorded them and the code, is folded at the
    end; contents stand beside it, and tables sort where the package's script is (`report.tables_in_pages`).

    Parameters
    ----------
    notebook : Path
        The ``.ipynb``, executed.
    target : Path
        The ``.html`` to write; replaced if it is there.
    title : str
        Title of the audit; stands above the notebook's own heading.
    info : mapping of str to str, optional
        Facts on the package, in this order.
    place : Place, optional
        Where the page stands in its package.

    Raises
    ------
    AuditError
        If the file is no notebook, or the page could ask the network for something.
    """
    try:
        content = notebook.read_bytes()
        node = nbformat.reads(content.decode("utf-8"), as_version=4)
    except (
        OSError,
        ValueError,
        AttributeError,
        nbformat.ValidationError,
    ) as error:  # AttributeError: JSON of another shape
        raise AuditError(f"{notebook}: can't be read as a notebook: {error}") from error
    place = place or Place()
    facts = dict(info or {})
    here = f"notebooks/{target.name}"
    nonce = nonce_of(content, title, *facts.values())
    name = notebook.stem.partition("_")[0] + " " + notebook.stem.partition("_")[2].replace("_", " ")
    head = {
        "title": visible_text(title),
        "told": " · ".join([visible_text(title), *_scope(facts)]),
        "facts": [*facts.items(), *_execution(node), ("SHA-256", hashlib.sha256(content).hexdigest())],
        "parameters": _parameters(node),
        "style": style() + _of_pages() + Markup(sheet_style(place.package, name.strip())),  # noqa: S704 -- our own
        "policy": policy(nonce),
        "script": script_element(nonce, up="../"),
        "bar": navigation_bar(here, place.files) if place.files else "",
        "others": [one for one in stops(here, place.files) if one.number and not one.here],
        "notebook": notebook.name,
    }
    page, _ = _exporter_of_thread().from_notebook_node(node, resources={"auditlib": head})
    page = arranged(page)
    doubts = network_requests(page, script_beside=f"../{SCRIPT}")
    if doubts:
        raise AuditError(f"{target.name}: the page would ask for something outside of it: {'; '.join(doubts[:3])}")
    target.write_text(page, "utf-8", newline="\n")


def _scope(facts: Mapping[str, str]) -> list[str]:
    """Return projects and period for the head of a page; of many projects the first, since all stand in the facts below."""
    told = [listed(facts["Projects"].split(", "), _MOST_PROJECTS)] if "Projects" in facts else []
    return [*told, *([facts["Period"]] if "Period" in facts else [])]


@cache
def _of_pages() -> Markup:
    """Return the style of notebooks' pages and of the bar over them."""
    return Markup(f"\n{navigation_style()}\n{(TEMPLATES / 'page.css').read_text('utf-8')}\n")  # noqa: S704 -- our own


def clean_html(markup: str) -> str:
    """Return HTML that can show text, tables, links and pictures of its own, and do nothing else.

    What is not allowed is shown as text. A link may lead to http, https or mail, or within the package; a picture must
    be in the page.
    """
    # pandas puts a style element into every table: without this, its rules would be shown as text
    return _SANITISED(_STYLE_ELEMENT.sub("", str(markup)))


class _Exporter(HTMLExporter):  # type: ignore[misc,unused-ignore]
    """nbconvert's exporter without the second reading of its page, which `page_order` reads anyway; see there."""

    def from_notebook_node(  # type: ignore[override,unused-ignore]
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **how: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page as the template makes it."""
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        resources = self._init_resources(resources)
        shown = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=self))
        self.register_filter("filter_data_type", shown)
        made: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(self, nb, resources, **how)
        return made


_OF_THREAD: Final = threading.local()


def _exporter_of_thread() -> HTMLExporter:
    """Return the thread's own exporter: it reads its templates once, and is not made for two pages at a time."""
    known: HTMLExporter | None = getattr(_OF_THREAD, "exporter", None)
    if known is None:
        known = _OF_THREAD.exporter = _exporter()
    return known


def _exporter() -> HTMLExporter:
    exporter = _Exporter(
        config=Config(),
        template_name="notebook",
        extra_template_basedirs=[str(TEMPLATES)],
        sanitize_html=True,
        exclude_anchor_links=True,
        filters={
            "clean_html": clean_html,
            "visible": lambda text: visible_text(str(text), keep="\n\t"),
            "one_line": lambda text: "".join(str(text).split()),
            "picture_text": _picture_text,
            "picture_size": _picture_size,
        },
    )
    exporter.log.setLevel("ERROR")
    return exporter


def _picture_text(output: Mapping[str, Any], kind: str) -> str:
    """Return the words that stand for a picture: those of its metadata, else what its text form says."""
    said = output.get("metadata", {}).get(kind, {})
    words = said.get("alt") if isinstance(said, Mapping) else None
    return visible_text(str(words or output.get("data", {}).get("text/plain") or "picture"))


def _picture_size(output: Mapping[str, Any], kind: str) -> str:
    """Return ``width`` and ``height`` as attributes, where the metadata give them as numbers."""
    said = output.get("metadata", {}).get(kind, {})
    sizes = said if isinstance(said, Mapping) else {}
    return "".join(f' {name}="{sizes[name]}"' for name in ("width", "height") if isinstance(sizes.get(name), int))


def _parameters(node: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return what papermill gave to the notebook, as text."""
    given = node.metadata.get("papermill", {}).get("parameters", {})
    return [(visible_text(str(name)), visible_text(_shown(value))) for name, value in given.items()]


def _shown(value: object) -> str:
    if (
        isinstance(value, list | tuple)
        and value
        and all(isinstance(one, Mapping) and "question" in one for one in value)
    ):
        return "; ".join(f"{one['name']}: {one['question']}" for one in value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None or value == "" else str(value)


def _execution(node: nbformat.NotebookNode) -> Iterable[tuple[str, str]]:
    """Yield when papermill executed the notebook and how long it took."""
    said = node.metadata.get("papermill", {})
    started, seconds = said.get("start_time"), said.get("duration")
    if not started:
        yield "Executed", "not by papermill; no time recorded"
        return
    moment = datetime.fromisoformat(started)
    took = f", took {seconds:.1f} s" if isinstance(seconds, int | float) else ""
    yield "Executed", f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname() or ''}{took}".rstrip()

"""The page of a notebook put into the order in which it is read: its answer first, what made it last, contents beside it.

The page was made harmless before; here its parts are moved. The bodies of tables, which are most of a page, are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup, Tag

from auditlib.errors import AuditError

_BEGIN, _END = "<tbody>", "</tbody>"
_KEPT: Final = re.compile(r'<tbody data-kept="([0-9]+)"></tbody>')
_ROW: Final = re.compile(r'<tr id="([^"]*)"')

_NO_WORDS: Final = "No description has been provided for this image"


def arranged(page: str) -> str:
    """Return a page with the notebook's title in its head, code and parameters below the fold, and contents.

    Parameters
    ----------
    page : str
        As the template makes it; nothing in it runs or loads.

    Raises
    ------
    AuditError
        If the template has lost a part.
    """
    top, begin, below = page.partition("<body>")
    rest, bodies = _without_bodies(below)
    soup = BeautifulSoup(rest, "html.parser")
    head, main, contents, made = (
        soup.select_one(one) for one in (".page-head", "main", "nav.contents", "details.made")
    )
    if head is None or main is None or contents is None or made is None:
        raise AuditError("the template of notebooks has lost a part")
    for image in soup.select("img:not([alt])"):
        image["alt"] = _NO_WORDS
    _open_with_answer(head, main)
    _fold(soup, main, made)
    _drop_empty(main)
    places = _each_once(soup)
    bodies = [_ROW.sub(lambda row: _once(row, places), body) for body in bodies]
    _list(soup, contents, _named(main, places))
    _unlink(soup, places)
    _make_reachable(soup, bodies)
    return top + begin + _KEPT.sub(lambda place: bodies[int(place[1])], str(soup))


def _without_bodies(page: str) -> tuple[str, list[str]]:
    """Return a page without the rows of its tables, and these rows; a table within a table stays where it is."""
    pieces: list[str] = []
    bodies: list[str] = []
    at = 0
    while (begin := page.find(_BEGIN, at)) >= 0 and (end := page.find(_END, begin)) >= 0:
        body = page[begin : end + len(_END)]
        if "<table" in body:
            pieces.append(page[at : begin + len(_BEGIN)])
            at = begin + len(_BEGIN)
            continue
        pieces += [page[at:begin], f'<tbody data-kept="{len(bodies)}"></tbody>']
        bodies.append(body)
        at = end + len(_END)
    return "".join([*pieces, page[at:]]), bodies


def _each_once(soup: BeautifulSoup) -> set[str]:
    """Return the names of places on the page, each of which the first alone keeps."""
    places: set[str] = set()
    for one in soup.find_all(id=True):
        if one["id"] in places:
            del one["id"]
        else:
            places.add(str(one["id"]))
    return places


def _once(row: re.Match[str], places: set[str]) -> str:
    """Return the begin of a row, with its name if no other place has it."""
    if row[1] in places:
        return "<tr"
    places.add(row[1])
    return row[0]


def _open_with_answer(head: Tag, main: Tag) -> None:
    """Move the notebook's answer into the head; else its first heading; else the line above it is the heading."""
    opening = main.select_one("section .opening")
    title = main.select_one("section h1")
    if opening is not None:
        outer = opening.find_parent("section")
        head.append(opening.extract())
        if outer is not None and not outer.get_text(strip=True):
            outer.decompose()
        _add_intro(opening, main)
    elif title is not None:
        head.append(title.extract())
    elif head.p is not None:
        head.p.name = "h1"


def _add_intro(opening: Tag, main: Tag) -> None:
    """Put what the notebook says of itself behind its question, but for its name, which stands above."""
    question = opening.select_one(".question")
    for intro in main.select("section.text-cell.intro"):
        paragraph = intro.find("p")
        if question is not None and isinstance(paragraph, Tag):
            if paragraph.strong is not None:
                paragraph.strong.decompose()
            if not paragraph.get_text().startswith(" "):
                question.append(" ")
            question.extend(list(paragraph.contents))
        intro.decompose()


def _fold(soup: BeautifulSoup, main: Tag, made: Tag) -> None:
    """Move what cells say that were marked so, and all code, below the fold."""
    for section in main.select("section.made-cell"):
        made.append(section.extract())
    codes = main.select("details.code")
    if codes:
        heading = soup.new_tag("h3")
        heading.string = "Code"
        made.append(heading)
        for code in codes:
            made.append(code.extract())


def _drop_empty(main: Tag) -> None:
    """Drop cells of which nothing is left to see."""
    for section in main.select("section.code-cell, section.text-cell"):
        if not section.get_text(strip=True) and section.find(["img", "svg", "table"]) is None:
            section.decompose()


def _named(main: Tag, taken: set[str]) -> list[Tag]:
    """Give each heading a name of its own, and return those that the contents list."""
    headings = []
    for heading in main.find_all(["h2", "h3"]):
        text = heading.get_text(" ", strip=True)
        if not text or heading.find_parent("details", class_="made") is not None:
            continue
        base = re.sub(r"\W+", "-", text.lower()).strip("-") or "part"
        heading["id"] = next(name for name in _numbered(base) if name not in taken)
        taken.add(str(heading["id"]))
        headings.append(heading)
    return headings


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _list(soup: BeautifulSoup, contents: Tag, headings: list[Tag]) -> None:
    """List the headings, those of the third level below the one before, before what the template lists."""
    if len(headings) < 2:
        if contents.find(True) is None:
            contents.decompose()
        return
    entries = soup.new_tag("ul")
    for heading in headings:
        link = soup.new_tag("a", href=f"#{heading['id']}")
        link.string = heading.get_text(" ", strip=True)
        entry = soup.new_tag("li")
        entry.append(link)
        above = entries.find_all("li", recursive=False)[-1:] if heading.name == "h3" else []
        if not above:
            entries.append(entry)
            continue
        sublist = above[0].ul or soup.new_tag("ul")
        sublist.append(entry)
        above[0].append(sublist)
    label = soup.new_tag("strong")
    label.string = "On this page"
    contents.insert(0, label)
    contents.insert(1, entries)


def _unlink(soup: BeautifulSoup, places: set[str]) -> None:
    """Leave no link that leads nowhere on the page: of rows that this page does not show."""
    for link in soup.select('a[href^="#"]'):
        if str(link["href"])[1:] not in places and link.get_text(strip=True):
            link.decompose() if link.get("class") == ["to-rows"] else link.unwrap()


def _make_reachable(soup: BeautifulSoup, bodies: list[str]) -> None:
    """Let the keyboard reach a table that scrolls on a telephone and holds nothing else that it reaches."""
    for region in soup.select("div.table"):
        kept = (bodies[int(str(body["data-kept"]))] for body in region.select("tbody[data-kept]"))
        if region.select_one("a[href]") or any("<a " in body for body in kept):
            continue
        caption = region.find("caption")
        region["tabindex"], region["role"] = "0", "region"
        region["aria-label"] = caption.get_text(" ", strip=True) if caption else "table"

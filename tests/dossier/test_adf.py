"""Atlassian's documents: pages, paper and tables say the same of one text."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from auditlib.dossier.adf import document_markup
from auditlib.dossier.blocks import read_html
from auditlib.dossier.plain import blocks_text, document_text
from auditlib.dossier.rich import rich_html
from auditlib.dossier.values import value_text


def node(kind: str, *content: dict, **attributes: object) -> dict:
    """Make a node of a document."""
    return {
        "type": kind,
        **({"attrs": attributes} if attributes else {}),
        **({"content": list(content)} if content else {}),
    }


def text(words: str, *marks: dict) -> dict:
    """Make a text with marks."""
    return {"type": "text", "text": words, **({"marks": list(marks)} if marks else {})}


def document(*content: dict) -> dict:
    """Make a document."""
    return {"type": "doc", "version": 1, "content": list(content)}


STRIKE, STRONG = {"type": "strike"}, {"type": "strong"}
LINK = {"type": "link", "attrs": {"href": "https://wiki.example/plan"}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((node("paragraph", node("date", timestamp="1783296000000")),), "6 Jul 2026"),
        ((node("paragraph", node("date", timestamp="soon")),), "soon"),
        (
            (
                node(
                    "taskList", node("taskItem", text("one"), state="DONE"), node("taskItem", text("two"), state="TODO")
                ),
            ),
            "- ☑ one\n- ☐ two",
        ),
        ((node("decisionList", node("decisionItem", text("so"), state="DECIDED")),), "- ☑ so"),
        ((node("paragraph", text("the ", LINK), text("plan", LINK, STRONG)),), "the plan (https://wiki.example/plan)"),
        ((node("paragraph", text("https://wiki.example/plan", LINK)),), "https://wiki.example/plan"),
        ((node("paragraph", node("inlineCard", url="https://wiki.example/plan")),), "https://wiki.example/plan"),
        ((node("paragraph", text("not "), text("this ", STRIKE), text("that")),), "not ~~this~~ that"),
        ((node("expand", node("paragraph", text("inside")), title="Details"),), "Details\ninside"),
        ((node("panel", node("paragraph", text("mind")), panelType="warning"),), "warning\nmind"),
        ((node("paragraph", node("status", text="IN REVIEW", color="blue")),), "IN REVIEW"),
        ((node("paragraph", node("mention", id="5f1", text="@Ana")),), "@Ana"),
        ((node("mediaSingle", node("media", type="file", id="9", alt="plan.png")),), "[picture: plan.png]"),
        ((node("codeBlock", text("a = 1\n  b = 2"), language="python"),), "a = 1\n  b = 2"),
        (
            (node("orderedList", node("listItem", node("paragraph", text("x"))), order=3),),
            "3. x",
        ),
        ((node("blockquote", node("paragraph", text("said"))),), "> said"),
        (
            (
                node(
                    "table",
                    node(
                        "tableRow",
                        node("tableHeader", node("paragraph", text("h"))),
                        node("tableCell", node("paragraph")),
                    ),
                    node("tableRow", *(node("tableCell", node("paragraph", text(one))) for one in "ab")),
                ),
            ),
            "h\t\na\tb",
        ),
        ((node("chart", node("paragraph", text("held"))),), "[chart]\nheld"),
    ],
)
def test_each_node_is_said_in_plain_text(content, said):
    """What a page says by its look is said by signs; nothing that a document holds is left out."""
    assert document_text(document(*content)) == said
    assert value_text(document(*content)) == said


def test_an_unknown_node_is_shown_with_all_that_it_holds():
    """Its name, its attributes whole, however long they are."""
    held = "x" * 900
    said = document_text(document(node("extension", extensionKey="odd", parameters={"long": held})))
    assert said.startswith("[extension odd]")
    assert held in said


WORD = st.text("abcdefgh", min_size=3, max_size=6)
LEAF = st.one_of(
    st.builds(text, WORD),
    st.builds(text, WORD, st.sampled_from([STRIKE, STRONG, LINK, {"type": "code"}])),
    st.just(node("date", timestamp="1783296000000")),
    st.builds(lambda word: node("mention", id="1", text=f"@{word}"), WORD),
    st.builds(lambda word: node("status", text=word), WORD),
    st.builds(lambda word: node("emoji", shortName=f":{word}:"), WORD),
    st.builds(lambda word: node("oddity", text=word), WORD),
)
PARAGRAPH = st.lists(LEAF, min_size=1, max_size=4).map(
    lambda leaves: node("paragraph", *(one for leaf in leaves for one in (leaf, text(" "))))
)
BLOCK = st.recursive(
    PARAGRAPH | st.builds(lambda word: node("codeBlock", text(word)), WORD),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda found: node("expand", *found, title="Fold")),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: node("panel", *found, panelType="info")),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: node("blockquote", *found)),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda found: node("bulletList", *(node("listItem", one) for one in found))
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda found: node("table", node("tableRow", *(node("tableCell", one) for one in found)))
        ),
        st.tuples(WORD, st.sampled_from(["DONE", "TODO"])).map(
            lambda one: node("taskList", node("taskItem", text(one[0]), state=one[1]))
        ),
    ),
    max_leaves=8,
)


def words_of_page(page: str) -> list[str]:
    """Return the words of a page in order, the address of a link behind its text."""
    soup = BeautifulSoup(page, "html.parser")
    for link in soup.find_all("a"):
        link.append(f" {link['href']} ")
    return re.findall(r"[\w:/.@☐☑]+", soup.get_text(" "))


@given(st.lists(BLOCK, min_size=1, max_size=4))
def test_page_paper_and_table_say_the_same(blocks):
    """Over any document, read independently from the page's HTML: the same words, dates, ticks and addresses in one order."""
    whole = document(*blocks)
    page = rich_html("", whole, document_text(whole))
    plain = re.sub(r"(?m)^(?:> |- |  )+|~~|[()]", " ", document_text(whole))
    assert re.findall(r"[\w:/.@☐☑]+", plain) == words_of_page(page)
    assert document_text(whole) == blocks_text(read_html(document_markup(whole)))


@pytest.mark.parametrize("words", [{"": None}, ["a", None], None])
def test_a_text_that_is_none_is_shown_as_json(words):
    """On pages, on paper and in tables; never as Python writes it."""
    one = document(node("paragraph", {"type": "text", "text": words}))
    shown = (document_text(one), BeautifulSoup(document_markup(one), "html.parser").get_text())
    assert all("None" not in said and ("null" in said) == (words is not None) for said in shown), shown

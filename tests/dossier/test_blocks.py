"""HTML that strangers wrote becomes blocks of text: nothing is obeyed, nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.dossier.block import Block, Code, Heading, Items, Paragraph, Quote, Rule, Run, Table
from auditlib.dossier.blocks import DEEPEST, WIDEST, read_blocks, read_html, read_plain


def words(blocks: tuple[Block, ...]) -> str:
    """Return all characters of blocks, one after the other."""
    found = []
    for one in blocks:
        if isinstance(one, Paragraph | Heading):
            found += [run.text for run in one.runs]
        elif isinstance(one, Code):
            found.append(one.text)
        elif isinstance(one, Quote):
            found.append(words(one.blocks))
        elif isinstance(one, Items):
            found += [words(entry) for entry in one.entries]
        elif isinstance(one, Table):
            found += [words(cell.blocks) for cell in one.cells]
    return "".join(found)


def test_a_text_keeps_its_shape():
    """Headings, paragraphs, lists in lists, code, quotes and rules, in their order."""
    found = read_html(
        "<h2>Steps</h2><p>One<br/>\ntwo</p>loose<ol start='3'><li>a<ul><li>b</li></ul></li></ol>"
        "<pre>x = 1\n  y</pre><blockquote><p>said</p></blockquote><hr/>"
    )
    assert found == (
        Heading(2, (Run("Steps"),)),
        Paragraph((Run("One\ntwo"),)),
        Paragraph((Run("loose"),)),
        Items(3, ((Paragraph((Run("a"),)), Items(None, ((Paragraph((Run("b"),)),),))),)),
        Code("x = 1\n  y"),
        Quote((Paragraph((Run("said"),)),)),
        Rule(),
    )


def test_marks_add_up_and_white_space_counts_once():
    """As on a page: bold within italic is both, and line ends of the source are spaces."""
    (paragraph,) = read_html("<p>  a <i>b  <b>c</b></i>\n d <code>e</code> 2<sup>10</sup> <del>f</del>  </p>")
    assert paragraph == Paragraph(
        (
            Run("a "),
            Run("b ", ("italic",)),
            Run("c", ("bold", "italic")),
            Run(" d "),
            Run("e", ("code",)),
            Run(" 2"),
            Run("10", ("super",)),
            Run(" "),
            Run("f", ("strike",)),
        )
    )


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("https://wiki.example.com/p?a=1", True),
        ("http://wiki.example.com", True),
        ("mailto:a@example.com", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.com/x", False),
        ("https://exa mple.com", False),
        ("mailto:a@example.com\u202e", False),
    ],
)
def test_a_link_opens_the_web_or_mail_only(address, opens):
    """Where a link leads is shown whatever it is; only an address of the web or of mail may become a link."""
    ((run,),) = (one.runs for one in read_html(f'<a href="{address}">here</a>'))
    assert run.opens is opens
    assert run.address == address.replace("\u202e", "[U+202E]")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<script>fetch('x')</script>", "<script>fetch('x')</script>"),
        ("a<style>p{color:red}</style>", "a<style>p{color:red}</style>"),
        ("a<!-- hidden -->b", "a<!-- hidden -->b"),
        ("<unknown-tag>kept</unknown-tag>", "kept"),
        ("<img src='https://x.example/a%20b.png?size=1'>", "[picture: a b.png]"),
        ("<img class='emoticon' alt='(smile)' src='https://x.example/s.gif'>", "[picture: (smile)]"),
        ("<img src='data:image/png;base64,AAAA'>", "[picture]"),
        ("<iframe src='https://x.example/'></iframe>", "[iframe: https://x.example/]"),
        ("<textarea>typed</textarea><button>press</button>", "typedpress"),
        ("<p style='display:none'>unseen</p>", "unseen"),
        ("<input type=checkbox checked> done", "☑ done"),
    ],
)
def test_what_a_page_would_hide_or_load_is_told(html, shown):
    """Sources of scripts and comments, pictures and frames by name, hidden text: never nothing."""
    assert words(read_html(html)) == shown


def test_unseen_characters_are_shown():
    """Everywhere, also in code and in addresses."""
    found = read_html("<p>a\u202eb\u200b</p><pre>c\u0007\n\td</pre><a href='https://x.example/\u2066'>e</a>")
    assert words(found) == "a[U+202E]b[U+200B]c[U+0007]\n    de"
    assert found[-1].runs[0].address == "https://x.example/[U+2066]"


def test_the_cells_of_a_table_never_overlap():
    """Spans that leave the table, or cover a cell, are cut."""
    (table,) = read_html(
        "<table><thead><tr><th>A</th><th colspan=2>B</th></tr></thead>"
        "<tr><td rowspan=900>1</td><td>2</td><td rowspan=0>3</td></tr>"
        "<tr><td colspan=99999>wide</td><td>more</td></tr></table>"
    )
    places = [
        (cell.column + x, cell.row + y) for cell in table.cells for x in range(cell.columns) for y in range(cell.rows)
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < table.columns <= WIDEST
    assert max(y for _, y in places) < 3
    assert words((table,)) == "AB123widemore"
    assert [cell.head for cell in table.cells[:3]] == [True, True, False]


def test_a_table_too_wide_for_paper_is_given_as_rows():
    """No cell is left out."""
    row = "<tr>" + "".join(f"<td>{n}.</td>" for n in range(WIDEST + 5)) + "</tr>"
    (items,) = read_html(f"<table>{row}{row}</table>")
    assert isinstance(items, Items)
    assert len(items.entries) == 2
    assert words((items,)) == "".join(f"{n}." for n in range(WIDEST + 5)) * 2


def test_what_stands_beside_cells_and_items_is_kept():
    """HTML that is wrong loses nothing."""
    assert sorted(words(read_html("<table>x<caption>y</caption><tr>z<td>1</table>"))) == sorted("xyz1")
    assert words(read_html("<ul>x<li>1</li><p>y</p></ul>")) == "x1y"


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "table><tr><td", "a href='https://x.example'"])
def test_depth_has_an_end(tag):
    """Five thousand elements within each other neither fail nor lose what is in the midst."""
    blocks = read_html(f"<{tag}>" * 5_000 + "deep")
    assert words(blocks) == "deep"

    def depth(found: tuple[Block, ...]) -> int:
        inner = [
            depth(below)
            for one in found
            for below in (
                [one.blocks]
                if isinstance(one, Quote)
                else one.entries
                if isinstance(one, Items)
                else [cell.blocks for cell in one.cells]
                if isinstance(one, Table)
                else []
            )
        ]
        return 1 + max(inner, default=0)

    assert depth(blocks) <= DEEPEST + 1


def test_plain_text_keeps_its_lines():
    """Where Jira renders nothing, blank lines part paragraphs and line ends stay."""
    assert read_plain("a\r\nb\n\n \nc\t1<b>") == (Paragraph((Run("a\nb"),)), Paragraph((Run("c   1<b>"),)))
    assert read_plain(" \n") == ()


def test_the_rendering_counts_and_the_text_stands_in_for_it():
    """A rendering that holds nothing hides no text."""
    assert read_blocks("<p>html</p>", "text") == (Paragraph((Run("html"),)),)
    assert read_blocks(" ", "text") == read_blocks("<p> </p>", "text") == (Paragraph((Run("text"),)),)
    assert read_blocks("", "") == ()


PIECES = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<ol start=7>", "<table>", "<tr>", "<td rowspan=3>",
    "<td colspan=4>", "<th>", "</table>", "<pre>", "</pre>", "<a href='x'>", "</a>", "<br>", "</br>", "<hr>", "<h1>", "</h1>",
    "<blockquote>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#0;", "< ", " ", "\n",
])  # fmt: skip


@given(st.lists(PIECES | st.integers(0, 9).map(lambda digit: f"w{digit}"), max_size=40))
def test_no_word_is_lost(pieces):
    """Whatever the nesting, every word stands there."""
    expected = sorted(piece for piece in pieces if piece[0] == "w")
    assert sorted(re.findall(r"w\d", words(read_html("".join(pieces))))) == expected


@pytest.mark.parametrize("name", ["script", "style", "textarea", "title", "iframe", "!--", "![CDATA["])
def test_what_is_not_closed_is_not_lost(name):
    """The end of the text ends everything."""
    assert "kept" in words(read_html(f"<p>a</p><{name}> kept"))

"""Long texts of Jira: they look as in Jira, lose no word, and do nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from hostile.html import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.dossier import rich
from auditlib.dossier.rich import document_html, rich_html, safe_html
from auditlib.report.safe_html import network_requests, words

REL = 'rel="noopener noreferrer nofollow"'
JIRA = "https://jira.example.com/jira"

TAGS = sorted(
    words("""
        table tr td th tbody caption p b i a ul li ol div span pre code h1 script style iframe form svg math select option
        template textarea title img input br blockquote details font object noscript plaintext xmp frameset dl dd video base
    """)
)

pieces = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["word", "word", "<!--", "-->", "]]>", "<![CDATA[", "<?", "&#60;script&#62;", "<a href='https://a.example'>"]
    ),
    st.sampled_from(
        ["<a href='javascript:x'>", "<b onclick=x>", "<p style='background:url(//x)'>", "<img src=//x srcset=//x>"]
    ),
)
doc_text = st.text(max_size=8)


def doc(*content) -> dict:
    return {"version": 1, "type": "doc", "content": list(content)}


def text(words, *marks) -> dict:
    return {
        "type": "text",
        "text": words,
        "marks": [mark if isinstance(mark, dict) else {"type": mark} for mark in marks],
    }


def para(*content) -> dict:
    return {"type": "paragraph", "content": list(content)}


def seen(markup: str) -> str:
    return BeautifulSoup(markup, "html.parser").get_text()


@pytest.mark.parametrize("markup", HOSTILE)
def test_hostile_html_does_nothing_and_is_seen(markup):
    """Scripts, frames and forms stand there as text: an auditor must see that they were there."""
    shown = safe_html(markup, JIRA)
    assert network_requests(shown) == []
    assert "evil.example" not in markup or "evil.example" in seen(shown) + str(BeautifulSoup(shown, "html.parser").a)
    for name in re.findall(r"<(script|style|iframe|object|embed|link|meta|base|form|svg|video|math)\b", markup):
        assert f"<{name}" in seen(shown)


@given(st.lists(pieces, max_size=16))
@settings(max_examples=400)
def test_no_word_is_lost_whatever_stands_around_it(parts):
    """Parsers drop text between the cells of a table, after an unclosed script, in a select; a reader must see it."""
    numbered = [f"{part}{place}x" if part == "word" else part for place, part in enumerate(parts)]
    shown = safe_html("".join(numbered), JIRA)
    assert network_requests(f"<main>{shown}</main>") == []
    for place, part in enumerate(parts):
        assert part != "word" or f"word{place}x" in shown


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_comes_out_harmless(markup):
    """Half a surrogate pair, NUL and direction marks too: what comes out can be written as UTF-8."""
    shown = safe_html(markup)
    assert network_requests(shown) == []
    shown.encode("utf-8")


def test_what_jira_writes_looks_as_in_jira():
    """Its tables, code, panels, mentions and pictures, without its scripts' attributes."""
    shown = safe_html(
        '<h3><a name="Steps"></a>Steps</h3>'
        '<ul class="alternate" type="square"><li>one <tt>two</tt> <font color="#fff">three</font></li></ul>'
        '<div class="code panel" style="border-width: 1px;"><div class="codeContent panelContent">'
        '<pre class="code-java">a &lt; b</pre></div></div>'
        '<div class="table-wrap"><table class="confluenceTable"><tbody>'
        '<tr><td class="confluenceTd" colspan="2">x</td></tr></tbody></table></div>'
        '<input type="checkbox" checked disabled>done <cite>me</cite> '
        '<img class="emoticon" src="/images/icons/emoticons/smile.png" alt="">',
        JIRA,
    )
    assert shown == (
        "<h3><span></span>Steps</h3><ul><li>one <code>two</code> <span>three</span></li></ul>"
        '<div class="code panel"><div class="codeContent panelContent"><pre>a &lt; b</pre></div></div>'
        '<div><table><tbody><tr><td colspan="2">x</td></tr></tbody></table></div>'
        '☑ done <cite>me</cite> <span class="picture">smile</span>'
    )


def test_pictures_are_named_and_never_loaded():
    """With the address that Jira gives, made whole, as a link to follow or not."""
    picture = '<img src="/secure/attachment/10001/plan.png" alt="plan.png">'
    shown = safe_html(f"<p>{picture}</p>", JIRA)
    assert f'<a href="https://jira.example.com/secure/attachment/10001/plan.png" {REL}>[picture: plan.png]</a>' in shown
    within = safe_html(f'<a href="https://x.example/">{picture}</a>')
    assert within.count("<a ") == 1
    assert "[picture: plan.png]" in within
    inside = safe_html('<img alt="dot" src="data:image/png;base64,AAAA">')
    assert seen(inside) == "[picture: dot] (image/png, in the text itself)"


def test_links_lead_to_the_web_or_are_text():
    """And give nothing away when they are followed."""
    assert safe_html('<a href="https://x.example/?a=1&amp;b=2">x</a>') == (
        '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">x</a>'
    )
    assert 'href="https://jira.example.com/browse/A-1"' in safe_html('<a href="/browse/A-1">A-1</a>', JIRA)
    for address in (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:x",
        "file:///etc/passwd",
        "#top",
        "other.html",
        "\\\\host\\x",
    ):
        shown = safe_html(f'<a href="{address}">x</a>')
        assert "<a" not in shown
        assert f"[{address}]".replace("\t", "") in seen(shown).replace("\t", "")


def test_nothing_hides_or_poses_as_the_page():
    """No style, id, title, direction or class of the page's own."""
    shown = safe_html(
        '<div id="history" class="band lozenge done shown" style="display:none" hidden dir="rtl" title="x" lang="x">seen</div>'
    )
    assert shown == "<div>seen</div>"


def test_characters_that_no_reader_sees_are_shown():
    """Also where they come as references, which parsers drop."""
    assert seen(safe_html("<p>a&#1;b&#x202E;c\u2066d&zwj;e</p>")) == "a[U+0001]b[U+202E]c[U+2066]d[U+200D]e"
    assert seen(safe_html("<p>\u0646\u0645\u06cc&zwnj;\u062e</p>")) == "\u0646\u0645\u06cc\u200c\u062e"


def test_comments_and_instructions_are_shown():
    """What a browser would skip was sent all the same."""
    assert seen(safe_html("a<!-- b --><?php c ?><!DOCTYPE d>")) == "a<!-- b --><?php c ?><!DOCTYPE d>"


def test_a_pit_of_elements_is_shown_as_source():
    """Nothing overflows, and nothing takes long."""
    shown = safe_html("<div>" * 20_000 + "bottom")
    assert shown.endswith("bottom</pre>")
    assert "nested too deeply" in shown


def test_a_long_description_is_whole():
    """32,767 characters are Jira's limit."""
    shown = safe_html("<p>" + "word " * 6553 + "</p>")
    assert shown.count("word") == 6553


def test_texts_are_cleaned_side_by_side():
    """Pages are made in several threads."""
    markup = "<ul>" + "<li>one <b>two</b></li>" * 200 + "</ul>"
    expected = safe_html(markup)
    with ThreadPoolExecutor(4) as pool:
        assert all(shown == expected for shown in pool.map(safe_html, [markup] * 16))


# Atlassian's document format


def test_a_document_looks_as_in_jira():
    """Every node that Jira's editor writes."""
    shown = document_html(
        doc(
            {"type": "heading", "attrs": {"level": 2}, "content": [text("Plan")]},
            para(text("bold", "strong", "em"), {"type": "hardBreak"}),
            para(text("H"), text("2", {"type": "subsup", "attrs": {"type": "sub"}})),
            {"type": "bulletList", "content": [{"type": "listItem", "content": [para(text("item"))]}]},
            {"type": "orderedList", "attrs": {"order": 3}, "content": [{"type": "listItem", "content": [para(text("third"))]}]},
            {"type": "taskList", "content": [{"type": "taskItem", "attrs": {"state": "DONE"}, "content": [text("did")]}]},
            {"type": "codeBlock", "attrs": {"language": "c"}, "content": [text("a < b\n  c")]},
            {"type": "panel", "attrs": {"panelType": "warning"}, "content": [para(text("careful"))]},
            {"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableHeader", "attrs": {"colspan": 2}, "content": [para(text("head"))]}]}]},
            {"type": "rule"},
            para(
                {"type": "mention", "attrs": {"id": "712020:a", "text": "@Ann"}},
                {"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}},
                {"type": "date", "attrs": {"timestamp": "1582152559"}},
                {"type": "date", "attrs": {"timestamp": "1767225600000"}},
                {"type": "inlineCard", "attrs": {"url": "https://x.example/1"}},
                text("link", {"type": "link", "attrs": {"href": "https://x.example/2"}}),
                text("white", {"type": "textColor", "attrs": {"color": "#ffffff"}}),
            ),
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "u-1", "type": "file", "alt": "plan.png"}}]},
        )
    )  # fmt: skip
    for expected in (
        "<h2>Plan</h2>", "<strong><em>bold</em></strong><br>", "H<sub>2</sub>", "<ul><li><p>item</p></li></ul>", '<ol start="3">',
        '<li class="task">☑ did</li>', "<pre>a &lt; b\n  c</pre>", '<div class="panelHeader">warning</div>',
        '<th colspan="2"><p>head</p></th>', "<hr>", '<span class="mention">@Ann</span>', "😄", "1 Jan 2026", "19 Jan 1970",
        f'<a href="https://x.example/1" {REL} class="bare">https://x.example/1</a>',
        f'<a href="https://x.example/2" {REL}>link</a>', '<span class="picture">[picture: plan.png]</span>',
    ):  # fmt: skip
        assert expected in shown, expected
    assert "ffffff" not in shown


def test_an_unknown_node_is_named_and_gives_its_text():
    """Atlassian adds nodes; none may vanish."""
    shown = seen(
        document_html(
            doc(
                {"type": "hologram", "attrs": {"depth": 3}},
                {"type": "bodiedExtension", "attrs": {"extensionKey": "expiry"}, "content": [para(text("inside"))]},
            )
        )
    )
    assert shown == '[hologram]{"depth": 3}[bodiedExtension expiry]inside'


@pytest.mark.parametrize(
    "node",
    [
        para(text("<script>alert(1)</script>")),
        para(text("x", {"type": "link", "attrs": {"href": "javascript:alert(1)"}})),
        {"type": "inlineCard", "attrs": {"url": "data:text/html,x"}},
        {"type": "media", "attrs": {"type": "external", "url": "https://evil.example/pixel.png"}},
        {"type": "panel", "attrs": {"panelType": '"><script>alert(1)</script>'}},
        {"type": "<img src=x onerror=alert(1)>", "content": [text("x")]},
        {"type": "tableCell", "attrs": {"colspan": '1" onmouseover="x'}},
        {"type": "heading", "attrs": {"level": "1><script>"}},
        {"type": "text", "text": None, "marks": "none"},
        {"type": "doc", "content": "no list"},
        {"content": [None, 3, "x"]},
    ],
)
def test_a_hostile_document_does_nothing(node):
    """Whatever stands in it is text."""
    shown = document_html(doc(node))
    assert network_requests(shown) == []
    assert "<script" not in shown


leaves = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["text", "mention", "date", "media", "rule", "x"]),
        "text": doc_text,
        "attrs": st.dictionaries(st.sampled_from(["text", "id", "url", "timestamp", "alt"]), doc_text),
    }
)
branches = st.sampled_from(["paragraph", "table", "tableRow", "tableCell", "listItem", "panel", "y"])


@given(
    st.recursive(
        leaves, lambda below: st.fixed_dictionaries({"type": branches, "content": st.lists(below, max_size=3)})
    )
)
@settings(max_examples=200)
def test_any_document_comes_out_harmless(node):
    """Of whatever form."""
    assert network_requests(document_html(doc(node))) == []


def test_a_deep_document_ends():
    """No recursion of Python's is exhausted."""
    node = para(text("bottom"))
    for _ in range(600):
        node = {"type": "blockquote", "content": [node]}
    assert "nested too deeply" in document_html(doc(node))


def test_the_best_form_is_taken():
    """Jira's rendering before the document, the document before the text as it is."""
    document = doc(para(text("document")))
    assert rich_html("<p>rendered</p>", document, "words") == "<p>rendered</p>"
    assert rich_html("", document, "words") == "<p>document</p>"
    assert rich_html(" ", "h1. wiki <b>\r\nline", "words") == '<pre class="plain">h1. wiki &lt;b&gt;\nline</pre>'
    assert rich_html("", None, "") == ""


# Each of the two readers alone


LEFT_BY_THE_FIRST = (
    *HOSTILE,
    "<b onclick='x()'>b</b>", "<p style='position:fixed'>p</p>", "<p id='top' title='t' dir='rtl'>p</p>",
    "<a href='javascript:x()'>a</a>", "<a href='data:text/html,x' target='_top'>a</a>", "<a href='//evil.example'>a</a>",
    "<span class='banner'>as of the page itself</span>", "<span class='code banner'>behind a class of Jira's</span>",
    "<table><tr><td colspan='999999'>d</td><th rowspan='-1'>h</th></tr></table>", "<ol start='x'><li>i</li></ol>",
    "<img src='https://evil.example/p.png'>", "<script>x()</script>", "<svg><a href='javascript:x'>s</a></svg>",
)  # fmt: skip
MAY_STAND = {
    "a": {"href", "rel"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"},
}  # fmt: skip


def harmless(markup: str) -> bool:
    """Say whether nothing runs, loads, or poses as the page: read element by element, whatever made the markup."""
    for element in BeautifulSoup(markup, "html.parser").find_all(True):
        for name, value in element.attrs.items():
            known = name == "class" and set(value) <= rich._CLASSES | rich._OURS
            if not known and name not in MAY_STAND.get(element.name, set()):
                return False
            if name == "href" and not value.startswith(("https://", "http://", "mailto:")):
                return False
            if name in {"colspan", "rowspan", "start"} and not (value.isdigit() and len(value) < 6):
                return False
    return network_requests(markup) == []


@pytest.mark.parametrize("markup", LEFT_BY_THE_FIRST)
def test_the_sanitiser_alone_is_enough(markup, monkeypatch):
    """Whatever the first reader might let through, the second makes harmless: it knows nothing of the first."""
    assert harmless(rich._clean(markup))
    monkeypatch.setattr(rich._Rewriter, "written", markup)
    assert harmless(safe_html("<p>any</p>", JIRA))
    monkeypatch.setattr(rich, "document_markup", lambda _: markup)
    assert harmless(document_html(doc(para(text("any")))))


@pytest.mark.parametrize("markup", HOSTILE)
def test_the_first_reader_alone_is_enough(markup, monkeypatch):
    """And what the sanitiser might let through, the first reader had taken away."""
    monkeypatch.setattr(rich, "_clean", lambda one: one)
    assert network_requests(safe_html(markup, JIRA)) == []


def test_the_sanitiser_leaves_what_jira_writes():
    """Being harmless is not being empty: what both readers allow stays."""
    kept = f'<p>a <a href="https://a.example" {REL}>b</a></p><ol start="3"><li>c</li></ol><span class="lozenge-text">d</span>'
    assert rich._clean(kept) == kept

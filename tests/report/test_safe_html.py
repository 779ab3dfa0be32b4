"""The sanitiser by itself: whoever uses it, nothing acts and no word is lost."""

from __future__ import annotations

import pytest

from auditlib.report.safe_html import anything, is_outer_link, network_requests, sanitiser

CLEAN = sanitiser(
    ("a", "b", "p", "img", "table", "tr", "td"),
    {"*": {"style": anything}, "a": {"href": is_outer_link}, "td": {"colspan": str.isdigit}},
    styles=("color", "text-align", "background-color"),
)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<script>go()</script>", "&lt;script&gt;go()&lt;/script&gt;"),
        ("<svg><style><b onload=go()>", "&lt;svg&gt;&lt;style&gt;<b></b>"),
        ("<textarea></b><img src=x onerror=go()>", "&lt;textarea&gt;<img>"),
        ("if a<b then", "if a&lt;b then"),
        ('<b title="never closed>words', '&lt;b title="never closed&gt;words'),
        ("<a<b</script>", "&lt;a&lt;b&lt;/script&gt;"),
        ("one </<two> three", "one &lt;/&lt;two&gt; three"),
        ("<!-- a word --><?php a word", "&lt;!-- a word --&gt;&lt;?php a word"),
        ("<B>big</B>", "<b>big</b>"),
    ],
)
def test_a_tag_that_may_not_stay_is_shown(markup, shown):
    """What is no element of the list, or never ends, is text to the reader; nothing is dropped in silence."""
    assert CLEAN(markup) == shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("text-align: right; color:#0072B2", "text-align: right; color:#0072B2;"),
        ("background-color: rgba(0, 0, 0, 0.5)", "background-color: rgba(0, 0, 0, 0.5);"),
        ("position: fixed; color: red", "color: red;"),
        ("background-color: url(//evil.example)", ""),
        ("color: expression(go())", ""),
        ("color: \\75 rl(x)", ""),
        ("color: 'red'", ""),
        ("color: red} p {position: fixed", ""),
    ],
)
def test_a_style_keeps_plain_values_of_its_list(given, kept):
    """No address, string, escape or function but a colour's; a property that is not on the list goes alone."""
    assert CLEAN(f'<p style="{given}">x</p>') == f'<p style="{kept}">x</p>'


@pytest.mark.parametrize("value", ["javascript:go()", "//evil.example", "data:text/html,x", "https://", "../x"])
def test_an_address_that_its_judge_refuses_goes(value):
    """The address goes, its words stay."""
    assert CLEAN(f'<a href="{value}">words</a>') == "<a>words</a>"


def test_what_is_no_attribute_of_the_list_goes():
    """Neither a handler, nor an attribute that only another element may have, nor a value of another kind."""
    assert CLEAN("<b onclick=go() colspan=2>x</b>") == "<b>x</b>"
    assert CLEAN("<table><tr><td colspan=x onclick=go()>x") == "<table><tr><td>x</td></tr></table>"
    assert network_requests(CLEAN("<p background=//evil.example><img src=//evil.example srcset=//evil.example>")) == []


def test_a_text_stays_as_it_is_written():
    """Quotes and spaces that do not break are the characters themselves; what would be a tag is escaped, once."""
    written = "a &amp; b &lt; \"c\" 'd'\u00a0e"
    assert CLEAN(written) == written
    assert CLEAN("&nbsp;&#x27;&quot;") == "\u00a0'\""
    assert CLEAN('<a href="https://a.example/it&#x27;s?x=1&amp;y=2">x</a>') == (
        '<a href="https://a.example/it&#x27;s?x=1&amp;y=2">x</a>'
    )


def test_half_a_character_is_shown():
    """No file holds it; the page is written, and says that it was there."""
    assert CLEAN("a\ud800b") == "a[U+D800]b"


@pytest.mark.parametrize(
    "address", ["https://host:port/", "https://host:99999/", "http://10.0.0.999/", "https://a%20b.example/"]
)
def test_an_address_that_no_browser_opens_is_no_link(address):
    """The sanitiser would drop it, and no reader would see where it led; so it is shown as text."""
    assert not is_outer_link(address)


DRAWING = (
    '<svg viewBox="0 0 9 9" role="img" aria-label="x"><g><path class="a" d="M0 0h9"><title>one</title></path></g></svg>'
)


def test_a_drawing_is_allowed_only_where_it_is_asked_for():
    """A page that has none says so; what follows the drawing is judged as ever."""
    assert network_requests(DRAWING) == ["element svg"]
    assert network_requests(DRAWING, drawings=True) == []
    assert network_requests(f"{DRAWING}<script>1</script><iframe></iframe>", drawings=True) != []


@pytest.mark.parametrize(
    "inside",
    [
        *("<image href='a.png'/>", "<use href='#a'/>", "<script>1</script>", "<foreignObject><p>x</p></foreignObject>"),
        *(
            "<animate attributeName='d'/>",
            "<set attributeName='href' to='x'/>",
            "<style>a{}</style>",
            "<a href='x'>x</a>",
        ),
        *(
            "<path fill='url(//evil.example)'/>",
            "<path onclick='x'/>",
            "<path style='fill:url(x)'/>",
            "<feImage href='x'/>",
        ),
    ],
)
def test_a_drawing_that_does_more_than_draw_is_noticed(inside):
    """Whatever could load, run, move or lead elsewhere."""
    assert network_requests(f"<svg>{inside}</svg>", drawings=True) != []

"""``dossiers.pdf``: read back with another program than the one that set it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
import pytest

from auditlib.demo.folder.load import load_folder
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.demo.world.records import World
from auditlib.dossier import typeset as setting
from auditlib.dossier.parts import Absent, Place
from auditlib.dossier.pdf import write_pdf
from auditlib.dossier.record import Dossier
from auditlib.dossier.typeset import BREAK, characters, printable, typeset
from auditlib.errors import AuditError
from auditlib.evidence.dossiers import read_dossiers
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.pull.dossiers import ask_dossiers
from auditlib.responses.store import RawStore

DIALECTS = ["cloud", "data-center"]
TITLE = "Test audit: dossiers"
NEW_YORK = ZoneInfo("America/New_York")


def collect(
    folder: Path, world: World, deployment: str, keys: list[str], *, files: bool = True, zone: ZoneInfo = NEW_YORK
) -> tuple[list[Dossier], list[Absent], Place]:
    store = RawStore(folder / "raw")
    account = world.account
    with (
        EmbeddedJira(world, deployment) as jira,
        JiraReader(jira.url, dialect(deployment), Credentials(jira.token, jira.user), store) as reader,
    ):
        ask_dossiers(reader, keys, lambda *_: None, attachments=folder / "dossiers" if files else None)
    place = Place("https://jira.example.com", deployment, account.display_name, account.account_id, zone)
    return *read_dossiers(store, dialect(deployment), keys, place), place


@contextmanager
def opened(pages: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(pages)
    try:
        yield document
    finally:
        document.close()


def texts_of(pages: bytes) -> list[str]:
    """Return the text of each page; where a line ends is not kept, since lines end anywhere."""
    with opened(pages) as document:
        return [document[at].get_textpage().get_text_range() for at in range(len(document))]


def squeezed(text: str) -> str:
    """Take away white space and the marks that pdfium leaves where a line ends within a word."""
    return re.sub(r"[\s\ufffe\u0002]+", "", text)


def bookmarks_of(pages: bytes) -> list[tuple[int, str]]:
    with opened(pages) as document:
        return [(one.level, one.get_title()) for one in document.get_toc()]


PLANTED = (
    "issue with everything", "hole in status", "hostile comment", "hostile summary", "hostile description",
    "hostile attachment names", "long description", "comment restricted in sight", "moved", "deleted with a record",
)  # fmt: skip


@pytest.fixture(scope="module", params=DIALECTS)
def made(request, company: Company, tmp_path_factory) -> tuple[bytes, list[Dossier], list[Absent], Place]:
    """The planted cases, on both dialects."""
    planted = [key for name in PLANTED for key in company.truth.planted[name][:3]]
    found, absent, place = collect(tmp_path_factory.mktemp("pdf"), company.world, request.param, planted)
    return write_pdf(found, title=TITLE, place=place, absent=absent), found, absent, place


@pytest.fixture(scope="module")
def everything(company: Company, tmp_path_factory) -> tuple[Dossier, Place]:
    """The issue with everything, to be changed by tests."""
    keys = list(company.truth.planted["issue with everything"])
    found, _, place = collect(tmp_path_factory.mktemp("one"), company.world, "cloud", keys)
    return found[0], place


def test_everything_of_every_issue_is_on_paper(made):
    """Ids of comments and history entries, addresses, digests, names of files and the words of comments."""
    pages, found, _, _ = made
    text = squeezed("".join(texts_of(pages)))
    for one in found:
        wanted = [one.key, one.url, str(one.id), one.digest, one.text("summary"), one.text("status")]
        wanted += [f"id{change.history_id}" for change in one.changes]
        wanted += [f"comment{comment.id}" for comment in one.comments] + [comment.url for comment in one.comments]
        wanted += [f"{comment.created.isoformat(sep=' ', timespec='milliseconds')[:23]}" for comment in one.comments]
        wanted += [digest for file in one.attachments for digest in (file.sha256, f"id{file.id}")]
        wanted += [source.sha256 for source in one.sources]
        wanted += [note for it in one.replay for note in it.notes]
        missing = [it for it in wanted if squeezed(printable(it).replace(BREAK, "")) not in text]
        assert not missing, (one.key, missing[:5])


def test_every_page_says_what_it_is(made):
    """Key and address of the issue, time and account of the collection, and which page it is of how many."""
    pages, found, _, place = made
    texts = texts_of(pages)
    keys = {one.key: one for one in found}
    current = None
    for number, text in enumerate(texts, start=1):
        plain = squeezed(text)
        assert f"page{number}of{len(texts)}" in plain
        assert squeezed(f"as {place.account} ({place.account_id})") in plain
        assert re.search(r"Collected\d{4}-\d\d-\d\d\d\d:\d\d:\d\d", plain)
        headed = re.search(r"https://jira\.example\.com/browse/([A-Z]+-\d+)", plain)
        if headed is not None and number > 1:
            current = keys[headed[1]]
            assert plain.count(current.url) >= 1
        assert current is not None or TITLE.replace(" ", "") in plain


def test_bookmarks_lead_through_the_document(made):
    """Each issue, and below it its sections, as Jira has them."""
    pages, found, _, _ = made
    bookmarks = bookmarks_of(pages)
    tops = [title for level, title in bookmarks if level == 0]
    assert tops[0] == TITLE
    assert [title.split()[0] for title in tops[1:]] == [one.key for one in found]
    at = bookmarks.index((0, next(title for title in tops if title.startswith(found[0].key))))
    sections = []
    for level, title in bookmarks[at + 1 :]:
        if level == 0:
            break
        if level == 1:
            sections.append(re.sub(r" \(.*", "", title))
    assert sections == [
        "Details", "Description", "Attachments", "Sub-tasks", "Links", "Comments", "Work log", "History", "Other fields",
        "How this record was made",
    ]  # fmt: skip
    assert {title for level, title in bookmarks if level == 2} >= {
        "Replay check",
        "What is missing",
        "What Jira cannot show",
    }


def test_the_opening_page_lists_all_with_their_pages(made):
    """Each issue with the page on which it begins, and each key that did not answer."""
    pages, found, absent, _ = made
    texts = texts_of(pages)
    with opened(pages) as document:
        begins = {
            one.get_title().split()[0]: one.get_dest().get_index() + 1 for one in document.get_toc() if one.level == 0
        }
    opening = "".join(texts[: begins[found[0].key] - 1])
    for one in found:
        row = opening[opening.index(f"\n{one.key} ") + 1 :]
        assert re.search(rf"(?s)\A{one.key} .*?\b{begins[one.key]}\r?\n", row), one.key
    assert absent
    assert all(one.asked in opening for one in absent)
    assert all(one.source.sha256 in opening for one in absent)


def test_a_history_that_does_not_close_is_told(made):
    """On the opening page, at the head of the issue, and in the check itself."""
    pages, found, _, _ = made
    broken = next(one for one in found if one.breaks)
    text = squeezed("".join(texts_of(pages)))
    assert "historydoesnotclose" in text
    assert squeezed(f"does not lead to today's values of: {broken.breaks[0].field}") in text
    assert "doesnotclose" in text.split(squeezed("Replay check"))[-1] or "doesnotclosefor" in text


def test_equal_answers_give_equal_bytes(made):
    """No clock and no chance."""
    pages, found, absent, place = made
    assert write_pdf(found, title=TITLE, place=place, absent=absent) == pages


def test_the_file_is_made_for_archives(made):
    """PDF/A-2a, tagged, with a title, in the time of the collection; fonts inside, and nothing that runs."""
    pages, found, absent, _ = made
    last = max([one.collected[1] for one in found] + [one.source.at for one in absent])
    with opened(pages) as document:
        information = document.get_metadata_dict()
        assert document.is_tagged()
    assert information["Title"] == TITLE
    assert f"{last:%Y%m%d%H%M%S}" in information["CreationDate"]
    assert b"<pdfaid:part>2</pdfaid:part>" in pages
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pages
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction)\b", pages)


def test_links_lead_to_the_web_or_into_the_document_only(everything):
    """An address with another scheme is shown, and is no link."""
    one, place = everything
    html = '<p><a href="javascript:alert(1)">press</a> <a href="https://x.example/#quick">read</a></p>'
    changed = replace(one, comments=(replace(one.comments[0], html=html),))
    pages = write_pdf([changed], title=TITLE, place=place)
    addresses = {found.decode() for found in re.findall(rb"/URI\s*\((.*?)\)", pages)}
    assert "https://x.example/#quick" in addresses
    assert all(address.startswith(("https://", "http://")) for address in addresses)
    assert "javascript:alert(1)" in squeezed("".join(texts_of(pages)))


def test_text_of_jira_is_never_a_command(everything):
    """What would be markup, code or an escape in the typesetter's own language is set as it stands."""
    one, place = everything
    hostile = (
        '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` = h <label> @ref \\u{41} // /* ] } '
        '#import "@preview/x:1.0.0" "q" --- ~'
    )
    changed = replace(
        one,
        fields={**one.fields, "summary": replace(one.fields["summary"], text=hostile)},
        comments=(replace(one.comments[0], html="", text=hostile, raw=hostile, author=hostile),),
        changes=(replace(one.changes[0], after_text=hostile, author=hostile, field=hostile),),
    )
    pages = write_pdf([changed], title=hostile, place=replace(place, account=hostile))
    text = squeezed("".join(texts_of(pages)))
    assert text.count(squeezed(hostile)) >= 6
    assert squeezed(hostile) == squeezed(bookmarks_of(pages)[0][1])


def test_every_script_survives_and_what_no_typeface_has_is_marked(everything):
    """Chinese, Japanese, Korean, Cyrillic, Greek, Hebrew, Devanagari, emoji; a hieroglyph and a private number."""
    one, place = everything
    texts = [
        "四个排序图：测试",
        "承認しました",
        "검토했습니다",
        "Проверено",
        "Ελεγμένο",
        "😀🚀👍🏽",
        "∀x∈ℝ → ⇒ ✓ ☐ ½ €",
    ]
    changed = replace(
        one,
        comments=(
            replace(
                one.comments[0],
                html="",
                raw="",
                text="\n".join([*texts, "אושר", "हिन्दी", "\U00013000 \ue000 a\u202eb"]),
            ),
        ),
    )
    text = squeezed("".join(texts_of(write_pdf([changed], title=TITLE, place=place))))
    for wanted in texts:
        assert squeezed(wanted.replace("🏽", "")) in text.replace("🏽", ""), wanted
    assert "[U+13000][U+E000]a[U+202E]b" in text
    assert "אושר" in text or "רשוא" in text


def test_any_character_of_the_typefaces_can_be_set():
    """An archive takes no character without a shape: that the typefaces have it must be true for bold and slanted, too."""
    everyone = sorted(characters() - {"\n"})
    assert len(everyone) > 50_000
    sample = "".join(everyone[::7]) + "".join(everyone[:4_000])
    parts = re.findall(".{1,60}", sample)
    # `issues` is empty: the opening page shows the texts as they come, in regular and in semi-bold.
    data = {
        "title": "x", "running": sample[:50], "foot": "x", "facts": [{"name": "x", "text": part} for part in parts],
        "list": [], "absent": [], "zone": "UTC", "issues": [], "seen_from": "x",
    }  # fmt: skip
    assert typeset("dossiers.typ", data, datetime(2026, 1, 1, tzinfo=UTC)).startswith(b"%PDF")


@pytest.mark.parametrize("letter", ["x", "W", "字", "Ж"])
def test_nothing_leaves_the_page(everything, letter):
    """Long words, long lines of code, wide tables and long names break: between the margins, and over no other text."""
    one, place = everything
    long = "x" * 3_000 if letter == "x" else letter * 1_500
    cells = "".join(f"<td>column{n}ofatablethatiswide</td>" for n in range(12))
    html = f"<p>{long}</p><pre>{'code(' * 200}\n  end</pre><table><tr>{cells}</tr></table><p><a href='https://x.example/{long}'>a</a></p>"
    changed = replace(
        one,
        fields={**one.fields, "summary": replace(one.fields["summary"], text=long[:250])},
        comments=(replace(one.comments[0], html=html, author=long[:200]),),
        changes=tuple(
            replace(change, field=long[:60], author=long[:80], after_text=long, before=long[:300])
            for change in one.changes[:2]
        ),
        attachments=tuple(
            replace(file, name=long[:250], url=f"https://x.example/{long[:900]}") for file in one.attachments
        ),
        place=replace(place, account=long[:300], account_id=long[:128]),
    )
    pages = write_pdf([changed], title=long[:200], place=place)
    with opened(pages) as document:
        for at in range(len(document)):
            lines: dict[int, list[tuple[float, float, int]]] = {}
            words = document[at].get_textpage()
            text = words.get_text_range()
            for index in range(words.count_chars()):
                left, bottom, right, top = words.get_charbox(index, loose=True)
                assert left + 1 >= 56, (at, text[index - 20 : index + 1])
                assert right - 1 <= 595.3 - 56, (at, text[index - 20 : index + 1])
                if right - left > 1:
                    lines.setdefault(round((bottom + top) * 2), []).append((left, right, index))
            for line in lines.values():
                for (_, end, one), (start, _, other) in itertools.pairwise(sorted(line)):
                    # Letters of one word may share a shape.
                    assert abs(other - one) < 3 or start > end - 2, (
                        at,
                        text[one - 10 : one + 1],
                        text[other : other + 10],
                    )


def test_ten_thousand_changes_and_four_hundred_comments(everything):
    """Nothing is left out of a long history."""
    one, place = everything
    changes = tuple(
        replace(one.changes[0], history_id=5_000_000 + n, at=one.changes[0].at + timedelta(minutes=n))
        for n in range(10_000)
    )
    comments = tuple(
        replace(one.comments[0], id=7_000_000 + n, text=f"number {n}", html="", raw="") for n in range(400)
    )
    text = "".join(texts_of(write_pdf([replace(one, changes=changes, comments=comments)], title=TITLE, place=place)))
    assert {int(found) for found in re.findall(r"\bid (5\d{6})\b", text)} == {change.history_id for change in changes}
    assert {int(found) for found in re.findall(r"\bcomment (7\d{6})\b", text)} == {comment.id for comment in comments}


def test_a_description_of_32000_characters_is_whole(everything):
    """As prose, as one word, and as code."""
    one, place = everything
    prose = " ".join(f"word{n}" for n in range(3_500))[:32_000]
    for html, text in (
        ("", prose),
        ("", "y" * 32_000),
        (f"<pre>{prose}</pre>", prose),
        ("<pre>" + "l\n" * 16_000 + "</pre>", ""),
    ):
        changed = replace(
            one,
            fields={**one.fields, "description": replace(one.fields["description"], html=html, text=text, raw=text)},
        )
        found = squeezed(
            "".join(
                re.sub(r"page \d+ of \d+", "", page)
                for page in texts_of(write_pdf([changed], title=TITLE, place=place))
            )
        )
        if text == prose:
            assert {f"word{n}" for n in range(3_000)} <= set(re.findall(r"word\d+", re.sub(r"(?=word)", " ", found)))
        else:
            letter = "y" if text else "l"
            assert found.count(letter) >= 16_000


def test_real_issues_in_chinese_are_set(real_data, tmp_path):
    """Summaries, statuses and histories of the real data, zero-width spaces shown."""
    world = load_folder(real_data / "devlake").world
    keys = [issue.key for issue in world.issues.values()][:12]
    found, absent, place = collect(tmp_path, world, "cloud", keys, files=False, zone=ZoneInfo("UTC"))
    text = squeezed("".join(texts_of(write_pdf(found, title=TITLE, place=place, absent=absent))))
    for one in found:
        assert squeezed(printable(one.text("summary")).replace(BREAK, "")) in text
        assert squeezed(one.text("status")) in text
    assert "[U+200B]" in text


def test_what_jira_refused_is_not_called_none(everything):
    """A part that this account may not read is told as such."""
    one, place = everything
    refused = replace(one.received, refused={"comments": "Jira answered 403", "watchers": "Jira answered 403"})
    changed = replace(
        one, received=refused, comments=(), watchers=None, watch_count=None, incomplete=("comments: Jira answered 403",)
    )
    text = squeezed("".join(texts_of(write_pdf([changed], title=TITLE, place=place))))
    assert "Comments(0)Jiraanswered403" in text
    assert "Watchersnotreadable" in text
    assert "NoteverythingthatJiraannouncedishere" in text


def test_words_break_only_where_they_are_too_long():
    """Never within a character that is made of several, and never in a word that fits."""
    assert printable("a short line of words") == "a short line of words"
    broken = printable("x" * 40, 12)
    assert broken.replace(BREAK, "") == "x" * 40
    assert max(map(len, broken.split(BREAK))) <= 12
    for piece in printable("e\u0301" * 30 + "👍🏽" * 20 + "👩\u200d👩\u200d👧" * 10, 4).split(BREAK):
        assert piece[:1] not in {"\u0301", "🏽", "\u200d"}
        assert piece[-1:] != "\u200d"


def test_a_line_end_in_a_name_is_shown_and_in_a_text_obeyed():
    """A name of two lines could pass for two names."""
    assert printable("a\nb\tc\r") == "a⏎b⇥c[U+000D]"
    assert printable("a\r\nb", lines=True) == "a\nb"


def test_a_warning_of_the_typesetter_is_an_error(everything, monkeypatch, tmp_path):
    """A page that is not as it was meant must not pass."""
    one, place = everything
    (tmp_path / "dossiers.typ").write_text('#set text(font: "No Such Face")\nx', encoding="utf-8")
    monkeypatch.setattr(setting, "TEMPLATES", tmp_path)
    with pytest.raises(AuditError, match=r"warnings.*no such face"):
        write_pdf([one], title=TITLE, place=place)
    (tmp_path / "dossiers.typ").write_text('#panic("no")', encoding="utf-8")
    with pytest.raises(AuditError, match="could not be set"):
        write_pdf([one], title=TITLE, place=place)


def test_no_issue_no_document(everything):
    """An empty document would look like evidence."""
    with pytest.raises(AuditError, match="no issue"):
        write_pdf([], title=TITLE, place=everything[1])


def test_a_document_without_a_rendering_keeps_its_form(everything):
    """Where Jira sent a document and no HTML, lists and code are set as such, not run together."""
    one, place = everything
    document = {
        "type": "doc", "version": 1,
        "content": [
            {"type": "orderedList", "content": [
                {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}
                for text in ("first thing", "second thing")]},
            {"type": "codeBlock", "content": [{"type": "text", "text": "print(1)"}]},
        ],
    }  # fmt: skip
    bare = replace(one.fields["description"], html="", raw=document, text="first thing second thing print(1)")
    pages = texts_of(write_pdf([replace(one, fields={**one.fields, "description": bare})], title=TITLE, place=place))
    lines = [line.strip() for line in "\n".join(pages).splitlines()]
    places = [
        next(n for n, line in enumerate(lines) if text in line) for text in ("first thing", "second thing", "print(1)")
    ]
    assert places == sorted(set(places))
    assert lines[places[0]].startswith("1.")

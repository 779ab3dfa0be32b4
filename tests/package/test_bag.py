"""The sealed package: what is refused, what is found out, and that other tools agree."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import shutil
import subprocess
import unicodedata
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import told
from auditlib.package import bag as sealing
from auditlib.package import secrets, verify
from auditlib.package.bag import seal
from auditlib.package.disk import open_bytes
from auditlib.package.disk import write as plain_write
from auditlib.package.layout import name_problem
from auditlib.package.secrets import holds, needles_of
from auditlib.package.target import is_sealed, prepare_target, publish
from auditlib.package.verify import read_info
from auditlib.phrases import counted

INFO = {"Bagging-Date": "2026-10-02", "External-Description": "SOC 2 Type II 2026"}
SECRET = "tok/en+4711&ä"


def check_bag(folder: Path) -> list[str]:
    """Return what is told of a package."""
    return told(verify.check_bag(folder))


def renamed(folder: Path) -> list[str]:
    return told(verify.renamed(folder))


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def payload(tmp_path):
    return write(
        tmp_path / "bag",
        {
            "data/tables/gaps.csv": b"project,number\nAB,9\n",
            "data/tables/a b.csv": b"x\n",
            "data/raw/1.json.gz": gzip.compress(b'{"issues": []}'),
            "data/zürich-東京.txt": b"",
            "data/Index.html": b"<p>",
        },
    )


@pytest.fixture
def bag(payload):
    seal(payload, INFO)
    return payload


def refusal(folder: Path, **more: object) -> str:
    """Return why `seal` refuses, after checking that it left nothing behind."""
    with pytest.raises(AuditError) as error:
        seal(folder, INFO, **more)
    assert not is_sealed(folder)
    return str(error.value)


def change(path: Path, old: bytes, new: bytes) -> None:
    before = path.read_bytes()
    assert before.count(old) == 1
    path.write_bytes(before.replace(old, new))


def seal_tags(folder: Path) -> None:
    """Make the tag manifest agree again, as a careful forger would."""
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "tagmanifest-sha256.txt").write_text("".join(lines))


# Seal


def test_a_sealed_package_is_whole(bag):
    """No difference in a package that nobody touched."""
    assert check_bag(bag) == []
    assert is_sealed(bag)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_verifies_it(bag, manifest):
    """A reviewer needs no program of ours."""
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", manifest], cwd=bag, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_bagit_library_verifies_it(bag):
    """Any bag tool reads the package."""
    assert bagit.Bag(str(bag)).validate()


def test_manifests_are_canonical(bag):
    """Lower-case hex, two spaces, LF, sorted by the bytes of the path: equal packages have equal manifests."""
    files = sorted((path for path in (bag / "data").rglob("*") if path.is_file()), key=os.fsencode)
    lines = [
        hashlib.sha256(path.read_bytes()).hexdigest().encode()
        + b"  "
        + path.relative_to(bag).as_posix().encode()
        + b"\n"
        for path in files
    ]
    assert (bag / "manifest-sha256.txt").read_bytes() == b"".join(lines)
    assert lines[0].endswith(b"data/Index.html\n")


def test_the_digest_returned_is_the_tag_manifests(payload):
    """One number stands for the whole package, and sealing again gives the same."""
    digest = seal(payload, INFO)
    assert digest == hashlib.sha256((payload / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert seal(payload, INFO) == digest


def test_bag_info_holds_what_was_given_and_the_oxum(bag):
    """Bytes and files of the payload are counted; the rest is as given, each on one line."""
    files = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert read_info(bag) | INFO == read_info(bag)
    assert read_info(bag)["Payload-Oxum"] == f"{sum(path.stat().st_size for path in files)}.{len(files)}"
    assert read_info(bag)["Bag-Software-Agent"].startswith("auditlib ")


def test_a_title_cannot_forge_a_line_of_bag_info(payload):
    """A line feed in a title would start a label of its own."""
    seal(payload, {"External-Description": "SOC 2\nPayload-Oxum: 0.0\u202e"})
    assert read_info(payload)["External-Description"] == "SOC 2 Payload-Oxum: 0.0[U+202E]"
    assert check_bag(payload) == []


def test_sealing_changes_no_folder_of_the_process(payload, monkeypatch):
    """The current folder belongs to the caller (the bagit library changes it)."""
    monkeypatch.setattr(os, "chdir", lambda _: pytest.fail("chdir"))
    seal(payload, INFO)
    assert check_bag(payload) == []


def test_sealing_anew_drops_the_old_signature(bag):
    """A signature of other content must not stand beside the new one."""
    write(bag, {"tagmanifest-sha256.txt.sig": b"old", "tagmanifest-sha256.txt.tsr": b"old", "data/new.txt": b"new"})
    seal(bag, INFO)
    assert not (bag / "tagmanifest-sha256.txt.sig").exists()
    assert not (bag / "tagmanifest-sha256.txt.tsr").exists()
    assert check_bag(bag) == []


@pytest.mark.parametrize(
    "name",
    [
        "con",
        "NUL.txt",
        "aux.tar.gz",
        "com1.csv",
        "LPT¹",
        "dot.",
        "space ",
        " space",
        "a:b",
        "a<b",
        "a\\b",
        'a"b',
        "a|b",
        "a?",
        "a*",
        "line\nfeed",
        "return\rhere",
        "per%cent",
        "bell\x07",
        "turn\u202e.txt",
        "hard\u00a0space",
        "conout$.log",
        "con .txt",
    ],
)
def test_a_name_that_cannot_travel_is_refused(payload, name):
    """No file name that Windows forbids, or that two tools read in two ways."""
    write(payload, {f"data/dossiers/{name}": b"x"})
    assert "can't be sealed: data/dossiers/" in refusal(payload)


@pytest.mark.parametrize(
    "name", ["console", "common.csv", "com10", ".hidden", "a..b", "Ärger & Söhne (1).pdf", "ab-1", "日本"]
)
def test_an_ordinary_name_is_not_refused(name):
    """Only what is forbidden is refused."""
    assert name_problem(f"data/{name}") is None


def test_a_folder_name_is_checked_like_a_file_name(payload):
    """Windows forbids it for folders too."""
    write(payload, {"data/aux/x.txt": b"x"})
    assert "reserved by Windows (aux)" in refusal(payload)


def test_a_path_over_200_characters_is_refused(payload):
    """Windows allows 260 characters, and the package stands somewhere."""
    write(payload, {f"data/{'a' * 100}/{'b' * 95}": b"x"})
    assert "its path has 201 characters" in refusal(payload)


def test_names_equal_but_for_case_are_refused(payload):
    """On Windows and macOS one of the two would be lost."""
    write(payload, {"data/INDEX.HTML": b"x"})
    assert "has the same name as data/INDEX.HTML" in refusal(payload)


def test_names_equal_but_for_composition_are_refused(payload):
    """On macOS, ü as one character and as two are one name."""
    write(payload, {"data/zu\u0308rich-東京.txt": b"x"})
    assert "has the same name as" in refusal(payload)


@pytest.mark.parametrize("target", ["tables/gaps.csv", "tables", "/etc", "nowhere"])
def test_a_link_is_refused(payload, target):
    """A link holds nothing, and may lead out."""
    (payload / "data" / "link").symlink_to(target)
    assert "data/link: is a link" in refusal(payload)


def test_a_pipe_is_refused(payload):
    """Neither file nor folder; reading it would wait for ever."""
    os.mkfifo(payload / "data" / "pipe")
    assert "data/pipe: is neither file nor folder" in refusal(payload)


def test_a_name_that_is_not_unicode_is_refused(payload):
    """A manifest is UTF-8."""
    (payload / "data" / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    assert "data/caf[U+DCE9]" in refusal(payload)


def test_anything_beside_the_payload_is_refused(payload):
    """What no manifest lists, nobody could verify."""
    write(payload, {"state.json": b"{}"})
    assert "state.json: stands beside 'data'" in refusal(payload)


def test_an_empty_payload_is_refused(tmp_path):
    """A package of nothing proves nothing."""
    (tmp_path / "data").mkdir()
    assert "is empty" in refusal(tmp_path)


def test_many_problems_are_told_in_a_few_lines(payload):
    """Three of them and the number of the others."""
    write(payload, {f"data/a{number}?": b"" for number in range(10)})
    assert refusal(payload).splitlines()[3:] == ["and 7 more"]


# Secrets


def basic(secret: str) -> bytes:
    return base64.b64encode(f"auditor@company.example:{secret}".encode())


FORMS = {
    "plain": SECRET.encode(),
    "json": b'{"token": "tok/en+4711&\\u00e4"}',
    "html": b"<p>tok/en+4711&amp;\xc3\xa4</p>",
    "address": b"?token=tok%2Fen%2B4711%26%C3%A4",
    "basic": basic(SECRET),
    "basic, one further": base64.b64encode(f"u:{SECRET}".encode()),
    "basic, two further": base64.b64encode(f"us:{SECRET} and more".encode()),
    "urlsafe": base64.urlsafe_b64encode(f"use:{SECRET}".encode()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrap", ["as is", "gzip", "gzip, named otherwise", "second gzip member"])
def test_a_secret_is_found_in_every_form(payload, form, wrap):
    """A credential in a package is refused, and the message names the file, not the credential."""
    content = b"before " + FORMS[form] + b" after"
    name, held = {
        "as is": ("data/run.json", content),
        "gzip": ("data/raw/2.json.gz", gzip.compress(content)),
        "gzip, named otherwise": ("data/raw/2.json", gzip.compress(content)),
        "second gzip member": ("data/raw/2.json.gz", gzip.compress(b"{}") + gzip.compress(content)),
    }[wrap]
    write(payload, {name: held})
    message = refusal(payload, secrets=[SECRET])
    assert name in message
    assert SECRET not in message
    assert check_bag(payload) != []


def test_a_secret_across_two_reads_is_found(payload, monkeypatch):
    """A file is read in pieces, and a secret may lie on the border."""
    monkeypatch.setattr(secrets, "CHUNK", 5)
    write(payload, {"data/run.json": b"1234" + SECRET.encode()})
    assert "data/run.json" in refusal(payload, secrets=[SECRET])


def test_a_secret_in_a_name_or_in_bag_info_is_found(payload):
    """Names and descriptions stand in the package too; the message can't show the name then."""
    write(payload, {"data/abcdefgh-secret": b""})
    assert "abcdefgh" not in refusal(payload, secrets=["abcdefgh"])
    with pytest.raises(AuditError, match="bag-info"):
        seal(payload, {"External-Description": "with hgfedcba"}, secrets=["hgfedcba"])


@given(st.text(min_size=8), st.text(), st.text())
def test_base64_of_a_secret_is_found_at_any_place(secret, before, after):
    """Whatever stands before and after it."""
    texts = [part.encode("utf-8", "surrogatepass") for part in (before, secret, after)]
    assert holds([base64.b64encode(b"".join(texts))], needles_of([secret]))


def test_a_damaged_gzip_file_is_sealed_as_it_is(payload):
    """An attachment may be anything; it is evidence as received."""
    whole = gzip.compress(os.urandom(5000))
    write(payload, {"data/cut.gz": whole[:2000], "data/none.gz": b"\x1f\x8b none", "data/one": b"\x1f\x8b"})
    seal(payload, INFO, secrets=[SECRET])
    assert check_bag(payload) == []


def test_a_word_is_no_secret(payload):
    """A password of a few letters can't be told from ordinary text; user:password can."""
    write(payload, {"data/a.txt": b"the demo data"})
    seal(payload, INFO, secrets=["demo"])
    write(payload, {"data/a.txt": b"Basic " + base64.b64encode(b"auditor:demo")})
    assert "data/a.txt" in refusal(payload, secrets=["demo", "auditor:demo"])


# Verify: one small defective package per way to fail


def test_a_flipped_byte_is_found(bag):
    """Changed content is named, with both digests, and nothing else is."""
    path = bag / "data/tables/gaps.csv"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    change(path, b"AB,9", b"AB,8")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    assert check_bag(bag) == [
        f"data/tables/gaps.csv: changed: its SHA-256 is {after}, manifest-sha256.txt says {before}"
    ]


def test_missing_and_unexpected_files_are_named_one_by_one(bag):
    """A renamed file is one missing and one unexpected; each file has a line of its own."""
    (bag / "data/tables/gaps.csv").rename(bag / "data/tables/gaps2.csv")
    (bag / "data/Index.html").unlink()
    assert check_bag(bag) == [
        "data/Index.html: missing: manifest-sha256.txt lists it",
        "data/tables/gaps.csv: missing: manifest-sha256.txt lists it",
        "data/tables/gaps2.csv: unexpected: manifest-sha256.txt does not list it",
    ]


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_missing_tag_file_is_found(bag, name):
    """All four belong to a package."""
    (bag / name).unlink()
    assert not is_sealed(bag)
    assert f"{name}: missing" in check_bag(bag)


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"])
def test_a_changed_tag_file_is_found(bag, name):
    """The tag manifest guards the other tag files."""
    with (bag / name).open("ab") as stream:
        stream.write(b"\n")
    assert any(line.startswith(f"{name}: changed: ") for line in check_bag(bag))


@pytest.mark.parametrize("name", ["fetch.txt", "manifest-md5.txt", "extra/x"])
def test_anything_else_beside_the_payload_is_found(bag, name):
    """A fetch.txt would send a bag tool to the network; nothing unlisted is overlooked."""
    write(bag, {name: b""})
    assert check_bag(bag) == [f"{name.split('/')[0]}: unexpected: no package holds this beside 'data'"]


def test_a_signature_and_a_time_stamp_may_stand_beside_it(bag):
    """They are made after sealing and verified by other means."""
    write(bag, {"tagmanifest-sha256.txt.sig": b"-", "tagmanifest-sha256.txt.tsr": b"-"})
    assert check_bag(bag) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"  data/Index.html\n", b"\n", "malformed line"),
        (b"  data/Index.html\n", b" data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b" *data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\r\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\n\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\n# a comment\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\nzz  data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/../../../outside.txt\n", "its path has a part that is no name"),
        (b"  data/Index.html\n", b"  /outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  ../outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  data/..\\outside.txt\n", "its name holds one of"),
        (b"  data/Index.html\n", b"  data/a%0Ab\n", "its name holds a control"),
        (b"  data/Index.html\n", b"  data/a%25b\n", "its name holds one of"),
        (b"  data/Index.html\n", b"  data/\xff\n", "[U+DCFF]: its name holds a control"),
    ],
)
def test_a_malformed_line_of_the_manifest_is_a_difference(bag, old, new, says):
    """Whether a bag tool would forgive it or not: a line that nobody reads protects nothing."""
    write(bag.parent, {"outside.txt": b"<p>"})
    change(bag / "manifest-sha256.txt", old, new)
    seal_tags(bag)
    assert any(line.startswith("manifest-sha256.txt:") and says in line for line in check_bag(bag))


def test_upper_case_hex_is_a_difference(bag):
    """Manifests are canonical; the file itself is not called changed for it."""
    manifest = bag / "manifest-sha256.txt"
    first, rest = manifest.read_text("utf-8").split("\n", 1)
    manifest.write_text(f"{first[:64].upper()}{first[64:]}\n{rest}", "utf-8")
    seal_tags(bag)
    assert bagit.Bag(str(bag)).validate()
    (difference,) = check_bag(bag)
    assert difference.startswith("manifest-sha256.txt:1: malformed line")


def test_lines_in_another_order_or_twice_are_a_difference(bag):
    """There is one manifest for one content."""
    manifest = bag / "manifest-sha256.txt"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(reversed(lines)))
    seal_tags(bag)
    assert check_bag(bag) == ["manifest-sha256.txt: malformed: its lines are not in byte order of the paths"]
    manifest.write_bytes(b"".join([lines[0], *lines]))
    seal_tags(bag)
    assert check_bag(bag) == ["manifest-sha256.txt:2: malformed line: data/Index.html is listed twice"]


def test_a_manifest_without_a_last_line_feed_is_a_difference(bag):
    """A cut manifest must not pass."""
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes()[:-1])
    seal_tags(bag)
    assert "malformed line" in check_bag(bag)[0]


def test_a_path_that_climbs_out_is_never_read(bag, monkeypatch):
    """A hostile package can't make the verifier read other files of this machine."""
    outside = bag.parent / "outside.txt"
    outside.write_bytes(b"secret")
    change(bag / "manifest-sha256.txt", b"  data/Index.html", b"  data/../../outside.txt")
    seal_tags(bag)
    opened = []
    plain_open = open_bytes
    monkeypatch.setattr(verify, "open_bytes", lambda path: opened.append(path) or plain_open(path))
    assert check_bag(bag)
    assert all(path.resolve().is_relative_to(bag) and ".." not in path.parts for path in opened)


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.txt", "tables/gaps.csv"])
def test_a_link_is_named_and_never_followed(bag, target, monkeypatch):
    """A link in place of a listed file is a difference, even if what it leads to has the right digest."""
    outside = bag.parent / "outside.txt"
    (bag / "data/Index.html").rename(outside)
    (bag / "data/Index.html").symlink_to(target)
    (bag / "data/linked").symlink_to(bag.parent)
    plain_open = os.open
    monkeypatch.setattr(
        os,
        "open",
        lambda path, *more, **named: (
            pytest.fail("followed") if "Index" in str(path) else plain_open(path, *more, **named)
        ),
    )
    assert check_bag(bag) == [
        "data/Index.html: unexpected: a link",
        "data/linked: unexpected: a link",
        "data/Index.html: missing: manifest-sha256.txt lists it",
    ]


def test_a_payload_folder_that_is_a_link_is_a_difference(bag):
    """The payload is in the package or nowhere."""
    (bag / "data").rename(bag.parent / "elsewhere")
    (bag / "data").symlink_to(bag.parent / "elsewhere")
    assert "data: missing: the package has no payload" in check_bag(bag)


def test_a_tag_manifest_that_lists_other_files_is_a_difference(bag):
    """It lists the three tag files, no less and no more."""
    line = f"{hashlib.sha256(b'').hexdigest()}  data/zürich-東京.txt\n"
    with (bag / "tagmanifest-sha256.txt").open("a", encoding="utf-8") as stream:
        stream.write(line)
    assert any("is no tag file" in difference for difference in check_bag(bag))
    (bag / "tagmanifest-sha256.txt").write_bytes(b"")
    assert "tagmanifest-sha256.txt: does not list bagit.txt" in check_bag(bag)


def test_a_wrong_oxum_is_a_difference(bag):
    """Size and number of files are checked against what bag-info.txt says."""
    change(bag / "bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 1")
    seal_tags(bag)
    (difference,) = check_bag(bag)
    assert difference.startswith("bag-info.txt: Payload-Oxum is ")


def test_the_bagit_library_is_asked_too(bag, monkeypatch):
    """What only the library objects to is a difference."""

    def refuse(_: bagit.Bag) -> None:
        raise bagit.BagValidationError("not to my taste")

    monkeypatch.setattr(bagit.Bag, "validate", refuse)
    assert check_bag(bag) == ["bagit: not to my taste"]


def test_a_difference_shows_unseen_characters(bag):
    """A file name can't forge a second line, or turn the direction of this one."""
    write(bag, {"data/x\nfine\u202e": b""})
    (line,) = check_bag(bag)
    assert line.startswith("data/x⏎fine[U+202E]: unexpected")


def test_what_is_no_folder_is_a_usage_error(tmp_path):
    """There is nothing to compare."""
    with pytest.raises(UsageError):
        check_bag(tmp_path / "none")
    assert len(check_bag(tmp_path)) == 5  # four tag files and the payload


# Verify: what systems make of a package on its way


def to_crlf(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def test_a_name_in_another_form_of_unicode_is_told_and_is_no_difference(bag):
    """MacOS writes ü as u and a mark: the same file, as RFC 8493 and the bagit library take it; told in one line."""
    for name in ("data/zürich-東京.txt", "data/größe-à.txt"):
        write(bag, {name: b"x"})
    seal(bag, INFO)
    assert renamed(bag) == []
    for name in ("data/zürich-東京.txt", "data/größe-à.txt"):
        (bag / name).rename(bag / unicodedata.normalize("NFD", name))
    assert bagit.Bag(str(bag)).validate()
    assert check_bag(bag) == []
    (line,) = renamed(bag)
    assert line.startswith("2 files (data/größe-à.txt, data/zürich-東京.txt): the same name in another form of Unicode")
    change(bag / unicodedata.normalize("NFD", "data/größe-à.txt"), b"x", b"y")
    (line,) = check_bag(bag)
    assert ": changed: " in line


def test_two_files_under_one_name_are_told_one_by_one(bag):
    """Where both forms stand side by side, nobody can say which is meant."""
    write(bag, {"data/üü.txt": b"x"})
    seal(bag, INFO)
    (bag / "data/üü.txt").unlink()
    write(bag, {"data/u\u0308u\u0308.txt": b"x", "data/u\u0308ü.txt": b"x"})
    assert renamed(bag) == []
    assert [line.split(": ")[1] for line in check_bag(bag)] == ["unexpected", "unexpected", "missing"]


@pytest.mark.parametrize("names", [["manifest-sha256.txt"], ["manifest-sha256.txt", "tagmanifest-sha256.txt"]])
def test_a_manifest_with_crlf_is_one_line(bag, names):
    """Not one for each of its lines; and nothing else is called changed."""
    for name in names:
        to_crlf(bag / name)
    (line,) = check_bag(bag)
    assert line.startswith(f"{counted(len(names), 'file')} ({', '.join(names)}): every line ends in CR LF")
    assert renamed(bag) == []


def test_a_manifest_with_crlf_that_was_sealed_so_is_told_too(bag):
    """RFC 8493 allows it, ours are canonical."""
    to_crlf(bag / "manifest-sha256.txt")
    seal_tags(bag)
    assert bagit.Bag(str(bag)).validate()
    (line,) = check_bag(bag)
    assert line.startswith("1 file (manifest-sha256.txt): every line ends in CR LF")


def test_a_package_whose_text_was_converted_is_one_line(bag, monkeypatch):
    """A transfer as text, or git on Windows, changes every file with lines: that is one event, and is told as one."""
    monkeypatch.setattr(verify, "CHUNK", 7)  # a line end may lie between two pieces
    write(bag, {"data/raw.bin": b"a\r\nb\n"})
    seal(bag, INFO)
    converted = [path for path in sorted(bag.rglob("*")) if path.is_file() and b"\n" in path.read_bytes()]
    for path in converted:
        to_crlf(path)
    (line,) = check_bag(bag)
    assert line.startswith(f"{len(converted)} files (bag-info.txt, bagit.txt, …): every line ends in CR LF")
    change(bag / "data/raw.bin", b"a\r\r\n", b"c\r\r\n")
    assert any(line.startswith("data/raw.bin: changed: ") for line in check_bag(bag))


def test_what_file_managers_leave_is_one_line(bag):
    """It is not of the package, which is no reason to hide what else is there."""
    write(bag, {".DS_Store": b"", "data/.DS_Store": b"", "data/tables/._gaps.csv": b"", "data/tables/Thumbs.db": b""})
    (line,) = check_bag(bag)
    assert line.startswith("4 files (.DS_Store, data/.DS_Store, …): not of the package")
    write(bag, {"data/tables/more.csv": b""})
    assert len(check_bag(bag)) == 2


def test_names_in_another_case_are_one_line(bag):
    """Some disks keep capitals only."""
    for path in sorted(bag.rglob("data/**/*.*")):
        path.rename(path.with_name(path.name.upper()))
    (line,) = check_bag(bag)
    assert "upper and lower case" in line


def test_a_zip_unpacked_without_its_folders_is_one_line(bag):
    """Names with backslashes are not called a hundred times missing and a hundred times unexpected."""
    files = [path for path in sorted(bag.rglob("*")) if path.is_file() and path.parent != bag]
    for path in files:
        path.rename(bag / str(path.relative_to(bag)).replace("/", "\\"))
    shutil.rmtree(bag / "data")
    (line,) = check_bag(bag)
    assert line.startswith(f"{len(files)} files stand side by side")


# The target


def test_work_goes_on_beside_the_target(tmp_path):
    """The final name stays free until all is sealed."""
    partial = prepare_target(tmp_path / "new" / "soc2.2026")
    assert partial == tmp_path / "new" / "soc2.2026.partial"
    assert partial.is_dir()
    assert not (tmp_path / "new" / "soc2.2026").exists()


def test_an_empty_folder_may_be_the_target(tmp_path, payload):
    """As for other tools; it is replaced by the package."""
    out = tmp_path / "out"
    out.mkdir()
    partial = prepare_target(out)
    shutil.copytree(payload, partial, dirs_exist_ok=True)
    seal(partial, INFO)
    publish(partial, out)
    assert check_bag(out) == []
    assert not partial.exists()


def test_a_target_in_use_is_refused(tmp_path):
    """A package is never written over, nor mixed with other files."""
    write(tmp_path, {"full/x": b"", "file": b""})
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("full", "file", "link"):
        with pytest.raises(UsageError, match="give another --out"):
            prepare_target(tmp_path / name)
        assert not (tmp_path / f"{name}.partial").exists()
    with pytest.raises(UsageError, match="folder of its own"):
        prepare_target(Path("/"))


def test_a_partial_folder_is_not_taken_over_unasked(tmp_path):
    """Another run may work there; with ``resume`` it is meant."""
    first = prepare_target(tmp_path / "out")
    write(first, {"data/x": b"x"})
    with pytest.raises(UsageError, match="--resume"):
        prepare_target(tmp_path / "out")
    assert prepare_target(tmp_path / "out", resume=True) == first
    assert (first / "data/x").exists()


def test_a_file_in_the_way_of_the_partial_folder_is_told(tmp_path):
    """With ``resume`` too."""
    write(tmp_path, {"out.partial": b""})
    with pytest.raises(UsageError, match="in the way"):
        prepare_target(tmp_path / "out", resume=True)
    with pytest.raises(UsageError, match="can't be made"):
        prepare_target(tmp_path / "out.partial" / "out")


def test_only_a_sealed_folder_gets_the_final_name(tmp_path, payload):
    """An interrupted run leaves nothing under the final name."""
    with pytest.raises(AuditError, match="not sealed"):
        publish(payload, tmp_path / "out")
    assert payload.is_dir()
    assert not (tmp_path / "out").exists()


def test_an_interrupted_seal_is_not_sealed(payload, monkeypatch):
    """The tag manifest comes last, also when an older one stood there."""
    seal(payload, INFO)

    def interrupted(path: Path, content: bytes) -> None:
        if path.name == "manifest-sha256.txt":
            raise KeyboardInterrupt
        plain_write(path, content)

    monkeypatch.setattr(sealing, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seal(payload, INFO)
    assert not is_sealed(payload)


def test_a_target_that_filled_meanwhile_is_not_written_over(tmp_path, bag):
    """Two runs with one target: the second one is told, and keeps its work."""
    write(tmp_path, {"out/x": b"other"})
    with pytest.raises(UsageError):
        publish(bag, tmp_path / "out")
    assert check_bag(bag) == []

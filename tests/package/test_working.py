"""The working folder: what becomes of it when a pull ends before its time, and whose files lie in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bags import write

from auditlib.errors import UnreachableError, UsageError
from auditlib.package.working import clear_left, clear_made, kept_if_pulled, require_own, strangers
from auditlib.params.writing import dump_parameters
from auditlib.responses.topics import ACCOUNT, FIRST_PASS, POWERS, SERVER
from auditlib.run.order import Run
from auditlib.run.workbook import run


def interrupted(folder: Path, *topics: str) -> None:
    """Let responses of these topics come into a working folder, and then let the pull fail."""
    for topic in topics:
        place = folder / "data" / "raw" / topic / "000001.json.gz"
        place.parent.mkdir(parents=True)
        place.write_bytes(b"")
    with pytest.raises(UnreachableError), kept_if_pulled(folder):
        raise UnreachableError("no answer")


def test_what_was_pulled_is_never_thrown_away(tmp_path):
    """One response of the pull is enough, whatever else was asked before it: an interrupted run goes on from there."""
    interrupted(tmp_path / "one", SERVER.of(), ACCOUNT.of(), POWERS.of("PAY"), FIRST_PASS.of("PAY", 1))
    assert (tmp_path / "one" / "data" / "raw" / FIRST_PASS.of("PAY", 1) / "000001.json.gz").is_file()


@pytest.mark.parametrize("asked", [(), (SERVER.of(), ACCOUNT.of(), POWERS.of("PAY"))], ids=["nothing", "first contact"])
def test_a_folder_in_which_nothing_was_pulled_is_gone(tmp_path, asked):
    """So the same command works once the token or the address is right."""
    (tmp_path / "out").mkdir()
    interrupted(tmp_path / "out", *asked)
    assert not (tmp_path / "out").exists()


# Whose files they are

OWN = (
    "data/params.yaml", "data/run.json", "data/raw/index.jsonl", "data/raw/walk/PAY/000001.json.gz",
    "data/raw/walk/PAY/000002.refused.gz", "data/raw/0123456789abcdef0123456789abcdef.part", "data/from.json",
    "data/archive/chain.txt", "data/archive/census/x.jsonl.gz", "data/dossiers/PAY-1/attachments/1-a b.txt",
    "data/gap_explanations.csv", "data/dossier_keys.txt", "data/lacks.txt",
)  # fmt: skip
MADE = (
    "data/notebooks/03_numbering.ipynb", "data/notebooks/03_numbering.html", "data/notebooks/06_controls.unfinished.ipynb",
    "data/tables/gaps.csv", "data/tables/keys.txt", "data/tables/redraw.sh", "data/tables/strata.txt",
    "data/tables/gap_explanations.template.csv", "data/tables/0123456789abcdef.tmp", "data/0123456789abcdef.tmp",
    "data/charts/months.svg", "data/charts/workflow_01.png", "data/dossiers/PAY-1/issue.html",
    "data/dossiers/PAY-1/comment_changes.csv", "data/index.html", "data/audit.xlsx", "data/dossiers.pdf",
    "computed/Passes.drift.pickle",
)  # fmt: skip
LEFT = ("data/.DS_Store", "data/tables/Thumbs.db", ".DS_Store")
OTHERS = (
    "notes.txt", "data/notes.txt", "data/tables/notes.csv", "data/notebooks/03_numbering-Copy1.ipynb",
    "data/notebooks/.ipynb_checkpoints/03_numbering-checkpoint.ipynb", "data/raw/export.json.gz",
    "data/raw/walk/000001.gz", "data/charts/mine.pdf", "data/dossiers/PAY-1/notes.docx", "computed/notes.pickle",
    "holiday/photo.jpg",
)  # fmt: skip


def test_a_resume_removes_what_it_makes_anew_and_nothing_else(tmp_path):
    """Somebody's files among those of a run are named, and stay; so does what was pulled."""
    write(tmp_path, dict.fromkeys((*OWN, *MADE, *LEFT, *OTHERS), b"content"))
    (tmp_path / "data" / "link").symlink_to(tmp_path)
    assert strangers(tmp_path) == sorted([*OTHERS, "data/link"])
    with pytest.raises(
        UsageError, match=r"holds what no run writes: computed/notes\.pickle, .* and 9 more\. Nothing was"
    ):
        require_own(tmp_path)
    clear_made(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*OWN, *OTHERS}


def test_what_file_managers_leave_is_no_evidence(tmp_path):
    """It goes before the seal; whoever looked into the folder meant no harm."""
    write(tmp_path, dict.fromkeys((*OWN, *MADE, *LEFT), b""))
    clear_left(tmp_path)
    assert not [name for name in LEFT if (tmp_path / name).exists()]
    assert all((tmp_path / name).exists() for name in (*OWN, *MADE))


def test_every_file_of_a_run_is_known_as_one(sealed):
    """Else a run would refuse to seal what it wrote itself."""
    assert strangers(sealed.folder) == []


def test_what_a_run_wrote_alone_is_gone_after_a_failure_and_never_what_lay_there(tmp_path):
    """A folder that an earlier run made, or in which somebody put something, stays whatever happens."""
    for name, files, resume in (("resumed", {}, True), ("shared", {"photo.jpg": b""}, False)):
        folder = tmp_path / name
        write(folder, {"data/params.yaml": b"", **files})
        with pytest.raises(UnreachableError), kept_if_pulled(folder, resume=resume):
            raise UnreachableError("no answer")
        assert (folder / "data" / "params.yaml").is_file()


FROM = json.dumps({"package": "p", "tagmanifest_sha256": "0" * 64}).encode()


@pytest.mark.slow
def test_a_refused_resume_deletes_nothing(tmp_path, parameters):
    """Other parameters, another command, another origin, somebody's folder of that name: every byte stays."""
    params = parameters()
    text = dump_parameters(params).encode()
    began = {"data/params.yaml": text, "data/raw/walk/PAY/000001.json.gz": b"x", "data/tables/gaps.csv": b"kept"}
    folders = {
        "other": (params.model_copy(update={"sample_size": 7}), began, "another sample_size"),
        "dossiers": (params, {**began, "data/dossier_keys.txt": b"PAY-1\n"}, "begun by auditlib dossiers"),
        "from": (params, {**began, "data/from.json": FROM}, "begun with --from p"),
        "mine": (
            params,
            {**began, "data/tables/thesis.csv": b"mine"},
            r"holds what no run writes: data/tables/thesis\.csv",
        ),
        "photos": (params, {"photo.jpg": b"mine", "data/tables/gaps.csv": b"mine"}, "is no interrupted run"),
    }
    for name, (given, files, said) in folders.items():
        folder = write(tmp_path / f"{name}.partial", files)
        with pytest.raises(UsageError, match=said):
            run(Run(given, tmp_path / name, (), resume=True), {}, lambda *_: None)
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert found == files

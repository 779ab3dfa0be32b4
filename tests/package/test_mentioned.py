"""Whom lists and last year's package name, and what people wrote that findings repeat: none of it may stand in sentences."""

from __future__ import annotations

import hashlib
import shutil

import pandas as pd

from auditlib.audit.controls.site.second_source import SECOND_SOURCE
from auditlib.audit.permissions.changes import MEMBERSHIPS
from auditlib.audit.sampling.sample import SAMPLE
from auditlib.package.frozen import SealedFiles
from auditlib.package.mentioned import add_mentioned, repeated_texts
from auditlib.package.people import Known

LEAVERS = (
    "account_id,email,name,left_on\n,dan@company.example,Dan Fold,2026-05-01\n,,EVA,2026-05-02\nhr-7,,,2026-05-03\n"
)
REVIEW = "account_id,project,permissions,decision,reviewer,reviewed_on\nhr-8,CHG,,remove,Fay Hill,2026-04-15\n"


def lists(folder) -> SealedFiles:
    """Write the lists of a package, and a manifest of them."""
    (folder / "data").mkdir(exist_ok=True)
    lines = []
    for name, text in (("leavers.csv", LEAVERS), ("review.csv", REVIEW)):
        (folder / "data" / name).write_text(text)
        lines.append(f"{hashlib.sha256(text.encode()).hexdigest()}  data/{name}\n")
    return SealedFiles(folder, b"", "".join(lines).encode())


def test_people_of_the_lists_are_known(tmp_path):
    """Who left and who decided need have no account in Jira, and a case or a finding may be named by them."""
    known = Known()
    add_mentioned(known, lists(tmp_path), {})
    assert {"Dan Fold", "EVA", "Fay Hill"} == known.names.keys()
    assert {"dan@company.example", "hr-7", "hr-8"} == known.accounts.keys()


def test_people_of_last_year_are_known(sealed, tmp_path):
    """Who is gone since is named by the comparison of the years, and by no answer of this year."""
    shutil.copytree(sealed.folder / "data" / "tables", tmp_path / "data" / "previous" / "tables")
    for name in ("summary.json", "params.yaml", "run.json"):
        shutil.copy(sealed.folder / "data" / name, tmp_path / "data" / "previous" / name)
    known = Known()
    add_mentioned(known, lists(tmp_path), {})
    people = sealed.company.world.users
    assert {one.display_name for one in people.values() if one.active} & known.names.keys() > {"Adminah Rootsdottir"}
    ids = [one.account_id if sealed.dialect == "cloud" else one.key for one in people.values()]
    assert known.accounts.keys() & set(ids)


def test_a_group_among_people_is_none(tmp_path):
    """A group within a role stands where its members would."""
    frame = pd.DataFrame({"account_id": ["group operations", "u1"], "display_name": [None, "Gil Ives"]})
    known = Known()
    add_mentioned(known, SealedFiles(tmp_path, b"", b""), {MEMBERSHIPS: frame})
    assert (set(known.accounts), known.names) == ({"u1"}, {"Gil Ives": {"u1"}})


def test_texts_that_findings_repeat():
    """What a deployment is called, but for numbers and keys; the stratum of a sample only if it is made of texts."""
    refs = pd.DataFrame({"ref": ["Hotfix for Mr Fold", "23", "CHG-5", None]})
    strata = pd.DataFrame({"stratum": ["PAY / Refund of Mr Fold"]})
    frames = {SECOND_SOURCE: refs, SAMPLE: strata}
    assert list(repeated_texts(frames, ["project"])) == ["Hotfix for Mr Fold"]
    assert list(repeated_texts(frames, ["project", "summary"])) == ["Hotfix for Mr Fold", "PAY / Refund of Mr Fold"]

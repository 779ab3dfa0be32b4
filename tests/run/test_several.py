"""Several audits by one command: names, credentials that stay with their Jira, what is gone on with, and the closing table."""

from __future__ import annotations

from pathlib import Path

import pytest
from bags import INFO, write

from auditlib.errors import UsageError
from auditlib.evidence.opened import open_records
from auditlib.jira.credentials import SECRET_VARIABLES
from auditlib.package.bag import seal
from auditlib.run.several import (
    Audit,
    Outcome,
    closing_table,
    environments,
    is_begun,
    is_done,
    require_folder,
    require_names,
    rows_of,
)

CLOUD, OTHER_CLOUD = "https://one.atlassian.net", "https://two.atlassian.net"
OURS, THEIRS = "https://jira.ours.example", "https://jira.theirs.example"


@pytest.fixture
def audit(parameters):
    """Make an audit by the name of its file and the address of its Jira."""

    def make(file: str, url: str = "demo", **values: object) -> Audit:
        return Audit(Path(file), parameters(jira_url=url, **values))

    return make


def test_two_files_of_one_name_are_refused(audit):
    """Their packages would stand in one folder; systems that know no capitals would take them for one too."""
    with pytest.raises(UsageError, match=r"a/eu\.yaml and b/EU\.yml would have their packages in one folder"):
        require_names([audit("a/eu.yaml"), audit("us.yaml"), audit("b/EU.yml")])
    require_names([audit("a/eu.yaml"), audit("b/us.yaml")])


def test_credentials_of_one_jira_are_never_sent_to_another(audit):
    """Whoever runs the second server could use them on the first: they are refused before anything is asked."""
    environ = {"JIRA_TOKEN": "general"}
    with pytest.raises(UsageError) as refused:
        environments([audit("eu.yaml", OURS), audit("us.yaml", THEIRS)], environ)
    for told in ("eu.yaml", OURS, "us.yaml", THEIRS, "JIRA_TOKEN_US"):
        assert told in str(refused.value)
    assert "general" not in str(refused.value)


@pytest.mark.parametrize("url", [OURS.replace("https", "http"), f"{OURS}:8443", "https://atlassian.net.evil.example"])
def test_another_scheme_or_port_is_another_jira(audit, url):
    """So is a name that only begins like Atlassian's."""
    with pytest.raises(UsageError):
        environments([audit("eu.yaml", OURS), audit("us.yaml", url)], {"JIRA_TOKEN": "general"})
    with pytest.raises(UsageError):
        environments([audit("eu.yaml", CLOUD), audit("us.yaml", url)], {"JIRA_TOKEN": "general"})


def test_sites_of_one_keeper_share_what_is_set_for_all(audit):
    """The same server, below another path; two sites at Atlassian's own addresses; the embedded one, which takes none."""
    environ = {"JIRA_TOKEN": "general", "JIRA_USER": "who"}
    for urls in ([OURS, f"{OURS}/jira"], [CLOUD, OTHER_CLOUD], [OURS, "demo", "demo"]):
        audits = [audit(f"{place}.yaml", url) for place, url in enumerate(urls)]
        assert environments(audits, environ) == [environ] * len(urls)


def test_an_audit_with_credentials_of_its_own_takes_no_others(audit):
    """Not even a user that is set for all: a token without one is a bearer. Nothing else of the environment is lost."""
    environ = {"JIRA_USER": "who", "JIRA_TOKEN": "general", "JIRA_TOKEN_2026_US": "own", "HOME": "/somewhere"}
    general, own = environments([audit("eu.yaml", OURS), audit("2026-us.yaml", THEIRS)], environ)
    assert general == environ
    assert own == {"JIRA_TOKEN": "own", "HOME": "/somewhere"}


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_each_credential_may_be_one_audits_own(audit, name):
    """All that a single run takes."""
    (own,) = environments([audit("eu.yaml", OURS)], {f"{name}_EU": "own", "JIRA_TOKEN": "general"})
    assert own == {name: "own"}


def test_two_files_never_share_what_is_one_audits_own(audit):
    """2026-us and 2026_us would take the same variable."""
    audits = [audit("2026-us.yaml", OURS), audit("2026_us.yaml", THEIRS)]
    with pytest.raises(UsageError, match="would both take JIRA_TOKEN_2026_US"):
        environments(audits, {"JIRA_TOKEN_2026_US": "own"})


def test_the_folder_of_all_packages_is_free_or_gone_on_with(tmp_path):
    """Nothing of somebody's own stands between packages, and no package holds others."""
    require_folder(tmp_path / "new", resume=False)
    require_folder(tmp_path, resume=False)
    with pytest.raises(UsageError, match="nothing to resume"):
        require_folder(tmp_path / "new", resume=True)
    sealed = tmp_path / "sealed"
    seal(write(sealed, {"data/x": b"x"}), INFO)
    with pytest.raises(UsageError, match="is not empty"):
        require_folder(tmp_path, resume=False)
    require_folder(tmp_path, resume=True)
    for resume in (False, True):
        with pytest.raises(UsageError, match="is a sealed package"):
            require_folder(sealed, resume=resume)
    with pytest.raises(UsageError, match="is no folder"):
        require_folder(sealed / "data" / "x", resume=False)


@pytest.mark.slow
@pytest.mark.xdist_group("pages of demo")
def test_what_is_sealed_is_not_made_again(demo_package):
    """With the same parameters it is done; with others, the package would not be what the file says."""
    params = open_records(demo_package).params
    assert is_done(Audit(Path("eu.yaml"), params), demo_package)
    other = params.model_copy(update={"sample_size": 3})
    with pytest.raises(UsageError, match="was sealed with another sample_size"):
        is_done(Audit(Path("eu.yaml"), other), demo_package)
    assert not is_done(Audit(Path("eu.yaml"), params), demo_package.parent / "nothing")
    assert not is_begun(demo_package)


SUMMARY = {
    "figures": {"population": 1364, "numbers": 15280, "unexplained": 1180},
    "findings": [
        {"severity": "exception", "cause": "a"},
        {"severity": "exception", "cause": "a"},
        {"severity": "limit", "cause": "b"},
    ],
}


def test_the_closing_table_fits_its_width(audit, tmp_path):
    """Figures below each other, a cause counted once, every sentence whole, the folder or the file of each."""
    long = audit(
        "b.yaml", audit="A title that goes on and on, for no other reason than to be too long for any terminal"
    )
    outcomes = [
        Outcome(long, 1, Path("out/b"), SUMMARY, "the package is sealed and shows what --fail-on names: drift (2)"),
        Outcome(audit("c.yaml"), 3, said="Jira answered 503 three times in a row; it is asked to be patient. " * 3),
    ]
    for width in (60, 80, 100):
        lines = closing_table(outcomes, width=width)
        assert lines[0] == "1 of 2 audits is sealed"
        assert max(map(len, lines)) <= width
        (figures,) = [line for line in lines if "1,180 of 15,280" in line]
        assert figures.split()[-1] == "1"
        assert "1,364" in figures
        assert "  out/b" in lines
        text = " ".join(" ".join(lines).split())
        assert f"not sealed (status 3): {outcomes[1].said.strip()} c.yaml" in text
        assert outcomes[0].said in text


def test_an_audit_without_a_package_has_a_row_too(audit, tmp_path):
    """The page over all says what is not there."""
    (row,) = rows_of([Outcome(audit("params/c.yaml"), 2, said="JIRA_TOKEN is not set")], tmp_path / "index.html")
    assert (row.where, row.fault, row.digest) == ("params/c.yaml", "JIRA_TOKEN is not set", "")


def test_a_hostile_title_moves_no_cursor(audit):
    """What a terminal would obey is shown by its number."""
    lines = closing_table([Outcome(audit("c.yaml", audit="red \\u001b[31m"), 2, said="no\x1b[2J")])
    assert "\x1b" not in "".join(lines)

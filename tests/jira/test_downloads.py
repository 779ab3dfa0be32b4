"""Downloads: files whole at their place, or missed with the reason."""

from __future__ import annotations

import pytest
from carrier import Answer, Ask
from loopback import client_of

from auditlib.errors import AccountRefusedError, ForbiddenRequestError, UnreachableError
from auditlib.package.index_bodies import check_bodies
from auditlib.package.index_lines import read_index
from auditlib.responses.request import get

FILE = get("secure/attachment/1/a.txt")
TOPIC = "dossier/A-1/attachment/1"
PLACE = "dossiers/A-1/attachments/1-a.txt"


def serving(*answers: Answer):
    left = list(answers)

    def answer(ask: Ask) -> Answer:
        return Answer({"name": "me"}) if ask.path.endswith("/myself") else left.pop(0)

    return answer, left


def test_a_file_is_downloaded_once(tmp_path):
    """It is at its place; a second time it is not asked for, unless it is gone there."""
    answer, left = serving(Answer(b"one"), Answer(b"one"))
    target = tmp_path / PLACE
    with client_of(answer, tmp_path) as reader:
        assert reader.download(TOPIC, FILE, target).size == 3
        reader.download(TOPIC, FILE, target)
        assert target.read_bytes() == b"one"
        assert len(left) == 1
        target.unlink()
        reader.download(TOPIC, FILE, target)
    assert left == []
    assert target.read_bytes() == b"one"


def test_a_file_that_is_not_to_be_had_is_kept_as_that_answer(tmp_path):
    """404 is what there is to know of it; the question is answered."""
    answer, _ = serving(Answer({"errorMessages": ["gone"]}, 404))
    with client_of(answer, tmp_path) as reader:
        entry = reader.download(TOPIC, FILE, tmp_path / PLACE)
        assert entry.status == 404
        assert reader.store.json(entry) == {"errorMessages": ["gone"]}
        assert reader.download(TOPIC, FILE, tmp_path / PLACE) == entry
    assert not (tmp_path / PLACE).exists()


@pytest.mark.parametrize("status", [204, 206, 302, 304])
def test_an_answer_that_is_neither_the_file_nor_a_refusal_is_kept_with_the_reason(tmp_path, status):
    """A package is made with it, and its own check takes no such status for an answer unless it was refused."""
    answer, _ = serving(Answer(b"", status, {"Location": "http://elsewhere.invalid/a"} if status == 302 else {}))
    with client_of(answer, tmp_path / "data") as reader:
        entry = reader.download(TOPIC, FILE, tmp_path / PLACE)
    assert entry.status == status
    told = "Jira answered 302 and leads to elsewhere.invalid, which was not asked"
    assert entry.refused == (
        told if status == 302 else f"{FILE} answered {status}, which is neither the file nor a refusal"
    )
    assert not (tmp_path / PLACE).exists()
    lines, unread = read_index(tmp_path)
    assert (len(lines), unread) == (1, [])
    assert list(check_bodies(tmp_path, lines)) == []


def test_a_fault_is_retried_and_a_refusal_for_load_waited_for(tmp_path):
    """Both come out of what the whole run may spend."""
    answer, left = serving(Answer({}, 503), Answer({}, 429, {"Retry-After": "0"}), Answer(b"one"))
    with client_of(answer, tmp_path, retries=1) as reader:
        assert reader.download(TOPIC, FILE, tmp_path / PLACE).tries == 3
    assert left == []


def test_a_fault_that_lasts_ends_the_run_unless_it_is_jiras_own(tmp_path):
    """500 at the last try says of this file that it can't be had, once Jira said who we are; 502 says nothing of it."""
    answer, _ = serving(*[Answer({}, 502)] * 6, *[Answer({}, 500)] * 6)
    with client_of(answer, tmp_path, retries=20) as reader:
        reader.knows_account = True
        with pytest.raises(UnreachableError, match=r"did not give the file of .* in 6 tries: status 502"):
            reader.download(TOPIC, FILE, tmp_path / PLACE)
        assert reader.download(TOPIC, FILE, tmp_path / PLACE).status == 500


def test_a_file_that_can_not_be_read_to_its_end_is_no_file(tmp_path):
    """What came of it is not left at its place."""
    cut = Answer(b"one", headers={"Content-Encoding": "gzip"})  # not gzip at all
    answer, _ = serving(*[cut] * 6)
    with client_of(answer, tmp_path, retries=20) as reader:
        with pytest.raises(UnreachableError, match="in 6 tries"):
            reader.download(TOPIC, FILE, tmp_path / PLACE)
    assert not (tmp_path / PLACE).exists()


def test_a_file_for_another_account_is_none(tmp_path):
    """It is not kept."""
    answer, _ = serving(Answer(b"one", headers={"X-AAccountId": "somebody"}))
    with client_of(answer, tmp_path) as reader:
        reader.account_id, reader.knows_account = "me", True
        with pytest.raises(AccountRefusedError, match="somebody"):
            reader.download(TOPIC, FILE, tmp_path / PLACE)
    assert not (tmp_path / PLACE).exists()


def test_only_what_is_on_the_list_is_downloaded(tmp_path):
    """An address that an issue names is no attachment."""
    answer, _ = serving()
    with client_of(answer, tmp_path) as reader:
        with pytest.raises(ForbiddenRequestError):
            reader.download(TOPIC, get("plugins/servlet/anything"), tmp_path / PLACE)


def test_files_spend_the_retries_of_the_whole_run(tmp_path):
    """What one file has spent another has not: then it is tried once, and the run ends."""
    answer, left = serving(*(Answer({}, 503) for _ in range(4)))
    with client_of(answer, tmp_path, retries=2) as reader:
        for number, tries in ((1, 3), (2, 1)):
            place = tmp_path / f"dossiers/A-{number}/attachments/1-a.txt"
            with pytest.raises(UnreachableError, match=f"in {tries} tries"):
                reader.download(f"dossier/A-{number}/attachment/1", FILE, place)
    assert left == []

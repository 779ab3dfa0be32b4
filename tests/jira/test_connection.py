"""From parameters and environment to a connected client: which Jira it is, as whom, and what is refused before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from carrier import Answer, listening

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import SourceError, UnreachableError, UsageError
from auditlib.jira.connection import connected, serve
from auditlib.params.model import Parameters
from auditlib.responses.store import RawStore

Make = Callable[..., Parameters]


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "raw")


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
@pytest.mark.parametrize("told", [True, False])
def test_a_jira_is_asked_in_its_own_dialect(small_company, parameters, store, speaks, told):
    """As the parameter file says, or as Jira says itself."""
    with EmbeddedJira(small_company.world, speaks) as jira:
        params = parameters(jira_url=jira.url, deployment=speaks if told else "auto")
        environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        with connected(params, store, environ) as (reader, who):
            assert speaks == reader.dialect.NAME
            assert reader.ask("account", reader.dialect.myself()).status == 200
            assert who.user == jira.user


def test_the_embedded_jira_is_brought_along(small_company, parameters, store):
    """It runs meanwhile, and needs nothing of the environment; without one there is no demo."""
    with connected(parameters(), store, {}, partial(EmbeddedJira, small_company.world)) as (reader, _):
        assert reader.ask("account", reader.dialect.myself()).status == 200
    with pytest.raises(UsageError, match="only the command line starts"):
        serve(parameters(), None)


def test_without_credentials_nothing_is_asked(parameters, store):
    """The names of the variables are told."""
    with listening(lambda _: pytest.fail("asked")) as address:
        with pytest.raises(UsageError, match="JIRA_TOKEN"):
            connected(parameters(jira_url=address), store, {}).__enter__()


@pytest.mark.parametrize("site", ["http://x.atlassian.net", "http://x.jira.com"])
def test_no_credential_goes_to_cloud_unencrypted(parameters, store, site):
    """Its sites would answer with nothing but a redirect."""
    with pytest.raises(SourceError, match="https:// only"):
        connected(parameters(jira_url=site), store, {"JIRA_TOKEN": "t"}).__enter__()


def test_an_address_that_is_no_jira_is_told(parameters, store):
    """JSON that is no object does not say what it is; a port without a server is told within two tries."""
    with listening(lambda _: Answer(["hello"])) as address:
        with pytest.raises(SourceError, match="does not say what it is"):
            connected(parameters(jira_url=address), store, {"JIRA_TOKEN": "t"}).__enter__()
    with pytest.raises(UnreachableError, match="in 2 tries"):
        connected(parameters(jira_url="http://127.0.0.1:9"), store, {"JIRA_TOKEN": "t"}).__enter__()

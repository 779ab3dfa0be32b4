"""What a Jira says of itself: which of both it is, its address, its clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.jira.site import deployment_of, read_site, server_time


@pytest.mark.parametrize(
    ("server", "deployment"),
    [
        ({"deploymentType": "Cloud"}, "cloud"),
        ({"deploymentType": "Server"}, "data-center"),
        ({"version": "1001.0.0-SNAPSHOT"}, "cloud"),
        ({"version": "9.12.4"}, "data-center"),
        ({"deploymentType": "Server", "version": "1001.0"}, "data-center"),
        ({}, "data-center"),
    ],
)
def test_both_deployments_are_told_apart(server, deployment):
    """By what is said; by the version where nothing is."""
    assert deployment_of(server) == deployment


def test_an_account_has_an_id_in_every_jira():
    """Account id, user key, or name; the site's own address before the one asked at."""
    server = {"baseUrl": "https://jira.example/", "version": "9", "serverTitle": "J"}
    assert read_site(server, {"accountId": "a", "key": "k"}, "cloud").account_id == "a"
    assert read_site(server, {"key": "k", "name": "n"}, "data-center").account_id == "k"
    assert read_site(server, {"name": "n"}, "data-center").account_name == "n"
    assert read_site(server, {}, "cloud", "https://asked.example").base_url == "https://jira.example"
    assert read_site({}, {}, "cloud", "https://asked.example/").base_url == "https://asked.example"


def test_jiras_clock_is_read_where_it_tells_one():
    """In UTC."""
    told = {"serverTime": "2026-06-01T12:00:00.000+0200"}
    assert server_time(told) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert server_time({}) is None

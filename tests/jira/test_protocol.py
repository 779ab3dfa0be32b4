"""The dialects: each by its name, and each with everything that is asked of it."""

from __future__ import annotations

import inspect

import pytest

from auditlib.jira import cloud, data_center
from auditlib.jira.protocol import LINK_FIELDS, POPULATION_FIELDS, Dialect, dialect


def test_a_deployment_has_its_dialect():
    """The name of each is that of the parameter file."""
    assert dialect("cloud") is cloud
    assert dialect("data-center") is data_center
    with pytest.raises(KeyError):
        dialect("server")


@pytest.mark.parametrize("name", ["cloud", "data-center"])
def test_a_dialect_offers_what_the_protocol_names(name):
    """Every member, and every method with the parameters that callers give."""
    members = {one for one in vars(Dialect) | Dialect.__annotations__ if not one.startswith("_")}
    for member in members:
        offered, asked = getattr(dialect(name), member), getattr(Dialect, member, None)
        if asked is None:
            continue
        wanted = [one for one in inspect.signature(asked).parameters if one != "self"]
        given = [one for one in inspect.signature(offered).parameters if one != "more"]
        assert given == wanted, member


def test_the_population_has_its_links():
    """They prove that missing numbers existed."""
    assert set(LINK_FIELDS) < set(POPULATION_FIELDS)

"""What was set and not acted on, by the version of the tables and by what the run says that it sealed with."""

from __future__ import annotations

import json

import pytest

from auditlib.evidence.opened import Evidence


@pytest.mark.parametrize(
    ("record", "unused"),
    [
        ({"schema": {"tables": 6, "index": 1}}, ()),
        ({"schema": {"tables": 5, "index": 1}}, ("signing_key", "timestamp_url")),
        ({"schema": {"tables": 5, "index": 1}, "seal": {"signing_key": {}}}, ("timestamp_url",)),
        ({"schema": {"tables": 5, "index": 1}, "seal": "junk"}, ("signing_key", "timestamp_url")),
    ],
    ids=["today", "made before", "begun from one made before", "spoiled"],
)
def test_what_was_not_acted_on_is_that_of_the_run_that_made_the_package(parameters, tmp_path, record, unused):
    """A package of before that sets a key says so again; one that is begun from its population today is signed, and does not."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "run.json").write_text(json.dumps(record))
    params = parameters(signing_key="key", timestamp_url="https://tsa.example.com")
    assert Evidence(tmp_path, params).provenance.unused_parameters == unused

"""A payload and a sealed package for tests of packages."""

from __future__ import annotations

import gzip

import pytest
from bags import INFO, write

from auditlib.package.bag import seal


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

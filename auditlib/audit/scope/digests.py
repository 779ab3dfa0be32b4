"""Digests that tie the statement on the information (IPE) to its data, each with the command that redoes it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import pandas as pd


def digests(keys: bytes, population: bytes, index: Iterable[str]) -> pd.DataFrame:
    """Return the digests that tie the statement to its data, each with the command that redoes it.

    Parameters
    ----------
    keys, population : bytes
        Content of ``keys.txt`` and ``population.csv``.
    index : iterable of str
        Lines of ``raw/index.jsonl``, with or without what each response feeds.

    Returns
    -------
    DataFrame, shape (3, 3)
        of, sha256, command (to be run in the package's folder).
    """
    rows = [
        ("the population's keys", hashlib.sha256(keys).hexdigest(), "sha256sum data/tables/keys.txt"),
        ("the population", hashlib.sha256(population).hexdigest(), "sha256sum data/tables/population.csv"),
        ("Jira's responses", index_digest(index), "jq -c 'del(.feeds)' data/raw/index.jsonl | sha256sum"),
    ]
    return pd.DataFrame(rows, columns=["of", "sha256", "command"])


def index_digest(lines: Iterable[str]) -> str:
    """Return the SHA-256 of the index of responses without what each feeds, which is added when all tables are made.

    The index holds the SHA-256 of every response, so this one digest stands for them all. Lines are compact JSON, as
    ``jq -c`` prints them.
    """
    digest = hashlib.sha256()
    for line in lines:
        record = json.loads(line)
        record.pop("feeds", None)
        digest.update(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()

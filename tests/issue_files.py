"""Files of Jira issues, written for a test."""

from __future__ import annotations

import gzip
import json


def issue(key, number, created="2024-03-01T10:00:00.000+0100", **fields):
    return {"id": str(number), "key": key, "fields": {"created": created, "summary": f"about {key}", **fields}}


def write(path, *records):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    elif path.suffix == ".jsonl":
        path.write_text(text)
    else:
        (record,) = records
        path.write_text(json.dumps(record))
    return path

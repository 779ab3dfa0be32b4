"""How a sealed package is spoilt: as by accident, and by somebody who makes all digests agree again."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AuditError
from auditlib.package.bag import seal
from auditlib.package.layout import SIGNATURE, TIME_STAMP
from auditlib.package.verify import read_info
from auditlib.responses import topics

_TABLE: Final = "data/tables/population.csv"
_PAGE: Final = "data/notebooks/02_population.html"
_SUMMARY: Final = "data/summary.json"
_INDEX: Final = "data/raw/index.jsonl"
_ADDED: Final = "data/tables/note.csv"
_LISTED: Final = "data/note.csv"
_TOPIC: Final = f"{topics.FIRST_PASS.below('PAY')}/"


def change_page(package: Path) -> str:
    """Change a word of a page, and nothing else."""
    path = package / _PAGE
    path.write_bytes(path.read_bytes().replace(b"</title>", b".</title>", 1))
    return _PAGE


def change_response(package: Path) -> str:
    """Change a byte of a response as it was received."""
    path = f"data/raw/{_entry_of(package, _TOPIC)['file']}"
    content = bytearray((package / path).read_bytes())
    content[len(content) // 2] ^= 1
    (package / path).write_bytes(bytes(content))
    return path


def remove_table(package: Path) -> str:
    """Take a table away."""
    (package / _TABLE).unlink()
    return _TABLE


def add_file(package: Path) -> str:
    """Put a file beside the tables."""
    (package / _ADDED).write_bytes(b"key\n")
    return _ADDED


def change_row(package: Path) -> str:
    """Change the last row of the population, and make all digests agree again."""
    path = package / _TABLE
    head, _, last = path.read_bytes().rstrip(b"\n").rpartition(b"\n")
    path.write_bytes(head + b"\n" + last.replace(b",PAYX,", b",PAY,", 1) + b"\n")
    _seal_again(package)
    return _TABLE


def remove_row(package: Path) -> str:
    """Take the last row of the population away, and make all digests agree again."""
    path = package / _TABLE
    path.write_bytes(path.read_bytes().rstrip(b"\n").rpartition(b"\n")[0] + b"\n")
    _seal_again(package)
    return _TABLE


def add_listed_file(package: Path) -> str:
    """Put a file into the package, and make all digests agree again."""
    (package / _LISTED).write_bytes(b"key\n")
    _seal_again(package)
    return _LISTED


def remove_response(package: Path) -> str:
    """Take a response away, and its line out of the index, and make all digests agree again."""
    entry = _entry_of(package, _TOPIC)
    path = f"data/raw/{entry['file']}"
    (package / path).unlink()
    _write_index(package, [one for one in _index(package) if one != entry])
    _seal_again(package)
    return path


def change_question(package: Path) -> str:
    """Let the index say that another method was used, and make all digests agree again."""
    entry = _entry_of(package, _TOPIC)
    _write_index(package, [{**one, "method": "DELETE"} if one == entry else one for one in _index(package)])
    _seal_again(package)
    return _INDEX


def forge_page(package: Path) -> str:
    """Change a word of a page, and make all digests agree again."""
    change_page(package)
    _seal_again(package)
    return _PAGE


def forge_figure(package: Path) -> str:
    """Make the population one smaller in the summary, and make all digests agree again."""
    path = package / _SUMMARY
    summary = json.loads(path.read_bytes())
    summary["figures"]["population"] -= 1
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _seal_again(package)
    return _SUMMARY


def keep_signature(package: Path) -> str:
    """Change a row of a signed package, make all digests agree again, and leave the signature as it is."""
    signature = (package / SIGNATURE).read_bytes()
    change_row(package)
    (package / SIGNATURE).write_bytes(signature)
    return SIGNATURE


def forge_stamp(package: Path) -> str:
    """Put a file that is no time stamp in the place of one."""
    (package / TIME_STAMP).write_bytes(b"2026-10-02T08:00:00Z")
    return TIME_STAMP


def forge_response(package: Path) -> str:
    """Give an issue another title in a response, with its digest in the index, and make all digests agree again."""

    def retitled(told: dict[str, Any]) -> dict[str, Any]:
        told["issues"][-1]["fields"]["summary"] = "Nothing to see here"
        return told

    return _forged(package, _TOPIC, retitled)


def _forged(package: Path, topic: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    entry = _entry_of(package, topic)
    path = f"data/raw/{entry['file']}"
    body = json.dumps(change(json.loads(gzip.decompress((package / path).read_bytes())))).encode()
    (package / path).write_bytes(gzip.compress(body, mtime=0))
    digest = hashlib.sha256(body).hexdigest()
    _write_index(
        package, [{**one, "sha256": digest, "size": len(body)} if one == entry else one for one in _index(package)]
    )
    _seal_again(package)
    return path


def _index(package: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package / _INDEX).read_text(encoding="utf-8").splitlines()]


def _write_index(package: Path, entries: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
    (package / _INDEX).write_bytes(text.encode())


def _entry_of(package: Path, topic: str) -> dict[str, Any]:
    for one in _index(package):
        if one["topic"].startswith(topic):
            return one
    raise AuditError(f"the package of the self-check has no response to {topic}")


def _seal_again(package: Path) -> None:
    """Make every digest agree with what stands there, as a careful forger would."""
    seal(package, read_info(package))
